"""A model cut into stages computes what the whole model computes, forward and backward."""

import subprocess
import sys
from pathlib import Path
from typing import TypedDict

import msgspec
import pytest
import torch

from engine.shard.bottleneck import _anchor
from engine.shard.codec import decode, encode
from engine.shard.model import Weights, forward, initialise
from engine.shard.passes import BackwardResult, ForwardResult, Shard
from protocol.errors import MalformedMessage
from protocol.runs import CodecSpec, DataSpec, ModelSpec, RunSpec, TrainingSpec, even_stages

ROOT = Path(__file__).resolve().parents[2]
DATA = DataSpec(train_key="t", train_tokens=1, train_hash="0", held_out_key="h", held_out_tokens=1, held_out_hash="0")
SMALL = ModelSpec(vocabulary=61, width=32, layers=4, heads=4, kv_heads=2, mlp_width=48, context=12, bottleneck_width=32)


class Inputs(TypedDict, total=False):
    tokens_BT: torch.Tensor | None
    latent_in_BTk: torch.Tensor | None
    targets_BT: torch.Tensor | None


def a_run(stages: int = 1, **changes: int) -> RunSpec:
    model = msgspec.structs.replace(SMALL, **changes)
    training = TrainingSpec(sequences=2, microbatches=10)
    return RunSpec(run_id="r", title="r", model=model, stages=even_stages(4, stages), training=training, data=DATA)


def a_microbatch(seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    tokens = torch.randint(SMALL.vocabulary, (2, 13), generator=torch.Generator().manual_seed(seed))
    return tokens[:, :-1], tokens[:, 1:]


def all_weights(run: RunSpec) -> list[Weights]:
    return [initialise(run.model, run.stages, stage, seed=3) for stage in range(len(run.stages))]


def through(run: RunSpec, weights: list[Weights], codec: CodecSpec) -> tuple[list[ForwardResult], list[BackwardResult]]:
    """One microbatch forward and back over direct calls."""
    tokens, targets = a_microbatch()
    shards = [Shard(run, stage) for stage in range(len(run.stages))]
    forwards: list[ForwardResult] = []
    latent = None
    for shard in shards:
        result = shard.forward_pass(
            weights[shard.stage],
            tokens,
            latent,
            targets if shard.is_last else None,
        )
        forwards.append(result)
        latent = None if result.latent_out is None else decode(encode(result.latent_out, codec))
    backwards: list[BackwardResult] = []
    gradient = None
    for shard in reversed(shards):
        graph = forwards[shard.stage].graph
        assert graph is not None
        back = shard.backward_pass(graph, gradient)
        backwards.insert(0, back)
        gradient = None if back.input_gradient is None else decode(encode(back.input_gradient, codec))
    return forwards, backwards


@pytest.mark.parametrize("stages", [2, 3, 4])
def test_stages_with_uncoded_borders_compute_the_whole_models_loss_and_gradients(stages: int) -> None:
    raw = CodecSpec("raw32", 32)
    whole, (whole_back,) = through(a_run(1), all_weights(a_run(1)), raw)
    run = a_run(stages)
    parts, backs = through(run, all_weights(run), raw)
    assert parts[-1].loss_sum == whole[-1].loss_sum
    gradients = {name: tensor for back in backs for name, tensor in back.weight_gradients.items()}
    assert gradients.keys() == whole_back.weight_gradients.keys()
    for name, expected in whole_back.weight_gradients.items():
        assert torch.equal(gradients[name], expected), name


def test_a_bottlenecks_gradients_are_those_of_one_process_autograd() -> None:
    run = a_run(3, bottleneck_width=8)
    weights = all_weights(run)
    _, backs = through(run, weights, CodecSpec("raw32", 32))
    tokens, targets = a_microbatch()
    leaves = [{name: tensor.clone().requires_grad_() for name, tensor in stage.items()} for stage in weights]
    flowing = None
    for stage, stage_leaves in enumerate(leaves):
        flowing = forward(run.model, run.stages, stage, stage_leaves, tokens, flowing)
    assert flowing is not None
    torch.nn.functional.cross_entropy(flowing.flatten(0, 1), targets.flatten()).backward()
    for stage_leaves, back in zip(leaves, backs, strict=True):
        for name, leaf in stage_leaves.items():
            assert leaf.grad is not None
            assert torch.equal(back.weight_gradients[name], leaf.grad), name
    assert {"borders.0.mix", "borders.0.narrow"} <= backs[0].weight_gradients.keys()
    assert {"borders.0.expand", "borders.0.anchor", "borders.1.narrow"} <= backs[1].weight_gradients.keys()


@pytest.mark.parametrize("stage", [0, 1, 2])
def test_gradients_agree_with_finite_differences(stage: int) -> None:
    run = a_run(3, bottleneck_width=8)
    tokens, targets = a_microbatch()
    double = {name: tensor.double() for name, tensor in all_weights(run)[stage].items()}
    generator = torch.Generator().manual_seed(stage)
    latent = None if stage == 0 else torch.randn(2, 12, 8, generator=generator, dtype=torch.float64)

    def value(weights: Weights) -> torch.Tensor:
        out = forward(run.model, run.stages, stage, weights, tokens, latent, torch.float64)
        if stage == 2:
            return torch.nn.functional.cross_entropy(out.flatten(0, 1), targets.flatten())
        return (out * torch.linspace(-1, 1, out.numel(), dtype=torch.float64).view(out.shape)).sum()

    leaves = {name: tensor.clone().requires_grad_() for name, tensor in double.items()}
    gradients = dict(zip(leaves, torch.autograd.grad(value(leaves), list(leaves.values())), strict=True))
    for name, tensor in double.items():
        direction = torch.randn(tensor.shape, generator=generator, dtype=torch.float64)
        size = 1e-5 / float(direction.norm())
        up, down = ({**double, name: tensor + sign * size * direction} for sign in (1, -1))
        measured = float(value(up) - value(down)) / (2 * size)
        expected = float((gradients[name] * direction).sum())
        scale = float(gradients[name].norm() * direction.norm())
        assert abs(measured - expected) <= 1e-6 * scale + 1e-9, name


def test_grouped_queries_equal_full_attention_with_repeated_keys_and_values() -> None:
    grouped, full = a_run(1), a_run(1, kv_heads=4)
    weights = all_weights(grouped)[0]
    repeated = dict(weights)
    for layer in range(4):
        query, key, value = weights[f"layers.{layer}.attention_in"].split((32, 16, 16))
        spread = [part.view(2, 8, 32).repeat_interleave(2, dim=0).reshape(32, 32) for part in (key, value)]
        repeated[f"layers.{layer}.attention_in"] = torch.cat((query, *spread))
    tokens, _ = a_microbatch()
    with torch.no_grad():
        few = forward(grouped.model, grouped.stages, 0, weights, tokens)
        many = forward(full.model, full.stages, 0, repeated, tokens)
    torch.testing.assert_close(few, many, rtol=1e-5, atol=1e-6)


def test_no_position_sees_a_later_token() -> None:
    run = a_run(1)
    weights = all_weights(run)[0]
    tokens, _ = a_microbatch()
    changed = tokens.clone()
    changed[:, 7] = (changed[:, 7] + 1) % SMALL.vocabulary
    with torch.no_grad():
        before = forward(run.model, run.stages, 0, weights, tokens)
        after = forward(run.model, run.stages, 0, weights, changed)
    assert torch.equal(before[:, :7], after[:, :7])
    assert not torch.equal(before[:, 7:], after[:, 7:])


def test_attention_depends_on_relative_positions_only() -> None:
    run = a_run(1)
    weights = all_weights(run)[0]
    tokens, _ = a_microbatch()
    same = tokens[:, :1].expand(-1, 12)
    with torch.no_grad():
        logits = forward(run.model, run.stages, 0, weights, same)
    torch.testing.assert_close(logits, logits[:, :1].expand_as(logits), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("stage", [0, 1, 2])
def test_recomputation_gives_the_kept_graphs_gradients_bit_for_bit(stage: int) -> None:
    run = a_run(3, bottleneck_width=8)
    shard, weights = Shard(run, stage), all_weights(run)[stage]
    tokens, targets = a_microbatch()
    inputs: Inputs = {
        "tokens_BT": tokens,
        "latent_in_BTk": None if shard.is_first else torch.randn(2, 12, 8),
        "targets_BT": targets if shard.is_last else None,
    }
    gradient = None if shard.is_last else torch.randn(2, 12, 8)
    kept = shard.forward_pass(weights, **inputs)
    lean = shard.forward_pass(weights, **inputs, keep_graph=False)
    assert lean.graph is None
    assert kept.graph is not None
    assert lean.loss_sum == kept.loss_sum
    if kept.latent_out is not None and lean.latent_out is not None:
        assert torch.equal(kept.latent_out, lean.latent_out)
    first = shard.backward_pass(kept.graph, gradient)
    again = shard.recompute(weights, gradient, **inputs)
    for name, tensor in first.weight_gradients.items():
        assert torch.equal(again.weight_gradients[name], tensor), name
    if first.input_gradient is not None and again.input_gradient is not None:
        assert torch.equal(first.input_gradient, again.input_gradient)


def test_a_pass_leaves_the_weights_without_gradients_or_changes() -> None:
    run = a_run(2)
    weights = all_weights(run)
    before = [{name: tensor.clone() for name, tensor in stage.items()} for stage in weights]
    through(run, weights, CodecSpec())
    for stage, kept in zip(weights, before, strict=True):
        for name, tensor in stage.items():
            assert torch.equal(tensor, kept[name])
            assert not tensor.requires_grad
            assert tensor.grad is None


def test_evaluation_and_training_agree_on_the_loss() -> None:
    run = a_run(1)
    weights = all_weights(run)[0]
    tokens, targets = a_microbatch()
    shard = Shard(run, 0)
    assert (
        shard.evaluate_pass(weights, tokens, targets_BT=targets).loss_sum
        == shard.forward_pass(weights, tokens, targets_BT=targets).loss_sum
    )


@pytest.mark.parametrize(
    ("stage", "inputs"),
    [
        (0, {"tokens_BT": torch.full((2, 12), 61)}),
        (0, {"tokens_BT": torch.full((2, 12), -1)}),
        (0, {"tokens_BT": torch.zeros(2, 13, dtype=torch.int64)}),
        (0, {"tokens_BT": torch.zeros(24, dtype=torch.int64)}),
        (1, {"latent_in_BTk": torch.zeros(2, 12, 33), "targets_BT": torch.zeros(2, 12, dtype=torch.int64)}),
        (1, {"latent_in_BTk": torch.zeros(2, 12, 32)}),
        (1, {"latent_in_BTk": torch.zeros(2, 12, 32), "targets_BT": torch.full((2, 12), 99)}),
    ],
)
def test_inputs_of_the_wrong_shape_or_vocabulary_are_refused(stage: int, inputs: Inputs) -> None:
    run = a_run(2)
    with pytest.raises(MalformedMessage):
        Shard(run, stage).forward_pass(all_weights(run)[stage], **inputs)


@pytest.mark.parametrize("tokens", [torch.zeros(2, 11, dtype=torch.int64), torch.full((2, 12), 61)])
def test_tokens_that_do_not_fit_the_latent_or_the_vocabulary_are_refused(tokens: torch.Tensor) -> None:
    run = a_run(2, bottleneck_width=8)
    with pytest.raises(MalformedMessage):
        Shard(run, 1).forward_pass(all_weights(run)[1], tokens, torch.zeros(2, 12, 8), torch.zeros(2, 12).long())


def test_a_latent_of_fewer_features_is_one_whose_other_features_are_zero() -> None:
    run = a_run(3, bottleneck_width=8)
    tokens, _ = a_microbatch()
    first, second = Shard(run, 0), Shard(run, 1)
    weights = all_weights(run)
    whole = first.forward_pass(weights[0], tokens).latent_out
    few = first.forward_pass(weights[0], tokens, rank=3).latent_out
    assert whole is not None
    assert few is not None
    assert few.shape == (2, 12, 3)
    torch.testing.assert_close(few, whole[..., :3])
    padded = torch.nn.functional.pad(few, (0, 5))
    from_few = second.forward_pass(weights[1], tokens, few).latent_out
    from_padded = second.forward_pass(weights[1], tokens, padded).latent_out
    torch.testing.assert_close(from_few, from_padded)


def test_what_a_token_says_by_itself_reaches_the_next_stage_without_being_sent() -> None:
    run = a_run(2, bottleneck_width=8)
    tokens, _ = a_microbatch()
    weights = all_weights(run)[1]
    silence = torch.zeros(2, 12, 8)
    leaves = {name: tensor.clone().requires_grad_() for name, tensor in weights.items()}
    forward(run.model, run.stages, 1, leaves, tokens, silence).sum().backward()
    gradient_RD = leaves["borders.0.anchor"].grad
    assert gradient_RD is not None
    named = set(tokens.flatten().tolist())
    touched = set(gradient_RD.abs().sum(dim=1).nonzero().flatten().tolist())
    assert touched
    assert touched <= named


def test_large_vocabularies_share_rows_of_the_anchor_in_pairs_that_seldom_meet_twice() -> None:
    tokens = torch.arange(50_000).view(1, -1)
    table = torch.randn(2048, 4, generator=torch.Generator().manual_seed(0))
    model = msgspec.structs.replace(SMALL, vocabulary=50_000, bottleneck_width=8)
    rows = _anchor(model, table, tokens)[0]
    assert len(torch.unique(rows, dim=0)) > 0.99 * 50_000


def test_a_gradient_of_another_shape_is_refused() -> None:
    run = a_run(2)
    tokens, _ = a_microbatch()
    shard = Shard(run, 0)
    graph = shard.forward_pass(all_weights(run)[0], tokens).graph
    assert graph is not None
    with pytest.raises(MalformedMessage):
        shard.backward_pass(graph, torch.zeros(1, 12, 32))


class StoppedHere(Exception):
    pass


@pytest.mark.parametrize(("calls", "direction"), [(2, "forward"), (6, "backward")])
def test_a_pass_can_be_ended_at_any_layer_in_both_directions(calls: int, direction: str) -> None:
    run, seen = a_run(1), [0]

    def yield_point() -> None:
        seen[0] += 1
        if seen[0] == calls:
            raise StoppedHere

    tokens, targets = a_microbatch()
    shard = Shard(run, 0, yield_point=yield_point)
    weights = all_weights(run)[0]
    if direction == "forward":
        with pytest.raises(StoppedHere):
            shard.forward_pass(weights, tokens, targets_BT=targets)
    else:
        graph = shard.forward_pass(weights, tokens, targets_BT=targets).graph
        assert graph is not None
        with pytest.raises(StoppedHere):
            shard.backward_pass(graph)


FIRST_BACKWARD_PASS = """
import sys, torch
from benchmarks.engine_speed import make_run
from engine.shard.model import initialise
from engine.shard.passes import Shard
run = make_run(64)
shard, weights = Shard(run, 0), initialise(run.model, run.stages, 0, 0)
graph = shard.forward_pass(weights, torch.zeros(1, 8, dtype=torch.int64)).graph
shard.backward_pass(graph, torch.ones_like(graph.output))
print([name for name in ("sympy", "torch._dynamo", "torch._inductor") if name in sys.modules])
"""


def test_a_first_backward_pass_loads_no_module_that_takes_seconds() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_BACKWARD_PASS], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip() == "[]"
