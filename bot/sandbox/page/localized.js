// What the bot calls its commands in the language of the member's Discord.

/** The languages to choose from: those of the bot, and one more to see what members of all others get. */
export const LANGUAGES = {
  "en-US": "English",
  de: "Deutsch",
  fr: "Français",
  "es-ES": "Español",
  "pt-BR": "Português do Brasil",
  ja: "日本語",
  nl: "Nederlands",
};
// Source: discord-api-docs interactions/application-commands.mdx, "Localization", read 2026-11-22.
const NEXT_BEST = { "en-US": "en-GB", "en-GB": "en-US", "es-419": "es-ES" };

/** The `field` of a command, an option or a choice in this language, else as the bot wrote it. */
export function localized(part, field, locale) {
  const words = part[`${field}_localizations`] ?? {};
  return words[locale] ?? words[NEXT_BEST[locale]] ?? part[field] ?? "";
}

/** An option to be shown in this language. `name` and the values of its choices stay: they are what is sent. */
export function localizedOption(option, locale) {
  return {
    ...option,
    label: localized(option, "name", locale),
    description: localized(option, "description", locale),
    choices: option.choices?.map(({ value, ...choice }) => ({ name: localized(choice, "name", locale), value })),
  };
}
