// The side and the panel: beside the messages on wide screens, drawers over them on narrow ones.

import { icon } from "./icons.js";

const narrowSide = matchMedia("(max-width: 720px)");
const narrowPanel = matchMedia("(max-width: 1080px)");

class Drawer {
  constructor({ element, button, iconName, isNarrow, veil, startsOpen }) {
    Object.assign(this, { element, button, isNarrow, veil, isOpen: startsOpen && !isNarrow.matches });
    button.append(icon(iconName));
    button.addEventListener("click", () => this.set(!this.isOpen, { focus: true }));
    isNarrow.addEventListener("change", () => this.set(startsOpen && !isNarrow.matches));
    // Of the whole page: what had the focus in a drawer may have been drawn anew.
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.isOpen && this.isNarrow.matches) this.set(false, { focus: true });
    });
    this.set(this.isOpen);
  }

  set(isOpen, { focus = false } = {}) {
    this.isOpen = isOpen;
    this.element.classList.toggle("is-open", isOpen);
    // What is out of sight is out of the tab order as well.
    this.element.inert = !isOpen;
    this.button.setAttribute("aria-expanded", String(isOpen));
    this.veil.update();
    if (!focus || !this.isNarrow.matches) return;
    if (isOpen) this.element.querySelector("button")?.focus();
    else this.button.focus();
  }
}

/** Wires both drawers. @returns a function that closes those lying over the messages. */
export function startDrawers() {
  const get = (id) => document.getElementById(id);
  const drawers = [];
  const veil = {
    update: () => {
      const isCovered = drawers.some((drawer) => drawer.isOpen && drawer.isNarrow.matches);
      get("veil").hidden = !isCovered;
      // What lies under the veil is out of reach of the keyboard, too.
      get("room").inert = isCovered;
    },
  };
  drawers.push(new Drawer({
    element: get("side"),
    button: get("open-side"),
    iconName: "menu",
    isNarrow: narrowSide,
    veil,
    startsOpen: true,
  }));
  drawers.push(new Drawer({
    element: get("panel"),
    button: get("open-panel"),
    iconName: "people",
    isNarrow: narrowPanel,
    veil,
    startsOpen: true,
  }));
  const closeOverlays = ({ focus = false } = {}) => drawers.filter(
    (drawer) => drawer.isOpen && drawer.isNarrow.matches,
  ).forEach((drawer) => drawer.set(false, { focus }));
  get("veil").addEventListener("click", () => closeOverlays({ focus: true }));
  return closeOverlays;
}
