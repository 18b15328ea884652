"""What a crowd of miners costs the orchestrator: its processor time by receipt, by heartbeat and by event look.

The orchestrator is a process of its own, as in a network; the miners are a crowd without a model in this one, over
HTTP. Figures are processor time of the orchestrator's process, less what it takes at rest, so that other programs on
the machine hardly show. A look is one event stream that looks, after a ring of the bell, whether its miner should hear
something new. Receipts come two at a time and match, so that leases close and work is paid.
"""

import asyncio
import contextlib
import itertools
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import psutil

from benchmarks.orchestrator_crowd import Chain, QuietMiner, in_turns
from benchmarks.tables import Row, arguments, finish
from protocol.hashes import hash_bytes
from protocol.runs import DataSpec, MergeSpec, ModelSpec, RunSpec, TrainingSpec, even_stages
from protocol.wire import to_json

STAGES: Final = 3
RING_SECONDS: Final = 0.15
"""Between rings: longer than streams gather them for."""
BATCH: Final = 2


@dataclass(frozen=True)
class Scale:
    """How much is measured, of how many miners."""

    crowds: tuple[int, ...]
    receipts: int
    beats: int
    rings: int
    rest_seconds: float


FULL: Final = Scale(crowds=(6, 48, 192), receipts=4000, beats=600, rings=40, rest_seconds=8.0)
QUICK: Final = Scale(crowds=(6, 48), receipts=1200, beats=200, rings=20, rest_seconds=3.0)


def make_run() -> RunSpec:
    """A long run of a small model, of which nobody holds a weight. Merges are too far apart to come due."""
    train, held_out = bytes(1200), bytes(1200)
    return RunSpec(
        run_id="crowd",
        title="A crowd",
        model=ModelSpec(
            vocabulary=16, width=8, layers=3, heads=2, kv_heads=2, mlp_width=8, context=4, bottleneck_width=8
        ),
        stages=even_stages(3, STAGES),
        merge=MergeSpec(local_steps=10**6),
        training=TrainingSpec(
            sequences=2, microbatches=100_000, microbatches_per_step=4, in_flight=16, lease_microbatches=16
        ),
        data=DataSpec(
            train_key="data/train",
            train_tokens=len(train),
            train_hash=hash_bytes(train),
            held_out_key="data/held_out",
            held_out_tokens=161,
            held_out_hash=hash_bytes(held_out[:161]),
        ),
    )


@contextlib.asynccontextmanager
async def orchestrator(run: RunSpec) -> AsyncIterator[tuple[psutil.Process, str, str]]:
    """An orchestrator's process on a fresh folder, its URL and address."""
    with tempfile.TemporaryDirectory(prefix="crowd-") as name:
        folder = Path(name)
        (folder / "run.json").write_bytes(to_json(run))
        (folder / "train").write_bytes(bytes(run.data.train_tokens))
        (folder / "held_out").write_bytes(bytes(run.data.held_out_tokens))
        command = ("-m", "subnet.orchestrator", "--folder", name, "--run", str(folder / "run.json"))
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            assert process.stdout is not None
            told = json.loads(await process.stdout.readline())
            yield psutil.Process(process.pid), told["url"], told["address"]
        finally:
            process.terminate()
            await process.wait()


class Meter:
    """Processor time of a process, less what it takes at rest."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self.at_rest = 0.0

    def _seconds(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)

    async def cost(self, job: Awaitable[object]) -> float:
        """CPU seconds that were spent on `job`."""
        before, began = self._seconds(), time.monotonic()
        await job
        return max(0.0, self._seconds() - before - self.at_rest * (time.monotonic() - began))


async def _train(chains: Sequence[Chain], receipts: int) -> None:
    """Hand in receipts of whole microbatches, each stage's from another miner, until there are so many."""
    handed_in = 0
    for chain in itertools.cycle(chains):
        if handed_in >= receipts:
            return
        if not await chain.train():
            raise RuntimeError("The orchestrator leases nothing.")
        for miner in chain.miners:
            handed_in += await miner.send(BATCH)


async def _beat(miners: Sequence[QuietMiner], beats: int) -> None:
    await in_turns([miner.beat for miner in itertools.islice(itertools.cycle(miners), beats)])


async def _ring(miner: QuietMiner, rings: int) -> None:
    for _ in range(rings):
        await miner.ring()
        await asyncio.sleep(RING_SECONDS)


async def _keep_up(miners: Sequence[QuietMiner]) -> None:
    """Nobody may fall silent."""
    while True:
        await _beat(miners, len(miners))
        await asyncio.sleep(2.0)


@contextlib.asynccontextmanager
async def _beside(*jobs: Awaitable[None]) -> AsyncIterator[None]:
    running = [asyncio.ensure_future(job) for job in jobs]
    try:
        yield
    finally:
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _until(is_so: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(600):
        if await is_so():
            return
        await asyncio.sleep(0.1)
    raise RuntimeError("The run did not begin.")


async def measure(size: int, scale: Scale) -> list[Row]:
    """The figures of one crowd."""
    run = make_run()
    limits = httpx.Limits(max_connections=size + 64, max_keepalive_connections=size + 64)
    async with (
        orchestrator(run) as (process, url, address),
        httpx.AsyncClient(base_url=url, limits=limits, timeout=60.0) as client,
    ):
        crowd = [QuietMiner(client, run, place % STAGES, f"Miner{place}") for place in range(size)]
        for miner in crowd:
            await miner.register(address)
        by_stage = [[one for one in crowd if one.stage == stage] for stage in range(STAGES)]
        chains = [Chain(miners) for miners in zip(*by_stage, strict=False)]
        async with _beside(_keep_up(crowd)):
            await _until(lambda: _begins(chains[0]))
            return await _figures(Meter(process), crowd, chains, scale)


async def _begins(chain: Chain) -> bool:
    await chain.measure()
    return await chain.train()


async def _figures(meter: Meter, crowd: list[QuietMiner], chains: list[Chain], scale: Scale) -> list[Row]:
    size, label = len(crowd), f"{len(crowd)} miners"
    await _train(chains, scale.receipts // 4)
    meter.at_rest = await meter.cost(asyncio.sleep(scale.rest_seconds)) / scale.rest_seconds
    receipts = await meter.cost(_train(chains, scale.receipts)) / scale.receipts
    beats = await meter.cost(_beat(crowd, scale.beats)) / scale.beats
    ringing = await meter.cost(_ring(crowd[0], scale.rings))
    async with _beside(*(miner.listen() for miner in crowd)):
        await _until(lambda: asyncio.sleep(0, all(miner.events >= 4 for miner in crowd)))
        quiet = meter.at_rest
        meter.at_rest = await meter.cost(asyncio.sleep(scale.rest_seconds)) / scale.rest_seconds + quiet
        looks = (await meter.cost(_ring(crowd[0], scale.rings)) - ringing) / (scale.rings * size)
    return [
        Row(f"{label}: 1,000 receipts", 1e6 * receipts, "CPU ms"),
        Row(f"{label}: a heartbeat", 1e3 * beats, "CPU ms"),
        Row(f"{label}: an event look", 1e3 * looks, "CPU ms"),
        Row(f"{label}: that beat and listen, nothing else", 100 * meter.at_rest, "% of a core"),
    ]


def main() -> None:
    given = arguments(__doc__ or "").parse_args()
    scale = QUICK if given.quick else FULL
    rows: list[Row] = []
    for size in scale.crowds:
        rows += asyncio.run(measure(size, scale))
        print(f"{size} miners: {', '.join(f'{row.value:.3g}' for row in rows[-4:])}", flush=True)
    finish("The orchestrator's processor time", rows, [], given.json)


if __name__ == "__main__":
    main()
