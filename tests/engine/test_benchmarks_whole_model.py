"""What the compression benchmark trains as one graph is what stages compute that send each other packets."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
import pytest
import torch

from benchmarks.border_arms import (
    BY_BITS,
    CONTEXT,
    NESTED,
    SEQUENCES,
    STAGES,
    Arm,
    Border,
    arms_for,
    run_for,
    rung_at,
    rung_name,
)
from benchmarks.compression import Length, known, texts
from benchmarks.one_process import packet_between
from benchmarks.whole_model import WholeModel, train
from engine.disk.evidence import KeptWeights
from engine.pipeline.token_files import TokenFiles
from engine.shard.model import Weights, initialise
from engine.shard.passes import Shard
from engine.shard.step import new_state
from engine.training.trainer import Trainer
from protocol.packets import PacketKind
from protocol.runs import OptimizerSpec, RunSpec
from swarm.data_order import windows

SPEC = OptimizerSpec(peak_learning_rate=1e-3, clip_norm=0.0)
TEXT = np.random.default_rng(0).integers(0, 256, 4096).astype(np.uint8)
MICROBATCHES = 6


def a_run(name: str) -> RunSpec:
    arm = next(arm for arm in arms_for(32) if arm.name == name)
    run = run_for(arm, 32, MICROBATCHES, 0)
    data = msgspec.structs.replace(run.data, train_tokens=len(TEXT), held_out_tokens=1024)
    return msgspec.structs.replace(run, data=data, optimizer=SPEC)


def through_packets(run: RunSpec) -> list[Weights]:
    trainers = []
    for stage in range(STAGES):
        weights = initialise(run.model, run.stages, stage, run.training.seed)
        trainers.append(Trainer(Shard(run, stage), weights, new_state(weights), 1, KeptWeights(1)))
        trainers[-1].rung = len(run.rungs) - 1
    tokens = TokenFiles(run, TEXT.tobytes(), TEXT[:1024].tobytes())
    for microbatch in range(MICROBATCHES):
        done = trainers[0].forward(PacketKind.FORWARD, microbatch, tokens.parcel(PacketKind.FORWARD, microbatch))
        for stage in range(1, STAGES):
            assert done.parcel is not None
            packet = packet_between(run, PacketKind.FORWARD, microbatch, stage - 1, done.parcel, trainers)
            done = trainers[stage].forward(PacketKind.FORWARD, microbatch, packet)
        assert done.backward is not None
        gradient = done.backward.parcel
        for stage in range(STAGES - 2, -1, -1):
            assert gradient is not None
            packet = packet_between(run, PacketKind.BACKWARD, microbatch, stage + 1, gradient, trainers)
            gradient = trainers[stage].backward(microbatch, packet).parcel
    return [trainer.weights for trainer in trainers]


@pytest.mark.parametrize(("name", "kind"), [("1x", "adamw"), ("32x", "adamw"), ("256x", "adamw"), ("128x", "muon")])
def test_one_graph_trains_the_weights_that_packets_train(name: str, kind: Literal["adamw", "muon"]) -> None:
    run = a_run(name)
    run = msgspec.structs.replace(run, optimizer=msgspec.structs.replace(SPEC, kind=kind))
    arm = next(arm for arm in arms_for(32) if arm.name == name)
    model = WholeModel(run, arm, run.optimizer)
    for microbatch in range(MICROBATCHES):
        starts = windows(run.training.seed, microbatch, SEQUENCES, run.model.context, len(TEXT))
        rows = np.stack([TEXT[start : start + run.model.context + 1] for start in starts]).astype(np.int64)
        model.train_on(torch.from_numpy(rows), microbatch)
    for own, theirs in zip(model.stages, through_packets(run), strict=True):
        for tensor_name, tensor in own.items():
            torch.testing.assert_close(tensor, theirs[tensor_name], rtol=1e-4, atol=1e-6, msg=tensor_name)


DEDICATED = [arm for arm in arms_for(256) if arm.border is Border.OURS and not arm.mixed]


@pytest.mark.parametrize("arm", DEDICATED, ids=lambda arm: arm.name)
def test_what_is_written_fits_the_ratio_that_an_arm_is_named_for(arm: Arm) -> None:
    text, _ = texts()
    starts = torch.randint(len(text) - CONTEXT, (SEQUENCES, 1), generator=torch.Generator().manual_seed(0))
    model = WholeModel(run_for(arm, 256, 1, 0), arm, SPEC)
    written_bytes = model.train_on(text[starts + torch.arange(CONTEXT + 1)], 0)
    assert arm.ratio <= 8 * 256 / written_bytes < 1.2 * arm.ratio


@pytest.mark.parametrize("name", [NESTED, BY_BITS])
def test_mixed_borders_draw_every_rung_and_are_measured_at_each(name: str) -> None:
    arm = next(arm for arm in arms_for(64) if arm.name == name)
    run = run_for(arm, 64, 2, 0)
    drawn = [rung_at(arm, run, microbatch, border) for microbatch in range(20) for border in range(7)]
    assert set(drawn) == set(arm.rungs)
    assert drawn == [rung_at(arm, run, microbatch, border) for microbatch in range(20) for border in range(7)]
    text, held_out = texts()
    outcome = train(run, arm, SPEC, text, held_out[:SEQUENCES])
    assert set(outcome.by_rung) == {rung_name(rung) for rung in arm.rungs}
    assert len({outcome.held_out_loss, *outcome.by_rung.values()}) == len(arm.rungs) + 1


def test_nothing_sent_takes_the_ids_bytes_alone() -> None:
    arm = next(arm for arm in arms_for(256) if arm.border is Border.NOTHING)
    text, _ = texts()
    model = WholeModel(run_for(arm, 64, 1, 0), arm, SPEC)
    assert model.train_on(text[: SEQUENCES * (CONTEXT + 1)].view(SEQUENCES, -1), 0) < 1.2


def test_rows_are_of_one_length_and_those_of_before_steps_had_sizes_count_as_the_size_they_had(tmp_path: Path) -> None:
    kept = tmp_path / "rows.jsonl"
    old = {"arm": "1x", "optimizer": "muon", "width": 256, "steps": 1200, "seed": 0, "held_out_loss": 1.58}
    new = {**old, "sequences": 4 * SEQUENCES, "held_out_loss": 1.52}
    rest = {"bytes_per_token": 1.0, "tokens_per_second": 1.0}
    kept.write_text("".join(json.dumps({**row, **rest}) + "\n" for row in (old, new)))
    found = {
        sequences: known(kept, {"arm": "1x", "optimizer": "muon", **asdict(Length(256, 1200, sequences)), "seed": 0})
        for sequences in (SEQUENCES, 2 * SEQUENCES, 4 * SEQUENCES)
    }
    assert [row and row.held_out_loss for row in found.values()] == [1.58, None, 1.52]
