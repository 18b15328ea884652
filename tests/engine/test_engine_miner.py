"""A miner's life around its services, against a small orchestrator that has its moods."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest

from engine.carriers.iroh_carrier import everybody
from engine.devices import choose
from engine.disk.state_folder import load_node_key, open_state_folder
from engine.life.equipment import open_equipment
from engine.miner import Miner
from engine.network.silence import Silence
from protocol import orchestrator_api as api
from protocol.engine_control import (
    EngineEvent,
    EnginePhase,
    PhaseChanged,
    SetPace,
    StartTraining,
    Stopped,
    Troubled,
)
from protocol.errors import (
    AuthenticationError,
    MalformedMessage,
    Refused,
    StorageError,
    Unavailable,
    UserFacingError,
    to_body,
)
from protocol.orchestrator_api import Capabilities, HeartbeatRequest, OrchestratorHello, RegisterReply
from protocol.runs import RunSpec
from protocol.wire import from_json, to_json

HEARD = api.HeartbeatReply(
    unix_ms=0,
    run_loss=None,
    held_out_loss=None,
    run_tokens_per_second=0.0,
    share_done=0.0,
    miners=1,
    credit=0.0,
    credited_rao=0,
    paid_rao=0,
)


class MoodyOrchestrator:
    """Registers everybody for the first stage of `run`; every wish for an object meets `mood`."""

    def __init__(self, run: RunSpec, mood: UserFacingError, status: int) -> None:
        self.run, self.mood, self.status = run, mood, status
        self.asked: Counter[str] = Counter()
        self.heartbeats: list[HeartbeatRequest] = []

    def answer(self, path: str, body: bytes) -> tuple[int, bytes]:
        self.asked[path] += 1
        if path == api.HEARTBEAT_PATH:
            self.heartbeats.append(from_json(body, HeartbeatRequest))
        match path:
            case api.HELLO_PATH:
                return 200, to_json(OrchestratorHello(address="5Orchestrator", network="test", unix_ms=0))
            case api.REGISTER_PATH:
                reply = RegisterReply(
                    session_token="t",
                    session_seconds=60.0,
                    run=self.run,
                    stage=0,
                    life=self.asked[path],
                    heads=(),
                    acknowledged_sequence=-1,
                    heartbeat_seconds=1.0,
                    share_done=0.0,
                )
                return 201, to_json(reply)
            case _:
                return self.status, to_json(to_body(self.mood))


@contextmanager
def served(orchestrator: MoodyOrchestrator) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, body = orchestrator.answer(self.path.partition("?")[0], asked)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Hotkey:
    address = "5Hotkey"

    async def sign(self, payload: bytes) -> bytes:
        return bytes(64)


class Living:
    """A miner at work, and all that it told."""

    def __init__(self, url: str, folder: Path) -> None:
        start = StartTraining(
            orchestrator_url=url, state_folder=str(folder), hotkey=Hotkey.address, carriers=("store",), device="cpu"
        )
        self.told: list[EngineEvent] = []
        capabilities = Capabilities(device="cpu", memory_bytes=2**30, flops_per_second=1e9)
        self.miner = Miner(start, choose("cpu"), Hotkey(), self.told.append, capabilities)
        self.life = asyncio.create_task(self.miner.run())

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                assert not self.life.done(), self.life
                await asyncio.sleep(0.01)

    def troubles(self) -> list[str]:
        return [event.title for event in self.told if isinstance(event, Troubled)]


@asynccontextmanager
async def living(url: str, folder: Path) -> AsyncIterator[Living]:
    one = Living(url, folder)
    try:
        yield one
    finally:
        one.miner.stop(1.0)
        await asyncio.wait({one.life}, timeout=20)
        one.life.cancel()
        await asyncio.gather(one.life, return_exceptions=True)


@pytest.mark.parametrize(
    ("mood", "status"),
    [(Unavailable("Back soon.", retry_after_seconds=0.01), 503), (StorageError("The store is full."), 507)],
    ids=["unavailable", "full"],
)
async def test_a_shard_that_can_not_be_fetched_now_is_tried_again_and_not_the_end(
    mood: UserFacingError, status: int, tiny_run: Callable[..., RunSpec], tmp_path: Path
) -> None:
    orchestrator = MoodyOrchestrator(tiny_run(2), mood, status)
    with served(orchestrator) as url:
        async with living(url, tmp_path) as one:
            await one.until(lambda: one.troubles() == [mood.title])
            orchestrator.mood = Unavailable("Back soon.", retry_after_seconds=0.01)
            if status == 503:
                await one.until(lambda: orchestrator.asked[api.REGISTER_PATH] >= 3)
            one.miner.stop(1.0)
            await asyncio.wait_for(asyncio.shield(one.life), 20)
            stopped = one.told[-1]
            assert isinstance(stopped, Stopped) and not stopped.saved


async def test_a_miner_that_still_fetches_its_shard_tells_how_gently_it_will_work(
    tiny_run: Callable[..., RunSpec], tmp_path: Path
) -> None:
    orchestrator = MoodyOrchestrator(tiny_run(2), Unavailable("Back soon.", retry_after_seconds=1.0), 503)
    with served(orchestrator) as url:
        async with living(url, tmp_path) as one:
            one.miner.set_pace(SetPace(duty_cycle=0.3))
            await one.until(lambda: orchestrator.heartbeats)
            assert orchestrator.heartbeats[-1].duty_cycle == 0.3


class StillMerging(MoodyOrchestrator):
    """Gives the second stage, whose newest state is to come until `newer_soon` is over; then it begins at its seed."""

    newer_soon = True

    def answer(self, path: str, body: bytes) -> tuple[int, bytes]:
        status, answer = super().answer(path, body)
        match path:
            case api.REGISTER_PATH:
                return status, to_json(msgspec.structs.replace(from_json(answer, RegisterReply), stage=1))
            case api.HEADS_PATH:
                return 200, to_json(api.StageHeads(heads=(), newer_soon=self.newer_soon))
            case api.HEARTBEAT_PATH:
                return 200, to_json(HEARD)
            case _:
                return status, answer


async def test_a_pace_set_while_the_shard_is_fetched_is_that_of_the_service_which_then_begins(
    tiny_run: Callable[..., RunSpec], tmp_path: Path
) -> None:
    """The app has set it, and does not set it again."""
    orchestrator = StillMerging(tiny_run(2), Unavailable("Back soon.", retry_after_seconds=0.01), 503)
    with served(orchestrator) as url:
        async with living(url, tmp_path) as one:
            await one.until(lambda: orchestrator.asked[api.HEADS_PATH] >= 1)
            one.miner.set_pace(SetPace(duty_cycle=0.3))
            orchestrator.newer_soon = False
            await one.until(lambda: one.miner._present.service)
            service = one.miner._present.service
            assert service is not None
            assert service.heartbeat(EnginePhase.TRAINING).duty_cycle == 0.3
            assert service._compute._pacing.duty_cycle == 0.3


async def test_a_session_lost_while_the_shard_is_fetched_is_registered_again(
    tiny_run: Callable[..., RunSpec], tmp_path: Path
) -> None:
    orchestrator = MoodyOrchestrator(tiny_run(2), AuthenticationError("Who are you?"), 401)
    with served(orchestrator) as url:
        async with living(url, tmp_path) as one:
            await one.until(lambda: orchestrator.asked[api.REGISTER_PATH] >= 3)
            assert one.troubles() == []


@pytest.mark.parametrize(
    ("section", "wrong"),
    [("model", {"width": 2**40}), ("model", {"layers": 0}), ("training", {"sequences": 2**31}), ("merge", {"tile": 0})],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else value,
)
async def test_a_run_that_nobody_can_train_ends_with_a_sentence_before_anything_is_done_for_it(
    section: str, wrong: dict[str, int], tiny_run: Callable[..., RunSpec], tmp_path: Path
) -> None:
    run = tiny_run(2)
    impossible = msgspec.structs.replace(run, **{section: msgspec.structs.replace(getattr(run, section), **wrong)})
    orchestrator = MoodyOrchestrator(impossible, Unavailable("Back soon.", retry_after_seconds=1.0), 503)
    with served(orchestrator) as url:
        async with living(url, tmp_path) as one:
            with pytest.raises(MalformedMessage, match=next(iter(wrong))):
                await asyncio.wait_for(asyncio.shield(one.life), 20)
            assert set(orchestrator.asked) == {api.HELLO_PATH, api.REGISTER_PATH}


class PausableOrchestrator(MoodyOrchestrator):
    """Hears heartbeats and tells the stage's states; only objects meet its mood."""

    def answer(self, path: str, body: bytes) -> tuple[int, bytes]:
        status, answer = super().answer(path, body)
        match path:
            case api.HEADS_PATH:
                return 200, to_json(api.StageHeads(heads=(), newer_soon=False))
            case api.HEARTBEAT_PATH:
                return 200, to_json(HEARD)
            case _:
                return status, answer


async def test_a_pause_while_the_shard_is_fetched_holds_everything_but_heartbeats(
    tiny_run: Callable[..., RunSpec], tmp_path: Path
) -> None:
    orchestrator = PausableOrchestrator(tiny_run(2), Unavailable("Back soon.", retry_after_seconds=0.01), 503)
    with served(orchestrator) as url:
        async with living(url, tmp_path) as one:
            await one.until(lambda: orchestrator.asked[api.STORE_GRANTS_PATH] >= 1)
            await one.miner.pause()
            await one.until(lambda: one.miner._telling.phase is EnginePhase.PAUSED)
            beats = orchestrator.asked[api.HEARTBEAT_PATH]
            # What was on its way as the pause began may be counted by the server a moment later.
            await one.until(lambda: orchestrator.asked[api.HEARTBEAT_PATH] >= beats + 1)
            before = orchestrator.asked[api.STORE_GRANTS_PATH], orchestrator.asked[api.REGISTER_PATH]
            await one.until(lambda: orchestrator.asked[api.HEARTBEAT_PATH] >= beats + 3)
            assert (orchestrator.asked[api.STORE_GRANTS_PATH], orchestrator.asked[api.REGISTER_PATH]) == before
            assert one.told[-1] == PhaseChanged(phase=EnginePhase.PAUSED)
            await one.miner.resume()
            await one.until(lambda: orchestrator.asked[api.STORE_GRANTS_PATH] > before[0])
            assert orchestrator.asked[api.REGISTER_PATH] > before[1], "the network may be another one by then"


async def test_the_speed_of_a_line_to_the_store_is_known_without_any_direct_way(tmp_path: Path) -> None:
    start = StartTraining(
        orchestrator_url="http://n", state_folder=str(tmp_path), hotkey="5x", carriers=("store",), device="cpu"
    )
    folder = open_state_folder(start.state_folder)
    equipment = open_equipment(start, folder, Hotkey(), Silence(), everybody)
    assert equipment.iroh is None and equipment.uplink_bytes_per_second() is None
    now = time.monotonic()
    for _ in range(2):  # one reading may be an accident
        equipment.client.uplink.confirmed(now - 1.05, now, 100_000, 0.05)
    assert equipment.uplink_bytes_per_second() == pytest.approx(100_000, rel=0.05)
    await equipment.close()


async def test_a_definite_no_ends_the_miner_with_its_words(tiny_run: Callable[..., RunSpec], tmp_path: Path) -> None:
    orchestrator = MoodyOrchestrator(tiny_run(2), Refused("This run is not for you.", "Choose another."), 403)
    with served(orchestrator) as url:
        async with living(url, tmp_path) as one:
            with pytest.raises(Refused, match="not for you"):
                await asyncio.wait_for(asyncio.shield(one.life), 20)
    assert load_node_key(open_state_folder(str(tmp_path)))
