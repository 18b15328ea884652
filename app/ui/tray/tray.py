"""The tray behind our own small interface: a desktop without one, or one whose Qt tray fails, changes one class."""

import sys
from collections.abc import Iterable
from typing import Protocol

from PySide6.QtCore import QObject, QRect, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from app.ui.choices import State
from app.ui.look.icons import tray_icon

LOOK_EVERY_MS = 1000
LOOK_TIMES = 60
"""Some desktops start their panel after us (QTBUG-61898), and one that crashed is back within seconds."""
LOOK_AT_REST_EVERY_MS = 10_000
"""From then on, whether there is a panel or none: extensions are switched on and off, and panels end."""
GONE_LOOKS = 5
"""A panel that is started anew is away for less; nobody needs a window for that."""
PLACES_COUNT = sys.platform == "darwin"
"""Only menu bars hide icons off the screen, and elsewhere Qt's figure may lie between screens of unlike scales."""
SIGHT_EVERY_MS = 5000
SIGHT_TIMES = 3
"""After the icon was shown: a menu bar that is full moves icons off the screen seconds later, and tells nobody."""


class Tray(Protocol):
    """Where the app shows itself while no window is open."""

    @property
    def visible(self) -> bool:
        """Whether a person can reach the app through it; without that, closing the last window quits."""
        ...

    def show_state(self, state: State, tooltip: str) -> None: ...

    def notify(self, title: str, text: str) -> None:
        """Show a passing message; does nothing where the desktop can't."""
        ...

    def close(self) -> None: ...


class NoTray:
    """For desktops without a tray: the window does everything."""

    @property
    def visible(self) -> bool:
        return False

    def show_state(self, state: State, tooltip: str) -> None:
        """Nothing to show it on."""

    def notify(self, title: str, text: str) -> None:
        """Nothing to show it on."""

    def close(self) -> None:
        """Nothing to close."""


class QtTray(QObject):
    """Qt's tray icon: StatusNotifierItem or XEmbed on Linux, the notification area, the menu bar."""

    clicked = Signal()
    appeared = Signal()
    """A panel that can show the icon came up, now or later, for the first time or again."""
    out_of_sight = Signal()
    """The icon was put where nobody sees it."""
    gone = Signal()
    """The panel that showed the icon has ended. Told once, until the icon appears again."""

    def __init__(self, menu: QMenu, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._menu = menu
        self._icon: QSystemTrayIcon | None = None
        self._shown: tuple[State, str] | None = None
        self._looks = 0
        """Since the panel was last there."""
        self._sights = 0
        self._look_again = QTimer(self)
        self._look_again.timeout.connect(self._look)
        self._look_for = QTimer(self)
        self._look_for.setInterval(SIGHT_EVERY_MS)
        self._look_for.timeout.connect(self._look_for_icon)

    def start(self) -> None:
        """Show the icon as soon as there is a panel for it, and whenever there is one again."""
        self._look()
        self._look_again.start()

    @property
    def visible(self) -> bool:
        if self._icon is None or not (self._icon.isVisible() and QSystemTrayIcon.isSystemTrayAvailable()):
            return False
        screens = (screen.geometry() for screen in QGuiApplication.screens())
        return not PLACES_COUNT or in_sight(self._icon.geometry(), screens)

    def show_state(self, state: State, tooltip: str) -> None:
        if self._shown == (state, tooltip):
            return  # each of the two is a message to the panel
        self._shown = (state, tooltip)
        self._dress()

    def notify(self, title: str, text: str) -> None:
        if self._icon is not None and self.visible and QSystemTrayIcon.supportsMessages():
            self._icon.showMessage(title, text, self._icon.icon())

    def close(self) -> None:
        self._look_again.stop()
        self._look_for.stop()
        self._take_away()
        QApplication.processEvents()

    def _look(self) -> None:
        if QSystemTrayIcon.isSystemTrayAvailable():
            came, self._looks = self._icon is None or self._looks > 0, 0
            self._look_again.setInterval(LOOK_AT_REST_EVERY_MS)
            if came:
                self._put_up()
            return
        self._looks += 1
        self._look_again.setInterval(LOOK_EVERY_MS if self._looks < LOOK_TIMES else LOOK_AT_REST_EVERY_MS)
        if self._looks == GONE_LOOKS and self._icon is not None:
            self._take_away()
            self.gone.emit()

    def _put_up(self) -> None:
        """A new icon for each panel: Qt chooses when it makes one whether to speak D-Bus or X to the panel."""
        self._take_away()
        self._icon = QSystemTrayIcon(self)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._on_icon_activated)
        self._dress()
        self._icon.show()
        self._sights = 0
        self._look_for.start()
        self.appeared.emit()

    def _take_away(self) -> None:
        self._look_for.stop()
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None

    def _dress(self) -> None:
        if self._icon is not None and self._shown is not None:
            state, tooltip = self._shown
            self._icon.setIcon(tray_icon(state.value))
            self._icon.setToolTip(tooltip)

    def _look_for_icon(self) -> None:
        self._sights += 1
        away = QSystemTrayIcon.isSystemTrayAvailable() and not self.visible
        if away or self._sights >= SIGHT_TIMES:
            self._look_for.stop()
        if away:
            self.out_of_sight.emit()

    def _on_icon_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        # A left click opens the window; macOS opens the menu by itself and must not do both.
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.clicked.emit()


def in_sight(icon: QRect, screens: Iterable[QRect]) -> bool:
    """Whether any screen shows some of the icon. Many panels don't say where it is, and are believed."""
    return icon.isEmpty() or any(screen.intersects(icon) for screen in screens)
