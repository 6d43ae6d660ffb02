// The files waiting to go out with a plain message.

import { make, readableSize } from "./elements.js";
import { icon } from "./icons.js";

/** Discord's own limit per message. */
export const MOST_FILES = 10;

export class FileTray {
  files = [];
  #previews = [];

  constructor(onChange) {
    this.onChange = onChange;
    this.element = make("ul", { class: "file-tray", "aria-label": "Attached files", hidden: true });
  }

  /** @returns {string} words for what did not fit, or an empty string */
  add(files) {
    const room = MOST_FILES - this.files.length;
    this.files.push(...files.slice(0, room));
    this.#draw();
    return files.length > room ? `A message takes at most ${MOST_FILES} files.` : "";
  }

  /** Empties the tray and hands out what was in it. */
  take() {
    const files = this.files;
    this.files = [];
    this.#draw();
    return files;
  }

  #draw() {
    this.#previews.forEach((url) => URL.revokeObjectURL(url));
    this.#previews = [];
    this.element.replaceChildren(...this.files.map((file, at) => this.#card(file, at)));
    this.element.hidden = this.files.length === 0;
    this.onChange();
  }

  #card(file, at) {
    const drop = () => {
      this.files.splice(at, 1);
      this.#draw();
    };
    return make(
      "li",
      { class: "tray-file", data: { testid: "attached-file" } },
      this.#sign(file),
      make(
        "span",
        { class: "file-words" },
        make("span", { class: "file-name" }, file.name),
        make("span", { class: "file-size" }, readableSize(file.size)),
      ),
      make(
        "button",
        { type: "button", class: "icon-button", "aria-label": `Remove ${file.name}`, on: { click: drop } },
        icon("close"),
      ),
    );
  }

  #sign(file) {
    if (!/^image\/(?:png|jpeg|gif|webp)$/u.test(file.type)) {
      return make("span", { class: "file-icon" }, icon(file.type.startsWith("audio/") ? "note" : "file"));
    }
    const url = URL.createObjectURL(file);
    this.#previews.push(url);
    return make("img", { class: "tray-picture", src: url, alt: "" });
  }
}
