// What can be suggested for an option: its choices, true and false, members, channels, or the bot's own answer.

import { avatar, make } from "./elements.js";
import { buildQuestion, matchItems, TYPES } from "./command_values.js";
import { icon } from "./icons.js";
import { localized } from "./localized.js";

const DEBOUNCE_MS = 180;
const MOST_CHOICES = 25;

function memberItem(user) {
  return {
    label: user.display_name,
    detail: `@${user.username}`,
    value: user.id,
    lead: avatar(user.display_name, user.color, "avatar avatar-small"),
  };
}

/** The suggestions that need no question to the bot, or null where there are none. */
export function localItems(option, store) {
  if (option.choices?.length) return option.choices.map(({ name, value }) => ({ label: String(name), value }));
  const members = () => store.members.map(memberItem);
  const roles = () => store.roles.map(({ id, name }) => ({ label: name, detail: "role", value: id }));
  const channels = () =>
    (store.guild?.channels ?? []).map(({ id, name, topic }) => ({
      label: name,
      detail: topic ?? "",
      value: id,
      lead: icon("hash"),
    }));
  const makers = {
    [TYPES.boolean]: () => [{ label: "True", value: true }, { label: "False", value: false }],
    [TYPES.user]: members,
    [TYPES.channel]: channels,
    [TYPES.role]: roles,
    [TYPES.mentionable]: () => [...members(), ...roles()],
  };
  return makers[option.type]?.() ?? null;
}

export class Suggestions {
  #timer = 0;
  #question = null;

  constructor({ store, api, picker }) {
    this.store = store;
    this.api = api;
    this.picker = picker;
  }

  /** Shows what fits `field`. `everything`: do not filter by the text, it is a finished value. */
  offer(leaf, fields, field, { everything = false } = {}) {
    this.stop();
    const { option, input, text } = field;
    const items = localItems(option, this.store);
    if (items !== null) {
      const fitting = everything ? items : matchItems(items, text);
      this.picker.show(input, fitting, { note: fitting.length === 0 ? "Nothing fits what you typed." : "" });
    } else if (option.autocomplete) {
      this.picker.wait(input, "Asking the bot…");
      this.#timer = setTimeout(() => this.#ask(leaf, fields, field), DEBOUNCE_MS);
    } else {
      this.picker.hide();
    }
  }

  /** Takes back the open question: its answer, should it come, is for nobody. */
  stop() {
    clearTimeout(this.#timer);
    this.#question?.abort();
    this.#question = null;
  }

  async #ask(leaf, fields, field) {
    const question = new AbortController();
    this.#question = question;
    const payload = {
      channel_id: this.store.channelId,
      command_id: leaf.command.id,
      options: buildQuestion(leaf, fields, field),
    };
    try {
      const { choices } = await this.api.autocomplete(payload, question.signal);
      if (this.#question !== question) return;
      const items = (choices ?? []).slice(0, MOST_CHOICES).map((choice) => ({
        label: String(localized(choice, "name", this.store.locale)),
        value: choice.value,
        lead: make("span", { class: "choice-dot" }),
      }));
      this.picker.show(field.input, items, { note: items.length === 0 ? "The bot has no suggestions for this." : "" });
    } catch (problem) {
      if (this.#question !== question) return;
      const words = problem.status === 504 ? "The bot did not answer. You can send what you typed." : problem.message;
      this.picker.show(field.input, [], { note: words, isProblem: true });
    }
  }
}
