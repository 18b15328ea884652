"""Several sources for the same thing: the first that answers is used, and says its name in what it answers."""

import time
from collections.abc import Callable, Sequence
from typing import Final, Generic, Protocol, TypeVar

from app.core.gates.computer_reading import PowerReading

TRY_AGAIN_SECONDS: Final = 60.0
"""A rung that didn't answer is left out for this long: waiting for it each time would make all readings late."""

R_co = TypeVar("R_co", covariant=True)
R = TypeVar("R")


class Source(Protocol[R_co]):
    def read(self) -> R_co: ...


class Ladder(Generic[R]):
    """`knows` says whether a reading answers; `nothing` is what is read where none does."""

    def __init__(
        self,
        rungs: Sequence[Source[R]],
        *,
        knows: Callable[[R], bool],
        nothing: R,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rungs = tuple(rungs)
        self._knows = knows
        self._nothing = nothing
        self._monotonic = monotonic
        self._left_out_until = [float("-inf")] * len(self._rungs)

    def read(self) -> R:
        for place, rung in enumerate(self._rungs):
            if self._monotonic() < self._left_out_until[place]:
                continue
            reading = rung.read()
            if self._knows(reading):
                return reading
            self._left_out_until[place] = self._monotonic() + TRY_AGAIN_SECONDS
        return self._nothing


class JoinedPower:
    """Mains and battery from one source, the saver from another."""

    def __init__(self, power: Source[PowerReading], saver: Source[PowerReading]) -> None:
        self._power = power
        self._saver = saver

    def read(self) -> PowerReading:
        power, saver = self._power.read(), self._saver.read()
        return PowerReading(
            power.on_mains, power.battery_share, power.charging, saver.saver_on, power.source, saver.saver_source
        )
