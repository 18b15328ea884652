"""Measures the internet line to a network's orchestrator: some seconds and some megabytes at most, each way.

Pieces that grow, one after another, each confirmed. Every disturbance makes a piece slower than the line, so the
fastest counts. The clock is passed in. What the line is enough for is said by the rule that training compresses by.
"""

import asyncio
import statistics
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from engine.network.orchestrator_client import OrchestratorClient
from engine.network.traffic import Traffic
from protocol.errors import LocalError, MalformedMessage, Refused, Unavailable, UserFacingError, VersionMismatch
from protocol.public_api import LINE_TRANSFER_LIMIT_BYTES
from protocol.runs import RunSpec
from protocol.speed_check import (
    Began,
    Ended,
    LineBound,
    LineEnough,
    LineMeasured,
    LineNotMeasured,
    LineOrder,
    LineSpeed,
    LineTrouble,
    SpeedLine,
    Stretch,
)
from swarm.compression import HEADROOM, LinkSpeed, bytes_per_token, choose_rung
from swarm.run_problems import run_problems
from swarm.work import stage_flops_per_token

GREETING_SECONDS: Final = 5.0
WAY_SECONDS: Final = 3.0
PIECE_SECONDS: Final = 1.0
"""No piece is made to take longer; a rate needs some of them."""
ASKING_SECONDS: Final = 2.0
FIRST_BYTES: Final = 16 * 1024
GROWTH: Final = 8
SHORT_SECONDS: Final = 0.3
"""A last piece that was through sooner never showed how fast the line can be."""
LONG_ROUND_TRIPS: Final = 4.0
LEAST_SECONDS: Final = 0.001
CAP_SHARE: Final = 0.9
ANSWER_LIMIT_BYTES: Final = 10**6
FINISHED: Final = "finished"
BYTES_PER_NUMBER: Final = 4
OPERATIONS_PER_WEIGHT: Final = 6
"""For each token: two there, four back."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FoundLine:
    told: LineMeasured | LineNotMeasured
    run: RunSpec | None = None
    """What most of the network's computers train; None where nothing is trained, or nobody said."""


async def find_line(
    order: LineOrder, clock: Callable[[], float], client: OrchestratorClient | None = None
) -> FoundLine:
    """Measure and never raise for what the network does. `client` is a test's."""
    try:
        traffic = Traffic(Path(order.folder), order.up_bytes_per_second, order.down_bytes_per_second)
    except LocalError as error:
        log.warning("line_not_counted", title=error.title)
        return _not_measured(LineTrouble.NOT_COUNTED)
    asked = client or OrchestratorClient(order.url, None, traffic=traffic, proxy=order.proxy)
    try:
        return await _measured(asked, order, clock)
    finally:
        await asked.close()
        await traffic.close()


async def _measured(client: OrchestratorClient, order: LineOrder, clock: Callable[[], float]) -> FoundLine:
    try:
        async with asyncio.timeout(GREETING_SECONDS):
            round_trip = await _round_trip(client, clock)
    except (VersionMismatch, MalformedMessage, Refused):
        return _not_measured(LineTrouble.NOT_OFFERED)
    except (UserFacingError, TimeoutError):
        return _not_measured(LineTrouble.UNREACHABLE)
    try:
        up = await way_speed(client.send_nothing, round_trip, order.up_bytes_per_second, clock)
        down = await way_speed(client.fetch_nothing, round_trip, order.down_bytes_per_second, clock)
    except Unavailable as error:
        log.info("line_interrupted", title=error.title)
        return _not_measured(LineTrouble.INTERRUPTED)
    except UserFacingError as error:
        log.info("line_not_offered", title=error.title)
        return _not_measured(LineTrouble.NOT_OFFERED)
    if up is None or down is None:
        return _not_measured(LineTrouble.TOO_SLOW)
    return FoundLine(LineMeasured(up=up, down=down), await _run_of_most(client))


async def _round_trip(client: OrchestratorClient, clock: Callable[[], float]) -> float:
    """The smaller of two on a connection that stands already. Raises what `greet` does."""
    await client.greet()
    taken = []
    for _ in range(2):
        began = clock()
        await client.greet()
        taken.append(clock() - began)
    return min(taken)


async def way_speed(
    move: Callable[[int], Awaitable[None]], round_trip: float, cap: float | None, clock: Callable[[], float]
) -> LineSpeed | None:
    """How fast `move` moves bytes; None where not one piece came through in time. Raises what `move` does."""
    left_bytes, ends = LINE_TRANSFER_LIMIT_BYTES, clock() + WAY_SECONDS
    size, taken, rate = FIRST_BYTES, WAY_SECONDS, 0.0
    while size > 0:
        began = clock()
        try:
            async with asyncio.timeout(ends - began):
                await move(size)
        except TimeoutError:
            break
        now = clock()
        taken, left_bytes = now - began, left_bytes - size
        rate = max(rate, piece_rate(size, taken, round_trip))
        size = next_size(size, min(rate, cap or rate), left_bytes, ends - now)
    if rate == 0.0:
        return None
    if cap is not None and rate >= CAP_SHARE * cap:
        return LineSpeed(min(rate, cap), LineBound.CAP)
    used_up = left_bytes < FIRST_BYTES and taken < max(SHORT_SECONDS, LONG_ROUND_TRIPS * round_trip)
    return LineSpeed(rate, LineBound.VOLUME if used_up else LineBound.LINE)


def piece_rate(size_bytes: int, taken: float, round_trip: float) -> float:
    """Bytes a second of a piece that was confirmed. The way there and back is taken off where it is a small part: of a
    short piece too little would remain to tell a fast line from an estimate that is a little off."""
    moving = taken - round_trip if taken >= LONG_ROUND_TRIPS * round_trip else taken
    return size_bytes / max(LEAST_SECONDS, moving)


def next_size(last: int, rate: float, left_bytes: int, left_seconds: float) -> int:
    """How large the next piece may be so that it is through in time; 0 where none would say anything new."""
    in_time = rate * min(PIECE_SECONDS, 0.8 * left_seconds)
    size = int(min(GROWTH * last, in_time, left_bytes))
    return size if size >= FIRST_BYTES else 0


async def _run_of_most(client: OrchestratorClient) -> RunSpec | None:
    """None where the network tells of none in time; then the speeds stand alone."""
    try:
        async with asyncio.timeout(ASKING_SECONDS):
            runs = [run for run in (await client.status(ANSWER_LIMIT_BYTES)).runs if run.phase != FINISHED]
            if not runs:
                return None
            most = max(runs, key=lambda run: len(run.miners))
            return await client.run_spec(most.run_id, ANSWER_LIMIT_BYTES)
    except (UserFacingError, TimeoutError) as error:
        log.info("runs_not_told", problem=str(error))
        return None


def with_line(lines: Iterable[SpeedLine], found: FoundLine | None) -> Iterator[SpeedLine]:
    """The training's `lines`, and before the last what the line is enough for, if that can be said."""
    parameters, speeds = 0, list[float]()
    for line in lines:
        match line:
            case Began():
                parameters = line.parameters
            case Stretch():
                speeds.append(line.tokens_per_second)
            case Ended() if found is not None and found.run is not None and isinstance(found.told, LineMeasured):
                flops_per_second = OPERATIONS_PER_WEIGHT * parameters * statistics.median(speeds or [0.0])
                enough = line_enough(found.run, flops_per_second, found.told.up.bytes_per_second)
                if enough is not None:
                    yield enough
        yield line


def line_enough(run: RunSpec, flops_per_second: float, uplink_bytes_per_second: float) -> LineEnough | None:
    """What an inner stage of `run` would send on this computer; None for a run that makes no sense."""
    if run_problems(run):
        return None
    last = len(run.stages) - 1
    stage = min(1, last)
    flops_per_token = stage_flops_per_token(run.model, run.stages, stage)
    if flops_per_token <= 0 or last == 0:
        return None  # of one stage only nothing is sent
    tokens = flops_per_second / flops_per_token
    # As the engine begins: with the rung that sends least, and wider only where there is room to spare.
    chosen = choose_rung(run, stage, LinkSpeed(tokens, uplink_bytes_per_second), len(run.rungs) - 1)
    wanted = bytes_per_token(run.rungs[chosen], stage < last, stage > 0)
    whole = BYTES_PER_NUMBER * run.model.width * ((stage < last) + (stage > 0))
    share = min(1.0, HEADROOM * uplink_bytes_per_second / max(1e-9, tokens * wanted))
    return LineEnough(run_title=run.title[:200], times_smaller=whole / wanted, share=share)


def _not_measured(trouble: LineTrouble) -> FoundLine:
    return FoundLine(LineNotMeasured(trouble=trouble))
