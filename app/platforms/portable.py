"""What psutil and the standard library tell on every system: the last rung of the ladders."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import psutil

from app.core.gates.computer_reading import HeatReading, LinkReading, PowerReading
from app.core.language.speech import later

_SOURCE: Final = later("the system")
_PROCESSOR_CHIPS: Final = ("coretemp", "k10temp", "zenpower", "cpu_thermal", "cpu-thermal")
"""Other chips report drives, radios or nonsense."""
PROGRAMS_SECONDS: Final = 6.0
_COLDEST_CELSIUS: Final = 0.0
_HOTTEST_CELSIUS: Final = 150.0
"""A sensor outside of these is broken or not connected."""


class PortablePower:
    def read(self) -> PowerReading:
        read = getattr(psutil, "sensors_battery", None)
        if read is None:
            return PowerReading()
        try:
            battery = read()
        except (OSError, RuntimeError, ValueError):
            return PowerReading()
        if battery is None:
            return PowerReading(True, source=_SOURCE)
        return PowerReading(battery.power_plugged, battery.percent / 100, source=_SOURCE)


class PortableThermals:
    def read(self) -> HeatReading:
        read = getattr(psutil, "sensors_temperatures", None)
        if read is None:
            return HeatReading()
        try:
            chips = read()
        except (OSError, ValueError):
            return HeatReading()
        for name in _PROCESSOR_CHIPS:
            found = [sensor.current for sensor in chips.get(name, ()) if is_plausible(sensor.current)]
            if found:
                return HeatReading(processor_celsius=max(found), processor_source=name)
        return HeatReading()


class PortableLink:
    """Up is any interface but the loopback that has an address to go out by."""

    def read(self) -> LinkReading:
        try:
            states, addresses = psutil.net_if_stats(), psutil.net_if_addrs()
        except (OSError, psutil.Error):
            return LinkReading()
        up = [name for name, state in states.items() if state.isup and not name.lower().startswith(("lo", "loopback"))]
        reaching = [name for name in up if any(_reaches_out(address.address) for address in addresses.get(name, ()))]
        return LinkReading(bool(reaching), _SOURCE)


def is_plausible(celsius: float) -> bool:
    return _COLDEST_CELSIUS < celsius < _HOTTEST_CELSIUS


class RecentPrograms:
    """`running_programs`, looked at again every few seconds only: it costs more than all else together."""

    def __init__(
        self,
        look: Callable[[], frozenset[str] | None] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look = running_programs if look is None else look
        self._monotonic = monotonic
        self._seen: frozenset[str] | None = None
        self._looked_at = float("-inf")

    def read(self) -> frozenset[str] | None:
        if self._monotonic() - self._looked_at >= PROGRAMS_SECONDS:
            self._seen, self._looked_at = self._look(), self._monotonic()
        return self._seen


def running_programs() -> frozenset[str] | None:
    """Names in lower case; milliseconds for a few hundred processes."""
    try:
        return frozenset((process.info["name"] or "").lower() for process in psutil.process_iter(["name"]))
    except (OSError, psutil.Error):
        return None


def program_name(pid: int) -> str:
    """Empty where it is gone or not ours to see."""
    try:
        return str(psutil.Process(pid).name())
    except (psutil.Error, ValueError, OverflowError):
        return ""


def memory_free_bytes() -> int | None:
    try:
        return int(psutil.virtual_memory().available)
    except (OSError, psutil.Error):
        return None


def disk_free_bytes(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _reaches_out(address: str) -> bool:
    """A link-local address reaches the same cable only."""
    address = address.partition("%")[0].lower()
    is_number = "." in address or (":" in address and address.count(":") != 5)  # five colons: a hardware address
    return is_number and not address.startswith(("127.", "169.254.", "fe80:", "::1"))
