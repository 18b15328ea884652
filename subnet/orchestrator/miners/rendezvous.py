"""The orchestrator's own QUIC endpoint: miners keep a connection to it, and it sees where they come from.

Nothing travels over these connections. QUIC's handshake proves the node id; one that no miner has registered is let go.
"""

import asyncio
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

import structlog
from iroh import iroh_ffi

from protocol import orchestrator_api as api
from protocol.errors import LocalError
from protocol.keys import NodeId, NodeKey
from protocol.sockets import Socket, read_socket, sockets_to_bind
from subnet.orchestrator.miners.meetings import Meetings
from subnet.orchestrator.storage.store import load_secret

KEY_FILE: Final = "rendezvous_key"
LOOK_AGAIN_SECONDS: Final = 15.0
"""A laptop that moves to another network keeps its connection and changes its address."""
UNKNOWN_NODE: Final = 1

Moved = Callable[[NodeId], Awaitable[bool]]
"""A node has appeared or moved: tell those whom it concerns. False if it is no registered miner."""

_log = structlog.get_logger()


class Rendezvous:
    """One per orchestrator process; `serve` is its life."""

    def __init__(self, endpoint: Any, key: NodeKey, port: int, meetings: Meetings) -> None:
        self._endpoint = endpoint
        self._current: dict[NodeId, Any] = {}
        self.meetings = meetings
        self.announced = api.Rendezvous(node=key.node_id, port=port)

    @classmethod
    async def open(cls, folder: Path, host: str, port: int) -> "Rendezvous":
        """At this UDP port, or any other if it is taken; raises LocalError if there is none to be had."""
        folder.mkdir(parents=True, exist_ok=True)
        key = NodeKey(await asyncio.to_thread(load_secret, folder / KEY_FILE))
        address = ip_address(host)
        try:
            endpoint = await _bind(key, Socket(address, port))
        except iroh_ffi.IrohError:
            try:
                endpoint = await _bind(key, Socket(address, 0))
            except iroh_ffi.IrohError as error:
                raise LocalError(f"No UDP port of {host} can be used.", f"({error.message()})") from error
        bound = [read_socket(each) for each in endpoint.bound_sockets()]
        return cls(endpoint, key, next(one.port for one in bound if one.host.version == address.version), Meetings())

    async def serve(self, moved: Moved) -> None:
        """Until cancelled."""
        tasks: set[asyncio.Task[None]] = set()
        try:
            while (incoming := await self._endpoint.accept_next()) is not None:
                task = asyncio.create_task(self._keep(incoming, moved))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        await self._endpoint.close()

    async def _keep(self, incoming: Any, moved: Moved) -> None:
        """One miner's connection, until it closes."""
        try:
            connection = await (await incoming.accept()).connect()
        except iroh_ffi.IrohError as error:
            _log.debug("meeting_failed", kind=str(error.kind()))
            return
        node = str(connection.remote_id())
        if not await moved(node):
            connection.close(UNKNOWN_NODE, b"not registered")
            return
        self._current[node] = connection
        try:
            await self._watch(node, connection, moved)
        finally:
            if self._current.get(node) is connection:
                del self._current[node]
                self.meetings.gone(node)

    async def _watch(self, node: NodeId, connection: Any, moved: Moved) -> None:
        closed = asyncio.ensure_future(connection.closed())
        try:
            while not closed.done():
                address = _outside(connection)
                if address is not None and self._current.get(node) is connection and self.meetings.seen(node, address):
                    await moved(node)
                await asyncio.wait({closed}, timeout=LOOK_AGAIN_SECONDS)
        finally:
            closed.cancel()


def _outside(connection: Any) -> str | None:
    """The address that the other end has for the world just now; None in the moment between two paths. IPv4 before
    IPv6, which routers leave as it is, so that the other end knows and tells it by itself."""
    paths = [path for path in connection.paths() if path.is_ip]
    paths.sort(key=lambda path: (str(path.remote_addr).startswith("["), not path.is_selected))
    return str(paths[0].remote_addr) if paths else None


async def _bind(key: NodeKey, asked: Socket) -> Any:
    """At `asked`, and for a wildcard at the same port of the other family, if this computer has that."""
    sockets = sockets_to_bind(str(asked))
    try:
        return await _bound(key, sockets)
    except iroh_ffi.IrohError:
        return await _bound(key, sockets[:1])


async def _bound(key: NodeKey, sockets: tuple[str, ...]) -> Any:
    make: Any = iroh_ffi.EndpointBuilder  # the binding does not say what its constructor returns
    builder = make()
    builder.apply_minimal()
    builder.relay_mode(iroh_ffi.RelayMode.disabled())
    builder.secret_key(key.secret)
    builder.alpns([api.RENDEZVOUS_ALPN])
    for each in sockets:
        builder.bind_addr(each)
    return await builder.bind()
