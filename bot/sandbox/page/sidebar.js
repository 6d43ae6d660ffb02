// Servers, channels, and the member the page acts as.

import { avatar, make } from "./elements.js";
import { icon } from "./icons.js";
import { MemberLanguage } from "./member_language.js";

export class Sidebar {
  /** @param listeners `onPlace(channelId)`, `onMember(memberId)`, `onLanguage(memberId, locale)` */
  constructor(store, listeners) {
    this.store = store;
    this.listeners = listeners;
    this.rail = document.getElementById("rail");
    this.guildName = document.getElementById("guild-name");
    this.channels = document.getElementById("channels");
    this.switcher = new MemberSwitcher(store, document.getElementById("me"), listeners.onMember);
    this.language = new MemberLanguage(store, document.getElementById("me"), listeners.onLanguage);
    store.addEventListener("world", () => this.draw());
    store.addEventListener("place", () => this.draw());
  }

  draw() {
    const { guild, world } = this.store;
    const focusedId = this.#focusedId();
    this.rail.replaceChildren(...world.guilds.map((one) => this.#guildButton(one)));
    this.guildName.textContent = guild?.name ?? "";
    this.channels.replaceChildren(...(guild?.channels ?? []).map((channel) => this.#channelButton(channel)));
    // Redrawing must not take the place of someone moving through by keyboard.
    if (focusedId) document.querySelector(`[data-place-id="${CSS.escape(focusedId)}"]`)?.focus();
    this.switcher.draw();
    this.language.draw();
  }

  #focusedId() {
    const focused = document.activeElement;
    return this.rail.contains(focused) || this.channels.contains(focused) ? focused.dataset.placeId : "";
  }

  #guildButton(guild) {
    const isHere = guild === this.store.guild;
    const hasUnread = guild.channels.some((channel) => this.store.unread.has(channel.id));
    return make(
      "button",
      {
        type: "button", class: hasUnread ? "guild has-unread" : "guild", title: guild.name, "aria-label": guild.name,
        "aria-current": isHere ? "true" : null, data: { testid: "guild", placeId: guild.id },
        on: { click: () => guild.channels[0] && this.listeners.onPlace(
          isHere ? this.store.channelId : guild.channels[0].id,
        ) },
      },
      avatar(guild.name, guild.color, "guild-sign"),
    );
  }

  #channelButton(channel) {
    const isHere = channel.id === this.store.channelId;
    const isUnread = this.store.unread.has(channel.id);
    return make(
      "button",
      {
        type: "button", class: isUnread ? "channel is-unread" : "channel", "aria-current": isHere ? "page" : null,
        data: { testid: "channel", placeId: channel.id }, on: { click: () => this.listeners.onPlace(channel.id) },
      },
      channel.sign ? make("span", { class: "channel-sign", "aria-hidden": "true" }, channel.sign) : icon("hash"),
      make("span", {}, channel.name),
      isUnread ? make("span", { class: "visually-hidden" }, " (new messages)") : null,
    );
  }
}

/** "Acting as": everybody in the sandbox who is not a bot. */
class MemberSwitcher {
  #active = 0;

  constructor(store, host, onMember) {
    this.store = store;
    this.onMember = onMember;
    this.button = make("button", {
      type: "button",
      class: "member-switcher",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-controls": "member-options",
      data: { testid: "member-switcher" },
    });
    this.list = make(
      "ul",
      {
        class: "member-options",
        id: "member-options",
        role: "listbox",
        tabindex: "-1",
        "aria-label": "Act as",
        hidden: true,
      },
    );
    host.append(this.list, this.button);
    this.button.addEventListener("click", () => (this.list.hidden ? this.#open() : this.#close()));
    this.list.addEventListener("keydown", (event) => this.#key(event));
    host.addEventListener("focusout", (event) => {
      if (!host.contains(event.relatedTarget)) this.#close();
    });
  }

  draw() {
    const me = this.store.me;
    this.button.replaceChildren(
      avatar(me.display_name, me.color),
      make(
        "span",
        { class: "me-words" },
        make("small", {}, "Acting as"),
        make("span", { class: "me-name" }, me.display_name),
      ),
      icon("chevron"),
    );
    this.button.setAttribute("aria-label", `Acting as ${me.display_name}, change`);
  }

  #people() {
    return this.store.world.users.filter((user) => !user.bot);
  }

  #open() {
    const people = this.#people();
    const rows = people.map((user, at) =>
      make(
        "li",
        {
          role: "option", id: `member-option-${at}`, "aria-selected": String(user.id === this.store.world.me),
          data: { testid: "member-option", userId: user.id }, on: {
            click: () => this.#pick(at),
            pointermove: () => this.#mark(at),
          },
        },
        avatar(user.display_name, user.color, "avatar avatar-small"),
        make("span", {}, user.display_name),
        icon("check"),
      ),
    );
    this.list.replaceChildren(...rows);
    this.list.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.list.focus();
    this.#mark(Math.max(0, people.findIndex((user) => user.id === this.store.world.me)));
  }

  #close() {
    if (this.list.hidden) return;
    const hadFocus = this.list === document.activeElement;
    this.list.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    if (hadFocus) this.button.focus();
  }

  #mark(at) {
    this.#active = at;
    [...this.list.children].forEach((row, index) => row.classList.toggle("is-active", index === at));
    this.list.setAttribute("aria-activedescendant", `member-option-${at}`);
  }

  #pick(at) {
    const user = this.#people()[at];
    this.#close();
    if (user && user.id !== this.store.world.me) this.onMember(user.id);
  }

  #key(event) {
    const last = this.list.children.length - 1;
    const moves = {
      ArrowDown: Math.min(last, this.#active + 1),
      ArrowUp: Math.max(0, this.#active - 1),
      Home: 0,
      End: last,
    };
    if (event.key in moves) this.#mark(moves[event.key]);
    else if (event.key === "Enter" || event.key === " ") this.#pick(this.#active);
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
