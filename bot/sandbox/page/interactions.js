// Starting interactions and learning how they ended. The event may be quicker than the answer to the call.

const EARLY_LIMIT = 50;
// The sandbox says "failed" after 3 s; past this the event itself was lost and nothing more will come.
const FORGET_MS = 12_000;

export class Interactions {
  #waiting = new Map();
  #early = new Map();

  constructor(api, channelId) {
    this.api = api;
    this.channelId = channelId;
  }

  /**
   * Starts an interaction and waits for its first answer.
   * @returns {Promise<{state: "answered"|"deferred"|"failed"|"unknown", reason: string}>}
   * @throws ApiProblem when the sandbox refuses it.
   */
  async run(payload, files = []) {
    const { interaction_id: id } = await this.api.interact(payload, files);
    const early = this.#early.get(id);
    if (early) {
      this.#early.delete(id);
      return early;
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(id, { state: "unknown", reason: "" }), FORGET_MS);
      this.#waiting.set(id, { resolve, timer });
    });
  }

  runCommand(leaf, options, files) {
    const command_id = leaf.command.id;
    return this.run({ kind: "command", channel_id: this.channelId(), command_id, options }, files);
  }

  runMenu(command, targetId) {
    const channel_id = this.channelId();
    return this.run({ kind: "command", channel_id, command_id: command.id, options: [], target_id: targetId });
  }

  pressComponent(message, component, values) {
    return this.run({
      kind: "component",
      channel_id: message.channel_id,
      message_id: message.id,
      custom_id: component.custom_id,
      component_type: component.type,
      values,
    });
  }

  submitModal(interactionId, customId, components, files) {
    return this.run({ kind: "modal", interaction_id: interactionId, custom_id: customId, components }, files);
  }

  /** Takes `interaction` and `modal` events of the stream. */
  hear(event) {
    if (event.type === "modal") this.#settle(event.interaction_id, { state: "answered", reason: "" });
    else if (event.state !== "sent") this.#settle(event.id, { state: event.state, reason: event.reason ?? "" });
  }

  #settle(id, outcome) {
    const waiting = this.#waiting.get(id);
    if (waiting) {
      this.#waiting.delete(id);
      clearTimeout(waiting.timer);
      waiting.resolve(outcome);
      return;
    }
    this.#early.set(id, outcome);
    if (this.#early.size > EARLY_LIMIT) this.#early.delete(this.#early.keys().next().value);
  }
}

/** The line to show for an outcome, or an empty string when all went well. */
export function failureLine(outcome) {
  if (outcome.state !== "failed") return "";
  return outcome.reason || "The application did not respond";
}
