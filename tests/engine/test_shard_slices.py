"""Ways to a pass with less memory: slices of rows, layers computed again, cross entropy in slices of tokens."""

from collections.abc import Callable

import msgspec
import pytest
import torch
import torch.nn.functional as F

from engine.shard import loss
from engine.shard.loss import mean_cross_entropy
from engine.shard.model import initialise
from engine.shard.passes import ComputePolicy, Shard
from engine.shard.slices import Inputs, forward_in_slices, train_in_slices
from protocol.runs import RunSpec

ROWS = 5


@pytest.fixture
def run(tiny_run: Callable[..., RunSpec]) -> RunSpec:
    made = tiny_run(3)
    return msgspec.structs.replace(made, training=msgspec.structs.replace(made.training, sequences=ROWS))


def inputs_of(run: RunSpec, stage: int) -> tuple[Inputs, torch.Tensor | None]:
    model, generator = run.model, torch.Generator().manual_seed(7)
    tokens_BT = torch.randint(model.vocabulary, (ROWS, model.context), generator=generator)
    latent_BTk = torch.randn(ROWS, model.context, model.bottleneck_width, generator=generator)
    last = stage == len(run.stages) - 1
    inputs = Inputs(
        tokens_BT if stage == 0 else None, None if stage == 0 else latent_BTk, tokens_BT.flip(1) if last else None
    )
    return inputs, None if last else latent_BTk.flip(0)


@pytest.mark.parametrize("stage", [0, 1, 2])
@pytest.mark.parametrize("rows", [1, 2, 4, 5])
def test_slices_come_to_the_whole_microbatchs_numbers(run: RunSpec, stage: int, rows: int) -> None:
    shard, weights = Shard(run, stage), initialise(run.model, run.stages, stage, 0)
    inputs, gradient = inputs_of(run, stage)
    whole = inputs.forward(shard, weights, keep_graph=True)
    assert whole.graph is not None
    expected = shard.backward_pass(whole.graph, gradient)
    lean = forward_in_slices(shard, weights, inputs, rows)
    mean, found = train_in_slices(shard, weights, inputs, rows, gradient)
    assert lean.tokens == whole.tokens
    if whole.latent_out is not None and lean.latent_out is not None:
        torch.testing.assert_close(lean.latent_out, whole.latent_out)
    if whole.loss_mean is not None:
        torch.testing.assert_close(lean.loss_mean, whole.loss_mean)
        torch.testing.assert_close(mean, whole.loss_mean)
    for name, tensor in expected.weight_gradients.items():
        torch.testing.assert_close(found.weight_gradients[name], tensor, rtol=1e-4, atol=1e-6)
    if expected.input_gradient is not None:
        torch.testing.assert_close(found.input_gradient, expected.input_gradient, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("stage", [0, 1, 2])
def test_layers_computed_again_give_the_same_bits(run: RunSpec, stage: int) -> None:
    weights = initialise(run.model, run.stages, stage, 0)
    inputs, gradient = inputs_of(run, stage)
    found = []
    for again in (False, True):
        shard = Shard(run, stage, ComputePolicy(recompute_layers=again), yield_point=lambda: None)
        graph = inputs.forward(shard, weights, keep_graph=True).graph
        assert graph is not None
        found.append(shard.backward_pass(graph, gradient).weight_gradients)
    for name, tensor in found[0].items():
        assert torch.equal(found[1][name], tensor), name


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_cross_entropy_in_slices_is_torchs(monkeypatch: pytest.MonkeyPatch, dtype: torch.dtype) -> None:
    monkeypatch.setattr(loss, "SLICE_BYTES", 4 * 31 * 3)
    generator = torch.Generator().manual_seed(1)
    x_BTD = torch.randn(2, 7, 9, generator=generator).to(dtype).requires_grad_()
    head_VD = torch.randn(31, 9, generator=generator).requires_grad_()
    targets_BT = torch.randint(31, (2, 7), generator=generator)
    logits = F.linear(x_BTD, head_VD.to(dtype)).float().flatten(0, 1)
    expected = F.cross_entropy(logits, targets_BT.flatten())
    calls = []
    found = mean_cross_entropy(x_BTD, head_VD, targets_BT, lambda: calls.append(1))
    assert len(calls) == 4
    rtol, atol = (1e-5, 1e-6) if dtype == torch.float32 else (3e-2, 1e-2)
    torch.testing.assert_close(found, expected, rtol=rtol, atol=atol)
    ours = torch.autograd.grad(3 * found, (x_BTD, head_VD))
    theirs = torch.autograd.grad(3 * expected, (x_BTD, head_VD))
    assert [each.dtype for each in ours] == [dtype, torch.float32]
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=rtol, atol=atol)
    with torch.no_grad():
        assert torch.equal(mean_cross_entropy(x_BTD, head_VD, targets_BT), found.detach())
