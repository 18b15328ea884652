"""NetworkManager: whether the connection is paid by volume, and whether there is one."""

from typing import Final

from jeepney import DBusAddress

from app.core.gates.computer_reading import LinkReading, MeteredReading
from app.platforms.linux.bus import Bus, NoAnswer

_NAME: Final = "org.freedesktop.NetworkManager"
_MANAGER: Final = DBusAddress("/org/freedesktop/NetworkManager", bus_name=_NAME, interface=_NAME)
_SOURCE: Final = "NetworkManager"
_METERED: Final = {1: True, 2: False, 3: True, 4: False}
"""Yes, no, guessed yes, guessed no. A guess counts: a phone's hotspot is never more than guessed."""
_CONNECTED_LOCAL: Final = 50
_UNKNOWN: Final = 0


class NetworkManagerMetered:
    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def read(self) -> MeteredReading:
        try:
            return MeteredReading(metered_of(self._bus.get(_MANAGER, "Metered")), _SOURCE)
        except NoAnswer:
            return MeteredReading()


class NetworkManagerLink:
    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def read(self) -> LinkReading:
        try:
            return LinkReading(connected_of(self._bus.get(_MANAGER, "State")), _SOURCE)
        except NoAnswer:
            return LinkReading()


def metered_of(value: object) -> bool | None:
    return _METERED.get(value) if isinstance(value, int) else None


def connected_of(state: object) -> bool | None:
    """A local network is enough: a captive portal or a broken check must not stop what would answer."""
    if not isinstance(state, int) or state <= _UNKNOWN:
        return None
    return state >= _CONNECTED_LOCAL
