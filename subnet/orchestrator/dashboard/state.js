// The page's picture of the network, built by applying feed events to a status. Pure: no page, no clock.

const POINTS_KEPT = 800;
const LIST_KEPT = 60;

export const fromStatus = (status) => ({ ...status, runs: status.runs.map((run) => ({ ...run })) });

export function apply(state, event) {
  const changeRun = CHANGES[event.type];
  if (!changeRun || !state.runs.some((run) => run.run_id === event.run_id)) return state;
  return { ...state, runs: state.runs.map((run) => (run.run_id === event.run_id ? changeRun(run, event) : run)) };
}

const CHANGES = {
  loss: (run, event) => {
    const list = event.held_out ? "held_out" : "loss";
    return { ...run, [list]: withPoint(run[list], event.point) };
  },
  miner: (run, event) => ({ ...run, miners: withItem(run.miners, event.miner, "node") }),
  merge: (run, event) => ({ ...run, merges: newestFirst(withItem(run.merges, event.merge, "merge_id"), "merge_id") }),
  verdict: (run, event) => ({ ...run, verdicts: newestFirst(withItem(run.verdicts, event.verdict, "audit_id"), "unix_ms") }),
  run: (run, event) => ({
    ...run,
    phase: event.phase,
    tokens_done: event.tokens_done,
    tokens_per_second: event.tokens_per_second,
  }),
};

// Points are [tokens, loss, unix_ms] in rising order of tokens; the feed may tell one twice.
function withPoint(points, point) {
  const last = points.at(-1);
  if (last && point[0] <= last[0]) return points;
  const longer = [...points, point];
  return longer.length <= POINTS_KEPT ? longer : longer.filter((_, index) => index % 2 === 0 || index === longer.length - 1);
}

function withItem(items, item, key) {
  const place = items.findIndex((other) => other[key] === item[key]);
  return place < 0 ? [...items, item] : items.with(place, item);
}

const newestFirst = (items, key) => items.toSorted((a, b) => b[key] - a[key]).slice(0, LIST_KEPT);

// Miners by stage, the busiest first, so that the column says at a glance who carries it.
export function byStage(run) {
  const columns = Array.from({ length: run.stages }, () => []);
  for (const miner of run.miners) columns[miner.stage]?.push(miner);
  for (const column of columns) column.sort((a, b) => Number(b.online) - Number(a.online) || b.rate - a.rate || (a.node < b.node ? -1 : 1));
  return columns;
}

// The trend inside a noisy loss: the mean over neighbours on both sides, fewer at the start where it falls fastest.
export function smooth(points) {
  const half = Math.ceil(points.length / 50);
  return points.map(([tokens], index) => {
    const reach = Math.min(half, index);
    const near = points.slice(index - reach, index + reach + 1);
    return [tokens, near.reduce((sum, point) => sum + point[1], 0) / near.length];
  });
}

// Tokens per second between loss points some way apart: what the network did, not what it promises.
export function speedPoints(points) {
  const stride = Math.max(1, Math.round(points.length / 60));
  const speeds = [];
  for (let end = stride; end < points.length; end += stride) {
    const [fromTokens, , fromMs] = points[end - stride];
    const [toTokens, , toMs] = points[end];
    if (toMs > fromMs) speeds.push([toTokens, ((toTokens - fromTokens) * 1000) / (toMs - fromMs)]);
  }
  return speeds;
}
