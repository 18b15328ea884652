"""A small pipeline that trains in this process, honest or not, and hands every step over to be audited.

For tests and for calibration: how far honest devices are apart, and how far a cheat is from them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal

import msgspec
import numpy as np
import torch
import torch.nn.functional as F

from engine.shard.auxiliary import auxiliary_weight
from engine.shard.codec import decode, encode
from engine.shard.model import Weights, initialise
from engine.shard.passes import BackwardResult, ComputePolicy, ForwardResult, Shard
from engine.shard.sections import sections_from_latent
from engine.shard.step import (
    OptimizerState,
    add_gradients,
    clip_scale,
    gradient_square_sum,
    learning_rate,
    new_state,
    take_step,
)
from engine.shard.weights import to_vector, weights_hash
from protocol.hashes import hash_bytes
from protocol.keys import NodeId, NodeKey
from protocol.orchestrator_api import PacketEvidence
from protocol.packets import PacketHeader, PacketKind, Section, encode_packet
from protocol.receipts import Direction as Way
from protocol.receipts import JournalEntry, Line, Receipt, StepCommitment, StepId, sign_line
from protocol.runs import CodecSpec, DataSpec, ModelSpec, OptimizerSpec, RunSpec, TrainingSpec, even_stages
from protocol.validator_api import OpenAudit
from subnet.validator.evidence import Evidence
from subnet.validator.recomputation import token_bytes
from swarm.data_order import windows

_WAYS: Final[dict[Way, Literal["forward", "backward"]]] = {Way.FORWARD: "forward", Way.BACKWARD: "backward"}
TEXT = np.random.default_rng(7).integers(0, 48, 4096).astype(np.uint8)
MODEL = ModelSpec(vocabulary=48, width=32, layers=3, heads=2, kv_heads=1, mlp_width=64, context=16, bottleneck_width=16)
SEQUENCES = 12
TEXT_HASH = hash_bytes(TEXT.tobytes())


def make_run(
    seed: int, steps: int, microbatches_per_step: int, auxiliary_heads: bool = True, **rates: float
) -> RunSpec:
    return RunSpec(
        run_id="tiny",
        title="Tiny",
        model=msgspec.structs.replace(MODEL, auxiliary_heads=auxiliary_heads),
        stages=even_stages(3, 3),
        codec=CodecSpec("raw32", 32) if seed % 4 == 3 else CodecSpec(),
        optimizer=msgspec.convert(rates, OptimizerSpec),
        training=TrainingSpec(
            sequences=SEQUENCES,
            microbatches=steps * microbatches_per_step,
            microbatches_per_step=microbatches_per_step,
            seed=seed,
        ),
        data=DataSpec(
            train_key="data/tiny",
            train_tokens=len(TEXT),
            train_hash=TEXT_HASH,
            held_out_key="data/tiny",
            held_out_tokens=len(TEXT),
            held_out_hash=TEXT_HASH,
        ),
    )


def tokens_of(run: RunSpec, microbatch: int) -> torch.Tensor:
    starts = windows(run.training.seed, microbatch, SEQUENCES, MODEL.context, len(TEXT))
    return torch.from_numpy(np.stack([TEXT[start : start + MODEL.context + 1] for start in starts]).astype(np.int64))


@dataclass
class Cheat:
    """How one stage departs from the rules; the default is honest."""

    weights: Callable[[Weights, Weights], Weights] = lambda now, before: now
    output: Callable[[torch.Tensor], torch.Tensor] = lambda latent: latent
    loss: Callable[[float], float] = lambda loss: loss
    update: Callable[[Weights, Weights], Weights] = lambda old, new: new
    auxiliary_weight: Callable[[RunSpec, int], float] = auxiliary_weight


@dataclass
class PipelineStage:
    """One miner: a shard in training, its key, and what it signs and keeps of the step at hand."""

    run: RunSpec
    stage: int
    dtype: torch.dtype
    cheat: Cheat = field(default_factory=Cheat)
    journal: list[JournalEntry] = field(default_factory=list)
    upstream: NodeId | None = None
    downstream: NodeId | None = None

    def __post_init__(self) -> None:
        self.key = NodeKey(hash_bytes(f"{self.run.training.seed}/{self.stage}".encode()).encode()[:32])
        self.shard = Shard(self.run, self.stage, ComputePolicy(dtype=self.dtype))
        self.weights = initialise(self.run.model, self.run.stages, self.stage, self.run.training.seed)
        self.before = self.weights
        self.state: OptimizerState = new_state(self.weights)
        self.begin(0)
        self.commitment = self.sign(self._commitment(self.step, (), 0.0))

    def begin(self, step: int) -> None:
        self.step = StepId(1, step)
        self.gradients: Weights | None = None
        self.receipts: list[JournalEntry] = []
        self.packets: dict[str, bytes] = {}
        self.evidence: list[PacketEvidence] = []

    def sign(self, line: Line) -> JournalEntry:
        """The next line of this miner's journal."""
        self.journal.append(sign_line(self.key, len(self.journal), line))
        return self.journal[-1]

    def packet(self, kind: PacketKind, microbatch: int, sections: tuple[Section, ...], payload: bytes) -> bytes:
        header = PacketHeader(
            kind=kind, run_id="tiny", microbatch=microbatch, lease_id=1, sender=self.key.node_id, receiver="0" * 64,
            from_stage=self.stage, to_stage=self.stage + 1, step=self.step, codec_id=self.run.codec.codec_id,
            codec_bits=self.run.codec.bits, sections=sections, payload_hash=hash_bytes(payload),
        )  # fmt: skip
        return encode_packet(self.key, header, payload)

    def record(
        self, way: Way, microbatch: int, received: tuple[bytes, str] | None, sent: tuple[bytes, str] | None,
        input_hash: str, loss_sum: float | None = None,
    ) -> None:  # fmt: skip
        names = [f"{way}/{microbatch}/in" if received else None, f"{way}/{microbatch}/out" if sent else None]
        for name, packet in zip(names, (received, sent), strict=True):
            if name is not None and packet is not None:
                self.packets[name] = packet[0]
        self.evidence.append(
            PacketEvidence(microbatch=microbatch, direction=_WAYS[way], received_key=names[0], sent_key=names[1])
        )
        receipt = Receipt(
            run_id="tiny", stage=self.stage, microbatch=microbatch, lease_id=1, direction=way, step=self.step,
            input_hash=input_hash, output_hash=sent[1] if sent else "",
            upstream=self.upstream, downstream=self.downstream,
            tokens=SEQUENCES * MODEL.context, duration_ms=1.0, finished_at_unix_ms=0, loss_sum=loss_sum,
        )  # fmt: skip
        self.receipts.append(self.sign(receipt))

    def computing_weights(self) -> Weights:
        return self.cheat.weights(self.weights, self.before)

    def take_step(self, microbatches: tuple[int, ...]) -> StepCommitment:
        """The commitment of the version that the gathered gradients make."""
        assert self.gradients is not None
        share = sum(microbatches) / len(microbatches) / self.run.training.microbatches
        rate = learning_rate(self.run.optimizer, share)
        scale = clip_scale(gradient_square_sum(self.gradients), (), self.run.optimizer.clip_norm)
        made, self.state = take_step(self.weights, self.state, self.gradients, self.run.optimizer, rate, scale)
        self.before, self.weights = self.weights, self.cheat.update(self.weights, made)
        return self._commitment(StepId(1, self.step.step + 1), microbatches, rate)

    def _commitment(self, step: StepId, microbatches: tuple[int, ...], rate: float) -> StepCommitment:
        return StepCommitment(
            run_id="tiny", stage=self.stage, step=step, weights_hash=weights_hash(self.weights),
            microbatches=microbatches, learning_rate=rate, clip_scale=1.0,
        )  # fmt: skip

    def audit(self, microbatches: tuple[int, ...]) -> tuple[OpenAudit, Evidence]:
        """End the step, and hand everything over."""
        weights, made_by = raw(self.weights), self.commitment
        self.commitment = self.sign(self.take_step(microbatches))
        audit = OpenAudit(
            audit_id=self.step.step + 1, run_id="tiny", stage=self.stage, node=self.key.node_id, hotkey="hot",
            step=self.step, commitment=made_by, next_commitment=self.commitment, receipts=tuple(self.receipts),
            peer_receipts=(), weights_key="w", next_weights_key="n", packets=tuple(self.evidence),
        )  # fmt: skip
        evidence = Evidence(weights, raw(self.weights), dict(self.packets))
        self.begin(self.step.step + 1)
        return audit, evidence


def raw(weights: Weights) -> bytes:
    return to_vector(weights, list(weights)).numpy().tobytes()


class Pipeline:
    """Three stages that train together in this process, and every stage's audit of every step."""

    def __init__(self, run: RunSpec, dtype: torch.dtype = torch.float32) -> None:
        self.run = run
        self.stages = [PipelineStage(run, stage, dtype) for stage in range(3)]
        for before, after in pairwise(self.stages):
            before.downstream, after.upstream = after.key.node_id, before.key.node_id

    def audits(self, steps: int) -> Iterator[tuple[int, OpenAudit, Evidence]]:
        per_step = self.run.training.microbatches_per_step
        for step in range(steps):
            microbatches = tuple(range(step * per_step, (step + 1) * per_step))
            for microbatch in microbatches:
                self._train(microbatch)
            for stage in self.stages:
                yield (stage.stage, *stage.audit(microbatches))

    def _train(self, microbatch: int) -> None:
        tokens = tokens_of(self.run, microbatch)
        token_section = Section("tokens", "u8", tuple(tokens.shape))
        raw_tokens = token_bytes(self.run, tokens)
        arrived: tuple[bytes, str] | None = None
        latent: torch.Tensor | None = None
        kept: list[ForwardResult] = []
        for stage in self.stages:
            result = stage.shard.forward_pass(
                stage.computing_weights(), tokens[:, :-1], latent,
                tokens[:, 1:] if stage.stage == 2 else None,
            )  # fmt: skip
            kept.append(result)
            input_hash = arrived[1] if arrived else hash_bytes(raw_tokens)
            sent = None
            if result.latent_out is not None:
                coded = encode(stage.cheat.output(result.latent_out), self.run.codec)
                sections, payload = sections_from_latent(coded)
                payload, latent = raw_tokens + payload, decode(coded)
                sent = (
                    stage.packet(PacketKind.FORWARD, microbatch, (token_section, *sections), payload),
                    hash_bytes(payload),
                )
            loss = None if result.loss_sum is None else stage.cheat.loss(result.loss_sum)
            stage.record(Way.FORWARD, microbatch, arrived, sent, input_hash, loss)
            arrived = sent
        self._differentiate(microbatch, kept)

    def _differentiate(self, microbatch: int, kept: list[ForwardResult]) -> None:
        arrived: tuple[bytes, str] | None = None
        gradient: torch.Tensor | None = None
        for stage, forward in reversed(list(zip(self.stages, kept, strict=True))):
            assert forward.graph is not None
            if gradient is not None and forward.latent_out is not None:
                gradient = F.pad(gradient, (0, forward.latent_out.shape[2] - gradient.shape[2]))
            weight = stage.cheat.auxiliary_weight(self.run, microbatch)
            result: BackwardResult = stage.shard.backward_pass(forward.graph, gradient, weight)
            share = 1.0 / self.run.training.microbatches_per_step
            stage.gradients = add_gradients(stage.gradients, result.weight_gradients, share)
            sent = None
            if result.input_gradient is not None:
                coded = encode(result.input_gradient, self.run.codec)
                sections, payload = sections_from_latent(coded)
                gradient = decode(coded)
                sent = (stage.packet(PacketKind.BACKWARD, microbatch, sections, payload), hash_bytes(payload))
            stage.record(Way.BACKWARD, microbatch, arrived, sent, arrived[1] if arrived else "")
            arrived = sent
