// Who is here, and what the bot may do here.

import { avatar, make } from "./elements.js";
import { PersonSwitches } from "./person_switches.js";
import { Soundboard } from "./soundboard.js";

export class Panel {
  /**
   * @param onSwitch (guildId, permission, allowed) => Promise; rejected with words when it did not work
   * @param onPerson (userId, field, isOn) => Promise; likewise
   */
  constructor(store, host, onSwitch, onPerson) {
    this.store = store;
    this.onSwitch = onSwitch;
    this.members = make("ul", { class: "members" });
    this.permissions = make("div", { class: "permissions", role: "group", "aria-labelledby": "permissions-title" });
    this.problem = make("p", { class: "panel-problem", role: "alert" });
    this.rights = make(
      "section",
      {},
      make("h2", { id: "permissions-title" }, "What the bot may do here"),
      make("p", { class: "panel-note" }, "Switch something off to see how the bot copes."),
      this.permissions,
      this.problem,
    );
    host.append(make("section", {}, make("h2", {}, "Members"), this.members), this.rights);
    host.append(new Soundboard(store).element);
    host.append(new PersonSwitches(store, onPerson).element);
    store.addEventListener("world", () => this.draw());
    store.addEventListener("place", () => this.draw());
  }

  draw() {
    this.members.replaceChildren(...this.store.members.map((user) => this.#member(user)));
    const focused = document.activeElement?.dataset?.testid ?? "";
    const guild = this.store.guild;
    this.rights.hidden = !guild?.permissions.length;
    const switches = (guild?.permissions ?? []).map((permission) => this.#switch(guild, permission));
    this.permissions.replaceChildren(...switches);
    if (!focused.startsWith("permission-")) return;
    this.permissions.querySelector(`[data-testid="${CSS.escape(focused)}"]`)?.focus();
  }

  #member(user) {
    const isTheBot = user.id === this.store.world.bot.user_id;
    const isOnline = !isTheBot || this.store.isBotConnected;
    const isMe = user.id === this.store.world.me;
    return make(
      "li",
      { class: isOnline ? "member" : "member is-away" },
      avatar(user.display_name, user.color, "avatar avatar-small"),
      make("span", { class: "member-name" }, user.display_name),
      user.bot ? make("span", { class: "badge" }, "BOT") : null,
      isMe ? make("span", { class: "badge badge-me" }, "YOU") : null,
      isTheBot && !isOnline ? make("span", { class: "visually-hidden" }, " (not connected)") : null,
    );
  }

  #switch(guild, permission) {
    const id = `permission-${permission.name}`;
    const control = make("button", {
      type: "button",
      role: "switch",
      class: "switch",
      id,
      "aria-checked": String(permission.allowed),
      "aria-labelledby": `${id}-label`,
      data: { testid: id },
    });
    control.addEventListener("click", () => this.#toggle(guild.id, permission.name, control));
    const label = make(
      "span",
      { id: `${id}-label`, class: "permission-label", on: { click: () => control.click() } },
      permission.label,
    );
    return make("div", { class: "permission" }, label, control);
  }

  async #toggle(guildId, name, control) {
    const allowed = control.getAttribute("aria-checked") !== "true";
    control.setAttribute("aria-checked", String(allowed));
    this.problem.textContent = "";
    try {
      await this.onSwitch(guildId, name, allowed);
    } catch (problem) {
      control.setAttribute("aria-checked", String(!allowed));
      this.problem.textContent = problem.message;
    }
  }
}
