// What an unused channel says, and the line about the bot's connection.

import { make } from "./elements.js";
import { commandLeaves } from "./command_values.js";

const MOST_HINTS = 5;
const FAVOURITES = ["tts", "sfx", "voices", "help", "transcribe"];

/** "#general", or "@Soundbooth" for direct messages. */
export function channelTitle(channel) {
  return `${channel.sign ?? "#"}${channel.name}`;
}

function hints(store) {
  const leaves = commandLeaves(store.commandsHere(1), store.locale);
  const rank = (leaf) => {
    const at = FAVOURITES.indexOf(leaf.name);
    return at === -1 ? FAVOURITES.length : at;
  };
  return leaves.sort((a, b) => rank(a) - rank(b)).slice(0, MOST_HINTS);
}

function hintButton(leaf, startCommand) {
  const start = () => startCommand(leaf.name);
  const words = [make("strong", {}, `/${leaf.label}`), make("span", {}, leaf.description)];
  return make("button", { type: "button", class: "chip", on: { click: start } }, words);
}

/** Fills `host` with the beginning of the channel and, as long as nobody has used the bot in it, with what to try. */
export function drawIntro(host, store, { isUnused, hasOlder }, startCommand) {
  const { channel } = store;
  if (channel === null || hasOlder) {
    host.replaceChildren();
    return;
  }
  const buttons = isUnused ? hints(store) : [];
  const invitation = buttons[0] ? `Type /${buttons[0].label} below, or choose:` : "Type / below for the bot's commands.";
  const key = JSON.stringify([channel, isUnused, buttons.map((leaf) => [leaf.label, leaf.description])]);
  // Redrawn only when it says something else: its buttons may have the focus.
  if (host.dataset.key === key && host.hasChildNodes()) return;
  host.dataset.key = key;
  host.replaceChildren(
    make("img", { class: "intro-mark", src: "/page/icon.svg", alt: "" }),
    make("h2", {}, channelTitle(channel)),
    make("p", {}, channel.topic || "The beginning of this channel."),
    isUnused ? make("p", { class: "intro-try", data: { testid: "empty-channel" } }, invitation) : "",
    make("div", { class: "intro-hints" }, buttons.map((leaf) => hintButton(leaf, startCommand))),
  );
}

/** Says how things stand with the bot: `connected`, `starting`, `disconnected` or `reconnecting` (no sandbox). */
export function drawStatus(bar, store) {
  const words = {
    connected: "The bot is connected.",
    starting: "The bot is starting…",
    disconnected: "The bot is not connected. Commands will not be answered.",
    reconnecting: "The sandbox cannot be reached. Trying again…",
  };
  const withoutBot = store.hasSeenBot ? "disconnected" : "starting";
  const withSandbox = store.isBotConnected ? "connected" : withoutBot;
  const state = store.connection === "lost" ? "reconnecting" : withSandbox;
  bar.dataset.state = state;
  if (bar.textContent !== words[state]) bar.textContent = words[state];
}
