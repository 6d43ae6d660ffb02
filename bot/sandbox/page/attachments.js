// What hangs on a message: voice messages, audio, pictures, other files.

import { make, ownUrl, readableSize } from "./elements.js";
import { icon } from "./icons.js";
import { audioPlayer, voicePlayer } from "./players.js";
import { FLAGS } from "./state.js";

const AUDIO_NAMES = /\.(?:aac|flac|m4a|mp3|oga|ogg|opus|wav)$/iu;
const IMAGE_NAMES = /\.(?:gif|jpe?g|png|webp)$/iu;

/** `audio`, `image`, `video` or `file`, by what the sender declared, else by the name. */
export function attachmentKind({ content_type: declared, filename }) {
  // SVG can carry scripts; as an <img> they do not run, but there is nothing to gain either.
  if (declared?.startsWith("image/") && !declared.startsWith("image/svg")) return "image";
  if (declared?.startsWith("audio/")) return "audio";
  if (declared?.startsWith("video/")) return "video";
  if (declared && !declared.startsWith("application/octet-stream")) return "file";
  if (AUDIO_NAMES.test(filename)) return "audio";
  return IMAGE_NAMES.test(filename) ? "image" : "file";
}

function downloadLink(attachment, url) {
  const label = `Download ${attachment.filename}`;
  return make(
    "a",
    { class: "icon-button", href: url, download: attachment.filename, "aria-label": label, title: label },
    icon("download"),
  );
}

function head(attachment, url, iconName) {
  return make(
    "div",
    { class: "file-head" },
    make("span", { class: "file-icon" }, icon(iconName)),
    make(
      "div",
      { class: "file-words" },
      make("span", { class: "file-name" }, attachment.filename),
      make("span", { class: "file-size" }, readableSize(attachment.size)),
    ),
    downloadLink(attachment, url),
  );
}

function described(card, attachment) {
  if (attachment.description) card.append(make("p", { class: "file-alt" }, attachment.description));
  return card;
}

function renderImage(attachment, url) {
  const image = make("img", { src: url, alt: attachment.description || attachment.filename, loading: "lazy" });
  const link = make("a", { class: "picture", href: url, target: "_blank", rel: "noopener" }, image);
  return described(make("figure", { class: "picture-card" }, link), attachment);
}

function renderAudio(attachment, url) {
  const player = audioPlayer({ url, label: attachment.filename, durationS: attachment.duration_secs });
  return described(
    make(
      "div",
      { class: "file-card audio-card", data: { testid: "audio-file" } },
      head(attachment, url, "note"),
      player,
    ),
    attachment,
  );
}

function renderVideo(attachment, url) {
  const video = make("video", { src: url, controls: true, preload: "metadata", "aria-label": attachment.filename });
  return described(make("figure", { class: "picture-card" }, video), attachment);
}

function renderOne(attachment, isVoice, authorName) {
  const url = ownUrl(attachment.url);
  if (url === null) return make("p", { class: "file-card" }, `${attachment.filename} (not on this computer)`);
  if (isVoice) {
    const label = `voice message from ${authorName}`;
    return voicePlayer({ url, label, waveform: attachment.waveform, durationS: attachment.duration_secs });
  }
  const kind = attachmentKind(attachment);
  if (kind === "image") return renderImage(attachment, url);
  if (kind === "audio") return renderAudio(attachment, url);
  if (kind === "video") return renderVideo(attachment, url);
  const card = make("div", { class: "file-card", data: { testid: "file-card" } }, head(attachment, url, "file"));
  return described(card, attachment);
}

/** The attachments to show by themselves: as on Discord, a picture of an embed is seen in the embed only. */
export function looseAttachments(message) {
  const place = (url) => String(url ?? "").split("?")[0];
  const pictures = (message.embeds ?? []).flatMap((embed) => [embed.image, embed.thumbnail]);
  const inEmbeds = new Set(pictures.map((picture) => place(picture?.url)));
  return (message.attachments ?? []).filter((one) => !inEmbeds.has(place(one.url)));
}

/** All attachments of a message as one block, or null. */
export function renderAttachments(message, authorName) {
  const list = looseAttachments(message);
  if (list.length === 0) return null;
  const isVoice = (message.flags & FLAGS.voice) !== 0;
  return make("div", { class: "attachments" }, list.map((one) => renderOne(one, isVoice, authorName)));
}
