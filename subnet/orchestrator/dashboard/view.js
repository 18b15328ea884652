// Draws one run. Text only ever enters the page as text, never as markup: keys and device names are strangers' words.

import { LineChart } from "./chart.js";
import { byStage, smooth, speedPoints } from "./state.js";
import * as words from "./words.js";

const MINERS_SHOWN = 6;
const ROWS_SHOWN = 8;

export function element(name, className = "", ...children) {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const empty = (text) => element("p", "empty", text);

function panel(id, title, note) {
  const heading = element("h2", "", title);
  heading.id = `${id}-title`;
  const body = element("div", "panel-body");
  const section = element("section", `panel ${id}`, element("header", "panel-head", heading, note ?? null), body);
  section.setAttribute("aria-labelledby", heading.id);
  return { section, body };
}

export class RunView {
  constructor(host) {
    this.open = new Set();
    this.head = element("section", "head");
    this.head.setAttribute("aria-label", "This model in short");
    const legend = element("p", "legend", element("span", "key train", "While training"), element("span", "key held", "On text it has not seen"));
    this.lossPanel = panel("loss", "How wrong its guesses are", legend);
    this.speedPanel = panel("speed", "Speed");
    this.stagesPanel = panel("stages", "Who is working");
    this.mergesPanel = panel("merges", "Merges");
    this.checksPanel = panel("checks", "Checks");
    host.replaceChildren(
      this.head, this.lossPanel.section, this.speedPanel.section,
      this.stagesPanel.section, this.mergesPanel.section, this.checksPanel.section,
    );
    this.lossHost = element("div", "chart-host tall");
    this.speedHost = element("div", "chart-host short");
    const tokens = (value, full) => (full ? `${words.exact(value)} tokens` : words.count(value));
    this.lossChart = new LineChart(this.lossHost, { label: "", x: tokens, y: (value, full) => (full ? words.loss(value) : Number(value.toFixed(2)).toString()) });
    this.speedChart = new LineChart(this.speedHost, {
      label: "", fromZero: true, x: tokens, y: (value, full) => (full ? `${words.exact(value)} tokens a second` : words.count(value)),
    });
  }

  show(run, validators, nowMs) {
    this.#showHead(run);
    this.#showLoss(run);
    this.#showSpeed(run);
    this.#showStages(run);
    this.#showMerges(run, nowMs);
    this.#showChecks(run, validators, nowMs);
  }

  #showHead(run) {
    const share = run.tokens_total ? Math.min(1, run.tokens_done / run.tokens_total) : 0;
    const online = run.miners.filter((miner) => miner.online).length;
    const left = run.phase === "finished" || !(run.tokens_per_second > 0) ? "" : words.duration((run.tokens_total - run.tokens_done) / run.tokens_per_second);
    const bar = element("progress", "progress");
    bar.max = 1;
    bar.value = share;
    bar.setAttribute("aria-label", "Share of the text trained on");
    const about = [words.size(run.parameters), run.stages === 1 ? "in one piece" : `in ${run.stages} parts`].filter(Boolean).join(" ");
    const trend = smooth(run.loss).at(-1);
    this.head.replaceChildren(
      element("div", "title-row", element("h1", "", run.title || run.run_id), element("span", `phase ${run.phase}`, words.runPhase(run.phase))),
      element("p", "about", about),
      bar,
      element("p", "progress-words", element("span", "", `${words.count(run.tokens_done)} of ${words.count(run.tokens_total)} tokens`),
        element("span", "", [words.percent(share), left && `about ${left} left`].filter(Boolean).join(" · "))),
      element("dl", "figures",
        figure("Training loss", trend ? words.loss(trend[1]) : "–", "train"),
        figure("Held-out loss", run.held_out.length ? words.loss(run.held_out.at(-1)[1]) : "–", "held"),
        figure("Tokens a second", run.tokens_per_second > 0 ? words.count(run.tokens_per_second) : "–"),
        figure(online === 1 ? "Computer at work" : "Computers at work", words.count(online)),
      ),
    );
  }

  #showLoss(run) {
    if (!run.loss.length && !run.held_out.length) {
      this.lossPanel.body.replaceChildren(empty("Nothing measured yet. The curve begins with the first finished batch."));
      return;
    }
    const trend = smooth(run.loss);
    const first = trend[0]?.[1];
    const label = `Loss against tokens trained. ${trend.length > 1 ? `From ${words.loss(first)} to ${words.loss(trend.at(-1)[1])} while training. ` : ""}${
      run.held_out.length ? `${words.loss(run.held_out.at(-1)[1])} on text it has not seen. ` : ""}Arrow keys move along the curve.`;
    this.#place(this.lossPanel.body, this.lossHost);
    this.lossChart.show([
      { name: "Each batch", className: "train raw", points: run.loss, quiet: true },
      { name: "Training", className: "train", points: trend },
      { name: "Held out", className: "held", points: run.held_out, dots: true },
    ], label);
  }

  #showSpeed(run) {
    const points = speedPoints(run.loss);
    if (points.length < 2) {
      this.speedPanel.body.replaceChildren(empty("Speed shows once a few batches are through."));
      return;
    }
    this.#place(this.speedPanel.body, this.speedHost);
    this.speedChart.show([{ name: "", className: "speed", points }], `Tokens a second, last ${words.exact(points.at(-1)[1])}. Arrow keys move along the curve.`);
  }

  #place(body, host) {
    if (host.parentNode !== body) body.replaceChildren(host);
  }

  #showStages(run) {
    if (!run.miners.length) {
      this.stagesPanel.body.replaceChildren(empty("No computer has joined yet. Install Train at Home on one and it shows up here."));
      return;
    }
    const columns = byStage(run).map((miners, stage) => this.#stage(run, miners, stage));
    const list = element("ol", "columns", ...columns);
    list.classList.toggle("many", run.stages > 5);
    keepScroll(this.stagesPanel.body, list);
  }

  #stage(run, miners, stage) {
    const part = run.stages === 1 ? "The whole model" : stage === 0 ? "Part 1 · reads the text" : stage === run.stages - 1 ? `Part ${stage + 1} · guesses what follows` : `Part ${stage + 1}`;
    const key = `stage ${stage}`;
    const shown = this.open.has(key) ? miners : miners.slice(0, MINERS_SHOWN);
    const cards = shown.map((miner) => element("li", "", minerCard(miner)));
    const column = element("li", "column", element("h3", "", part));
    column.append(miners.length ? element("ul", "cards", ...cards) : empty("Nobody here. Training waits until a computer takes this part."));
    if (miners.length > MINERS_SHOWN) column.append(this.#toggle(key, miners.length - MINERS_SHOWN));
    return column;
  }

  #toggle(key, more) {
    const open = this.open.has(key);
    const button = element("button", "more", open ? "Show fewer" : `Show ${more} more`);
    button.type = "button";
    button.setAttribute("aria-expanded", String(open));
    button.addEventListener("click", () => {
      if (open) this.open.delete(key); else this.open.add(key);
      this.redraw?.();
    });
    return button;
  }

  #showMerges(run, nowMs) {
    if (!run.merges.length) {
      this.mergesPanel.body.replaceChildren(empty("No merge yet. Every so often the computers that hold the same part put together what each has learned."));
      return;
    }
    const rows = run.merges.slice(0, ROWS_SHOWN).map((merge) => [
      `#${merge.merge_id}`,
      run.stages === 1 ? "Whole model" : `Part ${merge.stage + 1}`,
      element("span", `badge ${merge.finished_unix_ms ? "good" : "busy"}`, words.mergePhase(mergePhase(merge))),
      merge.miners ? `${merge.uploads} of ${merge.miners}` : "–", // alone in its part: nothing to compare
      merge.finished_unix_ms ? words.duration((merge.finished_unix_ms - merge.opened_unix_ms) / 1000) : `since ${words.duration((nowMs - merge.opened_unix_ms) / 1000)}`,
    ]);
    this.mergesPanel.body.replaceChildren(table("Latest merges", ["Merge", "Of", "State", "Took part", "Time"], rows));
  }

  #showChecks(run, validators, nowMs) {
    const intro = validators.length
      ? element("ul", "validators", ...validators.map((validator) => validatorItem(validator, nowMs)))
      : empty("No checker is connected. Work is counted, and checked once one is.");
    if (!run.verdicts.length) {
      this.checksPanel.body.replaceChildren(intro, empty("Nothing checked yet. Steps are drawn by lot, in secret, and computed again."));
      return;
    }
    const rows = run.verdicts.slice(0, ROWS_SHOWN).map((verdict) => {
      const [text, kind] = words.finding(verdict.finding);
      const badge = element("span", `badge ${kind}`, text);
      const key = element("span", "mono", words.shortKey(verdict.hotkey));
      key.title = verdict.hotkey;
      const detail = element("span", "detail", words.measured(verdict));
      if (verdict.explanation) detail.title = verdict.explanation;
      return [badge, key, `${run.stages === 1 ? "Step" : `Part ${verdict.stage + 1}, step`} ${verdict.step}`, detail, words.ago(verdict.unix_ms, nowMs)];
    });
    this.checksPanel.body.replaceChildren(intro, table("Latest checks", ["Found", "Computer", "Of", "Off by (allowed)", "When"], rows));
  }
}

const figure = (name, value, kind = "") => element("div", `figure ${kind}`, element("dt", "", name), element("dd", "", value));

function minerCard(miner) {
  const name = element("span", "mono", words.shortKey(miner.hotkey));
  name.title = miner.hotkey;
  const state = miner.online ? miner.phase : "away";
  const facts = element("dl", "facts",
    fact("Speed", miner.online ? words.rate(miner.rate) : "–"),
    fact("Passes confirmed", words.count(miner.matched_passes)),
    fact("Checked", miner.audits === 0 ? "not yet" : miner.marked_down ? `${miner.audits} times, ${miner.marked_down} wrong` : miner.audits === 1 ? "once, right" : `${miner.audits} times, all right`),
  );
  if (miner.credited_rao > 0) facts.append(fact("Earned", `${words.money(miner.credited_rao)} τ`));
  return element("article", `card ${state} ${miner.marked_down ? "marked" : ""}`,
    element("header", "", name, element("span", "state", element("span", "dot"), words.minerPhase(miner))),
    element("p", "device", miner.device || "unknown device"), facts);
}

const fact = (name, value) => element("div", "", element("dt", "", name), element("dd", "", value));

function validatorItem(validator, nowMs) {
  const name = element("span", "mono", words.shortKey(validator.hotkey));
  name.title = validator.hotkey;
  const tally = `${words.count(validator.audits)} ${validator.audits === 1 ? "check" : "checks"}, ${validator.marked_down === 0 ? "none" : words.count(validator.marked_down)} found wrong`;
  return element("li", "", element("span", "checker", "Checker ", name), element("span", "tally", tally),
    element("span", "seen", `seen ${words.ago(validator.last_seen_unix_ms, nowMs)}`));
}

function table(caption, heads, rows) {
  const head = element("tr", "", ...heads.map((text) => { const cell = element("th", "", text); cell.scope = "col"; return cell; }));
  const body = rows.map((cells) => element("tr", "", ...cells.map((cell) => element("td", "", cell))));
  const title = element("caption", "visually-hidden", caption);
  return element("div", "table-scroll", element("table", "", title, element("thead", "", head), element("tbody", "", ...body)));
}

// A redraw must not throw the reader back to the first column or take the focus away.
function keepScroll(body, list) {
  const before = body.querySelector(".columns")?.scrollLeft ?? 0;
  const focused = body.contains(document.activeElement) ? [...body.querySelectorAll("button")].indexOf(document.activeElement) : -1;
  body.replaceChildren(list);
  list.scrollLeft = before;
  if (focused >= 0) body.querySelectorAll("button")[focused]?.focus();
}

// What was put together is done only once everybody can fetch it.
function mergePhase(merge) {
  return merge.phase === "done" && !merge.finished_unix_ms ? "applying" : merge.phase;
}
