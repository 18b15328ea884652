"""One small protocol per thing that systems do differently, and for each the one that does nothing.

Sensors answer None for what they can't tell and never raise; `source` is the name a person may look up.
"""

from collections.abc import Callable
from typing import Protocol

import msgspec

from app.core.computer.suspension import NoSuspendWatch
from app.core.gates.computer_reading import (
    FansReading,
    FullScreenReading,
    HeatReading,
    IdleReading,
    LinkReading,
    MeteredReading,
    OthersReading,
    PowerReading,
)
from app.core.ports import AutostartState, KeepAwake, SuspendWatch


class Power(Protocol):
    def read(self) -> PowerReading: ...


class Idle(Protocol):
    def read(self) -> IdleReading: ...


class Metered(Protocol):
    def read(self) -> MeteredReading: ...


class Link(Protocol):
    def read(self) -> LinkReading: ...


class FullScreenPrograms(Protocol):
    def read(self) -> FullScreenReading: ...


class Others(Protocol):
    def read(self) -> OthersReading:
        """Whether somebody who isn't us sits at this computer now."""
        ...


class Fans(Protocol):
    def read(self) -> FansReading: ...


class Thermals(Protocol):
    """Of the processor or of the graphics cards; the other half of the reading is left empty."""

    def read(self) -> HeatReading: ...


class Programs(Protocol):
    def read(self) -> frozenset[str] | None:
        """Names of what runs, in lower case."""
        ...


class Contrast(Protocol):
    def more_wanted(self) -> bool | None:
        """Whether the person asked the system for high contrast; None where nothing tells. May take a second."""
        ...


class Notifications(Protocol):
    def show(self, title: str, text: str, topic: str = "") -> bool:
        """Whether the system took it. A later one of the same `topic` may take its place."""
        ...


class NoPower:
    def read(self) -> PowerReading:
        return PowerReading()


class NoIdle:
    def read(self) -> IdleReading:
        return IdleReading()


class NoMetered:
    def read(self) -> MeteredReading:
        return MeteredReading()


class NoLink:
    def read(self) -> LinkReading:
        return LinkReading()


class NoFullScreenPrograms:
    def read(self) -> FullScreenReading:
        return FullScreenReading()


class NoOthers:
    def read(self) -> OthersReading:
        return OthersReading()


class NoFans:
    def read(self) -> FansReading:
        return FansReading()


class NoPrograms:
    def read(self) -> frozenset[str] | None:
        return None


class NoThermals:
    def read(self) -> HeatReading:
        return HeatReading()


class NoKeepAwake:
    def hold(self) -> bool:
        return False

    def release(self) -> None:
        pass


class NoNotifications:
    def show(self, title: str, text: str, topic: str = "") -> bool:
        return False


class NoContrast:
    def more_wanted(self) -> bool | None:
        return None


class UnwatchedSession:
    """Of an app.core.ports.Autostart whose system brings back only what it has started itself."""

    def watch_over(self, _process: int) -> bool:
        return False

    def stand_down(self) -> None:
        pass


class NoAutostart(UnwatchedSession):
    way = ""
    brings_back = False

    def state(self) -> AutostartState:
        return AutostartState.UNAVAILABLE

    def enable(self) -> None:
        pass

    def disable(self) -> None:
        pass


class Computer(msgspec.Struct, frozen=True, kw_only=True):
    """All services of one computer, chosen once by `here.this_computer`. The start with the session is chosen by
    `here.autostart_here`, which needs to know how we are started, and who tells of contrast by `here.contrast_here`, as
    only windows want to know."""

    power: Power = NoPower()
    idle: Idle = NoIdle()
    metered: Metered = NoMetered()
    link: Link = NoLink()
    full_screen: FullScreenPrograms = NoFullScreenPrograms()
    others: Others = NoOthers()
    thermals: Thermals = NoThermals()
    graphics_thermals: Thermals = NoThermals()
    fans: Fans = NoFans()
    programs: Programs = NoPrograms()
    keep_awake: KeepAwake = NoKeepAwake()
    suspend_watch: SuspendWatch = NoSuspendWatch()
    notifications: Notifications = NoNotifications()
    close: Callable[[], None] = lambda: None
    """Give back what the sensors hold; called in the thread that read them."""
