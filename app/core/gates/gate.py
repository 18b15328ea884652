"""What must be true of this computer before it trains. Each gate says yes, no or unknown, and when that next changes.

A reading that could not be taken is not a low one: unknown counts as yes unless the person switched the gate on.
"""

from datetime import datetime, tzinfo
from enum import StrEnum

import msgspec

from app.core.hours.schedule import Hours, Schedule, hours_at


class GateName(StrEnum):
    """In the order in which they are told: what a person can mend comes first, then what only time mends."""

    SETUP = "setup"
    AWAKE = "awake"
    UPDATE = "update"
    HOURS = "hours"
    MAINS = "mains"
    BATTERY = "battery"
    SAVER = "saver"
    ELECTRICITY = "electricity"
    METERED = "metered"
    DATA_QUOTA = "data_quota"
    BUSY_PROGRAM = "busy_program"
    FULL_SCREEN = "full_screen"
    OTHERS = "others"
    IDLE = "idle"
    TEMPERATURE = "temperature"
    GRAPHICS_TEMPERATURE = "graphics_temperature"
    FANS = "fans"
    MEMORY = "memory"
    DISK = "disk"
    NETWORK = "network"
    PAYOUT = "payout"


ONLY_WARN = frozenset({GateName.PAYOUT})
"""Without an address credit is kept all the same, so this one is told and never stops anything."""


class GateState(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Switch(StrEnum):
    """How much a gate counts. AUTOMATIC is the default of a gate that the person never touched."""

    OFF = "off"
    AUTOMATIC = "automatic"
    ON = "on"


class GateReading(msgspec.Struct, frozen=True, kw_only=True):
    """One gate at one instant. `measured` and `limit` in the gate's unit: share, seconds, bytes, degrees Celsius,
    turns a minute, or the person's money for a kilowatt hour."""

    gate: GateName
    state: GateState
    switch: Switch = Switch.AUTOMATIC
    next_change: datetime | None = None
    """When the answer is known to change; None where nobody can know."""
    measured: float | None = None
    limit: float | None = None
    source: str = ""
    """Who told, by the name that the system gives it; empty where nobody needed to be asked, or nobody could tell."""
    detail: str = ""
    """What exactly: the program that is in the way."""
    hours: Hours | None = None
    """Of the hours' gate only: how hard to work, why it is closed, and when any of that changes."""
    gently: bool = False
    """So near its limit that a gentle pace is asked for."""

    @property
    def warns(self) -> bool:
        """Whether the person should know of it although it stops nothing."""
        return self.gate in ONLY_WARN and self.state is GateState.NO and self.switch is not Switch.OFF

    @property
    def holds(self) -> bool:
        """Whether this gate alone keeps the computer from training."""
        if self.gate in ONLY_WARN:
            return False
        match self.switch:
            case Switch.OFF:
                return False
            case Switch.AUTOMATIC:
                return self.state is GateState.NO
            case Switch.ON:
                return self.state is not GateState.YES


class GateSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The person's gates; the hours have a schedule of their own."""

    mains: Switch = Switch.AUTOMATIC
    """Train only while the mains feed this computer."""
    battery: Switch = Switch.AUTOMATIC
    """Train only while the battery, if there is one, is charged to `battery_least_share`."""
    battery_least_share: float = 0.3
    saver: Switch = Switch.AUTOMATIC
    """Don't train while the computer saves energy."""
    electricity: Switch = Switch.OFF
    """Don't train while a kilowatt hour costs more than `electricity_most_per_kwh`, by the person's own prices."""
    electricity_most_per_kwh: float = 0.3
    idle: Switch = Switch.OFF
    """Train only after nobody touched the computer for `idle_least_seconds`."""
    idle_least_seconds: float = 300.0
    metered: Switch = Switch.AUTOMATIC
    """Don't train over a network that is paid by volume."""
    busy_program: Switch = Switch.OFF
    """Don't train while one of `busy_programs` runs."""
    busy_programs: tuple[str, ...] = ()
    full_screen: Switch = Switch.AUTOMATIC
    """Don't train while a game, a film or a presentation fills the screen."""
    others: Switch = Switch.AUTOMATIC
    """Don't train while another person sits at this computer, with a session of their own."""
    temperature: Switch = Switch.AUTOMATIC
    temperature_most_celsius: float = 95.0
    graphics_temperature: Switch = Switch.AUTOMATIC
    graphics_temperature_most_celsius: float = 87.0
    fans: Switch = Switch.OFF
    """Don't train while the fastest fan turns faster than `fans_most_rpm`."""
    fans_most_rpm: float = 2500.0
    memory: Switch = Switch.AUTOMATIC
    memory_least_bytes: int = 512 * 1024**2
    disk: Switch = Switch.AUTOMATIC
    disk_least_bytes: int = 2 * 10**9
    """Room that must stay free on the disk that holds the state folder."""
    data_quota: Switch = Switch.OFF
    data_quota_bytes: int = 0
    network: Switch = Switch.AUTOMATIC
    update: Switch = Switch.AUTOMATIC


def hours_gate(schedule: Schedule, now: datetime, zone: tzinfo, *, at_work: bool = False) -> GateReading:
    """The schedule as a gate; constant until its `next_change`. `at_work`: training goes on already."""
    hours = hours_at(schedule, now, zone, at_work=at_work)
    return GateReading(
        gate=GateName.HOURS,
        state=yes_if(hours.open),
        switch=Switch.ON if schedule.enabled or schedule.exceptions else Switch.OFF,
        next_change=hours.next_change,
        hours=hours,
    )


def at_least(gate: GateName, switch: Switch, measured: float | None, limit: float, source: str = "") -> GateReading:
    """Yes from `limit` upwards; unknown where nothing could be measured."""
    state = GateState.UNKNOWN if measured is None else yes_if(measured >= limit)
    return GateReading(gate=gate, state=state, switch=switch, measured=measured, limit=limit, source=source)


def at_most(gate: GateName, switch: Switch, measured: float | None, limit: float, source: str = "") -> GateReading:
    """Yes up to `limit`; unknown where nothing could be measured."""
    state = GateState.UNKNOWN if measured is None else yes_if(measured <= limit)
    return GateReading(gate=gate, state=state, switch=switch, measured=measured, limit=limit, source=source)


def plain(gate: GateName, switch: Switch, answer: bool | None, source: str = "", detail: str = "") -> GateReading:
    """A gate that measures nothing but yes or no; None is unknown."""
    state = GateState.UNKNOWN if answer is None else yes_if(answer)
    return GateReading(gate=gate, state=state, switch=switch, source=source, detail=detail)


def yes_if(answer: bool) -> GateState:
    return GateState.YES if answer else GateState.NO
