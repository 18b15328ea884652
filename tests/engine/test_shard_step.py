"""The optimizer step: AdamW's arithmetic, its bound, clipping and the schedule."""

from math import sqrt

import msgspec
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.shard.step import (
    add_gradients,
    clip_scale,
    gradient_square_sum,
    learning_rate,
    new_state,
    take_step,
    update_bound,
    update_excess,
)
from engine.shard.weights import weights_hash
from protocol.errors import DeviceError
from protocol.runs import OptimizerSpec

SPEC = OptimizerSpec(beta1=0.9, beta2=0.99, weight_decay=0.1)


def some_tensors(seed: int, scale: float = 1.0) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    shapes = {"matrix": (5, 4), "norm": (4,), "head": (3, 4)}
    return {name: torch.randn(shape, generator=generator) * scale for name, shape in shapes.items()}


def test_steps_equal_torchs_adamw() -> None:
    weights, state = some_tensors(0), None
    parameters = {name: torch.nn.Parameter(tensor.clone()) for name, tensor in weights.items()}
    theirs = torch.optim.AdamW(
        [
            {"params": [parameters["matrix"], parameters["head"]], "weight_decay": SPEC.weight_decay},
            {"params": [parameters["norm"]], "weight_decay": 0.0},
        ],
        betas=(SPEC.beta1, SPEC.beta2),
        eps=SPEC.epsilon,
    )
    state = new_state(weights)
    for step in range(30):
        gradients = some_tensors(step + 1, 10.0 ** (step % 5 - 2))
        rate, clip = 1e-2 / (step + 1), 0.5
        for group in theirs.param_groups:
            group["lr"] = rate
        for name, parameter in parameters.items():
            parameter.grad = gradients[name] * clip
        theirs.step()
        weights, state = take_step(weights, state, gradients, SPEC, rate, clip)
        for name, tensor in weights.items():
            torch.testing.assert_close(tensor, parameters[name].detach(), rtol=1e-6, atol=1e-6)
    assert state.step == 30


def test_a_step_leaves_old_weights_and_gradients_as_they_were() -> None:
    weights, gradients = some_tensors(0), some_tensors(1)
    before = weights_hash(weights), weights_hash(gradients)
    new, _ = take_step(weights, new_state(weights), gradients, SPEC, 1e-2, 0.5)
    assert (weights_hash(weights), weights_hash(gradients)) == before
    assert weights_hash(new) != before[0]
    assert list(new) == list(weights)


@settings(max_examples=50, deadline=None)
@given(
    gradients=st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=40),
    beta1=st.sampled_from([0.0, 0.5, 0.9, 0.95]),
    beta2=st.sampled_from([0.9, 0.95, 0.99, 0.999]),
    weight=st.floats(-10, 10, width=32),
)
def test_no_gradients_move_a_weight_past_the_bound(
    gradients: list[float], beta1: float, beta2: float, weight: float
) -> None:
    spec = msgspec.structs.replace(SPEC, beta1=beta1, beta2=beta2)
    weights = {"matrix": torch.full((1, 1), weight), "norm": torch.full((1,), weight)}
    state = new_state(weights)
    for count, value in enumerate(gradients, start=1):
        step_gradients = {name: torch.full_like(tensor, value) for name, tensor in weights.items()}
        new, state = take_step(weights, state, step_gradients, spec, 1e-2)
        assert update_excess(weights, new, spec, 1e-2, count) <= 1
        assert update_excess(weights, new, spec, 1e-2) <= 1
        weights = new


@pytest.mark.parametrize("steps", [1, 2, 7, 60])
def test_the_worst_gradients_reach_the_bound(steps: int) -> None:
    """Cauchy-Schwarz is an equality for gradients proportional to (β1 / β2)^age."""
    weights = {"matrix": torch.zeros(1, 1, dtype=torch.float64)}
    spec = msgspec.structs.replace(SPEC, weight_decay=0.0, epsilon=0.0)
    state = new_state(weights)
    for count in range(1, steps + 1):
        gradient = torch.full((1, 1), (spec.beta1 / spec.beta2) ** (steps - count), dtype=torch.float64)
        new, state = take_step(weights, state, {"matrix": gradient}, spec, 1.0)
        moved, weights = float((new["matrix"] - weights["matrix"]).abs()), new
    assert moved == pytest.approx(update_bound(spec, 1.0, steps), rel=1e-6)


def test_the_bound_is_the_learning_rate_at_the_first_step() -> None:
    assert update_bound(SPEC, 3e-3, 1) == pytest.approx(3e-3)


def test_an_update_past_the_bound_is_seen() -> None:
    weights = some_tensors(0)
    new, _ = take_step(weights, new_state(weights), some_tensors(1), SPEC, 1e-2)
    new["matrix"] = new["matrix"].clone()
    new["matrix"][2, 3] += 0.1
    assert update_excess(weights, new, SPEC, 1e-2) > 1


def test_the_norm_of_a_gradient_is_that_of_all_its_tensors() -> None:
    gradients = some_tensors(1)
    flat = torch.cat([tensor.reshape(-1) for tensor in gradients.values()])
    assert gradient_square_sum(gradients) == pytest.approx(float(flat.square().sum()), rel=1e-6)


def test_gradients_of_several_microbatches_add_up_to_their_mean() -> None:
    total = None
    for seed in range(4):
        total = add_gradients(total, some_tensors(seed), 0.25)
    assert total is not None
    expected = sum(some_tensors(seed)["matrix"] for seed in range(4)) / 4
    torch.testing.assert_close(total["matrix"], expected)


@pytest.mark.parametrize(
    ("own", "others", "expected"),
    [
        (0.25, [0.25], 1.0),
        (4.0, [], 0.5),
        (9.0, [16.0], 0.2),
        (4.0, [None, -1.0, None], 0.25),
        (1.0, [3.0, None, None], 1 / sqrt(8)),
        (0.0, [], 1.0),
    ],
)
def test_clipping_uses_the_whole_models_norm_as_far_as_it_is_known(
    own: float, others: list[float | None], expected: float
) -> None:
    assert clip_scale(own, others, 1.0) == pytest.approx(expected)


@pytest.mark.parametrize("own", [float("nan"), float("inf")])
def test_no_step_is_taken_on_a_gradient_that_is_not_a_number(own: float) -> None:
    with pytest.raises(DeviceError):
        clip_scale(own, [1.0], 1.0)


@settings(max_examples=50, deadline=None)
@given(st.floats(-1, 2), st.floats(0, 0.9))
def test_the_learning_rate_stays_between_nothing_and_its_peak(share: float, warmup: float) -> None:
    spec = msgspec.structs.replace(SPEC, warmup_share=warmup)
    rate = learning_rate(spec, share)
    assert 0 < rate <= spec.peak_learning_rate * (1 + 1e-9)
    if share >= warmup:
        assert rate >= spec.floor_learning_rate * (1 - 1e-9)


def test_the_learning_rate_rises_to_its_peak_and_falls_to_its_floor() -> None:
    assert learning_rate(SPEC, 0.025) == pytest.approx(SPEC.peak_learning_rate / 2)
    assert learning_rate(SPEC, 0.05) == pytest.approx(SPEC.peak_learning_rate)
    assert learning_rate(SPEC, 1.0) == pytest.approx(SPEC.floor_learning_rate)
