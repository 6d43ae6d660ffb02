// Writing a slash command: its name, a pill for each option, and the list of options still to add.

import { CommandField } from "./command_fields.js";
import { buildOptions, isCalled, matchItems, TYPE_WORDS, TYPES } from "./command_values.js";
import { make } from "./elements.js";
import { Picker } from "./pickers.js";
import { Suggestions } from "./suggestions.js";

export class CommandInput {
  #active = null;

  /**
   * @param page store and api
   * @param leaf the command, from commandLeaves
   * @param pickerHost where the lists open
   * @param listeners `onSend({options, files})`, `onLeave()`, `onHint(words)`, `onProblem(words)`
   */
  constructor(page, leaf, pickerHost, listeners) {
    this.leaf = leaf;
    this.pickerHost = pickerHost;
    this.listeners = listeners;
    this.fields = leaf.options.filter((option) => option.required).map((option) => this.#field(option));
    this.choices = new Picker(
      pickerHost,
      { label: "Suggestions", testId: "choice-list", optionTestId: "choice" },
      (item) => this.#choose(item),
    );
    this.rest = new Picker(
      pickerHost,
      { label: "Options", testId: "option-list", optionTestId: "option-choice" },
      (item) => this.#add(item.option),
    );
    this.suggestions = new Suggestions({ store: page.store, api: page.api, picker: this.choices });
    this.adder = make(
      "input",
      {
        class: "option-adder",
        type: "text",
        autocomplete: "off",
        "aria-label": "Add an option",
        data: { testid: "option-add" },
      },
    );
    this.pills = make("span", { class: "pills" }, this.fields.map((field) => field.element));
    this.element = make(
      "div",
      {
        class: "command-strip",
        role: "group",
        "aria-label": `Command /${leaf.label}`,
        data: { testid: "command-input" },
      },
      make("span", { class: "command-name" }, `/${leaf.label}`),
      this.pills,
      this.adder,
    );
    this.#listen();
    this.#describeAdder();
  }

  /** Focuses the first required option, or the place where optional ones are added. */
  start() {
    this.pickerHost.append(this.choices.element, this.rest.element);
    (this.fields[0]?.input ?? this.adder).focus();
  }

  /** Ends lists and questions; the element can be thrown away, or started again later. */
  stop() {
    this.suggestions.stop();
    this.choices.element.remove();
    this.rest.element.remove();
  }

  /** Puts a pasted or dropped file into the first attachment option that has none. @returns {boolean} */
  takeFile(file) {
    const isOpen = (field) => field.option.type === TYPES.attachment && field.file === null;
    let field = this.fields.find(isOpen);
    const option = this.#remaining().find((one) => one.type === TYPES.attachment);
    if (!field && option) field = this.#add(option);
    field?.setFile(file);
    return Boolean(field);
  }

  /** Checks everything; sends, or shows what is wrong and goes there. */
  send() {
    let first = null;
    for (const field of this.fields) {
      field.showProblem(field.problem);
      if (field.problem && first === null) first = field;
    }
    if (first !== null) {
      first.input.focus();
      this.#closeLists();
      this.listeners.onProblem(`${first.option.label} ${first.problem}.`);
      return;
    }
    this.#closeLists();
    this.listeners.onSend(buildOptions(this.leaf, this.fields));
  }

  #field(option) {
    const field = new CommandField(option);
    field.remove?.addEventListener("click", () => this.#drop(field));
    return field;
  }

  #remaining() {
    return this.leaf.options.filter((option) => !this.fields.some((field) => field.option === option));
  }

  #listen() {
    this.element.addEventListener("focusin", (event) => this.#entered(event.target));
    this.element.addEventListener("focusout", () => this.#closeLists());
    this.element.addEventListener("input", (event) => this.#typed(event.target));
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  #fieldOf(target) {
    return this.fields.find((field) => field.input === target) ?? null;
  }

  #entered(target) {
    this.#active = this.#fieldOf(target);
    if (this.#active) {
      this.listeners.onHint(this.#active.option.description ?? "", this.#active.option);
      if (this.#active.maySuggest && this.#active.value === null) this.#offer(this.#active);
    } else if (target === this.adder) {
      this.listeners.onHint(this.leaf.description, null);
      this.#offerRest(-1);
    }
  }

  #typed(target) {
    if (target === this.adder) {
      this.#addByName() || this.#offerRest(this.adder.value ? 0 : -1);
      return;
    }
    const field = this.#fieldOf(target);
    if (field === null || target.type === "file") return;
    field.read();
    field.showProblem("");
    this.listeners.onProblem("");
    if (field.maySuggest) this.#offer(field);
  }

  #offer(field, options) {
    this.suggestions.offer(this.leaf, this.fields, field, options);
  }

  /** "speed " or "speed:" typed in full adds that option. */
  #addByName() {
    const typed = /^([^\s:]+)[\s:]$/u.exec(this.adder.value);
    const option = typed ? this.#remaining().find((one) => isCalled(one, typed[1])) : null;
    if (!option) return false;
    this.#add(option);
    return true;
  }

  #offerRest(active) {
    const items = this.#remaining().map((option) => ({
      label: option.label,
      name: option.name,
      detail: option.description ?? "",
      mark: TYPE_WORDS[option.type] ?? "",
      option,
    }));
    const fitting = matchItems(items, this.adder.value);
    const note = items.length > 0 && fitting.length === 0 ? "No option of that name." : "";
    this.rest.show(this.adder, fitting, { active, note });
  }

  #add(option) {
    const field = this.#field(option);
    this.fields.push(field);
    this.pills.append(field.element);
    this.adder.value = "";
    this.rest.hide();
    this.#describeAdder();
    field.input.focus();
    return field;
  }

  #drop(field) {
    const at = this.fields.indexOf(field);
    this.fields.splice(at, 1);
    field.element.remove();
    this.#describeAdder();
    (this.fields[at - 1]?.input ?? this.adder).focus();
  }

  #describeAdder() {
    const count = this.#remaining().length;
    this.adder.placeholder = count > 0 ? `+${count} optional` : "Enter sends";
    // Without anything to add it still is the place to press Enter for a command without options.
    this.adder.readOnly = count === 0;
    this.adder.hidden = count === 0 && this.fields.length > 0;
  }

  #choose(item) {
    const field = this.#active;
    if (field === null) return;
    this.suggestions.stop();
    field.choose(item);
    field.showProblem("");
    this.listeners.onProblem("");
    const next = this.fields.find((one) => one.option.required && one.isEmpty);
    if (next) next.input.focus();
  }

  #closeLists() {
    this.suggestions.stop();
    this.choices.hide();
    this.rest.hide();
  }

  #openPicker() {
    return [this.choices, this.rest].find((picker) => picker.isOpen) ?? null;
  }

  #key(event) {
    if (event.isComposing || event.target.closest(".pill-remove")) return;
    const handlers = {
      ArrowDown: () => this.#arrow(1),
      ArrowUp: () => this.#arrow(-1),
      Enter: () => this.#enter(event),
      Tab: () => this.#tab(event),
      Escape: () => this.#escape(),
      Backspace: () => this.#backspace(event.target),
    };
    if (handlers[event.key]?.()) event.preventDefault();
  }

  #arrow(step) {
    const picker = this.#openPicker();
    if (picker) picker.move(step);
    else if (this.#active?.maySuggest) this.#offer(this.#active, { everything: this.#active.value !== null });
    else return false;
    return true;
  }

  #enter(event) {
    if (event.shiftKey && event.target.tagName === "TEXTAREA") return false;
    if (this.#openPicker()?.take()) return true;
    // An empty file field: Enter opens the file chooser, as the browser does by itself for Space.
    if (event.target.type === "file" && event.target.files.length === 0) {
      event.target.click();
      return true;
    }
    this.send();
    return true;
  }

  /** Tab takes the marked suggestion of something typed or needed, then goes on as the browser does. */
  #tab(event) {
    const field = this.#active;
    if (event.shiftKey || !this.choices.isOpen || field === null) return false;
    const isWanted = field.text !== "" || field.option.required;
    if (!isWanted || field.value !== null || this.choices.active === null) return false;
    this.choices.take();
    return document.activeElement !== field.input;
  }

  #escape() {
    if (this.#openPicker()) this.#closeLists();
    else this.listeners.onLeave();
    return true;
  }

  /** In an empty place Backspace goes backwards: an optional pill goes away, at the start the command does. */
  #backspace(target) {
    const field = this.#fieldOf(target);
    if (target.type !== "file" && target.value !== "") return false;
    if (field?.option.type === TYPES.attachment && field.file) {
      field.input.value = "";
      field.setFile(null);
    } else if (field && !field.option.required) this.#drop(field);
    else {
      const before = this.fields[field ? this.fields.indexOf(field) - 1 : this.fields.length - 1];
      if (before) before.input.focus();
      else this.listeners.onLeave();
    }
    return true;
  }
}
