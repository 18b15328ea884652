"""Trains an inner stage on made-up input and times it in stretches. The clock is passed in.

An inner stage has neither text nor loss: all its work is layers there and back, and the optimizer's step, which is
what nearly every computer of a network does.

Legend: B sequences, T tokens, k features that cross a border.
"""

from collections.abc import Callable, Iterator
from typing import Final

import torch

from engine.devices import Device, memory_errors_translated
from engine.shard.model import initialise
from engine.shard.passes import ComputePolicy, Shard
from engine.shard.step import gather_gradients, learning_rate, new_state, take_step
from protocol.runs import DataSpec, ModelSpec, RunSpec, TrainingSpec, even_stages
from protocol.speed_check import Began, Ended, SpeedLine, Stretch

INNER: Final = 1
STRETCH_SECONDS: Final = 1.0
WARM_UP_SECONDS: Final = 3.0
"""Allocators and a card's clock need as long to settle; not counted."""
_NO_DATA: Final = DataSpec(
    train_key="-", train_tokens=0, train_hash="-", held_out_key="-", held_out_tokens=0, held_out_hash="-"
)


def check_run(*, on_card: bool) -> RunSpec:
    """Three stages of which the middle one is trained. A graphics card gets one that keeps it busy; on a processor
    that would take minutes for a single step."""
    width, layers, context, sequences = (1024, 4, 512, 8) if on_card else (256, 2, 128, 4)
    return RunSpec(
        run_id="speed-check",
        title="Speed check",
        model=ModelSpec(
            vocabulary=1024,
            width=width,
            layers=3 * layers,
            heads=width // 64,
            kv_heads=width // 64,
            mlp_width=width * 8 // 3 // 16 * 16,
            context=context,
            bottleneck_width=width,
        ),
        stages=even_stages(3 * layers, 3),
        training=TrainingSpec(sequences=sequences, microbatches=1_000_000, in_flight=2, steps_ahead=1),
        data=_NO_DATA,
    )


class SmallStage:
    """The stage with its weights, and what its neighbours would send."""

    def __init__(self, run: RunSpec, device: Device) -> None:
        self.run, self._device = run, device
        self._shard = Shard(run, INNER, ComputePolicy(device.torch_device, device.compute_dtype()))
        weights = initialise(run.model, run.stages, INNER, 0)
        self._weights = {name: tensor.to(device.torch_device) for name, tensor in weights.items()}
        self._state = new_state(self._weights)
        generator = torch.Generator().manual_seed(0)
        shape = (run.training.sequences, run.model.context, run.model.bottleneck_width)
        self._latent_BTk = torch.randn(shape, generator=generator).to(device.torch_device)
        self._gradient_BTk = (torch.randn(shape, generator=generator) * 1e-4).to(device.torch_device)

    @property
    def parameters(self) -> int:
        return sum(tensor.numel() for tensor in self._weights.values())

    @property
    def tokens_per_step(self) -> int:
        training = self.run.training
        return training.sequences * self.run.model.context * training.microbatches_per_step

    def step(self) -> None:
        """As many microbatches there and back as a step takes, and the step."""
        total = None
        for _ in range(self.run.training.microbatches_per_step):
            done = self._shard.forward_pass(self._weights, latent_in_BTk=self._latent_BTk)
            assert done.graph is not None
            back = self._shard.backward_pass(done.graph, self._gradient_BTk)
            total = gather_gradients(total, back.weight_gradients)
        assert total is not None
        rate = learning_rate(self.run.optimizer, 0.5)
        self._weights, self._state = take_step(self._weights, self._state, total, self.run.optimizer, rate)

    def settle(self) -> None:
        """Wait until all that was queued is done."""
        self._device.synchronize()


def speed_lines(device: Device, seconds: float, clock: Callable[[], float]) -> Iterator[SpeedLine]:
    """What is to be told, as it comes. Raises OutOfMemory."""
    with memory_errors_translated(device):
        stage = SmallStage(check_run(on_card=device.has_own_memory), device)
        yield Began(device=device.name, parameters=stage.parameters)
        _train_for(stage, min(WARM_UP_SECONDS, seconds / 4), clock)
        began, tokens = clock(), 0
        while (spent := clock() - began) < seconds:
            trained, taken = _train_for(stage, min(STRETCH_SECONDS, seconds - spent), clock)
            tokens += trained
            share = min(1.0, (clock() - began) / seconds)
            yield Stretch(done_share=share, tokens_per_second=trained / taken if taken > 0 else 0.0)
        yield Ended(tokens=tokens)


def _train_for(stage: SmallStage, seconds: float, clock: Callable[[], float]) -> tuple[int, float]:
    """Whole steps until the time is over, one at least: (tokens, seconds)."""
    began, tokens = clock(), 0
    while True:
        stage.step()
        stage.settle()
        tokens += stage.tokens_per_step
        taken = clock() - began
        if taken >= seconds:
            return tokens, taken
