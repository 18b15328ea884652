"""The computer's own meters: told where they can be read, silent everywhere else; estimates say that they are."""

from pathlib import Path

import pytest

from app.core.money.lines import EnergySource
from app.core.money.power import NoMeter, PowerDraw, draw
from app.platforms.power_draw import LinuxMeter


@pytest.fixture
def powercap(tmp_path: Path) -> Path:
    for package in (0, 1):
        (tmp_path / "powercap" / f"intel-rapl:{package}").mkdir(parents=True)
    count(tmp_path / "powercap", 0, 0)
    return tmp_path / "powercap"


def count(powercap: Path, first: int, second: int) -> None:
    for package, microjoules in enumerate((first, second)):
        (powercap / f"intel-rapl:{package}" / "energy_uj").write_text(f"{microjoules}\n")


def test_watts_are_the_counters_difference_over_time(powercap: Path, tmp_path: Path) -> None:
    meter = LinuxMeter(powercap, tmp_path / "drm")
    assert meter.watts(100.0) is None
    count(powercap, 300_000_000, 150_000_000)
    assert meter.watts(110.0) == pytest.approx(45.0)
    assert meter.watts(110.5) == pytest.approx(45.0)  # too soon to say anything new
    count(powercap, 310_000_000, 150_000_000)
    assert meter.watts(120.0) == pytest.approx(1.0)


def test_a_counter_that_began_anew_or_a_long_sleep_says_nothing_once(powercap: Path, tmp_path: Path) -> None:
    meter = LinuxMeter(powercap, tmp_path / "drm")
    count(powercap, 5_000_000, 0)
    meter.watts(0.0)
    count(powercap, 1_000_000, 0)
    assert meter.watts(10.0) is None
    count(powercap, 11_000_000, 0)
    assert meter.watts(20.0) == pytest.approx(1.0)
    assert meter.watts(5000.0) is None


def test_a_graphics_card_that_tells_its_power_is_added(powercap: Path, tmp_path: Path) -> None:
    card = tmp_path / "drm" / "card0" / "device" / "hwmon" / "hwmon3"
    card.mkdir(parents=True)
    (card / "power1_average").write_text("80000000")
    meter = LinuxMeter(powercap, tmp_path / "drm")
    meter.watts(0.0)
    count(powercap, 20_000_000, 0)
    assert meter.watts(1.0) == pytest.approx(100.0)


def test_what_can_not_be_read_is_not_guessed(powercap: Path, tmp_path: Path) -> None:
    (powercap / "intel-rapl:1" / "energy_uj").write_text("garbage")
    assert LinuxMeter(powercap, tmp_path).watts(0.0) is None
    assert LinuxMeter(tmp_path / "none", tmp_path / "none").watts(0.0) is None
    assert NoMeter().watts() is None


def test_the_persons_own_meter_comes_before_the_computers_and_that_before_an_estimate() -> None:
    assert draw(123.0, 45.0, "cuda:0", 4) == PowerDraw(123.0, EnergySource.TYPED)
    assert draw(None, 45.0, "cuda:0", 4) == PowerDraw(45.0, EnergySource.MEASURED)
    estimated = draw(None, None, "cuda:0", 4)
    assert estimated.source is EnergySource.ESTIMATED
    assert estimated.watts > draw(None, None, "cpu", 4).watts > draw(None, None, "cpu", 1).watts > 0
