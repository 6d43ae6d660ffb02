// Embeds: title, description, fields, footer, colour, pictures. Pictures come only from this computer.

import { make, ownUrl, safeLink } from "./elements.js";
import { renderInline, renderMarkdown } from "./markdown.js";
import { messageTime } from "./timestamps.js";

const MOST_FIELDS = 25;

function picture(image, className, attachments) {
  if (typeof image?.url !== "string") return null;
  const named = /^attachment:\/\/(.+)$/u.exec(image.url);
  const address = named ? attachments.find((one) => one.filename === named[1])?.url ?? "" : image.url;
  const url = ownUrl(address);
  if (url !== null) return make("img", { class: className, src: url, alt: image.description ?? "", loading: "lazy" });
  // Showing it would fetch from outside; the sandbox stays on this computer.
  return make("p", { class: "embed-outside" }, safeLink(address, "Picture on the web"));
}

function author(embed) {
  if (!embed.author?.name) return null;
  const { name, url } = embed.author;
  return make("p", { class: "embed-author" }, url ? safeLink(url, name) : name);
}

function title(embed, names) {
  if (!embed.title) return null;
  const words = renderInline(embed.title, names);
  return make("h3", { class: "embed-title" }, embed.url ? safeLink(embed.url, words) : words);
}

function fields(embed, names) {
  if (!Array.isArray(embed.fields) || embed.fields.length === 0) return null;
  const entries = embed.fields.slice(0, MOST_FIELDS).map((field) =>
    make(
      "div",
      { class: field.inline ? "embed-field embed-field-inline" : "embed-field" },
      make("dt", {}, renderInline(field.name ?? "", names)),
      make("dd", {}, renderMarkdown(field.value ?? "", names)),
    ),
  );
  return make("dl", { class: "embed-fields" }, entries);
}

function footer(embed) {
  if (!embed.footer?.text && !embed.timestamp) return null;
  const parts = [embed.footer?.text, embed.timestamp ? messageTime(embed.timestamp) : null].filter(Boolean);
  return make("footer", { class: "embed-footer" }, parts.flatMap((part, at) => (at > 0 ? [" · ", part] : [part])));
}

/** One embed as an article. */
export function renderEmbed(embed, names, attachments) {
  const card = make(
    "article",
    { class: "embed", data: { testid: "embed" } },
    make(
      "div",
      { class: "embed-body" },
      author(embed),
      title(embed, names),
      embed.description ? make("div", { class: "embed-text" }, renderMarkdown(embed.description, names)) : null,
      fields(embed, names),
      picture(embed.image, "embed-image", attachments),
      footer(embed),
    ),
    picture(embed.thumbnail, "embed-thumbnail", attachments),
  );
  if (Number.isInteger(embed.color)) {
    card.style.setProperty("--embed-color", `#${(embed.color & 0xffffff).toString(16).padStart(6, "0")}`);
  }
  return card;
}
