import itertools
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from swarm.partitions import draw_mergers, draw_seed, drawn_for_sample, reassign, split


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 5000), st.integers(1, 12), st.integers(1, 300))
def test_partitions_are_whole_tiles_that_cover_the_vector(numbers: int, partitions: int, tile: int) -> None:
    parts = split(numbers, partitions, tile)
    assert 1 <= len(parts) <= partitions
    assert parts[0].start == 0
    assert parts[-1].end == numbers
    assert all(left.end == right.start for left, right in itertools.pairwise(parts))
    assert all(part.start == part.first_tile * tile and part.numbers > 0 for part in parts)
    assert all(part.tiles == -(-part.numbers // tile) for part in parts)
    assert max(part.tiles for part in parts) - min(part.tiles for part in parts) <= 1


_hashes = st.lists(st.binary(min_size=4, max_size=4).map(bytes.hex), min_size=1, max_size=6)


@settings(max_examples=50, deadline=None)
@given(_hashes, st.binary(max_size=32), st.integers(1, 9), st.integers(1, 12), st.integers(1, 4), st.randoms())
def test_mergers_differ_share_the_load_and_do_not_depend_on_order(
    hashes: list[str], nonce: bytes, miners: int, partitions: int, wanted: int, random: object
) -> None:
    nodes = [f"{place:064x}" for place in range(miners)]
    drawn = [draw_mergers(hashes, nonce, nodes, partition, wanted) for partition in range(partitions)]
    load = Counter(node for row in drawn for node in row)
    for row in drawn:
        assert len(row) == len(set(row)) == min(wanted, miners)
    assert max(load.values()) - min(load.get(node, 0) for node in nodes) <= 1
    random.shuffle(hashes)  # type: ignore[attr-defined]
    random.shuffle(nodes)  # type: ignore[attr-defined]
    assert drawn == [draw_mergers(hashes, nonce, nodes, partition, wanted) for partition in range(partitions)]


def test_two_of_two_and_one_of_one_merge() -> None:
    assert set(draw_mergers(["aa"], b"n", ["x", "y"], 3, 3)) == {"x", "y"}
    assert draw_mergers(["aa"], b"n", ["x"], 3, 3) == ("x",)
    assert draw_mergers(["aa"], b"n", [], 3, 3) == ()


def test_nobody_can_choose_their_merger_without_the_nonce() -> None:
    """Whatever hash a miner commits, under unknown nonces each of ten miners merges its partition about as often."""
    miners = [f"{place:064x}" for place in range(10)]
    for committed in ("00", "ff"):
        drawn = Counter(draw_mergers([committed], bytes([n // 256, n % 256]), miners, 0, 1)[0] for n in range(3000))
        assert len(drawn) == 10
        assert all(200 < times < 400 for times in drawn.values())
    assert draw_seed(["a", "b"], b"1") != draw_seed(["a", "b"], b"2")
    assert draw_seed(["a", "b"], b"1") != draw_seed(["ab"], b"1")


@settings(max_examples=30, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9)))
def test_a_replacement_is_alive_and_unused(seed: bytes, alive: set[int], used: set[int]) -> None:
    names = [str(place) for place in alive]
    found = reassign(seed, 2, names, map(str, used))
    assert found == reassign(seed, 2, reversed(names), map(str, used))
    if alive - used:
        assert int(str(found)) in alive - used
    else:
        assert found is None


def test_the_least_loaded_replaces() -> None:
    assert reassign(bytes(32), 0, ["a", "b", "c"], ["a"], {"b": 2, "c": 1}) == "c"


def test_samples_are_drawn_at_their_share() -> None:
    drawn = sum(drawn_for_sample(draw_seed([str(n)], b""), n % 4, 0.1) for n in range(2000))
    assert 140 < drawn < 260
    assert not drawn_for_sample(bytes(32), 0, 0.0)
    assert drawn_for_sample(bytes(32), 0, 1.0)
