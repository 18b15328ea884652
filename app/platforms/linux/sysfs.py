"""What the kernel shows in /sys: power supplies, fans, and the heat of processors and of AMD's and Intel's cards."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from app.core.gates.computer_reading import FansReading, HeatReading, LinkReading, PowerReading
from app.core.language.speech import later
from app.platforms.portable import is_plausible

_PROCESSOR_CHIPS: Final = ("coretemp", "k10temp", "zenpower", "cpu_thermal", "soc_thermal")
_PROCESSOR_ZONES: Final = ("x86_pkg_temp", "cpu-thermal", "cpu_thermal", "soc-thermal", "acpitz")
"""Thermal zones that tell of the processor, the best first."""
_GRAPHICS_CHIPS: Final = ("amdgpu", "nouveau", "i915", "xe")
_FASTEST_RPM: Final = 30_000.0
"""What says more is a broken tachometer."""


class SysfsPower:
    def __init__(self, root: Path = Path("/sys")) -> None:
        self._folder = root / "class" / "power_supply"

    def read(self) -> PowerReading:
        try:
            supplies = sorted(self._folder.iterdir())
        except OSError:
            return PowerReading()
        batteries = [supply for supply in supplies if _is_system_battery(supply)]
        online = [text for supply in supplies if (text := _text(supply / "online")) is not None and _feeds(supply)]
        if not batteries:
            return PowerReading(True, source="/sys/class/power_supply") if supplies else PowerReading()
        statuses = [_text(battery / "status") or "" for battery in batteries]
        on_mains = _on_mains(online, statuses)
        return PowerReading(on_mains, _share(batteries), "Charging" in statuses, source="/sys/class/power_supply")


class SysfsThermals:
    """The processor by hwmon, else by the thermal zones."""

    def __init__(self, root: Path = Path("/sys")) -> None:
        self._hwmon = root / "class" / "hwmon"
        self._zones = root / "class" / "thermal"

    def read(self) -> HeatReading:
        for chip in _PROCESSOR_CHIPS:
            celsius = _hottest(_inputs(self._hwmon, chip))
            if celsius is not None:
                return HeatReading(processor_celsius=celsius, processor_source=chip)
        zones = {_text(zone / "type"): zone / "temp" for zone in sorted(self._zones.glob("thermal_zone*"))}
        for kind in _PROCESSOR_ZONES:
            celsius = _hottest([zones[kind]]) if kind in zones else None
            if celsius is not None:
                return HeatReading(processor_celsius=celsius, processor_source=kind)
        return HeatReading()


class SysfsGraphicsThermals:
    def __init__(self, root: Path = Path("/sys")) -> None:
        self._hwmon = root / "class" / "hwmon"

    def read(self) -> HeatReading:
        for chip in _GRAPHICS_CHIPS:
            celsius = _hottest(_inputs(self._hwmon, chip))
            if celsius is not None:
                return HeatReading(graphics_celsius=celsius, graphics_source=chip)
        return HeatReading()


class SysfsFans:
    """The fastest of all that have a tachometer, whichever chip reads it."""

    def __init__(self, root: Path = Path("/sys")) -> None:
        self._hwmon = root / "class" / "hwmon"

    def read(self) -> FansReading:
        found = [
            (rpm, _text(fan.parent / "name") or "hwmon")
            for fan in sorted(self._hwmon.glob("hwmon*/fan*_input"))
            if (rpm := _number(fan)) is not None and 0 <= rpm <= _FASTEST_RPM and not _is_pump(fan)
        ]
        return FansReading(*max(found)) if found else FansReading()


class RouteLink:
    """A default route is a way out, by IPv4 or IPv6."""

    def __init__(self, root: Path = Path("/proc")) -> None:
        self._four = root / "net" / "route"
        self._six = root / "net" / "ipv6_route"

    def read(self) -> LinkReading:
        four, six = _text(self._four), _text(self._six)
        if four is None and six is None:
            return LinkReading()
        return LinkReading(has_default_route(four or "", six or ""), later("the routing table"))


def has_default_route(four: str, six: str) -> bool:
    """Of the tables as the kernel prints them: destination and mask are 0 and the route is up (and not `lo`)."""
    for line in four.splitlines()[1:]:
        fields = line.split()
        if len(fields) >= 8 and fields[1] == fields[7] == "00000000" and int(fields[3], 16) & 1:
            return True
    for line in six.splitlines():
        fields = line.split()
        if len(fields) >= 10 and set(fields[0]) == {"0"} and fields[1] == "00" and fields[9] != "lo":
            return True
    return False


def _is_system_battery(supply: Path) -> bool:
    """Mice and keyboards have batteries too; theirs are of scope Device."""
    return _text(supply / "type") == "Battery" and _text(supply / "scope") != "Device"


def _feeds(supply: Path) -> bool:
    return _text(supply / "type") in ("Mains", "USB") and _text(supply / "scope") != "Device"


def _on_mains(online: Sequence[str], statuses: Sequence[str]) -> bool | None:
    if online:
        return "1" in online
    if "Discharging" in statuses:
        return False
    return True if any(status in ("Charging", "Full", "Not charging") for status in statuses) else None


def _share(batteries: Sequence[Path]) -> float | None:
    """Of all batteries together; equal weights, as their units differ by maker."""
    found = [_number(battery / "capacity") for battery in batteries]
    shares = [percent / 100 for percent in found if percent is not None and 0 <= percent <= 100]
    return sum(shares) / len(shares) if shares else None


def _inputs(hwmon: Path, chip: str) -> list[Path]:
    folders = [folder for folder in sorted(hwmon.glob("hwmon*")) if _text(folder / "name") == chip]
    return [path for folder in folders for path in sorted(folder.glob("temp*_input"))]


def _is_pump(fan: Path) -> bool:
    """A water cooler's pump turns fast at all times, and nobody hears it."""
    return "pump" in (_text(fan.with_name(fan.name.replace("_input", "_label"))) or "").lower()


def _hottest(paths: Sequence[Path]) -> float | None:
    """The kernel tells thousandths of a degree."""
    found = [number / 1000 for path in paths if (number := _number(path)) is not None]
    return max(filter(is_plausible, found), default=None)


def _number(path: Path) -> float | None:
    text = _text(path)
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return None
