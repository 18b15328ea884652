"""A template of python-dbusmock, run by the system's Python: what GNOME's extension and KDE's panel are to icons."""

from typing import Any

BUS_NAME = "org.kde.StatusNotifierWatcher"
MAIN_OBJ = "/StatusNotifierWatcher"
MAIN_IFACE = BUS_NAME
SYSTEM_BUS = False


def load(mock: Any, _parameters: dict[str, Any]) -> None:
    mock.AddMethod(MAIN_IFACE, "RegisterStatusNotifierItem", "s", "", "")
    mock.AddMethod(MAIN_IFACE, "RegisterStatusNotifierHost", "s", "", "")
    mock.AddProperty(MAIN_IFACE, "IsStatusNotifierHostRegistered", True)
