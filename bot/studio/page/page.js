"use strict";

const EXAMPLES = {
  speech: { voice: "heart", text: "[happy] Hello! Welcome to the studio. [break] What shall we make?", useAsync: false },
  conversion: { voice: "bruno", sourceUrl: "" },
  transcription: { url: "", format: "json", word_level_timestamp_alignment: true },
  effect: { prompt: "heavy rain, distant thunder", duration: 8 },
  separation: { sourceUrl: "", model: "vocal-remover" },
  podcast: { text: "Anna: Hello and welcome!\nBen: Thank you. What is it about today?\nAnna: About small studios." },
  voice_design: { prompt: "an old, warm, slow storyteller" },
  background_music: { prompt: "calm lo-fi, 80 bpm", duration: 20, instrumental: true },
  song: { style: "happy chiptune", instrumental: true },
  cloning: { name: "me", audioUrl: "https://example.org/me.wav" },
  cover: { voice: "heart", sourceUrl: "https://example.org/song.mp3" },
  pipeline: { url: "", step_speech_enhancement: true, step_audio_normalization: true },
};
const POLL_MS = 1000;
const POLLS = 1800;

const at = (id) => document.getElementById(id);
const calls = new Map();
let lastResult = "";
let shownObjects = [];

async function start() {
  at("key").value = sessionStorage.getItem("studio-key") || "";
  at("operation").addEventListener("change", choose);
  at("request").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  showHealth();
  const api = await (await fetch("/openapi.json")).json();
  for (const [path, methods] of Object.entries(api.paths)) {
    if (!methods.post) continue;
    const name = methods.post.requestBody.content["application/json"].schema.$ref.split("/").pop();
    calls.set(path, { ...methods.post, schema: api.components.schemas[name] });
    at("operation").append(new Option(`${methods.post.operationId.replaceAll("_", " ")}  (${path})`, path));
  }
  choose();
}

async function showHealth() {
  try {
    const health = await (await fetch("/healthz")).json();
    const engines = Object.entries(health.engines).map(([name, about]) => `${name}: ${about.state}`);
    at("health").textContent = health.message || `${health.queue.unfinished} in the queue · ${engines.join(" · ")}`;
  } catch {
    at("health").textContent = "The studio does not answer.";
  }
}

function choose() {
  const call = calls.get(at("operation").value);
  at("summary").textContent = call.summary;
  const example = { ...(EXAMPLES[call.operationId] || { url: "" }) };
  for (const field of ["url", "sourceUrl"]) {
    if (example[field] === "") example[field] = lastResult || `${location.origin}/files/…  (speak something first, or any public address)`;
  }
  at("body").value = JSON.stringify(example, null, 2);
  const rows = Object.entries(call.schema.properties || {}).map(([name, field]) => row(name, field, call.schema.required));
  at("fields").replaceChildren(...rows);
}

function row(name, field, required) {
  const line = document.createElement("tr");
  const types = (field.anyOf || [field]).map((one) => one.type || (one.$ref || "").split("/").pop()).join(" or ");
  const about = field.default === undefined || field.default === null ? types : `${types}, default ${JSON.stringify(field.default)}`;
  for (const [tag, text] of [["th", name + ((required || []).includes(name) ? " *" : "")], ["td", about]]) {
    const cell = document.createElement(tag);
    cell.textContent = text;
    line.append(cell);
  }
  return line;
}

async function send() {
  sessionStorage.setItem("studio-key", at("key").value);
  const begun = performance.now();
  at("send").disabled = true;
  clear();
  say("At work…");
  try {
    JSON.parse(at("body").value);
    const path = at("operation").value;
    const response = await fetch(path, { method: "POST", body: at("body").value, headers: headers("application/json") });
    await show(response, begun);
  } catch (error) {
    say(error instanceof SyntaxError ? "The request is not valid JSON." : "The studio could not be reached.", true);
  } finally {
    at("send").disabled = false;
    showHealth();
  }
}

function headers(contentType) {
  const given = { Authorization: `Bearer ${at("key").value}` };
  return contentType ? { ...given, "Content-Type": contentType } : given;
}

async function show(response, begun) {
  if (!(response.headers.get("Content-Type") || "").startsWith("application/json")) {
    const told = ["Engine", "Approximate", "Warnings"].map((name) => `${name}: ${response.headers.get("X-Soundbooth-" + name)}`);
    at("answer").textContent = told.join("\n");
    play(URL.createObjectURL(await response.blob()), true);
    say(`Done in ${seconds(begun)}.`);
    return;
  }
  let answer = await response.json();
  for (let polls = 0; answer.status === 202 && polls < POLLS; polls += 1) {
    say(`At work… ${seconds(begun)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    answer = await (await fetch(`/v1/task/${encodeURIComponent(answer.taskId)}`, { headers: headers() })).json();
  }
  at("answer").textContent = JSON.stringify(answer, null, 2);
  if (answer.error) {
    say(`${answer.error.code}: ${answer.error.message}`, true);
    return;
  }
  say(`Done in ${seconds(begun)}${answer.engine ? ` by ${answer.engine}` : ""}${answer.approximate ? ", approximate" : ""}.`);
  for (const url of answer.urls || [answer.url]) if (url) await showResult(url);
}

async function showResult(url) {
  const address = new URL(url);
  if (address.origin !== location.origin) return;
  if (/\.(srt|vtt|json|txt)$/.test(address.pathname)) {
    const text = document.createElement("pre");
    text.textContent = await (await fetch(address)).text();
    at("results").append(text);
    return;
  }
  lastResult = url;
  play(url, false);
}

function play(url, isObject) {
  if (isObject) shownObjects.push(url);
  const player = document.createElement("audio");
  player.controls = true;
  player.src = url;
  at("results").append(player);
}

function clear() {
  shownObjects.forEach((url) => URL.revokeObjectURL(url));
  shownObjects = [];
  at("results").replaceChildren();
  at("answer").textContent = "";
}

function say(text, isBad = false) {
  at("state").textContent = text;
  at("state").classList.toggle("bad", isBad);
}

function seconds(begun) {
  return `${((performance.now() - begun) / 1000).toFixed(1)} s`;
}

start();
