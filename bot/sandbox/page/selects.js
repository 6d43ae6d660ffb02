// A select menu as Discord has it: a button that opens a listbox, single or multiple.

import { make } from "./elements.js";
import { icon } from "./icons.js";

const UNCHOSEN = "Make a selection";
let lastNumber = 0;

function emojiText(emoji) {
  if (!emoji) return "";
  return emoji.id ? `:${emoji.name}:` : emoji.name ?? "";
}

/** The options of a select: its own, or members, roles or channels for the automatic kinds (5 to 8). */
export function selectOptions(component, store) {
  const members = () => store.members.map((user) => ({
    value: user.id,
    label: user.display_name,
    description: `@${user.username}`,
  }));
  const roles = () => store.roles.map(({ id, name }) => ({ value: id, label: name, description: "" }));
  const channels = () => (store.guild?.channels ?? []).map((channel) => ({
    value: channel.id,
    label: `#${channel.name}`,
    description: channel.topic ?? "",
  }));
  const kinds = {
    3: () => component.options ?? [],
    5: members,
    6: roles,
    7: () => [...members(), ...roles()],
    8: channels,
  };
  return (kinds[component.type] ?? (() => []))();
}

function preselected(component, options) {
  const chosen = (component.default_values ?? []).map((one) => String(one.id));
  const isChosen = (option) => option.default || chosen.includes(option.value);
  return new Set(options.filter(isChosen).map((option) => option.value));
}

export class SelectMenu {
  /**
   * @param onDone called with the chosen values: at once for a single choice, on closing for several.
   */
  constructor({ component, options, onDone, label = "" }) {
    this.component = component;
    this.options = options;
    this.onDone = onDone;
    this.mayPickSeveral = (component.max_values ?? 1) > 1;
    this.values = preselected(component, options);
    this.active = 0;
    const id = `select-${(lastNumber += 1)}`;
    this.words = make("span", { class: "select-words" });
    this.button = make(
      "button",
      {
        type: "button",
        class: "select-button",
        "aria-haspopup": "listbox",
        "aria-expanded": "false",
        "aria-controls": id,
        "aria-label": label || component.placeholder || UNCHOSEN,
        disabled: component.disabled,
        data: { testid: "component-select", customId: component.custom_id ?? "" },
      },
      this.words,
      icon("chevron"),
    );
    this.list = make("ul", {
      class: "select-list", role: "listbox", id, tabindex: "-1", hidden: true,
      "aria-label": component.placeholder || "Options", "aria-multiselectable": this.mayPickSeveral ? "true" : null,
    });
    this.rows = options.map((option, at) => this.#row(option, `${id}-${at}`, at));
    this.list.append(...this.rows);
    this.element = make("div", { class: "select" }, this.button, this.list);
    this.#listen();
    this.#show();
  }

  #row(option, id, at) {
    return make(
      "li",
      {
        role: "option",
        id,
        class: "select-option",
        data: { testid: "select-option", value: option.value },
        on: { click: () => this.#pick(at), pointermove: () => this.#move(at) },
      },
      make("span", { class: "select-emoji" }, emojiText(option.emoji)),
      make(
        "span",
        { class: "select-label" },
        option.label,
        option.description ? make("small", {}, option.description) : null,
      ),
      icon("check"),
    );
  }

  #listen() {
    this.button.addEventListener("click", () => (this.list.hidden ? this.#open() : this.#close()));
    this.button.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      this.#open();
    });
    this.list.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("focusout", (event) => {
      if (!this.element.contains(event.relatedTarget)) this.#close();
    });
  }

  #open() {
    this.before = [...this.values].join();
    this.list.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    const box = this.button.getBoundingClientRect();
    this.element.classList.toggle("select-up", box.bottom + 260 > innerHeight && box.top > 260);
    this.#move(Math.max(0, this.options.findIndex((option) => this.values.has(option.value))));
    this.list.focus();
  }

  #close() {
    if (this.list.hidden) return;
    const hadFocus = this.list === document.activeElement;
    this.list.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    if (hadFocus) this.button.focus();
    if (this.mayPickSeveral && [...this.values].join() !== this.before) this.onDone([...this.values]);
  }

  #key(event) {
    const last = this.options.length - 1;
    const moves = {
      ArrowDown: Math.min(last, this.active + 1),
      ArrowUp: Math.max(0, this.active - 1),
      Home: 0,
      End: last,
    };
    if (event.key in moves) this.#move(moves[event.key]);
    else if (event.key === "Enter" || event.key === " ") this.#pick(this.active);
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #move(at) {
    this.active = at;
    this.rows.forEach((row, index) => row.classList.toggle("is-active", index === at));
    if (!this.rows[at]) return;
    this.list.setAttribute("aria-activedescendant", this.rows[at].id);
    this.rows[at].scrollIntoView({ block: "nearest" });
  }

  #pick(at) {
    const option = this.options[at];
    if (!option) return;
    if (!this.mayPickSeveral) {
      this.values = new Set([option.value]);
      this.#show();
      this.#close();
      this.onDone([option.value]);
      return;
    }
    if (this.values.has(option.value)) this.values.delete(option.value);
    else if (this.values.size < this.component.max_values) this.values.add(option.value);
    this.#show();
  }

  #show() {
    const chosen = this.options.filter((option) => this.values.has(option.value));
    const words = chosen.map((option) => option.label).join(", ");
    this.words.textContent = words || this.component.placeholder || UNCHOSEN;
    this.words.classList.toggle("is-placeholder", chosen.length === 0);
    this.rows.forEach((row, at) => row.setAttribute("aria-selected", String(this.values.has(this.options[at].value))));
  }
}
