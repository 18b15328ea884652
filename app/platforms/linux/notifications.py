"""Notices through the desktop's own service."""

from typing import Final

from jeepney import DBusAddress

from app.platforms.linux.bus import Bus, NoAnswer

_NAME: Final = "org.freedesktop.Notifications"
_NOTICES: Final = DBusAddress("/org/freedesktop/Notifications", bus_name=_NAME, interface=_NAME)
_AS_THE_DESKTOP_LIKES: Final = -1


class DesktopNotifications:
    """Each replaces the one before: a night leaves one notice, not twenty."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._last = 0

    def show(self, title: str, text: str) -> bool:
        hints = {"desktop-entry": ("s", "train-at-home"), "urgency": ("y", 1)}
        try:
            answer = self._bus.call(
                _NOTICES,
                "Notify",
                "susssasa{sv}i",
                *("Train at Home", self._last, "", title, plain_markup(text), [], hints, _AS_THE_DESKTOP_LIKES),
            )
        except NoAnswer:
            return False
        if answer and isinstance(answer[0], int):
            self._last = answer[0]
        return True


def plain_markup(text: str) -> str:
    """A body may be read as markup, so that what looks like some is written out."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
