"""Passes and steps together: stages over a coded border learn as the whole model does."""

import msgspec
import pytest
import torch

from engine.shard.codec import decode, encode
from engine.shard.model import Weights, initialise
from engine.shard.passes import ComputePolicy, ForwardResult, Shard
from engine.shard.step import clip_scale, gradient_square_sum, learning_rate, new_state, take_step
from engine.shard.weights import weights_hash
from protocol.runs import CodecSpec, DataSpec, ModelSpec, OptimizerSpec, RunSpec, TrainingSpec, even_stages

DATA = DataSpec(train_key="t", train_tokens=1, train_hash="0", held_out_key="h", held_out_tokens=1, held_out_hash="0")
MODEL = ModelSpec(vocabulary=32, width=32, layers=4, heads=4, kv_heads=2, mlp_width=64, context=16, bottleneck_width=32)
OPTIMIZER = OptimizerSpec(peak_learning_rate=1e-2, floor_learning_rate=1e-3)
STEPS = 50


def a_run(stages: int, bottleneck: int = 32, codec: CodecSpec | None = None) -> RunSpec:
    return RunSpec(
        run_id="r",
        title="r",
        model=msgspec.structs.replace(MODEL, bottleneck_width=bottleneck),
        stages=even_stages(4, stages),
        codec=codec or CodecSpec(),
        optimizer=OPTIMIZER,
        training=TrainingSpec(sequences=4, microbatches=STEPS),
        data=DATA,
    )


def losses_of(run: RunSpec, policy: ComputePolicy | None = None) -> tuple[list[float], list[Weights]]:
    """Train on counting sequences of varied stride: each next token follows from the two before it."""
    shards = [Shard(run, stage, policy) for stage in range(len(run.stages))]
    weights = [initialise(run.model, run.stages, shard.stage, 0) for shard in shards]
    states = [new_state(stage_weights) for stage_weights in weights]
    squares: list[float | None] = [None] * len(shards)
    generator, losses = torch.Generator().manual_seed(1), []
    for step in range(STEPS):
        start, stride = torch.randint(1, 6, (2, 4, 1), generator=generator)
        tokens = (start + stride * torch.arange(17)) % 32
        results: list[ForwardResult] = []
        flowing: torch.Tensor | None = None
        for shard in shards:
            targets = tokens[:, 1:] if shard.is_last else None
            results.append(shard.forward_pass(weights[shard.stage], tokens[:, :-1], flowing, targets))
            latent = results[-1].latent_out
            flowing = None if latent is None else decode(encode(latent, run.codec))
        losses.append((results[-1].loss_sum or 0.0) / 64)
        rate, gradient = learning_rate(OPTIMIZER, step / STEPS), None
        for shard in reversed(shards):
            graph, stage = results[shard.stage].graph, shard.stage
            assert graph is not None
            back = shard.backward_pass(graph, gradient)
            gradient = None if back.input_gradient is None else decode(encode(back.input_gradient, run.codec))
            squares[stage] = own = gradient_square_sum(back.weight_gradients)
            clip = clip_scale(own, squares[:stage] + squares[stage + 1 :], OPTIMIZER.clip_norm)
            weights[stage], states[stage] = take_step(
                weights[stage], states[stage], back.weight_gradients, OPTIMIZER, rate, clip
            )
    return losses, weights


@pytest.mark.parametrize("stages", [2, 4])
def test_int8_borders_at_full_width_learn_as_the_whole_model_does(stages: int) -> None:
    whole, _ = losses_of(a_run(1))
    parts, _ = losses_of(a_run(stages))
    assert whole[0] == pytest.approx(3.47, abs=0.1)
    assert sum(whole[-10:]) / 10 < 2.0
    assert sum(parts[-10:]) / 10 == pytest.approx(sum(whole[-10:]) / 10, rel=0.1)


def test_a_narrow_border_learns_too() -> None:
    losses, _ = losses_of(a_run(2, bottleneck=8))
    assert sum(losses[-10:]) / 10 < 2.2


def test_training_twice_gives_the_same_weights_bit_for_bit() -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    first_losses, first = losses_of(a_run(2))
    second_losses, second = losses_of(a_run(2))
    torch.set_num_threads(threads)
    assert first_losses == second_losses
    assert [weights_hash(stage) for stage in first] == [weights_hash(stage) for stage in second]


def test_matrices_in_bf16_train_fp32_weights() -> None:
    losses, weights = losses_of(a_run(2), ComputePolicy(dtype=torch.bfloat16))
    assert sum(losses[-10:]) / 10 < 2.2
    assert all(tensor.dtype == torch.float32 for stage in weights for tensor in stage.values())
