"""A carrier within one process: for tests, benchmarks and simulations."""

from collections.abc import Callable

from engine.carriers.base import Inbox, PeerUnreachable
from protocol.keys import NodeId
from protocol.miner_events import PeerEntry
from protocol.packets import PacketReply


class MemoryNetwork:
    """Who can be reached. `broken` decides per packet (sender, receiver) whether it is lost."""

    def __init__(self) -> None:
        self.inboxes: dict[NodeId, Inbox] = {}
        self.broken: Callable[[NodeId, NodeId], bool] = lambda _sender, _receiver: False
        self.bytes_sent = 0


class MemoryCarrier:
    """One node's end of a MemoryNetwork."""

    name = "memory"

    def __init__(self, network: MemoryNetwork, node: NodeId) -> None:
        self._network = network
        self._node = node

    @property
    def addresses(self) -> tuple[str, ...]:
        return ("memory",)

    async def open(self, inbox: Inbox) -> None:
        self._network.inboxes[self._node] = inbox

    async def send(self, peer: PeerEntry, packet: bytes) -> PacketReply:
        inbox = self._network.inboxes.get(peer.node)
        if inbox is None or self._network.broken(self._node, peer.node):
            raise PeerUnreachable("A peer is gone.")
        self._network.bytes_sent += len(packet)
        return await inbox(packet, self._node)

    def answers(self, peer: PeerEntry) -> bool:
        return True

    def onward_seconds(self, peer: PeerEntry, size_bytes: int) -> float:
        return 0.0

    def forget(self, node: NodeId) -> None:
        pass

    async def close(self) -> None:
        self._network.inboxes.pop(self._node, None)
