"""Notices through the desktop's own service."""

from typing import Any, Final

from jeepney import DBusAddress

from app.platforms.linux.bus import Bus, NoAnswer

_NAME: Final = "org.freedesktop.Notifications"
_NOTICES: Final = DBusAddress("/org/freedesktop/Notifications", bus_name=_NAME, interface=_NAME)
_AS_THE_DESKTOP_LIKES: Final = -1


class DesktopNotifications:
    """Each replaces the one before of its topic: a night leaves one notice of each, not twenty."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._last: dict[str, int] = {}

    def show(self, title: str, text: str, topic: str = "") -> bool:
        hints = {"desktop-entry": ("s", "train-at-home"), "urgency": ("y", 1)}
        before, body = self._last.get(topic, 0), plain_markup(text)
        arguments: tuple[Any, ...] = ("Train at Home", before, "", title, body, [], hints, _AS_THE_DESKTOP_LIKES)
        try:
            answer = self._bus.call(_NOTICES, "Notify", "susssasa{sv}i", *arguments)
        except NoAnswer:
            return False
        if answer and isinstance(answer[0], int):
            self._last[topic] = answer[0]
        return True


def plain_markup(text: str) -> str:
    """A body may be read as markup, so that what looks like some is written out."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
