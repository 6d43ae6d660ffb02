// Commands and their values without any DOM: leaves, matching, checking, and the shape that is sent.

import { localized, localizedOption } from "./localized.js";

/** Discord's option types. */
export const TYPES = {
  subcommand: 1,
  group: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
  attachment: 11,
};
export const TYPE_WORDS = {
  3: "text",
  4: "whole number",
  5: "true or false",
  6: "member",
  7: "channel",
  8: "role",
  9: "member or role",
  10: "number",
  11: "file",
};
// Discord's own limit of a string value.
const LONGEST = 6000;

/**
 * Every command a member can type, one per subcommand: {command, path, name, label, description, options}. `name`
 * is what the bot calls it, `label` what members of this language read; both find it.
 */
export function commandLeaves(commands, locale) {
  const leaves = commands.flatMap((command) => leavesUnder(command, command, { names: [], labels: [], locale }));
  return leaves.sort((a, b) => a.label.localeCompare(b.label));
}

function leavesUnder(command, node, { names, labels, locale }) {
  const above = { names: [...names, node.name], labels: [...labels, localized(node, "name", locale)], locale };
  const options = node.options ?? [];
  const deeper = options.filter((option) => option.type === TYPES.subcommand || option.type === TYPES.group);
  if (deeper.length > 0) return deeper.flatMap((option) => leavesUnder(command, option, above));
  // Required ones first, as Discord demands anyway.
  const sorted = [...options].sort((a, b) => Number(Boolean(b.required)) - Number(Boolean(a.required)));
  return [{
    command,
    path: above.names,
    name: above.names.join(" "),
    label: above.labels.join(" "),
    description: localized(node, "description", locale),
    options: sorted.map((option) => localizedOption(option, locale)),
  }];
}

/** Whether a leaf or an option goes by this name, in the member's language or as the bot calls it. */
export function isCalled({ label, name }, typed) {
  return [label.toLowerCase(), name].includes(typed.toLowerCase());
}

/** Leaves that fit what was typed after the slash, best first: start of the name, then inside it, then description. */
export function matchLeaves(leaves, typed) {
  const wanted = typed.trim().toLowerCase();
  const rank = (leaf) => {
    const names = [leaf.label.toLowerCase(), leaf.name];
    if (names.some((name) => name.startsWith(wanted))) return 0;
    if (names.some((name) => name.includes(wanted))) return 1;
    return leaf.description.toLowerCase().includes(wanted) ? 2 : 3;
  };
  const ranked = leaves.map((leaf) => ({ leaf, rank: rank(leaf) })).filter((entry) => entry.rank < 3);
  return ranked.sort((a, b) => a.rank - b.rank).map((entry) => entry.leaf);
}

/** The suggestions whose words contain what was typed; those whose label or name begins with it come first. */
export function matchItems(items, typed) {
  const wanted = typed.trim().toLowerCase();
  const begins = (item) => [item.label, item.name].some((text) => text?.toLowerCase().startsWith(wanted));
  const contains = (text) => (text ?? "").toLowerCase().includes(wanted);
  const fitting = items.filter((item) => contains(item.label) || contains(item.name) || contains(item.detail));
  return [...fitting.filter(begins), ...fitting.filter((item) => !begins(item))];
}

/** "true" and the like as a boolean; null for anything else. */
export function readBoolean(text) {
  const word = text.trim().toLowerCase();
  if (["true", "yes", "on", "1"].includes(word)) return true;
  return ["false", "no", "off", "0"].includes(word) ? false : null;
}

function textProblem(option, text) {
  if (option.min_length && text.length < option.min_length) return `needs at least ${option.min_length} characters`;
  const most = option.max_length ?? LONGEST;
  return text.length > most ? `takes at most ${most} characters (now ${text.length})` : "";
}

function numberProblem(option, text) {
  const number = Number(text);
  if (!Number.isFinite(number)) return "must be a number";
  if (option.type === TYPES.integer && !Number.isSafeInteger(number)) return "must be a whole number";
  if (option.min_value !== undefined && number < option.min_value) return `must be at least ${option.min_value}`;
  if (option.max_value !== undefined && number > option.max_value) return `must be at most ${option.max_value}`;
  return "";
}

/**
 * What is wrong with a field, in words that follow the option's name; empty when nothing is.
 * A field is {option, text, value, file}: `value` is set when a suggestion was chosen, else `text` counts.
 */
export function fieldProblem({ option, text, value, file }) {
  if (option.type === TYPES.attachment) return option.required && !file ? "needs a file" : "";
  if (value !== null) return "";
  if (text.trim() === "") return option.required ? "is required" : "";
  if (option.type === TYPES.boolean) return readBoolean(text) === null ? "must be true or false" : "";
  if (option.choices?.length || isEntity(option)) return "must be one of the list";
  return option.type === TYPES.string ? textProblem(option, text) : numberProblem(option, text);
}

/** Members, channels and roles: only a suggestion gives their id. */
export function isEntity(option) {
  return [TYPES.user, TYPES.channel, TYPES.role, TYPES.mentionable].includes(option.type);
}

function isFilled({ text, value }) {
  return value !== null || text.trim() !== "";
}

function typedValue({ option, text, value }) {
  if (value !== null) return value;
  if (option.type === TYPES.boolean) return readBoolean(text);
  return option.type === TYPES.integer || option.type === TYPES.number ? Number(text) : text;
}

/** The fields as Discord's nested options, and the files the attachment options point at by number. */
export function buildOptions(leaf, fields) {
  const files = [];
  const flat = [];
  for (const field of fields) {
    const { option } = field;
    if (option.type === TYPES.attachment) {
      if (field.file) flat.push({ name: option.name, type: option.type, value: files.push(field.file) - 1 });
    } else if (isFilled(field)) {
      flat.push({ name: option.name, type: option.type, value: typedValue(field) });
    }
  }
  return { options: nest(leaf, flat), files };
}

/** The options of an autocomplete question: what is filled in so far, the focused one as typed. */
export function buildQuestion(leaf, fields, focused) {
  const flat = [];
  for (const field of fields) {
    const { name, type } = field.option;
    if (field === focused) flat.push({ name, type, value: field.text, focused: true });
    else if (type !== TYPES.attachment && isFilled(field) && fieldProblem(field) === "") {
      flat.push({ name, type, value: typedValue(field) });
    }
  }
  return nest(leaf, flat);
}

function nest(leaf, flat) {
  const inner = leaf.path.slice(1).reverse();
  return inner.reduce(
    (options, name, at) => [{ name, type: at === 0 ? TYPES.subcommand : TYPES.group, options }],
    flat,
  );
}
