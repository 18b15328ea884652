"""The few-bit codec: how close it comes, what it costs in bytes, and what an auditor may find different."""

import pytest
import torch

from engine.shard import grid
from engine.shard.codec import CodedLatent, code_distance, decode, encode, mismatch_share, recoded, relative_error
from engine.shard.sections import latent_from_sections, sections_from_latent
from protocol.errors import MalformedMessage
from protocol.packets import Section
from protocol.runs import CodecSpec


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("bits", range(1, 7))
def test_the_error_is_a_uniform_one_of_the_grids_step(bits: int) -> None:
    latent = normal(32, 64, 16)
    error = decode(encode(latent, CodecSpec("grid", bits))) - latent
    step = 2.0 ** (2 - bits)
    assert float(error.abs().max()) < 0.51 * step * 1.1
    assert float(error.square().mean()) == pytest.approx(step**2 / 12, rel=0.05)


@pytest.mark.parametrize("size", [0.05, 0.3, 1.0])
def test_numbers_far_smaller_than_a_step_are_right_on_average(size: float) -> None:
    """A gradient is mostly such numbers: rounded to the nearest of one grid they would all be zero."""
    latent = normal(16, 64, 8)
    latent[:, ::2] = size / 10  # half of all tokens; the others make the spread
    back = decode(encode(latent, CodecSpec("grid", 2)))
    assert float(back[:, ::2].mean()) == pytest.approx(size / 10, abs=0.01)


@pytest.mark.parametrize("bits", range(1, 7))
def test_normal_latents_take_their_bits_and_little_more(bits: int) -> None:
    _, payload = sections_from_latent(encode(normal(32, 64, 16), CodecSpec("grid", bits)))
    codes = 8 * (len(payload) - 2 * 4 * 16) / (32 * 64 * 16)
    assert bits < codes < bits + (0.15 if bits > 2 else 0.7)


def test_numbers_that_are_mostly_small_take_fewer_bits_than_normal_ones() -> None:
    tailed = normal(32, 64, 16) * normal(32, 64, 1, seed=1).abs() ** 3
    codec = CodecSpec("grid", 4)
    sizes = [len(sections_from_latent(encode(latent, codec))[1]) for latent in (tailed, normal(32, 64, 16))]
    assert sizes[0] < 0.8 * sizes[1]


def test_shifts_are_the_same_at_both_ends_and_others_for_every_latent() -> None:
    """Errors that were the same at every step would add up."""
    shape = torch.Size((2, 64, 3))
    scales = torch.tensor([[1.0, 2.0, 3.0]])
    assert torch.equal(grid.shifts(scales, shape), grid.shifts(scales.clone(), shape))
    others = grid.shifts(torch.tensor([[1.0, 2.0, 3.015625]]), shape)
    assert float((others * grid.shifts(scales, shape)).mean().abs()) < 0.02
    assert float(others.min()) >= -0.5
    assert float(others.max()) < 0.5


def test_shifts_never_change_from_version_to_version() -> None:
    first = grid.shifts(torch.tensor([[1.0, 0.5]]), torch.Size((1, 2, 2)))
    assert (first * 2**24).tolist() == [[[5764840, -7950883], [-5300722, -5351534]]]


@pytest.mark.parametrize("key", [0, 1, 2**31, 2**32 - 1])
def test_a_card_shifts_as_a_processor_does(key: int) -> None:
    assert torch.equal(grid.words_here(5000, key).long(), grid.words_on_card(5000, key, torch.device("cpu")))


def test_a_feature_much_larger_than_the_others_coarsens_none_but_itself() -> None:
    latent = normal(16, 64, 4)
    quiet = decode(encode(latent, CodecSpec("grid", 4)))
    latent[..., 0] *= 1e6
    loud = decode(encode(latent, CodecSpec("grid", 4)))
    assert relative_error(latent[..., 1:], loud[..., 1:]) == pytest.approx(
        relative_error(latent[..., 1:], quiet[..., 1:]), rel=0.1
    )


def test_what_lies_far_beyond_the_spread_is_cut_off() -> None:
    latent = normal(8, 64, 1)
    latent[0, 0, 0] = 1000.0
    coded = encode(latent, CodecSpec("grid", 6))
    assert int(coded.codes.max()) == grid.LARGEST_CODE


@pytest.mark.parametrize("size", [0.0, 1e-38, 1e-20, 1e20, 1e29])
def test_no_size_of_numbers_leaves_the_grid(size: float) -> None:
    latent = normal(2, 300, 3) * size
    back = decode(encode(latent, CodecSpec("grid", 6)))
    assert bool(torch.isfinite(back).all())
    assert relative_error(latent, back) < 0.05 if size > 1e-30 else float(back.abs().max()) == 0


def test_an_auditor_on_another_device_finds_the_codes_that_were_sent() -> None:
    """Its own sums differ in the last bit, so a scale may round to the next of those that can be sent."""
    latent = normal(16, 64, 8)
    codec = CodecSpec("grid", 6)
    sent = encode(latent, codec)
    assert sent.scales is not None
    other_scales = sent.scales * (1 + 2.0**-8)
    next_one = CodedLatent(codec, grid.to_codes(latent, other_scales), other_scales)
    assert mismatch_share(encode(latent, codec), next_one) == 1.0
    again = recoded(latent * (1 + 1e-6), next_one)
    assert mismatch_share(again, next_one) < 0.01


def test_an_auditor_does_not_take_over_a_scale_that_is_wrong() -> None:
    latent = normal(16, 64, 8)
    sent = encode(latent * 1.1, CodecSpec("grid", 4))
    again = recoded(latent, sent)
    assert again.scales is not None and sent.scales is not None
    assert not torch.equal(again.scales, sent.scales)


def test_latents_made_of_other_weights_are_far_from_those_sent() -> None:
    sent = encode(normal(16, 64, 8), CodecSpec("grid", 4))
    other = recoded(normal(16, 64, 8) + 0.3 * normal(16, 64, 8, seed=1), sent)
    assert float((code_distance(other, sent) > 0).float().mean()) > 0.2


@pytest.mark.parametrize(
    "sections",
    [
        (Section("codes", "i8", (1, 2, 3)),),
        (Section("codes", "u8", (1, 2, 3)), Section("scales", "u16", (1, 3))),
        (Section("codes", "i8", (1, 2, 4)), Section("scales", "u16", (1, 4))),
        (Section("codes", "i8", (1, 2, 0)), Section("scales", "u16", (1, 0))),
        (Section("codes", "i8", (1, 2, 3)), Section("scales", "u16", (2, 3))),
    ],
)
def test_sections_that_no_honest_sender_makes_are_refused(sections: tuple[Section, ...]) -> None:
    buffers: dict[str, bytes] = {section.name: bytes(section.size_bytes) for section in sections}
    with pytest.raises(MalformedMessage):
        latent_from_sections(CodecSpec("grid", 4), sections, buffers.__getitem__, (1, 2, 3))


@pytest.mark.parametrize("scale", [float("nan"), float("inf"), -1.0])
def test_a_scale_that_is_not_a_number_is_refused(scale: float) -> None:
    sections = (Section("codes", "i8", (1, 2, 1)), Section("scales", "u16", (1, 1)))
    buffers = {"codes": bytes(2), "scales": grid.scales_to_halves(torch.tensor([[scale]])).numpy().tobytes()}
    with pytest.raises(MalformedMessage):
        latent_from_sections(CodecSpec("grid", 4), sections, buffers.__getitem__, (1, 2, 1))


def test_a_sender_may_leave_the_last_features_out() -> None:
    latent = normal(2, 8, 6)
    coded = encode(latent[..., :4], CodecSpec("grid", 6))
    sections, _ = sections_from_latent(coded)
    assert coded.scales is not None
    buffers = {"codes": coded.codes.numpy().tobytes(), "scales": grid.scales_to_halves(coded.scales).numpy().tobytes()}
    back = latent_from_sections(CodecSpec("grid", 6), sections, buffers.__getitem__, (2, 8, 6))
    assert relative_error(latent[..., :4], decode(back)) < 0.02
