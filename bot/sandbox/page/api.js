// The page's side of the sandbox's own API. Every call has a time limit and fails with words for people.

const CALL_MS = 15_000;
const UPLOAD_MS = 120_000;

/** A call that did not work; `message` may be shown, `status` is the HTTP status or 0 when nobody answered. */
export class ApiProblem extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function wordsOf(response) {
  try {
    const body = await response.json();
    if (typeof body?.message === "string") return body.message;
  } catch {
    // Not JSON: an error page from something in between.
  }
  return `The sandbox answered with status ${response.status}.`;
}

export class Api {
  /** @param {string} memberId the member this page acts as. */
  constructor(memberId) {
    this.memberId = memberId;
  }

  fetchWorld(signal) {
    return this.#call("GET", "world", { signal });
  }

  fetchMessages(channelId, before, signal) {
    const query = before ? { before, limit: "50" } : { limit: "50" };
    return this.#call("GET", `channels/${encodeURIComponent(channelId)}/messages`, { query, signal });
  }

  sendMessage(channelId, payload, files) {
    const body = multipart(payload, files);
    return this.#call("POST", `channels/${encodeURIComponent(channelId)}/messages`, { body, ms: UPLOAD_MS });
  }

  interact(payload, files = []) {
    return this.#call("POST", "interactions", { body: multipart(payload, files), ms: UPLOAD_MS });
  }

  autocomplete(payload, signal) {
    return this.#call("POST", "autocomplete", { json: payload, signal });
  }

  setPermission(guildId, permission, allowed) {
    return this.#call("POST", "permissions", { json: { guild_id: guildId, permission, allowed } });
  }

  /** Lets something happen to the world; `event` and its fields as in world_events.py. */
  happen(event) {
    return this.#call("POST", "world-events", { json: event });
  }

  /** The address of the event socket. */
  eventsUrl() {
    const url = this.#url("events", {});
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return url;
  }

  #url(path, query) {
    const url = new URL(`/sandbox/api/${path}`, location.href);
    url.searchParams.set("as", this.memberId);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  async #call(method, path, { query = {}, json, body, signal, ms = CALL_MS }) {
    const limit = AbortSignal.timeout(ms);
    const options = { method, body, signal: signal ? AbortSignal.any([signal, limit]) : limit };
    if (json !== undefined) {
      options.body = JSON.stringify(json);
      options.headers = { "Content-Type": "application/json" };
    }
    let response;
    try {
      response = await fetch(this.#url(path, query), options);
    } catch (fault) {
      if (signal?.aborted) throw fault;
      throw new ApiProblem("The sandbox cannot be reached.", 0);
    }
    if (!response.ok) throw new ApiProblem(await wordsOf(response), response.status);
    try {
      return await response.json();
    } catch (fault) {
      if (signal?.aborted) throw fault;
      throw new ApiProblem("The sandbox's answer was cut off.", 0);
    }
  }
}

function multipart(payload, files) {
  const form = new FormData();
  form.set("payload", JSON.stringify(payload));
  files.forEach((file, index) => form.set(`file${index}`, file, file.name));
  return form;
}
