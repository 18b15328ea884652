"""What this computer's own meters say of its power. Where none can be read, nothing is said."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from app.core.money.power import MeasuredPower
from app.platforms.nvidia import NvmlPower

_LEAST_SECONDS: Final = 1.0
_LONGEST_SECONDS: Final = 120.0
_WHOLE_PLATFORM: Final = "psys"


class LinuxMeter:
    """app.core.money.power.PowerMeter: the processor's energy counters (RAPL) and the power that cards report, AMD's
    in hwmon and NVIDIA's by their driver.

    Most systems let only root read RAPL's counters; then nothing is told, since a card alone is not the computer.
    """

    def __init__(
        self,
        powercap: Path = Path("/sys/class/powercap"),
        drm: Path = Path("/sys/class/drm"),
        nvidia: Callable[[], Sequence[float | None]] | None = None,
    ) -> None:
        self._counters = [folder for folder in sorted(powercap.glob("intel-rapl:?")) if _is_package(folder)]
        found = sorted(drm.glob("card?/device/hwmon/hwmon*"))
        self._cards = [meter for folder in found if (meter := _card_meter(folder)) and not _is_built_in(folder)]
        self._has_built_in = any(_is_built_in(folder) for folder in found)
        self._nvidia = nvidia or NvmlPower().watts
        self._last: tuple[float, list[int]] | None = None
        self._processor: float | None = None

    def read(self, *, cards: bool, now: float | None = None) -> MeasuredPower | None:
        """`now` is a monotonic time in seconds."""
        self._count(time.monotonic() if now is None else now)
        if self._processor is None:
            return None
        return MeasuredPower(self._processor, self._card_watts() if cards else None)

    def _count(self, now: float) -> None:
        energies = _numbers([folder / "energy_uj" for folder in self._counters])
        if not energies:
            self._last = self._processor = None
            return
        last = self._last
        passed = None if last is None else now - last[0]
        if last is None or passed is None or not 0 <= passed <= _LONGEST_SECONDS:
            self._last, self._processor = (now, energies), None
        elif passed >= _LEAST_SECONDS:
            used = [after - before for before, after in zip(last[1], energies, strict=True)]
            # A counter that began anew says nothing this time.
            self._processor = sum(used) / 1e6 / passed if min(used) >= 0 else None
            self._last = (now, energies)

    def _card_watts(self) -> float | None:
        """Of all cards; None where there is none, or one that keeps silent: the rest is not what they draw."""
        amd = _numbers(self._cards)
        nvidia = self._nvidia()
        if amd is None or None in nvidia or not (amd or nvidia or self._has_built_in):
            return None
        return sum(amd) / 1e6 + sum(watts for watts in nvidia if watts is not None)


def _is_package(folder: Path) -> bool:
    """Whether it counts a processor. Psys, where a maker wired it, counts the package too and whatever else they chose,
    with a card or without: added to the package it counts that twice, and alone nobody knows what it counts."""
    try:
        return (folder / "name").read_text().strip() != _WHOLE_PLATFORM
    except OSError:
        return True


def _card_meter(hwmon: Path) -> Path | None:
    """The file with a card's microwatts; newer ones tell only what they take at this instant."""
    return next((hwmon / name for name in ("power1_average", "power1_input") if (hwmon / name).exists()), None)


def _is_built_in(hwmon: Path) -> bool:
    """Whether AMD's graphics are part of the processor. What they tell then is the processor's power, which its own
    counters have; only such have a northbridge whose voltage is told (kernel, "GPU Power/Thermal Controls")."""
    try:
        return (hwmon / "in1_label").read_text().strip() == "vddnb"
    except OSError:
        return False


def _numbers(files: Sequence[Path]) -> list[int] | None:
    """All of them or None."""
    try:
        return [int(file.read_text()) for file in files]
    except (OSError, ValueError):
        return None
