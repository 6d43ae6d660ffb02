// The composer: plain messages with files, and the way into slash commands.

import { CommandInput } from "./command_input.js";
import { commandLeaves, isCalled, matchLeaves } from "./command_values.js";
import { make } from "./elements.js";
import { FileTray } from "./file_tray.js";
import { icon } from "./icons.js";
import { failureLine } from "./interactions.js";
import { channelTitle } from "./intro.js";
import { Picker } from "./pickers.js";

/** Discord's own limit of a message's text. */
const LONGEST = 2000;
const COUNT_FROM = 1800;
const isNarrow = matchMedia("(max-width: 720px)");

export class Composer {
  #command = null;
  #isSending = false;

  constructor(host, page) {
    this.page = page;
    this.tray = new FileTray(() => this.#showState());
    this.text = make("textarea", {
      id: "composer",
      class: "composer-text",
      rows: "1",
      "aria-label": "Message",
      autocomplete: "off",
      data: { testid: "composer" },
    });
    this.pickers = make("div", { class: "pickers" });
    this.commands = new Picker(
      this.pickers,
      { label: "Commands", testId: "command-list", optionTestId: "command-option" },
      (item) => this.startCommand(item.leaf),
    );
    this.note = make("p", { class: "composer-note", data: { testid: "composer-note" } });
    this.problem = make("p", { class: "composer-problem", role: "alert", data: { testid: "composer-problem" } });
    this.count = make("span", { class: "composer-count", "aria-hidden": "true" });
    this.field = make("div", { class: "composer-field" }, this.text);
    this.chooser = make("input", { type: "file", multiple: true, hidden: true, data: { testid: "file-input" } });
    this.attach = make(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Attach files",
        title: "Attach files",
        on: { click: () => this.chooser.click() },
      },
      icon("plus"),
    );
    this.sendButton = make(
      "button",
      { type: "submit", class: "icon-button send", "aria-label": "Send", data: { testid: "send" } },
      icon("send"),
    );
    this.form = make(
      "form",
      { class: "composer-box" },
      this.tray.element,
      make("div", { class: "composer-row" }, this.attach, this.chooser, this.field, this.count, this.sendButton),
    );
    host.append(this.pickers, this.problem, this.form, this.note);
    this.host = host;
    this.#listen();
    this.#showState();
  }

  focus() {
    if (this.#command) this.#command.start();
    else this.text.focus();
  }

  /** Starts writing the command `leaf`. */
  startCommand(leaf) {
    this.leaveCommand();
    // A message half written stays for afterwards.
    if (this.text.value.startsWith("/")) this.text.value = "";
    this.commands.hide();
    const command = new CommandInput(this.page, leaf, this.pickers, {
      onSend: (filled) => this.#sendCommand(command, filled),
      onLeave: () => this.leaveCommand({ focus: true }),
      onHint: (words, option) => this.#hint(words, option),
      onProblem: (words) => this.#tell(words),
    });
    this.#enterCommand(command);
  }

  #enterCommand(command) {
    this.#command = command;
    this.text.hidden = true;
    this.field.append(command.element);
    this.#showState();
    command.start();
  }

  /** Starts the command of that path ("voice list"), if there is one here. */
  startCommandNamed(path) {
    const leaf = this.#leaves().find((one) => one.name === path);
    if (leaf) this.startCommand(leaf);
  }

  leaveCommand({ focus = false } = {}) {
    if (this.#command === null) return;
    const command = this.#command;
    this.#command = null;
    command.stop();
    command.element.remove();
    this.text.hidden = false;
    this.#tell("");
    this.#showState();
    if (focus) this.text.focus();
  }

  /** Names the channel that is written to; a page that opens in one learns only later what it is called. */
  drawPlace() {
    const channel = this.page.store.channel;
    const hint = isNarrow.matches ? "" : ", or / for a command";
    this.text.placeholder = channel ? `Message ${channelTitle(channel)}${hint}` : "No channel";
  }

  /** The channel or the member changed: an unfinished command does not follow. */
  reset() {
    this.leaveCommand();
    this.commands.hide();
    this.#tell("");
    this.#showState();
  }

  #leaves() {
    return commandLeaves(this.page.store.commandsHere(1), this.page.store.locale);
  }

  #listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.text.addEventListener("input", () => this.#typed());
    this.text.addEventListener("keydown", (event) => this.#key(event));
    this.text.addEventListener("blur", () => this.commands.hide());
    this.text.addEventListener("focus", () => this.#offerCommands());
    this.chooser.addEventListener("change", () => {
      this.#takeFiles([...this.chooser.files]);
      this.chooser.value = "";
    });
    this.form.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      this.#takeFiles(files);
    });
    this.#listenForDrops(document.querySelector(".room"));
  }

  #listenForDrops(room) {
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
    room.addEventListener("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      room.classList.add("is-dropping");
    });
    room.addEventListener("dragleave", (event) => {
      if (!room.contains(event.relatedTarget)) room.classList.remove("is-dropping");
    });
    room.addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      room.classList.remove("is-dropping");
      this.#takeFiles([...event.dataTransfer.files]);
    });
  }

  #takeFiles(files) {
    if (files.length === 0) return;
    if (this.#command) {
      if (!this.#command.takeFile(files[0])) this.#tell("This command takes no more files.");
      return;
    }
    this.#tell(this.tray.add(files));
    this.text.focus();
  }

  #typed() {
    this.#tell("");
    this.#showState();
    const exact = /^\/(.+) $/u.exec(this.text.value);
    const leaf = exact ? this.#leaves().find((one) => isCalled(one, exact[1])) : null;
    if (leaf) this.startCommand(leaf);
    else this.#offerCommands();
  }

  #offerCommands() {
    const typed = /^\/([^\n]*)$/u.exec(this.text.value);
    if (!typed) {
      this.commands.hide();
      return;
    }
    const all = this.#leaves();
    const items = matchLeaves(all, typed[1]).map((leaf) => ({
      label: `/${leaf.label}`,
      name: leaf.name,
      detail: leaf.description,
      mark: optionWords(leaf),
      leaf,
    }));
    const none = all.length === 0 ? "The bot has no commands here yet." : "No command of that name.";
    this.commands.show(this.text, items, { note: items.length === 0 ? none : "" });
  }

  #key(event) {
    if (event.isComposing) return;
    if (this.#keyForPicker(event)) event.preventDefault();
    else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    }
  }

  /** @returns {boolean} whether the key was for the list of commands */
  #keyForPicker({ key, shiftKey }) {
    const picker = this.commands;
    if (!picker.isOpen) return false;
    if ((key === "Enter" || key === "Tab") && !shiftKey) return picker.take();
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (key === "Escape") picker.hide();
    else if (key in steps) picker.move(steps[key]);
    else return false;
    return true;
  }

  #submit() {
    if (this.#command) this.#command.send();
    else this.#sendMessage();
  }

  async #sendMessage() {
    const content = this.text.value.trim();
    if (this.#isSending || (content === "" && this.tray.files.length === 0)) return;
    if (content.startsWith("/")) {
      this.#tell("Choose a command from the list, or begin the message with something other than a slash.");
      return;
    }
    if (content.length > LONGEST) {
      this.#tell(`A message takes at most ${LONGEST} characters.`);
      return;
    }
    const files = this.tray.take();
    this.text.value = "";
    this.#isSending = true;
    this.#showState();
    await this.#during(async () => {
      try {
        await this.page.sendMessage({ content }, files);
      } catch (problem) {
        // Nothing that was written is lost by a failure.
        if (this.text.value === "") this.text.value = content;
        this.tray.add(files);
        this.#tell(problem.message);
      }
    });
    this.#isSending = false;
  }

  async #sendCommand(command, { options, files }) {
    const { label } = command.leaf;
    const { channelId } = this.page.store;
    const running = this.page.interactions.runCommand(command.leaf, options, files);
    this.leaveCommand({ focus: true });
    try {
      await this.#during(async () => {
        const words = failureLine(await running);
        if (words && this.page.store.channelId === channelId) this.page.tell(`/${label}: ${words}`);
      });
    } catch (problem) {
      // Refused before the bot saw it: what was written comes back, unless something else was begun.
      if (this.#command === null && this.text.value === "") this.#enterCommand(command);
      this.#tell(`/${label}: ${problem.message}`);
    }
  }

  async #during(work) {
    this.host.setAttribute("aria-busy", "true");
    try {
      await work();
    } finally {
      this.host.removeAttribute("aria-busy");
    }
  }

  #hint(words, option) {
    const limit = option?.max_length ? ` (up to ${option.max_length} characters)` : "";
    const name = option ? `${option.label}: ` : "";
    this.note.textContent = `${name}${words}${limit}`;
  }

  #tell(words) {
    this.problem.textContent = words;
  }

  #showState() {
    this.drawPlace();
    const length = this.text.value.length;
    this.count.textContent = length >= COUNT_FROM ? String(LONGEST - length) : "";
    this.count.classList.toggle("is-over", length > LONGEST);
    this.note.textContent = "";
    if (!CSS.supports("field-sizing", "content")) this.text.rows = Math.min(8, this.text.value.split("\n").length);
  }
}

function optionWords(leaf) {
  return leaf.options
    .filter((option) => option.required)
    .map((option) => option.label)
    .join(" ");
}
