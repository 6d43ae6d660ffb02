// Discord's markdown as far as the bot and members use it, straight into DOM nodes: no HTML strings anywhere.

import { make, safeLink } from "./elements.js";
import { timestamp } from "./timestamps.js";

// Nesting deeper than this stays plain text: hostile input must not exhaust the stack.
const DEEPEST = 8;

// The last character is none that rather belongs to the sentence.
const BARE_LINK = /https?:\/\/[^\s<>|]{1,2000}[^\s<>|.,:;"'!?)*_~\]]/uy;

/** Each rule: a sticky pattern, and what to make of its match. First match wins. */
const INLINE_RULES = [
  { pattern: /\\([\\*_~`|>#:<@\-[\]()])/uy, render: (match) => match[1] },
  { pattern: /(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/uy, render: (match) => make("code", {}, match[2].trim() || match[2]) },
  { pattern: /\*\*\*([\s\S]+?)\*\*\*/uy, render: wrap("em", "strong") },
  { pattern: /\*\*([\s\S]+?)\*\*(?!\*)/uy, render: wrap("strong") },
  { pattern: /__([\s\S]+?)__(?!_)/uy, render: wrap("u") },
  { pattern: /~~([\s\S]+?)~~/uy, render: wrap("s") },
  { pattern: /\|\|([\s\S]+?)\|\|/uy, render: spoiler },
  { pattern: /\*(?=\S)((?:\*\*|\\[\s\S]|[^*\\])*?\S)\*(?!\*)/uy, render: wrap("em") },
  { pattern: /(?<![\p{L}\p{N}])_(?=\S)((?:__|\\[\s\S]|[^_\\])*?\S)_(?![\p{L}\p{N}_])/uy, render: wrap("em") },
  { pattern: /\[([^[\]\n]{1,400})\]\(<?(https?:\/\/[^\s)>]{1,2000})>?\)/uy, render: maskedLink, isLink: true },
  { pattern: /<(https?:\/\/[^\s>]{1,2000})>/uy, render: (match) => safeLink(match[1], match[1]), isLink: true },
  { pattern: BARE_LINK, render: (match) => safeLink(match[0], match[0]), isLink: true },
  { pattern: /<t:(-?\d{1,13})(?::([tTdDfFRsS]))?>/uy, render: (match) => timestamp(Number(match[1]), match[2]) },
  { pattern: /<@!?(\d{1,20})>/uy, render: (match, _, names) => mention(`@${names.user(match[1])}`) },
  { pattern: /<@&(\d{1,20})>/uy, render: (match, _, names) => mention(`@${names.role(match[1])}`) },
  { pattern: /<#(\d{1,20})>/uy, render: (match, _, names) => mention(`#${names.channel(match[1])}`) },
  { pattern: /@(everyone|here)\b/uy, render: (match) => mention(match[0]) },
  { pattern: /<\/([-_\p{L}\p{N} ]{1,100}):(\d{1,20})>/uy, render: commandMention },
  { pattern: /<a?:(\w{2,32}):\d{1,20}>/uy, render: customEmoji },
];
// Where a rule can begin. Everything else is copied in one go.
const QUIET = /[^\\`*_~|[<@h]+/uy;

function wrap(...tags) {
  return (match, depth, names) => {
    let children = inline(match[1], depth + 1, names);
    for (const tag of [...tags].reverse()) children = [make(tag, {}, children)];
    return children[0];
  };
}

function spoiler(match, depth, names) {
  const inner = make("span", { class: "spoiler-text" }, inline(match[1], depth + 1, names));
  const cover = make(
    "button",
    { type: "button", class: "spoiler", "aria-expanded": "false", "aria-label": "Spoiler, show it" },
    inner,
  );
  inner.inert = true;
  cover.addEventListener("click", () => {
    inner.inert = false;
    cover.replaceWith(make("span", { class: "spoiler spoiler-open" }, inner));
  });
  return cover;
}

function maskedLink(match, depth, names) {
  return safeLink(match[2], inline(match[1], depth + 1, { ...names, isInLink: true }));
}

function mention(text) {
  return make("span", { class: "mention" }, text);
}

function customEmoji(match) {
  return make("span", { class: "custom-emoji" }, `:${match[1]}:`);
}

function commandMention(match, _depth, names) {
  const path = match[1];
  return make(
    "button",
    { type: "button", class: "mention mention-command", on: { click: () => names.startCommand(path) } },
    `/${path}`,
  );
}

function applyRule(text, at, depth, names) {
  for (const rule of INLINE_RULES) {
    if (rule.isLink && names.isInLink) continue;
    rule.pattern.lastIndex = at;
    const match = rule.pattern.exec(text);
    if (match !== null) return { node: rule.render(match, depth, names), end: at + match[0].length };
  }
  return null;
}

function inline(text, depth, names) {
  if (depth > DEEPEST) return [text];
  const nodes = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    QUIET.lastIndex = at;
    const quiet = QUIET.exec(text)?.[0] ?? "";
    plain += quiet;
    at += quiet.length;
    const found = at < text.length ? applyRule(text, at, depth, names) : null;
    if (found === null) {
      plain += text[at] ?? "";
      at += 1;
      continue;
    }
    if (plain) nodes.push(plain);
    plain = "";
    nodes.push(found.node);
    at = found.end;
  }
  if (plain) nodes.push(plain);
  return nodes;
}

function codeBlock(match) {
  const language = match[1] ?? "";
  const code = make("code", {}, match[2].replace(/^\n|\n$/gu, ""));
  return make("pre", { class: "code-block", tabindex: "0", data: language ? { language } : {} }, code);
}

function heading(match, names) {
  // The page's own headings take the first two levels.
  return make(`h${match[1].length + 2}`, { class: "md-heading" }, inline(match[2], 0, names));
}

function smallPrint(match, names) {
  return make("small", { class: "md-small" }, inline(match[1], 0, names));
}

const LINE_KINDS = [
  { pattern: /^(#{1,3}) +(\S.*)$/u, make: heading },
  { pattern: /^-# +(\S.*)$/u, make: smallPrint },
];

/** Lines of ordinary text: headings, lists, quotes and the rest. */
function paragraphs(text, names) {
  const lines = text.split("\n");
  const nodes = [];
  let open = { kind: "", lines: [] };
  const close = () => {
    if (open.lines.length > 0) nodes.push(block(open, names));
    open = { kind: "", lines: [] };
  };
  for (const line of lines) {
    const special = LINE_KINDS.map((kind) => ({ kind, match: kind.pattern.exec(line) })).find((one) => one.match);
    if (special) {
      close();
      nodes.push(special.kind.make(special.match, names));
      continue;
    }
    const kind = lineKind(line);
    if (kind !== open.kind) close();
    open.kind = kind;
    open.lines.push(line);
  }
  close();
  return nodes;
}

function lineKind(line) {
  if (/^> ?/u.test(line)) return "quote";
  if (/^ *[-*] +\S/u.test(line)) return "bullets";
  if (/^ *\d{1,3}\. +\S/u.test(line)) return "numbers";
  return "text";
}

function block({ kind, lines }, names) {
  if (kind === "quote") {
    const inner = lines.map((line) => line.replace(/^> ?/u, "")).join("\n");
    return make("blockquote", {}, inline(inner, 1, names));
  }
  if (kind === "bullets" || kind === "numbers") {
    const items = lines.map((line) => make("li", {}, inline(line.replace(/^ *(?:[-*]|\d{1,3}\.) +/u, ""), 1, names)));
    const start = kind === "numbers" ? Number.parseInt(lines[0].trim(), 10) : null;
    return make(kind === "numbers" ? "ol" : "ul", { start }, items);
  }
  return make("div", { class: "md-text" }, inline(lines.join("\n"), 0, names));
}

/**
 * Renders `text`. `names` says what ids are called: `user(id)`, `channel(id)`, `role(id)`, and what a command
 * mention does: `startCommand(path)`.
 * @returns {DocumentFragment}
 */
export function renderMarkdown(text, names) {
  const fragment = document.createDocumentFragment();
  const fence = /```(?:([\w+#-]{1,20})\n)?([\s\S]+?)```/gu;
  let at = 0;
  for (const match of text.matchAll(fence)) {
    if (match.index > at) fragment.append(...paragraphs(trimBreaks(text.slice(at, match.index)), names));
    fragment.append(codeBlock(match));
    at = match.index + match[0].length;
  }
  if (at < text.length) fragment.append(...paragraphs(trimBreaks(text.slice(at)), names));
  return fragment;
}

function trimBreaks(text) {
  return text.replace(/^\n|\n$/gu, "");
}

/** Only the inline part: for embed titles and field names, where blocks have no place. */
export function renderInline(text, names) {
  const fragment = document.createDocumentFragment();
  fragment.append(...inline(text, 0, names));
  return fragment;
}
