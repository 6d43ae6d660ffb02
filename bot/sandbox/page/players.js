// Players for voice messages and audio files. One plays at a time.

import { make, readableLength } from "./elements.js";
import { icon, makeSvg } from "./icons.js";

const SPEEDS = [1, 1.5, 2];
const BAR_COUNT = 48;
const BAR_STEP = 4;
const BAR_WIDTH = 2.4;
const HEIGHT = 32;
const SEEK_S = 1;

let playing = null;

/** The loudness points (0 to 255) of a base64 waveform; empty where it is none. */
export function waveformPoints(base64) {
  try {
    return Array.from(atob(base64), (letter) => letter.charCodeAt(0)).slice(0, 256);
  } catch {
    return [];
  }
}

/** `points` brought to `count` bars by the loudest point of each stretch; heights 0 to 1. */
export function barHeights(points, count) {
  if (points.length === 0) return Array(count).fill(0);
  return Array.from({ length: count }, (_, at) => {
    const from = Math.floor((at * points.length) / count);
    const to = Math.max(from + 1, Math.ceil(((at + 1) * points.length) / count));
    return Math.max(...points.slice(from, to)) / 255;
  });
}

function bars(heights, className) {
  const rects = heights.map((height, at) => {
    const tall = Math.max(3, height * HEIGHT);
    return makeSvg(
      "rect",
      { x: at * BAR_STEP, y: (HEIGHT - tall) / 2, width: BAR_WIDTH, height: tall, rx: BAR_WIDTH / 2 },
    );
  });
  const viewBox = `0 0 ${heights.length * BAR_STEP - (BAR_STEP - BAR_WIDTH)} ${HEIGHT}`;
  return makeSvg("svg", { viewBox, class: className, "aria-hidden": "true", preserveAspectRatio: "none" }, ...rects);
}

function track(waveform) {
  if (!waveform) return [make("span", { class: "track-rest" }), make("span", { class: "track-done" })];
  const heights = barHeights(waveformPoints(waveform), BAR_COUNT);
  return [bars(heights, "bars bars-rest"), bars(heights, "bars bars-done")];
}

class Player {
  constructor({ url, label, waveform, durationS, testId }) {
    this.audio = make("audio", { src: url, preload: waveform && durationS ? "none" : "metadata" });
    this.knownS = Number.isFinite(durationS) ? durationS : 0;
    this.label = label;
    this.button = make("button", { type: "button", class: "play", data: { testid: testId } }, icon("play"));
    this.slider = make(
      "div",
      {
        class: waveform ? "seek seek-wave" : "seek",
        role: "slider",
        tabindex: "0",
        "aria-label": `Position in ${label}`,
        "aria-valuemin": "0",
      },
      track(waveform),
    );
    this.clock = make("span", { class: "play-clock", "aria-hidden": "true" });
    this.speed = make("button", { type: "button", class: "speed", data: { testid: "voice-speed" } });
    this.element = make("div", { class: "player" }, this.button, this.slider, this.clock, this.speed, this.audio);
    this.#listen();
    this.#setSpeed(SPEEDS[0]);
    this.#show();
  }

  get lengthS() {
    return Number.isFinite(this.audio.duration) ? this.audio.duration : this.knownS;
  }

  #listen() {
    this.button.addEventListener("click", () => this.#toggle());
    this.speed.addEventListener("click", () => {
      this.#setSpeed(SPEEDS[(SPEEDS.indexOf(this.audio.playbackRate) + 1) % SPEEDS.length]);
    });
    this.slider.addEventListener("keydown", (event) => this.#seekByKey(event));
    this.slider.addEventListener("pointerdown", (event) => this.#seekByPointer(event));
    this.slider.addEventListener("pointermove", (event) => {
      if (event.buttons === 1) this.#seekByPointer(event);
    });
    for (const name of ["play", "pause", "timeupdate", "seeked", "ended", "loadedmetadata", "durationchange"]) {
      this.audio.addEventListener(name, () => this.#show());
    }
    this.audio.addEventListener("play", () => {
      if (playing !== this.audio) playing?.pause();
      playing = this.audio;
      this.#follow();
    });
    this.audio.addEventListener("error", () => this.#fail());
  }

  /** timeupdate comes four times a second; the bars follow every frame while it plays. */
  #follow() {
    if (this.audio.paused || !this.element.isConnected) return;
    this.#show();
    requestAnimationFrame(() => this.#follow());
  }

  async #toggle() {
    if (!this.audio.paused) {
      this.audio.pause();
      return;
    }
    try {
      await this.audio.play();
    } catch (fault) {
      // AbortError: paused again before it began. Anything else: no decoder, or the file is gone.
      if (fault.name !== "AbortError") this.#fail();
    }
  }

  #seekByKey(event) {
    const at = this.audio.currentTime;
    const moves = {
      ArrowRight: at + SEEK_S,
      ArrowUp: at + SEEK_S,
      ArrowLeft: at - SEEK_S,
      ArrowDown: at - SEEK_S,
      Home: 0,
      End: this.lengthS,
    };
    if (event.key === " " || event.key === "Enter") this.#toggle();
    else if (event.key in moves) this.#seek(moves[event.key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #seekByPointer(event) {
    const box = this.slider.getBoundingClientRect();
    this.slider.setPointerCapture(event.pointerId);
    this.#seek(((event.clientX - box.left) / box.width) * this.lengthS);
  }

  #seek(toS) {
    const target = Math.min(Math.max(0, toS), this.lengthS);
    if (this.audio.readyState > 0) {
      this.audio.currentTime = target;
      return;
    }
    this.audio.addEventListener("loadedmetadata", () => (this.audio.currentTime = target), { once: true });
    this.audio.load();
  }

  #setSpeed(rate) {
    this.audio.playbackRate = rate;
    this.speed.textContent = `${rate}×`;
    this.speed.setAttribute("aria-label", `Speed ${rate} times, change`);
  }

  #show() {
    const { audio, lengthS } = this;
    const share = lengthS > 0 ? Math.min(1, audio.currentTime / lengthS) : 0;
    const isAtRest = audio.paused && (audio.currentTime === 0 || audio.ended);
    this.slider.style.setProperty("--played", `${(audio.ended ? 0 : share) * 100}%`);
    this.slider.setAttribute("aria-valuemax", lengthS.toFixed(1));
    this.slider.setAttribute("aria-valuenow", audio.currentTime.toFixed(1));
    this.slider.setAttribute("aria-valuetext", `${readableLength(audio.currentTime)} of ${readableLength(lengthS)}`);
    this.clock.textContent = readableLength(isAtRest ? lengthS : audio.currentTime);
    this.#showButton(audio.paused);
  }

  #showButton(isPaused) {
    const label = `${isPaused ? "Play" : "Pause"} ${this.label}`;
    if (this.button.getAttribute("aria-label") === label) return;
    this.button.setAttribute("aria-label", label);
    this.button.replaceChildren(icon(isPaused ? "play" : "pause"));
  }

  #fail() {
    this.element.classList.add("player-broken");
    this.button.disabled = true;
    this.clock.textContent = "cannot be played";
  }
}

/** A voice message: waveform, progress, speed. */
export function voicePlayer({ url, label, waveform, durationS }) {
  const player = new Player({ url, label, waveform, durationS, testId: "voice-play" });
  player.element.classList.add("voice");
  player.element.dataset.testid = "voice-message";
  return player.element;
}

/** An ordinary audio file: a plain track instead of the waveform. */
export function audioPlayer({ url, label, durationS }) {
  return new Player({ url, label, waveform: "", durationS, testId: "audio-play" }).element;
}
