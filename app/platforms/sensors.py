"""What psutil can tell of this computer. Where it can't, the answer is None, never a guess."""

import shutil
from pathlib import Path
from typing import Final

import psutil

from app.core.ports import PowerReading

_PROCESSOR_CHIPS: Final = ("coretemp", "k10temp", "zenpower", "cpu_thermal", "cpu-thermal")
"""Other chips report drives, radios or nonsense."""


class SystemSensors:
    """app.core.ports.Sensors on every system."""

    def power(self) -> PowerReading:
        read = getattr(psutil, "sensors_battery", None)
        if read is None:
            return PowerReading(None, None)
        try:
            battery = read()
        except (OSError, RuntimeError, ValueError):
            return PowerReading(None, None)
        if battery is None:
            return PowerReading(True, None)
        return PowerReading(battery.power_plugged, battery.percent / 100)

    def idle_seconds(self) -> float | None:
        """Not told yet on any system: the queries differ by desktop and wait for the desktop integration."""
        return None

    def network_is_metered(self) -> bool | None:
        """Not told yet on any system."""
        return None

    def running_programs(self) -> frozenset[str] | None:
        try:
            return frozenset((process.info["name"] or "").lower() for process in psutil.process_iter(["name"]))
        except (OSError, psutil.Error):
            return None

    def processor_celsius(self) -> float | None:
        read = getattr(psutil, "sensors_temperatures", None)
        if read is None:
            return None
        try:
            chips = read()
        except (OSError, ValueError):
            return None
        found = [sensor.current for name in _PROCESSOR_CHIPS for sensor in chips.get(name, ())]
        return max((celsius for celsius in found if 0 < celsius < 150), default=None)

    def free_memory_bytes(self) -> int | None:
        try:
            return int(psutil.virtual_memory().available)
        except (OSError, psutil.Error):
            return None

    def free_disk_bytes(self, folder: Path) -> int | None:
        try:
            return shutil.disk_usage(folder).free
        except OSError:
            return None
