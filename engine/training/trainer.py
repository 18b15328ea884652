"""A shard in training: versions of its weights, passes in flight on them, gradients gathered into steps.

Everything here runs on the compute thread. A pass holds the version it began on; a gradient that comes back for an
older version is applied to the newest (asynchronous pipeline, bounded by the run's staleness).

Legend: B sequences, T tokens, k latent width.
"""

import time
from dataclasses import dataclass, replace
from typing import Any, Final

import structlog
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.compute.room import Room
from engine.compute.thread import PassInterrupted
from engine.devices import OutOfMemory, memory_errors_translated
from engine.disk.evidence import KeptWeights
from engine.pipeline.passage import Parcel
from engine.pipeline.shard_work import BackwardDone, ForwardDone, Packing
from engine.shard.auxiliary import auxiliary_weight
from engine.shard.codec import encode
from engine.shard.model import Weights
from engine.shard.passes import BackwardResult, ForwardResult, Graph, Shard
from engine.shard.sections import tokens_from_packet, written
from engine.shard.slices import Inputs, forward_in_slices, train_in_slices
from engine.shard.step import (
    OptimizerState,
    Step,
    clip_scale,
    gather_gradients,
    gradient_square_sum,
    learning_rate,
)
from engine.shard.weights import from_vector, to_vector, weights_hash
from engine.training.crossing import decoded, incoming, outgoing
from engine.training.moving import move
from protocol.errors import DeviceError, MalformedMessage
from protocol.hashes import hash_bytes
from protocol.packets import Packet, PacketHeader, PacketKind, Section, make_section
from protocol.receipts import StepCommitment, StepId
from protocol.runs import CodecSpec, RungSpec
from swarm.audit_windows import gradient_steps
from swarm.compression import is_allowed, is_gradient_allowed, lowest_open_rung

log = structlog.get_logger(__name__)

UNHEARD: Final = -1.0
CPU: Final = torch.device("cpu")


class StaleGradient(MalformedMessage):
    """A gradient for weights so old that it would do harm; its tokens are leased again."""

    code = "stale_gradient"


@dataclass
class PassRecord:
    """A forward pass whose gradient is still to come: what it was computed from always, its graph if memory allowed."""

    step: StepId
    weights: Weights
    source: Packet | Parcel
    """As it came: codes take a quarter to an eighth of the latent's memory, and decode to the same bits again."""
    rank: int | None = None
    """Features of the latent sent; None on the last stage."""
    graph: Graph | None = None
    gradients: BackwardResult | None = None
    """Of a last stage's pass in slices, where forward and backward are one."""


@dataclass
class DueStep:
    """A step whose gradients are together; `step` once its size is known."""

    gradients: Weights
    members: tuple[int, ...]
    rate: float
    scale: float = 1.0
    step: Step | None = None


class Trainer:
    """Implements engine.shard_work.ShardWork; call it from the compute thread only, but for `norm_shares`."""

    def __init__(
        self,
        shard: Shard,
        weights: Weights,
        optimizer: OptimizerState,
        life: int,
        kept: KeptWeights,
        room: Room | None = None,
    ) -> None:
        self.shard = shard
        self.weights = weights
        self.optimizer = optimizer
        self.step = StepId(life, 0)
        self._run = shard.run
        self._kept = kept
        self._room = room or Room()
        self._records: dict[int, PassRecord] = {}
        self._gathered: Weights | None = None
        self._members: list[int] = []
        self._due: DueStep | None = None
        self._shares = (UNHEARD,) * len(shard.run.stages)
        self.rung = 0
        """Which of the run's rungs the link keeps up with; whoever measures it sets it, from any thread."""
        self._follow_plan()
        kept.keep(self.step, weights)

    def first_commitment(self) -> StepCommitment:
        """The version that this life begins with."""
        return self._commit(weights_hash(self.weights), (), 0.0, 1.0, None)

    @property
    def own_steps(self) -> int:
        """Optimizer steps since the moments were empty, one that waits for memory included. Safe from any thread."""
        return self.optimizer.step + (self._due is not None)

    def norm_shares(self) -> tuple[float, ...]:
        """Squared gradient norms by stage as last heard, this stage's fresh. Safe from any thread."""
        return self._shares

    # ── passes ───────────────────────────────────────────────────────────────────────────────────────────────────

    def forward(self, kind: PacketKind, microbatch: int, source: Packet | Parcel) -> ForwardDone:
        """Raises MalformedMessage for inputs that don't fit the run, PassInterrupted when paused inside, OutOfMemory
        where even the leanest plan asks for too much."""
        return self._room.within(lambda: self._forward(kind, microbatch, source), self._let_go)

    def backward(self, microbatch: int, gradient: Packet) -> BackwardDone:
        """Raises StaleGradient, MalformedMessage if no forward pass waits for it or it doesn't fit, and as above."""
        try:
            return self._room.within(lambda: self._backward(microbatch, gradient), self._let_go)
        except PassInterrupted:
            raise
        except Exception:
            self.drop(microbatch)
            raise

    def _forward(self, kind: PacketKind, microbatch: int, source: Packet | Parcel) -> ForwardDone:
        began, last = time.perf_counter(), self.shard.is_last
        rung = self._rung_for(kind, microbatch)
        kept = source.closed() if isinstance(source, Packet) else source
        record = PassRecord(self.step, self.weights_for_pass(), kept, None if last else rung.rank)
        inputs = self._inputs_of(record, source, kind)
        if isinstance(source, Packet):
            self._hear_shares(source.header)
        result = self._look(record, inputs, training=kind is PacketKind.FORWARD)
        packing = self._onward(source, result, rung.codec)
        loss_sum = result.loss_sum
        if kind is PacketKind.EVALUATE:
            return ForwardDone(packing, self.step, _ms_since(began), loss_sum)
        forward_ms = _ms_since(began)
        backward = self._differentiate(microbatch, record, None) if last else None
        if backward is None:
            self._records[microbatch] = record
        return ForwardDone(packing, record.step, forward_ms, loss_sum, backward)

    def _look(self, record: PassRecord, inputs: Inputs, training: bool) -> ForwardResult:
        """The forward pass, with a graph if one will be wanted and the plan has room for it."""
        rows = self._room.plan.rows
        room = rows >= inputs.rows and (self.shard.is_last or self._graphs() < self._room.plan.graphs)
        if training and self.shard.is_last and not room:
            loss_mean, record.gradients = train_in_slices(self.shard, record.weights, inputs, rows)
            return ForwardResult(self._run.tokens_per_microbatch, None, loss_mean)
        if not (training and room):
            return forward_in_slices(self.shard, record.weights, inputs, rows)
        result = inputs.forward(self.shard, record.weights, keep_graph=True)
        record.graph = result.graph
        return result

    def _backward(self, microbatch: int, gradient: Packet) -> BackwardDone:
        record = self._records.get(microbatch)
        if record is None:
            raise MalformedMessage("A gradient came for a microbatch that is not here.")
        self._hear_shares(gradient.header)
        rank = record.rank
        assert rank is not None
        widest = self._run.model.bottleneck_width
        coded = incoming(self._room.device, gradient, (self._run.training.sequences, self._run.model.context, widest))
        # It may have been kept for a peer that died since, and that had sent on another rung than this miner does.
        features = coded.codes.shape[2]
        if not any(is_gradient_allowed(self._run, coded.codec, features, rung.rank, None) for rung in self._run.rungs):
            raise MalformedMessage("A gradient arrived in another form than the run allows.")
        gradient_BTk = decoded(self._room.device, coded)
        missing = rank - features  # above zero where the stage after has a thinner link than this one
        done = self._differentiate(microbatch, record, F.pad(gradient_BTk, (0, missing)))
        del self._records[microbatch]
        return done

    def _rung_for(self, kind: PacketKind, microbatch: int) -> RungSpec:
        """How to send: as the link asks for, or wider while the run still warms up."""
        lowest = len(self._run.rungs) - 1 if kind is PacketKind.EVALUATE else lowest_open_rung(self._run, microbatch)
        return self._run.rungs[min(self.rung, lowest)]

    def weights_for_pass(self) -> Weights:
        """The version that passes begin on: the newest."""
        return self.weights

    def drop(self, microbatch: int) -> None:
        """A passage that failed elsewhere leaves no trace."""
        self._records.pop(microbatch, None)

    def release_graphs(self) -> None:
        """Free the memory of all graphs (pause); gradients that come later are recomputed from the kept inputs."""
        for record in self._records.values():
            record.graph = None

    def _inputs_of(self, record: PassRecord, source: Packet | Parcel, kind: PacketKind = PacketKind.FORWARD) -> Inputs:
        tokens_BT1, latent_BTk = self.inputs(kind, source)
        targets_BT = tokens_BT1[:, 1:] if self.shard.is_last else None
        return Inputs(tokens_BT1[:, :-1], latent_BTk, targets_BT, record.rank)

    def inputs(self, kind: PacketKind, source: Packet | Parcel) -> tuple[Tensor, Tensor | None]:
        """Token ids [B, T + 1] and the decoded latent [B, T, k]; the last held-out microbatch may have fewer rows."""
        packet = source if isinstance(source, Packet) else source.as_packet()
        rows = self._run.training.sequences
        if kind is PacketKind.EVALUATE:
            rows = max(1, min(rows, _token_section(packet).shape[0]))
        model = self._run.model
        tokens_BT1 = tokens_from_packet(packet, (rows, model.context + 1), model.vocabulary)
        if isinstance(source, Parcel):
            return tokens_BT1, None
        coded = incoming(self._room.device, source, (rows, model.context, model.bottleneck_width))
        if not is_allowed(self._run, coded.codec, coded.codes.shape[2], None):
            raise MalformedMessage("A latent arrived in another form than the run allows.")
        return tokens_BT1, decoded(self._room.device, coded)

    def _onward(self, source: Packet | Parcel, result: ForwardResult, codec: CodecSpec) -> Packing | None:
        """Token ids travel on, so that the last stage has its targets; then the coded latent."""
        if result.latent_out is None:
            return None
        plain, parts = outgoing(self._room.device, encode(result.latent_out, codec))
        packet = source if isinstance(source, Packet) else source.as_packet()
        ids, id_bytes = _token_section(packet), bytes(packet.section("tokens"))

        def pack() -> Parcel:
            tokens, token_bytes = make_section("tokens", ids.dtype, ids.shape, id_bytes)
            sections, payload = written(plain, parts)
            whole = token_bytes + payload
            return Parcel((tokens, *sections), whole, hash_bytes(whole), codec)

        return Packing(pack)

    def _graphs(self) -> int:
        return sum(record.graph is not None for record in self._records.values())

    # ── gradients and steps ──────────────────────────────────────────────────────────────────────────────────────

    def _differentiate(self, microbatch: int, record: PassRecord, gradient_BTk: Tensor | None) -> BackwardDone:
        """Nothing counts before the last line: a pass that ends before it, for a pause or for want of memory, is done
        again from its inputs, and its gradient enters once."""
        began = time.perf_counter()
        if self.step.step - record.step.step > gradient_steps(self._run):
            raise StaleGradient("A gradient came back too late to be of use.")
        result = self._gradients(microbatch, record, gradient_BTk)
        packing = self._backward_packing(microbatch, result.input_gradient)
        made = self._gather(microbatch, result.weight_gradients)
        return BackwardDone(packing, record.step, _ms_since(began), made)

    def _gradients(self, microbatch: int, record: PassRecord, gradient_BTk: Tensor | None) -> BackwardResult:
        """Whatever is kept of the pass is used up; without it, or a second time, the inputs do."""
        weight = auxiliary_weight(self._run, microbatch)
        graph, record.graph = record.graph, None
        result, record.gradients = record.gradients, None
        if result is not None:
            return result
        if graph is not None:
            return self.shard.backward_pass(graph, gradient_BTk, weight)
        rows, inputs = self._room.plan.rows, self._inputs_of(record, record.source)
        return train_in_slices(self.shard, record.weights, inputs, rows, gradient_BTk, weight)[1]

    def _backward_packing(self, microbatch: int, gradient_BTk: Tensor | None) -> Packing | None:
        if gradient_BTk is None:
            return None
        rung = self._rung_for(PacketKind.FORWARD, microbatch)
        coded = encode(gradient_BTk[..., : rung.rank], rung.gradient_codec)
        plain, parts = outgoing(self._room.device, coded)

        def pack() -> Parcel:
            sections, payload = written(plain, parts)
            return Parcel(sections, payload, hash_bytes(payload), rung.gradient_codec)

        return Packing(pack)

    def _gather(self, microbatch: int, gradients: Weights) -> tuple[StepCommitment, ...]:
        """Add one microbatch's gradients, which are used up; take a step when there are enough.

        A step that runs out of memory waits, half done, and is finished here the next time: before that microbatch's
        gradients are added, so that it may run out of memory again and that pass have changed nothing.
        """
        made = self._finish_step()
        wanted = self._run.training.microbatches_per_step
        self._gathered = gather_gradients(self._gathered, gradients, 1.0 / wanted)
        self._members.append(microbatch)
        if len(self._members) < wanted:
            return made
        share = sum(self._members) / wanted / self._run.training.microbatches
        rate = learning_rate(self._run.optimizer, share)
        self._due = DueStep(self._gathered, tuple(self._members), rate)
        self._gathered, self._members = None, []
        try:
            return (*made, *self._room.within(self._finish_step, self._let_go))
        except OutOfMemory:
            log.warning("step_waits_for_memory")
            return made

    def _finish_step(self) -> tuple[StepCommitment, ...]:
        """The version that a due step makes, if there is one."""
        due = self._due
        if due is None:
            return ()
        if due.step is None:
            due.scale = self._clip_scale(due.gradients)
            retire = None
            if not self._room.holds_old_versions:
                self.release_graphs()
                retire = self._retire
            rule = self._run.optimizer
            due.step = Step(self.weights, self.optimizer, due.gradients, rule, due.rate, due.scale, retire)
        weights, optimizer = due.step.finish()
        digest = weights_hash(weights)  # the last that may run out of memory
        if not self._room.holds_old_versions:
            self._kept.went_away(self.step)
        self.optimizer, self._due = optimizer, None
        return (self._advance(weights, digest, due.members, due.rate, due.scale, None),)

    def _clip_scale(self, gradients: Weights) -> float:
        """Raises DeviceError, and lets the step go, for a gradient that is not a number."""
        own = gradient_square_sum(gradients)
        others = [share for stage, share in enumerate(self._shares) if stage != self.shard.stage]
        try:
            scale = clip_scale(own, others, self._run.optimizer.clip_norm)
        except DeviceError:
            self._due = None
            raise
        self._set_share(self.shard.stage, own)
        return scale

    def _retire(self, name: str, old: Tensor) -> Tensor:
        return self._room.put_away(old)

    def _let_go(self) -> None:
        """Memory ran out: free what can be made again, and follow the lowered plan."""
        self.release_graphs()
        self._follow_plan()

    def _follow_plan(self) -> None:
        again = self._room.plan.recompute_layers
        self.shard.policy = replace(self.shard.policy, recompute_layers=again)

    def _advance(
        self,
        weights: Weights,
        digest: str,
        members: tuple[int, ...],
        rate: float,
        scale: float,
        merge_id: int | None,
    ) -> StepCommitment:
        """`weights` are the newest from now on."""
        self.weights = weights
        self.step = StepId(self.step.life, self.step.step + 1)
        self._kept.keep(self.step, weights)
        if not self._room.keeps_all_versions:
            self._kept.put_away(self._room.plan.versions_in_memory, self._room.put_away)
        return self._commit(digest, members, rate, scale, merge_id)

    def _commit(
        self, digest: str, members: tuple[int, ...], rate: float, scale: float, merge_id: int | None
    ) -> StepCommitment:
        return StepCommitment(
            run_id=self._run.run_id,
            stage=self.shard.stage,
            step=self.step,
            weights_hash=digest,
            microbatches=members,
            learning_rate=rate,
            clip_scale=scale,
            merge_id=merge_id,
        )

    def _hear_shares(self, header: PacketHeader) -> None:
        """Forward packets know best of the stages before, backward packets of those after."""
        own = self.shard.stage
        for stage, share in enumerate(header.norm_shares):
            fresher = stage > own if header.kind is PacketKind.BACKWARD else stage < own
            if fresher and share >= 0:
                self._set_share(stage, share)

    def _set_share(self, stage: int, share: float) -> None:
        self._shares = (*self._shares[:stage], share, *self._shares[stage + 1 :])

    # ── merges and checkpoints ───────────────────────────────────────────────────────────────────────────────────

    def fragment_vector(self, names: tuple[str, ...]) -> Tensor:
        """The fragment's weights now, flat fp32 on the CPU; raises OutOfMemory."""
        with memory_errors_translated(self._room.device):
            return to_vector(self.weights, names)

    def apply_fragment(
        self, names: tuple[str, ...], merged: Tensor, since: Tensor | None, merge_id: int
    ) -> StepCommitment:
        """A new version with the merged fragment plus this miner's own steps since it uploaded (`since`: its weights
        then; None if it did not take part, whose steps are not added). Raises OutOfMemory, and has changed nothing."""
        return self._room.within(lambda: self._apply_fragment(names, merged, since, merge_id), self._let_go)

    def _apply_fragment(
        self, names: tuple[str, ...], merged: Tensor, since: Tensor | None, merge_id: int
    ) -> StepCommitment:
        vector = merged if since is None else merged + (to_vector(self.weights, names) - since)
        weights = from_vector(vector, self.weights, names)
        digest = weights_hash(weights)
        if self._due is not None:
            log.warning("step_let_go", reason="a merge came while it waited for memory")
            self._due = None
        return self._advance(weights, digest, (), 0.0, 1.0, merge_id)

    def snapshot(self) -> tuple[Weights, OptimizerState] | None:
        """Weights and moments in the processor's memory, whatever is trained meanwhile; None where a copy has no room.
        A processor's weights are no copy, since a version's numbers never change."""
        here = self.shard.policy.device.type == "cpu"
        copied = self.optimizer.nbytes
        if not here:
            copied += sum(tensor.nbytes for tensor in self.weights.values())
        if not self._room.spares_here(copied):
            return None
        try:
            with memory_errors_translated(self._room.device):
                if here:
                    return self.weights, self.optimizer.clone()
                return {name: tensor.cpu() for name, tensor in self.weights.items()}, self.optimizer.to(CPU)
        except OutOfMemory:
            return None

    def kept_version(self, step: StepId) -> Weights | None:
        return self._kept.version(step)

    def kept_version_here(self, step: StepId) -> Weights | None:
        """The same in the processor's memory, for threads that may not touch the device; raises OutOfMemory."""
        kept = self._kept.version(step)
        with memory_errors_translated(self._room.device):
            return None if kept is None else {name: tensor.cpu() for name, tensor in kept.items()}

    def decide_versions(self, decided_through: StepId, wanted: frozenset[StepId]) -> None:
        self._kept.decide(decided_through, wanted)

    def move_to(self, device: torch.device) -> None:
        """Bring all numbers to another device (pause: out of the GPU's memory, and back). Versions before the newest
        don't come back: a pass that began on one fetches it, and an audit reads it where it is."""
        due, step = self._due, None if self._due is None else self._due.step
        groups: list[dict[str, Any]] = [self.optimizer.first, self.optimizer.second, self._gathered or {}]
        if due is not None:
            groups.append(due.gradients)
        if step is not None:
            groups.append(step.made)
        newest = self.weights
        if device.type != self.shard.policy.device.type:
            groups += [newest, *self._kept.versions, *(record.weights for record in self._records.values())]
        elif step is None:
            groups.append(newest)
        else:
            # What it is done with may lie in files: that version is old as soon as the step is finished.
            newest = {name: tensor for name, tensor in newest.items() if name in step.still_to_move}
            groups.append(newest)
        move(groups, device)
        self.weights.update(newest)

    def put_versions_away(self) -> None:
        """Out of the processor's memory too, as far as the disk has room for them; the newest stays."""
        if not self._room.keeps_all_versions:
            self._kept.put_away(1, self._room.put_away)


def _ms_since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def _token_section(packet: Packet) -> Section:
    """Raises MalformedMessage if the packet has no token ids of two dimensions."""
    for section in packet.header.sections:
        if section.name == "tokens" and len(section.shape) == 2:
            return section
    raise MalformedMessage(f"A {packet.header.kind} packet has no tokens.")
