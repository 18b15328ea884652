"""What macOS's own tools print, read; and notices through its script runner."""

import os
import re
from collections.abc import Callable
from typing import Final

from app.core.gates.computer_reading import IdleReading, OthersReading, PowerReading
from app.platforms.tools import RunTool, run_tool

_BATTERY: Final = ("pmset", "-g", "batt")
_SETTINGS: Final = ("pmset", "-g")
_IDLE: Final = ("ioreg", "-r", "-c", "IOHIDSystem", "-d", "1")
_NOTICE: Final = (
    ("-e", "on run argv"),
    ("-e", "display notification (item 2 of argv) with title (item 1 of argv)"),
    ("-e", "end run"),
)
_CONSOLE: Final = "/dev/console"
_AWAY_SECONDS: Final = 300.0


class PmsetPower:
    def __init__(self, run: RunTool = run_tool) -> None:
        self._run = run

    def read(self) -> PowerReading:
        return power_of_pmset(self._run(_BATTERY) or "")


class PmsetSaver:
    """Low power mode, whichever way it was switched on."""

    def __init__(self, run: RunTool = run_tool) -> None:
        self._run = run

    def read(self) -> PowerReading:
        saver = saver_of_pmset(self._run(_SETTINGS) or "")
        return PowerReading(saver_on=saver, saver_source="" if saver is None else "pmset")


class RegistryIdle:
    def __init__(self, run: RunTool = run_tool) -> None:
        self._run = run

    def read(self) -> IdleReading:
        return IdleReading(idle_of_ioreg(self._run(_IDLE) or ""), "IOHIDSystem")


class ConsoleOthers:
    """Whoever owns the console is shown on the screen; root owns it while nobody is. Nobody tells whether they are
    away, so the last touch does."""

    def __init__(
        self,
        run: RunTool = run_tool,
        owner: Callable[[], int] = lambda: os.stat(_CONSOLE).st_uid,
        own_uid: int | None = None,
    ) -> None:
        self._run, self._owner = run, owner
        self._own_uid = os.getuid() if own_uid is None else own_uid

    def read(self) -> OthersReading:
        try:
            owner = self._owner()
        except OSError:
            return OthersReading()
        if owner in (0, self._own_uid):
            return OthersReading(False, "", _CONSOLE)
        idle = idle_of_ioreg(self._run(_IDLE) or "")
        return OthersReading(idle is None or idle < _AWAY_SECONDS, user_name(owner), _CONSOLE)


class ScriptNotifications:
    def __init__(self, run: RunTool = run_tool) -> None:
        self._run = run

    def show(self, title: str, text: str, topic: str = "") -> bool:
        """Both travel as arguments of the script, never inside it."""
        lines = [argument for line in _NOTICE for argument in line]
        return self._run(("osascript", *lines, title, text)) is not None


def user_name(uid: int) -> str:
    """Empty where the system does not know them."""
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return ""


def power_of_pmset(printed: str) -> PowerReading:
    """`Now drawing from 'AC Power'`, then a line for each battery or UPS, if there is one."""
    source = re.search(r"Now drawing from '([^']+)'", printed)
    if source is None:
        return PowerReading()
    battery = re.search(r"InternalBattery\S*.*?(\d{1,3})%;\s*([^;\n]+)", printed)
    share = charging = None
    if battery is not None and int(battery[1]) <= 100:
        share = int(battery[1]) / 100
        charging = battery[2].strip() in ("charging", "charged", "finishing charge")
    return PowerReading(source[1] == "AC Power", share, charging, source="pmset")


def saver_of_pmset(printed: str) -> bool | None:
    """`lowpowermode 1`, or `powermode 1` where a third mode exists."""
    found = re.search(r"^\s*(?:lowpowermode|powermode)\s+(\d+)", printed, re.MULTILINE)
    return None if found is None else found[1] == "1"


def idle_of_ioreg(printed: str) -> float | None:
    """`"HIDIdleTime" = 12345` in nanoseconds; where several devices tell, the latest touch counts."""
    found = [int(number) for number in re.findall(r'"HIDIdleTime"\s*=\s*(\d+)', printed)]
    return min(found) / 1e9 if found else None
