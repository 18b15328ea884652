"""Who gets a sender's packets: its own order, the same after each of its restarts."""

from pathlib import Path

from engine.carriers.memory import MemoryNetwork
from engine.pipeline.peers import Peers
from protocol.keys import NodeKey
from protocol.miner_events import PeerEntry, RoutingTable
from protocol.runs import CodecSpec
from tests.engine.small_swarm import Node, small_run

ENTRIES = tuple(PeerEntry(node=f"{number:064x}", addresses=("a",), rate=1.0) for number in range(12))


def choices(peers: Peers, packets: int = 4) -> tuple[str, ...]:
    chosen = (peers.choose(0.0, 0, set(), {}) for _ in range(packets))
    return tuple(peer.node for peer in chosen if peer is not None)


def a_sender(number: int) -> Peers:
    peers = Peers(NodeKey(bytes([number + 1]) * 32).node_id)
    peers.set_table(ENTRIES, ())
    return peers


def test_senders_do_not_all_give_their_first_packets_to_the_same_peers() -> None:
    firsts = [choices(a_sender(number)) for number in range(24)]
    assert len(set(firsts)) == 24
    assert all(sum(first[0] == entry.node for first in firsts) <= 8 for entry in ENTRIES)


def test_a_sender_that_starts_anew_chooses_as_before() -> None:
    assert choices(a_sender(3), 30) == choices(a_sender(3), 30)


def test_a_peer_that_comes_back_at_another_address_is_a_newcomer() -> None:
    """Its last process was killed: that nobody could reach it, and how often they tried, says nothing of this one."""
    peers, back = a_sender(0), ENTRIES[0]
    for _ in range(8):
        peers.failed(back.node, now=0.0)
    everybody_else = {entry.node for entry in ENTRIES[1:]}
    assert peers.choose(30.0, 0, everybody_else, {}) is None
    peers.set_table(ENTRIES, ())
    assert peers.choose(30.0, 0, everybody_else, {}) is None
    moved = PeerEntry(node=back.node, addresses=("b",), rate=1.0)
    assert peers.set_table((moved, *ENTRIES[1:]), ()) == {back.node}
    assert peers.unreachable == set()
    assert peers.choose(30.0, 0, everybody_else, {}) == moved


async def test_each_miners_stage_chooses_in_an_order_of_its_own(tmp_path: Path) -> None:
    run, network = small_run(2, CodecSpec("raw32", 32), 4), MemoryNetwork()
    nodes = [Node(run, 0, number, network, tmp_path) for number in range(6)]
    for node in nodes:
        node.stage.set_table(RoutingTable(version=1, stages=((), ENTRIES)))
    firsts = [choices(node.stage.peers) for node in nodes]
    assert len(set(firsts)) == len(nodes)
    assert firsts[0] == choices(a_sender(0))
    for node in nodes:
        await node.close()
