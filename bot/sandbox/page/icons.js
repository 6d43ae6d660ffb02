// The page's own line icons, 24 by 24, drawn with the current text colour.

const PATHS = {
  apps: ["M12 3l2.2 6.3L20.5 11.5l-6.3 2.2L12 20l-2.2-6.3L3.5 11.5l6.3-2.2z"],
  check: ["M5 12.5l4.5 4.5L19 7.5"],
  chevron: ["M6.5 9.5L12 15l5.5-5.5"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  command: ["M14.5 5l-5 14"],
  down: ["M12 5v13", "M6 12.5l6 6 6-6"],
  download: ["M12 4v11", "M7 10.5l5 5 5-5", "M5 19.5h14"],
  eye: ["M3 12s3.3-6 9-6 9 6 9 6-3.3 6-9 6-9-6-9-6z", "M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z"],
  file: ["M7 3.5h7l4 4v13H7z", "M14 3.5v4h4"],
  hash: ["M9.5 4L7.5 20", "M16.5 4l-2 16", "M4.5 9h15.5", "M4 15h15.5"],
  menu: ["M4 7h16", "M4 12h16", "M4 17h16"],
  moon: ["M19.5 14.5A8 8 0 1 1 9.5 4.5a6.5 6.5 0 0 0 10 10z"],
  note: [
    "M9 18V6l10-2v12",
    "M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z",
    "M19 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z",
  ],
  pause: ["M8.5 5.5v13", "M15.5 5.5v13"],
  people: [
    "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
    "M2.5 19.5c0-3.5 2.9-5.5 6.5-5.5s6.5 2 6.5 5.5",
    "M16 4.9a3.5 3.5 0 0 1 0 6.2",
    "M18.5 14.6c2 .8 3.2 2.5 3.2 4.9",
  ],
  play: ["M8 5.2l10.5 6.8L8 18.8z"],
  plus: ["M12 5v14", "M5 12h14"],
  reply: ["M4 19c0-7 3-11 12-11", "M12 3.5L16.5 8 12 12.5"],
  send: ["M4 12L20 4.5 15.5 20l-3.8-6.3z", "M20 4.5l-8.3 9.2"],
  sun: [
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z",
    "M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  ],
};
const SVG = "http://www.w3.org/2000/svg";

/** One SVG element of another namespace, with attributes. */
export function makeSvg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** The icon of that name; hidden from screen readers, its button carries the label. */
export function icon(name) {
  const paths = PATHS[name].map((d) => makeSvg("path", { d }));
  const filled = name === "play" || name === "apps" ? " icon-filled" : "";
  return makeSvg("svg", { viewBox: "0 0 24 24", class: `icon${filled}`, "aria-hidden": "true" }, ...paths);
}
