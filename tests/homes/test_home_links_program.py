"""The home_links program's own arithmetic: rates by load, recipes that can be built, rows that say what they should."""

import sys

import pytest

if sys.platform != "linux":
    pytest.skip("homes are network namespaces, which Linux alone has", allow_module_level=True)

from benchmarks.home_links import (
    WIDTHS,
    Arm,
    Recipe,
    _rows,
    arms_of,
    chosen_arms,
    ours,
    uncompressed,
    uplink_bytes_per_second,
)
from benchmarks.swarm_window import Window
from swarm.compression import bytes_per_token
from swarm.presets import preset_from_toml


def window(speed: float) -> Window:
    return Window(
        tokens_per_second=speed,
        seconds=30.0,
        forward_bytes_per_token=(20.0, 20.0),
        backward_bytes_per_token=(18.0, 18.0),
        wire_bytes_per_token=45.0,
        idle_shares=(0.1, 0.3),
        loop_cpu_share=0.1,
        cpu_seconds_per_token=1e-3,
        emulator_cores=0.02,
    )


LOADS = (2, 25, 130)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_load_of_one_is_a_line_that_fp32_both_ways_just_fills(width: int) -> None:
    assert uplink_bytes_per_second(2000.0, 1.0, width) == 1000 * (4 * width + 4 * width)
    assert uplink_bytes_per_second(2000.0, 25.0, width) == pytest.approx(1000 * 8 * width / 25)


def every_recipe() -> list[Recipe]:
    return [recipe for width in WIDTHS for recipe in (uncompressed(width), *(ours(load, width) for load in LOADS))]


@pytest.mark.parametrize("recipe", every_recipe(), ids=lambda recipe: f"{recipe.name}, {recipe.width}")
def test_every_recipe_is_a_preset_that_can_be_built(recipe: Recipe) -> None:
    preset = preset_from_toml(recipe.preset())
    assert preset.model.width == recipe.width
    assert preset.model.bottleneck_width == (recipe.rung.rank if recipe.rung else recipe.width)
    assert not preset.model.problems()
    assert len(preset.stages) == 3


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("load", LOADS)
def test_ours_sends_little_enough_for_its_load(load: int, width: int) -> None:
    rung = ours(load, width).rung
    assert rung is not None
    assert bytes_per_token(rung, True, True) * load < 2 * 4 * width


def test_every_arm_over_links_is_held_against_its_own_recipe_over_loopback() -> None:
    names = {arm.name for arm in arms_of()}
    assert all(Arm(arm.recipe).name in names for arm in arms_of())
    arm, base = Arm(ours(25), 25, least=0.9), Arm(ours(25))
    kept = {arm.name: [window(880.0), window(920.0), window(100.0)], base.name: [window(1000.0)]}
    row = _rows(arm, kept, [1000.0])[0]
    assert (row.value, row.ratio, row.met) == (880.0, 0.88, False)


def test_links_that_do_not_slow_the_uncompressed_are_too_fast_to_count() -> None:
    arm = Arm(uncompressed(), 2, below=0.6)
    kept = {Arm(uncompressed()).name: [window(1000.0)], arm.name: [window(700.0)]}
    assert _rows(arm, kept, [1000.0])[0].met is False
    kept[arm.name] = [window(400.0)]
    assert _rows(arm, kept, [1000.0])[0].met is True


@pytest.mark.parametrize("words", [None, "ours for load 2,", "1x, load 25", "NAT"])
@pytest.mark.parametrize("quick", [True, False])
def test_every_chosen_arm_finds_a_loopback_run_before_it(quick: bool, words: str | None) -> None:
    arms = chosen_arms(quick, words)
    loads = [arm.load for arm in arms]
    assert loads[0] is None and loads == sorted(loads, key=lambda load: load is not None)
    assert len(set(arms)) == len(arms)
    if not quick:
        assert {Arm(arm.recipe) for arm in arms} <= set(arms)
