"""The computer's own meters: told where they can be read, silent everywhere else; estimates say that they are."""

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.core.engine.phase import EngineStatus, Phase
from app.core.money.lines import EnergySource
from app.core.money.power import MeasuredPower, NoMeter, PowerDraw, draw
from app.core.money.watch import engine_lives
from app.platforms.nvidia import NvmlPower
from app.platforms.power_draw import LinuxMeter
from tests.app.conftest import MakeSnapshot


@pytest.fixture
def powercap(tmp_path: Path) -> Path:
    for package in (0, 1):
        (tmp_path / "powercap" / f"intel-rapl:{package}").mkdir(parents=True)
    count(tmp_path / "powercap", 0, 0)
    return tmp_path / "powercap"


def count(powercap: Path, first: int, second: int) -> None:
    for package, microjoules in enumerate((first, second)):
        (powercap / f"intel-rapl:{package}" / "energy_uj").write_text(f"{microjoules}\n")


def meter_of(powercap: Path, drm: Path, *nvidia: float | None) -> LinuxMeter:
    return LinuxMeter(powercap, drm, lambda: nvidia)


def processor_watts(meter: LinuxMeter, now: float) -> float | None:
    found = meter.read(cards=False, now=now)
    return None if found is None else found.processor


def test_watts_are_the_counters_difference_over_time(powercap: Path, tmp_path: Path) -> None:
    meter = meter_of(powercap, tmp_path / "drm")
    assert processor_watts(meter, 100.0) is None
    count(powercap, 300_000_000, 150_000_000)
    assert processor_watts(meter, 110.0) == pytest.approx(45.0)
    assert processor_watts(meter, 110.5) == pytest.approx(45.0)  # too soon to say anything new
    count(powercap, 310_000_000, 150_000_000)
    assert processor_watts(meter, 120.0) == pytest.approx(1.0)


def test_a_counter_that_began_anew_or_a_long_sleep_says_nothing_once(powercap: Path, tmp_path: Path) -> None:
    meter = meter_of(powercap, tmp_path / "drm")
    count(powercap, 5_000_000, 0)
    processor_watts(meter, 0.0)
    count(powercap, 1_000_000, 0)
    assert processor_watts(meter, 10.0) is None
    count(powercap, 11_000_000, 0)
    assert processor_watts(meter, 20.0) == pytest.approx(1.0)
    assert processor_watts(meter, 5000.0) is None


def test_the_whole_platform_is_not_added_to_the_package_that_it_counts_too(powercap: Path, tmp_path: Path) -> None:
    for place, name in enumerate(("package-0", "psys")):
        (powercap / f"intel-rapl:{place}" / "name").write_text(f"{name}\n")
    meter = meter_of(powercap, tmp_path / "drm")
    processor_watts(meter, 0.0)
    count(powercap, 300_000_000, 450_000_000)
    assert processor_watts(meter, 10.0) == pytest.approx(30.0)


@pytest.fixture
def amd(tmp_path: Path) -> Path:
    """A card that tells 80 W."""
    card = tmp_path / "drm" / "card0" / "device" / "hwmon" / "hwmon3"
    card.mkdir(parents=True)
    (card / "power1_average").write_text("80000000")
    return tmp_path / "drm"


@pytest.mark.parametrize(
    ("nvidia", "cards"), [((), 80.0), ((200.0, 20.0), 300.0), ((None,), None), ((200.0, None), None)]
)
def test_graphics_cards_are_told_only_where_each_tells_its_power(
    powercap: Path, amd: Path, nvidia: tuple[float | None, ...], cards: float | None
) -> None:
    meter = meter_of(powercap, amd, *nvidia)
    meter.read(cards=True, now=0.0)
    count(powercap, 20_000_000, 0)
    assert meter.read(cards=True, now=1.0) == MeasuredPower(20.0, cards)


@pytest.mark.parametrize(("nvidia", "cards"), [((), 0.0), ((200.0,), 200.0)])
def test_graphics_that_are_part_of_the_processor_are_not_counted_beside_it(
    powercap: Path, amd: Path, nvidia: tuple[float, ...], cards: float
) -> None:
    (amd / "card0" / "device" / "hwmon" / "hwmon3" / "in1_label").write_text("vddnb\n")
    meter = meter_of(powercap, amd, *nvidia)
    meter.read(cards=True, now=0.0)
    count(powercap, 20_000_000, 0)
    assert meter.read(cards=True, now=1.0) == MeasuredPower(20.0, cards)


def test_a_card_that_tells_only_what_it_takes_now_is_counted_too(powercap: Path, amd: Path) -> None:
    folder = amd / "card0" / "device" / "hwmon" / "hwmon3"
    (folder / "power1_average").rename(folder / "power1_input")
    (folder / "in1_label").write_text("vddgfx\n")
    meter = meter_of(powercap, amd)
    meter.read(cards=True, now=0.0)
    assert meter.read(cards=True, now=1.0) == MeasuredPower(0.0, 80.0)


def test_without_a_card_that_tells_none_is_told_and_none_is_woken_for_it(powercap: Path, tmp_path: Path) -> None:
    asked = []

    def ask() -> tuple[float, ...]:
        asked.append(True)
        return (200.0,)

    meter = LinuxMeter(powercap, tmp_path / "drm", ask)
    meter.read(cards=False, now=0.0)
    assert meter.read(cards=False, now=1.0) == MeasuredPower(0.0) and not asked
    assert meter.read(cards=True, now=1.0) == MeasuredPower(0.0, 200.0)
    silent = meter_of(powercap, tmp_path / "drm")
    silent.read(cards=True, now=0.0)
    assert silent.read(cards=True, now=1.0) == MeasuredPower(0.0)


def test_what_can_not_be_read_is_not_guessed(powercap: Path, tmp_path: Path) -> None:
    (powercap / "intel-rapl:1" / "energy_uj").write_text("garbage")
    assert meter_of(powercap, tmp_path).read(cards=True, now=0.0) is None
    assert meter_of(tmp_path / "none", tmp_path / "none").read(cards=True, now=0.0) is None
    assert NoMeter().read(cards=True) is None


class Nvml:
    """Of cards with so many milliwatts; None for one that tells none."""

    def __init__(self, *milliwatts: int | None) -> None:
        self.milliwatts = milliwatts
        self.open = 0

    def nvmlInit_v2(self) -> int:
        self.open += 1
        return 0

    def nvmlShutdown(self) -> int:
        self.open -= 1
        return 0

    def nvmlDeviceGetCount_v2(self, count: Any) -> int:
        count._obj.value = len(self.milliwatts)
        return 0

    def nvmlDeviceGetHandleByIndex_v2(self, place: ctypes.c_uint, device: Any) -> int:
        device._obj.value = place.value + 1
        return 0

    def nvmlDeviceGetPowerUsage(self, device: ctypes.c_void_p, milliwatts: Any) -> int:
        told = self.milliwatts[(device.value or 0) - 1]
        if told is None:
            return 3
        milliwatts._obj.value = told
        return 0


def test_the_power_of_nvidias_cards_is_told_as_last_heard_and_never_waited_for() -> None:
    library, begun, now = Nvml(200_500, None), list[Callable[[], None]](), [0.0]
    power = NvmlPower(library, begin=begun.append, monotonic=lambda: now[0])
    assert list(power.watts()) == [None] and list(power.watts()) == [None]
    (ask,) = begun
    ask()
    assert list(power.watts()) == [200.5, None] and library.open == 0
    now[0] = 29.0
    assert list(power.watts()) == [200.5, None] and len(begun) == 2
    now[0] = 31.0
    assert list(power.watts()) == [None], "who hangs tells nothing"


def test_a_computer_without_nvidias_driver_has_none_of_its_cards() -> None:
    assert list(NvmlPower(load=lambda: None).watts()) == []


def test_the_persons_own_meter_comes_before_the_computers_and_that_before_an_estimate() -> None:
    measured = MeasuredPower(45.0, 200.0)
    assert draw(123.0, measured, "cuda:0", 4) == PowerDraw(123.0, EnergySource.TYPED)
    assert draw(None, measured, "cuda:0", 4) == PowerDraw(245.0, EnergySource.MEASURED)
    estimated = draw(None, None, "cuda:0", 4)
    assert estimated.source is EnergySource.ESTIMATED
    assert estimated.watts > draw(None, None, "cpu", 4).watts > draw(None, None, "cpu", 1).watts > 0


def test_a_card_at_work_that_tells_nothing_is_estimated_and_the_whole_is_said_to_be() -> None:
    for device, cards in (("cuda:0", None), ("xpu:0", None), ("xpu:0", 5.0)):
        guessed = draw(None, MeasuredPower(30.0, cards), device, 1, 2)
        of_cards = draw(None, None, device, 0, 2).watts
        assert guessed == PowerDraw(30.0 + of_cards, EnergySource.ESTIMATED) and of_cards > 200
    assert draw(None, MeasuredPower(30.0), "cpu", 1) == PowerDraw(30.0, EnergySource.MEASURED)


def test_cards_are_asked_from_an_engines_start_so_that_its_first_work_is_measured(make_snapshot: MakeSnapshot) -> None:
    assert engine_lives(make_snapshot(engine=EngineStatus(phase=Phase.STARTING)))
    assert not engine_lives(make_snapshot(engine=EngineStatus()))
