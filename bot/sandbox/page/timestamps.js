// Times as people read them, and relative ones that stay true while the page is open.

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};
const STEPS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const full = new Intl.DateTimeFormat("en", STYLES.F);
const clock = new Intl.DateTimeFormat("en", STYLES.t);
const day = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

/** −125 s → "2 minutes ago". */
export function relativeWords(offsetSeconds) {
  const [unit, size] = STEPS.find(([, size]) => Math.abs(offsetSeconds) >= size) ?? STEPS.at(-1);
  return relative.format(Math.trunc(offsetSeconds / size), unit);
}

function refresh(element) {
  const words = relativeWords((Number(element.dataset.relative) - Date.now()) / 1000);
  if (element.textContent !== words) element.textContent = words;
}

/** A `<t:unix:style>` mark as a time element. `unixSeconds` outside what a Date can hold gives "Invalid date". */
export function timestamp(unixSeconds, style = "f") {
  const date = new Date(unixSeconds * 1000);
  const element = document.createElement("time");
  element.className = "timestamp";
  if (Number.isNaN(date.getTime())) {
    element.textContent = "Invalid date";
    return element;
  }
  element.dateTime = date.toISOString();
  element.title = full.format(date);
  if (style === "R") {
    element.dataset.relative = String(date.getTime());
    refresh(element);
  } else {
    element.textContent = new Intl.DateTimeFormat("en", STYLES[style] ?? STYLES.f).format(date);
  }
  return element;
}

/** When a message was written: the clock today, date and clock before. */
export function messageTime(isoText) {
  const date = new Date(isoText);
  const element = document.createElement("time");
  if (Number.isNaN(date.getTime())) return element;
  element.dateTime = date.toISOString();
  element.title = full.format(date);
  const isToday = date.toDateString() === new Date().toDateString();
  element.textContent = (isToday ? clock : day).format(date);
  return element;
}

/** Keeps every relative time on the page true. */
export function startClock() {
  setInterval(() => document.querySelectorAll("time[data-relative]").forEach(refresh), 1000);
}
