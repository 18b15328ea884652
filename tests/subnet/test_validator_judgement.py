"""Audits of a real, small pipeline in training: every stage of every step is judged, honest or not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pytest
import torch

from engine.shard.codec import decode, encode, sections_from_latent
from engine.shard.model import Weights, initialise
from engine.shard.passes import BackwardResult, ComputePolicy, ForwardResult, Shard
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
from protocol.keys import NodeKey
from protocol.orchestrator_api import PacketEvidence
from protocol.packets import PacketHeader, PacketKind, Section, encode_packet
from protocol.receipts import Direction as Way
from protocol.receipts import JournalEntry, Line, Receipt, StepCommitment, StepId, sign_line
from protocol.runs import CodecSpec, DataSpec, ModelSpec, OptimizerSpec, RunSpec, TrainingSpec, even_stages
from protocol.validator_api import Finding, OpenAudit
from subnet.validator.evidence import Evidence
from subnet.validator.judgement import DIRECTION_AUDITS, Direction, Judgement, judge
from subnet.validator.recomputation import token_bytes
from swarm.data_order import windows

torch.set_num_threads(1)

TEXT = np.random.default_rng(7).integers(0, 48, 4096).astype(np.uint8)
MODEL = ModelSpec(vocabulary=48, width=32, layers=3, heads=2, kv_heads=1, mlp_width=64, context=16, bottleneck_width=16)
SEQUENCES = 12


def make_run(seed: int, steps: int, microbatches_per_step: int, **optimizer: float) -> RunSpec:
    return RunSpec(
        run_id="tiny",
        title="Tiny",
        model=MODEL,
        stages=even_stages(3, 3),
        codec=CodecSpec("raw32", 32) if seed % 4 == 3 else CodecSpec(),
        optimizer=OptimizerSpec(**optimizer),
        training=TrainingSpec(
            sequences=SEQUENCES,
            microbatches=steps * microbatches_per_step,
            microbatches_per_step=microbatches_per_step,
            seed=seed,
        ),
        data=DataSpec(
            train_key="t", train_tokens=len(TEXT), train_hash="", held_out_key="h", held_out_tokens=0, held_out_hash=""
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


@dataclass
class PipelineStage:
    """One miner: a shard in training, its key, and what it signs and keeps of the step at hand."""

    run: RunSpec
    stage: int
    dtype: torch.dtype
    cheat: Cheat = field(default_factory=Cheat)
    sequence: int = 0

    def __post_init__(self) -> None:
        self.key = NodeKey(hash_bytes(f"{self.run.training.seed}/{self.stage}".encode()).encode()[:32])
        self.shard = Shard(self.run, self.stage, ComputePolicy(dtype=self.dtype))
        self.weights = initialise(MODEL, self.run.stages, self.stage, self.run.training.seed)
        self.before = self.weights
        self.state: OptimizerState = new_state(self.weights)
        self.begin(0)

    def begin(self, step: int) -> None:
        self.step = StepId(1, step)
        self.gradients: Weights | None = None
        self.receipts: list[JournalEntry] = []
        self.packets: dict[str, bytes] = {}
        self.evidence: list[PacketEvidence] = []

    def sign(self, line: Line) -> JournalEntry:
        self.sequence += 1
        return sign_line(self.key, self.sequence, line)

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
            PacketEvidence(microbatch=microbatch, direction=way.value, received_key=names[0], sent_key=names[1])
        )
        receipt = Receipt(
            run_id="tiny", stage=self.stage, microbatch=microbatch, lease_id=1, direction=way, step=self.step,
            input_hash=input_hash, output_hash=sent[1] if sent else "", upstream=None, downstream=None,
            tokens=SEQUENCES * MODEL.context, duration_ms=1.0, finished_at_unix_ms=0, loss_sum=loss_sum,
        )  # fmt: skip
        self.receipts.append(self.sign(receipt))

    def computing_weights(self) -> Weights:
        return self.cheat.weights(self.weights, self.before)

    def take_step(self, microbatches: tuple[int, ...]) -> "tuple[StepCommitment, StepCommitment]":
        """The commitments of the version at hand and of the one its gradients make."""
        assert self.gradients is not None
        old = self._commitment(self.step, (), 0.0)
        rate = learning_rate(self.run.optimizer, sum(microbatches) / len(microbatches) / self.run.training.microbatches)
        scale = clip_scale(gradient_square_sum(self.gradients), (), self.run.optimizer.clip_norm)
        made, self.state = take_step(self.weights, self.state, self.gradients, self.run.optimizer, rate, scale)
        self.before, self.weights = self.weights, self.cheat.update(self.weights, made)
        return old, self._commitment(StepId(1, self.step.step + 1), microbatches, rate)

    def _commitment(self, step: StepId, microbatches: tuple[int, ...], rate: float) -> StepCommitment:
        return StepCommitment(
            run_id="tiny", stage=self.stage, step=step, weights_hash=weights_hash(self.weights),
            microbatches=microbatches, learning_rate=rate, clip_scale=1.0,
        )  # fmt: skip

    def audit(self, microbatches: tuple[int, ...]) -> tuple[OpenAudit, Evidence]:
        """End the step, and hand everything over."""
        weights = raw(self.weights)
        old, new = self.take_step(microbatches)
        audit = OpenAudit(
            audit_id=self.step.step + 1, run_id="tiny", stage=self.stage, node=self.key.node_id, hotkey="hot",
            step=self.step, commitment=self.sign(old), next_commitment=self.sign(new), receipts=tuple(self.receipts),
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
                stage.computing_weights(), tokens[:, :-1] if stage.stage == 0 else None, latent,
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
            result: BackwardResult = stage.shard.backward_pass(forward.graph, gradient)
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


def judge_all(pipeline: Pipeline, steps: int, only: int | None = None) -> list[Judgement]:
    found: list[Judgement] = []
    directions: dict[int, Direction] = {}
    for stage, audit, evidence in pipeline.audits(steps):
        if only is None or stage == only:
            source = partial(tokens_of, pipeline.run)
            judgement = judge(pipeline.run, audit, evidence, source, directions.get(stage, Direction()))
            directions[stage] = judgement.direction
            found.append(judgement)
    return found


def findings(judgements: list[Judgement]) -> set[Finding]:
    return {judgement.verdict.finding for judgement in judgements}


HONEST_RUNS = [
    # seed, microbatches per step, peak and floor rate, whether the miner's device rounds otherwise
    (0, 1, 1e-3, 1e-4, False),
    (1, 2, 1e-3, 1e-4, True),
    (2, 3, 3e-3, 1e-7, True),
    (3, 1, 1e-2, 1e-3, True),
    (4, 2, 1e-4, 1e-9, True),
    (5, 3, 2e-3, 0.0, True),
]


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "per_step", "peak", "floor", "other_device"), HONEST_RUNS)
def test_no_honest_miner_is_marked_down_in_a_thousand_audits(
    seed: int, per_step: int, peak: float, floor: float, other_device: bool
) -> None:
    steps = 56
    run = make_run(seed, steps, per_step, peak_learning_rate=peak, floor_learning_rate=floor)
    judgements = judge_all(Pipeline(run, torch.float64 if other_device else torch.float32), steps)
    assert 6 * len(judgements) > 1000
    assert findings(judgements) == {Finding.HONEST}
    worst = max(judgement.worst_code_share for judgement in judgements)
    print(
        f"seed {seed}: worst code share {worst:.4f}, loss {max(j.worst_loss_error for j in judgements):.4f} of allowed"
    )
    assert worst < 0.5
    if not other_device:
        assert worst == 0


def without_mlp(now: Weights, _before: Weights) -> Weights:
    return {name: tensor * 0 if name.endswith("mlp_out") else tensor for name, tensor in now.items()}


def copied(latent: torch.Tensor) -> torch.Tensor:
    result = latent.clone()
    result[5] = latent[3]
    return result


LAST_STAGE = {Finding.LOSS, Finding.BACKWARD}
"""A last stage's loss may by chance come out almost right; its gradient does not."""


def expect(cheat: Cheat, stage: int, wanted: set[Finding], steps: int = 3, **optimizer: float) -> list[Judgement]:
    pipeline = Pipeline(make_run(2, 40, 2, **optimizer))
    pipeline.stages[stage].cheat = cheat
    judgements = judge_all(pipeline, steps, only=stage)
    assert wanted & findings(judgements)
    assert findings(judgements) <= wanted | {Finding.HONEST}
    return judgements


@pytest.mark.parametrize(("stage", "wanted"), [(0, {Finding.FORWARD}), (1, {Finding.FORWARD}), (2, LAST_STAGE)])
def test_a_miner_that_skips_its_mlp_is_marked_down_at_its_first_audit(stage: int, wanted: set[Finding]) -> None:
    judgements = expect(Cheat(weights=without_mlp), stage, wanted, steps=3, warmup_share=0.0)
    assert all(judgement.verdict.finding in wanted for judgement in judgements)


@pytest.mark.parametrize(("stage", "wanted"), [(0, {Finding.FORWARD}), (1, {Finding.FORWARD}), (2, LAST_STAGE)])
def test_a_miner_on_weights_a_step_old_is_marked_down(stage: int, wanted: set[Finding]) -> None:
    judgements = expect(Cheat(weights=lambda _now, before: before), stage, wanted, steps=6, warmup_share=0.0)
    # Its first step has no older version to run on.
    assert all(judgement.verdict.finding in wanted for judgement in judgements[1:])


@pytest.mark.parametrize("stage", [0, 1])
def test_a_miner_that_copies_one_sequence_of_twelve_is_marked_down(stage: int) -> None:
    judgements = expect(Cheat(output=copied), stage, {Finding.FORWARD})
    assert all(judgement.verdict.finding is Finding.FORWARD for judgement in judgements)
    assert min(judgement.verdict.measured or 0 for judgement in judgements) > 0.5


def test_a_last_stage_that_reports_another_loss_is_marked_down() -> None:
    expect(Cheat(loss=lambda loss: loss * 1.001), 2, {Finding.LOSS})
    expect(Cheat(loss=lambda _loss: float("nan")), 2, {Finding.LOSS})


def test_a_miner_whose_weights_leap_is_marked_down() -> None:
    def leap(old: Weights, new: Weights) -> Weights:
        return {name: old[name] + 20 * (new[name] - old[name]) for name in old}

    expect(Cheat(update=leap), 1, {Finding.UPDATE_BOUND})


def test_a_miner_that_climbs_instead_of_descending_is_marked_down_once_enough_steps_were_audited() -> None:
    def climb(old: Weights, new: Weights) -> Weights:
        return {name: old[name] - (new[name] - old[name]) for name in old}

    judgements = expect(
        Cheat(update=climb), 1, {Finding.UPDATE_DIRECTION}, steps=DIRECTION_AUDITS + 1, weight_decay=0.0
    )
    assert findings(judgements[: DIRECTION_AUDITS - 1]) == {Finding.HONEST}


def one_audit() -> tuple[RunSpec, int, OpenAudit, Evidence]:
    pipeline = Pipeline(make_run(2, 10, 2))
    stage, audit, evidence = list(pipeline.audits(1))[1]
    return pipeline.run, stage, audit, evidence


def found_in(run: RunSpec, audit: OpenAudit, evidence: Evidence | None) -> Finding:
    return judge(run, audit, evidence, partial(tokens_of, run), Direction()).verdict.finding


def test_weights_other_than_the_committed_ones_are_found_first() -> None:
    run, _, audit, evidence = one_audit()
    forged = bytearray(evidence.weights)
    forged[7] ^= 1
    assert found_in(run, audit, replace(evidence, weights=bytes(forged))) is Finding.WEIGHTS_HASH
    assert found_in(run, audit, replace(evidence, weights=b"")) is Finding.WEIGHTS_HASH
    assert found_in(run, audit, replace(evidence, next_weights=bytes(forged))) is Finding.WEIGHTS_HASH


def test_a_damaged_or_exchanged_packet_is_found() -> None:
    run, _, audit, evidence = one_audit()
    names = list(evidence.packets)
    for data in (b"", evidence.packets[names[0]][:-1], evidence.packets[names[-1]]):
        assert (
            found_in(run, audit, replace(evidence, packets={**evidence.packets, names[0]: data})) is Finding.PACKET_HASH
        )


def test_evidence_that_is_not_there_is_the_miners_fault_only_if_it_had_the_time() -> None:
    import msgspec

    run, _, audit, evidence = one_audit()
    assert found_in(run, audit, replace(evidence, next_weights=None)) is Finding.MISSING_EVIDENCE
    assert found_in(run, audit, replace(evidence, packets={})) is Finding.MISSING_EVIDENCE
    lost = msgspec.structs.replace(audit, missing="The miner handed nothing over.")
    assert found_in(run, lost, None) is Finding.MISSING_EVIDENCE
    assert found_in(run, msgspec.structs.replace(lost, excused=True), None) is Finding.INCONCLUSIVE
    assert found_in(run, audit, None) is Finding.INCONCLUSIVE


def test_a_line_that_the_miner_did_not_sign_never_marks_it_down() -> None:
    import msgspec

    run, _, audit, evidence = one_audit()
    forged = msgspec.structs.replace(
        audit, receipts=tuple(JournalEntry(e.sequence + 1, e.body, e.signature) for e in audit.receipts)
    )
    assert found_in(run, forged, evidence) is Finding.INCONCLUSIVE


def test_a_first_stage_that_feeds_other_text_is_marked_down() -> None:
    pipeline = Pipeline(make_run(2, 10, 2))
    _, audit, evidence = next(pipeline.audits(1))
    shifted = partial(tokens_of, make_run(6, 10, 2))
    assert judge(pipeline.run, audit, evidence, shifted, Direction()).verdict.finding is Finding.TOKENS


def test_the_margin_between_an_honest_device_and_the_smallest_cheat_is_wide() -> None:
    """Weights a step old at the floor of the learning rate are the cheat that shows least."""
    pipeline = Pipeline(make_run(2, 40, 2, peak_learning_rate=1e-4, floor_learning_rate=1e-5, warmup_share=0.0))
    pipeline.stages[1].cheat = Cheat(weights=lambda _now, before: before)
    judgements = judge_all(pipeline, 20, only=1)[1:]
    shares = [judgement.verdict.measured or 0.0 for judgement in judgements]
    print("weights a step old at 1e-4 and below: least share", min(shares), "largest", max(shares))
    assert min(shares) > 0.02
