// The "Apps" menu of a message: the bot's message commands, reachable by keyboard.

import { make } from "./elements.js";
import { icon } from "./icons.js";
import { failureLine } from "./interactions.js";
import { localized } from "./localized.js";

export class AppsMenu {
  constructor(page, message) {
    this.page = page;
    this.message = message;
    this.button = make(
      "button",
      {
        type: "button", class: "icon-button message-apps", "aria-haspopup": "menu", "aria-expanded": "false",
        "aria-label": "Apps for this message", title: "Apps", data: { testid: "message-apps" },
      },
      icon("apps"),
    );
    this.menu = make("div", { class: "menu", role: "menu", "aria-label": "Apps", hidden: true });
    this.element = make("div", { class: "message-tools" }, this.button, this.menu);
    this.button.addEventListener("click", () => (this.menu.hidden ? this.open() : this.close()));
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("focusout", (event) => {
      if (!this.element.contains(event.relatedTarget)) this.#hide();
    });
  }

  open() {
    // Built on opening: commands may have been synced since the message was drawn.
    const { locale } = this.page.store;
    const commands = this.page.store.commandsHere(3);
    const items = commands.map((command) => this.#item(command, localized(command, "name", locale)));
    this.menu.replaceChildren(...(items.length > 0 ? items : [make(
      "p",
      { class: "menu-empty" },
      "The bot has no message commands.",
    )]));
    const room = this.button.getBoundingClientRect();
    this.menu.classList.toggle("menu-up", room.bottom + 60 + items.length * 40 > innerHeight);
    this.menu.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    items[0]?.focus();
  }

  close() {
    this.#hide();
    this.button.focus();
  }

  #hide() {
    this.menu.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
  }

  #item(command, label) {
    return make(
      "button",
      {
        type: "button",
        role: "menuitem",
        tabindex: "-1",
        data: { testid: "message-command", name: command.name },
        on: { click: () => this.#run(command, label) },
      },
      label,
    );
  }

  async #run(command, label) {
    this.close();
    try {
      const words = failureLine(await this.page.interactions.runMenu(command, this.message.id));
      if (words) this.page.tell(`${label}: ${words}`);
    } catch (problem) {
      this.page.tell(`${label}: ${problem.message}`);
    }
  }

  #key(event) {
    if (this.menu.hidden) return;
    const items = [...this.menu.querySelectorAll("[role=menuitem]")];
    const at = items.indexOf(document.activeElement);
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
    if (event.key === "Escape") this.close();
    else if (event.key in moves && items.length > 0) items[(moves[event.key] + items.length) % items.length].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
