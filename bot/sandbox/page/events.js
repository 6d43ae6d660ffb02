// The event socket: opens, reads, and opens again after a loss, a little later each time.

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 5_000;

export class EventStream {
  #socket = null;
  #timer = 0;
  #waitMs = FIRST_WAIT_MS;
  #isClosed = false;

  /**
   * @param {() => URL} address asked anew for every opening
   * @param {{onOpen: () => void, onEvent: (event: object) => void, onLost: () => void}} listeners
   *   `onOpen` is called after every opening: what happened in between must be fetched again.
   */
  constructor(address, listeners) {
    this.address = address;
    this.listeners = listeners;
    this.#open();
  }

  /** Ends the stream for good. */
  close() {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #open() {
    const socket = new WebSocket(this.address());
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#waitMs = FIRST_WAIT_MS;
      if (!this.#isClosed) this.listeners.onOpen();
    });
    socket.addEventListener("message", (message) => this.#read(message.data));
    socket.addEventListener("close", () => this.#lost());
  }

  #read(data) {
    if (this.#isClosed || typeof data !== "string") return;
    let event;
    try {
      event = JSON.parse(data);
    } catch {
      return; // A broken frame says nothing; the next re-fetch heals whatever it meant.
    }
    if (typeof event?.type === "string") this.listeners.onEvent(event);
  }

  #lost() {
    if (this.#isClosed) return;
    this.listeners.onLost();
    // Half of the wait is left to chance, so that several pages do not come back in the same instant.
    const waitMs = this.#waitMs * (0.5 + Math.random() / 2);
    this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS);
    this.#timer = setTimeout(() => this.#open(), waitMs);
  }
}
