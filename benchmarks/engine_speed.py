"""The engine beside a plain PyTorch loop of the same shard: both on the same thread, in turns.

The engine is whole but for the network: packets are decoded, checked, coded, hashed and signed, receipts go to a
journal on this disk and packets to the evidence. Its peers live in the same event loop and answer from packets made
beforehand, so that their work is not counted.

Legend: B sequences, T tokens, D width, k features that cross a border (all, here).
"""

import asyncio
import contextlib
import itertools
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from benchmarks.plain_loop import Layer, LoopConfig
from engine.carriers.memory import MemoryCarrier, MemoryNetwork
from engine.compute.thread import ComputeThread, Urgency
from engine.disk.evidence import EvidenceLocker, KeptWeights
from engine.disk.journal import Journal
from engine.network.receipts_sender import SYNC_SECONDS
from engine.pipeline.endings import StageEvents
from engine.pipeline.passage import Parcel, Passage
from engine.pipeline.stage import Stage
from engine.shard.codec import encode
from engine.shard.model import initialise
from engine.shard.passes import Shard
from engine.shard.sections import sections_from_latent, sections_from_tokens
from engine.shard.step import new_state
from engine.training.trainer import Trainer
from protocol.hashes import hash_bytes
from protocol.keys import NodeId, NodeKey
from protocol.miner_events import PeerEntry, RoutingTable
from protocol.packets import (
    PREFIX_BYTES,
    Accepted,
    PacketHeader,
    PacketKind,
    PacketReply,
    encode_packet,
    read_prefix,
)
from protocol.receipts import StepId
from protocol.runs import DataSpec, ModelSpec, RungSpec, RunSpec, TrainingSpec, even_stages
from protocol.wire import from_msgpack

LAYERS_PER_STAGE: Final = 2
KINDS: Final = ("first", "inner", "last")
IN_FLIGHT: Final = 4
KEPT_STEPS: Final = 4
"""Draws come soon; what is undecided for longer goes to the disk."""
WARM_UP_MICROBATCHES: Final = 16
"""Until the allocator has seen as many graphs alive as there will be."""
DISK_BYTES: Final = 512 * 1024**2
NO_DATA: Final = DataSpec(
    train_key="-", train_tokens=0, train_hash="-", held_out_key="-", held_out_tokens=0, held_out_hash="-"
)


def make_run(width: int) -> RunSpec:
    """Three stages of two layers; a step for every microbatch, which asks the most of the bookkeeping."""
    return RunSpec(
        run_id=f"engine-{width}",
        title="A shard on its own",
        model=ModelSpec(
            vocabulary=1024,
            width=width,
            layers=3 * LAYERS_PER_STAGE,
            heads=width // 64,
            kv_heads=width // 64,
            mlp_width=width * 8 // 3 // 16 * 16,
            context=256,
            bottleneck_width=width,
        ),
        stages=even_stages(3 * LAYERS_PER_STAGE, 3),
        training=TrainingSpec(sequences=4, microbatches=100_000, in_flight=IN_FLIGHT, steps_ahead=IN_FLIGHT),
        data=NO_DATA,
    )


@dataclass(frozen=True)
class Chunk:
    """One arm's turn."""

    microbatches: int
    wall_seconds: float
    cpu_seconds: float
    thread_seconds: float = 0.0
    """CPU time of the compute thread alone."""
    idle_seconds: float = 0.0
    """Of the compute thread."""

    @property
    def seconds_each(self) -> float:
        return self.wall_seconds / self.microbatches


@dataclass
class Material:
    """What the peers send, drawn once: a microbatch's tokens, latent and gradient."""

    run: RunSpec
    tokens_BT1: Tensor
    latent_BTk: Tensor
    gradient_BTk: Tensor

    @classmethod
    def draw(cls, run: RunSpec) -> "Material":
        generator = torch.Generator().manual_seed(0)
        shape = (run.training.sequences, run.model.context, run.rungs[0].rank)
        return cls(
            run,
            torch.randint(run.model.vocabulary, (shape[0], shape[1] + 1), generator=generator),
            torch.randn(shape, generator=generator),
            torch.randn(shape, generator=generator) * 1e-4,
        )

    def thinned_to(self, rung: RungSpec) -> "Material":
        """As a neighbour on that rung sends it."""
        run = msgspec.structs.replace(self.run, ladder=msgspec.structs.replace(self.run.ladder, rungs=(rung,)))
        latent_BTk, gradient_BTk = (one[..., : rung.rank] for one in (self.latent_BTk, self.gradient_BTk))
        return Material(run, self.tokens_BT1, latent_BTk.contiguous(), gradient_BTk.contiguous())

    def tokens(self) -> Parcel:
        sections, payload = sections_from_tokens(self.tokens_BT1, self.run.model.vocabulary)
        return Parcel(sections, payload, hash_bytes(payload))

    def forward(self) -> Parcel:
        """As the stage before sends it: tokens and coded latent."""
        tokens, codec = self.tokens(), self.run.rungs[0].codec
        sections, payload = sections_from_latent(encode(self.latent_BTk, codec))
        whole = tokens.payload + payload
        return Parcel((*tokens.sections, *sections), whole, hash_bytes(whole), codec)

    def backward(self) -> Parcel:
        codec = self.run.rungs[0].gradient_codec
        sections, payload = sections_from_latent(encode(self.gradient_BTk, codec))
        return Parcel(sections, payload, hash_bytes(payload), codec)


class EngineArm:
    """One miner's stage, its neighbours in memory. Make it inside a running event loop."""

    def __init__(self, run: RunSpec, stage: int, folder: Path) -> None:
        self._run, self._number = run, stage
        self._key, self._before, self._after = (NodeKey(bytes([digit]) * 32) for digit in (7, 8, 9))
        self._material = Material.draw(run)
        self.compute = ComputeThread(lambda: torch.set_num_threads(1))
        self._journal = Journal(folder / "journal", self._key)
        self._network = MemoryNetwork()
        weights = initialise(run.model, run.stages, stage, 0)
        shard = Shard(run, stage, yield_point=self.compute.yield_point)
        self.trainer = Trainer(shard, weights, new_state(weights), life=1, kept=KeptWeights(KEPT_STEPS))
        (packets := folder / "packets").mkdir()
        self.stage = Stage(
            run,
            stage,
            self._key,
            self.trainer,
            self.compute,
            MemoryCarrier(self._network, self._key.node_id),
            self._journal,
            EvidenceLocker(packets, KEPT_STEPS, DISK_BYTES),
            StageEvents(self._trained, lambda made: None, lambda loss: None, self._failed, lambda passage: None),
        )
        self._numbers = itertools.count()
        self._gradients: dict[int, bytes] = {}
        self._room = asyncio.Semaphore(IN_FLIGHT)
        self._failure: Exception | None = None
        self._syncing = asyncio.create_task(self._sync())
        self._answering: set[asyncio.Task[PacketReply]] = set()

    def open(self) -> None:
        """Put the neighbours in place."""
        self._network.inboxes = {
            self._key.node_id: self.stage.receive,
            self._before.node_id: self._take_gradient,
            self._after.node_id: self._answer,
        }
        entries = [
            (PeerEntry(node=key.node_id, addresses=("memory",), rate=0.0),)
            for key in (self._before, self._key, self._after)
        ]
        around = {stage: entries[stage - self._number + 1] for stage in range(self._number - 1, self._number + 2)}
        self.stage.set_table(RoutingTable(version=1, stages=tuple(around.get(stage, ()) for stage in range(3))))

    async def train(self, microbatches: int) -> Chunk:
        """Feed so many microbatches and see them home; what peers send is made before the clock starts."""
        numbers = list(itertools.islice(self._numbers, microbatches))
        tokens, forward, backward = self._material.tokens(), self._material.forward(), self._material.backward()
        packets = {number: self._address(PacketKind.FORWARD, number, self._before, forward) for number in numbers}
        self._gradients = {
            number: self._address(PacketKind.BACKWARD, number, self._after, backward) for number in numbers
        }
        idle, wall, cpu = self.compute.idle_seconds, time.perf_counter(), time.process_time()
        for number in numbers:
            await self._room.acquire()
            if self.stage.is_first:
                self.stage.feed(PacketKind.FORWARD, number, 1, tokens)
            else:
                await self.stage.receive(packets[number], self._before.node_id)
        for _ in range(IN_FLIGHT):
            await self._room.acquire()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        for _ in range(IN_FLIGHT):
            self._room.release()
        if self._failure is not None:
            raise self._failure
        return Chunk(microbatches, wall, cpu, idle_seconds=self.compute.idle_seconds - idle)

    async def close(self) -> None:
        self._syncing.cancel()
        await asyncio.gather(self._syncing, *self._answering, return_exceptions=True)
        await self.stage.close()
        await self.compute.stop()
        await self._journal.sync()
        self._journal.close()

    def _address(self, kind: PacketKind, number: int, sender: NodeKey, parcel: Parcel) -> bytes:
        header = PacketHeader(
            kind=kind,
            run_id=self._run.run_id,
            microbatch=number,
            lease_id=1,
            sender=sender.node_id,
            receiver=self._key.node_id,
            from_stage=self._number + (1 if kind is PacketKind.BACKWARD else -1),
            to_stage=self._number,
            step=StepId(1, 0),
            codec_id=parcel.codec.codec_id,
            codec_bits=parcel.codec.bits,
            sections=parcel.sections,
            payload_hash=parcel.payload_hash,
        )
        return encode_packet(sender, header, parcel.payload)

    async def _take_gradient(self, packet: bytes, sender: NodeId | None) -> PacketReply:
        return Accepted()

    async def _answer(self, packet: bytes, sender: NodeId | None) -> PacketReply:
        """The stage after: its gradient comes at once. Reading a header is all of its work that is counted."""
        lengths = read_prefix(packet[:PREFIX_BYTES])
        header: PacketHeader = from_msgpack(packet[PREFIX_BYTES : PREFIX_BYTES + lengths.header_bytes], PacketHeader)
        gradient = self._gradients.pop(header.microbatch)
        task = asyncio.create_task(self.stage.receive(gradient, self._after.node_id))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)
        return Accepted()

    async def _sync(self) -> None:
        """As the sender of receipts does; the orchestrator acknowledges at once."""
        with contextlib.suppress(asyncio.CancelledError):
            while True:
                await self._journal.until_work()
                await asyncio.sleep(SYNC_SECONDS)
                await self._journal.sync()
                self._journal.acknowledge(self._journal.next_sequence - 1)

    def _trained(self, passage: Passage, tokens: int) -> None:
        self._room.release()

    def _failed(self, passage: Passage, error: Exception) -> None:
        self._failure = error
        self._room.release()


class PlainShard(nn.Module):
    """The same shard in ordinary modules."""

    def __init__(self, run: RunSpec, stage: int) -> None:
        super().__init__()
        model, span = run.model, run.stages[stage]
        config = LoopConfig(width=model.width, heads=model.heads, kv_heads=model.kv_heads, mlp_width=model.mlp_width)
        self.embedding = nn.Embedding(model.vocabulary, model.width) if stage == 0 else None
        self.layers = nn.ModuleList(Layer(config) for _ in range(span.first_layer, span.end_layer))
        last = stage == len(run.stages) - 1
        self.final_norm = nn.RMSNorm(model.width, model.norm_epsilon) if last else None
        self.head = nn.Linear(model.width, model.vocabulary, bias=False) if last else None
        features = model.width // model.heads
        frequency = model.rope_theta ** (-torch.arange(0, features, 2) / features)
        angle = torch.outer(torch.arange(model.context), frequency)
        self.cosine_TC, self.sine_TC = angle.cos().repeat(1, 2), torch.cat((-angle.sin(), angle.sin()), dim=1)

    def forward(self, source: Tensor) -> Tensor:
        """Token ids [B, T] or a latent [B, T, D], to a latent or logits."""

        def rotate(x: Tensor) -> Tensor:
            return x * self.cosine_TC + x.roll(x.shape[-1] // 2, dims=-1) * self.sine_TC

        x_BTD = source if self.embedding is None else self.embedding(source)
        for layer in self.layers:
            x_BTD = layer(x_BTD, rotate)
        if self.head is None or self.final_norm is None:
            return x_BTD
        return self.head(self.final_norm(x_BTD))


class PlainArm:
    """The loop: forward, backward, clip, AdamW; the gradient of what comes in is taken too, as a stage must."""

    def __init__(self, run: RunSpec, stage: int) -> None:
        self._material, self._per_step = Material.draw(run), run.training.microbatches_per_step
        self._shard, self._clip_norm = PlainShard(run, stage), run.optimizer.clip_norm
        optimizer = run.optimizer
        self._optimizer = torch.optim.AdamW(
            self._shard.parameters(),
            lr=optimizer.peak_learning_rate,
            betas=(optimizer.beta1, optimizer.beta2),
            weight_decay=optimizer.weight_decay,
            foreach=True,
        )

    def train(self, microbatches: int) -> Chunk:
        wall, cpu = time.perf_counter(), time.process_time()
        for number in range(microbatches):
            self._pass()
            if (number + 1) % self._per_step == 0:
                nn.utils.clip_grad_norm_(self._shard.parameters(), self._clip_norm)
                self._optimizer.step()
                self._optimizer.zero_grad(set_to_none=True)
        return Chunk(microbatches, time.perf_counter() - wall, time.process_time() - cpu)

    def _pass(self) -> None:
        tokens_BT1 = self._material.tokens_BT1
        source = tokens_BT1[:, :-1]
        if self._shard.embedding is None:
            source = self._material.latent_BTk.detach().requires_grad_()
        out = self._shard(source)
        if self._shard.head is None:
            out.backward(self._material.gradient_BTk)
        else:
            loss = F.cross_entropy(out.flatten(0, 1), tokens_BT1[:, 1:].flatten())
            (loss / self._per_step).backward()
            loss.item()


async def compare(run: RunSpec, kind: str, folder: Path, rounds: int, seconds: float) -> list[tuple[Chunk, Chunk]]:
    """(engine, plain) by round, in turns of about `seconds` on the engine's own compute thread, so that both have the
    same priority and allocator; turns before the first one counted warm up."""
    engine, plain = EngineArm(run, KINDS.index(kind), folder), PlainArm(run, KINDS.index(kind))
    engine.open()
    compute = engine.compute
    try:
        trial = await compute.submit(Urgency.CONTROL, lambda: plain.train(2))
        size = max(2, round(seconds / trial.seconds_each))
        await engine.train(max(size, WARM_UP_MICROBATCHES))
        await compute.submit(Urgency.CONTROL, lambda: plain.train(2))
        found = []
        for _ in range(rounds):
            before = await compute.submit(Urgency.CONTROL, time.thread_time)
            ours = await engine.train(size)
            spent = await compute.submit(Urgency.CONTROL, time.thread_time) - before
            theirs = await compute.submit(Urgency.CONTROL, lambda: plain.train(size))
            found.append((replace(ours, thread_seconds=spent), theirs))
        return found
    finally:
        await engine.close()
