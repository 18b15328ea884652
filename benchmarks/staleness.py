"""What it costs in loss that gradients come back for weights that are some steps old, and what a correction gives back.

Four stages of the Shakespeare shape in one process, through our trainers and packets but no network. A full pipeline
means that the first stage has begun `delay` microbatches before the gradient of the first is back, and the stages after
it proportionally fewer; with M microbatches a step its gradients are delay / M steps old. The baseline accumulates the
same M microbatches and waits (delay 0), as a flush at every step would.

Corrections tried: look-ahead (passes run on weights moved on by the last step's change, as often as steps will have
passed; after SpecTrain, arXiv 1809.02839, and XPipe, 1911.04610) and momentum that is longer in earlier stages (after
Ajanthan et al., arXiv 2505.01099).
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

import msgspec

from benchmarks.one_process import packet_between, prepared
from benchmarks.rebuilding import held_out_loss
from benchmarks.tables import compare_losses
from engine.disk.evidence import KeptWeights
from engine.pipeline.passage import Parcel
from engine.pipeline.token_files import TokenFiles
from engine.shard.model import Weights, initialise
from engine.shard.passes import Shard
from engine.shard.step import new_state
from engine.training.trainer import Trainer
from protocol.packets import PacketKind
from protocol.runs import RunSpec
from subnet.submission.prepare import load_preset

STAGES: Final = 4
FULL_TOKENS: Final = 307_200
QUICK_TOKENS: Final = 15_360


@dataclass(frozen=True)
class Arm:
    """`delay` in microbatches at the first stage; `per_step` microbatches make a step."""

    delay: int
    per_step: int = 4
    looks_ahead: bool = False
    longest_beta1: float | None = None

    def __str__(self) -> str:
        age = f"gradients {self.delay / self.per_step:g} steps old at the first stage" if self.delay else "waits"
        extra = ", look-ahead" if self.looks_ahead else ""
        return age + extra + (f", β1 to {self.longest_beta1}" if self.longest_beta1 else "")


ARMS: Final = (
    Arm(0),
    Arm(1),
    Arm(2),
    Arm(4),
    Arm(8),
    Arm(2, looks_ahead=True),
    Arm(4, looks_ahead=True),
    Arm(4, longest_beta1=0.98),
)


class LookingAhead(Trainer):
    """Passes run on weights as they are expected to be when the gradient is back."""

    steps_to_come = 0.0
    _seen: Weights | None = None
    _expected: Weights | None = None

    def weights_for_pass(self) -> Weights:
        if self._seen is not self.weights:
            before, self._seen = self._seen or self.weights, self.weights
            self._expected = {
                name: tensor + self.steps_to_come * (tensor - before[name]) for name, tensor in self.weights.items()
            }
        assert self._expected is not None
        return self._expected


def delay_of(arm: Arm, stage: int) -> int:
    """In microbatches: none at the last stage, all of it at the first."""
    return round(arm.delay * (STAGES - 1 - stage) / (STAGES - 1))


def trainers_of(run: RunSpec, arm: Arm) -> list[Trainer]:
    made = []
    for stage in range(STAGES):
        own = run
        if arm.longest_beta1 is not None:
            share = (STAGES - 1 - stage) / (STAGES - 1)
            beta1 = run.optimizer.beta1 + share * (arm.longest_beta1 - run.optimizer.beta1)
            own = msgspec.structs.replace(run, optimizer=msgspec.structs.replace(run.optimizer, beta1=beta1))
        weights = initialise(run.model, run.stages, stage, run.training.seed)
        kind = LookingAhead if arm.looks_ahead else Trainer
        trainer = kind(Shard(own, stage), weights, new_state(weights), 1, KeptWeights(1))
        if isinstance(trainer, LookingAhead):
            trainer.steps_to_come = delay_of(arm, stage) / arm.per_step
        made.append(trainer)
    return made


def simulate(run: RunSpec, arm: Arm, train: bytes, held_out: bytes) -> float:
    """Held-out loss after the whole run."""
    trainers, tokens = trainers_of(run, arm), TokenFiles(run, train, held_out)
    waiting: list[deque[tuple[int, Parcel]]] = [deque() for _ in range(STAGES)]
    for microbatch in range(run.training.microbatches):
        _forward(run, trainers, waiting, microbatch, tokens.parcel(PacketKind.FORWARD, microbatch))
        _return_due(run, arm, trainers, waiting, microbatch)
    _return_due(run, arm, trainers, waiting, run.training.microbatches + arm.delay)
    return held_out_loss(run, [trainer.weights for trainer in trainers], held_out)


def _forward(
    run: RunSpec, trainers: list[Trainer], waiting: list[deque[tuple[int, Parcel]]], microbatch: int, tokens: Parcel
) -> None:
    """Through all stages; the last has its gradient at once, which then waits at the stage before."""
    done = trainers[0].forward(PacketKind.FORWARD, microbatch, tokens)
    for stage, trainer in enumerate(trainers[1:], start=1):
        assert done.parcel is not None
        packet = packet_between(run, PacketKind.FORWARD, microbatch, stage - 1, done.parcel, trainers)
        done = trainer.forward(PacketKind.FORWARD, microbatch, packet)
    assert done.backward is not None
    assert done.backward.parcel is not None
    waiting[STAGES - 2].append((microbatch, done.backward.parcel))


def _return_due(
    run: RunSpec, arm: Arm, trainers: list[Trainer], waiting: list[deque[tuple[int, Parcel]]], now: int
) -> None:
    """Backward passes, stage by stage, of the microbatches whose delay is over."""
    for stage in range(STAGES - 2, -1, -1):
        while waiting[stage] and waiting[stage][0][0] + delay_of(arm, stage) <= now:
            microbatch, gradient = waiting[stage].popleft()
            packet = packet_between(run, PacketKind.BACKWARD, microbatch, stage + 1, gradient, trainers)
            done = trainers[stage].backward(microbatch, packet)
            if stage > 0:
                assert done.parcel is not None
                waiting[stage - 1].append((microbatch, done.parcel))


def run_of(arm: Arm, tokens: int, seed: int) -> tuple[RunSpec, bytes, bytes]:
    """12 sequences make a step, in as many microbatches as the arm wants."""
    preset = load_preset("shakespeare").with_stages(STAGES)
    training = msgspec.structs.replace(
        preset.training,
        sequences=preset.training.sequences // arm.per_step,
        microbatches_per_step=arm.per_step,
    )
    return prepared(msgspec.structs.replace(preset, training=training), tokens, seed)


def loss_of(arm: Arm, tokens: int, seed: int) -> float:
    run, train, held_out = run_of(arm, tokens, seed)
    return simulate(run, arm, train, held_out)


if __name__ == "__main__":
    compare_losses(__doc__ or "", "Old gradients, four stages", ARMS, loss_of, QUICK_TOKENS, FULL_TOKENS)
