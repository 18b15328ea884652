"""Moments in eight bits: close to what they stand for, never past the audit's bound, and good enough to learn by."""

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.disk.checkpoint import Checkpoint, CheckpointPlace, load_checkpoint, save_checkpoint
from engine.shard.moments import BLOCK, CodedMoment, coded, decoded
from engine.shard.step import fitting_state, new_state, take_step, update_excess
from protocol.errors import StorageError
from protocol.runs import OptimizerSpec

SPEC = OptimizerSpec(beta1=0.9, beta2=0.99, weight_decay=0.1)
PLACE = CheckpointPlace(run_id="r", stage=0, optimizer_steps=3, fragment_versions=(0,))


def some_weights(seed: int = 0) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return {name: torch.randn(shape, generator=generator) for name, shape in {"m": (37, 21), "n": (21,)}.items()}


@settings(max_examples=40, deadline=None)
@given(numbers=st.integers(1, 3 * BLOCK), seed=st.integers(0, 99), scale=st.sampled_from([1e-12, 1e-3, 1.0, 1e4]))
def test_a_coded_moment_is_within_half_a_unit_of_its_last_place(numbers: int, seed: int, scale: float) -> None:
    generator = torch.Generator().manual_seed(seed)
    exponent = torch.rand(numbers, generator=generator) * 4
    moment = torch.randn(numbers, generator=generator) * scale * 10.0**-exponent
    largest = moment.abs().max()
    close = (decoded(coded(moment, first=True), moment.shape) - moment).abs()
    assert bool((close <= moment.abs() / 16 * 1.01 + largest * 2.0**-15).all())
    square = moment.square()
    close = (decoded(coded(square, first=False), square.shape).sqrt() - moment.abs()).abs()
    assert bool((close <= moment.abs() / 32 * 1.01 + largest * 2.0**-15).all())


def test_a_blocks_largest_number_and_nothing_stay_what_they_are() -> None:
    moment = torch.zeros(BLOCK + 3)
    moment[5], moment[BLOCK + 1] = -0.3, 7.0
    assert torch.equal(decoded(coded(moment, first=True), moment.shape), moment)


def test_eight_bit_moments_take_a_little_over_two_bytes_a_weight() -> None:
    weights = {"m": torch.zeros(512, 512)}
    state = new_state(weights, eight_bit=True)
    held = [moment for moments in (state.first, state.second) for moment in moments.values()]
    assert all(isinstance(moment, CodedMoment) for moment in held)
    size = sum(m.codes.nbytes + m.scales.nbytes for m in held if isinstance(m, CodedMoment))
    assert size <= 2.04 * weights["m"].numel()


@settings(max_examples=30, deadline=None)
@given(gradients=st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=30), weight=st.floats(-10, 10, width=32))
def test_rounded_moments_move_no_weight_past_the_audits_bound(gradients: list[float], weight: float) -> None:
    weights = {"m": torch.full((1, 3), weight), "n": torch.full((3,), weight)}
    state = new_state(weights, eight_bit=True)
    unlike = torch.tensor([1.0, 1e-3, -1e-6])
    for count, value in enumerate(gradients, start=1):
        step = {name: (unlike * value).view(tensor.shape) for name, tensor in weights.items()}
        new, state = take_step(weights, state, step, SPEC, 1e-2)
        assert update_excess(weights, new, SPEC, 1e-2, count) <= 1
        weights = new


@pytest.mark.parametrize("eight_bit", [False, True])
def test_a_quadratic_is_learnt_with_either_kind_of_moment(eight_bit: bool) -> None:
    goal, weights = some_weights(1), some_weights(2)
    state = new_state(weights, eight_bit)
    generator = torch.Generator().manual_seed(3)

    def loss() -> float:
        return sum(float((weights[name] - goal[name]).square().mean()) for name in goal)

    before = loss()
    for step in range(400):
        noisy = {
            name: weights[name] - goal[name] + 0.1 * torch.randn(goal[name].shape, generator=generator) for name in goal
        }
        rate = 2e-2 * (1 - step / 400)
        weights, state = take_step(weights, state, noisy, OptimizerSpec(weight_decay=0.0), rate)
    assert loss() < before / 100


def test_old_tensors_are_replaced_one_by_one_where_that_is_asked_for() -> None:
    weights, gradients = some_weights(0), some_weights(1)
    expected, _ = take_step(dict(weights), new_state(weights), gradients, SPEC, 1e-2)
    master, retired = dict(weights), []

    def retire(name: str, old: torch.Tensor) -> torch.Tensor:
        retired.append(name)
        return old.clone()

    new, _ = take_step(master, new_state(weights), gradients, SPEC, 1e-2, retire=retire)
    assert sorted(retired) == sorted(weights)
    for name, tensor in weights.items():
        assert torch.equal(new[name], expected[name])
        assert torch.equal(master[name], tensor)
        assert master[name] is not tensor


def test_a_checkpoint_brings_coded_moments_back_as_they_were(tmp_path: Path) -> None:
    weights, shapes = some_weights(), {name: tuple(tensor.shape) for name, tensor in some_weights().items()}
    state = new_state(weights, eight_bit=True)
    for seed in range(3):
        _, state = take_step(weights, state, some_weights(seed), SPEC, 1e-2)
    save_checkpoint(tmp_path / "c", Checkpoint(PLACE, weights, state))
    loaded = load_checkpoint(tmp_path / "c", shapes, torch.device("cpu")).optimizer
    again, there = fitting_state(loaded, weights, False), fitting_state(state, weights, False)
    for name in weights:
        assert isinstance(loaded.second[name], CodedMoment)
        for one, other in ((again.first, there.first), (again.second, there.second)):
            first, second = one[name], other[name]
            assert isinstance(first, torch.Tensor)
            assert isinstance(second, torch.Tensor)
            assert torch.equal(first, second)


def test_a_checkpoint_with_codes_of_another_size_is_refused(tmp_path: Path) -> None:
    weights = some_weights()
    other = new_state({"m": torch.zeros(3), "n": weights["n"]}, eight_bit=True)
    save_checkpoint(tmp_path / "c", Checkpoint(PLACE, weights, other))
    with pytest.raises(StorageError):
        load_checkpoint(tmp_path / "c", {name: tuple(t.shape) for name, t in weights.items()}, torch.device("cpu"))
