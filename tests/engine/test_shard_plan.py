"""The memory plan: more memory never plans leaner, nothing is planned beyond it, and each notch asks for less."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import msgspec
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.shard.model import initialise
from engine.shard.passes import ComputePolicy, Shard
from engine.shard.plan import GB, MemoryPlan, ShardNeeds, graph_bytes, plan, shard_needs
from protocol.runs import CodecSpec, DataSpec, LadderSpec, RungSpec, RunSpec
from swarm.presets import preset_from_toml

PRESET = Path(__file__).parents[2] / "resources" / "presets" / "llama-1.5b.toml"
DATA = DataSpec(train_key="t", train_tokens=1, train_hash="0", held_out_key="h", held_out_tokens=1, held_out_hash="0")


@cache
def needs_of(stage: int) -> ShardNeeds:
    run = preset_from_toml(PRESET.read_text(encoding="utf-8")).run("preset", DATA)
    return shard_needs(run, stage, torch.float32)


@pytest.mark.parametrize(("stage", "gigabytes"), [(0, 7.97), (1, 7.81), (2, 8.03)])
def test_a_shard_of_half_a_billion_parameters_fits_about_eight_gigabytes(stage: int, gigabytes: float) -> None:
    made = plan(needs_of(stage), int(gigabytes * GB))
    assert made.fits
    assert made.eight_bit_moments
    assert made.anchor_on_disk
    assert made.versions_in_memory == 1


def test_with_much_memory_nothing_is_given_up() -> None:
    made = plan(needs_of(1), 200 * GB)
    assert (made.rows, made.graphs) == (4, 5)
    assert not (made.recompute_layers or made.eight_bit_moments or made.anchor_on_disk)
    assert made.versions_in_memory >= 3


@pytest.mark.parametrize(("bits", "megabytes"), [(8, 50.3), (4, 29.4), (2, 18.9)])
def test_microbatches_in_flight_take_their_packets_and_one_decoded_latent(bits: int, megabytes: float) -> None:
    """Kept as fp32 beside packets of a byte a number they took 73.4 MB, whatever was sent."""
    run = preset_from_toml(PRESET.read_text(encoding="utf-8")).run("preset", DATA)
    model = msgspec.structs.replace(run.model, bottleneck_width=512)
    rung = RungSpec(model.bottleneck_width, CodecSpec("grid", bits), CodecSpec("grid", bits))
    needs = shard_needs(msgspec.structs.replace(run, model=model, ladder=LadderSpec((rung,))), 1, torch.float32)
    assert needs.latents_bytes / 1e6 == pytest.approx(megabytes, abs=0.1)


def test_muons_moments_are_never_coded() -> None:
    needs = replace(needs_of(1), may_code_moments=False)
    assert not any(plan(needs, gigabytes * GB).eight_bit_moments for gigabytes in range(1, 40))


def test_too_little_memory_is_said_in_plain_words() -> None:
    made = plan(needs_of(1), 3 * GB)
    assert not made.fits
    assert "3.0 GB may be used" in made.words


def given_up(made: MemoryPlan) -> tuple[bool, bool, int]:
    return made.eight_bit_moments, made.anchor_on_disk, -made.rows


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.integers(0, 60), st.sampled_from([0, 1, 2]))
def test_more_memory_never_plans_leaner_and_no_plan_exceeds_it(gigabytes: int, more: int, stage: int) -> None:
    little, much = plan(needs_of(stage), gigabytes * GB), plan(needs_of(stage), (gigabytes + more) * GB)
    assert not little.fits or little.peak_bytes <= gigabytes * GB
    assert much.fits or not little.fits
    assert given_up(much) <= given_up(little)


def test_every_notch_is_lower_until_there_is_none() -> None:
    notch, seen = plan(needs_of(1), 200 * GB), 0
    while (lower := notch.lowered()) is not None:
        assert (lower.rows, not lower.recompute_layers, lower.graphs) < (
            notch.rows,
            not notch.recompute_layers,
            notch.graphs,
        )
        notch, seen = lower, seen + 1
    assert (notch.rows, notch.graphs, notch.recompute_layers) == (1, 0, True)
    assert seen < 10


def test_recomputed_layers_keep_little_more_than_their_inputs(tiny_run: Callable[..., RunSpec]) -> None:
    """What autograd saves of a real pass, against what was counted without one."""
    run, saved = tiny_run(2), [0, 0]
    weights = initialise(run.model, run.stages, 0, 0)
    owned = {tensor.data_ptr() for tensor in weights.values()}
    tokens_BT = torch.zeros(2, run.model.context, dtype=torch.int64)
    for again in (False, True):
        held: dict[int, int] = {}

        def pack(tensor: torch.Tensor, held: dict[int, int] = held) -> torch.Tensor:
            if tensor.data_ptr() not in owned:
                held[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
            return tensor

        shard = Shard(run, 0, ComputePolicy(recompute_layers=again))
        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
            result = shard.forward_pass(weights, tokens_BT)
        assert result.graph is not None
        saved[again] = sum(held.values())
    counted = graph_bytes(run, 0, torch.float32, 2)
    assert saved[1] < saved[0] / 2
    assert saved[0] <= counted <= 1.5 * saved[0]
