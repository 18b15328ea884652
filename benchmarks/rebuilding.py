"""The merged model as a researcher gets it: rebuilt from the object store alone, and measured on the held-out split."""

from pathlib import Path

import numpy as np
import torch

from engine.shard.model import Weights, initialise
from engine.shard.passes import Shard
from engine.shard.weights import fragments, from_vector
from protocol.runs import RunSpec
from swarm import merge_arithmetic as arithmetic
from swarm.data_order import held_out_microbatches, held_out_windows
from swarm.partitions import PartitionSlice, split


def rebuild(run: RunSpec, objects: Path) -> list[Weights]:
    """Every stage's weights from the newest merged state of its fragments; raises FileNotFoundError if one has none."""
    stages = []
    for stage in range(len(run.stages)):
        weights = initialise(run.model, run.stages, stage, run.training.seed)
        for number, names in enumerate(fragments(run.model, run.stages, stage, run.merge.fragments)):
            folder = objects / "runs" / run.run_id / "state" / f"s{stage}" / f"f{number}"
            newest = max(folder.iterdir(), key=lambda path: int(path.name.removeprefix("v")))
            numbers = sum(weights[name].numel() for name in names)
            weights = from_vector(_vector(newest, split(numbers, run.merge.partitions, run.merge.tile)), weights, names)
        stages.append(weights)
    return stages


def _vector(folder: Path, slices: tuple[PartitionSlice, ...]) -> torch.Tensor:
    """The anchors of all partition files."""
    anchors = [
        arithmetic.state_from_bytes((folder / f"p{number}").read_bytes(), part.numbers)[0]
        for number, part in enumerate(slices)
    ]
    return torch.from_numpy(arithmetic.from_fixed(np.concatenate(anchors)))


def held_out_loss(run: RunSpec, stages: list[Weights], held_out: bytes) -> float:
    """Mean nats per token over the whole held-out split, stage after stage in fp32, nothing coded."""
    tokens = torch.from_numpy(np.frombuffer(held_out, f"<u{run.data.token_bytes}").astype(np.int64))
    context, count = run.model.context, len(tokens)
    shards = [Shard(run, stage) for stage in range(len(run.stages))]
    total, seen = 0.0, 0
    for index in range(held_out_microbatches(64, context, count)):
        starts = held_out_windows(index, 64, context, count)
        window_BT1 = torch.stack([tokens[start : start + context + 1] for start in starts])
        latent = None
        for stage, shard in enumerate(shards):
            result = shard.evaluate_pass(
                stages[stage],
                window_BT1[:, :-1],
                latent,
                window_BT1[:, 1:] if shard.is_last else None,
            )
            latent = result.latent_out
        assert result.loss_sum is not None
        total += result.loss_sum
        seen += result.tokens
    return total / seen
