"""What merges cost and survive: bytes per miner, lost partitions and uploads, compute time, loss, liars.

Bytes, what is lost and liars are measured on crowds of real mergers under swarm's real state machine
(benchmarks.merge_crowd), compute time on the engine's own trainer and merger (benchmarks.merge_compute), loss on
replicas of a small model (benchmarks.merge_loss). Baselines: Butterfly All-Reduce as published, fp32 pseudo-gradients,
the plain mean.
"""

import asyncio
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import torch

from benchmarks.merge_compute import compute_rows
from benchmarks.merge_crowd import Crowd, Leaving, Merge
from benchmarks.merge_lies import liar_rows, lying_upload_rows, train
from benchmarks.merge_loss import ARMS, FP32, simulate
from benchmarks.tables import Row, arguments, commit, finish, mean_and_spread
from protocol.runs import DataSpec, DenseCodes, MergeSpec, ModelSpec, RunSpec, SparseCodes, TrainingSpec, even_stages

PARTS: Final = ("bytes", "churn", "compute", "loss", "liars")
GONE_SHARE: Final = 0.35
PRESET_FRAGMENT_BYTES: Final = 4 * 126_000_000
"""Of resources/presets/llama-1.5b.toml in 3 stages of 4 fragments."""
LOSS_INTERVAL_STEPS: Final = 20
LOSS_TOKENS: Final = {True: 23_040, False: 307_200}
LOSS_TARGET: Final = 1.005
LOSS_ARMS: Final = {
    True: ("8 bits", "4 bits", "sparse: 64 of 4096, 2 bits"),
    False: tuple(arm.name for arm in ARMS if arm is not FP32),
}


def crowd_run(width: int, layers: int, merge: MergeSpec) -> RunSpec:
    """A run of one stage; its data is never read."""
    model = ModelSpec(
        vocabulary=256,
        width=width,
        layers=layers,
        heads=2,
        kv_heads=2,
        mlp_width=2 * width,
        context=8,
        bottleneck_width=width,
    )
    data = DataSpec(
        train_key="t", train_tokens=64, train_hash="", held_out_key="h", held_out_tokens=64, held_out_hash=""
    )
    return RunSpec(
        run_id="merges",
        title="Merges",
        model=model,
        stages=even_stages(layers, 1),
        merge=merge,
        training=TrainingSpec(sequences=1, microbatches=1),
        data=data,
    )


# ── bytes ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Traffic:
    """What one miner sends and fetches for a merge: objects grow with the shard, messages (tasks and answers) don't."""

    objects: float
    """Mean over the miners, in multiples of the shard's fp32 bytes."""
    largest: float
    message_bytes: float
    by_kind: dict[str, float]


async def traffic(run: RunSpec, miners: int) -> Traffic:
    """Of a merge that is not the first, which travels as whole states."""
    crowd, generator = Crowd(run, miners, 0), np.random.default_rng(0)
    for _ in range(2):
        for miner in crowd.miners.values():
            miner.client.bytes_by_kind.clear()
        train(crowd, generator)
        merge = await crowd.merge()
        assert merge.done and not merge.blamed
    fp32_bytes = 4 * crowd.slices[-1].end
    counts = [miner.client.bytes_by_kind for miner in crowd.miners.values()]
    messages = ("fetched tasks", "sent answers")
    kinds = sorted({kind for count in counts for kind in count} - set(messages))
    by_kind = {kind: sum(count[kind] for count in counts) / len(counts) / fp32_bytes for kind in kinds}
    return Traffic(
        objects=sum(by_kind.values()),
        largest=max(sum(count[kind] for kind in kinds) for count in counts) / fp32_bytes,
        message_bytes=sum(count[kind] for count in counts for kind in messages) / len(counts),
        by_kind=by_kind,
    )


async def bytes_rows(quick: bool) -> list[Row]:
    """By number of miners; messages are added as they weigh beside a fragment of the 1.5B preset."""
    width, layers = 128, 2 if quick else 6
    default, rows, sums = MergeSpec(partitions=64), [], {}
    for miners in (4, 16, 64) if quick else (4, 8, 16, 32, 64):
        found = await traffic(crowd_run(width, layers, default), miners)
        sums[miners] = found.objects + found.message_bytes / PRESET_FRAGMENT_BYTES
        name = f"{miners} miners: bytes of a merge per miner (largest {found.largest:.2f})"
        rows.append(Row(name, sums[miners], "x fp32", 4 + 2 / miners, None, "≤ 1.0", sums[miners] <= 1.0))
        kinds = ", ".join(f"{kind} {value:.3f}" for kind, value in found.by_kind.items())
        print(f"{miners} miners: {kinds}, messages {found.message_bytes / 1024:.0f} KiB", flush=True)
    growth = sums[64] / sums[4]
    rows.append(Row("64 miners against 4", sums[64], "x fp32", sums[4], None, "≤ 1.25 x: flat", growth <= 1.25))
    for name, spec in (
        ("8 bits", MergeSpec(partitions=64, upload=DenseCodes(8), tile=256)),
        ("sparse, 64 of 4096", MergeSpec(partitions=64, upload=SparseCodes(64), tile=4096)),
    ):
        found = await traffic(crowd_run(width, layers, spec), 16)
        rows.append(Row(f"16 miners, {name}: bytes per miner", found.objects, "x fp32", sums[16]))
    return rows


# ── miners that leave ────────────────────────────────────────────────────────────────────────────────────────────────


async def churn_rows(quick: bool) -> list[Row]:
    """A third and more of the miners leave at any moment of a merge, with a word or without."""
    trials, miners = 20 if quick else 200, 20
    gone = round(GONE_SHARE * miners)
    generator = random.Random(1)
    run = crowd_run(16, 2, MergeSpec(partitions=10))
    lost_partitions = lost_uploads = partitions = uploads = butterfly_lost = 0
    for trial in range(trials):
        crowd = Crowd(run, miners, trial)
        train(crowd, np.random.default_rng(trial))
        leaving = Leaving(
            tuple(generator.sample(sorted(crowd.miners), gone)), generator.randrange(1, 3 * miners), trial % 2 == 1
        )
        merge = await crowd.merge(leaving)
        _check_survivors(crowd, merge)
        partitions += len(crowd.slices)
        uploads += len(merge.committed)
        lost_partitions += 0 if merge.done else len(crowd.slices)
        lost_uploads += len(merge.committed - set(merge.listed)) if merge.done else len(merge.committed)
        butterfly_lost += len(list(combinations(range(gone), 2)))
    formula = gone * (gone - 1) / (miners * (miners - 1))
    simulated = butterfly_lost / trials / len(list(combinations(range(miners), 2)))
    title = f"{gone} of {miners} miners gone within a merge, {trials} times"
    return [
        Row(
            f"{title}: partitions lost", lost_partitions / partitions, "share", formula, None, "0", not lost_partitions
        ),
        Row(f"{title}: uploads lost", lost_uploads / uploads, "share", formula, None, "0", not lost_uploads),
        Row("Butterfly, pairs drawn: shards lost", simulated, "share", formula),
    ]


def _check_survivors(crowd: Crowd, merge: Merge) -> None:
    """Who is left stands on the same state."""
    hashes = {
        miner.fragment.anchor.tobytes() for node, miner in crowd.miners.items() if node not in merge.left and merge.done
    }
    assert len(hashes) <= 1, "survivors stand on different states"


# ── loss ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def loss_rows(tokens: int, names: Sequence[str], seeds: Sequence[int], append: Path | None) -> list[Row]:
    """Each arm against fp32, paired by seed; targets count at the full length only."""
    arms = [arm for arm in ARMS if arm is FP32 or arm.name in names]
    losses: dict[str, list[float]] = {arm.name: [] for arm in arms}
    flagged = 0
    for seed in seeds:
        for arm in arms:
            outcome = simulate(arm, MergeSpec(), tokens, LOSS_INTERVAL_STEPS, seed)
            losses[arm.name].append(outcome.loss)
            flagged += outcome.flagged_merges
            print(f"{arm.name}, seed {seed}: {outcome.loss:.4f}", flush=True)
            if append is not None:
                line = {"commit": commit(), "arm": arm.name, "seed": seed, "tokens": tokens, "loss": outcome.loss}
                with append.open("a") as file:
                    file.write(json.dumps(line) + "\n")
    base, base_spread = mean_and_spread(losses[FP32.name])
    rows = [Row(f"fp32 pseudo-gradients, {tokens:,} tokens: loss", base, "nats/token", None, base_spread)]
    for arm in arms[1:]:
        ratios = [own / other for own, other in zip(losses[arm.name], losses[FP32.name], strict=True)]
        ratio, spread = mean_and_spread(ratios)
        is_default = arm.merge is not None and arm.merge.upload == MergeSpec().upload and arm.feedback
        target = "≤ 1.005" if is_default or arm.name == "8 bits" else ""
        met = ratio <= LOSS_TARGET if target and tokens >= LOSS_TOKENS[False] else None
        rows.append(Row(f"{arm.name}: loss against fp32, paired", ratio, "x", 1.0, spread, target, met))
    rows.append(
        Row("honest uploads flagged while these were trained", flagged, "merges", None, None, "0", flagged == 0)
    )
    return rows


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--parts", default=",".join(PARTS), help="comma-separated, of " + ", ".join(PARTS))
    parser.add_argument("--append", type=Path, help="append each loss to this file as it comes")
    parser.add_argument("--loss-tokens", type=int, help="how long the replicas of the loss part train, together")
    parser.add_argument("--loss-arms", help="beside fp32, with ; between them, of: " + "; ".join(LOSS_ARMS[False]))
    given = parser.parse_args()
    torch.set_num_threads(1)
    seeds = [0] if given.quick else [int(seed) for seed in given.seeds.split(",")]
    parts, rows = given.parts.split(","), []
    if "bytes" in parts:
        rows += asyncio.run(bytes_rows(given.quick))
    if "churn" in parts:
        rows += asyncio.run(churn_rows(given.quick))
    if "compute" in parts:
        rows += asyncio.run(compute_rows(given.quick))
    if "loss" in parts:
        names = given.loss_arms.split(";") if given.loss_arms else LOSS_ARMS[given.quick]
        rows += loss_rows(given.loss_tokens or LOSS_TOKENS[given.quick], names, seeds, given.append)
    if "liars" in parts:
        run = crowd_run(16, 2, MergeSpec(partitions=4))
        rows += asyncio.run(liar_rows(run, 100 if given.quick else 1000))
        still = msgspec.structs.replace(run.merge, outer_momentum=0.0)
        rows += asyncio.run(lying_upload_rows(msgspec.structs.replace(run, merge=still)))
    finish("Merges", rows, seeds, given.json)


if __name__ == "__main__":
    main()
