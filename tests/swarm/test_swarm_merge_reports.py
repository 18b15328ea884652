import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from protocol.errors import MalformedMessage
from protocol.runs import DenseCodes
from swarm import merge_reports
from swarm.merge_reports import gram_from_bytes, gram_to_bytes, partition_gram, products_of
from swarm.quantisation import dequantise, quantise

_seeds = st.integers(0, 2**32 - 1)
Report = tuple[list[NDArray[np.int8]], list[NDArray[np.float32]]]


def _uploads(seed: int, uploads: int, numbers: int, tile: int) -> Report:
    random = np.random.default_rng(seed)
    codes = [random.integers(-127, 128, numbers, dtype=np.int8) for _ in range(uploads)]
    scales = [(10.0 ** random.uniform(-12, 0, -(-numbers // tile))).astype(np.float32) for _ in range(uploads)]
    return codes, scales


@settings(max_examples=30, deadline=None)
@given(_seeds, st.integers(1, 5), st.integers(1, 600), st.integers(1, 70))
def test_a_report_is_exact_whatever_the_chunks(seed: int, uploads: int, numbers: int, tile: int) -> None:
    codes, scales = _uploads(seed, uploads, numbers, tile)
    gram = partition_gram(codes, scales, tile)
    for one in range(uploads):
        for other in range(uploads):
            total = 0
            for place in range(numbers):
                weights = [int(merge_reports._mantissas(scales[row])[0][place // tile]) for row in (one, other)]
                total += int(codes[one][place]) * int(codes[other][place]) * weights[0] * weights[1]
            assert int(gram[one, other]) == total


def test_chunks_leave_no_trace_and_the_largest_partition_does_not_overflow(monkeypatch: pytest.MonkeyPatch) -> None:
    codes, scales = _uploads(3, 4, 5000, 16)
    whole = partition_gram(codes, scales, 16)
    monkeypatch.setattr(merge_reports, "_CHUNK_NUMBERS", 48)
    assert np.array_equal(partition_gram(codes, scales, 16), whole)
    largest = 127**2 * 4**merge_reports.MANTISSA_BITS
    assert merge_reports.NUMBERS_LIMIT * largest <= 2**62
    monkeypatch.undo()
    assert merge_reports._CHUNK_NUMBERS * largest <= 2**53


@settings(max_examples=20, deadline=None)
@given(_seeds, st.integers(2, 5), st.sampled_from([DenseCodes(4), DenseCodes(8)]))
def test_products_are_those_of_the_numbers_sent(seed: int, uploads: int, form: DenseCodes) -> None:
    random = np.random.default_rng(seed)
    sizes = 10.0 ** random.uniform(-6, -1, (uploads, 1))
    sent = [quantise((size * random.normal(size=900)).astype(np.float32), 64, form)[0] for size in sizes]
    scales = [one.scales for one in sent]
    inner = products_of(partition_gram([one.codes for one in sent], scales, 64), scales)
    numbers = np.stack([dequantise(one).astype(np.float64) for one in sent])
    norms = np.linalg.norm(numbers, axis=1)
    assert np.abs(inner - numbers @ numbers.T).max(initial=0) <= (2e-3 * np.outer(norms, norms)).max()
    assert np.allclose(np.sqrt(np.diagonal(inner)), norms, rtol=1e-3)


def test_reports_travel_and_impossible_ones_are_refused() -> None:
    codes, scales = _uploads(9, 3, 100, 8)
    gram = partition_gram(codes, scales, 8)
    data = gram_to_bytes(gram)
    assert np.array_equal(gram_from_bytes(data, 3, 100), gram)
    lopsided, negative, huge, askew = (gram.copy() for _ in range(4))
    lopsided[0, 1] += 1
    negative[0, 0] = -1
    huge[0, 0] = 100 * 127**2 * 4**merge_reports.MANTISSA_BITS + 1
    askew[0, 1] = askew[1, 0] = 2 * max(gram[0, 0], gram[1, 1])
    for bad in (lopsided, negative, huge, askew):
        with pytest.raises(MalformedMessage):
            gram_from_bytes(gram_to_bytes(bad), 3, 100)
    for short in (data[:-1], data + b"\0", b""):
        with pytest.raises(MalformedMessage):
            gram_from_bytes(short, 3, 100)


def test_uploads_that_do_not_fit_each_other_are_refused() -> None:
    codes, scales = _uploads(9, 2, 100, 8)
    for bad_codes, bad_scales in ((codes, scales[:1]), (codes, [scales[0], scales[1][:-1]]), ([codes[0]], scales)):
        with pytest.raises(MalformedMessage):
            partition_gram(bad_codes, bad_scales, 8)
