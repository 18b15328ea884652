"""Packets over iroh (QUIC): one connection per peer, one stream per packet, the reply on the same stream.

The endpoint's identity is the node key, so what `remote_id` says needs no further proof.
"""

import asyncio
import ctypes
from collections.abc import Coroutine
from ipaddress import ip_address
from socket import AddressFamily
from typing import Any, Final

import psutil
import structlog
from iroh import iroh_ffi

from engine.carriers.base import Inbox, PeerUnreachable
from protocol.errors import LocalError, MalformedMessage, ProtocolError
from protocol.keys import NodeId, NodeKey
from protocol.miner_events import PeerEntry
from protocol.packets import PREFIX_BYTES, REPLY_LIMIT_BYTES, Declined, PacketReply, read_prefix
from protocol.wire import from_msgpack, to_msgpack

log = structlog.get_logger(__name__)

ALPN: Final = b"train-at-home/packet/1"
CONNECT_SECONDS: Final = 5.0
"""iroh itself gives up on a dead port after 30 s, which is far too late for a pipeline."""
REPLY_SECONDS: Final = 10.0
STREAMS_AT_ONCE: Final = 64
CLOSED_BY_US: Final = 0


def quicken_writer() -> None:
    """WORKAROUND(iroh 1.2.0): the binding copies outgoing bytes one at a time in Python, 4 MB/s; memmove instead.

    Only the writer's body is replaced, and only if its buffer still looks as it did when this was written.
    """
    builder = iroh_ffi._UniffiRustBufferBuilder
    probe = builder()
    fits = hasattr(probe, "_reserve") and hasattr(probe.rbuf, "data") and hasattr(probe.rbuf, "len")
    probe.discard()
    if not fits:
        log.warning("iroh_writer_unknown", advice="packets are sent slowly; update the program")
        return

    def write(self: Any, value: bytes) -> None:
        data = value if isinstance(value, bytes) else bytes(value)
        with self._reserve(len(data)):
            if data:
                ctypes.memmove(ctypes.addressof(self.rbuf.data.contents) + self.rbuf.len, data, len(data))

    slow = builder.write
    builder.write = write  # type: ignore[method-assign]
    if not _writes_faithfully(builder):
        builder.write = slow  # type: ignore[method-assign]
        log.warning("iroh_writer_unfaithful", advice="packets are sent slowly; update the program")


def _writes_faithfully(builder: Any) -> bool:
    """The self-test: odd lengths, empty input and growth give back the bytes that went in."""
    parts = (b"", b"\x00\xff", bytes(range(256)) * 5, b"end")
    probe = builder()
    for part in parts:
        probe.write(part)
    written = ctypes.string_at(probe.rbuf.data, probe.rbuf.len)
    probe.discard()
    return written == b"".join(parts)


class IrohCarrier:
    """An iroh endpoint of its own, bound to `bind_address` ("ip:port", port 0 for a free one)."""

    name = "iroh"

    def __init__(self, key: NodeKey, bind_address: str) -> None:
        self._key = key
        self._bind_address = bind_address
        self._endpoint: Any = None
        self._connections: dict[NodeId, asyncio.Task[Any]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.addresses: tuple[str, ...] = ()

    async def open(self, inbox: Inbox) -> None:
        """Raises LocalError if the address can't be bound."""
        quicken_writer()
        options = iroh_ffi.EndpointOptions(
            preset=iroh_ffi.preset_minimal(),
            bind_addr=self._bind_address,
            secret_key=self._key.secret,
            alpns=[ALPN],
            relay_mode=iroh_ffi.RelayMode.disabled(),
        )
        try:
            self._endpoint = await iroh_ffi.Endpoint.bind(options)
        except iroh_ffi.IrohError as error:
            raise LocalError(
                f"No connection can be opened at {self._bind_address}.", f"Choose another port. ({error.message()})"
            ) from error
        self.addresses = _reachable(self._endpoint.bound_sockets())
        self._spawn(self._accept(inbox))

    async def send(self, peer: PeerEntry, packet: bytes) -> PacketReply:
        task = self._connecting(peer)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                connection = await asyncio.shield(task)
            async with asyncio.timeout(REPLY_SECONDS):
                return await _exchange(connection, packet)
        except iroh_ffi.IrohError as error:
            self._forget(peer.node, task)
            raise PeerUnreachable("A peer's connection broke.", error.message()) from error
        except TimeoutError as error:
            self._forget(peer.node, task)
            raise PeerUnreachable("A peer did not answer in time.") from error
        except MalformedMessage as error:
            raise PeerUnreachable("A peer's answer can't be read.", error.title) from error
        except asyncio.CancelledError:
            # Another packet's failure may have given up the connection that this one was waiting for.
            if _is_being_cancelled() or not task.cancelled():
                raise
            raise PeerUnreachable("A peer's connection was given up.") from None

    def forget(self, node: NodeId) -> None:
        task = self._connections.get(node)
        if task is not None:
            self._forget(node, task)

    def _forget(self, node: NodeId, task: asyncio.Task[Any]) -> None:
        """Close this connection; a newer one to the same node, made by another packet's retry, stays."""
        if self._connections.get(node) is not task:
            return
        del self._connections[node]
        if task.done() and not task.cancelled() and task.exception() is None:
            task.result().close(CLOSED_BY_US, b"")
        else:
            task.cancel()

    async def close(self) -> None:
        for node in list(self._connections):
            self.forget(node)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._endpoint is not None:
            await self._endpoint.close()

    def _connecting(self, peer: PeerEntry) -> asyncio.Task[Any]:
        task = self._connections.get(peer.node)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = asyncio.create_task(self._connect(peer))
            self._connections[peer.node] = task
        return task

    async def _connect(self, peer: PeerEntry) -> Any:
        addresses = [address for address in peer.addresses if _is_dialable(address)]
        target = iroh_ffi.EndpointAddr(iroh_ffi.EndpointId.from_string(peer.node), None, addresses)
        return await self._endpoint.connect(target, ALPN)

    async def _accept(self, inbox: Inbox) -> None:
        while (incoming := await self._endpoint.accept_next()) is not None:
            self._spawn(self._serve(incoming, inbox))

    async def _serve(self, incoming: Any, inbox: Inbox) -> None:
        """One peer's connection, until it closes."""
        room = asyncio.Semaphore(STREAMS_AT_ONCE)
        try:
            connection = await (await incoming.accept()).connect()
            sender = str(connection.remote_id())
            while True:
                stream = await connection.accept_bi()
                await room.acquire()
                self._spawn(self._receive(stream, sender, inbox, room))
        except iroh_ffi.IrohError as error:
            log.debug("peer_connection_ended", kind=str(error.kind()))

    async def _receive(self, stream: Any, sender: NodeId, inbox: Inbox, room: asyncio.Semaphore) -> None:
        """One packet: lengths are checked before its bytes are read."""
        try:
            async with asyncio.timeout(REPLY_SECONDS):
                reply = await _take(stream.recv(), sender, inbox)
            await stream.send().write_all(to_msgpack(reply))
            await stream.send().finish()
        except (iroh_ffi.IrohError, TimeoutError) as error:
            log.info("packet_not_received", sender=sender[:8], error=type(error).__name__)
        finally:
            room.release()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _is_being_cancelled() -> bool:
    """Whether it is this very task that somebody wants to end."""
    current = asyncio.current_task()
    return current is not None and current.cancelling() > 0


async def _take(stream: Any, sender: NodeId, inbox: Inbox) -> PacketReply:
    try:
        prefix = await stream.read_exact(PREFIX_BYTES)
        packet = prefix + await stream.read_exact(read_prefix(prefix).rest_bytes)
    except ProtocolError as error:
        return Declined(error.code, error.title)
    except iroh_ffi.IrohError:
        return Declined(MalformedMessage.code, "A packet ends before its announced length.")
    return await inbox(packet, sender)


async def _exchange(connection: Any, packet: bytes) -> PacketReply:
    stream = await connection.open_bi()
    await stream.send().write_all(packet)
    await stream.send().finish()
    reply: PacketReply = from_msgpack(await stream.recv().read_to_end(REPLY_LIMIT_BYTES), PacketReply)
    return reply


def _reachable(sockets: list[str]) -> tuple[str, ...]:
    """IPv4 sockets as others can dial them; a wildcard stands for every address that this computer has."""
    found: list[str] = []
    for bound in sockets:
        host, _, port = bound.rpartition(":")
        if host == "0.0.0.0":
            found += [f"{address}:{port}" for address in _own_addresses()]
        elif not host.startswith("["):
            found.append(bound)
    return tuple(found)


def _own_addresses() -> list[str]:
    """IPv4 addresses of all interfaces, those that another computer may reach first."""
    addresses = [
        ip_address(each.address)
        for interface in psutil.net_if_addrs().values()
        for each in interface
        if each.family is AddressFamily.AF_INET
    ]
    useful = [address for address in addresses if not address.is_link_local]
    return [str(address) for address in sorted(useful, key=lambda address: address.is_loopback)]


def _is_dialable(address: str) -> bool:
    """iroh refuses a whole list for one address that it can't read."""
    host, _, port = address.rpartition(":")
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return port.isascii() and port.isdigit() and 0 < int(port) < 65536
