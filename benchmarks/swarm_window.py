"""What a local network does in a window of steady training: tokens, bytes by link, idle time, CPU."""

import asyncio
import sqlite3
import time
from dataclasses import dataclass
from typing import Any, Final

import psutil

from benchmarks.homes.neighbourhood import Neighbourhood
from protocol.engine_control import ResourcesMeasured
from protocol.errors import LocalError
from subnet.local.network import ORCHESTRATOR_DATABASE, LocalNetwork

START_SECONDS: Final = 600.0
"""For all engines to load their shards."""
POLL_SECONDS: Final = 0.25


@dataclass(frozen=True)
class Window:
    """Figures of one window. Bytes per token are of the tokens that crossed that link or left that stage's homes."""

    tokens_per_second: float
    seconds: float
    forward_bytes_per_token: tuple[float, ...]
    """By the stage that sends, as the carrier wrote them."""
    backward_bytes_per_token: tuple[float, ...]
    """By the stage that sends, from stage 1 on."""
    wire_bytes_per_token: float
    """Everything that left the homes of inner stages: packets of all kinds with their headers, receipts, heartbeats."""
    idle_shares: tuple[float, ...]
    """Of each miner's compute thread, smallest first."""
    loop_cpu_share: float
    """Of all the engines' CPU seconds."""
    cpu_seconds_per_token: float
    """Of all engines together."""
    emulator_cores: float
    orchestrator_cores: float = 0.0
    """It shares the processor with the homes here, which it does not elsewhere."""
    uplink_bytes_per_second: float = 0.0


@dataclass(frozen=True)
class Reading:
    """The counters at one moment."""

    at: float
    tokens: int
    measured: dict[str, ResourcesMeasured]
    counts: dict[str, Any] | None
    orchestrator_seconds: float


async def watch(
    network: LocalNetwork, homes: Neighbourhood | None, seconds: float, warm_seconds: float, patience_seconds: float
) -> Window:
    """Wait for the first trained microbatch, at most `patience_seconds` once all are there: links may be so thin that
    nothing comes home. Let the pipeline fill, then count for `seconds`. Raises LocalError if the miners don't come.
    """
    deadline = time.monotonic() + START_SECONDS
    while not all(miner.record.measured for miner in network.miners):
        if time.monotonic() > deadline:
            raise LocalError("The miners did not start.", f"See {network.folder / 'logs'}.")
        await asyncio.sleep(POLL_SECONDS)
    deadline = time.monotonic() + patience_seconds
    while not trained(network) and time.monotonic() < deadline:
        await asyncio.sleep(POLL_SECONDS)
    await asyncio.sleep(warm_seconds)
    first = await _read(network, homes)
    await asyncio.sleep(seconds)
    return compared(network, first, await _read(network, homes))


def trained(network: LocalNetwork) -> int:
    """Microbatches whose gradients have come home to a first stage, by the orchestrator's receipts."""
    database = network.orchestrator_folder / ORCHESTRATOR_DATABASE
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        query = "SELECT COUNT(DISTINCT microbatch) FROM receipts WHERE stage = 0 AND direction = 'backward'"
        return int(connection.execute(query).fetchone()[0])
    finally:
        connection.close()


async def _read(network: LocalNetwork, homes: Neighbourhood | None) -> Reading:
    """All counters as nearly at once as heartbeats allow: the next one of every miner is awaited."""
    before = {miner.record.name: miner.record.measured for miner in network.miners}
    deadline = time.monotonic() + 10.0
    while any(miner.record.measured is before[miner.record.name] for miner in network.miners):
        if time.monotonic() > deadline:
            break
        await asyncio.sleep(POLL_SECONDS)
    assert network.run is not None
    tokens = await asyncio.to_thread(trained, network) * network.run.tokens_per_microbatch
    measured = {miner.record.name: miner.record.measured for miner in network.miners if miner.record.measured}
    counts = None if homes is None else await asyncio.to_thread(homes.counts)
    return Reading(time.monotonic(), tokens, measured, counts, _orchestrator_seconds(network))


def compared(network: LocalNetwork, first: Reading, last: Reading) -> Window:
    """What happened between two readings."""
    assert network.run is not None
    seconds, trained_tokens = last.at - first.at, last.tokens - first.tokens
    tokens = max(1, trained_tokens)
    stages = len(network.run.stages)
    sent: dict[str, list[float]] = {"forward": [0.0] * stages, "backward": [0.0] * stages}
    idle, loops, processes = [], 0.0, 0.0
    for miner in network.miners:
        before, after = first.measured[miner.record.name], last.measured[miner.record.name]
        waited = after.idle_seconds - before.idle_seconds
        worked = after.computing_seconds - before.computing_seconds
        idle.append(waited / max(1e-9, waited + worked))
        loops += after.loop_cpu_seconds - before.loop_cpu_seconds
        processes += after.process_cpu_seconds - before.process_cpu_seconds
        for kind, by_stage in sent.items():
            by_stage[miner.record.stage or 0] += after.bytes_sent.get(kind, 0) - before.bytes_sent.get(kind, 0)
    return Window(
        tokens_per_second=trained_tokens / seconds,
        seconds=seconds,
        forward_bytes_per_token=tuple(size / tokens for size in sent["forward"][:-1]),
        backward_bytes_per_token=tuple(size / tokens for size in sent["backward"][1:]),
        wire_bytes_per_token=_wire_bytes(network, first, last) / tokens,
        idle_shares=tuple(sorted(idle)),
        loop_cpu_share=loops / max(1e-9, processes),
        cpu_seconds_per_token=processes / tokens,
        emulator_cores=_emulator_seconds(first, last) / seconds,
        orchestrator_cores=(last.orchestrator_seconds - first.orchestrator_seconds) / seconds,
    )


def _orchestrator_seconds(network: LocalNetwork) -> float:
    """Of CPU, since its start."""
    child = network.servers["orchestrator"].child
    if child is None:
        return 0.0
    spent = psutil.Process(child.pid).cpu_times()
    return float(spent.user + spent.system)


def _wire_bytes(network: LocalNetwork, first: Reading, last: Reading) -> float:
    """What left the homes of inner stages, per stage."""
    if first.counts is None or last.counts is None or network.run is None:
        return 0.0
    inner = range(1, len(network.run.stages) - 1)
    total = sum(
        last.counts["houses"][number + 1]["sent_bytes"] - first.counts["houses"][number + 1]["sent_bytes"]
        for number, miner in enumerate(network.miners)
        if miner.record.stage in inner
    )
    return float(total) / max(1, len(inner))


def _emulator_seconds(first: Reading, last: Reading) -> float:
    if first.counts is None or last.counts is None:
        return 0.0
    return float(last.counts["cpu_seconds"] - first.counts["cpu_seconds"])
