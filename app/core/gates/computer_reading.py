"""What the computer says of itself, at one poll. None is "could not be read", never "no"; `source` says who told."""

import msgspec


class PowerReading(msgspec.Struct, frozen=True):
    """A computer without a battery is on mains."""

    on_mains: bool | None = None
    battery_share: float | None = None
    """Charge between 0 and 1; None also where there is no battery."""
    charging: bool | None = None
    saver_on: bool | None = None
    """Whether the person, or the system for a low battery, asked to save energy."""
    source: str = ""
    saver_source: str = ""


class IdleReading(msgspec.Struct, frozen=True):
    """Seconds since somebody last touched keyboard, mouse or screen."""

    seconds: float | None = None
    source: str = ""


class MeteredReading(msgspec.Struct, frozen=True):
    """Whether the way to the internet is paid by volume."""

    metered: bool | None = None
    source: str = ""


class LinkReading(msgspec.Struct, frozen=True):
    """Whether there is any way out of this computer; asked of the system, never of a stranger's server."""

    connected: bool | None = None
    source: str = ""


class FullScreenReading(msgspec.Struct, frozen=True):
    """Whether a game, film or presentation fills the screen. `program` is its name, where that is told."""

    active: bool | None = None
    program: str = ""
    source: str = ""


class OthersReading(msgspec.Struct, frozen=True):
    """Whether somebody with a session of their own sits at this computer, and is not away. `name` as they log in."""

    active: bool | None = None
    name: str = ""
    source: str = ""


class HeatReading(msgspec.Struct, frozen=True):
    """The hottest part of each kind."""

    processor_celsius: float | None = None
    graphics_celsius: float | None = None
    processor_source: str = ""
    graphics_source: str = ""
    slowed_down: bool | None = None
    """Whether the system itself slows down for heat, where it tells that and no degrees."""


class FansReading(msgspec.Struct, frozen=True):
    """The fastest fan, in turns a minute; 0 where all stand still."""

    rpm: float | None = None
    source: str = ""


class ComputerReading(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that gates look at."""

    power: PowerReading = PowerReading()
    idle: IdleReading = IdleReading()
    metered: MeteredReading = MeteredReading()
    link: LinkReading = LinkReading()
    full_screen: FullScreenReading = FullScreenReading()
    others: OthersReading = OthersReading()
    heat: HeatReading = HeatReading()
    fans: FansReading = FansReading()
    programs: frozenset[str] | None = None
    """Names of the running programs, in lower case."""
    memory_free_bytes: int | None = None
    disk_free_bytes: int | None = None
