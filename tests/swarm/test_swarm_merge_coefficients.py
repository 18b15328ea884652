import numpy as np
import pytest
from numpy.typing import NDArray

from protocol.runs import DenseCodes, SparseCodes
from swarm.merge_arithmetic import DROPPED, from_fixed, merge
from swarm.merge_coefficients import Coefficients, coefficients
from swarm.merge_reports import partition_gram, products_of
from swarm.partitions import split
from swarm.quantisation import PseudoGradient, UploadForm, dequantise, quantise

NUMBERS, TILE = 4000, 64
Floats = NDArray[np.float32]


def _honest(count: int, seed: int = 0) -> list[Floats]:
    """Miners that saw different data: one direction shared, noise of the same norm of their own."""
    random = np.random.default_rng(seed)
    shared = random.normal(0, 1e-3, NUMBERS)
    return [(shared + random.normal(0, 1e-3, NUMBERS)).astype(np.float32) for _ in range(count)]


EIGHT_BITS = DenseCodes(8)


def _quantised(deltas: list[Floats], form: UploadForm = EIGHT_BITS) -> list[PseudoGradient]:
    return [quantise(delta, TILE, form)[0] for delta in deltas]


def _decided(
    uploads: list[PseudoGradient],
    weights: list[float] | None = None,
    past: float | None = None,
    trimmable: bool = True,
) -> Coefficients:
    codes, scales = [one.codes for one in uploads], np.stack([one.scales for one in uploads])
    inner = products_of(partition_gram(codes, list(scales), TILE), list(scales))
    return coefficients(inner, scales, weights or [1.0] * len(uploads), past, trimmable)


def _merged(uploads: list[PseudoGradient], decided: Coefficients) -> Floats:
    return from_fixed(merge([one.codes for one in uploads], decided.values, TILE, decided.trimmed))


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_the_mean_of_identical_uploads_is_that_upload_within_a_quantum(count: int) -> None:
    uploads = _quantised(_honest(1) * count)
    decided = _decided(uploads)
    assert not any(decided.flagged)
    assert np.abs(_merged(uploads, decided) - dequantise(uploads[0])).max() <= 2.0**-24


@pytest.mark.parametrize("form", [DenseCodes(4), DenseCodes(8), SparseCodes(9)])
def test_uploads_count_by_accepted_work(form: UploadForm) -> None:
    uploads = _quantised(_honest(3), form)
    decided = _decided(uploads, [1.0, 2.0, 5.0])
    expected = sum(share * dequantise(one) for share, one in zip((0.125, 0.25, 0.625), uploads, strict=True))
    assert not decided.trimmed
    assert np.abs(_merged(uploads, decided) - expected).max() < 2e-7


@pytest.mark.parametrize("count", [2, 5])
def test_a_newcomer_that_has_not_stepped_yet_neither_thins_the_merge_nor_looks_hostile(count: int) -> None:
    uploads = _quantised([*_honest(count), np.zeros(NUMBERS, np.float32)])
    decided = _decided(uploads, [1.0] * count + [0.0])
    assert not any(decided.flagged) and not decided.trimmed
    alone = _merged(uploads[:count], _decided(uploads[:count]))
    assert np.abs(_merged(uploads, decided) - alone).max() < 2e-7


ATTACKS = {
    "minus three times": lambda honest, noise: -3 * honest,
    "noise of the same norm": lambda honest, noise: noise,
    "ten times": lambda honest, noise: 10 * honest,
    "zeros": lambda honest, noise: 0 * honest,
}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("count", [5, 8, 12])
def test_attackers_among_five_or_more_are_flagged_and_left_out(attack: str, count: int) -> None:
    deltas = _honest(count, seed=count)
    noise = np.random.default_rng(99).normal(0, 1.414e-3, NUMBERS).astype(np.float32)
    truth = np.mean(deltas[1:], axis=0)
    deltas[2] = ATTACKS[attack](deltas[2], noise).astype(np.float32)
    uploads = _quantised(deltas)
    decided = _decided(uploads)
    assert decided.flagged == tuple(place == 2 for place in range(count))
    assert decided.trimmed
    assert (decided.values[2] == DROPPED).all()
    merged = _merged(uploads, decided)
    cosine = merged @ truth / (np.linalg.norm(merged) * np.linalg.norm(truth))
    assert cosine > 0.9
    assert 0.7 < np.linalg.norm(merged) / np.linalg.norm(truth) < 1.4


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("count", [3, 4])
def test_one_attacker_among_three_or_four_moves_the_merge_little(attack: str, count: int) -> None:
    deltas = _honest(count, seed=count)
    noise = np.random.default_rng(99).normal(0, 1.414e-3, NUMBERS).astype(np.float32)
    truth = np.mean(deltas[1:], axis=0)
    deltas[0] = ATTACKS[attack](deltas[0], noise).astype(np.float32)
    uploads = _quantised(deltas)
    decided = _decided(uploads)
    assert decided.flagged == tuple(place == 0 for place in range(count))
    assert decided.trimmed
    merged = _merged(uploads, decided)
    cosine = merged @ truth / (np.linalg.norm(merged) * np.linalg.norm(truth))
    assert cosine > 0.8
    assert 0.4 < np.linalg.norm(merged) / np.linalg.norm(truth) < 1.4


def test_of_sparse_uploads_what_is_flagged_is_left_out_and_the_rest_added_up() -> None:
    deltas = _honest(4)
    deltas[3] *= np.float32(-3)
    uploads = _quantised(deltas, SparseCodes(16))
    decided = _decided(uploads, [1.0, 2.0, 1.0, 9.0], trimmable=False)
    assert decided.dropped == (False, False, False, True)
    assert not decided.trimmed
    expected = sum(share * dequantise(one) for share, one in zip((0.25, 0.5, 0.25), uploads[:3], strict=True))
    assert np.abs(_merged(uploads, decided) - expected).max() < 2e-7


def test_honest_miners_are_hardly_ever_flagged() -> None:
    flags = [_decided(_quantised(_honest(count, seed))).flagged for seed in range(10) for count in (2, 3, 4, 5, 9)]
    assert sum(map(any, flags)) == 0


def test_a_large_upload_is_clipped_to_twice_the_median() -> None:
    deltas = _honest(4)
    deltas[1] *= np.float32(3)
    decided = _decided(_quantised(deltas))
    assert not any(decided.flagged)
    assert decided.clips[0] == 1.0
    assert decided.clips[1] == pytest.approx(2 * decided.median_norm / decided.norms[1])


def test_of_two_the_past_tells_which_is_unusual() -> None:
    deltas = _honest(2)
    deltas[0] *= np.float32(0.001)
    usual = _decided(_quantised(_honest(2))).median_norm
    assert _decided(_quantised(deltas)).clips[1] < 0.01
    assert _decided(_quantised(deltas), past=usual).clips[1] == 1.0


def test_if_nobody_moved_nothing_moves() -> None:
    uploads = _quantised([np.zeros(NUMBERS, np.float32)] * 5)
    decided = _decided(uploads, [0.0] * 5)
    assert not any(decided.flagged)
    assert not _merged(uploads, decided).any()


def test_partitions_add_up_to_the_fragment() -> None:
    uploads = _quantised(_honest(6))
    codes, scales = [one.codes for one in uploads], np.stack([one.scales for one in uploads])
    whole = _decided(uploads)
    parts = split(NUMBERS, 4, TILE)
    inner = np.zeros((6, 6))
    for part in parts:
        own_codes = [one[part.start : part.end] for one in codes]
        own_scales = list(scales[:, part.first_tile : part.first_tile + part.tiles])
        inner += products_of(partition_gram(own_codes, own_scales, TILE), own_scales)
    summed = coefficients(inner, scales, [1.0] * 6)
    assert np.abs(summed.values - whole.values).max() <= 1e-3 * whole.values.max(), "scales are cut by partition"
    assert np.array_equal(np.concatenate([whole.part(p.first_tile, p.tiles) for p in parts], axis=1), whole.values)
