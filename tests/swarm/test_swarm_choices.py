from collections.abc import Sequence
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from protocol.miner_events import PeerEntry
from swarm.choices import ChoiceBook, favoured, noted
from swarm.routing import Load, RouterState, answered, candidates, choose, failed, with_table


def _honest(rates: Sequence[float], seed: int, packets: int, dead: int | None = None) -> ChoiceBook:
    """What the orchestrator sees of an honest sender that asks, is answered late, and may find one peer dead."""
    rng, book = Random(seed), ChoiceBook()
    table = {f"{place:064x}": rate for place, rate in enumerate(rates)}
    state = with_table(
        RouterState(seed=seed), [PeerEntry(node=node, addresses=(), rate=rate) for node, rate in table.items()]
    )
    now, excused = 0.0, frozenset[str]()
    given: list[str] = []
    while len(given) < packets:
        now += rng.random()
        asked = {
            node: Load(rng.randrange(9), rng.randrange(5), rng.random() < 0.2) for node in candidates(state, now, 9)
        }
        node, state = choose(state, now, 9, asked=asked)
        if node is None:
            continue
        if dead is not None and node == f"{dead:064x}":
            state, excused = failed(state, node, now), frozenset({node})
            continue
        given.append(node)
        book = noted(book, node, table, excused)
        state = answered(state, node, now, rng.uniform(0.1, 3.0))
    return book


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.3, 3), min_size=1, max_size=8), st.integers(0, 10_000))
def test_an_honest_sender_is_never_found_to_favour_anybody(rates: list[float], seed: int) -> None:
    assert favoured(_honest(rates, seed, 400)) is None


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0.3, 3), min_size=2, max_size=6), st.integers(0, 10_000))
def test_nor_is_one_that_finds_a_peer_dead_and_says_so(rates: list[float], seed: int) -> None:
    assert favoured(_honest(rates, seed, 300, dead=0)) is None


@given(st.lists(st.floats(0.5, 2), min_size=3, max_size=8))
@example([1.21875, 0.5, 0.5])
def test_a_sender_that_feeds_only_its_friend_is_found_out(rates: list[float]) -> None:
    """Unless it is due so much, 0.547 of 400 packets, that all of them are no more than tolerance and chance."""
    table, book = {f"peer {place}": rate for place, rate in enumerate(rates)}, ChoiceBook()
    for _ in range(400):
        book = noted(book, "peer 0", table)
    assert favoured(book) == "peer 0" or rates[0] / sum(rates) > 0.547


def test_where_the_table_does_not_know_everybodys_rate_nothing_is_held_against_anybody() -> None:
    book = ChoiceBook()
    for _ in range(400):
        book = noted(book, "a", {"a": 1.0, "b": 0.0})
        book = noted(book, "stranger", {"a": 1.0, "b": 1.0})
    assert book == ChoiceBook()


def test_old_choices_fade() -> None:
    book = ChoiceBook()
    for _ in range(5000):
        book = noted(book, "a", {"a": 1.0, "b": 1.0})
    assert book.total <= 1001
    for _ in range(2000):
        book = noted(book, "b", {"a": 1.0, "b": 1.0})
    assert favoured(book) == "b"
