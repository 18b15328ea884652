"""Runs that nobody can train, and runs that mean harm, are told apart from runs before anything is done for them."""

import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import MalformedMessage
from protocol.runs import CodecSpec, DataSpec, RunSpec, SparseCodes, even_stages
from swarm.merge_arithmetic import outer_fixed
from swarm.presets import preset_from_toml
from swarm.run_problems import MOST_RUNGS, RANGES, checked_run, run_problems

PRESETS = sorted((Path(__file__).parents[2] / "resources/presets").glob("*.toml"))
DATA = DataSpec(
    train_key="data/a", train_tokens=10**9, train_hash="0" * 64, held_out_key="data/b", held_out_tokens=10**9,
    held_out_hash="1" * 64,
)  # fmt: skip
RUN = preset_from_toml(PRESETS[0].read_text()).run("a-run", DATA)
FIELDS = [(section, name, ends) for section, ranges in RANGES.items() for name, ends in ranges.items()]


def changed(section: str, **values: Any) -> RunSpec:
    part = msgspec.structs.replace(getattr(RUN, section), **values)
    return msgspec.structs.replace(RUN, **{section: part})


@pytest.mark.parametrize("preset", PRESETS, ids=lambda path: path.stem)
def test_every_preset_is_possible(preset: Path) -> None:
    assert run_problems(preset_from_toml(preset.read_text()).run("a-run", DATA)) == []
    assert tomllib.loads(preset.read_text())["title"]


@pytest.mark.parametrize(("section", "name", "ends"), FIELDS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_number_out_of_range_is_named(section: str, name: str, ends: tuple[float, float]) -> None:
    for wrong in (ends[0] - 1, ends[1] * 2 + 1, float("inf"), float("nan")):
        (problem, *_) = run_problems(changed(section, **{name: wrong}))
        assert f"{section}.{name}" in problem


@pytest.mark.parametrize(
    ("section", "name", "wrong"),
    [
        ("merge", "outer_learning_rate", 2.001),
        ("merge", "outer_learning_rate", 3.0),
        ("optimizer", "beta1", 1.0),
        ("optimizer", "beta2", 1.0),
        ("optimizer", "epsilon", 0.0),
        ("model", "norm_epsilon", 0.0),
    ],
)
def test_what_would_end_in_no_number_at_all_is_told_before_anything_begins(
    section: str, name: str, wrong: float
) -> None:
    assert [f"{section}.{name}" in problem for problem in run_problems(changed(section, **{name: wrong}))] == [True]


@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize("name", ["outer_learning_rate", "outer_momentum"])
def test_every_outer_step_that_is_allowed_can_be_taken(name: str, end: int) -> None:
    assert run_problems(changed("merge", **{name: float(RANGES["merge"][name][end])})) == []
    assert outer_fixed(RANGES["merge"][name][end]) >= 0


def test_every_number_of_a_run_has_a_range() -> None:
    for section in ("model", "training", "merge", "optimizer", "ladder", "audit", "data"):
        values = getattr(RUN, section)
        numbers = {
            name for name in values.__struct_fields__
            if isinstance(getattr(values, name), int | float) and not isinstance(getattr(values, name), bool)
        }  # fmt: skip
        assert numbers - RANGES[section].keys() <= {"token_bytes"}, section


@pytest.mark.parametrize(
    "change",
    [
        {"run_id": "../x"},
        {"run_id": ""},
        {"title": "a" * 501},
        {"stages": ()},
        {"stages": even_stages(RUN.model.layers, 2)[:1]},
        {"stages": even_stages(RUN.model.layers, 2)[::-1]},
        {"codec": CodecSpec("grid", 32)},
        {"ladder": msgspec.structs.replace(RUN.ladder, rungs=RUN.rungs * (MOST_RUNGS + 1))},
        {"merge": msgspec.structs.replace(RUN.merge, upload=SparseCodes(kept_per_tile=10**6))},
        {"data": msgspec.structs.replace(DATA, train_tokens=1)},
        {"data": msgspec.structs.replace(DATA, train_key="k" * 1025)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_does_not_fit_together_is_told(change: dict[str, Any]) -> None:
    wrong = msgspec.structs.replace(RUN, **change)
    assert run_problems(wrong)
    with pytest.raises(MalformedMessage, match="can't be trained"):
        checked_run(wrong, 0)


@given(st.integers())
def test_a_place_in_a_stage_that_is_none_is_refused(stage: int) -> None:
    if 0 <= stage < len(RUN.stages):
        assert checked_run(RUN, stage) is RUN
    else:
        with pytest.raises(MalformedMessage, match=f"no stage {stage}"):
            checked_run(RUN, stage)
