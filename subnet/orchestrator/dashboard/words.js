// Numbers and states in words a visitor knows. Pure: values in, text out.

const RUN_PHASES = {
  waiting: "Waiting for computers",
  training: "Training",
  merging: "Training and merging",
  finished: "Finished",
};

const MINER_PHASES = {
  starting: "Starting",
  downloading: "Downloading its part",
  waiting_for_peers: "Waiting for others",
  training: "Training",
  paused: "Paused",
  saving: "Saving",
  stopping: "Stopping",
};

const MERGE_PHASES = {
  collecting: "Collecting changes",
  solo: "Publishing",
  reporting: "Comparing changes",
  weighing: "Weighing changes",
  summing: "Adding up",
  applying: "Handing out",
  done: "Done",
  abandoned: "Given up",
};

// What a check can find: words, and whether it counts for, against or neither.
const FINDINGS = {
  honest: ["Work is right", "good"],
  weights_hash: ["Other weights than promised", "bad"],
  packet_hash: ["Other data than signed for", "bad"],
  tokens: ["Other text than asked for", "bad"],
  forward: ["Computed something else", "bad"],
  backward: ["Learned something else", "bad"],
  loss: ["Wrong result reported", "bad"],
  update_bound: ["Changed its part too much", "bad"],
  update_direction: ["Moved its part the wrong way", "bad"],
  missing_evidence: ["Could not show its work", "bad"],
  inconclusive: ["Could not be checked", "neutral"],
};

const plain = (code) => {
  const words = String(code).replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export const runPhase = (phase) => RUN_PHASES[phase] ?? plain(phase);
export const minerPhase = (miner) => (miner.online ? MINER_PHASES[miner.phase] ?? plain(miner.phase) : "Away");
export const mergePhase = (phase) => MERGE_PHASES[phase] ?? plain(phase);
export const finding = (code) => FINDINGS[code] ?? [plain(code), "neutral"];

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export const count = (value) => (Math.abs(value) < 10_000 ? whole.format(value) : compact.format(value));
export const exact = (value) => whole.format(value);
export const loss = (value) => (Number.isFinite(value) ? value.toFixed(3) : "–");
export const percent = (share) => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

export function rate(perSecond) {
  if (!(perSecond > 0)) return "not yet measured";
  return perSecond >= 10 ? `${whole.format(perSecond)} batches/s` : `${perSecond.toPrecision(2)} batches/s`;
}

export function size(parameters) {
  if (!(parameters > 0)) return "";
  if (parameters >= 1e9) return `${(parameters / 1e9).toPrecision(3)} billion weights`;
  if (parameters >= 1e6) return `${(parameters / 1e6).toPrecision(3)} million weights`;
  return `${whole.format(parameters)} weights`;
}

export function duration(seconds) {
  if (!Number.isFinite(seconds) || seconds < 0) return "";
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}

export function ago(unixMs, nowMs) {
  const seconds = Math.max(0, (nowMs - unixMs) / 1000);
  return seconds < 5 ? "just now" : `${duration(seconds)} ago`;
}

// Emissions are counted in billionths of a token.
export function money(rao) {
  const value = rao / 1e9;
  return value === 0 ? "0" : value >= 100 ? whole.format(value) : value.toPrecision(3);
}

export const shortKey = (key) => (key.length > 13 ? `${key.slice(0, 6)}…${key.slice(-4)}` : key);

export function measured(verdict) {
  if (verdict.measured === null || verdict.allowed === null || verdict.measured === undefined) return "";
  const digits = (value) => (value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(1) : Number(value.toPrecision(3)).toString());
  return `${digits(verdict.measured)} (${digits(verdict.allowed)})`;
}
