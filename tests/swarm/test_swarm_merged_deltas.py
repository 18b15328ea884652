import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.errors import MalformedMessage
from swarm import merged_deltas
from swarm.merged_deltas import delta_from_bytes, delta_of, delta_to_bytes, largest_size, rounded
from swarm.partitions import split

_int32 = st.one_of(st.integers(-(2**31), 2**31 - 1), st.integers(-300, 300), st.just(0))
_deltas = st.lists(_int32, min_size=1, max_size=60)


@settings(max_examples=80, deadline=None)
@given(_deltas, st.integers(1, 20))
def test_rounding_is_what_unbounded_integers_give(numbers: list[int], tile: int) -> None:
    merged = rounded(np.array(numbers, np.int32), tile)
    back = delta_of(merged)
    for place, number in enumerate(numbers):
        own = numbers[place // tile * tile : (place // tile + 1) * tile]
        scale = -(-max(abs(one) for one in own) // 127)
        assert int(merged.scales[place // tile]) == scale
        floor, rest = divmod(number, max(1, scale))
        code = floor + (2 * rest > scale or (2 * rest == scale and floor % 2 == 1)) if scale else 0
        assert int(merged.codes[place]) == code
        assert int(back[place]) == max(-(2**31), min(2**31 - 1, code * scale))


@settings(max_examples=60, deadline=None)
@given(_deltas, st.integers(1, 20), st.integers(1, 5))
def test_a_delta_travels_whole_and_a_partition_is_that_part_of_it(
    numbers: list[int], tile: int, partitions: int
) -> None:
    delta = np.array(numbers, np.int32)
    whole = delta_of(rounded(delta, tile))
    for part in split(delta.size, partitions, tile):
        data = delta_to_bytes(rounded(delta[part.start : part.end], tile))
        assert len(data) <= largest_size(part.numbers, tile)
        back = delta_from_bytes(data, part.numbers, tile)
        assert np.array_equal(delta_of(back), whole[part.start : part.end])
        assert delta_to_bytes(back) == data


def test_of_a_sparse_delta_only_what_is_there_travels() -> None:
    delta = np.zeros(4096, np.int32)
    delta[::64] = 1000
    data = delta_to_bytes(rounded(delta, 4096))
    assert len(data) == 1 + 4 + 512 + 64
    assert np.array_equal(delta_of(delta_from_bytes(data, 4096, 4096)), delta_of(rounded(delta, 4096)))


def test_chunks_leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    delta = np.random.default_rng(1).integers(-(2**20), 2**20, 1001).astype(np.int32)
    data, whole = delta_to_bytes(rounded(delta, 16)), delta_of(rounded(delta, 16))
    monkeypatch.setattr(merged_deltas, "_CHUNK_NUMBERS", 48)
    assert delta_to_bytes(rounded(delta, 16)) == data
    assert np.array_equal(delta_of(rounded(delta, 16)), whole)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=40), st.integers(1, 20), st.integers(1, 8))
def test_foreign_bytes_are_read_or_refused(data: bytes, numbers: int, tile: int) -> None:
    try:
        delta = delta_from_bytes(data, numbers, tile)
    except MalformedMessage:
        return
    assert delta_of(delta).shape == (numbers,)


def test_results_no_honest_merger_sends_are_refused() -> None:
    good = delta_to_bytes(rounded(np.arange(16, dtype=np.int32), 8))
    negative_scale = good[:1] + b"\xff" * 4 + good[5:]
    for bad in (b"", b"\2" + good[1:], good[:-1], good + b"\0", negative_scale, good[:-1] + b"\x80"):
        with pytest.raises(MalformedMessage):
            delta_from_bytes(bad, 16, 8)
