"""Who sits at this computer besides us, as logind tells: a family's other user, who may want it for a game."""

import os
from collections.abc import Mapping
from typing import Any, Final

from jeepney import DBusAddress

from app.core.gates.computer_reading import OthersReading
from app.platforms.linux.bus import Bus, NoAnswer

_NAME: Final = "org.freedesktop.login1"
_MANAGER: Final = DBusAddress("/org/freedesktop/login1", bus_name=_NAME, interface=f"{_NAME}.Manager")


class LogindOthers:
    def __init__(self, bus: Bus, own_uid: int | None = None) -> None:
        self._bus = bus
        self._own_uid = os.getuid() if own_uid is None else own_uid

    def read(self) -> OthersReading:
        try:
            sessions = self._bus.call(_MANAGER, "ListSessions")
        except NoAnswer:
            return OthersReading()
        for path, name in others_of_list(sessions, self._own_uid):
            try:
                properties = self._bus.get_all(DBusAddress(path, bus_name=_NAME, interface=f"{_NAME}.Session"))
            except NoAnswer:
                continue  # it ended between the two questions
            if sits_here(properties):
                return OthersReading(True, name, "logind")
        return OthersReading(False, "", "logind")


def others_of_list(answer: tuple[Any, ...], own_uid: int) -> list[tuple[str, str]]:
    """Path and user name of each session at a seat that isn't ours, of `(id, uid, user, seat, path)` each."""
    rows = answer[0] if len(answer) == 1 and isinstance(answer[0], list) else []
    return [(str(row[4]), str(row[2])) for row in rows if len(row) == 5 and row[1] != own_uid and row[3]]


def sits_here(session: Mapping[str, Any]) -> bool:
    """In front of the screen and not away. The screen of the login is nobody's, and whoever comes from afar sees no
    fans and plays no games here."""
    away = session.get("LockedHint") is True or session.get("IdleHint") is True
    is_person = session.get("Class") == "user" and session.get("Remote") is not True
    return is_person and session.get("Active") is True and not away
