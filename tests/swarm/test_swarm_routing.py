from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.miner_events import PeerEntry
from swarm.routing import (
    LEAD,
    Load,
    RouterState,
    answered,
    candidates,
    choose,
    earliest_retry,
    failed,
    shares,
    with_table,
    withdrawn,
)


def _router(*rates: float, seed: int = 0) -> RouterState:
    entries = [PeerEntry(node=f"{place:064x}", addresses=(), rate=rate) for place, rate in enumerate(rates)]
    return with_table(RouterState(seed=seed), entries)


def _node(place: int) -> str:
    return f"{place:064x}"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=6), st.integers(0, 5))
def test_shares_follow_the_rates_of_the_table(rates: list[float], seed: int) -> None:
    state = _router(*rates, seed=seed)
    given_to: Counter[str] = Counter()
    for _ in range(600):
        node, state = choose(state, 0.0, 1000)
        assert node is not None
        state = withdrawn(state, node)
        given_to[node] += 1
    for place, rate in enumerate(rates):
        assert abs(given_to[_node(place)] - 600 * rate / sum(rates)) <= 2 + len(rates)


def test_shares_follow_what_is_measured_while_the_table_knows_no_rates() -> None:
    state, now = _router(0.0, 0.0), 0.0
    given_to: Counter[str] = Counter()
    for _ in range(300):
        node, state = choose(state, now, 1000)
        assert node is not None
        duration = 0.1 if node == _node(0) else 0.4
        now += duration
        state = answered(state, node, now, duration)
        given_to[node] += 1
    assert 0.7 < given_to[_node(0)] / 300 < 0.85
    assert abs(shares(state, now)[_node(0)] - 0.8) < 0.01


def test_a_way_without_a_rate_any_more_is_not_charged_for_its_bytes_twice() -> None:
    """Where all packets are alike their whole time counts as the round trip, and no rate can be told."""
    state = answered(_router(1.0), _node(0), 1.0, 1.0, round_trip_seconds=0.1, bytes_per_second=5000.0)
    state = answered(state, _node(0), 2.0, 1.0)
    assert state.peers[_node(0)].bytes_per_second == 5000.0, "nothing new is known of the way"
    for second in range(3, 60):
        state = answered(state, _node(0), second, 1.0, round_trip_seconds=0.3, bytes_per_second=None)
    assert state.peers[_node(0)].bytes_per_second is None
    assert abs(state.peers[_node(0)].round_trip_seconds - 0.3) < 0.001


def test_what_lies_behind_a_peer_does_not_change_the_share_that_its_table_gives_it() -> None:
    state, now = _router(1.0, 3.0), 0.0
    for _ in range(40):
        node, state = choose(state, now, 1000)
        now += 5.0
        state = answered(state, str(node), now, 5.0)
    assert abs(shares(state, now)[_node(1)] - 0.75) < 0.01


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.5, 4), min_size=2, max_size=6), st.integers(0, 999))
def test_shares_follow_the_rates_whatever_candidates_say(rates: list[float], seed: int) -> None:
    state, given_to, say = _router(*rates, seed=seed), Counter[str](), Random(seed)
    for _ in range(600):
        asked = {node: Load(say.randrange(9), say.randrange(5), say.random() < 0.2) for node in candidates(state, 0, 9)}
        node, state = choose(state, 0.0, 9, asked=asked)
        assert node is not None
        state = withdrawn(state, node)
        given_to[node] += 1
    for place, rate in enumerate(rates):
        assert abs(given_to[_node(place)] - 600 * rate / sum(rates)) <= (2 + len(rates)) * (1 + LEAD)


def test_of_those_asked_the_one_that_should_be_done_first_is_taken() -> None:
    state = _router(1.0, 1.0, 2.0)
    assert set(candidates(state, 0.0, 10)) == {_node(0), _node(1), _node(2)}
    asked = {_node(0): Load(3), _node(1): Load(1, held=1), _node(2): Load(3)}
    assert choose(state, 0.0, 10, asked=asked)[0] == _node(2)
    asked[_node(2)] = Load(3, full=True)
    assert choose(state, 0.0, 10, asked=asked)[0] == _node(1)
    assert choose(state, 0.0, 10, frozenset({_node(1)}), asked)[0] == _node(2)


def test_a_peer_that_is_far_ahead_of_its_share_is_neither_asked_nor_taken() -> None:
    state = _router(1.0, 1.0)
    for _ in range(20):
        node, state = choose(state, 0.0, 10, asked={_node(0): Load(50), _node(1): Load(0)})
        state = withdrawn(state, str(node))
    assert abs(state.peers[_node(0)].finish - state.peers[_node(1)].finish) <= LEAD + 1
    lagging = _router(1.0, 1.0)
    for _ in range(10):
        _, lagging = choose(lagging, 0.0, 10, frozenset({_node(0)}))
    assert candidates(lagging, 0.0, 10) == ()
    assert choose(lagging, 0.0, 10, asked={_node(0): Load(50), _node(1): Load(0)})[0] == _node(0)


def test_senders_do_not_greet_a_newcomer_all_at_once() -> None:
    entries = [PeerEntry(node=_node(place), addresses=(), rate=1.0) for place in range(9)]
    first_packets = []
    for seed in range(40):
        state = with_table(RouterState(seed=seed), entries[:8])
        for _ in range(80):
            node, state = choose(state, 0.0, 10)
            state = withdrawn(state, str(node))
        node, _ = choose(with_table(state, entries), 0.0, 10)
        first_packets.append(node)
    assert first_packets.count(_node(8)) < 20


def test_waiting_in_the_peers_queue_is_not_held_against_it() -> None:
    state = _router(1.0)
    for _ in range(4):
        _, state = choose(state, 0.0, 1000)
    for place in range(4):  # four packets at once, each 0.5 s of service one after another
        state = answered(state, _node(0), 0.5 * (place + 1), duration_seconds=0.5 * (place + 1))
    assert state.peers[_node(0)].service_seconds == 0.5
    assert state.peers[_node(0)].queue == 0


def test_a_near_peer_is_taken_before_a_far_one_of_the_same_rate() -> None:
    state = _router(1.0, 1.0)
    state = answered(state, _node(0), 1.0, 1.0, round_trip_seconds=0.2, bytes_per_second=1e6)
    state = answered(state, _node(1), 1.0, 1.0, round_trip_seconds=0.01, bytes_per_second=1e6)
    assert choose(state, 2.0, 1000)[0] == _node(1)


def test_a_failing_peer_is_banned_for_twice_as_long_each_time_up_to_a_minute() -> None:
    state, now, bans = _router(1.0, 1.0), 0.0, []
    for _ in range(8):
        state = failed(state, _node(0), now)
        until = state.peers[_node(0)].banned_until
        bans.append(until - now)
        assert choose(state, now, 10)[0] == _node(1)
        now = until
    assert bans == [1, 2, 4, 8, 16, 32, 60, 60]
    state = answered(state, _node(0), now, 0.1)
    state = failed(state, _node(0), now)
    assert state.peers[_node(0)].banned_until == now + 1


def test_when_all_fail_nobody_is_chosen_and_the_earliest_retry_is_known() -> None:
    state = _router(1.0, 1.0)
    assert earliest_retry(RouterState(), 0.0) is None
    state = failed(failed(failed(state, _node(0), 10.0), _node(0), 10.0), _node(1), 10.5)
    node, same = choose(state, 11.0, 10)
    assert node is None
    assert same is state
    assert earliest_retry(state, 11.0) == 11.5
    assert choose(state, 11.5, 10)[0] == _node(1)


def test_a_peer_back_from_its_ban_gets_its_share_and_no_burst() -> None:
    state = failed(_router(1.0, 1.0), _node(0), 0.0)
    for _ in range(100):
        node, state = choose(state, 0.5, 10)
        assert node == _node(1)
        state = withdrawn(state, _node(1))
    chosen = []
    for _ in range(10):
        node, state = choose(state, 1.0, 10)
        chosen.append(node)
        state = withdrawn(state, str(node))
    assert 4 <= chosen.count(_node(0)) <= 6


def test_a_silent_peer_loses_its_share_before_it_fails() -> None:
    state = _router(1.0, 1.0)
    first, state = choose(state, 0.0, 10)
    chosen = []
    for second in range(2, 40):
        node, state = choose(state, float(second), 10, frozenset())
        assert node is not None
        chosen.append(node)
        if node != first:
            state = answered(state, node, second + 0.9, 0.9)
    assert chosen.count(str(first)) < 8


def test_a_new_table_keeps_what_was_measured_and_lets_newcomers_in_without_a_burst() -> None:
    state = _router(1.0, 2.0)
    for _ in range(50):
        node, state = choose(state, 0.0, 10)
        state = answered(state, str(node), 0.0, 0.5)
    entries = [PeerEntry(node=_node(1), addresses=(), rate=3.0), PeerEntry(node=_node(7), addresses=(), rate=2.0)]
    renewed = with_table(state, entries)
    assert set(renewed.peers) == {_node(1), _node(7)}
    assert renewed.peers[_node(1)].service_seconds == state.peers[_node(1)].service_seconds
    assert renewed.peers[_node(7)].finish >= min(peer.finish for peer in state.peers.values())
    assert choose(renewed, 0.0, 10, frozenset({_node(7)}))[0] == _node(1)


def test_equal_peers_are_told_apart_by_the_senders_seed() -> None:
    firsts = {choose(_router(1.0, 1.0, 1.0, seed=seed), 0.0, 10)[0] for seed in range(20)}
    assert len(firsts) == 3
