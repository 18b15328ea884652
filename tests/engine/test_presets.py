"""Presets: what each one says, what its stages need, and what a broken one is told."""

from pathlib import Path

import pytest

from engine.shard.memory import GIB, home_computer_verdict, parameter_count, stage_memory
from engine.shard.model import initialise
from engine.shard.weights import fragments
from protocol.errors import SettingsError
from protocol.runs import DataSpec, RunSpec
from swarm.presets import preset_from_toml

FOLDER = Path(__file__).parents[2] / "resources" / "presets"
DATA = DataSpec(train_key="t", train_tokens=1, train_hash="0", held_out_key="h", held_out_tokens=1, held_out_hash="0")
NO_HOME = "fits no home computer: needs a data-centre GPU"


def text_of(name: str) -> str:
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")


def the_run(name: str) -> RunSpec:
    return preset_from_toml(text_of(name)).run("preset", DATA)


def test_there_are_the_seven_presets() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == {
        "shakespeare", "shakespeare-gpu", "local", "llama-1.5b", "llama-15b", "llama-50b", "orion-100b",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "stages", "parameters", "stage_parameters", "verdict"),
    [
        ("shakespeare", 2, 795_776, 0.4e6, "fits most home computers"),
        ("shakespeare-gpu", 3, 11_537_280, 3.90e6, "fits most home computers"),
        ("local", 3, 779_136, 0.28e6, "fits most home computers"),
        ("llama-1.5b", 3, 1.5179e9, 511.3e6, "needs a Mac with 32 GB or a graphics card with 24 GB"),
        ("llama-15b", 5, 15.177e9, 3.15e9, "needs a Mac with 128 GB; no home graphics card holds it"),
        ("llama-50b", 18, 49.752e9, 3.57e9, "needs a Mac with 128 GB; no home graphics card holds it"),
        ("orion-100b", 16, 100.33e9, 6.61e9, NO_HOME),
    ],
)
def test_a_preset_has_its_parameters_and_its_largest_stage_the_verdict(
    name: str, stages: int, parameters: float, stage_parameters: float, verdict: str
) -> None:
    run = the_run(name)
    assert len(run.stages) == stages
    memories = [stage_memory(run, stage) for stage in range(stages)]
    assert sum(memory.parameters for memory in memories) == pytest.approx(parameters, rel=2e-3)
    assert max(memory.parameters for memory in memories) <= stage_parameters
    assert home_computer_verdict(max(memory.total_bytes for memory in memories)) == verdict
    for stage, memory in enumerate(memories):
        assert memory.microbatch_bytes > 0
        assert 1 <= len(fragments(run.model, run.stages, stage, run.merge.fragments)) <= run.merge.fragments


def test_orions_shape_is_the_published_one() -> None:
    run = the_run("orion-100b")
    assert (run.model.width, run.model.layers, len(run.stages)) == (9216, 90, 16)
    memory = stage_memory(run, 1)
    assert memory.parameters * 16 > 100e9
    assert home_computer_verdict(memory.total_bytes) == NO_HOME


@pytest.mark.parametrize("name", ["shakespeare", "local"])
def test_the_count_made_without_numbers_is_that_of_the_real_weights(name: str) -> None:
    run = the_run(name)
    for stage in range(len(run.stages)):
        weights = initialise(run.model, run.stages, stage, 0)
        assert parameter_count(run, stage) == sum(tensor.numel() for tensor in weights.values())
        memory = stage_memory(run, stage, kept=3)
        assert memory.weights_bytes == sum(tensor.nbytes for tensor in weights.values())
        assert memory.total_bytes == memory.state_bytes + 3 * memory.microbatch_bytes


def test_verdicts_rise_with_size() -> None:
    words = [home_computer_verdict(size * GIB) for size in (1, 12, 20, 40, 90, 150)]
    assert len(set(words)) == 6
    assert words[-1] == NO_HOME


def test_a_preset_can_be_cut_into_other_stages() -> None:
    preset = preset_from_toml(text_of("shakespeare"))
    assert len(preset.with_stages(4).stages) == 4
    with pytest.raises(SettingsError):
        preset.with_stages(5)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("width = 128", "width = '128'", "model.width"),
        ("width = 128", "widht = 128", "model.widht"),
        ("width = 128", "width = 130", "width"),
        ("width = 128\n", "", "width"),
        ("context = 64", "context = 1\nauxiliary_heads = true", "auxiliary_heads"),
        ("sequences = 12", "sequences = 12\nauxiliary_weight = -0.1", "training.auxiliary_weight"),
        ("stages = 2", "stages = 9", "pipeline.stages"),
        ("stages = 2", "stages = true", "pipeline.stages"),
        ("stages = 2", "layers_per_stage = [1, 1]", "pipeline.layers_per_stage"),
        ("stages = 2", "layers_per_stage = 'all'", "pipeline.layers_per_stage"),
        ("stages = 2", "stages = 2\nlayers_per_stage = [2, 2]", "pipeline.layers_per_stage"),
        ("sequences = 12", "sequences = 0", "training.sequences"),
        ('codec_id = "int8"', 'codec_id = "zip"', "codec_id"),
        ("title = ", "name = ", "name"),
        ("[merge]", "[mergers]", "mergers"),
        ("[model]", "[model", "TOML"),
    ],
)
def test_a_broken_preset_is_refused_by_the_name_of_its_key(old: str, new: str, named: str) -> None:
    text = text_of("shakespeare")
    assert old in text
    with pytest.raises(SettingsError) as caught:
        preset_from_toml(text.replace(old, new, 1))
    assert named in caught.value.title


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_a_ladder_has_one_rank_and_changes_bits_only(path: Path) -> None:
    """Mixed ranks cost more loss than they save bytes (docs/decisions/0004)."""
    run = the_run(path.stem)
    assert len({rung.rank for rung in run.rungs}) == 1
    assert run.rungs[0].rank == run.model.bottleneck_width
