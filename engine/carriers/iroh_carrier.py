"""Packets over iroh (QUIC): one stream per packet, the reply on the same stream, on whichever connection stands.

The endpoint's identity is the node key, so what `remote_id` says needs no further proof. A connection serves both ways,
whoever opened it: behind two routers only the one that both asked for at once comes about (DESIGN 4.3).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Final

import structlog
from iroh import iroh_ffi

from engine.carriers.addresses import reachable
from engine.carriers.base import Inbox, PeerUnreachable
from engine.carriers.iroh_endpoint import open_endpoint
from engine.carriers.iroh_writer import quicken_writer
from engine.carriers.lines import CLOSED_BY_US, Line
from protocol.errors import LocalError, MalformedMessage, ProtocolError
from protocol.keys import NodeId, NodeKey
from protocol.miner_events import PeerEntry
from protocol.orchestrator_api import RENDEZVOUS_ALPN
from protocol.packets import (
    PAYLOAD_LIMIT_BYTES,
    PREFIX_BYTES,
    REPLY_LIMIT_BYTES,
    Declined,
    PacketReply,
    read_prefix,
)
from protocol.sockets import dialable
from protocol.wire import from_msgpack, to_msgpack
from swarm.uplinks import UplinkMeter

log = structlog.get_logger(__name__)

AskBoth = Callable[[NodeId], Awaitable[None]]
"""Have the orchestrator tell this miner and a peer to dial each other now."""
IsExpected = Callable[[NodeId], Awaitable[bool]]
"""Whether a node is a neighbour, or becomes one within a moment."""
MostBytes = Callable[[], int]
"""How large a packet's payload may be just now."""

ALPN: Final = b"train-at-home/packet/1"
CONNECT_SECONDS: Final = 5.0
"""iroh itself gives up on a dead port after 30 s, which is far too late for a pipeline."""
REPLY_SECONDS: Final = 10.0
"""How long an answer may take while nothing moves on the connection."""
TRANSFER_SECONDS: Final = 120.0
"""How long a packet may take on a thin line that keeps moving."""
MOVING_BYTES: Final = 8 * 1024
"""Sent within REPLY_SECONDS: more than QUIC's own probes, less than the thinnest line that is of use."""
ASK_BOTH_SECONDS: Final = 0.4
"""How long a peer is dialled alone; where nothing stands between, two round trips are enough."""
WAYS_WANTED: Final = 2
"""Connections to one peer. At 20 Mbit/s, 50 ms and 0.1 % loss one carries 40 % of the line and two carry 92 %: each
loss halves only its own connection's window, and the binding has no other congestion control to choose."""
STRANGERS_AT_ONCE: Final = 32


async def no_rendezvous(_node: NodeId) -> None:
    """Nobody to ask: a peer that can't be dialled stays out of reach."""


async def everybody(_node: NodeId) -> bool:
    """Where no table says who the neighbours are."""
    return True


def any_packet() -> int:
    """Where no run says how large they are."""
    return PAYLOAD_LIMIT_BYTES


class IrohCarrier:
    """An iroh endpoint of its own, bound to `bind_address` ("ip:port", port 0 for a free one; IPv6 in brackets)."""

    name = "iroh"

    def __init__(
        self,
        key: NodeKey,
        bind_address: str,
        ask_both: AskBoth = no_rendezvous,
        is_expected: IsExpected = everybody,
        most_payload_bytes: MostBytes = any_packet,
    ) -> None:
        """`is_expected` is asked about every node that comes by itself, and again at its packets; it may take its
        time."""
        self._key = key
        self._bind_address = bind_address
        self._ask_both = ask_both
        self._is_expected = is_expected
        self._most_payload_bytes = most_payload_bytes
        self._strangers = 0
        self._endpoint: Any = None
        self._inbox: Inbox | None = None
        self._lines: dict[NodeId, Line] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.addresses: tuple[str, ...] = ()
        self.uplink = UplinkMeter()

    async def open(self, inbox: Inbox) -> None:
        """Raises LocalError if the address can't be bound."""
        quicken_writer()
        try:
            self._endpoint = await open_endpoint(self._key, self._bind_address, ALPN)
        except iroh_ffi.IrohError as error:
            raise LocalError(
                f"No connection can be opened at {self._bind_address}.", f"Choose another port. ({error.message()})"
            ) from error
        except MalformedMessage as error:
            raise LocalError(f"No connection can be opened at {self._bind_address}.", error.title) from error
        self._inbox = inbox
        self.addresses = reachable(self._endpoint.bound_sockets(), self._bind_address)
        self._spawn(self._accept())

    async def send(self, peer: PeerEntry, packet: bytes) -> PacketReply:
        line, began = self._line(peer.node), time.monotonic()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                connection = await self._connection(line, peer)
        except TimeoutError as error:
            self._end(peer.node, line)
            raise PeerUnreachable("A peer did not answer in time.") from error
        try:
            given = time.monotonic()
            reply = await _while_it_moves(connection, _exchange(connection, packet))
            self.uplink.confirmed(given, time.monotonic(), len(packet), (connection.rtt() or 0) / 1000, peer.node)
            return reply
        except iroh_ffi.IrohError as error:
            line.lost(connection)
            raise PeerUnreachable("A peer's connection broke.", error.message()) from error
        except TimeoutError as error:
            line.silent_since(began)
            raise PeerUnreachable("A peer did not answer in time.") from error
        except MalformedMessage as error:
            raise PeerUnreachable("A peer's answer can't be read.", error.title) from error

    def dial(self, peer: PeerEntry) -> None:
        """Open a connection to a peer that dials this miner just now; its packets may be the first to use it."""
        line = self._line(peer.node)
        if not line.ways:
            self._begin(line, peer)

    async def meet(self, node: NodeId, addresses: Sequence[str]) -> None:
        """Stay connected to the orchestrator's rendezvous until that breaks; raises PeerUnreachable."""
        target = iroh_ffi.EndpointAddr(iroh_ffi.EndpointId.from_string(node), None, list(addresses))
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                connection = await self._endpoint.connect(target, RENDEZVOUS_ALPN)
        except (iroh_ffi.IrohError, TimeoutError) as error:
            raise PeerUnreachable("The network's rendezvous does not answer.") from error
        try:
            await connection.closed()
        finally:
            connection.close(CLOSED_BY_US, b"")
        raise PeerUnreachable("The network's rendezvous has gone.")

    def answers(self, peer: PeerEntry) -> bool:
        return True

    def onward_seconds(self, peer: PeerEntry, size_bytes: int) -> float:
        return 0.0

    def forget(self, node: NodeId) -> None:
        line = self._lines.get(node)
        if line is not None:
            self._end(node, line)

    async def close(self) -> None:
        for node in list(self._lines):
            self.forget(node)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._endpoint is not None:
            await self._endpoint.close()

    # ── lines ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _line(self, node: NodeId) -> Line:
        return self._lines.setdefault(node, Line())

    def _end(self, node: NodeId, line: Line) -> None:
        """Give a line up; a newer one to the same node, made by another packet's retry, stays."""
        if self._lines.get(node) is line:
            del self._lines[node]
        line.give_up()

    async def _connection(self, line: Line, peer: PeerEntry) -> Any:
        if not line.ways:
            self._begin(line, peer)
        return await line.connection()

    def _begin(self, line: Line, peer: PeerEntry) -> None:
        if line.dialling is None or line.dialling.done():
            line.failure = None
            line.dialling = self._spawn(self._dial(line, peer))

    async def _dial(self, line: Line, peer: PeerEntry) -> None:
        """Until there are enough connections, one's own or the peer's, which is asked to dial too if it takes long."""
        addresses = list(dialable(peer.addresses))
        if not addresses:
            line.failed(PeerUnreachable("A peer has told no address."))
            return
        target = iroh_ffi.EndpointAddr(iroh_ffi.EndpointId.from_string(peer.node), None, addresses)
        asking = self._spawn(self._ask_after(line, peer.node))
        try:
            while len(line.ways) < WAYS_WANTED:
                connection = await self._endpoint.connect(target, ALPN)
                line.opened(connection, time.monotonic())
                self._spawn(self._serve(line, connection, peer.node))
        except iroh_ffi.IrohError as error:
            line.failed(PeerUnreachable("A peer's connection broke.", error.message()))
        finally:
            asking.cancel()

    async def _ask_after(self, line: Line, node: NodeId) -> None:
        await asyncio.sleep(ASK_BOTH_SECONDS)
        if not line.ways:
            await self._ask_both(node)

    # ── what comes in ────────────────────────────────────────────────────────────────────────────────────────────

    async def _accept(self) -> None:
        while (incoming := await self._endpoint.accept_next()) is not None:
            self._spawn(self._welcome(incoming))

    async def _welcome(self, incoming: Any) -> None:
        try:
            connection = await (await incoming.accept()).connect()
        except iroh_ffi.IrohError as error:
            log.debug("peer_connection_failed", kind=str(error.kind()))
            return
        sender = str(connection.remote_id())
        if not await self._may_come_in(sender):
            connection.close(CLOSED_BY_US, b"")
            return
        line = self._line(sender)
        line.opened(connection, time.monotonic())
        await self._serve(line, connection, sender)

    async def _may_come_in(self, sender: NodeId) -> bool:
        """Nothing is read from a node that is not expected, and only so many are looked at side by side."""
        if self._strangers >= STRANGERS_AT_ONCE:
            return False
        self._strangers += 1
        try:
            return await self._is_expected(sender)
        finally:
            self._strangers -= 1

    async def _serve(self, line: Line, connection: Any, sender: NodeId) -> None:
        """One connection, until it closes or its node is no neighbour any more: the peer's packets come in by it, and
        ours may go."""
        assert self._inbox is not None
        try:
            while True:
                stream = await connection.accept_bi()
                if not await self._is_expected(sender):
                    break
                await line.room.acquire()
                self._spawn(self._receive(stream, sender, self._inbox, line.room))
        except iroh_ffi.IrohError as error:
            log.debug("peer_connection_ended", kind=str(error.kind()))
        finally:
            line.lost(connection)
            if line.idle and self._lines.get(sender) is line:
                del self._lines[sender]

    async def _receive(self, stream: Any, sender: NodeId, inbox: Inbox, room: asyncio.Semaphore) -> None:
        """One packet: lengths are checked before its bytes are read."""
        try:
            async with asyncio.timeout(TRANSFER_SECONDS):
                reply = await _take(stream.recv(), sender, inbox, self._most_payload_bytes())
            await stream.send().write_all(to_msgpack(reply))
            await stream.send().finish()
        except (iroh_ffi.IrohError, TimeoutError) as error:
            log.info("packet_not_received", sender=sender[:8], error=type(error).__name__)
        finally:
            room.release()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _take(stream: Any, sender: NodeId, inbox: Inbox, most_payload_bytes: int) -> PacketReply:
    try:
        prefix = await stream.read_exact(PREFIX_BYTES)
        packet = prefix + await stream.read_exact(read_prefix(prefix, most_payload_bytes).rest_bytes)
    except ProtocolError as error:
        return Declined(error.code, error.title)
    except iroh_ffi.IrohError:
        return Declined(MalformedMessage.code, "A packet ends before its announced length.")
    return await inbox(packet, sender)


async def _while_it_moves(connection: Any, exchange: Coroutine[Any, Any, PacketReply]) -> PacketReply:
    """The answer; raises TimeoutError once nothing has gone out or come back for REPLY_SECONDS."""
    task, until = asyncio.ensure_future(exchange), time.monotonic() + TRANSFER_SECONDS
    try:
        moving = True
        while moving and time.monotonic() < until:
            before = connection.stats()
            done, _ = await asyncio.wait({task}, timeout=REPLY_SECONDS)
            if done:
                return task.result()
            after = connection.stats()
            answered = after.udp_rx_datagrams > before.udp_rx_datagrams
            moving = answered and after.udp_tx_bytes - before.udp_tx_bytes > MOVING_BYTES
        raise TimeoutError
    finally:
        task.cancel()


async def _exchange(connection: Any, packet: bytes) -> PacketReply:
    stream = await connection.open_bi()
    await stream.send().write_all(packet)
    await stream.send().finish()
    reply: PacketReply = from_msgpack(await stream.recv().read_to_end(REPLY_LIMIT_BYTES), PacketReply)
    return reply
