import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.errors import MalformedMessage
from protocol.runs import DenseCodes, SparseCodes
from swarm.quantisation import (
    UploadForm,
    codes_bytes_size,
    codes_from_bytes,
    codes_to_bytes,
    dequantise,
    largest_code,
    quantise,
    scales_from_bytes,
    scales_to_bytes,
)

DENSE = (DenseCodes(4), DenseCodes(8))
_dense = st.sampled_from(DENSE)
_forms: st.SearchStrategy[UploadForm] = st.one_of(_dense, st.builds(SparseCodes, st.integers(1, 80)))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 700), st.integers(1, 300), _forms, st.floats(-12, 0))
def test_codes_residual_and_bytes_fit_together(
    seed: int, numbers: int, tile: int, form: UploadForm, power: float
) -> None:
    delta = (np.random.default_rng(seed).normal(size=numbers) * 10.0**power).astype(np.float32)
    upload, residual = quantise(delta, tile, form)
    assert upload.codes.shape == delta.shape
    assert upload.scales.shape == (-(-numbers // tile),)
    assert np.abs(upload.codes).max(initial=0) <= largest_code(form)
    assert np.array_equal(residual, delta - dequantise(upload))
    data = codes_to_bytes(upload.codes, tile, form)
    assert len(data) == codes_bytes_size(numbers, tile, form)
    back = codes_from_bytes(data, numbers, tile, form)
    scaled = np.repeat(upload.scales, tile)[:numbers]
    assert np.array_equal(back * scaled, upload.codes * scaled)
    assert np.array_equal(back[scaled > 0], upload.codes[scaled > 0])
    assert np.array_equal(scales_from_bytes(scales_to_bytes(upload.scales), upload.scales.size), upload.scales)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 700), st.integers(1, 300), _dense)
def test_dense_codes_are_off_by_half_a_step_at_most(seed: int, numbers: int, tile: int, form: UploadForm) -> None:
    upload, residual = quantise(np.random.default_rng(seed).normal(0, 1e-3, numbers).astype(np.float32), tile, form)
    assert (np.abs(residual) <= np.repeat(upload.scales, tile)[:numbers] * 0.5001).all()


def test_sparse_codes_keep_the_largest_numbers_of_each_tile() -> None:
    delta = np.random.default_rng(2).normal(0, 1e-3, 10_000).astype(np.float32)
    upload, residual = quantise(delta, 4096, SparseCodes(64))
    assert [np.count_nonzero(upload.codes[start : start + 4096]) for start in (0, 4096, 8192)] == [64, 64, 64]
    first = slice(0, 4096)
    smallest_kept = np.abs(delta[first])[upload.codes[first] != 0].min()
    assert np.abs(delta[first])[upload.codes[first] == 0].max() <= smallest_kept
    assert np.linalg.norm(residual) < np.linalg.norm(delta)
    assert len(codes_to_bytes(upload.codes, 4096, SparseCodes(64))) == 3 * 112, "146 times less than fp32, but scales"


@pytest.mark.parametrize("form", [*DENSE, SparseCodes(8)])
def test_with_error_feedback_nothing_is_lost_over_time(form: UploadForm) -> None:
    random = np.random.default_rng(1)
    residual, sent, wanted = np.zeros(500, np.float32), np.zeros(500), np.zeros(500)
    for _ in range(60):
        delta = (random.normal(0, 1e-3, 500) + 1e-3).astype(np.float32)
        upload, residual = quantise(delta + residual, 64, form)
        sent += dequantise(upload)
        wanted += delta
    assert np.abs(wanted - sent - residual).max() < 1e-6
    assert np.linalg.norm(residual) < 0.3 * np.linalg.norm(wanted)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e20])
def test_what_is_not_finite_or_far_too_large_is_refused(bad: float) -> None:
    with pytest.raises(MalformedMessage):
        quantise(np.array([0.1, bad], np.float32), 256, DenseCodes(8))


def test_a_tile_of_next_to_nothing_stays_in_the_residual() -> None:
    delta = np.array([1e-30, 0.0, 0.5, -0.5], np.float32)
    upload, residual = quantise(delta, 2, DenseCodes(8))
    assert upload.codes.tolist() == [0, 0, 127, -127]
    assert upload.scales[0] == 0
    assert residual[0] == np.float32(1e-30)


@pytest.mark.parametrize(
    ("data", "numbers", "form"),
    [
        (b"\x80", 1, DenseCodes(8)),
        (b"\x08", 1, DenseCodes(4)),
        (b"\x11", 1, DenseCodes(4)),
        (b"", 1, DenseCodes(8)),
        (b"\0\0", 1, DenseCodes(8)),
        (b"\0\0", 2, DenseCodes(4)),
        (b"\0", 4, SparseCodes(2)),  # the same place twice
        (b"\x41", 4, SparseCodes(1)),  # padding other than zero
        (b"\xc0", 3, SparseCodes(1)),  # a place behind the end
    ],
)
def test_codes_no_honest_miner_sends_are_refused(data: bytes, numbers: int, form: UploadForm) -> None:
    with pytest.raises(MalformedMessage):
        codes_from_bytes(data, numbers, 4, form)


def test_a_tile_of_nothing_travels_as_nothing_in_the_sparse_form() -> None:
    delta = np.concatenate([np.zeros(8, np.float32), np.arange(8, dtype=np.float32)])
    upload, _ = quantise((delta / 100).astype(np.float32), 8, SparseCodes(3))
    assert upload.scales[0] == 0
    data = codes_to_bytes(upload.codes, 8, SparseCodes(3))
    assert np.array_equal(codes_from_bytes(data, 16, 8, SparseCodes(3))[8:], upload.codes[8:])
    with pytest.raises(ValueError, match="does not keep"):
        codes_to_bytes(np.ones(16, np.int8), 8, SparseCodes(3))


@pytest.mark.parametrize("scale", [np.nan, np.inf, -1e-9, 1.001])
def test_scales_no_honest_miner_sends_are_refused(scale: float) -> None:
    with pytest.raises(MalformedMessage):
        scales_from_bytes(np.array([scale], "<f4").tobytes(), 1)
    with pytest.raises(MalformedMessage):
        scales_from_bytes(b"\0" * 5, 1)
