import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from protocol.errors import MalformedMessage
from swarm import merge_arithmetic as arithmetic
from swarm.merge_arithmetic import (
    DROPPED,
    from_fixed,
    merge,
    outer_fixed,
    outer_step,
    rounded_shift,
    to_fixed,
)
from swarm.partitions import split

_seeds = st.integers(0, 2**32 - 1)


def _uploads(seed: int, uploads: int, numbers: int, tile: int) -> tuple[list[NDArray[np.int8]], NDArray[np.int64]]:
    random = np.random.default_rng(seed)
    codes = [random.integers(-127, 128, numbers, dtype=np.int8) for _ in range(uploads)]
    coefficients = random.integers(0, arithmetic.COEFFICIENT_LIMIT + 1, (uploads, -(-numbers // tile)), dtype=np.int64)
    coefficients >>= random.integers(0, 40, coefficients.shape)
    return codes, coefficients


def test_fixed_point_rounds_half_to_even_and_saturates() -> None:
    quantum = 2.0**-24
    values = np.array([0.5 * quantum, 1.5 * quantum, -0.5 * quantum, 127.99, 128.0, -128.0, 1e30, -1e30], np.float32)
    expected = [0, 2, 0, round(float(np.float32(127.99)) * 2**24), 2**31 - 1, -(2**31), 2**31 - 1, -(2**31)]
    assert to_fixed(values).tolist() == expected
    for bad in (np.nan, np.inf, -np.inf):
        with pytest.raises(MalformedMessage):
            to_fixed(np.array([bad], np.float32))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-0.875, 0.875, width=32).filter(lambda x: x == 0 or abs(x) > 2**-7), max_size=20))
def test_weights_survive_fixed_point_within_a_quantum(values: list[float]) -> None:
    weights = np.array(values, np.float32)
    assert np.abs(from_fixed(to_fixed(weights)) - weights).max(initial=0) <= 2.0**-24


@settings(max_examples=50, deadline=None)
@given(st.integers(-(2**62), 2**62), st.integers(1, 40))
def test_the_one_rounding_is_to_nearest_with_halves_to_even(value: int, bits: int) -> None:
    floor, rest = divmod(value, 1 << bits)
    half = 1 << (bits - 1)
    expected = floor + (rest > half or (rest == half and floor % 2 == 1))
    assert int(rounded_shift(np.array([value]), bits)[0]) == expected


@settings(max_examples=25, deadline=None)
@given(_seeds, st.integers(1, 6), st.integers(1, 900), st.integers(1, 60), st.integers(1, 5), st.booleans())
def test_a_partition_is_that_part_of_the_whole(
    seed: int, uploads: int, numbers: int, tile: int, partitions: int, trimmed: bool
) -> None:
    codes, coefficients = _uploads(seed, uploads, numbers, tile)
    whole = merge(codes, coefficients, tile, trimmed)
    order = np.random.default_rng(seed).permutation(uploads)
    for part in split(numbers, partitions, tile):
        tiles = slice(part.first_tile, part.first_tile + part.tiles)
        own = [codes[row][part.start : part.end] for row in order]
        assert np.array_equal(merge(own, coefficients[order][:, tiles], tile, trimmed), whole[part.start : part.end])


def test_chunks_of_the_work_leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    codes, coefficients = _uploads(3, 5, 1000, 16)
    whole = merge(codes, coefficients, 16, True)
    state = outer_step(whole, whole[::-1].copy(), whole, outer_fixed(0.7), outer_fixed(0.6))
    monkeypatch.setattr(arithmetic, "_CHUNK_NUMBERS", 48)
    monkeypatch.setattr(arithmetic, "_STEP_NUMBERS", 7)
    again = outer_step(whole, whole[::-1].copy(), whole, outer_fixed(0.7), outer_fixed(0.6))
    assert all(np.array_equal(one, other) for one, other in zip(state, again, strict=True))
    assert np.array_equal(merge(codes, coefficients, 16, True), whole)


@settings(max_examples=25, deadline=None)
@given(_seeds, st.integers(1, 7), st.integers(1, 80), st.booleans())
def test_merge_is_what_unbounded_integers_give(seed: int, uploads: int, numbers: int, trimmed: bool) -> None:
    codes, coefficients = _uploads(seed, uploads, numbers, 8)
    if uploads > 2:
        coefficients[seed % uploads] = DROPPED
    kept = [row for row in range(uploads) if coefficients[row, 0] != DROPPED]
    merged = merge(codes, coefficients, 8, trimmed)
    trim = arithmetic.trim_count(len(kept)) if trimmed else 0
    for place in range(numbers):
        products = sorted(int(codes[row][place]) * int(coefficients[row, place // 8]) for row in kept)
        total = sum(products[trim : len(products) - trim])
        floor, rest = divmod(total, 2**16)
        rounded = floor + (rest > 2**15 or (rest == 2**15 and floor % 2 == 1))
        assert int(merged[place]) == max(-(2**31), min(2**31 - 1, rounded))


def test_the_largest_merge_does_not_overflow() -> None:
    bound = 128 * arithmetic.COEFFICIENT_LIMIT * arithmetic.UPLOAD_LIMIT
    assert bound <= 2**62
    codes = [np.full(3, 127, np.int8)] * 64
    coefficients = np.full((64, 1), arithmetic.COEFFICIENT_LIMIT)
    assert merge(codes, coefficients, 4).tolist() == [2**31 - 1] * 3


@pytest.mark.parametrize(
    "coefficients",
    [[[-2, 0]], [[2**40 + 1, 0]], [[DROPPED, 0]], [[1, 2, 3]], [[1, 2], [3, 4]]],
)
def test_coefficients_out_of_bounds_are_refused(coefficients: list[list[int]]) -> None:
    with pytest.raises(MalformedMessage):
        merge([np.ones(8, np.int8)], np.array(coefficients, np.int64), 4)


def _exact_outer_step(anchor: int, momentum: int, delta: int, rate: int, mu: int) -> tuple[int, int]:
    def shift(value: int) -> int:
        floor, rest = divmod(value, 1 << 16)
        return floor + (rest > 1 << 15 or (rest == 1 << 15 and floor % 2 == 1))

    def clip(value: int) -> int:
        return max(-(2**31), min(2**31 - 1, value))

    speed = clip(shift(momentum * mu) + delta) if mu else 0
    return clip(anchor + shift((delta + shift(speed * mu)) * rate)), speed


_int32 = st.integers(-(2**31), 2**31 - 1)
_factor = st.integers(0, arithmetic.OUTER_LIMIT)


@settings(max_examples=50, deadline=None)
@given(_int32, _int32, _int32, _factor, _factor)
def test_the_outer_step_is_what_unbounded_integers_give(
    anchor: int, momentum: int, delta: int, rate: int, mu: int
) -> None:
    anchors, momenta, deltas = (np.array([value], np.int32) for value in (anchor, momentum, delta))
    moved, speed = outer_step(anchors, momenta, deltas, rate, mu)
    assert (int(moved[0]), int(speed[0])) == _exact_outer_step(anchor, momentum, delta, rate, mu)
    assert moved.dtype == speed.dtype == np.int32


def test_the_outer_step_is_nesterovs() -> None:
    random = np.random.default_rng(0)
    anchor, momentum = np.zeros(50), np.zeros(50)
    fixed_anchor = fixed_momentum = np.zeros(50, np.int32)
    for _ in range(10):
        delta = random.normal(0, 1e-2, 50).astype(np.float32)
        momentum = 0.6 * momentum + delta
        anchor = anchor + 0.7 * (delta + 0.6 * momentum)
        fixed_anchor, fixed_momentum = outer_step(
            fixed_anchor, fixed_momentum, to_fixed(delta), outer_fixed(0.7), outer_fixed(0.6)
        )
    assert np.abs(from_fixed(fixed_anchor) - anchor).max() < 1e-5
    for factor in (-0.1, 2.1):
        with pytest.raises(ValueError, match="no outer"):
            outer_fixed(factor)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(_int32, _int32), max_size=20), st.integers(-3, 3))
def test_state_bytes_are_canonical_and_of_exact_length(pairs: list[tuple[int, int]], wrong: int) -> None:
    anchor = np.array([one for one, _ in pairs], np.int32)
    momentum = np.array([one for _, one in pairs], np.int32)
    data = arithmetic.state_bytes(anchor, momentum)
    assert data == b"".join(
        number.to_bytes(4, "little", signed=True)
        for number in (*anchor.tolist(), *(momentum.tolist() if momentum.any() else ()))
    )
    back = arithmetic.state_from_bytes(data, len(pairs))
    assert np.array_equal(back[0], anchor)
    assert np.array_equal(back[1], momentum)
    if len(pairs) + wrong >= 0 and len(data) not in arithmetic.state_sizes(len(pairs) + wrong):
        with pytest.raises(MalformedMessage):
            arithmetic.state_from_bytes(data, len(pairs) + wrong)
    assert arithmetic.fragment_hash([anchor]) == arithmetic.fragment_hash([anchor[:1], anchor[1:]])


def test_coefficients_travel_and_those_of_a_wrong_length_are_refused() -> None:
    _, coefficients = _uploads(9, 3, 100, 8)
    sent = arithmetic.coefficients_to_bytes(coefficients)
    assert np.array_equal(arithmetic.coefficients_from_bytes(sent, 3, 13), coefficients)
    with pytest.raises(MalformedMessage):
        arithmetic.coefficients_from_bytes(sent[:-8], 3, 13)
