// One option of the command being written, as a pill with its own input.

import { fieldProblem, TYPE_WORDS, TYPES } from "./command_values.js";
import { make } from "./elements.js";
import { icon } from "./icons.js";

/** How near the limit the count of characters appears. */
const COUNT_FROM = 0.8;

function describe(option) {
  const kind = option.autocomplete ? "text with suggestions" : TYPE_WORDS[option.type] ?? "value";
  return `${option.label}, ${kind}${option.required ? ", required" : ""}: ${option.description ?? ""}`;
}

export class CommandField {
  text = "";
  value = null;
  file = null;

  constructor(option) {
    this.option = option;
    this.input = option.type === TYPES.attachment ? this.#fileInput() : this.#textInput();
    this.count = make("span", { class: "pill-count", "aria-hidden": "true" });
    this.remove = option.required
      ? null
      : make(
        "button",
        { type: "button", class: "pill-remove", tabindex: "-1", "aria-label": `Remove ${option.label}` },
        icon("close"),
      );
    this.element = make(
      "span",
      { class: "option-pill" },
      make("span", { class: "pill-name", "aria-hidden": "true" }, option.label),
      this.#box(),
      this.count,
      this.remove,
    );
  }

  get isEmpty() {
    return this.text === "" && this.file === null;
  }

  get problem() {
    return fieldProblem(this);
  }

  get maySuggest() {
    const { autocomplete, choices, type } = this.option;
    return Boolean(autocomplete) || Boolean(choices?.length) || (type >= TYPES.boolean && type <= TYPES.mentionable);
  }

  /** Takes what the input holds now; a chosen suggestion is forgotten as soon as its words are changed. */
  read() {
    this.text = this.input.value;
    this.value = null;
    this.#fit();
  }

  setText(text) {
    this.input.value = text;
    this.read();
  }

  choose(item) {
    this.setText(item.label);
    this.value = item.value;
  }

  setFile(file) {
    this.file = file;
    this.fileName.textContent = file ? file.name : "Choose a file";
    this.element.classList.toggle("has-file", file !== null);
    this.showProblem("");
  }

  showProblem(words) {
    this.element.classList.toggle("is-wrong", words !== "");
    this.input.setAttribute("aria-invalid", String(words !== ""));
  }

  #box() {
    if (this.option.type !== TYPES.attachment) return this.input;
    this.fileName = make("span", { class: "pill-file-name" }, "Choose a file");
    return make("label", { class: "pill-file" }, this.input, icon("file"), this.fileName);
  }

  #fileInput() {
    const input = make(
      "input",
      {
        type: "file",
        class: "visually-hidden",
        "aria-label": describe(this.option),
        data: { testid: `option-${this.option.name}` },
      },
    );
    input.addEventListener("change", () => this.setFile(input.files[0] ?? null));
    return input;
  }

  #textInput() {
    const { type, name, choices } = this.option;
    const isLong = type === TYPES.string && !choices?.length;
    const numeric = { [TYPES.integer]: "numeric", [TYPES.number]: "decimal" }[type];
    return make(isLong ? "textarea" : "input", {
      class: "pill-input",
      type: isLong ? null : "text",
      rows: isLong ? 1 : null,
      autocomplete: "off",
      spellcheck: "false",
      inputmode: numeric,
      "aria-label": describe(this.option),
      "aria-required": String(Boolean(this.option.required)),
      data: { testid: `option-${name}` },
    });
  }

  #fit() {
    const most = this.option.max_length;
    const isNear = most && this.text.length >= most * COUNT_FROM;
    this.count.textContent = isNear ? String(most - this.text.length) : "";
    this.count.classList.toggle("is-over", Boolean(isNear) && this.text.length > most);
    if (CSS.supports("field-sizing", "content") || this.input.tagName !== "TEXTAREA") return;
    this.input.rows = Math.min(6, this.text.split("\n").length + Math.floor(this.text.length / 60));
  }
}
