"""What the computer draws while it trains: measured where it can be, else estimated and said to be."""

from typing import Final, Protocol

import msgspec

from app.core.money.lines import EnergySource

_WATTS_PER_THREAD: Final = 9.0
"""A desktop processor's core at full load with its share of the rest; laptops take half of it."""
_WATTS_BY_DEVICE: Final = {"cuda": 220.0, "rocm": 220.0, "xpu": 120.0, "mps": 25.0}


class PowerDraw(msgspec.Struct, frozen=True):
    watts: float
    source: EnergySource


class PowerMeter(Protocol):
    def watts(self) -> float | None:
        """What processor and graphics cards draw now; None where this computer doesn't tell. Never waits."""
        ...


class NoMeter:
    def watts(self) -> float | None:
        return None


def draw(
    typed_watts: float | None, measured_watts: float | None, device: str, threads: int, engines: int = 1
) -> PowerDraw:
    """The best that is known, while that many engines train on devices like `device` ("cpu", "cuda:0" and so on)."""
    if typed_watts is not None:
        return PowerDraw(typed_watts, EnergySource.TYPED)
    if measured_watts is not None:
        return PowerDraw(measured_watts, EnergySource.MEASURED)
    kind = device.partition(":")[0]
    each = _WATTS_BY_DEVICE.get(kind, 0.0) + _WATTS_PER_THREAD * threads
    return PowerDraw(each * max(1, engines), EnergySource.ESTIMATED)
