"""Which of the gates' settings a person edits, in which order, with what a number there means. A table, no more."""

from enum import StrEnum
from typing import Final

import msgspec

from app.core.gates.gate import GateName, GateReading, GateSettings, Switch, yes_if
from app.core.language.speech import later


class Unit(StrEnum):
    """What a setting's number counts, and how many of it a person's number is."""

    PERCENT = "%"
    MINUTES = "min"
    CELSIUS = "°C"
    GIGABYTES = "GB"
    TURNS = later("rpm")
    PRICE = "/ kWh"
    MEGABITS = later("Mbit/s")
    COUNT = ""

    @property
    def of_setting(self) -> float:
        """How much of the setting's own unit one of these is: a share, seconds, degrees, bytes, turns, money, or
        bytes in a second."""
        sizes = {Unit.PERCENT: 0.01, Unit.MINUTES: 60.0, Unit.GIGABYTES: 1e9, Unit.MEGABITS: 1e6 / 8}
        return sizes.get(self, 1.0)

    @property
    def decimals(self) -> int:
        """How many a person reads and writes."""
        return {Unit.GIGABYTES: 1, Unit.PRICE: 3}.get(self, 0)


class Number(msgspec.Struct, frozen=True):
    """A limit beside a switch: the field of GateSettings and the range that makes sense, in `unit`."""

    field: str
    unit: Unit
    least: float
    most: float
    holds_above: bool = False
    """Whether it is more than this that holds, as of heat, and not less, as of memory."""


class LimitField(msgspec.Struct, frozen=True):
    """One gate that a person may switch. `text` says what it asks, as a whole sentence."""

    gate: GateName
    text: str
    number: Number | None = None

    def switch(self, gates: GateSettings) -> Switch:
        found: Switch = getattr(gates, self.gate.value)
        return found

    def amount(self, gates: GateSettings) -> float:
        """In `number.unit`."""
        assert self.number is not None
        return float(getattr(gates, self.number.field)) / self.number.unit.of_setting


class LimitGroup(msgspec.Struct, frozen=True):
    title: str
    fields: tuple[LimitField, ...]


LIMIT_GROUPS: Final = (
    LimitGroup(
        later("Power"),
        (
            LimitField(GateName.MAINS, later("Train only on mains")),
            LimitField(
                GateName.BATTERY,
                later("Train only with a battery charged to at least"),
                Number("battery_least_share", Unit.PERCENT, 5, 100),
            ),
            LimitField(GateName.SAVER, later("Wait while the computer saves energy")),
            LimitField(
                GateName.ELECTRICITY,
                later("Wait while electricity costs more than"),
                Number("electricity_most_per_kwh", Unit.PRICE, 0, 1000, holds_above=True),
            ),
        ),
    ),
    LimitGroup(
        later("While you use it"),
        (
            LimitField(
                GateName.IDLE,
                later("Train only when nobody touched the computer for"),
                Number("idle_least_seconds", Unit.MINUTES, 1, 240),
            ),
            LimitField(GateName.FULL_SCREEN, later("Wait while a game, a film or a presentation fills the screen")),
            LimitField(GateName.OTHERS, later("Wait while somebody else sits at this computer")),
            LimitField(GateName.BUSY_PROGRAM, later("Wait while one of these programs runs")),
            LimitField(GateName.METERED, later("Wait while the connection is paid by volume")),
        ),
    ),
    LimitGroup(
        later("Heat, noise and room"),
        (
            LimitField(
                GateName.TEMPERATURE,
                later("Keep the processor at most as warm as"),
                Number("temperature_most_celsius", Unit.CELSIUS, 40, 110, holds_above=True),
            ),
            LimitField(
                GateName.GRAPHICS_TEMPERATURE,
                later("Keep the graphics card at most as warm as"),
                Number("graphics_temperature_most_celsius", Unit.CELSIUS, 40, 110, holds_above=True),
            ),
            LimitField(
                GateName.FANS,
                later("Wait while a fan turns faster than"),
                Number("fans_most_rpm", Unit.TURNS, 300, 20_000, holds_above=True),
            ),
            LimitField(
                GateName.MEMORY,
                later("Keep memory free, at least"),
                Number("memory_least_bytes", Unit.GIGABYTES, 0.1, 512),
            ),
            LimitField(
                GateName.DISK,
                later("Keep disk space free, at least"),
                Number("disk_least_bytes", Unit.GIGABYTES, 0.5, 10_000),
            ),
        ),
    ),
)
"""All but the monthly data, which stands with the connection, and the two that no person can judge: whether the
network answers, and whether it speaks this version."""


def with_field(gates: GateSettings, field: LimitField, switch: Switch, amount: float | None) -> GateSettings:
    """`amount` in the number's unit; None leaves the number to the byte as it was written."""
    changes: dict[str, Switch | float | int] = {field.gate.value: switch}
    if field.number is not None and amount is not None:
        value = amount * field.number.unit.of_setting
        counts_bytes = field.number.unit is Unit.GIGABYTES
        changes[field.number.field] = round(value) if counts_bytes else value
    return msgspec.structs.replace(gates, **changes)


def as_edited(reading: GateReading, field: LimitField, switch: Switch, amount: float | None) -> GateReading:
    """`reading` as it would be with another switch and number, the latter in the number's unit."""
    edited = msgspec.structs.replace(reading, switch=switch, gently=False)
    if field.number is None or amount is None or reading.measured is None:
        return edited
    limit = amount * field.number.unit.of_setting
    met = reading.measured <= limit if field.number.holds_above else reading.measured >= limit
    return msgspec.structs.replace(edited, limit=limit, state=yes_if(met))


def program_names(text: str) -> tuple[str, ...]:
    """What was typed, apart at commas and lines; each once."""
    names = (" ".join(name.split()) for name in text.replace("\n", ",").split(","))
    return tuple(dict.fromkeys(name for name in names if name))
