"""The few-bit codec: how close it comes, what it costs in bytes, and what an auditor may find different."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.shard import grid
from engine.shard.codec import CodedLatent, code_distance, decode, encode, mismatch_share, recoded, relative_error
from engine.shard.sections import joined_bytes, latent_from_sections, sections_from_latent
from protocol.errors import MalformedMessage
from protocol.packets import Section
from protocol.runs import CodecSpec

BEST_ERRORS = {1: 0.3634, 2: 0.1188, 3: 0.03744, 4: 0.01154, 5: 0.003495, 6: 0.001041, 7: 0.0003035, 8: 0.0000869}
"""Squared error of the best uniform grid for a normal distribution of variance 1 (Max 1960, table II, and its like)."""


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("bits", range(1, 9))
def test_normal_latents_are_coded_as_well_as_a_uniform_grid_can(bits: int) -> None:
    latent = normal(32, 64, 16)
    error = (decode(encode(latent, CodecSpec("grid", bits))) - latent).square().mean()
    assert float(error) < 1.1 * BEST_ERRORS[bits]


@given(bits=st.integers(1, 8), count=st.integers(1, 300), seed=st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_codes_take_their_bits_and_come_back(bits: int, count: int, seed: int) -> None:
    codes = torch.from_numpy(np.random.default_rng(seed).integers(0, 2**bits, (1, count, 1)).astype(np.uint8))
    packed = grid.pack(codes, bits)
    singles = np.unpackbits(codes.numpy().reshape(-1, 1), axis=1, count=bits, bitorder="little")
    assert packed.numpy().tobytes() == np.packbits(singles, bitorder="little").tobytes()
    assert torch.equal(grid.unpack(packed, (1, count, 1), bits), codes)


def test_a_latent_of_eight_features_and_four_bits_takes_four_bytes_a_token_and_little_more() -> None:
    sections, payload = sections_from_latent(encode(normal(16, 64, 8), CodecSpec("grid", 4)))
    assert len(payload) == 1024 * 4 + 2 * 8 * 2
    assert [section.dtype for section in sections] == ["u4", "u16"]


@given(rows=st.integers(1, 5), tokens=st.integers(1, 300), features=st.integers(1, 9), bits=st.integers(1, 8))
@settings(max_examples=40, deadline=None)
def test_each_feature_is_coded_on_its_own(rows: int, tokens: int, features: int, bits: int) -> None:
    latent = normal(rows, tokens, features) * 10.0 ** torch.arange(features)
    codec = CodecSpec("grid", bits)
    whole = decode(encode(latent, codec))
    for feature in range(features):
        assert torch.equal(whole[..., feature : feature + 1], decode(encode(latent[..., feature : feature + 1], codec)))


def test_an_outlier_is_cut_off_and_leaves_the_others_their_resolution() -> None:
    latent = normal(8, 64, 1)
    quiet = decode(encode(latent, CodecSpec("grid", 4)))
    latent[0, 0, 0] = 30.0
    loud = decode(encode(latent, CodecSpec("grid", 4)))
    assert float((loud - latent)[1:].square().mean()) < 3 * float((quiet - latent)[1:].square().mean())


@pytest.mark.parametrize("size", [0.0, 1e-38, 1e-20, 1e20, 1e29])
def test_no_size_of_numbers_leaves_the_grid(size: float) -> None:
    latent = normal(2, 300, 3) * size
    back = decode(encode(latent, CodecSpec("grid", 6)))
    assert bool(torch.isfinite(back).all())
    assert relative_error(latent, back) < 0.05 if size > 1e-30 else float(back.abs().max()) == 0


def test_an_auditor_on_another_device_finds_the_codes_that_were_sent() -> None:
    """Its own sums differ in the last bit, so a scale may round to the next of those that can be sent."""
    latent = normal(16, 64, 8)
    codec = CodecSpec("grid", 8)
    sent = encode(latent, codec)
    assert sent.scales is not None
    other_scales = sent.scales * (1 + 2.0**-8)
    next_one = CodedLatent(codec, grid.to_codes(latent, other_scales, 8), other_scales)
    assert mismatch_share(encode(latent, codec), next_one) == 1.0
    again = recoded(latent * (1 + 1e-6), next_one)
    assert mismatch_share(again, next_one) < 0.01


def test_an_auditor_does_not_take_over_a_scale_that_is_wrong() -> None:
    latent = normal(16, 64, 8)
    sent = encode(latent * 1.1, CodecSpec("grid", 4))
    again = recoded(latent, sent)
    assert again.scales is not None
    assert not torch.equal(again.scales, sent.scales)


def test_latents_made_of_other_weights_are_far_from_those_sent() -> None:
    sent = encode(normal(16, 64, 8), CodecSpec("grid", 4))
    other = recoded(normal(16, 64, 8) + 0.3 * normal(16, 64, 8, seed=1), sent)
    assert float((code_distance(other, sent) > 0).float().mean()) > 0.2


@pytest.mark.parametrize(
    "sections",
    [
        (Section("codes", "u4", (1, 2, 3)),),
        (Section("codes", "u5", (1, 2, 3)), Section("scales", "u16", (1, 3))),
        (Section("codes", "u4", (1, 2, 4)), Section("scales", "u16", (1, 4))),
        (Section("codes", "u4", (1, 2, 0)), Section("scales", "u16", (1, 0))),
        (Section("codes", "u4", (1, 2, 3)), Section("scales", "u16", (2, 3))),
    ],
)
def test_sections_that_no_honest_sender_makes_are_refused(sections: tuple[Section, ...]) -> None:
    buffers = {section.name: bytes(section.size_bytes) for section in sections}
    with pytest.raises(MalformedMessage):
        latent_from_sections(CodecSpec("grid", 4), sections, buffers.__getitem__, (1, 2, 3))


@pytest.mark.parametrize("scale", [float("nan"), float("inf"), -1.0])
def test_a_scale_that_is_not_a_number_is_refused(scale: float) -> None:
    sections = (Section("codes", "u4", (1, 2, 1)), Section("scales", "u16", (1, 1)))
    buffers = {"codes": b"\x00", "scales": joined_bytes([grid.scales_to_halves(torch.tensor([[scale]]))])}
    with pytest.raises(MalformedMessage):
        latent_from_sections(CodecSpec("grid", 4), sections, buffers.__getitem__, (1, 2, 1))


def test_a_sender_may_leave_the_last_features_out() -> None:
    latent = normal(2, 8, 6)
    sections, payload = sections_from_latent(encode(latent[..., :4], CodecSpec("grid", 8)))
    ends = sections[0].size_bytes
    buffers = {"codes": payload[:ends], "scales": payload[ends:]}
    back = latent_from_sections(CodecSpec("grid", 8), sections, buffers.__getitem__, (2, 8, 6))
    assert relative_error(latent[..., :4], decode(back)) < 0.02
