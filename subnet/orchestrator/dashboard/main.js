// Wires the page: one status, then the feed; after a gap the status again. The address's #part names the run shown.

import { apply, fromStatus } from "./state.js";
import { element, RunView } from "./view.js";

const EVENT_TYPES = ["loss", "miner", "merge", "verdict", "run"];
const DRAW_EVERY_MS = 250;
const REFRESH_EVERY_MS = 5_000;
const RETRY_MS = 3_000;

const byId = (id) => document.getElementById(id);
let state = null;
let view = null;
let shownRun = null;
let drawTimer = null;

function live(kind, text) {
  byId("live").className = `live ${kind}`;
  if (byId("live-words").textContent !== text) byId("live-words").textContent = text;
}

function chosenRun() {
  const wanted = decodeURIComponent(location.hash.slice(1));
  return state.runs.find((run) => run.run_id === wanted)
    ?? state.runs.find((run) => run.phase === "training" || run.phase === "merging") ?? state.runs[0];
}

function draw() {
  drawTimer = null;
  byId("network").textContent = state.network;
  const run = chosenRun();
  drawRunLinks(run);
  if (!run) {
    byId("run").replaceChildren(element("p", "empty large", "No model is in training here yet. This page fills by itself as soon as one starts."));
    shownRun = null;
    return;
  }
  if (shownRun !== run.run_id) {
    view = new RunView(byId("run"));
    view.redraw = draw;
    shownRun = run.run_id;
  }
  document.title = `${run.title || run.run_id} · Train at Home`;
  view.show(run, state.validators, Date.now() - clockAhead);
}

function drawRunLinks(current) {
  const nav = byId("runs");
  nav.hidden = state.runs.length < 2;
  if (nav.hidden || nav.contains(document.activeElement)) return;
  nav.replaceChildren(...state.runs.map((run) => {
    const link = element("a", "", run.title || run.run_id);
    link.href = `#${encodeURIComponent(run.run_id)}`;
    if (run === current) link.setAttribute("aria-current", "page");
    return link;
  }));
}

function drawSoon() {
  drawTimer ??= setTimeout(draw, DRAW_EVERY_MS);
}

// This computer's clock may be wrong; ages are told by the service's.
let clockAhead = 0;

async function loadStatus() {
  const answer = await fetch("/v1/status", { cache: "no-store" });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  state = fromStatus(await answer.json());
  clockAhead = Date.now() - state.unix_ms;
  drawSoon();
}

function follow() {
  const feed = new EventSource(`/v1/feed?after=${state.last_event}`);
  feed.addEventListener("open", () => live("on", "Live"));
  feed.addEventListener("error", () => {
    live("off", "Reconnecting…");
    if (feed.readyState === EventSource.CLOSED) setTimeout(start, RETRY_MS);
  });
  for (const type of EVENT_TYPES) {
    feed.addEventListener(type, (message) => {
      state = apply(state, { ...JSON.parse(message.data), type });
      drawSoon();
    });
  }
}

async function start() {
  try {
    await loadStatus();
  } catch {
    live("off", "The service does not answer. Trying again…");
    setTimeout(start, RETRY_MS);
    return;
  }
  follow();
}

addEventListener("hashchange", () => state && draw());
// New validators and totals come with the status only, and ages must move on while nothing happens.
setInterval(() => { if (state && !document.hidden) loadStatus().catch(() => undefined); }, REFRESH_EVERY_MS);
start();
