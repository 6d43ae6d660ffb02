// The language of a member's Discord: what their commands are called, and what the bot is told.

import { make } from "./elements.js";
import { LANGUAGES } from "./localized.js";

export class MemberLanguage {
  /** @param onLanguage (userId, locale) => Promise; rejected with words when it did not work */
  constructor(store, host, onLanguage) {
    this.store = store;
    this.onLanguage = onLanguage;
    this.select = make("select", { id: "member-language", data: { testid: "member-language" } });
    this.problem = make("p", { class: "panel-problem", role: "alert" });
    const rest = make("span", { class: "visually-hidden" }, " of this member’s Discord");
    const label = make("label", { for: "member-language" }, "Language", rest);
    host.append(make("div", { class: "me-language" }, label, this.select), this.problem);
    this.select.addEventListener("change", () => this.#change());
  }

  draw() {
    const { locale } = this.store;
    const known = locale in LANGUAGES ? LANGUAGES : { ...LANGUAGES, [locale]: locale };
    if (this.select.childElementCount !== Object.keys(known).length) {
      // Each name is in the language that it names.
      const options = Object.entries(known).map(([value, name]) => make("option", { value, lang: value }, name));
      this.select.replaceChildren(...options);
    }
    this.select.value = locale;
  }

  async #change() {
    this.problem.textContent = "";
    try {
      await this.onLanguage(this.store.me.id, this.select.value);
    } catch (problem) {
      this.problem.textContent = problem.message;
      this.draw();
    }
  }
}
