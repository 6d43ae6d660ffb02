// What the member the page acts as has decided about the bot, as switches in the panel.

import { make } from "./elements.js";

const SWITCHES = [
  { field: "takes_dms", label: "Takes direct messages from the bot" },
  { field: "has_app", label: "Has added the bot to their account" },
];

export class PersonSwitches {
  /** @param onSwitch (userId, field, isOn) => Promise; rejected with words when it did not work */
  constructor(store, onSwitch) {
    this.store = store;
    this.onSwitch = onSwitch;
    this.controls = SWITCHES.map(({ field }) => this.#control(field));
    this.problem = make("p", { class: "panel-problem", role: "alert" });
    this.title = make("h2", { id: "person-title" });
    this.element = make(
      "section",
      { role: "group", "aria-labelledby": "person-title" },
      this.title,
      SWITCHES.map(({ field, label }, at) => this.#row(field, label, this.controls[at])),
      this.problem,
    );
    store.addEventListener("world", () => this.draw());
  }

  draw() {
    this.title.textContent = this.store.me.display_name;
    SWITCHES.forEach(({ field }, at) => {
      this.controls[at].setAttribute("aria-checked", String(Boolean(this.store.me[field])));
    });
  }

  #control(field) {
    const control = make("button", {
      type: "button",
      role: "switch",
      class: "switch",
      "aria-checked": "false",
      "aria-labelledby": `person-${field}-label`,
      data: { testid: `person-${field}` },
    });
    control.addEventListener("click", () => this.#toggle(field, control));
    return control;
  }

  #row(field, label, control) {
    const on = { click: () => control.click() };
    const words = make("span", { id: `person-${field}-label`, class: "permission-label", on }, label);
    return make("div", { class: "permission" }, words, control);
  }

  async #toggle(field, control) {
    const isOn = control.getAttribute("aria-checked") !== "true";
    control.setAttribute("aria-checked", String(isOn));
    this.problem.textContent = "";
    try {
      await this.onSwitch(this.store.me.id, field, isOn);
    } catch (problem) {
      control.setAttribute("aria-checked", String(!isOn));
      this.problem.textContent = problem.message;
    }
  }
}
