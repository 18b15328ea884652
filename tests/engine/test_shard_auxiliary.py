"""Heads of their own: what a stage before a narrow border learns from besides what comes back to it."""

import msgspec
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from engine.shard.auxiliary import auxiliary_loss, auxiliary_weight
from engine.shard.model import Weights, hidden, initialise
from engine.shard.passes import BackwardResult, Shard
from engine.shard.slices import Inputs, train_in_slices
from engine.shard.step import new_state, take_step
from protocol.runs import DataSpec, ModelSpec, OptimizerSpec, RunSpec, TrainingSpec, even_stages

DATA = DataSpec(train_key="t", train_tokens=1, train_hash="0", held_out_key="h", held_out_tokens=1, held_out_hash="0")
SMALL = ModelSpec(
    vocabulary=61,
    width=32,
    layers=3,
    heads=4,
    kv_heads=2,
    mlp_width=48,
    context=12,
    bottleneck_width=8,
    auxiliary_heads=True,
)
ROWS = 5


def a_run(**changes: int) -> RunSpec:
    model = msgspec.structs.replace(SMALL, **changes)
    training = TrainingSpec(sequences=ROWS, microbatches=100, auxiliary_weight=0.5)
    return RunSpec(run_id="r", title="r", model=model, stages=even_stages(3, 3), training=training, data=DATA)


def inputs_of(run: RunSpec, stage: int) -> tuple[Inputs, torch.Tensor]:
    """What comes to a stage that is not the last, and the gradient that comes back to it."""
    generator = torch.Generator().manual_seed(stage)
    tokens_BT = torch.randint(run.model.vocabulary, (ROWS, 12), generator=generator)
    latent_BTk = torch.randn(ROWS, 12, 8, generator=generator)
    return Inputs(tokens_BT, latent_BTk if stage else None, None), 0.01 * torch.randn(ROWS, 12, 8, generator=generator)


def differentiated(run: RunSpec, stage: int, weight: float, silence: bool = False) -> BackwardResult:
    shard, weights = Shard(run, stage), initialise(run.model, run.stages, stage, 0)
    inputs, gradient_BTk = inputs_of(run, stage)
    graph = inputs.forward(shard, weights, keep_graph=True).graph
    assert graph is not None
    return shard.backward_pass(graph, gradient_BTk * (0 if silence else 1), weight)


def own_gradients(run: RunSpec, stage: int) -> Weights:
    """Of the auxiliary loss alone, by torch's own cross entropy; zeros where nothing of it arrives."""
    inputs, _ = inputs_of(run, stage)
    assert inputs.tokens_BT is not None
    weights = initialise(run.model, run.stages, stage, 0)
    leaves = {name: tensor.clone().requires_grad_() for name, tensor in weights.items()}
    x_BTD = hidden(run.model, run.stages, stage, leaves, inputs.tokens_BT, inputs.latent_in_BTk)
    logits_BTR = F.rms_norm(x_BTD, (32,), eps=1e-5) @ leaves[f"borders.{stage}.auxiliary"].T
    F.cross_entropy(logits_BTR[:, :-1].flatten(0, 1), inputs.tokens_BT[:, 1:].flatten()).backward()
    return {name: torch.zeros_like(leaf) if leaf.grad is None else leaf.grad for name, leaf in leaves.items()}


@pytest.mark.parametrize("stage", [0, 1])
def test_gradients_are_those_of_the_latent_and_of_the_own_loss_by_its_weight(stage: int) -> None:
    run = a_run()
    without, both, own = differentiated(run, stage, 0.0), differentiated(run, stage, 0.3), own_gradients(run, stage)
    for name, expected in own.items():
        found = both.weight_gradients[name] - without.weight_gradients[name]
        torch.testing.assert_close(found, 0.3 * expected, rtol=1e-4, atol=1e-6, msg=name)
    assert not without.weight_gradients[f"borders.{stage}.auxiliary"].any()


def test_what_an_inner_stage_sends_back_carries_its_own_loss_as_well() -> None:
    run = a_run()
    found = differentiated(run, 1, 0.5, silence=True).input_gradient
    assert found is not None
    assert float(found.norm()) > 0


@pytest.mark.parametrize("stage", [0, 1])
@pytest.mark.parametrize("rows", [1, 2, 5])
def test_slices_and_passes_made_again_come_to_the_same_gradients(stage: int, rows: int) -> None:
    run = a_run()
    expected = differentiated(run, stage, 0.4)
    shard, weights = Shard(run, stage), initialise(run.model, run.stages, stage, 0)
    inputs, gradient_BTk = inputs_of(run, stage)
    _, sliced = train_in_slices(shard, weights, inputs, rows, gradient_BTk, 0.4)
    again = shard.recompute(weights, gradient_BTk, inputs.tokens_BT, inputs.latent_in_BTk, auxiliary_weight=0.4)
    for name, tensor in expected.weight_gradients.items():
        torch.testing.assert_close(sliced.weight_gradients[name], tensor, rtol=1e-4, atol=1e-6, msg=name)
        assert torch.equal(again.weight_gradients[name], tensor), name


def test_a_stage_that_nothing_comes_back_to_still_learns() -> None:
    run, losses = a_run(), []
    shard, weights = Shard(run, 1), initialise(run.model, run.stages, 1, 0)
    inputs, gradient_BTk = inputs_of(run, 1)
    state = new_state(weights)
    for _ in range(30):
        graph = inputs.forward(shard, weights, keep_graph=True).graph
        assert graph is not None
        assert graph.auxiliary is not None
        losses.append(float(graph.auxiliary.detach()))
        made = shard.backward_pass(graph, gradient_BTk * 0, 1.0).weight_gradients
        weights, state = take_step(weights, state, made, OptimizerSpec(), 1e-2)
    assert losses[-1] < 0.5 * losses[0]


def test_the_last_stage_and_borders_at_full_width_have_no_such_head() -> None:
    narrow, wide = a_run(), a_run(bottleneck_width=32)
    assert "borders.0.auxiliary" in Shard(narrow, 0).shapes
    assert not [name for name in Shard(narrow, 2).shapes if name.endswith(".auxiliary")]
    assert not [name for name in Shard(wide, 0).shapes if name.endswith(".auxiliary")]


def test_nothing_is_guessed_where_no_gradient_is_wanted() -> None:
    run = a_run()
    inputs, _ = inputs_of(run, 0)
    weights = initialise(run.model, run.stages, 0, 0)
    del weights["borders.0.auxiliary"]
    assert inputs.forward(Shard(run, 0), weights, keep_graph=False).latent_out is not None


def test_large_vocabularies_are_guessed_by_groups() -> None:
    model = msgspec.structs.replace(SMALL, vocabulary=50_000)
    generator = torch.Generator().manual_seed(0)
    head_RD, x_BTD = torch.randn(2048, 32, generator=generator), torch.randn(2, 12, 32, generator=generator)
    tokens_BT = torch.randint(50_000, (2, 12), generator=generator)
    loss = auxiliary_loss(model, head_RD, x_BTD, tokens_BT)
    assert float(loss) == float(auxiliary_loss(model, head_RD, x_BTD, tokens_BT % 2048))
    assert float(loss) != float(auxiliary_loss(model, head_RD, x_BTD, tokens_BT + 1))


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_weight_falls_to_nothing_over_the_run_and_never_rises(one: int, other: int) -> None:
    run = a_run()
    early, late = (auxiliary_weight(run, microbatch) for microbatch in sorted((one, other)))
    assert 0.5 >= early >= late >= 0.0
    assert auxiliary_weight(run, 0) == 0.5
    assert auxiliary_weight(run, 50) == 0.25
    assert auxiliary_weight(run, 100) == 0.0
