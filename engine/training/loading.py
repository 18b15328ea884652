"""A shard's weights at the start of a service: seeded, brought up to the network's merged state, or from this disk."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import structlog
import torch

from engine.compute.room import Room
from engine.compute.thread import ComputeThread, Urgency
from engine.devices import Device, memory_errors_translated
from engine.disk.checkpoint import Checkpoint, load_checkpoint, read_place
from engine.disk.state_folder import StateFolder
from engine.merging.fragments import Fragment, make_fragment
from engine.merging.residuals import ResidualFiles
from engine.network.downloads import Downloads
from engine.network.orchestrator_client import OrchestratorClient
from engine.shard.model import Weights, initialise
from engine.shard.passes import ComputePolicy, Shard
from engine.shard.step import OptimizerState, fitting_state, new_state
from engine.shard.weights import fragments, from_vector
from engine.training.arrival import Announce, catch_up, freshest_heads, still_stands
from protocol.errors import StorageError
from protocol.merges import StateHead
from protocol.orchestrator_api import RegisterReply
from protocol.runs import RunSpec
from swarm import merge_arithmetic as arithmetic

log = structlog.get_logger(__name__)

PIECE_NUMBERS: Final = 1 << 22
GoOn: TypeAlias = Callable[[], None]
"""Raises Silenced once a pause has begun."""


@dataclass
class ShardLoad:
    shard: Shard
    weights: Weights
    optimizer: OptimizerState
    fragments: list[Fragment]
    room: Room
    resumed: bool = False
    """From a checkpoint on the network's present state, so that it may hold steps that no merge has."""


async def load_shard(
    reply: RegisterReply,
    folder: StateFolder,
    client: OrchestratorClient,
    downloads: Downloads,
    device: Device,
    compute: ComputeThread,
    room: Room,
    announce: Announce,
    residuals: ResidualFiles,
) -> ShardLoad:
    """Everything a Trainer starts from. A checkpoint counts only if it stands on the very merged state of now. Raises
    Silenced in a pause, within a piece of its work."""
    run, stage, go_on = reply.run, reply.stage, compute.silence.check

    def seed() -> tuple[Weights, list[Fragment]]:
        weights = initialise(run.model, run.stages, stage, run.training.seed, go_on=go_on)
        return weights, seeded_fragments(run, stage, weights, room, go_on)

    seeding = compute.submit(Urgency.CONTROL, seed)
    resumes = still_stands(read_place(folder.checkpoint_file), reply)
    heads = reply.heads if resumes else await freshest_heads(client, announce)
    seeded, parts = await seeding
    await catch_up(parts, heads, downloads, (run.data.train_hash, run.data.held_out_hash))
    await asyncio.to_thread(bring_residuals, parts, residuals, room)
    checkpoint = await asyncio.to_thread(_own_checkpoint, folder, seeded) if resumes else None

    def place() -> ShardLoad:
        with memory_errors_translated(device):
            shard = Shard(run, stage, _policy(run, device), compute.yield_point)
            weights = _merged(seeded, parts, go_on) if checkpoint is None else checkpoint.weights
            return _placed(shard, weights, checkpoint, parts, room, go_on)

    load = await compute.submit(Urgency.CONTROL, place)
    log.info("shard_loaded", stage=stage, from_checkpoint=load.resumed)
    return load


def _policy(run: RunSpec, device: Device) -> ComputePolicy:
    fastest = run.training.compute == "fastest"
    return ComputePolicy(device.torch_device, device.compute_dtype() if fastest else torch.float32)


def _merged(seeded: Weights, parts: list[Fragment], go_on: GoOn) -> Weights:
    """The weights that the fragments stand on, where a merge has moved them from the seed's."""
    weights = seeded
    for part in parts:
        go_on()
        if part.head.version:
            weights = from_vector(torch.from_numpy(arithmetic.from_fixed(part.anchor)), weights, part.names)
    return weights


def _placed(
    shard: Shard, weights: Weights, checkpoint: Checkpoint | None, parts: list[Fragment], room: Room, go_on: GoOn
) -> ShardLoad:
    """All of it on the device, with moments as the plan has them, and the fragments where the plan keeps them."""
    device, eight_bit = shard.policy.device, room.plan.eight_bit_moments
    weights = {name: tensor.to(device) for name, tensor in weights.items()}
    optimizer = new_state(weights, eight_bit) if checkpoint is None else checkpoint.optimizer.to(device)
    optimizer = fitting_state(optimizer, weights, eight_bit)
    for part in parts:
        go_on()
        part.put_away = room.array
        part.stand_on(part.head, (part.anchor, part.momentum), part.residual)
    return ShardLoad(shard, weights, optimizer, parts, room, checkpoint is not None)


def seeded_fragments(
    run: RunSpec, stage: int, seeded: Weights, room: Room, go_on: GoOn = lambda: None
) -> list[Fragment]:
    """Version 0 of every fragment, the same on every miner; one after the other, so that little stands in memory."""
    made = []
    for number, names in enumerate(fragments(run.model, run.stages, stage, run.merge.fragments)):
        head = StateHead(stage=stage, fragment=number, version=0)
        part = make_fragment(run, number, names, head, _as_fixed(seeded, names, go_on))
        part.anchor, part.momentum = room.array(part.anchor), room.array(part.momentum)
        part.residual = room.array(part.residual)
        made.append(part)
    return made


def _as_fixed(weights: Weights, names: tuple[str, ...], go_on: GoOn) -> arithmetic.Fixed:
    """The fragment's numbers in fixed point [n], made in pieces: the arithmetic needs many times their memory."""
    fixed = np.empty(sum(weights[name].numel() for name in names), dtype=np.int32)
    at = 0
    for name in names:
        for piece in weights[name].reshape(-1).split(PIECE_NUMBERS):
            go_on()
            fixed[at : at + len(piece)] = arithmetic.to_fixed(piece.numpy())
            at += len(piece)
    return fixed


def bring_residuals(parts: list[Fragment], residuals: ResidualFiles, room: Room) -> None:
    """What merges are still owed on the very states of now, of weights from whatever source."""
    residuals.drop_strangers()
    for part in parts:
        owed = residuals.owed(part.head, part.anchor.size)
        if owed is not None:
            part.residual = room.array(owed)


def _own_checkpoint(folder: StateFolder, seeded: Weights) -> Checkpoint | None:
    shapes = {name: tuple(tensor.shape) for name, tensor in seeded.items()}
    try:
        return load_checkpoint(folder.checkpoint_file, shapes, torch.device("cpu"))
    except StorageError as error:
        log.warning("checkpoint_unusable", title=error.title)
        return None
