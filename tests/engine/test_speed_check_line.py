"""The internet line is measured by what came through, within seconds, megabytes and the person's caps."""

import asyncio
import itertools
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.network.orchestrator_client import OrchestratorClient
from engine.network.traffic import Traffic
from engine.speed_check import line
from engine.speed_check.__main__ import _line
from engine.speed_check.line import (
    FIRST_BYTES,
    WAY_SECONDS,
    FoundLine,
    find_line,
    line_enough,
    next_size,
    piece_rate,
    way_speed,
    with_line,
)
from protocol.engine_control import DATA_USED_FILE, DataUsed
from protocol.errors import MalformedMessage, Unavailable, to_body
from protocol.orchestrator_api import HELLO_PATH, OrchestratorHello
from protocol.public_api import LINE_PATH, LINE_TRANSFER_LIMIT_BYTES, STATUS_PATH, NetworkStatus, RunState, RunStatus
from protocol.runs import CodecSpec, LadderSpec, RungSpec, RunSpec
from protocol.speed_check import (
    LINE_MOST_BYTES,
    LINE_ORDER,
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
from protocol.wire import from_json, to_json
from swarm.compression import HEADROOM, HYSTERESIS, bytes_per_token
from swarm.work import stage_flops_per_token
from tests.engine.conftest import make_run

Answer = Callable[[httpx.Request], Awaitable[httpx.Response]]


class FakeNetwork:
    """A network over httpx's own mock transport; tests say how each part answers."""

    def __init__(self, folder: Path, run: RunSpec | None = None) -> None:
        self.folder, self.run = folder, run
        self.up_bytes, self.down_bytes = 0, 0
        self.asked: list[str] = []
        self.odd: dict[str, Answer] = {}

    async def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        if path in self.odd:
            return await self.odd[path](request)
        if path == HELLO_PATH:
            return httpx.Response(200, content=to_json(OrchestratorHello(address="a", network="test", unix_ms=1)))
        if path == LINE_PATH and request.method == "GET":
            wanted = int(request.url.params["bytes"])
            self.down_bytes += wanted
            return httpx.Response(200, content=b"x" * wanted)
        if path == LINE_PATH:
            self.up_bytes += len(await request.aread())
            return httpx.Response(204)
        if path == STATUS_PATH:
            runs = () if self.run is None else (status_of(self.run),)
            return httpx.Response(200, content=to_json(status(*runs)))
        assert self.run is not None
        return httpx.Response(200, content=to_json(RunState(run=self.run, phase="training", stages=())))

    async def found(self, order: LineOrder | None = None) -> FoundLine:
        order = order or LineOrder(url="http://network", folder=str(self.folder))
        traffic = Traffic(Path(order.folder), order.up_bytes_per_second, order.down_bytes_per_second)
        client = OrchestratorClient(order.url, None, httpx.MockTransport(self.answer), traffic)
        found = await find_line(order, lambda: asyncio.get_running_loop().time(), client)
        await traffic.close()
        return found


def status(*runs: RunStatus) -> NetworkStatus:
    return NetworkStatus(network="test", unix_ms=1, last_event=0, runs=runs, validators=())


def status_of(run: RunSpec, phase: str = "training") -> RunStatus:
    return RunStatus(
        run_id=run.run_id, title=run.title, phase=phase, stages=len(run.stages), parameters=1, tokens_done=0,
        tokens_total=1, tokens_per_second=0.0, loss=(), held_out=(), miners=(), merges=(), verdicts=(),
    )  # fmt: skip


async def status_code(code: int, content: bytes = b"") -> httpx.Response:
    return httpx.Response(code, content=content)


async def never(_request: httpx.Request) -> httpx.Response:
    await asyncio.Event().wait()
    raise AssertionError


async def nobody(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("nobody", request=request)


@pytest.fixture
def network(tmp_path: Path) -> FakeNetwork:
    return FakeNetwork(tmp_path)


def used_bytes(folder: Path) -> int:
    used: DataUsed = from_json((folder / DATA_USED_FILE).read_bytes(), DataUsed)
    return used.used_bytes


async def test_both_ways_are_measured_within_what_was_promised_and_counted(network: FakeNetwork) -> None:
    found = await network.found()
    assert isinstance(found.told, LineMeasured)
    assert found.told.up.bytes_per_second > 0
    assert FIRST_BYTES < network.up_bytes <= LINE_TRANSFER_LIMIT_BYTES
    assert FIRST_BYTES < network.down_bytes <= LINE_TRANSFER_LIMIT_BYTES
    moved = network.up_bytes + network.down_bytes
    assert moved <= used_bytes(network.folder) <= LINE_MOST_BYTES
    assert found.run is None


async def test_the_run_that_is_trained_there_is_looked_at(network: FakeNetwork) -> None:
    network.run = make_run(stages=2)
    assert (await network.found()).run == network.run


async def test_a_run_that_is_over_is_not_what_the_line_is_for(network: FakeNetwork) -> None:
    async def over(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=to_json(status(status_of(make_run(), "finished"))))

    network.odd[STATUS_PATH] = over
    assert (await network.found()).run is None


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"x" * 2_000_000, b'{"runs": 7}'])
async def test_a_network_that_tells_nonsense_of_its_runs_is_measured_all_the_same(
    network: FakeNetwork, content: bytes
) -> None:
    network.odd[STATUS_PATH] = lambda _request: status_code(200, content)
    found = await network.found()
    assert isinstance(found.told, LineMeasured)
    assert found.run is None


async def test_a_network_that_is_slow_to_tell_of_its_runs_is_not_waited_for(
    network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "ASKING_SECONDS", 0.05)
    network.odd[STATUS_PATH] = never
    assert isinstance((await network.found()).told, LineMeasured)


BUSY = to_json(to_body(Unavailable("Too many measure.", "Later.")))


@pytest.mark.parametrize(
    ("path", "answer", "trouble"),
    [
        (HELLO_PATH, nobody, LineTrouble.UNREACHABLE),
        (HELLO_PATH, never, LineTrouble.UNREACHABLE),
        (HELLO_PATH, lambda _: status_code(503), LineTrouble.UNREACHABLE),
        (HELLO_PATH, lambda _: status_code(200, b"<html>"), LineTrouble.NOT_OFFERED),
        (HELLO_PATH, lambda _: status_code(404), LineTrouble.NOT_OFFERED),
        (LINE_PATH, lambda _: status_code(404), LineTrouble.NOT_OFFERED),
        (LINE_PATH, lambda _: status_code(405), LineTrouble.NOT_OFFERED),
        (LINE_PATH, lambda _: status_code(413, b"nginx"), LineTrouble.NOT_OFFERED),
        (LINE_PATH, lambda _: status_code(200, b"far too little"), LineTrouble.NOT_OFFERED),
        (LINE_PATH, lambda _: status_code(200, b"x" * 10**6), LineTrouble.NOT_OFFERED),
        (LINE_PATH, lambda _: status_code(429, BUSY), LineTrouble.INTERRUPTED),
        (LINE_PATH, nobody, LineTrouble.INTERRUPTED),
        (LINE_PATH, never, LineTrouble.TOO_SLOW),
    ],
)
async def test_whatever_keeps_it_from_being_measured_has_a_name(
    network: FakeNetwork, monkeypatch: pytest.MonkeyPatch, path: str, answer: Answer, trouble: LineTrouble
) -> None:
    monkeypatch.setattr(line, "GREETING_SECONDS", 0.2)
    monkeypatch.setattr(line, "WAY_SECONDS", 0.1)
    network.odd[path] = answer
    assert (await network.found()).told == LineNotMeasured(trouble=trouble)


async def test_a_network_of_another_version_is_not_measured(network: FakeNetwork) -> None:
    hello = msgspec.json.encode(
        msgspec.structs.asdict(OrchestratorHello(address="a", network="n", unix_ms=1)) | {"protocol_version": 99}
    )
    network.odd[HELLO_PATH] = lambda _request: status_code(200, hello)
    assert (await network.found()).told == LineNotMeasured(trouble=LineTrouble.NOT_OFFERED)


async def test_what_can_not_be_counted_is_not_moved(network: FakeNetwork) -> None:
    (network.folder / DATA_USED_FILE).write_bytes(b"torn")
    found = await find_line(LineOrder(url="http://127.0.0.1:9", folder=str(network.folder)), lambda: 0.0)
    assert found.told == LineNotMeasured(trouble=LineTrouble.NOT_COUNTED)


async def test_nothing_goes_faster_than_the_persons_caps(network: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "WAY_SECONDS", 0.6)
    found = await network.found(order_of(network, 100_000.0, 200_000.0))
    assert isinstance(found.told, LineMeasured)
    assert found.told.up == LineSpeed(100_000.0, LineBound.CAP)
    assert found.told.down.bound is LineBound.CAP
    assert network.up_bytes <= 100_000 + FIRST_BYTES


def order_of(network: FakeNetwork, up: float, down: float) -> LineOrder:
    folder = str(network.folder)
    return LineOrder(url="http://network", folder=folder, up_bytes_per_second=up, down_bytes_per_second=down)


class Line:
    """A line of a given speed and distance, on a clock of its own."""

    def __init__(self, bytes_per_second: float, round_trip: float) -> None:
        self.rate, self.round_trip, self.now, self.moved = bytes_per_second, round_trip, 0.0, 0

    async def move(self, size_bytes: int) -> None:
        self.moved += size_bytes
        self.now += self.round_trip + size_bytes / self.rate


@settings(max_examples=40)
@given(st.floats(20_000, 1e9), st.floats(0.0, 0.3))
def test_a_line_is_told_as_fast_as_it_is_or_a_little_slower(rate: float, round_trip: float) -> None:
    path = Line(rate, round_trip)
    found = asyncio.run(way_speed(path.move, round_trip, None, lambda: path.now))
    assert found is not None
    assert found.bytes_per_second <= rate * 1.001
    if found.bound is LineBound.LINE:
        assert found.bytes_per_second >= 0.5 * rate
    assert path.moved <= LINE_TRANSFER_LIMIT_BYTES
    assert path.now <= 2 * WAY_SECONDS


async def test_a_line_that_moved_all_at_once_is_said_to_do_this_and_more() -> None:
    path = Line(1e9, 0.002)
    found = await way_speed(path.move, 0.002, None, lambda: path.now)
    assert found is not None and found.bound is LineBound.VOLUME


@given(
    st.integers(FIRST_BYTES, LINE_TRANSFER_LIMIT_BYTES),
    st.floats(0, 1e12),
    st.integers(0, LINE_TRANSFER_LIMIT_BYTES),
    st.floats(-1, 3),
)
def test_a_piece_is_never_larger_than_what_is_left(last: int, rate: float, left: int, seconds: float) -> None:
    size = next_size(last, rate, left, seconds)
    assert size == 0 or FIRST_BYTES <= size <= left
    assert size <= rate


@given(st.integers(1, 10**7), st.floats(0, 10), st.floats(0, 1))
def test_an_estimate_of_the_round_trip_makes_no_line_much_faster(size: int, taken: float, round_trip: float) -> None:
    assert piece_rate(size, taken, round_trip) <= 1.34 * size / max(taken, 0.001)


def ladder_run(stages: int = 3) -> RunSpec:
    run = make_run(stages=stages)
    wide, thin = CodecSpec("int8", 8), CodecSpec("grid", 2)
    return msgspec.structs.replace(run, ladder=LadderSpec(rungs=(RungSpec(16, wide, wide), RungSpec(8, thin, thin))))


def test_what_the_line_is_enough_for_is_what_training_itself_would_choose() -> None:
    run = ladder_run()
    tokens = 1000.0
    flops = tokens * stage_flops_per_token(run.model, run.stages, 1)
    wide, thin = (tokens * bytes_per_token(rung, True, True) / HEADROOM for rung in run.rungs)
    plenty = line_enough(run, flops, wide * HYSTERESIS * 1.01)
    assert plenty is not None and plenty.share == 1.0
    assert plenty.times_smaller == pytest.approx(2 * 16 * 4 / bytes_per_token(run.rungs[0], True, True))
    enough = line_enough(run, flops, wide * 0.99)
    assert enough is not None and enough.share == 1.0
    assert enough.times_smaller > plenty.times_smaller
    little = line_enough(run, flops, thin / 4)
    assert little is not None and little.share == pytest.approx(0.25)


def test_of_a_run_with_one_stage_or_no_sense_nothing_is_said() -> None:
    assert line_enough(make_run(stages=1), 1e9, 1e6) is None
    run = ladder_run()
    assert line_enough(msgspec.structs.replace(run, stages=()), 1e9, 1e6) is None
    model = msgspec.structs.replace(run.model, width=0)
    assert line_enough(msgspec.structs.replace(run, model=model), 1e9, 1e6) is None
    rungs = LadderSpec(rungs=(RungSpec(0, CodecSpec(), CodecSpec()),))
    assert line_enough(msgspec.structs.replace(run, ladder=rungs), 1e9, 1e6) is None


def test_it_is_said_before_the_training_ends() -> None:
    training: list[SpeedLine] = [
        Began(device="cpu", parameters=10**6),
        Stretch(done_share=1.0, tokens_per_second=1000.0),
        Ended(tokens=1),
    ]
    told = LineMeasured(up=LineSpeed(1e6), down=LineSpeed(1e6))
    kinds = [type(each) for each in with_line(training, FoundLine(told, ladder_run()))]
    assert kinds == [Began, Stretch, LineEnough, Ended]
    for found in (None, FoundLine(told), FoundLine(LineNotMeasured(trouble=LineTrouble.TOO_SLOW), ladder_run())):
        assert list(with_line(training, found)) == training


def test_nobody_listens_and_training_is_measured_all_the_same(tmp_path: Path) -> None:
    from tests.engine.test_speed_check import told_by  # the child process and what it says

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        order = to_json(LineOrder(url=url, folder=str(tmp_path))).decode()
        told = told_by("--device", "cpu", "--seconds", "0.2", environment={LINE_ORDER: order})
    kinds = [each.__struct_config__.tag for each in told]
    assert kinds[:3] == ["line_began", "no_line", "began"]
    assert told[1] == LineNotMeasured(trouble=LineTrouble.UNREACHABLE)
    assert isinstance(told[-1], Ended)
    assert list(itertools.filterfalse(lambda kind: kind == "stretch", kinds)) == [
        "line_began", "no_line", "began", "ended",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "order", ["nonsense", "{}", '{"url":"","folder":"x"}', '{"url":"x","folder":"x","up_bytes_per_second":0}']
)
def test_an_order_that_makes_no_sense_is_said(order: str) -> None:
    with pytest.raises(MalformedMessage):
        _line(order, lambda line: None)
