"""Layers from a compiler: they compute what the written ones do, and are taken only where that was shown to pay."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from math import inf, nan
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.compute.layer_trial import LEAST_GAIN, Measured, make_trial, race, try_compiled_layers, why_not
from engine.compute.room import AMPLE, Room
from engine.compute.thread import ComputeThread
from engine.devices.compiler import CompilerFailed, compile_layer
from engine.devices.cpu import CpuDevice
from engine.pipeline.passage import Parcel
from engine.shard.layer import CompiledLayer, layer_function
from engine.shard.model import Weights, initialise
from engine.shard.passes import BackwardResult, ComputePolicy, ForwardResult, Shard
from engine.shard.slices import Inputs, train_in_slices
from protocol.errors import DeviceError
from protocol.packets import PacketKind
from protocol.runs import RunSpec

MakeRun = Callable[..., RunSpec]
ALLOWED = 1e-5
EVEN = Measured(eager_seconds=1.05, compiled_seconds=1.0, eager_distance=0.0, compiled_distance=ALLOWED)


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        ({}, True),
        ({"eager_seconds": 1.0499}, False),
        ({"eager_seconds": 2.0}, True),
        ({"compiled_distance": 1.01 * ALLOWED}, False),
        ({"compiled_distance": 0.0}, True),
        ({"compiled_distance": 4e-3, "eager_distance": 4e-3}, True),
        ({"compiled_distance": 4.1e-3, "eager_distance": 4e-3}, False),
        ({"compiled_distance": nan}, False),
        ({"compiled_distance": inf}, False),
    ],
)
def test_a_compiled_layer_is_taken_at_five_per_cent_and_the_allowed_distance_and_not_short_of_them(
    change: dict[str, float], taken: bool
) -> None:
    reason = why_not(replace(EVEN, **change), ALLOWED)
    assert (reason is None) == taken
    assert LEAST_GAIN == 1.05


@cache
def compiled_for(run: RunSpec) -> CompiledLayer:
    """By a backend that needs no compiler of the computer's; one layer serves all of a model's stages."""
    weights = initialise(run.model, run.stages, 0, 0)
    trial = make_trial(Shard(run, 0), weights, run.training.sequences)
    function = compile_layer(layer_function(run.model), trial.both, "aot_eager")
    shape_BTD = (run.training.sequences, run.model.context, run.model.width)
    return CompiledLayer(function, shape_BTD, torch.float32, "cpu")


def passed(shard: Shard, weights: Weights, rows: int = 2) -> tuple[ForwardResult, ForwardResult, BackwardResult]:
    """A pass that keeps no graph, one that does, and back."""
    run = shard.run
    generator = torch.Generator().manual_seed(1)
    tokens_BT1 = torch.randint(run.model.vocabulary, (2, run.model.context + 1), generator=generator)
    latent = None if shard.is_first else torch.randn(2, run.model.context, 16, generator=generator)
    gradient = None if shard.is_last else torch.randn(2, run.model.context, 16, generator=generator)
    inputs = Inputs(tokens_BT1[:, :-1], latent, tokens_BT1[:, 1:] if shard.is_last else None)
    look = inputs.forward(shard, weights, keep_graph=False)
    kept = inputs.forward(shard, weights, keep_graph=True)
    assert kept.graph is not None
    if rows < 2:
        return look, kept, train_in_slices(shard, weights, inputs, rows, gradient)[1]
    return look, kept, shard.backward_pass(kept.graph, gradient)


@pytest.mark.slow
@pytest.mark.parametrize("stage", [0, 1, 2], ids=["first", "middle", "last"])
@pytest.mark.parametrize("recompute", [False, True], ids=["kept", "recomputed"])
def test_a_whole_shard_of_compiled_layers_gives_the_written_ones_numbers(
    stage: int, recompute: bool, tiny_run: MakeRun
) -> None:
    run = tiny_run(3)
    weights = initialise(run.model, run.stages, stage, 0)
    paused_at: list[int] = []
    policy = ComputePolicy(recompute_layers=recompute)
    plain = passed(Shard(run, stage, policy), weights)
    compiled = compiled_for(run)
    calls = counted(compiled)
    shard = Shard(run, stage, replace(policy, compiled=calls.layer), yield_point=lambda: paused_at.append(1))
    own = passed(shard, weights)
    layers = run.stages[stage].end_layer - run.stages[stage].first_layer
    assert calls.count == (3 if recompute else 2) * layers
    assert paused_at
    for one, other in zip(own[:2], plain[:2], strict=True):
        assert one.loss_sum == other.loss_sum
        if one.latent_out is not None:
            assert other.latent_out is not None and torch.equal(one.latent_out, other.latent_out)
    assert own[2].weight_gradients.keys() == plain[2].weight_gradients.keys()
    for name, gradient in plain[2].weight_gradients.items():
        assert torch.equal(own[2].weight_gradients[name], gradient), name
    if stage > 0:
        mine, theirs = own[2].input_gradient, plain[2].input_gradient
        assert mine is not None and theirs is not None and torch.equal(mine, theirs)


class counted:
    """A compiled layer that counts its calls."""

    def __init__(self, compiled: CompiledLayer) -> None:
        self.count = 0

        def function(*tensors: Tensor) -> Tensor:
            self.count += 1
            return compiled.function(*tensors)

        self.layer = replace(compiled, function=function)


def test_another_number_of_threads_between_forward_and_backward_loses_no_pass(tiny_run: MakeRun) -> None:
    run, threads = tiny_run(3), torch.get_num_threads()
    weights = initialise(run.model, run.stages, 2, 0)
    shard = Shard(run, 2, ComputePolicy(recompute_layers=True, compiled=compiled_for(run)))
    tokens_BT1 = torch.zeros(2, run.model.context + 1, dtype=torch.int64)
    inputs = Inputs(tokens_BT1[:, :-1], torch.ones(2, run.model.context, 16), tokens_BT1[:, 1:])
    first, second = (inputs.forward(shard, weights, keep_graph=True).graph for _ in range(2))
    assert first is not None
    assert second is not None
    expected = shard.backward_pass(first)
    torch.set_num_threads(threads + 1)
    try:
        found = shard.backward_pass(second)
    finally:
        torch.set_num_threads(threads)
    for name, gradient in expected.weight_gradients.items():
        torch.testing.assert_close(found.weight_gradients[name], gradient)


def test_a_slice_of_a_microbatch_runs_the_written_layers_and_no_compiler(tiny_run: MakeRun) -> None:
    run = tiny_run(3)
    weights = initialise(run.model, run.stages, 1, 0)
    calls = counted(compiled_for(run))
    shard = Shard(run, 1, ComputePolicy(compiled=calls.layer))
    passed(shard, weights)
    whole = calls.count
    passed(shard, weights, rows=1)
    assert calls.count == 2 * whole, "the slices' layers were not counted"


def test_called_with_another_shape_a_compiled_layer_runs_as_it_is_written(tiny_run: MakeRun) -> None:
    run = tiny_run(3)
    weights = initialise(run.model, run.stages, 1, 0)
    layer = compiled_for(run).function
    other = make_trial(Shard(run, 1), weights, 1)
    for own, expected in zip(other.both(layer), other.both(layer_function(run.model)), strict=True):
        assert torch.equal(own, expected)


class Asked(CpuDevice):
    may_compile = True

    def no_compiler(self) -> str | None:
        return None


async def outcome(
    tiny_trainer: Callable[..., Any], run: RunSpec, device: CpuDevice, backend: Any, room: Room | None = None
) -> tuple[str, Any]:
    compute = ComputeThread()
    trainer = tiny_trainer(run, 1)
    try:
        words = await try_compiled_layers(
            trainer.shard, lambda: trainer.weights, room or Room(), device, compute, backend
        )
    finally:
        await compute.stop()
    return words, trainer


async def test_a_compiler_that_fails_leaves_the_layers_as_they_are_written_and_says_why(
    tiny_run: MakeRun, tiny_trainer: Callable[..., Any]
) -> None:
    def broken(graph: object, inputs: object) -> None:
        raise ValueError("no such chip")

    device = Asked()
    words, trainer = await outcome(tiny_trainer, tiny_run(3), device, broken)
    assert "no such chip" in words
    assert trainer.shard.policy.compiled is None
    again, _ = await outcome(tiny_trainer, tiny_run(3), device, "never asked")
    assert again == "layers stay as they are written"


async def test_a_compiled_layer_that_does_not_pay_is_not_taken(
    tiny_run: MakeRun, tiny_trainer: Callable[..., Any], tiny_tokens: Callable[[RunSpec, int], Parcel]
) -> None:
    """A backend that runs what was traced, slower than it was written."""
    words, trainer = await outcome(tiny_trainer, tiny_run(3), Asked(), "aot_eager")
    assert words == "layers stay as they are written"
    assert trainer.shard.policy.compiled is None


class CountingBackend:
    """Runs what was traced, and counts how often it is asked to compile and to run."""

    def __init__(self) -> None:
        self.compiled, self.runs = 0, 0

    def __call__(self, graph: Callable[..., Any], inputs: object) -> Callable[..., Any]:
        self.compiled += 1

        def run(*arguments: Any) -> Any:
            self.runs += 1
            return graph(*arguments)

        return run


async def test_a_compiled_layer_that_pays_is_taken_and_no_pass_asks_the_compiler_again(
    tiny_run: MakeRun,
    tiny_trainer: Callable[..., Any],
    tiny_tokens: Callable[[RunSpec, int], Parcel],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.compute.layer_trial.race", lambda *_: replace(EVEN, compiled_distance=0.0))
    run, device, backend = tiny_run(2), Asked(), CountingBackend()
    words, trainer = await outcome(tiny_trainer, run, device, backend)
    assert words == "layers are compiled"
    compiled, runs = backend.compiled, backend.runs
    sent = tiny_trainer(run).forward(PacketKind.FORWARD, 0, tiny_tokens(run, 0)).parcel
    written = tiny_trainer(run, 1).forward(PacketKind.FORWARD, 0, sent.as_packet())
    assert trainer.forward(PacketKind.FORWARD, 0, sent.as_packet()).loss_sum == written.loss_sum
    assert trainer.forward(PacketKind.EVALUATE, 1, sent.as_packet()).loss_sum is not None
    layers = run.stages[1].end_layer - run.stages[1].first_layer
    assert (backend.compiled, backend.runs) == (compiled, runs + 2 * layers)
    words, another = await outcome(tiny_trainer, run, device, backend)
    assert another.shard.policy.compiled is trainer.shard.policy.compiled
    assert backend.compiled == compiled, "tried once for a shape on a device"


async def test_without_room_for_one_layer_more_nothing_is_tried(
    tiny_run: MakeRun, tiny_trainer: Callable[..., Any]
) -> None:
    room = Room(replace(AMPLE, peak_bytes=10**6, budget_bytes=10**6 + 1000))
    words, trainer = await outcome(tiny_trainer, tiny_run(3), Asked(), "never asked", room)
    assert "room" in words
    assert trainer.shard.policy.compiled is None


async def test_a_processor_compiles_only_where_somebody_asked(
    tiny_run: MakeRun, tiny_trainer: Callable[..., Any]
) -> None:
    words, _ = await outcome(tiny_trainer, tiny_run(3), CpuDevice(), "never asked")
    assert "asked" in words


def test_the_race_measures_both_and_how_far_they_are_apart(tiny_run: MakeRun) -> None:
    run = tiny_run(3)
    trial = make_trial(Shard(run, 1), initialise(run.model, run.stages, 1, 0), 2)
    written = layer_function(run.model)

    def wrong(*tensors: Tensor) -> Tensor:
        return written(*tensors) * 1.01

    measured = race(trial, written, wrong, CpuDevice())
    assert measured.eager_seconds > 0 < measured.compiled_seconds
    assert measured.eager_distance == 0.0
    assert measured.compiled_distance == pytest.approx(0.01, rel=0.1)


def test_the_error_of_a_compiler_is_one_of_this_house() -> None:
    with pytest.raises(CompilerFailed) as caught:
        compile_layer(lambda x: x, lambda layer: layer(torch.ones(2)), "no such backend")
    assert isinstance(caught.value, DeviceError)
    assert caught.value.advice
