"""Whether the person asked the desktop for high contrast, as its portal tells (GNOME's setting, KDE's)."""

from collections.abc import Callable
from typing import Any, Final

from jeepney import DBusAddress

from app.platforms.linux.bus import Bus, NoAnswer

_PORTAL: Final = DBusAddress(
    "/org/freedesktop/portal/desktop",
    bus_name="org.freedesktop.portal.Desktop",
    interface="org.freedesktop.portal.Settings",
)
_WHAT: Final = ("org.freedesktop.appearance", "contrast")
_METHODS: Final = ("ReadOne", "Read")
"""The second is that of portals from before 2022."""


class PortalContrast:
    """Opens its own connection for each question, as each comes from another thread."""

    def __init__(self, bus: Callable[[], Bus] = lambda: Bus("SESSION")) -> None:
        self._bus = bus

    def more_wanted(self) -> bool | None:
        bus = self._bus()
        try:
            for method in _METHODS:
                try:
                    return contrast_of(bus.call(_PORTAL, method, "ss", *_WHAT))
                except NoAnswer:
                    continue
            return None
        finally:
            bus.close()


def contrast_of(answer: tuple[Any, ...]) -> bool | None:
    """0 is no preference, 1 is more contrast; the older method wraps the value in a variant of its own."""
    value: Any = answer[0] if len(answer) == 1 else None
    while isinstance(value, tuple) and len(value) == 2:
        value = value[1]
    return {0: False, 1: True}.get(value) if isinstance(value, int) else None
