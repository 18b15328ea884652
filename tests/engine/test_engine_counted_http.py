"""Whatever an engine moves over HTTP is counted and capped, whichever way it is asked for, and ends with a pause."""

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from chain.keys import Keypair, KeySigner
from engine.network.downloads import Downloads
from engine.network.orchestrator_client import OrchestratorClient
from engine.network.silence import Silence, Silenced
from engine.network.traffic import REQUEST_OVERHEAD_BYTES, Traffic
from protocol import orchestrator_api as api
from protocol import public_api as public
from protocol.engine_control import EnginePhase
from protocol.errors import MalformedMessage, Unavailable
from protocol.hashes import hash_bytes
from protocol.merges import MergeTrouble, ObjectRef
from protocol.receipts import StepId
from protocol.wire import to_json

DATA = bytes(range(256)) * 400
REF = ObjectRef("k", hash_bytes(DATA), len(DATA))
EVENT = b'event: leases_closed\ndata: {"type": "leases_closed", "below_lease_id": 3}\n\n'
LONG_EVENTS = EVENT * 500
REPLIES = {
    api.HELLO_PATH: to_json(api.OrchestratorHello(address="5Orchestrator", network="test", unix_ms=0)),
    api.HEADS_PATH: to_json(api.StageHeads(heads=(), newer_soon=False)),
    api.LEASES_PATH: to_json(api.LeaseReply(leases=(), retry_after_seconds=1.0)),
    api.RECEIPTS_PATH: to_json(api.ReceiptsAcknowledged(through_sequence=3)),
    api.HEARTBEAT_PATH: b"{}",
    api.REGISTER_PATH: b"{}",
}


async def heartbeat(client: OrchestratorClient) -> None:
    request = api.HeartbeatRequest(phase=EnginePhase.TRAINING, step=StepId(0, 0), queue=0, rate=0.0, addresses=())
    with pytest.raises(MalformedMessage):
        await client.heartbeat(request)


async def register(client: OrchestratorClient) -> None:
    request = api.RegisterRequest(
        binding=api.NodeBinding(node="n" * 64, signature=b""),
        payout_coldkey=None,
        addresses=("x" * 2000,),
        capabilities=api.Capabilities(device="cpu", memory_bytes=1, flops_per_second=1.0),
        holding=None,
    )
    with pytest.raises(MalformedMessage):
        await client.register(request)


async def events(client: OrchestratorClient) -> None:
    assert len([event async for event in client.events()]) == 500


async def stream_object(client: OrchestratorClient) -> None:
    assert b"".join([chunk async for chunk in client.stream_object(REF)]) == DATA


TROUBLE = MergeTrouble(merge_id=1, partition=None, code="c", title="t" * 5000)
EVIDENCE = api.EvidenceRequest(audit_id=1, weights_key="w" * 4000, next_weights_key=None, packets=())
WAYS: dict[str, Callable[[OrchestratorClient], Awaitable[object]]] = {
    "greet": lambda client: client.greet(),
    "register": register,
    "heartbeat": heartbeat,
    "heads": lambda client: client.heads(),
    "lease": lambda client: client.lease(4),
    "return_leases": lambda client: client.return_leases(tuple(range(3000))),
    "send_receipts": lambda client: client.send_receipts("n", ()),
    "answer_merges": lambda client: client.answer_merges((TROUBLE,)),
    "hand_over_evidence": lambda client: client.hand_over_evidence(EVIDENCE),
    "park": lambda client: client.park(api.ParkPacket(receiver="r", key="k" * 900, hash="h", size_bytes=1)),
    "introduce": lambda client: client.introduce("n" * 64),
    "leave": lambda client: client.leave("stopped" * 99),
    "put_object": lambda client: client.put_object("k", DATA),
    "put_objects": lambda client: client.put_objects({"k": DATA, "l": DATA}, "evidence"),
    "get_object": lambda client: client.get_object(REF),
    "get_objects": lambda client: client.get_objects((REF, REF)),
    "stream_object": stream_object,
    "events": events,
    "send_nothing": lambda client: client.send_nothing(50_000),
    "fetch_nothing": lambda client: client.fetch_nothing(len(DATA)),
    "status": lambda client: client.status(10**6),
    "run_spec": lambda client: client.run_spec("r", 10**6),
}


class Chunks(httpx.AsyncByteStream):
    """A body that comes in chunks, as off a line."""

    def __init__(self, data: bytes, sent: Callable[[int], None]) -> None:
        self._data = data
        self._sent = sent

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for first in range(0, len(self._data), 50_000):
            chunk = self._data[first : first + 50_000]
            self._sent(len(chunk))
            yield chunk


class Store:
    """An orchestrator with its store, which sees every byte of every body."""

    def __init__(self) -> None:
        self.moved_bytes = 0
        self.requests = 0
        self.paused_at: Callable[[int], None] = lambda _moved: None

    def _moves(self, size: int) -> None:
        self.moved_bytes += size
        self.paused_at(self.moved_bytes)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        body = bytearray()
        assert isinstance(request.stream, httpx.AsyncByteStream)
        async for piece in request.stream:
            self._moves(len(piece))
            body += piece
        return httpx.Response(200, stream=Chunks(self._answer(request, bytes(body)), self._moves))

    def _answer(self, request: httpx.Request, body: bytes) -> bytes:
        match request.url.path:
            case api.STORE_GRANTS_PATH:
                return to_json(api.StoreGrants(urls=("/o",) * body.count(b'"key"'), expires_unix_ms=0))
            case "/o" | public.LINE_PATH:
                return b"" if request.method == "PUT" else DATA
            case api.EVENTS_PATH:
                return LONG_EVENTS
            case path:
                return REPLIES.get(path, b"")


class EventStreams(Store):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        response.headers["Content-Type"] = "text/event-stream"
        return response


class Wire(httpx.AsyncBaseTransport):
    def __init__(self, store: Store) -> None:
        self.handle_async_request = store.handle_async_request  # type: ignore[method-assign]


def connected(store: Store, traffic: Traffic | None = None, silence: Silence | None = None) -> OrchestratorClient:
    return OrchestratorClient("http://n", KeySigner(Keypair.generate()), Wire(store), traffic, silence)


def test_every_way_to_move_bytes_is_tried_here() -> None:
    moving = {
        name
        for name, method in inspect.getmembers(OrchestratorClient, inspect.isfunction)
        if not name.startswith("_") and (inspect.iscoroutinefunction(method) or inspect.isasyncgenfunction(method))
    }
    assert moving - {"close"} == WAYS.keys()


@pytest.mark.parametrize("way", WAYS)
async def test_every_byte_of_every_body_is_counted_with_what_carries_it(way: str, tmp_path: Path) -> None:
    traffic, store = Traffic(tmp_path), EventStreams()
    client = connected(store, traffic)
    try:
        await WAYS[way](client)
    except (Unavailable, MalformedMessage):
        assert way in ("events", "status", "run_spec"), "a stream that ends, and what this store has no answer to"
    assert store.requests > 0
    assert traffic.used_bytes == store.moved_bytes + store.requests * REQUEST_OVERHEAD_BYTES
    await client.close()
    await traffic.close()


@pytest.mark.parametrize("way", ["put_object", "put_objects", "get_object", "get_objects", "stream_object"])
async def test_objects_are_held_to_the_cap_of_their_direction(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]

    async def sleep(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(asyncio, "sleep", sleep)
    traffic = Traffic(tmp_path, 20_000.0, 20_000.0, clock=lambda: now[0])
    store = Store()
    client = connected(store, traffic)
    await WAYS[way](client)
    assert now[0] > 0.8 * store.moved_bytes / 20_000
    before = now[0]
    await client.return_leases((1,))
    assert now[0] == before, "what is urgent does not wait"
    await client.close()
    await traffic.close()


async def test_a_failed_attempt_counts_too(tmp_path: Path) -> None:
    class Broken(Store):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await super().handle_async_request(request)
            raise httpx.ReadError("cut")

    traffic, store = Traffic(tmp_path), Broken()
    client = connected(store, traffic)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await client.return_leases(tuple(range(1000)))
    assert traffic.used_bytes == store.moved_bytes + 3 * REQUEST_OVERHEAD_BYTES > 9000
    await client.close()
    await traffic.close()


@pytest.mark.parametrize("way", ["put_object", "put_objects", "get_object", "get_objects", "stream_object"])
async def test_a_pause_breaks_objects_off_within_a_piece_and_lets_none_begin(way: str, tmp_path: Path) -> None:
    silence, store = Silence(), Store()
    store.paused_at = lambda moved: silence.begin() if moved > 60_000 else None
    client = connected(store, None, silence)
    with pytest.raises(Silenced):
        await WAYS[way](client)
    assert store.moved_bytes < 60_000 + 2 * 50_000
    before = store.requests
    with pytest.raises(Silenced):
        await WAYS[way](client)
    assert store.requests == before
    await client.return_leases((1,))
    silence.end()
    store.paused_at = lambda _moved: None
    await WAYS[way](client)
    await client.close()


async def test_a_download_that_a_pause_broke_off_goes_on_after_it(tmp_path: Path) -> None:
    silence, store = Silence(), Store()
    store.paused_at = lambda moved: silence.begin() if moved > 60_000 else None
    client = connected(store, None, silence)
    downloads = Downloads(tmp_path, client, lambda _done, _total: None)
    fetching = asyncio.create_task(downloads.fetch(REF))
    async with asyncio.timeout(20):
        await silence._begun.wait()
        moved = store.moved_bytes
        for _ in range(200):
            await asyncio.sleep(0)
        assert not fetching.done() and store.moved_bytes == moved
        store.paused_at = lambda _moved: None
        silence.end()
        assert await fetching == DATA
    await client.close()


async def test_uploads_tell_how_fast_the_line_is(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    class Line(Store):
        """A round trip of 50 ms and 100 kB a second."""

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            before = self.moved_bytes
            response = await super().handle_async_request(request)
            now[0] += 0.05 + (self.moved_bytes - before) / 100_000
            return response

    client = connected(Line())
    assert client.uplink.bytes_per_second(now[0]) is None
    for _ in range(2):  # one reading may be an accident
        await client.put_object("k", DATA, kind="parked")
    assert client.uplink.bytes_per_second(now[0]) == pytest.approx(100_000, rel=0.02)
    await client.get_object(REF)
    assert client.uplink.bytes_per_second(now[0]) == pytest.approx(100_000, rel=0.02)
    await client.close()
