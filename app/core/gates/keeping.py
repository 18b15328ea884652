"""Reads all gates from what the computer says of itself. What keeps them from flapping is in steadiness.py."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from app.core.gates.computer_reading import ComputerReading, HeatReading, PowerReading
from app.core.gates.gate import (
    GateName,
    GateReading,
    GateSettings,
    GateState,
    Switch,
    at_least,
    at_most,
    hours_gate,
    plain,
)
from app.core.hours.schedule import Schedule
from app.core.money.tariff import Tariff, crosses_at, price_at
from app.core.ports import Asked, Sensors


class Reach(msgspec.Struct, frozen=True):
    """What is known of the way to the orchestrator; None is not asked yet."""

    reachable: bool | None = None
    same_version: bool | None = None
    next_try: datetime | None = None


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What gates look at besides the sensors."""

    month_bytes: int | None = None
    """What all engines have sent and received this month; None if that can't be read."""
    engine_alive: bool = False
    falling_asleep: bool = False
    network_is_here: bool = False
    """On this computer: it needs no way out, and pays nothing."""
    at_work: bool = False
    """Whether training goes on already: what is too late to begin may go on."""
    payout_given: bool = True
    tariff: Tariff | None = None
    """What electricity costs the person; None where they never said."""


def asked_of(settings: GateSettings, folder: Path, engine_alive: bool) -> Asked:
    """What of the sensors' answers these settings need; `folder` is where disk space is needed. A card that nobody uses
    is cool, so its heat is read while the engine lives, or where the person insists on knowing it."""
    graphics = settings.graphics_temperature
    return Asked(
        folder=folder,
        idle=settings.idle is not Switch.OFF,
        full_screen=settings.full_screen is not Switch.OFF,
        others=settings.others is not Switch.OFF,
        fans=settings.fans is not Switch.OFF,
        programs=settings.busy_program is not Switch.OFF,
        graphics_heat=graphics is Switch.ON or (engine_alive and graphics is not Switch.OFF),
    )


def read_gates(
    sensors: Sensors,
    settings: GateSettings,
    schedule: Schedule,
    chosen: bool,
    reach: Reach,
    folder: Path,
    now: datetime,
    around: Surroundings = Surroundings(),  # noqa: B008  frozen
) -> tuple[GateReading, ...]:
    """Every gate at `now` (aware, in the zone of the schedule)."""
    zone = now.tzinfo
    assert zone is not None
    reading = sensors.read(asked_of(settings, folder, around.engine_alive))
    return (
        plain(GateName.SETUP, Switch.ON, chosen),
        plain(GateName.AWAKE, Switch.ON, not around.falling_asleep),
        plain(GateName.UPDATE, settings.update, reach.same_version),
        hours_gate(schedule, now, zone, at_work=around.at_work),
        *_power_gates(settings, reading.power),
        _electricity(settings, around.tariff, now),
        *_connection_gates(settings, reading, around, now),
        *_person_gates(settings, reading),
        *_room_gates(settings, reading),
        _network(settings, reading, reach, around),
        plain(GateName.PAYOUT, Switch.OFF if around.network_is_here else Switch.AUTOMATIC, around.payout_given),
    )


def _power_gates(settings: GateSettings, power: PowerReading) -> tuple[GateReading, ...]:
    mains = plain(GateName.MAINS, settings.mains, power.on_mains, power.source)
    if power.on_mains:
        battery = plain(GateName.BATTERY, settings.battery, True, power.source)
    else:
        least = settings.battery_least_share
        battery = at_least(GateName.BATTERY, settings.battery, power.battery_share, least, power.source)
    return (
        msgspec.structs.replace(mains, measured=power.battery_share),
        battery,
        plain(GateName.SAVER, settings.saver, _not(power.saver_on), power.saver_source),
    )


def _electricity(settings: GateSettings, tariff: Tariff | None, now: datetime) -> GateReading:
    """By the clock and the person's prices alone, so that its next change is known."""
    limit, switch = settings.electricity_most_per_kwh, settings.electricity
    if tariff is None or switch is Switch.OFF:
        return at_most(GateName.ELECTRICITY, switch, None, limit)
    gate = at_most(GateName.ELECTRICITY, switch, price_at(tariff, now), limit)
    return msgspec.structs.replace(gate, next_change=crosses_at(tariff, now, limit))


def _connection_gates(
    settings: GateSettings, reading: ComputerReading, around: Surroundings, now: datetime
) -> tuple[GateReading, ...]:
    metered = Switch.OFF if around.network_is_here else settings.metered
    quota = at_most(GateName.DATA_QUOTA, settings.data_quota, around.month_bytes, settings.data_quota_bytes)
    if quota.state is GateState.NO:
        quota = msgspec.structs.replace(quota, next_change=next_month(now))
    return (plain(GateName.METERED, metered, _not(reading.metered.metered), reading.metered.source), quota)


def _person_gates(settings: GateSettings, reading: ComputerReading) -> tuple[GateReading, ...]:
    screen, others = reading.full_screen, reading.others
    detail = screen.program if screen.active else ""
    somebody = others.name if others.active else ""
    return (
        _busy_program(settings, reading.programs),
        plain(GateName.FULL_SCREEN, settings.full_screen, _not(screen.active), screen.source, detail),
        plain(GateName.OTHERS, settings.others, _not(others.active), others.source, somebody),
        at_least(GateName.IDLE, settings.idle, reading.idle.seconds, settings.idle_least_seconds, reading.idle.source),
    )


def _room_gates(settings: GateSettings, reading: ComputerReading) -> tuple[GateReading, ...]:
    heat = reading.heat
    graphics_most = settings.graphics_temperature_most_celsius
    graphics = GateName.GRAPHICS_TEMPERATURE
    return (
        _temperature(settings, heat),
        at_most(graphics, settings.graphics_temperature, heat.graphics_celsius, graphics_most, heat.graphics_source),
        at_most(GateName.FANS, settings.fans, reading.fans.rpm, settings.fans_most_rpm, reading.fans.source),
        at_least(GateName.MEMORY, settings.memory, reading.memory_free_bytes, settings.memory_least_bytes),
        at_least(GateName.DISK, settings.disk, reading.disk_free_bytes, settings.disk_least_bytes),
    )


def _temperature(settings: GateSettings, heat: HeatReading) -> GateReading:
    """By degrees; where nobody tells those, by whether the system slows itself down."""
    gate, switch, source = GateName.TEMPERATURE, settings.temperature, heat.processor_source
    if heat.processor_celsius is None and heat.slowed_down is not None:
        return plain(gate, switch, not heat.slowed_down, source)
    return at_most(gate, switch, heat.processor_celsius, settings.temperature_most_celsius, source)


def _network(settings: GateSettings, reading: ComputerReading, reach: Reach, around: Surroundings) -> GateReading:
    """No without any way out; else what the orchestrator's own last answer says."""
    if reading.link.connected is False and not around.network_is_here:
        return plain(GateName.NETWORK, settings.network, False, reading.link.source)
    gate = plain(GateName.NETWORK, settings.network, reach.reachable)
    return msgspec.structs.replace(gate, next_change=reach.next_try)


def has_way_out(gates: Sequence[GateReading]) -> bool:
    """Whether asking the orchestrator makes sense: the system does not say that there is no connection."""
    network = next((gate for gate in gates if gate.gate is GateName.NETWORK), None)
    return network is None or network.state is not GateState.NO or not network.source


def _busy_program(settings: GateSettings, running: frozenset[str] | None) -> GateReading:
    if running is None or settings.busy_program is Switch.OFF:
        return plain(GateName.BUSY_PROGRAM, settings.busy_program, None)
    found = sorted(name for name in settings.busy_programs if _is_running(name, running))
    return plain(GateName.BUSY_PROGRAM, settings.busy_program, not found, detail=", ".join(found))


def _is_running(name: str, running: frozenset[str]) -> bool:
    """In any case, and with or without the ending that Windows gives its programs."""
    name = name.strip().lower()
    return name in running or f"{name}.exe" in running


def next_month(now: datetime) -> datetime:
    """The first midnight of the month after `now`'s, by the same clock."""
    later = now.month == 12
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    return first.replace(year=now.year + 1, month=1) if later else first.replace(month=now.month + 1)


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer
