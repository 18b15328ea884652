"""The engine's end of the orchestrator's HTTP API."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import quote

import httpx
import structlog
from httpx_sse import SSEError, aconnect_sse

from edge.ways import Ways
from engine.network.answers import AUTHORIZATION, raise_for, unavailable
from engine.network.counted_http import BULK, CountedHttp
from engine.network.silence import Silence
from engine.network.traffic import Traffic
from protocol import orchestrator_api as api
from protocol.errors import MalformedMessage, Unavailable, VersionMismatch
from protocol.hashes import check_hash
from protocol.keys import HotkeySigner, NodeId
from protocol.merges import MergeAnswer, ObjectRef
from protocol.miner_events import MinerEvent
from protocol.proxies import SYSTEM
from protocol.public_api import LINE_PATH, STATUS_PATH, NetworkStatus, RunState, run_state_path
from protocol.receipts import JournalEntry
from protocol.requests import sign_request
from protocol.runs import RunSpec
from protocol.version import PROTOCOL_VERSION
from protocol.wire import from_json, to_json

log = structlog.get_logger(__name__)

Reply = TypeVar("Reply")

REQUEST_SECONDS: Final = 20.0
SILENCE_SECONDS: Final = 30.0
"""An event stream that says nothing for so long, not even a comment, is dead."""
SLOWEST_BYTES_PER_SECOND: Final = 8_000.0
"""An upload has this much longer: its bytes may all wait in this computer's own buffers, far from their goal."""
PARKED: Final = "parked"
"""The kind of what is left in the store for a peer."""
OBJECT_LIMIT_BYTES: Final = 4 * 1024**3


class OrchestratorClient:
    """One miner's connection. Methods raise Unavailable (try later), Refused, SessionLost or ProtocolErrors; those that
    move objects raise Silenced in a pause."""

    def __init__(
        self,
        url: str,
        signer: HotkeySigner | None,
        transport: httpx.AsyncBaseTransport | None = None,
        traffic: Traffic | None = None,
        silence: Silence | None = None,
        proxy: str = SYSTEM,
    ) -> None:
        """Without `signer` it can't register, and only what is open to everybody answers. A `transport` is a test's."""
        self._url = url.rstrip("/")
        self._signer = signer
        self._silence = silence or Silence()
        self._http = CountedHttp(
            traffic,
            self._silence,
            base_url=self._url,
            timeout=REQUEST_SECONDS,
            transport=transport or Ways(proxy),
            trust_env=False,
        )
        self.uplink = self._http.uplink
        self._token = ""
        self.bytes_sent: dict[str, int] = {"control": 0, "merge": 0}
        """By kind; packets that go by the store are counted where they are made, by what they are."""
        self.hello: api.OrchestratorHello | None = None

    async def close(self) -> None:
        await self._http.aclose()

    async def greet(self) -> api.OrchestratorHello:
        """Who is there; raises MalformedMessage if it is no orchestrator, VersionMismatch if it is another version."""
        response = await self._send("GET", api.HELLO_PATH)
        try:
            self.hello = from_json(response.content, api.OrchestratorHello)
        except MalformedMessage as error:
            raise MalformedMessage(
                f"{self._url} is not a Train at Home network.", "Check the address for a typing mistake."
            ) from error
        if self.hello.protocol_version != PROTOCOL_VERSION:
            raise VersionMismatch(
                f"The network speaks version {self.hello.protocol_version}, this program {PROTOCOL_VERSION}.",
                "Update this program.",
            )
        return self.hello

    async def register(self, request: api.RegisterRequest) -> api.RegisterReply:
        """Signed by the hotkey for the orchestrator that greeted; keeps the session token."""
        assert self._signer is not None
        hello = self.hello or await self.greet()
        body = to_json(request)
        now_ms = int(time.time() * 1000)
        headers = await sign_request(self._signer, "POST", api.REGISTER_PATH, "", body, now_ms, hello.address)
        response = await self._send("POST", api.REGISTER_PATH, body, headers)
        reply: api.RegisterReply = from_json(response.content, api.RegisterReply)
        self._token = reply.session_token
        return reply

    async def heartbeat(self, request: api.HeartbeatRequest) -> api.HeartbeatReply:
        return await self._call(api.HEARTBEAT_PATH, request, api.HeartbeatReply)

    async def heads(self) -> api.StageHeads:
        """The merged states of this miner's stage, and whether newer ones are on their way."""
        response = await self._send("GET", api.HEADS_PATH, headers=self._authorization())
        found: api.StageHeads = from_json(response.content, api.StageHeads)
        return found

    async def lease(self, microbatches: int) -> api.LeaseReply:
        return await self._call(api.LEASES_PATH, api.LeaseRequest(microbatches=microbatches), api.LeaseReply)

    async def return_leases(self, lease_ids: tuple[int, ...]) -> None:
        await self._call(api.RETURN_LEASES_PATH, api.ReturnLeases(lease_ids=lease_ids), None)

    async def send_receipts(self, node: NodeId, entries: tuple[JournalEntry, ...]) -> int:
        """The highest sequence that is on the orchestrator's disk."""
        batch = api.ReceiptBatch(node=node, entries=entries)
        reply = await self._call(api.RECEIPTS_PATH, batch, api.ReceiptsAcknowledged)
        return int(reply.through_sequence)

    async def answer_merges(self, answers: tuple[MergeAnswer, ...]) -> None:
        await self._call(api.MERGE_ANSWERS_PATH, api.MergeAnswers(answers=answers), None)

    async def hand_over_evidence(self, request: api.EvidenceRequest) -> None:
        await self._call(api.EVIDENCE_PATH, request, None)

    async def park(self, request: api.ParkPacket) -> None:
        await self._call(api.PARKED_PATH, request, None)

    async def introduce(self, peer: NodeId) -> None:
        """Have the orchestrator tell a peer and this miner to dial each other now."""
        await self._call(api.DIAL_PATH, api.DialRequest(peer=peer), None)

    async def leave(self, reason: str) -> None:
        await self._call(api.LEAVE_PATH, api.LeaveRequest(reason=reason), None)

    async def send_nothing(self, size_bytes: int) -> None:
        """Upload bytes that mean nothing and are kept nowhere, to see how long that takes."""
        await self._send("POST", LINE_PATH, os.urandom(size_bytes), kind="line")

    async def fetch_nothing(self, size_bytes: int) -> None:
        """Download so many bytes that mean nothing."""
        received = await self._download(f"{LINE_PATH}?bytes={size_bytes}", size_bytes)
        if len(received) != size_bytes:
            raise MalformedMessage("Fewer bytes came than were asked for.")

    async def status(self, limit_bytes: int) -> NetworkStatus:
        """The network as everybody may see it."""
        found: NetworkStatus = from_json(await self._download(STATUS_PATH, limit_bytes), NetworkStatus)
        return found

    async def run_spec(self, run_id: str, limit_bytes: int) -> RunSpec:
        """What a run is, open to everybody."""
        path = run_state_path(quote(run_id, safe=""))
        found: RunState = from_json(await self._download(path, limit_bytes), RunState)
        return found.run

    async def put_object(self, key: str, data: bytes, kind: str = "merge") -> None:
        """Upload one object; asking again for a key of one's own replaces it."""
        await self.put_objects({key: data}, kind)

    async def put_objects(self, objects: Mapping[str, bytes], kind: str = "merge") -> None:
        """Upload objects by key, side by side; asking again for a key of one's own replaces it."""
        self._silence.check()
        wishes = [api.StoreWish(method="PUT", key=key, size_bytes=len(data)) for key, data in objects.items()]
        urls = await self._grants(tuple(wishes))
        pairs = zip(urls, objects.values(), strict=True)
        await _side_by_side(self._send("PUT", url, data, kind=kind) for url, data in pairs)

    async def get_object(self, ref: ObjectRef) -> bytes:
        """Download one object of a known size and hash; raises IntegrityError or MalformedMessage."""
        (data,) = await self.get_objects((ref,))
        return data

    async def get_objects(self, refs: Sequence[ObjectRef]) -> list[bytes]:
        """Download objects of known sizes and hashes, side by side; raises IntegrityError or MalformedMessage."""
        if not refs:
            return []
        self._silence.check()
        urls = await self._grants(tuple(api.StoreWish(method="GET", key=ref.key) for ref in refs))
        pairs = zip(urls, refs, strict=True)
        found = await _side_by_side(self._download(url, ref.size_bytes) for url, ref in pairs)
        for data, ref in zip(found, refs, strict=True):
            check_hash(data, ref.hash, f"The object {ref.key}")
        return found

    async def stream_object(self, ref: ObjectRef, offset: int = 0) -> AsyncIterator[bytes]:
        """The bytes of an object from `offset` on, as they come; whoever puts them together checks the hash."""
        self._silence.check()
        (url,) = await self._grants((api.StoreWish(method="GET", key=ref.key),))
        headers = {"Range": f"bytes={offset}-"} if offset else {}
        left = min(ref.size_bytes, OBJECT_LIMIT_BYTES) - offset
        try:
            async with self._http.stream("GET", url, headers=headers, extensions=BULK) as response:
                if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                    return  # there is nothing behind what is here
                if response.status_code not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
                    await response.aread()
                    raise_for(response)
                # A store that knows nothing of ranges sends everything again.
                skipped = offset if response.status_code == httpx.codes.OK else 0
                async for chunk in response.aiter_bytes():
                    kept = chunk[skipped:]
                    skipped -= len(chunk) - len(kept)
                    left -= len(kept)
                    if left < 0:
                        raise MalformedMessage("An object is larger than announced.")
                    yield kept
        except httpx.HTTPError as error:
            raise unavailable(self._url, error) from error

    async def events(self) -> AsyncIterator[MinerEvent]:
        """The event stream until it breaks; what breaks it is raised as Unavailable or SessionLost."""
        timeout = httpx.Timeout(REQUEST_SECONDS, read=SILENCE_SECONDS)
        headers = self._authorization()
        try:
            async with aconnect_sse(self._http, "GET", api.EVENTS_PATH, headers=headers, timeout=timeout) as source:
                if source.response.status_code != httpx.codes.OK:
                    await source.response.aread()
                    raise_for(source.response)
                async for event in source.aiter_sse():
                    if event.data and (known := _known_event(event.data)) is not None:
                        yield known
        except httpx.ProxyError as error:
            raise unavailable(self._url, error) from error
        except (httpx.HTTPError, SSEError) as error:
            raise Unavailable("The connection to the network was lost.", "It is tried again.") from error

    async def _grants(self, wishes: tuple[api.StoreWish, ...]) -> tuple[str, ...]:
        reply = await self._call(api.STORE_GRANTS_PATH, api.StoreGrantsRequest(wishes=wishes), api.StoreGrants)
        if len(reply.urls) != len(wishes):
            raise MalformedMessage("The network granted other addresses than were asked for.")
        return tuple(reply.urls)

    async def _download(self, url: str, size_bytes: int) -> bytes:
        """Stops as soon as more arrives than was announced."""
        limit, received = min(size_bytes, OBJECT_LIMIT_BYTES), bytearray()
        try:
            async with self._http.stream("GET", url, extensions=BULK) as response:
                if response.status_code != httpx.codes.OK:
                    await response.aread()
                    raise_for(response)
                async for chunk in response.aiter_bytes():
                    received += chunk
                    if len(received) > limit:
                        raise MalformedMessage("An object is larger than announced.")
        except httpx.HTTPError as error:
            raise unavailable(self._url, error) from error
        return bytes(received)

    async def _call(self, path: str, request: Any, reply_kind: Any) -> Any:
        response = await self._send("POST", path, to_json(request), self._authorization())
        return None if reply_kind is None else from_json(response.content, reply_kind)

    def _authorization(self) -> dict[str, str]:
        return {AUTHORIZATION: f"Bearer {self._token}"}

    async def _send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        kind: str = "control",
    ) -> httpx.Response:
        size_bytes = len(body or b"")
        timeout = REQUEST_SECONDS + size_bytes / SLOWEST_BYTES_PER_SECOND
        control = kind == "control"
        told = {"Content-Type": "application/json"} if control and body is not None else {}
        try:
            response = await self._http.request(
                method,
                path,
                content=body,
                headers={**told, **(headers or {})},
                timeout=timeout,
                extensions={} if control else BULK,
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise unavailable(self._url, error) from error
        if kind != PARKED:
            self.bytes_sent[kind] = self.bytes_sent.get(kind, 0) + size_bytes
        if response.status_code >= httpx.codes.BAD_REQUEST:
            raise_for(response)
        return response


async def _side_by_side(requests: Iterable[Coroutine[Any, Any, Reply]]) -> list[Reply]:
    """All replies in order; the first failure ends the rest and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(request) for request in requests]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]


def _known_event(data: str) -> MinerEvent | None:
    """None for an event that only a newer miner would understand: old ones live on."""
    try:
        event: MinerEvent = from_json(data.encode(), MinerEvent)
    except MalformedMessage as error:
        log.warning("event_not_understood", title=error.title)
        return None
    return event
