"""What the computer draws while it trains: measured where it can be, else estimated and said to be."""

from typing import Final, Protocol

import msgspec

from app.core.money.lines import EnergySource

_WATTS_PER_THREAD: Final = 9.0
"""A desktop processor's core at full load with its share of the rest; laptops take half of it."""
_WATTS_BY_DEVICE: Final = {"cuda": 220.0, "rocm": 220.0, "xpu": 120.0, "mps": 25.0}
_METERED: Final = frozenset({"cuda", "rocm"})
"""Devices whose cards a meter may hear."""


class PowerDraw(msgspec.Struct, frozen=True):
    watts: float
    source: EnergySource


class MeasuredPower(msgspec.Struct, frozen=True):
    """In watts."""

    processor: float
    cards: float | None = None
    """Of NVIDIA's and AMD's graphics cards together; None where there is none, or not each of them tells."""


class PowerMeter(Protocol):
    def read(self, *, cards: bool) -> MeasuredPower | None:
        """What processor and graphics cards draw now; None where this computer doesn't tell. Never waits. `cards`:
        ask those too, which would wake one that sleeps; their answer may take a moment."""
        ...


class NoMeter:
    def read(self, *, cards: bool) -> MeasuredPower | None:
        return None


def draw(
    typed_watts: float | None, measured: MeasuredPower | None, device: str, threads: int, engines: int = 1
) -> PowerDraw:
    """The best that is known, while that many engines train on devices like `device` ("cpu", "cuda:0" and so on)."""
    if typed_watts is not None:
        return PowerDraw(typed_watts, EnergySource.TYPED)
    kind, engines = device.partition(":")[0], max(1, engines)
    of_cards = _WATTS_BY_DEVICE.get(kind, 0.0) * engines
    if measured is None:
        return PowerDraw(of_cards + _WATTS_PER_THREAD * threads * engines, EnergySource.ESTIMATED)
    if kind not in _WATTS_BY_DEVICE or (kind in _METERED and measured.cards is not None):
        return PowerDraw(measured.processor + (measured.cards or 0.0), EnergySource.MEASURED)
    # A card at work that nobody hears draws most of it: with a guess at that the whole is a guess.
    return PowerDraw(measured.processor + of_cards, EnergySource.ESTIMATED)
