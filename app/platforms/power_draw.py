"""What this computer's own meters say of its power. Where none can be read, nothing is said."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_LEAST_SECONDS: Final = 1.0
_LONGEST_SECONDS: Final = 120.0


class LinuxMeter:
    """app.core.money.power.PowerMeter: the processor's energy counters (RAPL) and the power that AMD cards report.

    Most systems let only root read RAPL's counters; then nothing is told, since a card alone is not the computer.
    """

    def __init__(self, powercap: Path = Path("/sys/class/powercap"), drm: Path = Path("/sys/class/drm")) -> None:
        self._counters = sorted(powercap.glob("intel-rapl:?"))
        self._cards = sorted(drm.glob("card?/device/hwmon/hwmon*/power1_average"))
        self._last: tuple[float, list[int]] | None = None
        self._watts: float | None = None

    def watts(self, now: float | None = None) -> float | None:
        """`now` is a monotonic time in seconds."""
        now = time.monotonic() if now is None else now
        energies = _numbers([folder / "energy_uj" for folder in self._counters])
        if not energies:
            return None
        last = self._last
        passed = None if last is None else now - last[0]
        if last is None or passed is None or not 0 <= passed <= _LONGEST_SECONDS:
            self._last, self._watts = (now, energies), None
        elif passed >= _LEAST_SECONDS:
            used = [after - before for before, after in zip(last[1], energies, strict=True)]
            # A counter that began anew says nothing this time.
            self._watts = sum(used) / 1e6 / passed if min(used) >= 0 else None
            self._last = (now, energies)
        cards = _numbers(self._cards) or []
        return None if self._watts is None else self._watts + sum(cards) / 1e6


def _numbers(files: Sequence[Path]) -> list[int] | None:
    """All of them or None."""
    try:
        return [int(file.read_text()) for file in files]
    except (OSError, ValueError):
        return None
