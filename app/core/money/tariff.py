"""What a kilowatt hour costs the person, and when that next passes a limit. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

import msgspec

HOURS: Final = 24
_STEP: Final = timedelta(minutes=15)
"""Clocks are moved by whole quarters of an hour, so an hour of any wall clock begins at one."""
_LOOK_AHEAD: Final = timedelta(hours=HOURS + 2)
"""Prices repeat daily, and the longest day has 25 hours."""


class FlatTariff(msgspec.Struct, frozen=True, tag_field="tariff", tag="flat"):
    """One price of electricity at all hours, in the person's currency per kilowatt hour."""

    per_kwh: float


class HourlyTariff(msgspec.Struct, frozen=True, tag_field="tariff", tag="hourly"):
    """A price for each hour of the clock: the first is that from midnight to one."""

    per_kwh: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.per_kwh) != HOURS:
            raise ValueError(f"{HOURS} prices wanted, one for each hour")


Tariff: TypeAlias = FlatTariff | HourlyTariff


def price_at(tariff: Tariff, moment: datetime) -> float:
    """What a kilowatt hour costs at `moment`, by the wall clock of its zone."""
    if isinstance(tariff, FlatTariff):
        return tariff.per_kwh
    return tariff.per_kwh[moment.hour]


def crosses_at(tariff: Tariff, now: datetime, limit: float) -> datetime | None:
    """When the price next rises above `limit`, or next falls to it, whichever it is not now; None for never."""
    if isinstance(tariff, FlatTariff):
        return None
    is_dear = price_at(tariff, now) > limit
    zone, moment = now.tzinfo, now.astimezone(UTC)
    moment -= timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    for step in range(1, int(_LOOK_AHEAD / _STEP) + 1):
        later = (moment + step * _STEP).astimezone(zone)
        if (price_at(tariff, later) > limit) is not is_dear:
            return later
    return None
