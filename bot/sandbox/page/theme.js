// Dark and light: follows the system until the reader chooses, then remembers the choice.

import { icon } from "./icons.js";

const KEY = "soundbooth-theme";
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

function currentTheme() {
  return document.documentElement.dataset.theme ?? (systemIsDark.matches ? "dark" : "light");
}

function describe(button) {
  const isDark = currentTheme() === "dark";
  button.replaceChildren(icon(isDark ? "sun" : "moon"));
  button.setAttribute("aria-label", isDark ? "Switch to the light theme" : "Switch to the dark theme");
  button.title = button.getAttribute("aria-label");
}

/** Wires the theme button. */
export function startTheme(button) {
  describe(button);
  systemIsDark.addEventListener("change", () => describe(button));
  button.addEventListener("click", () => {
    const next = currentTheme() === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // Not remembered, but switched all the same.
    }
    describe(button);
  });
}
