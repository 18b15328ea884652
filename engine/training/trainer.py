"""A shard in training: passes in flight on versions of its weights, and the steps that their gradients make.

Everything here runs on the compute thread. A pass holds the version it began on; a gradient that comes back for an
older version is applied to the newest (asynchronous pipeline, bounded by the run's staleness). What comes and goes is
`crossing`'s, gathering is `steps`', and what is kept `versions`'.
"""

import time
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from engine.compute.room import Room
from engine.compute.thread import PassInterrupted
from engine.disk.evidence import KeptWeights
from engine.pipeline.passage import Parcel
from engine.pipeline.shard_work import BackwardDone, ForwardDone, Packing
from engine.shard.auxiliary import auxiliary_weight
from engine.shard.model import Weights
from engine.shard.passes import BackwardResult, ForwardResult, Graph, Shard
from engine.shard.slices import Inputs, forward_in_slices, train_in_slices
from engine.shard.step import OptimizerState
from engine.training.crossing import packed_gradient, packed_latent, read_gradient, read_inputs
from engine.training.moving import move
from engine.training.norm_shares import NormShares
from engine.training.steps import Steps
from engine.training.versions import Versions
from protocol.errors import MalformedMessage
from protocol.packets import Packet, PacketKind
from protocol.receipts import StepCommitment, StepId
from protocol.runs import RungSpec
from swarm.audit_windows import gradient_steps
from swarm.compression import lowest_open_rung


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


class Trainer:
    """Implements engine.pipeline.shard_work.ShardWork; call it from the compute thread only, but where it says so."""

    def __init__(
        self,
        shard: Shard,
        weights: Weights,
        optimizer: OptimizerState,
        life: int,
        kept: KeptWeights,
        room: Room | None = None,
    ) -> None:
        run = shard.run
        self.shard = shard
        self.rung = 0
        """Which of the run's rungs the link keeps up with; whoever measures it sets it, from any thread."""
        self._run = run
        self._room = room = room or Room()
        self._records: dict[int, PassRecord] = {}
        self._versions = Versions((run.run_id, shard.stage), weights, optimizer, life, kept, room)
        self._shares = NormShares(shard.stage, len(run.stages))
        self._steps = Steps(run, self._versions, self._shares, room, self.release_graphs, self._let_go)
        self._follow_plan()

    @property
    def weights(self) -> Weights:
        """The newest version's."""
        return self._versions.weights

    @property
    def optimizer(self) -> OptimizerState:
        return self._versions.optimizer

    @property
    def step(self) -> StepId:
        """Of the newest version. Safe from any thread."""
        return self._versions.step

    @property
    def own_steps(self) -> int:
        """Optimizer steps since the moments were empty, one that waits for memory included. Safe from any thread."""
        return self._versions.optimizer.step + self._steps.is_due

    def first_commitment(self) -> StepCommitment:
        """The version that this life begins with."""
        return self._versions.first_commitment()

    def norm_shares(self) -> tuple[float, ...]:
        """Squared gradient norms by stage as last heard, this stage's fresh. Safe from any thread."""
        return self._shares.by_stage

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

    def inputs(self, kind: PacketKind, source: Packet | Parcel) -> tuple[Tensor, Tensor | None]:
        """Token ids [B, T + 1] and the decoded latent [B, T, k], as `read_inputs`."""
        return read_inputs(self._run, self._room.device, kind, source)

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

    def _forward(self, kind: PacketKind, microbatch: int, source: Packet | Parcel) -> ForwardDone:
        began, last = time.perf_counter(), self.shard.is_last
        rung = self._rung_for(kind, microbatch)
        kept = source.closed() if isinstance(source, Packet) else source
        record = PassRecord(self.step, self.weights_for_pass(), kept, None if last else rung.rank)
        inputs = self._inputs_of(record, source, kind)
        if isinstance(source, Packet):
            self._shares.hear(source.header)
        result = self._look(record, inputs, training=kind is PacketKind.FORWARD)
        packing = None
        if result.latent_out is not None:
            packing = packed_latent(self._room.device, source, result.latent_out, rung.codec)
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
        self._shares.hear(gradient.header)
        assert record.rank is not None
        gradient_BTk = read_gradient(self._run, self._room.device, gradient, record.rank)
        done = self._differentiate(microbatch, record, gradient_BTk)
        del self._records[microbatch]
        return done

    def _differentiate(self, microbatch: int, record: PassRecord, gradient_BTk: Tensor | None) -> BackwardDone:
        """Nothing counts before the last line: a pass that ends before it, for a pause or for want of memory, is done
        again from its inputs, and its gradient enters once."""
        began = time.perf_counter()
        if self.step.step - record.step.step > gradient_steps(self._run):
            raise StaleGradient("A gradient came back too late to be of use.")
        result = self._gradients(microbatch, record, gradient_BTk)
        packing = self._packing_for(microbatch, result.input_gradient)
        made = self._steps.gather(microbatch, result.weight_gradients)
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

    def _packing_for(self, microbatch: int, gradient_BTk: Tensor | None) -> Packing | None:
        """The gradient on its way to the stage before, if there is one."""
        if gradient_BTk is None:
            return None
        return packed_gradient(self._room.device, gradient_BTk, self._rung_for(PacketKind.FORWARD, microbatch))

    def _graphs(self) -> int:
        return sum(record.graph is not None for record in self._records.values())

    def _let_go(self) -> None:
        """Memory ran out: free what can be made again, and follow the lowered plan."""
        self.release_graphs()
        self._follow_plan()

    def _follow_plan(self) -> None:
        again = self._room.plan.recompute_layers
        self.shard.policy = replace(self.shard.policy, recompute_layers=again)

    def _inputs_of(self, record: PassRecord, source: Packet | Parcel, kind: PacketKind = PacketKind.FORWARD) -> Inputs:
        tokens_BT1, latent_BTk = self.inputs(kind, source)
        targets_BT = tokens_BT1[:, 1:] if self.shard.is_last else None
        return Inputs(tokens_BT1[:, :-1], latent_BTk, targets_BT, record.rank)

    def _rung_for(self, kind: PacketKind, microbatch: int) -> RungSpec:
        """How to send: as the link asks for, or wider while the run still warms up."""
        lowest = len(self._run.rungs) - 1 if kind is PacketKind.EVALUATE else lowest_open_rung(self._run, microbatch)
        return self._run.rungs[min(self.rung, lowest)]

    # ── merges, audits and checkpoints ───────────────────────────────────────────────────────────────────────────

    def fragment_vector(self, names: tuple[str, ...]) -> Tensor:
        """The fragment's weights now, flat fp32 on the CPU; raises OutOfMemory."""
        return self._versions.fragment_vector(names)

    def apply_fragment(
        self, names: tuple[str, ...], merged: Tensor, since: Tensor | None, merge_id: int
    ) -> StepCommitment:
        """A new version with the merged fragment plus this miner's own steps since it uploaded (`since`: its weights
        then; None if it did not take part, whose steps are not added). Raises OutOfMemory, and has changed nothing."""

        def apply() -> StepCommitment:
            made = self._versions.merge(names, merged, since, merge_id)
            self._steps.let_due_go()
            return made

        return self._room.within(apply, self._let_go)

    def snapshot(self) -> tuple[Weights, OptimizerState] | None:
        """Weights and moments in the processor's memory, whatever is trained meanwhile; None where that has no room."""
        return self._versions.snapshot(here=self.shard.policy.device.type == "cpu")

    def kept_version(self, step: StepId) -> Weights | None:
        return self._versions.version(step)

    def kept_version_here(self, step: StepId) -> Weights | None:
        """The same in the processor's memory, for threads that may not touch the device; raises OutOfMemory."""
        return self._versions.version_here(step)

    def decide_versions(self, decided_through: StepId, wanted: frozenset[StepId]) -> None:
        self._versions.decide(decided_through, wanted)

    def put_versions_away(self) -> None:
        """Out of the processor's memory too, as far as the disk has room for them; the newest stays."""
        self._versions.put_away(1)

    def move_to(self, device: torch.device) -> None:
        """Bring all numbers to another device (pause: out of the GPU's memory, and back). Versions before the newest
        don't come back: a pass that began on one fetches it, and an audit reads it where it is."""
        optimizer, newest = self.optimizer, self.weights
        groups: list[dict[str, Any]] = [optimizer.first, optimizer.second, *self._steps.holders()]
        if device.type != self.shard.policy.device.type:
            groups += [newest, *self._versions.kept, *(record.weights for record in self._records.values())]
        elif (still_read := self._steps.still_read) is None:
            groups.append(newest)
        else:
            # What it is done with may lie in files: that version is old as soon as the step is finished.
            newest = {name: tensor for name, tensor in newest.items() if name in still_read}
            groups.append(newest)
        move(groups, device)
        self.weights.update(newest)


def _ms_since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
