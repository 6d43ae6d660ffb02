// The server's soundboard: its sounds, each to be played for oneself.

import { make } from "./elements.js";
import { icon } from "./icons.js";

export class Soundboard {
  #audio = new Audio();

  constructor(store) {
    this.store = store;
    this.sounds = make("ul", { class: "sounds" });
    this.element = make("section", { hidden: true, data: { testid: "soundboard" } }, make("h2", {}, "Soundboard"), this.sounds);
    store.addEventListener("world", () => this.draw());
    store.addEventListener("place", () => this.draw());
  }

  draw() {
    const sounds = this.store.guild?.sounds ?? [];
    this.element.hidden = !sounds.length;
    const focused = document.activeElement?.dataset?.soundId ?? "";
    this.sounds.replaceChildren(...sounds.map((sound) => this.#row(sound)));
    if (focused) this.sounds.querySelector(`[data-sound-id="${CSS.escape(focused)}"]`)?.focus();
  }

  #row(sound) {
    const play = make(
      "button",
      {
        type: "button", class: "icon-button", "aria-label": `Play ${sound.name}`, data: { testid: "sound-play", soundId: sound.id },
        on: { click: () => this.#play(sound.url) },
      },
      icon("play"),
    );
    return make("li", { class: "member" }, play, make("span", { class: "member-name" }, sound.emoji ?? "🔊", " ", sound.name));
  }

  async #play(url) {
    this.#audio.src = url;
    try {
      await this.#audio.play();
    } catch {
      // Another sound was started meanwhile, or this one was deleted: there is nothing to hear.
    }
  }
}
