"""Our shards trained in one process, stage after stage, through the same packets but no network: what splitting a model
costs in loss, apart from what running it apart costs."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rebuilding import held_out_loss
from engine.disk.evidence import KeptWeights
from engine.pipeline.passage import Parcel
from engine.pipeline.token_files import TokenFiles
from engine.shard.model import initialise
from engine.shard.passes import Shard
from engine.shard.step import new_state
from engine.training.trainer import Trainer
from protocol.packets import Packet, PacketHeader, PacketKind
from protocol.receipts import StepId
from protocol.runs import RunSpec
from subnet.local.options import BUILT_IN_TEXT
from subnet.submission.prepare import Submission, prepare
from swarm.presets import Preset


@dataclass(frozen=True)
class Outcome:
    held_out_loss: float
    tokens_per_second: float


def prepared(preset: Preset, tokens: int, seed: int) -> tuple[RunSpec, bytes, bytes]:
    """The preset's run on the built-in text, and the token ids of its two splits."""
    with tempfile.TemporaryDirectory() as folder:
        run, _ = prepare(Submission(preset, BUILT_IN_TEXT, "bytes", tokens, seed, "one-process"), Path(folder))
        train, held_out = (Path(folder, f"{name}.tokens").read_bytes() for name in ("train", "held_out"))
    return run, train, held_out


def train_in_one_process(run: RunSpec, train: bytes, held_out: bytes) -> Outcome:
    """The whole run, one microbatch after the other; signatures and receipts are left out."""
    trainers = []
    for stage in range(len(run.stages)):
        weights = initialise(run.model, run.stages, stage, run.training.seed)
        trainers.append(Trainer(Shard(run, stage), weights, new_state(weights), 1, KeptWeights(1)))
    tokens = TokenFiles(run, train, held_out)
    began = time.perf_counter()
    for microbatch in range(run.training.microbatches):
        _train_on(run, trainers, microbatch, tokens.parcel(PacketKind.FORWARD, microbatch))
    seconds = time.perf_counter() - began
    speed = run.training.microbatches * run.tokens_per_microbatch / seconds
    return Outcome(held_out_loss(run, [trainer.weights for trainer in trainers], held_out), speed)


def _train_on(run: RunSpec, trainers: list[Trainer], microbatch: int, tokens: Parcel) -> None:
    done = trainers[0].forward(PacketKind.FORWARD, microbatch, tokens)
    for stage, trainer in enumerate(trainers[1:], start=1):
        assert done.parcel is not None
        packet = packet_between(run, PacketKind.FORWARD, microbatch, stage - 1, done.parcel, trainers)
        done = trainer.forward(PacketKind.FORWARD, microbatch, packet)
    gradient = done.backward.parcel if done.backward else None
    for stage in range(len(trainers) - 2, -1, -1):
        assert gradient is not None
        packet = packet_between(run, PacketKind.BACKWARD, microbatch, stage + 1, gradient, trainers)
        gradient = trainers[stage].backward(microbatch, packet).parcel


def packet_between(
    run: RunSpec, kind: PacketKind, microbatch: int, from_stage: int, parcel: Parcel, trainers: list[Trainer]
) -> Packet:
    """What `from_stage` would send to its neighbour, unsigned."""
    to_stage = from_stage + (-1 if kind is PacketKind.BACKWARD else 1)
    header = PacketHeader(
        kind=kind,
        run_id=run.run_id,
        microbatch=microbatch,
        lease_id=0,
        sender="",
        receiver="",
        from_stage=from_stage,
        to_stage=to_stage,
        step=StepId(1, 0),
        codec_id=parcel.codec.codec_id,
        codec_bits=parcel.codec.bits,
        sections=parcel.sections,
        payload_hash=parcel.payload_hash,
        norm_shares=trainers[from_stage].norm_shares(),
    )
    return Packet(header, parcel.payload)
