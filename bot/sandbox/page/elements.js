// Building DOM without HTML strings: everything that comes from members or the bot becomes a text node.

const LOOPBACK_HOSTS = new Set(["localhost", "127.0.0.1", "[::1]"]);

function append(parent, child) {
  if (child === null || child === undefined || child === false) return;
  if (Array.isArray(child)) child.forEach((one) => append(parent, one));
  else parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
}

/**
 * Makes one element. `props`: `on` = listeners by event, `data` = data attributes, the rest are attributes
 * (false, null and undefined leave the attribute out, true sets it empty).
 */
export function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "data") {
      for (const [key, entry] of Object.entries(value)) element.dataset[key] = entry;
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(element, children);
  return element;
}

/** The URL as http(s), or null: `javascript:`, `data:` and the like never become a link. */
export function webUrl(text) {
  try {
    const url = new URL(text, location.href);
    return url.protocol === "http:" || url.protocol === "https:" ? url : null;
  } catch {
    return null;
  }
}

/**
 * The URL on this page's own origin, or null. The sandbox may be written 127.0.0.1 in one place and localhost
 * in another.
 */
export function ownUrl(text) {
  const url = webUrl(text);
  if (url === null) return null;
  if (url.origin === location.origin) return url.href;
  if (url.port === location.port && LOOPBACK_HOSTS.has(url.hostname) && LOOPBACK_HOSTS.has(location.hostname)) {
    return location.origin + url.pathname + url.search;
  }
  return null;
}

/** A link that opens beside the page, or a plain span where the address is no web address. */
export function safeLink(text, ...children) {
  const url = webUrl(text);
  if (url === null) return make("span", {}, ...children);
  return make(
    "a",
    { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow", title: url.href },
    ...children,
  );
}

/** 1536 → "1.5 KB". Powers of 1024, as Discord counts. */
export function readableSize(bytes) {
  if (!Number.isFinite(bytes) || bytes < 0) return "unknown size";
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(2)} MB`;
}

/** 75.4 s → "1:15". */
export function readableLength(seconds) {
  const whole = Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds) : 0;
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  const hours = Math.floor(whole / 3600);
  if (hours === 0) return `${parts[0]}:${String(parts[1]).padStart(2, "0")}`;
  return [hours, ...parts.map((part) => String(part).padStart(2, "0"))].join(":");
}

/** Initials of a name for its avatar: "Ada Lovelace" → "AL". */
export function initials(name) {
  const words = name.trim().split(/[\s_\-.]+/u).filter(Boolean);
  const letters = words.slice(0, 2).map((word) => [...word][0] ?? "");
  return letters.join("").toUpperCase() || "?";
}

/** Black or white, whichever reads better on `color` (#rrggbb), by WCAG's relative luminance. */
function inkOn(color) {
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
}

/** A round (or, for servers, rounder-square) badge of initials on the owner's colour. */
export function avatar(name, color, kind = "avatar") {
  const element = make("span", { class: kind, "aria-hidden": "true" }, initials(name));
  if (/^#[0-9a-f]{6}$/iu.test(color ?? "")) {
    element.style.backgroundColor = color;
    element.style.color = inkOn(color);
  }
  return element;
}
