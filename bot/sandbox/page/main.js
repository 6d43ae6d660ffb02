// Starts the page: builds every part once and wires them together.

import { Api } from "./api.js";
import { Composer } from "./composer.js";
import { startDrawers } from "./drawers.js";
import { EventStream } from "./events.js";
import { Interactions } from "./interactions.js";
import { channelTitle, drawIntro, drawStatus } from "./intro.js";
import { MessageList } from "./message_list.js";
import { ModalDialog } from "./modal.js";
import { Panel } from "./panel.js";
import { Sidebar } from "./sidebar.js";
import { Store } from "./state.js";
import { startTheme } from "./theme.js";
import { startClock } from "./timestamps.js";
import { TypingLine } from "./typing.js";

const RETRY_MS = 1_000;
// Whom the page acts as when its address names nobody: Robin, whose id is fixed in starting_world.py.
const FIRST_MEMBER = "1200000000000000011";
const place = new URL(location.href).searchParams;
const store = new Store();
const api = new Api(place.get("as") || FIRST_MEMBER);
const interactions = new Interactions(api, () => store.channelId);
let stream = null;
let loading = new AbortController();

/** What the parts may ask of the page. */
const page = {
  store,
  api,
  interactions,
  names: {
    user: (id) => store.user(id).display_name,
    channel: (id) => store.channelById(id)?.name ?? "unknown-channel",
    role: (id) => store.roles.find((role) => role.id === id)?.name.replace(/^@/u, "") ?? "unknown role",
    startCommand: (path) => composer.startCommandNamed(path),
  },
  focusComposer: () => composer.focus(),
  dismiss: (id) => list.dismiss(id),
  tell: (words) => list.tell(words),
  showIntro: (host, state) => drawIntro(host, store, state, (path) => composer.startCommandNamed(path)),
  sendMessage: async (payload, files) => {
    const channelId = store.channelId;
    const message = await api.sendMessage(channelId, payload, files);
    if (channelId === store.channelId && typeof message?.id === "string") list.put(message);
  },
  fetchOlder: async (before) => {
    const channelId = store.channelId;
    try {
      const { messages } = await api.fetchMessages(channelId, before);
      return channelId === store.channelId ? messages : null;
    } catch {
      return null; // Scrolling up again asks again.
    }
  },
};

const list = new MessageList(document.getElementById("history"), page);
const composer = new Composer(document.getElementById("composer-host"), page);
const typing = new TypingLine(document.getElementById("composer-host"), store);
const closeDrawers = startDrawers();
new Sidebar(store, {
  onPlace: goTo,
  onMember: actAs,
  onLanguage: (userId, locale) => api.happen({ event: "switch_user", user_id: userId, locale }),
});
new Panel(
  store,
  document.getElementById("panel"),
  (guildId, name, allowed) => api.setPermission(guildId, name, allowed),
  (userId, field, isOn) => api.happen({ event: "switch_user", user_id: userId, [field]: isOn }),
);
startTheme(document.getElementById("theme-switch"));
startClock();

function goTo(channelId) {
  closeDrawers();
  store.goTo(channelId);
  composer.focus();
}

/** Where the reader is, in the address: a reload stays here, and two tabs can be two members. */
function rememberPlace() {
  const url = new URL(location.href);
  if (store.world.me) url.searchParams.set("as", store.world.me);
  if (store.channelId) url.searchParams.set("channel", store.channelId);
  if (url.href !== location.href) history.replaceState(null, "", url);
}

function drawRoom() {
  const { channel, guild } = store;
  document.getElementById("channel-name").textContent = channel ? channelTitle(channel) : "Soundbooth sandbox";
  document.getElementById("channel-topic").textContent = channel?.topic ?? "";
  document.title = channel ? `${channelTitle(channel)} · ${guild.name} · Soundbooth sandbox` : "Soundbooth sandbox";
}

async function loadMessages() {
  const { channelId } = store;
  loading.abort();
  loading = new AbortController();
  const { signal } = loading;
  if (!channelId) {
    list.clear();
    return;
  }
  try {
    const { messages } = await api.fetchMessages(channelId, "", signal);
    if (!signal.aborted) list.reset(messages);
  } catch (problem) {
    if (!signal.aborted) page.tell(problem.message);
  }
}

let isFetchingWorld = false;
let mustFetchAgain = false;

/** Fetches the world; changes that come while one is on its way are covered by exactly one more. */
async function loadWorld() {
  if (isFetchingWorld) {
    mustFetchAgain = true;
    return;
  }
  isFetchingWorld = true;
  const memberId = api.memberId;
  try {
    const world = await api.fetchWorld();
    if (memberId === api.memberId) {
      api.memberId = world.me;
      store.setWorld(world);
    }
  } catch (problem) {
    // A member that is not there any more, from an old address.
    if (problem.status >= 400 && problem.status < 500) api.memberId = FIRST_MEMBER;
    setTimeout(loadWorld, RETRY_MS);
  }
  isFetchingWorld = false;
  if (mustFetchAgain) {
    mustFetchAgain = false;
    await loadWorld();
  }
}

function hear(event) {
  const channelId = event.message?.channel_id ?? event.channel_id;
  const isHere = channelId === store.channelId;
  const handlers = {
    message_create: () => {
      typing.stop(event.message.author.id);
      if (isHere) list.put(event.message);
      else store.markUnread(channelId);
      // The first direct message of all: its channel is news.
      if (store.channelById(channelId) === null) loadWorld();
    },
    message_update: () => isHere && list.put(event.message),
    message_delete: () => isHere && list.remove(event.id),
    typing: () => isHere && typing.start(event.user_id),
    interaction: () => interactions.hear(event),
    modal: () => {
      interactions.hear(event);
      new ModalDialog(page, event.interaction_id, event.modal).open();
    },
    world: () => loadWorld(),
  };
  handlers[event.type]?.();
}

function openStream() {
  stream?.close();
  stream = new EventStream(() => api.eventsUrl(), {
    onOpen: () => {
      store.setConnection("open");
      // Whatever happened while nobody listened.
      loadWorld();
      loadMessages();
    },
    onEvent: hear,
    onLost: () => store.setConnection("lost"),
  });
}

async function actAs(memberId) {
  closeDrawers();
  stream?.close();
  api.memberId = memberId;
  composer.reset();
  list.clear();
  await loadWorld();
  openStream();
}

store.addEventListener("place", () => {
  composer.reset();
  typing.clear();
  list.clear();
  loadMessages();
});
for (const name of ["world", "place", "connection"]) {
  store.addEventListener(name, () => {
    drawRoom();
    composer.drawPlace();
    rememberPlace();
    drawStatus(document.getElementById("bot-status"), store);
    document.getElementById("history").classList.toggle("has-no-apps", store.commandsHere(3).length === 0);
  });
}
store.addEventListener("world", () => list.refreshIntro());

store.channelId = place.get("channel") ?? "";
await loadWorld();
openStream();
if (matchMedia("(hover: hover)").matches) composer.focus();
