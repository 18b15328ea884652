"""Mains, battery and energy saving as UPower and the power-profiles daemon tell them."""

from collections.abc import Mapping
from typing import Any, Final

from jeepney import DBusAddress

from app.core.gates.computer_reading import PowerReading
from app.platforms.linux.bus import Bus, NoAnswer

_NAME: Final = "org.freedesktop.UPower"
_UPOWER: Final = DBusAddress("/org/freedesktop/UPower", bus_name=_NAME, interface=_NAME)
_DISPLAY_DEVICE: Final = DBusAddress(
    "/org/freedesktop/UPower/devices/DisplayDevice", bus_name=_NAME, interface="org.freedesktop.UPower.Device"
)
_PROFILES: Final = tuple(
    DBusAddress("/" + name.replace(".", "/"), bus_name=name, interface=name)
    for name in ("org.freedesktop.UPower.PowerProfiles", "net.hadess.PowerProfiles")
)
"""The daemon's name today, and before its version 0.20."""
_BATTERY, _UPS = 2, 3
_CHARGING: Final = frozenset({1, 4, 5})
"""Charging, fully charged, about to charge."""
_DISCHARGING: Final = frozenset({2, 3, 6})


class UPowerPower:
    """Of UPower's display device, which stands for all batteries together."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def read(self) -> PowerReading:
        try:
            on_battery = self._bus.get(_UPOWER, "OnBattery")
        except NoAnswer:
            return PowerReading()
        try:
            device = self._bus.get_all(_DISPLAY_DEVICE)
        except NoAnswer:
            device = {}
        return power_of(on_battery, device)


class ProfileSaver:
    """Whether the person chose to save energy."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def read(self) -> PowerReading:
        for address in _PROFILES:
            try:
                profile = self._bus.get(address, "ActiveProfile")
            except NoAnswer:
                continue
            if isinstance(profile, str) and profile:
                return PowerReading(saver_on=profile == "power-saver", saver_source="power-profiles-daemon")
        return PowerReading()


def power_of(on_battery: object, device: Mapping[str, Any]) -> PowerReading:
    """A desktop's display device is of an unknown kind and not present; a desktop behind a UPS has one of kind 3."""
    if not isinstance(on_battery, bool):
        return PowerReading()
    share = charging = None
    if device.get("IsPresent") is True and device.get("Type") in (_BATTERY, _UPS):
        percent = device.get("Percentage")
        if isinstance(percent, int | float) and 0 <= percent <= 100:
            share = percent / 100
        state = device.get("State")
        charging = True if state in _CHARGING else False if state in _DISCHARGING else None
    return PowerReading(not on_battery, share, charging, source="UPower")
