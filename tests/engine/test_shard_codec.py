"""The border codec: what it loses, what it refuses, and that both ends see the same numbers."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.shard.codec import LATENT_LIMIT, CodedLatent, decode, encode, mismatch_share
from engine.shard.sections import (
    codec_of,
    latent_from_packet,
    latent_from_sections,
    sections_from_latent,
    sections_from_tokens,
    tokens_from_packet,
)
from protocol.errors import MalformedMessage
from protocol.packets import Packet, PacketHeader, PacketKind, Section
from protocol.receipts import StepId
from protocol.runs import CodecSpec

INT8, RAW = CodecSpec("int8", 8), CodecSpec("raw32", 32)
GRIDS = tuple(CodecSpec("grid", bits) for bits in range(1, 7))
LATENTS = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 9)),
    elements=st.floats(-(2.0**99), 2.0**99, width=32),
).map(torch.from_numpy)


@settings(max_examples=50, deadline=None)
@given(LATENTS)
def test_int8_is_within_half_a_level_of_every_value(latent: torch.Tensor) -> None:
    coded = encode(latent, INT8)
    assert coded.codes.dtype == torch.int8
    assert coded.scales is not None
    error = (decode(coded) - latent).abs().double()
    allowed = coded.scales.double().unsqueeze(-1) * 0.5 * (1 + 1e-4) + 127 * torch.finfo(torch.float32).tiny
    assert bool((error <= allowed).all())


@settings(max_examples=50, deadline=None)
@given(LATENTS)
def test_coding_what_was_decoded_changes_no_code(latent: torch.Tensor) -> None:
    once = encode(latent, INT8)
    again = encode(decode(once), INT8)
    assert torch.equal(once.codes, again.codes)
    assert mismatch_share(once, again) == 0


@settings(max_examples=50, deadline=None)
@given(LATENTS, st.sampled_from([INT8, RAW, *GRIDS]))
def test_a_latent_survives_the_way_through_bytes_unchanged(latent: torch.Tensor, codec: CodecSpec) -> None:
    coded = encode(latent, codec)
    sections, payload = sections_from_latent(coded)
    assert len(payload) == sum(section.wire_bytes for section in sections)
    batch, time, width = latent.shape
    back = latent_from_packet(a_packet(sections, payload, codec), (batch, time, width))
    assert torch.equal(decode(back), decode(coded))
    if codec == RAW:
        assert torch.equal(decode(back), latent)


def a_packet(sections: tuple[Section, ...], payload: bytes, codec: CodecSpec = INT8) -> Packet:
    header = PacketHeader(
        kind=PacketKind.FORWARD, run_id="r", microbatch=0, lease_id=0, sender="a", receiver="b", from_stage=0,
        to_stage=1, step=StepId(0, 0), codec_id=codec.codec_id, codec_bits=codec.bits, sections=sections,
        payload_hash="",
    )  # fmt: skip
    return Packet(header, payload)


def test_int8_rounds_halves_to_even() -> None:
    latent = torch.tensor([[[127.0, 0.5, 1.5, 2.5, -0.5, -1.5]]])
    assert encode(latent, INT8).codes.tolist() == [[[127, 0, 2, 2, 0, -2]]]


def test_zeros_and_values_too_small_for_fp32_become_zero() -> None:
    coded = encode(torch.tensor([[[0.0, 0.0], [1e-42, -1e-42]]]), INT8)
    assert decode(coded).abs().max() == 0


@pytest.mark.parametrize("codec", [INT8, RAW, GRIDS[3]])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), 2e30])
def test_no_value_that_is_not_a_number_gets_into_a_packet(codec: CodecSpec, value: float) -> None:
    latent = torch.zeros(2, 3, 4)
    latent[1, 2, 3] = value
    with pytest.raises(MalformedMessage):
        encode(latent, codec)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0, LATENT_LIMIT])
def test_no_scale_that_is_not_a_number_gets_out_of_a_packet(value: float) -> None:
    coded = CodedLatent(INT8, torch.ones(1, 2, 3, dtype=torch.int8), torch.tensor([[1.0, value]]))
    sections, payload = sections_from_latent(coded)
    with pytest.raises(MalformedMessage):
        latent_from_packet(a_packet(sections, payload), (1, 2, 3))


def test_no_raw_value_that_is_not_a_number_gets_out_of_a_packet() -> None:
    sections, payload = sections_from_latent(CodedLatent(RAW, torch.full((1, 2, 3), float("nan")), None))
    with pytest.raises(MalformedMessage):
        latent_from_packet(a_packet(sections, payload, RAW), (1, 2, 3))


def test_a_code_outside_of_the_range_is_refused() -> None:
    coded = CodedLatent(INT8, torch.full((1, 2, 3), -128, dtype=torch.int8), torch.ones(1, 2))
    with pytest.raises(MalformedMessage):
        latent_from_packet(a_packet(*sections_from_latent(coded)), (1, 2, 3))


@pytest.mark.parametrize(
    "sections",
    [
        (),
        (Section("codes", "i8", (1, 2, 3)),),
        (Section("codes", "i8", (1, 3, 2)), Section("scales", "f32", (1, 2))),
        (Section("codes", "u8", (1, 2, 3)), Section("scales", "f32", (1, 2))),
        (Section("codes", "i8", (1, 2, 3)), Section("scales", "f32", (1, 3))),
    ],
)
def test_sections_of_another_shape_or_type_are_refused(sections: tuple[Section, ...]) -> None:
    payload = bytes(sum(section.size_bytes for section in sections))
    with pytest.raises(MalformedMessage):
        latent_from_packet(a_packet(sections, payload), (1, 2, 3))


def test_a_buffer_shorter_than_announced_is_refused() -> None:
    sections, payload = sections_from_latent(encode(torch.ones(1, 2, 3), INT8))
    with pytest.raises(MalformedMessage):
        latent_from_sections(INT8, sections, lambda name: payload[:5], (1, 2, 3))


@pytest.mark.parametrize(("name", "bits"), [("int8", 4), ("raw32", 8), ("grid", 7), ("grid", 0), ("zip", 8), ("", 0)])
def test_a_codec_from_the_future_is_refused(name: str, bits: int) -> None:
    with pytest.raises(MalformedMessage):
        codec_of(name, bits)


@pytest.mark.parametrize(("vocabulary", "dtype"), [(256, "u8"), (4096, "u16"), (128_256, "u32")])
def test_tokens_travel_as_the_smallest_integers_that_hold_them(vocabulary: int, dtype: str) -> None:
    tokens = torch.tensor([[0, 1, vocabulary - 1]])
    sections, payload = sections_from_tokens(tokens, vocabulary)
    assert sections[0].dtype == dtype
    assert torch.equal(tokens_from_packet(a_packet(sections, payload), (1, 3), vocabulary), tokens)
    with pytest.raises(MalformedMessage):
        tokens_from_packet(a_packet(sections, payload), (3, 1), vocabulary)


def test_tokens_outside_of_the_vocabulary_are_refused() -> None:
    sections, payload = sections_from_tokens(torch.tensor([[0, 200]]), 256)
    with pytest.raises(MalformedMessage):
        tokens_from_packet(a_packet(sections, payload), (1, 2), 199)


def test_an_audit_counts_codes_off_by_one_and_fails_what_is_off_by_more() -> None:
    coded = encode(torch.randn(2, 5, 10, generator=torch.Generator().manual_seed(0)), INT8)
    near, far = coded.codes.clone(), coded.codes.clone()
    near[0, 0, 0] += 1 if near[0, 0, 0] < 127 else -1
    far[0, 0, 0] += 2 if far[0, 0, 0] < 126 else -2
    assert mismatch_share(coded, CodedLatent(INT8, near, coded.scales)) == pytest.approx(0.01)
    assert mismatch_share(coded, CodedLatent(INT8, far, coded.scales)) == 1.0
    assert coded.scales is not None
    assert mismatch_share(coded, CodedLatent(INT8, coded.codes, coded.scales * 1.001)) == 1.0
