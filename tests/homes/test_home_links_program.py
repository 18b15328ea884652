"""The home_links program's own arithmetic: rates by load, recipes that can be built, rows that say what they should."""

import pytest

from benchmarks.home_links import ARMS, OURS, UNCOMPRESSED, WIDTH, Arm, _rows, chosen_arms, uplink_bytes_per_second
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


def test_a_load_of_one_is_a_line_that_fp32_both_ways_just_fills() -> None:
    assert uplink_bytes_per_second(2000.0, 1.0) == 1000 * (4 * WIDTH + 4 * WIDTH)
    assert uplink_bytes_per_second(2000.0, 25.0) == pytest.approx(1000 * 8 * WIDTH / 25)


@pytest.mark.parametrize("recipe", [UNCOMPRESSED, *OURS.values()], ids=lambda recipe: recipe.name)
def test_every_recipe_is_a_preset_that_can_be_built(recipe: object) -> None:
    preset = preset_from_toml(recipe.preset())  # type: ignore[attr-defined]
    assert preset.model.bottleneck_width == WIDTH
    assert len(preset.stages) == 3


@pytest.mark.parametrize("load", OURS)
def test_ours_sends_little_enough_for_its_load(load: int) -> None:
    rung = OURS[load].rung
    assert rung is not None
    assert bytes_per_token(rung, True, True) * load < 2 * 4 * WIDTH


def test_every_arm_over_links_is_held_against_its_own_recipe_over_loopback() -> None:
    names = {arm.name for arm in ARMS}
    assert all(Arm(arm.recipe).name in names for arm in ARMS)
    arm, base = Arm(OURS[25], 25, least=0.9), Arm(OURS[25])
    kept = {arm.name: [window(880.0), window(920.0), window(100.0)], base.name: [window(1000.0)]}
    row = _rows(arm, kept, [1000.0])[0]
    assert (row.value, row.ratio, row.met) == (880.0, 0.88, False)


def test_links_that_do_not_slow_the_uncompressed_are_too_fast_to_count() -> None:
    arm = Arm(UNCOMPRESSED, 2, below=0.6)
    kept = {Arm(UNCOMPRESSED).name: [window(1000.0)], arm.name: [window(700.0)]}
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
