import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.errors import MalformedMessage
from swarm.quantisation import (
    CODE_LIMIT,
    Bits,
    codes_from_bytes,
    codes_to_bytes,
    dequantise,
    quantise,
    scales_from_bytes,
    scales_to_bytes,
)

_bits = st.sampled_from([4, 8])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 700), st.integers(1, 300), _bits, st.floats(-12, 0))
def test_codes_residual_and_bytes_fit_together(seed: int, numbers: int, tile: int, bits: Bits, power: float) -> None:
    delta = (np.random.default_rng(seed).normal(size=numbers) * 10.0**power).astype(np.float32)
    upload, residual = quantise(delta, tile, bits)
    assert upload.codes.shape == delta.shape
    assert upload.scales.shape == (-(-numbers // tile),)
    assert np.abs(upload.codes).max(initial=0) <= CODE_LIMIT[bits]
    spread = np.repeat(upload.scales, tile)[:numbers]
    assert (np.abs(residual) <= spread * 0.5001).all()
    assert np.array_equal(dequantise(upload) + residual, dequantise(upload) + (delta - dequantise(upload)))
    data = codes_to_bytes(upload.codes, bits)
    assert len(data) == (numbers if bits == 8 else (numbers + 1) // 2)
    assert np.array_equal(codes_from_bytes(data, numbers, bits), upload.codes)
    assert np.array_equal(scales_from_bytes(scales_to_bytes(upload.scales), upload.scales.size), upload.scales)


def test_with_error_feedback_nothing_is_lost_over_time() -> None:
    random = np.random.default_rng(1)
    residual, sent, wanted = np.zeros(500, np.float32), np.zeros(500), np.zeros(500)
    for _ in range(30):
        delta = random.normal(0, 1e-3, 500).astype(np.float32)
        upload, residual = quantise(delta + residual, 64, 4)
        sent += dequantise(upload)
        wanted += delta
    assert np.abs(wanted - sent).max() < 1e-3


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e20])
def test_what_is_not_finite_or_far_too_large_is_refused(bad: float) -> None:
    with pytest.raises(MalformedMessage):
        quantise(np.array([0.1, bad], np.float32), 256)


def test_a_tile_of_next_to_nothing_stays_in_the_residual() -> None:
    delta = np.array([1e-30, 0.0, 0.5, -0.5], np.float32)
    upload, residual = quantise(delta, 2)
    assert upload.codes.tolist() == [0, 0, 127, -127]
    assert upload.scales[0] == 0
    assert residual[0] == np.float32(1e-30)


@pytest.mark.parametrize(
    ("data", "numbers", "bits"),
    [(b"\x80", 1, 8), (b"\x08", 1, 4), (b"\x11", 1, 4), (b"", 1, 8), (b"\0\0", 1, 8), (b"\0\0", 2, 4)],
)
def test_codes_no_honest_miner_sends_are_refused(data: bytes, numbers: int, bits: Bits) -> None:
    with pytest.raises(MalformedMessage):
        codes_from_bytes(data, numbers, bits)


@pytest.mark.parametrize("scale", [np.nan, np.inf, -1e-9, 1.001])
def test_scales_no_honest_miner_sends_are_refused(scale: float) -> None:
    with pytest.raises(MalformedMessage):
        scales_from_bytes(np.array([scale], "<f4").tobytes(), 1)
    with pytest.raises(MalformedMessage):
        scales_from_bytes(b"\0" * 5, 1)
