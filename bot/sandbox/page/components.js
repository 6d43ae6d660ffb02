// Buttons and selects under a message, and the few layout components of Discord's second kind of message.

import { make, ownUrl, safeLink } from "./elements.js";
import { failureLine } from "./interactions.js";
import { renderMarkdown } from "./markdown.js";
import { SelectMenu, selectOptions } from "./selects.js";

const STYLE_NAMES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };
const DEEPEST = 5;

function buttonWords(component) {
  const { emoji, label } = component;
  const sign = emoji ? make("span", { class: "button-emoji" }, emoji.id ? `:${emoji.name}:` : emoji.name ?? "") : null;
  return [sign, label ? make("span", {}, label) : null];
}

/** Starts the interaction of one component; shows that it waits and, when it failed, why. */
async function press(page, message, component, control, values) {
  const row = control.closest(".components");
  const note = row.querySelector(".component-note");
  control.classList.add("is-waiting");
  control.setAttribute("aria-busy", "true");
  note.textContent = "";
  let words;
  try {
    words = failureLine(await page.interactions.pressComponent(message, component, values));
  } catch (problem) {
    words = problem.message;
  }
  control.classList.remove("is-waiting");
  control.removeAttribute("aria-busy");
  note.textContent = words;
}

function renderButton(component, message, page) {
  const style = STYLE_NAMES[component.style] ?? "secondary";
  if (component.style === 5) {
    const link = safeLink(component.url ?? "", buttonWords(component));
    link.className = "button button-link";
    return link;
  }
  const button = make(
    "button",
    {
      type: "button", class: `button button-${style}`, disabled: component.disabled,
      "aria-label": component.label ? null : component.emoji?.name ?? "Button",
      data: { testid: "component-button", customId: component.custom_id ?? "" },
    },
    buttonWords(component),
  );
  button.addEventListener("click", () => {
    if (!button.classList.contains("is-waiting")) press(page, message, component, button, []);
  });
  return button;
}

function renderSelect(component, message, page) {
  const menu = new SelectMenu({
    component,
    options: selectOptions(component, page.store),
    onDone: (values) => press(page, message, component, menu.element, values),
  });
  return menu.element;
}

function mediaUrl(item, message) {
  const address = item?.url ?? "";
  const named = /^attachment:\/\/(.+)$/u.exec(address);
  const found = named ? message.attachments?.find((one) => one.filename === named[1])?.url : address;
  return ownUrl(found ?? "");
}

function renderMedia(item, message) {
  const url = mediaUrl(item.media ?? item.file, message);
  if (url === null) return make("p", { class: "embed-outside" }, "Media on the web");
  if (item.file) return safeLink(url, item.name ?? "File");
  return make("img", { class: "embed-image", src: url, alt: item.description ?? "", loading: "lazy" });
}

const RENDERERS = {
  1: (component, message, page, depth) => make(
    "div",
    { class: "action-row" },
    renderEach(component.components, message, page, depth),
  ),
  2: renderButton,
  3: renderSelect,
  5: renderSelect,
  6: renderSelect,
  7: renderSelect,
  8: renderSelect,
  9: (component, message, page, depth) =>
    make(
      "div",
      { class: "section" },
      make("div", {}, renderEach(component.components, message, page, depth)),
      renderEach([component.accessory], message, page, depth),
    ),
  10: (component, _message, page) => make(
    "div",
    { class: "content" },
    renderMarkdown(component.content ?? "", page.names),
  ),
  11: renderMedia,
  12: (component, message) => make(
    "div",
    { class: "gallery" },
    (component.items ?? []).slice(0, 10).map((item) => renderMedia(item, message)),
  ),
  13: renderMedia,
  14: () => make("hr"),
  17: (component, message, page, depth) => make(
    "div",
    { class: "embed container" },
    make("div", { class: "embed-body" }, renderEach(component.components, message, page, depth)),
  ),
};

function renderEach(components, message, page, depth) {
  if (!Array.isArray(components) || depth > DEEPEST) return [];
  return components
    .filter((component) => component && RENDERERS[component.type])
    .map((component) => RENDERERS[component.type](component, message, page, depth + 1));
}

/** Everything interactive of a message, or null. */
export function renderComponents(message, page) {
  const rows = renderEach(message.components ?? [], message, page, 0);
  if (rows.length === 0) return null;
  return make("div", { class: "components" }, rows, make("p", { class: "component-note", role: "status" }));
}
