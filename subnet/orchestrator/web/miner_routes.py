"""The miners' side of the HTTP API: protocol.orchestrator_api as handlers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from litestar import Router, get, post
from litestar.di import Provide
from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

from protocol import orchestrator_api as api
from protocol.errors import Refused
from protocol.miner_events import Reassigned
from subnet.orchestrator.context import Context
from subnet.orchestrator.http import AnyRequest, signed_parts
from subnet.orchestrator.merging.answers import MergeAnswerService
from subnet.orchestrator.miners.bells import Bells, NewestStreams
from subnet.orchestrator.miners.desk import MinerDesk
from subnet.orchestrator.miners.miners import MinerRecord, read_miner
from subnet.orchestrator.miners.news import Look, Newsroom
from subnet.orchestrator.miners.outbox import Outbox, present_events
from subnet.orchestrator.receipts.receipts import ReceiptService
from subnet.orchestrator.storage.policy import miner_may
from subnet.orchestrator.storage.room import make_room, needs_writing
from subnet.orchestrator.storage.store import check_key
from subnet.orchestrator.web.refusals import Conflict, TooLarge
from subnet.orchestrator.web.sessions import Session

WISHES_LIMIT = 1000
ANSWERS_LIMIT = 1000
SMALL_BODY_BYTES = 32 * 1024
"""Of messages that hold a few numbers; the others' bounds are what their lists may hold (protocol.bounds)."""
GATHER_SECONDS = 0.02
"""Rings that come this close together are answered at once."""


@dataclass(frozen=True)
class MinerParts:
    """What the handlers share."""

    desk: MinerDesk
    receipts: ReceiptService
    merge_answers: MergeAnswerService
    bells: Bells
    newsroom: Newsroom
    streams: NewestStreams = field(default_factory=NewestStreams)


def hello_router(rendezvous: api.Rendezvous | None) -> Router:
    """What an address says of itself to anybody who asks."""

    @get(api.HELLO_PATH)
    async def hello(context: Context) -> api.OrchestratorHello:
        """Proof that this address is an orchestrator, and which."""
        return api.OrchestratorHello(
            address=context.address,
            network=context.settings.network,
            unix_ms=context.wall(),
            rendezvous=rendezvous,
        )

    return Router(path="/", route_handlers=[hello], tags=["miners"])


@post(api.REGISTER_PATH, status_code=200, request_max_body_size=128 * 1024)
async def register(request: AnyRequest, data: api.RegisterRequest, desk: MinerDesk) -> api.RegisterReply:
    """Signed by the hotkey; opens a session."""
    return await desk.register(await signed_parts(request), data)


@post(api.HEARTBEAT_PATH, status_code=200, request_max_body_size=512 * 1024)
async def heartbeat(data: api.HeartbeatRequest, parts: MinerParts, miner: Session) -> api.HeartbeatReply:
    """The miner is there."""
    return await parts.desk.heartbeat(miner, data)


@get(api.HEADS_PATH)
async def heads(parts: MinerParts, miner: Session) -> api.StageHeads:
    """What a newcomer begins from."""
    return await parts.desk.heads(miner)


@post(api.LEASES_PATH, status_code=200, request_max_body_size=SMALL_BODY_BYTES)
async def lease(data: api.LeaseRequest, parts: MinerParts, miner: Session) -> api.LeaseReply:
    """A first-stage miner wants something to feed."""
    return await parts.desk.lease(miner, data.microbatches)


@post(api.RETURN_LEASES_PATH, status_code=204, request_max_body_size=SMALL_BODY_BYTES)
async def give_back(data: api.ReturnLeases, parts: MinerParts, miner: Session) -> None:
    """What won't be fed goes to others."""
    await parts.desk.give_back(miner, data.lease_ids)


@post(api.RECEIPTS_PATH, status_code=200)
async def take_receipts(data: api.ReceiptBatch, parts: MinerParts, miner: Session) -> api.ReceiptsAcknowledged:
    """Journal lines; acknowledged is what is on disk."""
    return await parts.receipts.take(miner.node, data)


@post(api.MERGE_ANSWERS_PATH, status_code=204)
async def answer_merges(data: api.MergeAnswers, parts: MinerParts, miner: Session) -> None:
    """What merges asked for."""
    if len(data.answers) > ANSWERS_LIMIT:
        raise TooLarge(f"{len(data.answers)} answers arrived; the limit is {ANSWERS_LIMIT}.")
    await parts.merge_answers.take(miner.node, data.answers)


@post(api.STORE_GRANTS_PATH, status_code=200, request_max_body_size=1024 * 1024)
async def store_grants(data: api.StoreGrantsRequest, context: Context, miner: Session) -> api.StoreGrants:
    """Signed URLs for what this miner may read and write."""
    if len(data.wishes) > WISHES_LIMIT:
        raise TooLarge(f"{len(data.wishes)} wishes arrived; the limit is {WISHES_LIMIT}.")
    for wish in data.wishes:
        if not miner_may(miner.node, wish):
            raise Refused(f"This miner may not {wish.method} {wish.key[:100]}.")
        check_key(wish.key)
    now_ms = context.clock()
    visit = context.database.write if needs_writing(data.wishes) else context.database.read
    await visit(lambda connection: make_room(connection, miner.node, data.wishes, now_ms))
    expires_ms = now_ms + round(context.settings.grant_seconds * 1000)
    urls = tuple(context.store.url(wish.method, wish.key, wish.size_bytes, expires_ms) for wish in data.wishes)
    return api.StoreGrants(urls=urls, expires_unix_ms=expires_ms)


@post(api.PARKED_PATH, status_code=204, request_max_body_size=SMALL_BODY_BYTES)
async def park(data: api.ParkPacket, parts: MinerParts, miner: Session) -> None:
    """A packet waits in the store for a peer."""
    await parts.desk.park(miner, data)


@post(api.DIAL_PATH, status_code=204, request_max_body_size=SMALL_BODY_BYTES)
async def dial(data: api.DialRequest, parts: MinerParts, miner: Session) -> None:
    """A peer can't be reached; it is told to dial at the same time."""
    await parts.desk.dial(miner, data.peer)


@post(api.LEAVE_PATH, status_code=204, request_max_body_size=SMALL_BODY_BYTES)
async def leave(data: api.LeaveRequest, parts: MinerParts, miner: Session) -> None:
    """Goodbye; the routing table drops the miner at once and its session ends."""
    await parts.desk.leave(miner)


@get(api.EVENTS_PATH)
async def events(context: Context, parts: MinerParts, miner: Session) -> ServerSentEvent:
    """One event of each kind first, then whatever changes, with comments in between while nothing does. A miner has one
    stream: its older one ends."""
    record = await context.database.read(lambda connection: read_miner(connection, miner.node))
    if record is None:
        raise Conflict("This miner is not known any more.", "Register again.")
    return ServerSentEvent(_stream(context, parts, record))


async def _stream(context: Context, parts: MinerParts, miner: MinerRecord) -> AsyncIterator[ServerSentEventMessage]:
    outbox = Outbox()
    bell = parts.bells.hang(miner.run_id)
    spoke_at = asyncio.get_running_loop().time()
    parts.streams.open(miner.node, bell)
    parts.desk.stream_opened(miner.node)
    try:
        while not context.closing.is_set() and parts.streams.is_newest(miner.node, bell):
            bell.clear()
            rings, now_ms = parts.bells.rings(miner.run_id), context.clock()
            look = Look(node=miner.node, run_id=miner.run_id, life=miner.life, ring=rings, now_ms=now_ms)
            present = await present_events(context.database, look, parts.newsroom, is_first=not outbox.sent)
            news = outbox.fresh(present, parts.newsroom.encode)
            for tag, body in news:
                yield ServerSentEventMessage(data=body, event=tag)
            now = asyncio.get_running_loop().time()
            if news:
                spoke_at = now
            elif now - spoke_at >= context.settings.keepalive_seconds:
                # Rings that bring nothing new must not keep the line silent.
                yield ServerSentEventMessage(data=None, comment="still here")
                spoke_at = now
            if any(isinstance(event, Reassigned) for event in present):
                return
            try:
                async with asyncio.timeout(context.settings.keepalive_seconds):
                    await bell.wait()
                await asyncio.sleep(GATHER_SECONDS)
            except TimeoutError:
                continue
    finally:
        parts.bells.take_down(miner.run_id, bell)
        parts.streams.close(miner.node, bell)
        if not context.closing.is_set():
            parts.desk.stream_ended(miner.node)


def miner_router(parts: MinerParts) -> Router:
    """All handlers of this file."""

    def for_who_has_a_session(miner: Session) -> MinerParts:
        return parts

    return Router(
        path="/",
        route_handlers=[
            register, heartbeat, heads, lease, give_back, take_receipts, answer_merges, store_grants, park,
            dial,
            leave, events,
        ],
        # One behind the other: dependencies that don't know of each other are found by a group of tasks, which took a
        # seventh of this process's time.
        dependencies={
            "parts": Provide(for_who_has_a_session, sync_to_thread=False),
            "desk": Provide(lambda: parts.desk, sync_to_thread=False),
        },
        signature_types=[MinerParts, MinerDesk],
        tags=["miners"],
    )  # fmt: skip
