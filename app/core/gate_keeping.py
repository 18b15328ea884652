"""Reads all gates from the sensors, and keeps those that flap from doing it to the engine."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from app.core.gates import (
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
from app.core.ports import PowerReading, Sensors
from app.core.schedule import Schedule

SETTLE: Final = timedelta(seconds=15)
"""After a sensor's last no, how long it has to say yes before it is believed."""
_SENSED: Final = frozenset(GateName) - {GateName.SETUP, GateName.HOURS, GateName.NETWORK, GateName.UPDATE}


class Reach(msgspec.Struct, frozen=True):
    """What is known of the way to the orchestrator; None is not asked yet."""

    reachable: bool | None = None
    same_version: bool | None = None
    next_try: datetime | None = None


def read_gates(
    sensors: Sensors,
    settings: GateSettings,
    schedule: Schedule,
    chosen: bool,
    reach: Reach,
    folder: Path,
    now: datetime,
    month_bytes: int | None = None,
    at_work: bool = False,
) -> tuple[GateReading, ...]:
    """Every gate at `now` (aware, in the zone of the schedule). `folder` is where disk space is needed,
    `month_bytes` what all engines have sent and received this month, `at_work` whether training goes on already."""
    zone = now.tzinfo
    assert zone is not None
    power = sensors.power()
    celsius = sensors.processor_celsius()
    idle_seconds = sensors.idle_seconds() if settings.idle is not Switch.OFF else None
    network = plain(GateName.NETWORK, settings.network, reach.reachable)
    return (
        plain(GateName.SETUP, Switch.ON, chosen),
        plain(GateName.UPDATE, settings.update, reach.same_version),
        hours_gate(schedule, now, zone, at_work=at_work),
        plain(GateName.MAINS, settings.mains, power.on_mains),
        _battery(settings, power),
        plain(GateName.METERED, settings.metered, _not(sensors.network_is_metered())),
        at_most(GateName.DATA_QUOTA, settings.data_quota, month_bytes, settings.data_quota_bytes),
        _busy_program(settings, sensors),
        at_least(GateName.IDLE, settings.idle, idle_seconds, settings.idle_least_seconds),
        at_most(GateName.TEMPERATURE, settings.temperature, celsius, settings.temperature_most_celsius),
        at_least(GateName.MEMORY, settings.memory, sensors.free_memory_bytes(), settings.memory_least_bytes),
        at_least(GateName.DISK, settings.disk, sensors.free_disk_bytes(folder), settings.disk_least_bytes),
        msgspec.structs.replace(network, next_change=reach.next_try),
    )


class LastNo(msgspec.Struct, frozen=True):
    gate: GateName
    at: datetime


def steadied(
    readings: Sequence[GateReading], last_noes: Sequence[LastNo], now: datetime
) -> tuple[tuple[GateReading, ...], tuple[LastNo, ...]]:
    """The readings with each sensor's no held for SETTLE after it was last said, and what to pass in next time.

    A charger that is pulled every few seconds thus makes one pause, not many.
    """
    noes = {no.gate: no.at for no in last_noes}
    steady = []
    for reading in readings:
        if reading.gate in _SENSED and reading.state is GateState.NO:
            noes[reading.gate] = now
        said = noes.get(reading.gate)
        # A clock put back must not hold a gate for an hour.
        if said is not None and timedelta(0) <= now - said < SETTLE:
            end = said + SETTLE
            reading = msgspec.structs.replace(reading, state=GateState.NO, next_change=reading.next_change or end)
        else:
            noes.pop(reading.gate, None)
        steady.append(reading)
    return tuple(steady), tuple(LastNo(gate, at) for gate, at in noes.items())


def _battery(settings: GateSettings, power: PowerReading) -> GateReading:
    if power.on_mains:
        return plain(GateName.BATTERY, settings.battery, True)
    return at_least(GateName.BATTERY, settings.battery, power.battery_share, settings.battery_least_share)


def _busy_program(settings: GateSettings, sensors: Sensors) -> GateReading:
    if settings.busy_program is Switch.OFF:
        return plain(GateName.BUSY_PROGRAM, settings.busy_program, None)
    running = sensors.running_programs()
    watched = {name.lower() for name in settings.busy_programs}
    return plain(GateName.BUSY_PROGRAM, settings.busy_program, None if running is None else not watched & running)


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer
