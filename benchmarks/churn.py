"""Computers come and go: does the swarm lose quality, speed or tokens when one in three leaves or joins each epoch?

Two stages of three miners, real processes. An epoch is one turn through the fragments. In the disturbed arm one miner
in three leaves or joins per epoch; half of the leavers die by kill -9, the others leave in order; every second newcomer
is a computer that was here before and brings its checkpoint. Beside it the same swarm undisturbed and one process, same
tokens and seeds. Losses are those of the merged model rebuilt from the object store.
"""

import argparse
import asyncio
import contextlib
import json
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import torch

from benchmarks.churn_plan import Happening, Kind, Pass, choose_leaver, kept_rates, lowest_tenth, plan
from benchmarks.one_process import train_in_one_process
from benchmarks.rebuilding import held_out_loss, rebuild
from benchmarks.tables import Row, arguments, commit, finish, mean_and_spread
from engine.disk.state_folder import StateFolder, load_node_key
from protocol.engine_control import EnginePhase
from protocol.public_api import RunStatus
from protocol.runs import RunSpec
from subnet.local.miner import LocalMiner
from subnet.local.network import LocalNetwork
from subnet.local.options import LocalOptions
from subnet.local.report import build_report, read_books

STAGES: Final = 2
MINERS_PER_STAGE: Final = 3
SEQUENCES: Final = 12
CONTEXT: Final = 64
POLL_SECONDS: Final = 0.2


@dataclass(frozen=True)
class Scale:
    """`local_steps` of every miner make an epoch; events keep `apart_seconds` between them, and rates are taken over
    `window_seconds`."""

    epochs: int
    local_steps: int
    apart_seconds: float
    window_seconds: float

    @property
    def epoch_microbatches(self) -> int:
        return self.local_steps * MINERS_PER_STAGE

    @property
    def tokens(self) -> int:
        return self.epochs * self.epoch_microbatches * SEQUENCES * CONTEXT


FULL: Final = Scale(epochs=10, local_steps=80, apart_seconds=12.0, window_seconds=5.0)
QUICK: Final = Scale(epochs=3, local_steps=20, apart_seconds=4.0, window_seconds=2.0)


@dataclass
class Outcome:
    """One swarm's run."""

    loss: float
    tokens_per_second: float
    not_trained: int
    trained_twice_share: float
    events: int = 0
    kept: list[float] = field(default_factory=list)
    """Per leaving: the remaining miners' rate ten seconds after, over their rate before."""
    kept_at_joins: list[float] = field(default_factory=list)
    import_cpu_seconds: list[float] = field(default_factory=list)
    arrivals: list[dict[str, float]] = field(default_factory=list)


class Churn:
    """Drives one swarm through its comings and goings."""

    def __init__(self, network: LocalNetwork, scale: Scale, seed: int) -> None:
        self._network = network
        self._scale = scale
        self._rng = random.Random(seed)
        self._here: dict[int, LocalMiner] = dict(enumerate(network.miners))
        self._away: list[int] = []
        self._next = len(network.miners)
        self._leaving: list[asyncio.Task[Any]] = []
        self._joined: dict[int, int] = {}
        """Place among the happenings → number of the miner."""
        self.happenings: list[Happening] = []
        self.newcomers: list[LocalMiner] = []

    async def run(self) -> None:
        """Every event of the plan, each when its share of the run is done; returns with the last."""
        for due_epochs, kind in plan(len(self._here), self._scale.epochs):
            status = await self._until(due_epochs)
            if status.phase == "finished":
                break
            match kind:
                case Kind.JOIN:
                    await self._join()
                case Kind.KILL | Kind.LEAVE:
                    self._leave(kind, status)
            await asyncio.sleep(self._scale.apart_seconds)
        await asyncio.gather(*self._leaving)

    async def _until(self, epochs: float) -> RunStatus:
        wanted = epochs * self._scale.epoch_microbatches * SEQUENCES * CONTEXT
        while True:
            status = await self._network.run_status()
            if status is not None and (status.tokens_done >= wanted or status.phase == "finished"):
                return status
            await asyncio.sleep(POLL_SECONDS)

    def _leave(self, kind: Kind, status: RunStatus) -> None:
        by_hotkey = {one.hotkey: one for one in status.miners if one.online}
        known = {n: by_hotkey.get(miner.record.hotkey) for n, miner in self._here.items()}
        number = choose_leaver({n: one.stage for n, one in known.items() if one is not None}, self._rng)
        if number is None:
            return
        miner, seen = self._here.pop(number), known[number]
        assert seen is not None
        self.happenings.append(Happening(kind, seen.node, _now_ms()))
        if kind is Kind.KILL:
            miner.vanish()
        else:
            self._leaving.append(asyncio.create_task(miner.stop()))
        self._away.append(number)

    async def _join(self) -> None:
        """Every second newcomer was here before. It happens when the import of torch is over."""
        back = self._away.pop(0) if self._away and len(self.newcomers) % 2 else None
        number = self._next if back is None else back
        self._next += back is None
        miner = self._network.add_miner(number)
        while EnginePhase.STARTING.value not in miner.record.arrival:
            await miner.changed.wait()
            miner.changed.clear()
        self._joined[len(self.happenings)] = number
        self.happenings.append(Happening(Kind.JOIN, "", _now_ms()))
        self.newcomers.append(miner)
        self._here[number] = miner

    def told(self) -> list[Happening]:
        """All events, newcomers by the node keys that they have made meanwhile."""
        found = list(self.happenings)
        for place, number in self._joined.items():
            folder = StateFolder(self._network.miner_folder(number) / "engine")
            if folder.key_file.exists():
                found[place] = replace(found[place], node=load_node_key(folder).node_id)
        return found


async def train(scale: Scale, seed: int, disturbed: bool, folder: Path) -> tuple[Outcome, RunSpec]:
    """One run from start to end."""
    options = LocalOptions(
        folder=folder,
        preset="shakespeare",
        stages=STAGES,
        miners_per_stage=MINERS_PER_STAGE,
        sequences=SEQUENCES,
        in_flight=1,
        local_steps=scale.local_steps,
        tokens=scale.tokens,
        seed=seed,
        evaluate_every=0,
        validator=False,
    )
    network = LocalNetwork(options)
    try:
        await network.start()
        assert network.run is not None
        churn = Churn(network, scale, seed)
        events = asyncio.create_task(churn.run() if disturbed else asyncio.sleep(0))
        status = await network.until_finished()
        events.cancel()
        await asyncio.gather(events, return_exceptions=True)
        return _outcome(network, churn, status, scale.window_seconds), network.run
    finally:
        await network.stop()


def _outcome(network: LocalNetwork, churn: Churn, status: RunStatus, window_seconds: float) -> Outcome:
    run = network.run
    assert run is not None
    database = network.orchestrator_folder / "orchestrator.sqlite"
    records = [miner.record for miner in network.miners]
    report = build_report(run, "shakespeare", status, read_books(database, run.run_id), records, 0.0)
    held_out = (network.folder / "submission" / "held_out.tokens").read_bytes()
    rates = kept_rates(_passes(database, run.run_id), churn.told(), window_seconds)
    arrivals = [miner.record.arrival for miner in churn.newcomers]
    return Outcome(
        loss=held_out_loss(run, rebuild(run, network.orchestrator_folder / "store" / "objects"), held_out),
        tokens_per_second=report.tokens_per_second,
        not_trained=sum(end - start for start, end in report.not_trained),
        trained_twice_share=report.trained_twice_share,
        events=len(churn.happenings),
        kept=[rate for event, rate in rates if event.kind is not Kind.JOIN],
        kept_at_joins=[rate for event, rate in rates if event.kind is Kind.JOIN],
        import_cpu_seconds=[one["import_cpu"] for one in arrivals],
        arrivals=[one for one in arrivals if EnginePhase.TRAINING.value in one],
    )


def _passes(database: Path, run_id: str) -> list[Pass]:
    query = "SELECT node, finished_at_unix_ms FROM receipts WHERE run_id = ? AND direction = 'backward'"
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return [Pass(node, finished) for node, finished in connection.execute(query, (run_id,))]


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def measure(scale: Scale, seed: int) -> dict[str, Any]:
    """All three arms on one seed; what a results file keeps."""
    found: dict[str, Any] = {"commit": commit(), "seed": seed, "tokens": scale.tokens, "epochs": scale.epochs}
    for arm, disturbed in (("undisturbed", False), ("churn", True)):
        with tempfile.TemporaryDirectory() as folder:
            outcome, run = asyncio.run(train(scale, seed, disturbed, Path(folder)))
            print(f"{arm}, seed {seed}: {outcome}", flush=True)
            found[arm] = asdict(outcome)
            if disturbed:
                train_tokens, held_out = (
                    (Path(folder) / "submission" / f"{name}.tokens").read_bytes() for name in ("train", "held_out")
                )
                alone = train_in_one_process(run, train_tokens, held_out)
                found["one_process"] = asdict(alone)
    return found


def rows(found: Sequence[dict[str, Any]]) -> list[Row]:
    """The table, over all seeds that were measured."""
    losses = {arm: [one[arm]["loss"] for one in found] for arm in ("undisturbed", "churn")}
    base, base_spread = mean_and_spread(losses["undisturbed"])
    loss, spread = mean_and_spread(losses["churn"])
    alone, alone_spread = mean_and_spread([one["one_process"]["held_out_loss"] for one in found])
    table = [
        Row("undisturbed swarm: held-out loss", base, "nats/token", spread=base_spread),
        Row("one process: held-out loss", alone, "nats/token", base, alone_spread),
        Row("swarm under churn: held-out loss", loss, "nats/token", base, spread, "≤ 1.01 x", loss <= 1.01 * base),
    ]
    churn = [one["churn"] for one in found]
    for words, name in (("a leaving", "kept"), ("a joining, its import of torch over", "kept_at_joins")):
        kept = [rate for one in churn for rate in one[name]]
        if kept:
            middle = statistics.median(kept)
            table.append(
                Row(f"remaining rate, 10 s after {words}: median", middle, "x", None, None, "≥ 0.9", middle >= 0.9)
            )
            table.append(Row(f"the same: nine in ten exceed, of {len(kept)}", lowest_tenth(kept), "x"))
    table += _arrival_rows(churn)
    lost = sum(one["not_trained"] for one in churn)
    twice = statistics.fmean(one["trained_twice_share"] for one in churn)
    speeds = {arm: statistics.fmean(one[arm]["tokens_per_second"] for one in found) for arm in losses}
    table += [
        Row("microbatches neither trained nor leased again", lost, "", None, None, "0", lost == 0),
        Row("share trained twice", 100 * twice, "%", None, None, "< 0.5", twice < 0.005),
        Row("events", sum(one["events"] for one in churn), ""),
        Row("swarm under churn: speed", speeds["churn"], "tokens/s", speeds["undisturbed"]),
    ]
    return table


def _arrival_rows(churn: Sequence[dict[str, Any]]) -> list[Row]:
    """A newcomer's time line, each leg from the end of the one before."""
    arrivals = [arrival for one in churn for arrival in one["arrivals"]]
    cpu = [seconds for one in churn for seconds in one["import_cpu_seconds"]]
    table = [Row("a joiner's import of torch: CPU seconds", statistics.fmean(cpu), "s")] if cpu else []
    if arrivals:
        legs = ("imported", EnginePhase.DOWNLOADING, EnginePhase.WAITING_FOR_PEERS, EnginePhase.TRAINING)
        names = ("process to import", "to registered", "to fresh weights", "to the first microbatch")
        before = [0.0] * len(arrivals)
        for leg, name in zip(legs, names, strict=True):
            at = [arrival.get(str(leg), then) for arrival, then in zip(arrivals, before, strict=True)]
            spans = [now - then for now, then in zip(at, before, strict=True)]
            table.append(Row(f"a joiner's way: {name}, median", statistics.median(spans), "s"))
            before = at
    return table


def _seen(path: Path | None, tokens: int) -> list[dict[str, Any]]:
    """What earlier runs of this length have left in the results file."""
    if path is None or not path.exists():
        return []
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [line for line in lines if line["tokens"] == tokens]


def _arguments() -> argparse.Namespace:
    parser = arguments(__doc__ or "")
    parser.add_argument("--append", type=Path, help="append each seed's figures to this file, and count those in it")
    parser.add_argument("--local-steps", type=int, help="steps of an epoch, for a shorter or longer run")
    return parser.parse_args()


def main() -> None:
    given = _arguments()
    torch.set_num_threads(1)
    scale = QUICK if given.quick else FULL
    if given.local_steps:
        scale = replace(scale, local_steps=given.local_steps)
    seeds = [0] if given.quick else [int(seed) for seed in given.seeds.split(",")]
    found = _seen(given.append, scale.tokens)
    for seed in seeds:
        found.append(measure(scale, seed))
        if given.append is not None:
            with given.append.open("a") as file:
                file.write(json.dumps(found[-1]) + "\n")
    finish(f"Coming and going, {scale.epochs} epochs, {scale.tokens:,} tokens", rows(found), seeds, given.json)


if __name__ == "__main__":
    main()
