"""A computer made of plain fields, for tests and for screenshots: it says what it was told to say."""

from collections.abc import Callable
from datetime import datetime, timedelta

from app.core.gates.computer_reading import (
    ComputerReading,
    FansReading,
    FullScreenReading,
    HeatReading,
    IdleReading,
    LinkReading,
    MeteredReading,
    OthersReading,
    PowerReading,
)
from app.core.language.speech import _
from app.core.ports import Asked, AutostartState
from protocol.errors import Refused


class PretendSensors:
    """app.core.ports.Sensors: on mains, idle, cool and roomy unless a field says otherwise."""

    def __init__(self) -> None:
        self.on_mains: bool | None = True
        self.battery_share: float | None = None
        self.saver_on: bool | None = False
        self.idle: float | None = None
        self.metered: bool | None = False
        self.connected: bool | None = True
        self.full_screen: bool | None = False
        self.full_screen_program = ""
        self.others: bool | None = False
        self.others_name = ""
        self.rpm: float | None = 900.0
        self.programs: frozenset[str] | None = frozenset()
        self.celsius: float | None = 50.0
        self.graphics_celsius: float | None = None
        self.slowed_down: bool | None = None
        self.memory_bytes: int | None = 8 * 1024**3
        self.disk_bytes: int | None = 100 * 1024**3
        self.refreshed = 0
        self.closed = False

    def read(self, asked: Asked) -> ComputerReading:
        name = "Pretend"
        return ComputerReading(
            power=PowerReading(self.on_mains, self.battery_share, None, self.saver_on, name, name),
            idle=IdleReading(self.idle, name) if asked.idle else IdleReading(),
            metered=MeteredReading(self.metered, name),
            link=LinkReading(self.connected, name),
            full_screen=FullScreenReading(self.full_screen, self.full_screen_program, name),
            heat=HeatReading(
                self.celsius, self.graphics_celsius if asked.graphics_heat else None, name, name, self.slowed_down
            ),
            others=OthersReading(self.others, self.others_name, name) if asked.others else OthersReading(),
            fans=FansReading(self.rpm, name) if asked.fans else FansReading(),
            programs=self.programs if asked.programs else None,
            memory_free_bytes=self.memory_bytes,
            disk_free_bytes=self.disk_bytes,
        )

    def refresh(self) -> None:
        self.refreshed += 1

    def close(self) -> None:
        self.closed = True


class PretendSuspendWatch:
    """app.core.ports.SuspendWatch that a test puts to sleep and wakes."""

    def __init__(self) -> None:
        self.sleep: Callable[[], None] = lambda: None
        self.wake: Callable[[], None] = lambda: None
        self.permissions = 0
        self.ended = False

    def begin(self, about_to_sleep: Callable[[], None], woke: Callable[[], None]) -> None:
        self.sleep, self.wake = about_to_sleep, woke

    def may_sleep(self) -> None:
        self.permissions += 1

    def end(self) -> None:
        self.ended = True


class PretendKeepAwake:
    """app.core.ports.KeepAwake that only remembers, or refuses."""

    def __init__(self) -> None:
        self.held = False
        self.refuses = False
        self.asked = 0

    def hold(self) -> bool:
        self.asked += 1
        self.held = not self.refuses
        return self.held

    def release(self) -> None:
        self.held = False


class PretendAutostart:
    """app.core.ports.Autostart that only remembers, or refuses."""

    way = "Pretend"
    brings_back = True

    def __init__(self) -> None:
        self.on = False
        self.refuses = False
        self.watched: int | None = None
        """The process that comes back in this session."""

    def state(self) -> AutostartState:
        return AutostartState.ON if self.on else AutostartState.OFF

    def enable(self) -> None:
        if self.refuses:
            raise Refused(_("This system did not take it."), _("Its log says more."))
        self.on = True

    def disable(self) -> None:
        self.on = False
        self.watched = None

    def watch_over(self, process: int) -> bool:
        self.watched = process
        return True

    def stand_down(self) -> None:
        self.watched = None


class PretendClock:
    """app.core.ports.Clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment

    def move(self, by: timedelta) -> None:
        self.moment += by
