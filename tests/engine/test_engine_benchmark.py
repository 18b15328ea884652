"""The engine's benchmark: both arms train the same shard, and silence is told from work."""

from pathlib import Path

import pytest
import torch

from benchmarks.engine_pause import silence
from benchmarks.engine_speed import KINDS, Material, PlainShard, compare, make_run
from engine.shard.model import hidden, initialise


@pytest.mark.parametrize("stage", [0, 1, 2], ids=KINDS)
def test_the_plain_loop_computes_what_the_shard_does(stage: int) -> None:
    run = make_run(64)
    weights, plain, first = (
        initialise(run.model, run.stages, stage, 3),
        PlainShard(run, stage),
        run.stages[stage].first_layer,
    )
    with torch.no_grad():
        for name, parameter in plain.named_parameters():
            parts = name.removesuffix(".weight").split(".")
            if parts[0] == "layers":
                parts[1] = str(int(parts[1]) + first)
            parameter.copy_(weights.pop(".".join(parts)))
        assert not weights, "every tensor has its like"
        weights, material = initialise(run.model, run.stages, stage, 3), Material.draw(run)
        tokens_BT, latent_BTk = material.tokens_BT1[:, :-1], material.latent_BTk
        ours = hidden(run.model, run.stages, stage, weights, tokens_BT, None if stage == 0 else latent_BTk)
        if stage == 2:
            ours = ours @ weights["head"].t()
        torch.testing.assert_close(plain(tokens_BT if stage == 0 else latent_BTk), ours, rtol=1e-4, atol=1e-5)


async def test_both_arms_take_their_turns(tmp_path: Path) -> None:
    ((ours, plain),) = await compare(make_run(64), "inner", tmp_path, rounds=1, seconds=0.01)
    assert ours.microbatches == plain.microbatches >= 2
    assert ours.thread_seconds > 0
    assert ours.idle_seconds >= 0


def test_silence_begins_where_two_quiet_seconds_follow() -> None:
    times = [number / 50 for number in range(300)]
    busy_until = 0.7
    samples = [(at, min(at, busy_until) + 0.01 * at) for at in times]
    seconds, share = silence(samples)
    assert seconds == pytest.approx(busy_until, abs=0.05)
    assert 0.005 < share < 0.02
    assert silence([(at, at) for at in times])[0] is None
