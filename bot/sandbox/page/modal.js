// A modal the bot opened: text inputs and selects in a native dialog, which keeps the rest of the page inert.

import { make } from "./elements.js";
import { icon } from "./icons.js";
import { failureLine } from "./interactions.js";
import { renderMarkdown } from "./markdown.js";
import { makeField } from "./modal_fields.js";

const FOCUSABLE = "button, input, textarea, [tabindex='0']";

export class ModalDialog {
  #fields = [];
  #files = [];

  constructor(page, interactionId, modal) {
    this.page = page;
    this.interactionId = interactionId;
    this.modal = modal;
    this.note = make("p", { class: "modal-note", role: "alert" });
    this.submit = make(
      "button",
      { type: "submit", class: "button button-primary", data: { testid: "modal-submit" } },
      "Submit",
    );
    const rows = (modal.components ?? []).slice(0, 5).map((row, at) => this.#row(row, `modal-field-${at}`));
    const cancel = make(
      "button",
      { type: "button", class: "button button-secondary", on: { click: () => this.close() } },
      "Cancel",
    );
    const form = make(
      "form",
      { method: "dialog", novalidate: true },
      this.#head(),
      rows,
      this.note,
      make("div", { class: "modal-actions" }, cancel, this.submit),
    );
    this.dialog = make("dialog", { class: "modal", "aria-labelledby": "modal-title", data: { testid: "modal" } }, form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.dialog.addEventListener("keydown", (event) => this.#keepFocus(event));
    this.dialog.addEventListener("close", () => this.close());
  }

  /** Shows it; focus goes to the first field and, on closing, back to where it was. */
  open() {
    this.cameFrom = document.activeElement;
    document.body.append(this.dialog);
    this.dialog.showModal();
    (this.#fields[0]?.control ?? this.submit).focus();
  }

  close() {
    if (!this.dialog.isConnected) return;
    this.dialog.remove();
    if (this.cameFrom?.isConnected) this.cameFrom.focus();
    else this.page.focusComposer();
  }

  #head() {
    const title = make("h2", { id: "modal-title" }, this.modal.title ?? "");
    const close = make(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Close", on: { click: () => this.close() } },
      icon("close"),
    );
    return make("header", { class: "modal-head" }, title, close);
  }

  /** `row` is an action row (1), a label (18) or a text display (10). */
  #row(row, id) {
    if (row.type === 10) return make("div", { class: "content" }, renderMarkdown(row.content ?? "", this.page.names));
    const component = row.type === 18 ? row.component : row.components?.[0];
    const label = row.type === 18 ? row.label : component?.label;
    const field = makeField(component, { id, label, store: this.page.store, files: this.#files });
    if (field === null) return make("p", { class: "field-note" }, "This kind of field does not exist in the sandbox.");
    const note = make("p", { class: "field-note", id: `${id}-note` }, row.description ?? "");
    this.#fields.push({ ...field, row, note, hint: row.description ?? "" });
    const mark = component.required ?? true ? make("span", { class: "required", "aria-hidden": "true" }, " *") : null;
    return make("div", { class: "modal-field" }, make("label", { for: id }, label ?? "", mark), field.element, note);
  }

  #isComplete() {
    let firstWrong = null;
    for (const field of this.#fields) {
      const words = field.problem();
      field.note.textContent = words || field.hint;
      field.note.classList.toggle("is-problem", words !== "");
      field.control.setAttribute("aria-invalid", String(words !== ""));
      if (words && firstWrong === null) firstWrong = field;
    }
    firstWrong?.control.focus();
    return firstWrong === null;
  }

  async #send() {
    if (this.submit.disabled || !this.#isComplete()) return;
    this.submit.disabled = true;
    this.note.textContent = "";
    this.#files.length = 0;
    const answers = this.#fields.map(({ row, answer }) =>
      row.type === 18 ? { type: 18, id: row.id, component: answer() } : { type: 1, id: row.id, components: [answer()] },
    );
    try {
      const outcome = await this.page.interactions.submitModal(
        this.interactionId,
        this.modal.custom_id,
        answers,
        this.#files,
      );
      const words = failureLine(outcome);
      if (words === "") this.close();
      this.note.textContent = words;
    } catch (problem) {
      this.note.textContent = problem.message;
    }
    this.submit.disabled = false;
  }

  /** Tab stays inside: a native dialog would also let it out to the browser's own controls. */
  #keepFocus(event) {
    if (event.key !== "Tab") return;
    const stops = [...this.dialog.querySelectorAll(FOCUSABLE)].filter(
      (stop) => !stop.disabled && stop.offsetParent !== null,
    );
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0]).focus();
  }
}
