"""Mergers and uploads that lie, in crowds of honest ones: who is named, and how far a lie moves the merge.

A part of `benchmarks.merge`.
"""

import random
from collections.abc import Callable
from typing import Final, TypeAlias

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.merge_crowd import Crowd
from benchmarks.tables import Row
from protocol.hashes import hash_bytes
from protocol.merges import MergeAnswer, MergeTask, ObjectRef, PartitionReported, PartitionSummed
from protocol.runs import RunSpec
from swarm import merge_arithmetic as arithmetic

Floats: TypeAlias = NDArray[np.float32]
MINERS: Final = 7
SIZE: Final = 1e-3


class Liar:
    """Spoils some of a merger's answers; two of them may tell the same lie."""

    def __init__(self, crowd: Crowd, generator: random.Random, word: int) -> None:
        self._crowd, self._random, self._word = crowd, generator, word
        self._share = generator.choice((0.3, 1.0))
        both = (PartitionReported, PartitionSummed)
        self._kinds = generator.choice((both[:1], both[1:], both))
        self.lied = 0

    def __call__(self, task: MergeTask, answer: MergeAnswer) -> MergeAnswer:
        if not isinstance(answer, PartitionReported | PartitionSummed) or type(answer) not in self._kinds:
            return answer
        if self._random.random() > self._share:
            return answer
        self.lied += 1
        if isinstance(answer, PartitionReported):
            gram = np.frombuffer(answer.gram, dtype="<i8").copy()
            gram[0] += self._word
            return msgspec.structs.replace(answer, gram=gram.tobytes())
        true = self._crowd.objects[answer.result.key]
        spoilt = true[:-1] + bytes([(true[-1] + self._word) % 100])
        if spoilt == true:
            spoilt = true[:-1] + bytes([true[-1] ^ 1])
        ref = ObjectRef(f"{answer.result.key}.lie", hash_bytes(spoilt), len(spoilt))
        self._crowd.objects[ref.key] = spoilt
        return msgspec.structs.replace(answer, result=ref)


async def liar_rows(run: RunSpec, merges: int) -> list[Row]:
    """Merges in a row, each with one or two lying mergers among seven."""
    crowd, generator, numbers = Crowd(run, MINERS, 0), random.Random(0), np.random.default_rng(0)
    liars = named = framed = unfinished = 0
    for _ in range(merges):
        train(crowd, numbers)
        chosen = generator.sample(sorted(crowd.miners), generator.choice((1, 2)))
        same = generator.random() < 0.5
        for node, miner in crowd.miners.items():
            word = 1 if same else 1 + chosen.index(node) if node in chosen else 0
            miner.lie = Liar(crowd, generator, word) if node in chosen else None
        merge = await crowd.merge()
        lied = {node for node, miner in crowd.miners.items() if isinstance(miner.lie, Liar) and miner.lie.lied}
        liars += len(lied)
        named += len(lied & merge.blamed)
        framed += len(merge.blamed - lied)
        unfinished += not merge.done
    return [
        Row(f"liars named, {merges} merges", named, "mergers", liars, None, "all", named == liars),
        Row("honest mergers named", framed, "mergers", None, None, "0", framed == 0),
        Row("merges that liars kept from a result", unfinished, "merges", None, None, "0", unfinished == 0),
    ]


Lie: TypeAlias = Callable[[Floats, Floats, Floats], Floats]
"""What is uploaded instead of (the honest pseudo-gradient), given (noise of its norm, the last merge's step)."""
LIES: Final[dict[str, Lie]] = {
    "minus three times": lambda honest, noise, last: -3 * honest,
    "noise of the same norm": lambda honest, noise, last: noise,
    "zeros": lambda honest, noise, last: 0 * honest,
    "a stale base": lambda honest, noise, last: honest + last,
    "ten times": lambda honest, noise, last: 10 * honest,
}


async def lying_upload_rows(run: RunSpec) -> list[Row]:
    """How far one lying upload moves the merge from what the honest ones alone give, in parts of that, against what it
    moves a plain mean by."""
    rows = []
    for miners in (3, 5, 8):
        worst = (0.0, 0.0, "")
        for name, lie in LIES.items():
            shift, plain = await _shift(run, miners, lie)
            worst = max(worst, (shift, plain, name))
        title = f"one lying upload of {miners}: shift of the merge, worst of {len(LIES)} lies ({worst[2]})"
        rows.append(Row(title, worst[0], "of its norm", worst[1], None, "≤ 1", worst[0] <= 1))
    return rows


async def _shift(run: RunSpec, miners: int, lie: Lie) -> tuple[float, float]:
    """By how much the merged step differs from the honest ones' mean, ours and a plain mean's, relative to its norm."""
    crowd, numbers = Crowd(run, miners, 1), np.random.default_rng(miners)
    train(crowd, numbers)
    one = next(iter(crowd.miners.values()))
    first = arithmetic.from_fixed(one.fragment.anchor)
    await crowd.merge()
    before = arithmetic.from_fixed(one.fragment.anchor)
    moved = train(crowd, numbers)
    liar, *honest = sorted(crowd.miners)
    noise = numbers.normal(0, np.linalg.norm(moved[liar]) / moved[liar].size ** 0.5, moved[liar].size)
    spoilt = lie(moved[liar], noise.astype(np.float32), before - first).astype(np.float32)
    crowd.miners[liar].shard.move(torch.from_numpy(spoilt - moved[liar]))
    merge = await crowd.merge()
    assert merge.done
    truth = np.mean([moved[node] for node in honest], axis=0)
    assert run.merge.outer_momentum == 0, "the step is compared, so nothing of the last one may be in it"
    ours = (arithmetic.from_fixed(one.fragment.anchor) - before) / run.merge.outer_learning_rate
    plain = np.mean([spoilt, *(moved[node] for node in honest)], axis=0)
    norm = float(np.linalg.norm(truth))
    return float(np.linalg.norm(ours - truth)) / norm, float(np.linalg.norm(plain - truth)) / norm


def train(crowd: Crowd, generator: np.random.Generator) -> dict[str, Floats]:
    """One direction shared, as much noise of each one's own. What each moved."""
    numbers = crowd.slices[-1].end
    shared, moved = generator.normal(0, SIZE, numbers), {}
    for node, miner in crowd.miners.items():
        moved[node] = (shared + generator.normal(0, SIZE, numbers)).astype(np.float32)
        miner.shard.move(torch.from_numpy(moved[node]))
    return moved
