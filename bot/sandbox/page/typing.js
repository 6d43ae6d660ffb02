// "… is typing": shown for as long as Discord shows it, at most.

import { make } from "./elements.js";

const SHOWN_MS = 10_000;
const MOST_NAMES = 3;

export class TypingLine {
  #timers = new Map();

  constructor(host, store) {
    this.store = store;
    this.element = make("p", { class: "typing", "aria-live": "off", data: { testid: "typing" } });
    host.prepend(this.element);
  }

  start(userId) {
    if (userId === this.store.world.me) return;
    clearTimeout(this.#timers.get(userId));
    this.#timers.set(userId, setTimeout(() => this.stop(userId), SHOWN_MS));
    this.#draw();
  }

  stop(userId) {
    clearTimeout(this.#timers.get(userId));
    if (this.#timers.delete(userId)) this.#draw();
  }

  clear() {
    for (const userId of [...this.#timers.keys()]) this.stop(userId);
  }

  #draw() {
    const names = [...this.#timers.keys()].slice(0, MOST_NAMES).map((id) => this.store.user(id).display_name);
    const verb = names.length === 1 ? "is" : "are";
    this.element.textContent = names.length > 0 ? `${names.join(", ")} ${verb} typing…` : "";
  }
}
