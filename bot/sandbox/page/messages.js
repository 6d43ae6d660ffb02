// One message as an element.

import { looseAttachments, renderAttachments } from "./attachments.js";
import { renderComponents } from "./components.js";
import { avatar, make } from "./elements.js";
import { renderEmbed } from "./embeds.js";
import { icon } from "./icons.js";
import { renderMarkdown } from "./markdown.js";
import { AppsMenu } from "./menus.js";
import { FLAGS } from "./state.js";
import { messageTime } from "./timestamps.js";

const QUOTE_LENGTH = 120;
const MOST_EMBEDS = 10;
const OTHER_USES = { 3: " used a button or menu", 5: " sent a form" };

/** The author as the world knows them, else as the message says. */
export function authorOf(message, store) {
  const known = store.user(message.author.id);
  if (known.username !== "unknown") return known;
  const { username, global_name: globalName, bot } = message.author;
  return { ...known, username, display_name: globalName || username, bot: Boolean(bot) };
}

/** A text without its marks, on one line. What a spoiler covers stays covered. */
function plainWords(text, names) {
  const words = renderMarkdown(text, names);
  words.querySelectorAll(".spoiler").forEach((spoiler) => spoiler.replaceWith("spoiler"));
  words.querySelectorAll("li").forEach((entry) => entry.append(" "));
  const lines = [...words.childNodes].map((node) => node.textContent);
  return lines.join(" ").replace(/\s+/gu, " ").trim().slice(0, QUOTE_LENGTH);
}

/** The texts of a message's cards, the most telling ones first. */
function cardTexts(message) {
  const embeds = message.embeds ?? [];
  const told = embeds.flatMap((embed) => [embed.title, embed.description, embed.author?.name, embed.fields?.[0]?.name]);
  return [...told, ...componentTexts(message.components ?? [])].filter(Boolean);
}

function componentTexts(components) {
  return components.flatMap((one) => [one.content, ...componentTexts(one.components ?? [])]);
}

/** One line saying what a message is about, for reply lines and screen readers. */
function gist(message, names) {
  if ((message.flags & FLAGS.loading) !== 0) return "thinking…";
  if (message.content) return plainWords(message.content, names);
  if ((message.flags & FLAGS.voice) !== 0) return "Voice message";
  const [text] = cardTexts(message);
  return text ? plainWords(text, names) : message.attachments?.[0]?.filename ?? "A message";
}

function contextLine(message, page) {
  const used = message.interaction_metadata;
  const replied = message.referenced_message;
  if (replied) {
    const { display_name: name, color } = authorOf(replied, page.store);
    return make(
      "p",
      { class: "message-context", data: { testid: "reply-line" } },
      icon("reply"),
      avatar(name, color, "avatar avatar-small"),
      make("strong", {}, name),
      make("span", { class: "gist" }, gist(replied, page.names)),
    );
  }
  if (message.message_reference && replied === null) {
    return make("p", { class: "message-context" }, icon("reply"), make("em", {}, "The message was deleted"));
  }
  if (!used?.user) return null;
  const { display_name: name, color } = page.store.user(used.user.id);
  const command = (used.command_type ?? 1) === 1 ? `/${used.name}` : used.name;
  const mark = make("span", { class: "mention" }, command);
  const what = used.type === 2 ? [" used ", mark] : OTHER_USES[used.type] ?? " did something";
  return make(
    "p",
    { class: "message-context" },
    icon("reply"),
    avatar(name, color, "avatar avatar-small"),
    make("strong", {}, name),
    make("span", {}, what),
  );
}

function head(message, author) {
  return make(
    "header",
    { class: "message-head" },
    make("span", { class: "author" }, author.display_name),
    author.bot ? make("span", { class: "badge" }, "BOT") : null,
    messageTime(message.timestamp),
  );
}

function thinking(author) {
  const dots = make("span", { class: "dots", "aria-hidden": "true" }, make("i"), make("i"), make("i"));
  return make("p", { class: "thinking", data: { testid: "thinking" } }, dots, `${author.display_name} is thinking…`);
}

function content(message, page) {
  if (!message.content && !message.edited_timestamp) return null;
  const box = make(
    "div",
    { class: "content", data: { testid: "content" } },
    renderMarkdown(message.content ?? "", page.names),
  );
  // Discord marks edits of text; a changed card or button alone is not "edited" to the reader.
  if (message.edited_timestamp && message.content) {
    const mark = make(
      "span",
      { class: "edited", title: new Date(message.edited_timestamp).toLocaleString("en") },
      "(edited)",
    );
    (box.lastElementChild ?? box).append(" ", mark);
  }
  return box;
}

function ephemeralLine(message, page) {
  const dismiss = make(
    "button",
    {
      type: "button",
      class: "text-button",
      data: { testid: "dismiss" },
      on: { click: () => page.dismiss(message.id) },
    },
    "Dismiss",
  );
  return make("p", { class: "ephemeral-line" }, icon("eye"), "Only you can see this · ", dismiss);
}

/** The attachments' element of before, if they are the same: a player keeps playing through an edit. */
function attachmentsOf(message, author, previous) {
  // Not the link: it is signed anew each time the message is told.
  const key = JSON.stringify(looseAttachments(message).map((one) => [one.id, one.filename, one.description]));
  if (previous?.key === key) return previous;
  return { key, element: renderAttachments(message, author.display_name) };
}

/**
 * Draws `message`. `previous` is the drawing it replaces, if any.
 * @returns {{message: object, element: HTMLElement, attachments: {key: string, element: HTMLElement|null}}}
 */
export function drawMessage(message, page, previous) {
  const author = authorOf(message, page.store);
  const flags = message.flags ?? 0;
  const isEphemeral = (flags & FLAGS.ephemeral) !== 0;
  const isThinking = (flags & FLAGS.loading) !== 0;
  const attachments = attachmentsOf(message, author, previous?.attachments);
  const element = make(
    "article",
    {
      class: isEphemeral ? "message is-ephemeral" : "message",
      tabindex: "-1",
      "aria-label": `${author.display_name}: ${gist(message, page.names)}`,
      data: { testid: "message", messageId: message.id, authorId: message.author.id },
    },
    contextLine(message, page),
    make("div", { class: "message-avatar" }, avatar(author.display_name, author.color)),
    make(
      "div",
      { class: "message-body" },
      head(message, author),
      isThinking ? thinking(author) : content(message, page),
      (message.embeds ?? []).slice(0, MOST_EMBEDS).map((embed) => renderEmbed(
        embed,
        page.names,
        message.attachments ?? [],
      )),
      (flags & FLAGS.componentsV2) === 0 ? attachments.element : null,
      renderComponents(message, page),
      isEphemeral ? ephemeralLine(message, page) : null,
    ),
    // Discord offers no commands on what only one member sees.
    isThinking || isEphemeral ? null : new AppsMenu(page, message).element,
  );
  return { message, element, attachments };
}
