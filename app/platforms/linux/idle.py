"""How long nobody touched the computer: GNOME's compositor, the desktop's screen saver, the X server, or logind."""

import time
from collections.abc import Callable
from typing import Final

from jeepney import DBusAddress

from app.core.gates.computer_reading import IdleReading
from app.platforms.linux.bus import Bus, NoAnswer

_MUTTER: Final = DBusAddress(
    "/org/gnome/Mutter/IdleMonitor/Core",
    bus_name="org.gnome.Mutter.IdleMonitor",
    interface="org.gnome.Mutter.IdleMonitor",
)
_SCREEN_SAVER: Final = DBusAddress(
    "/org/freedesktop/ScreenSaver", bus_name="org.freedesktop.ScreenSaver", interface="org.freedesktop.ScreenSaver"
)
_LOGIN: Final = "org.freedesktop.login1"
_SESSION: Final = DBusAddress(
    "/org/freedesktop/login1/session/auto", bus_name=_LOGIN, interface="org.freedesktop.login1.Session"
)
_SEATS: Final = DBusAddress("/org/freedesktop/login1", bus_name=_LOGIN, interface="org.freedesktop.login1.Manager")
"""All sessions together, for a service that belongs to none."""


class MutterIdle:
    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def read(self) -> IdleReading:
        try:
            return IdleReading(seconds_of_milliseconds(self._bus.call(_MUTTER, "GetIdletime")), "GNOME")
        except NoAnswer:
            return IdleReading()


class ScreenSaverIdle:
    """KDE and some others. On Wayland KDE answers a plain 0, or an error, as nobody may know there."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def read(self) -> IdleReading:
        try:
            seconds = seconds_of_milliseconds(self._bus.call(_SCREEN_SAVER, "GetSessionIdleTime"))
        except NoAnswer:
            return IdleReading()
        return IdleReading(seconds or None, "org.freedesktop.ScreenSaver")


class LogindIdle:
    """The last rung: it knows only what the desktop tells it, and that late."""

    def __init__(self, bus: Bus, now: Callable[[], float] = time.time) -> None:
        self._bus = bus
        self._now = now

    def read(self) -> IdleReading:
        for address in (_SESSION, _SEATS):
            try:
                hint, since = self._bus.get(address, "IdleHint"), self._bus.get(address, "IdleSinceHint")
            except NoAnswer:
                continue
            seconds = idle_by_hint(hint, since, self._now())
            if seconds is not None:
                return IdleReading(seconds, "logind")
        return IdleReading()


def seconds_of_milliseconds(answer: tuple[object, ...]) -> float | None:
    """One number of milliseconds; what it says of longer than a year is nonsense."""
    if len(answer) != 1 or not isinstance(answer[0], int) or not 0 <= answer[0] < 1000 * 365 * 86400:
        return None
    return answer[0] / 1000


def idle_by_hint(hint: object, since_microseconds: object, now_unix_seconds: float) -> float | None:
    """A hint that was never given is at 0. Not idle is 0 seconds."""
    if not isinstance(hint, bool) or not isinstance(since_microseconds, int):
        return None
    if not hint:
        return 0.0
    if since_microseconds <= 0:
        return None
    return max(0.0, now_unix_seconds - since_microseconds / 1e6)
