// The messages of the open channel: kept in order, bounded, and with the newest in view unless the reader scrolled up.

import { make } from "./elements.js";
import { icon } from "./icons.js";
import { drawMessage } from "./messages.js";
import { compareIds, FLAGS } from "./state.js";

const MOST_MESSAGES = 400;
const PAGE_SIZE = 50;
const NEAR_END_PX = 60;
const GROUP_MS = 5 * 60 * 1000;
const MOST_DISMISSED = 200;

export class MessageList {
  #drawn = new Map();
  #order = [];
  #dismissed = new Set();
  #isPinned = true;
  #hasOlder = false;
  #isLoadingOlder = false;
  #isLoaded = false;

  constructor(host, page) {
    this.page = page;
    this.scroller = make("div", { class: "scroller", tabindex: "-1" });
    this.log = make(
      "div",
      { class: "log", role: "log", "aria-live": "polite", "aria-label": "Messages", "aria-relevant": "additions" },
    );
    this.intro = make("div", { class: "intro" });
    this.pill = make(
      "button",
      {
        type: "button",
        class: "pill",
        hidden: true,
        data: { testid: "new-messages" },
        on: { click: () => this.toEnd() },
      },
      icon("down"),
      "New messages",
    );
    this.scroller.append(this.intro, this.log);
    host.append(this.scroller, this.pill);
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.log.addEventListener("keydown", (event) => this.#key(event));
    // Pictures and players change the height after they were inserted.
    new ResizeObserver(() => this.#isPinned && this.#jumpToEnd()).observe(this.log);
    new ResizeObserver(() => this.#isPinned && this.#jumpToEnd()).observe(this.scroller);
  }

  /** Replaces everything by `messages` (oldest first). */
  reset(messages) {
    this.#isLoaded = true;
    // Drawings of before are offered again: a player goes on through a re-fetch.
    const before = this.#drawn;
    this.#drawn = new Map();
    this.#order = [];
    for (const message of messages) if (!this.#dismissed.has(message.id)) this.#place(message, before.get(message.id));
    this.#hasOlder = messages.length >= PAGE_SIZE;
    // A whole channel is not read out loud, only what comes after.
    this.log.setAttribute("aria-live", "off");
    setTimeout(() => this.log.setAttribute("aria-live", "polite"), 0);
    this.log.replaceChildren(...this.#order.map((id) => this.#drawn.get(id).element));
    this.#arrange();
    this.toEnd();
  }

  /** Shows nothing until the next reset. */
  clear() {
    this.reset([]);
    this.#isLoaded = false;
    this.intro.replaceChildren();
  }

  /** A new or changed message of the open channel. */
  put(message) {
    if (this.#dismissed.has(message.id)) return;
    const before = this.#drawn.get(message.id);
    if (before) {
      this.#redraw(before, message);
    } else {
      const at = this.#place(message);
      const next = this.#order[at + 1];
      this.log.insertBefore(this.#drawn.get(message.id).element, next ? this.#drawn.get(next).element : null);
      this.#trim();
    }
    this.#arrange();
    const isMine = message.author.id === this.page.store.world.me;
    if (this.#isPinned || (isMine && !before)) this.toEnd();
    else if (!before) this.pill.hidden = false;
  }

  remove(id) {
    const drawn = this.#drawn.get(id);
    if (!drawn) return;
    const hadFocus = drawn.element.contains(document.activeElement);
    this.#drawn.delete(id);
    this.#order = this.#order.filter((one) => one !== id);
    drawn.element.remove();
    this.#arrange();
    if (hadFocus) this.page.focusComposer();
  }

  /** Hides an ephemeral message for good, as far as this page is concerned. */
  dismiss(id) {
    this.#dismissed.add(id);
    if (this.#dismissed.size > MOST_DISMISSED) this.#dismissed.delete(this.#dismissed.values().next().value);
    this.remove(id);
  }

  /** A line of the page itself, such as a command nobody answered. */
  tell(words) {
    const close = make("button", { type: "button", class: "text-button" }, "Dismiss");
    const line = make("p", { class: "local-line", data: { testid: "local-line" } }, make("span", {}, words), close);
    close.addEventListener("click", () => line.remove());
    this.log.append(line);
    this.toEnd();
  }

  toEnd() {
    this.#isPinned = true;
    this.pill.hidden = true;
    this.#jumpToEnd();
  }

  #jumpToEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #place(message, previous) {
    const drawn = drawMessage(message, this.page, previous);
    this.#drawn.set(message.id, drawn);
    let at = this.#order.length;
    while (at > 0 && compareIds(this.#order[at - 1], message.id) > 0) at -= 1;
    this.#order.splice(at, 0, message.id);
    return at;
  }

  #redraw(before, message) {
    const focused = before.element.contains(document.activeElement) ? document.activeElement : null;
    const after = drawMessage(message, this.page, before);
    this.#drawn.set(message.id, after);
    before.element.replaceWith(after.element);
    if (focused) this.#refocus(focused, after.element);
  }

  /** Keyboard readers keep their place when the message under them changes. */
  #refocus(focused, element) {
    const { customId, testid } = focused.dataset;
    const isSame = (one) => !one.disabled && one.dataset.testid === testid && one.dataset.customId === customId;
    const controls = [...element.querySelectorAll("button, [tabindex='0']")];
    const same = focused.isConnected ? focused : controls.find(isSame);
    (same ?? element).focus({ preventScroll: true });
  }

  #trim() {
    while (this.#order.length > MOST_MESSAGES) {
      const [oldest] = this.#order.splice(0, 1);
      this.#drawn.get(oldest).element.remove();
      this.#drawn.delete(oldest);
      this.#hasOlder = true;
    }
  }

  /** Joins messages of one author, keeps one message in the tab order, shows or hides the introduction. */
  #arrange() {
    let above = null;
    for (const id of this.#order) {
      const { message, element } = this.#drawn.get(id);
      element.classList.toggle("is-joined", above !== null && belongTogether(above, message));
      above = message;
    }
    this.#keepOneTabStop();
    this.refreshIntro();
  }

  /** The commands to try may have come after the messages. */
  refreshIntro() {
    if (!this.#isLoaded) return;
    const isUnused = !this.#order.some((id) => this.#drawn.get(id).message.author.bot);
    this.page.showIntro(this.intro, { isUnused, hasOlder: this.#hasOlder });
  }

  #keepOneTabStop() {
    const elements = this.#order.map((id) => this.#drawn.get(id).element);
    const current = elements.find((element) => element.contains(document.activeElement)) ?? elements.at(-1);
    for (const element of elements) element.tabIndex = element === current ? 0 : -1;
  }

  #key(event) {
    if (!event.target.matches("article.message")) return;
    const id = event.target.dataset.messageId;
    const at = this.#order.indexOf(id);
    const moves = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: this.#order.length - 1 };
    if (!(event.key in moves)) return;
    event.preventDefault();
    this.#drawn.get(this.#order[moves[event.key]])?.element.focus();
    this.#keepOneTabStop();
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.#isPinned = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    if (this.#isPinned) this.pill.hidden = true;
    if (scrollTop < 200 && this.#hasOlder && !this.#isPinned) this.#loadOlder();
  }

  async #loadOlder() {
    if (this.#isLoadingOlder || this.#order.length >= MOST_MESSAGES) return;
    this.#isLoadingOlder = true;
    try {
      const older = await this.page.fetchOlder(this.#order[0]);
      if (older === null) return;
      const { scrollHeight, scrollTop } = this.scroller;
      const fresh = older.filter((message) => !this.#drawn.has(message.id) && !this.#dismissed.has(message.id));
      for (const message of fresh) this.#place(message);
      this.log.prepend(...fresh.map((message) => this.#drawn.get(message.id).element));
      this.#hasOlder = older.length >= PAGE_SIZE;
      this.#arrange();
      this.scroller.scrollTop = scrollTop + this.scroller.scrollHeight - scrollHeight;
    } finally {
      this.#isLoadingOlder = false;
    }
  }
}

function belongTogether(above, message) {
  if (above.author.id !== message.author.id) return false;
  if (message.referenced_message || message.message_reference || message.interaction_metadata) return false;
  if (((above.flags ^ message.flags) & FLAGS.ephemeral) !== 0) return false;
  return Date.parse(message.timestamp) - Date.parse(above.timestamp) < GROUP_MS;
}
