// A list of suggestions above the composer. The text field keeps the focus; the list is announced through
// aria-activedescendant, as the combobox pattern wants it.

import { make } from "./elements.js";

const MOST_ROWS = 150;
let lastNumber = 0;

export class Picker {
  #items = [];
  #rows = [];
  #active = -1;
  #input = null;

  /**
   * @param host the element the list is put in
   * @param names `label` for screen readers, `testId` of the list, `optionTestId` of its options
   * @param onPick called with the chosen item
   */
  constructor(host, { label, testId, optionTestId }, onPick) {
    this.id = `picker-${(lastNumber += 1)}`;
    this.optionTestId = optionTestId;
    this.onPick = onPick;
    this.list = make("ul", { class: "picker-list", role: "listbox", id: this.id, "aria-label": label });
    this.note = make("p", { class: "picker-note", role: "status" });
    this.element = make("div", { class: "picker", hidden: true, data: { testid: testId } }, this.list, this.note);
    // Pressing on the list must not take the focus from the field.
    this.element.addEventListener("pointerdown", (event) => event.preventDefault());
    this.element.addEventListener("mousedown", (event) => event.preventDefault());
    host.append(this.element);
  }

  get isOpen() {
    return !this.element.hidden;
  }

  get active() {
    return this.#items[this.#active] ?? null;
  }

  /**
   * Shows `items` ({label, detail, lead, mark} and whatever the owner needs) for `input`.
   * @param options `active`: which row is chosen by Enter (-1: none yet); `note`: a line under the list
   */
  show(input, items, { active = 0, note = "", isProblem = false } = {}) {
    this.#attach(input);
    this.#items = items.slice(0, MOST_ROWS);
    this.#rows = this.#items.map((item, at) => this.#row(item, at));
    this.list.replaceChildren(...this.#rows);
    this.list.hidden = this.#rows.length === 0;
    this.note.textContent = note;
    this.note.classList.toggle("is-problem", isProblem);
    this.element.hidden = items.length === 0 && note === "";
    input.setAttribute("aria-expanded", String(this.isOpen));
    this.#mark(this.#rows.length > 0 ? active : -1);
  }

  /** Keeps the rows but takes none for chosen: their question has changed and the answer is on its way. */
  wait(input, note) {
    this.show(input, this.#input === input && this.isOpen ? this.#items : [], { active: -1, note });
    this.element.setAttribute("aria-busy", "true");
  }

  hide() {
    this.element.hidden = true;
    this.#items = [];
    this.#mark(-1);
    this.#detach();
  }

  move(step) {
    if (this.#rows.length === 0) return;
    const from = this.#active === -1 && step < 0 ? 0 : this.#active;
    this.#mark((from + step + this.#rows.length) % this.#rows.length);
  }

  /** Chooses the active row. @returns {boolean} whether there was one */
  take() {
    const item = this.active;
    if (!this.isOpen || item === null) return false;
    this.hide();
    this.onPick(item);
    return true;
  }

  #attach(input) {
    this.element.removeAttribute("aria-busy");
    if (this.#input === input) return;
    this.#detach();
    this.#input = input;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.id);
  }

  #detach() {
    this.#input?.setAttribute("aria-expanded", "false");
    this.#input?.removeAttribute("aria-activedescendant");
    this.#input = null;
  }

  #row(item, at) {
    return make(
      "li",
      {
        role: "option", id: `${this.id}-${at}`, class: "picker-option", data: {
          testid: this.optionTestId,
          name: item.name ?? item.label,
        },
        on: {
          click: () => {
            this.#mark(at);
            this.take();
          },
          pointermove: () => this.#active !== at && this.#mark(at, false),
        },
      },
      item.lead ?? null,
      make(
        "span",
        { class: "picker-words" },
        make("span", { class: "picker-label" }, item.label),
        item.detail ? make("small", {}, item.detail) : null,
      ),
      item.mark ? make("span", { class: "picker-mark" }, item.mark) : null,
    );
  }

  #mark(at, mayScroll = true) {
    this.#active = at;
    this.#rows.forEach((row, index) => {
      row.classList.toggle("is-active", index === at);
      row.setAttribute("aria-selected", String(index === at));
    });
    const row = this.#rows[at];
    if (!row) {
      this.#input?.removeAttribute("aria-activedescendant");
      return;
    }
    this.#input?.setAttribute("aria-activedescendant", row.id);
    if (mayScroll) row.scrollIntoView({ block: "nearest" });
  }
}
