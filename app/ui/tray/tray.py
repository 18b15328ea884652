"""The tray behind our own small interface: a desktop without one, or one whose Qt tray fails, changes one class."""

from collections.abc import Iterable
from typing import Protocol

from PySide6.QtCore import QObject, QRect, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from app.ui.choices import State
from app.ui.look.icons import tray_icon

LOOK_EVERY_MS = 1000
LOOK_TIMES = 60
"""Some desktops start their panel after us (QTBUG-61898): look again for a minute."""
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
    """A panel that can show the icon came up, now or later."""
    out_of_sight = Signal()
    """The icon was put where nobody sees it."""

    def __init__(self, menu: QMenu, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon = QSystemTrayIcon(self)
        self._icon.setContextMenu(menu)
        self._icon.activated.connect(self._on_icon_activated)
        self._shown: tuple[State, str] | None = None
        self._looks = 0
        self._sights = 0
        self._look_again = QTimer(self)
        self._look_again.setInterval(LOOK_EVERY_MS)
        self._look_again.timeout.connect(self._look)
        self._look_for = QTimer(self)
        self._look_for.setInterval(SIGHT_EVERY_MS)
        self._look_for.timeout.connect(self._look_for_icon)

    def start(self) -> None:
        """Show the icon as soon as there is a panel for it."""
        self._look()
        if not self.visible:
            self._look_again.start()

    @property
    def visible(self) -> bool:
        screens = (screen.geometry() for screen in QGuiApplication.screens())
        shown = self._icon.isVisible() and QSystemTrayIcon.isSystemTrayAvailable()
        return shown and in_sight(self._icon.geometry(), screens)

    def show_state(self, state: State, tooltip: str) -> None:
        if self._shown == (state, tooltip):
            return  # each of the two is a message to the panel
        self._shown = (state, tooltip)
        self._icon.setIcon(tray_icon(state.value))
        self._icon.setToolTip(tooltip)

    def notify(self, title: str, text: str) -> None:
        if self.visible and QSystemTrayIcon.supportsMessages():
            self._icon.showMessage(title, text, self._icon.icon())

    def close(self) -> None:
        self._look_again.stop()
        self._look_for.stop()
        self._icon.hide()
        QApplication.processEvents()

    def _look(self) -> None:
        self._looks += 1
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._look_again.stop()
            self._icon.show()
            self.appeared.emit()
            self._look_for.start()
        elif self._looks >= LOOK_TIMES:
            self._look_again.stop()

    def _look_for_icon(self) -> None:
        self._sights += 1
        missed = self._icon.isVisible() and not self.visible
        if missed or self._sights >= SIGHT_TIMES:
            self._look_for.stop()
        if missed:
            self.out_of_sight.emit()

    def _on_icon_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        # A left click opens the window; macOS opens the menu by itself and must not do both.
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.clicked.emit()


def in_sight(icon: QRect, screens: Iterable[QRect]) -> bool:
    """Whether any screen shows some of the icon. Many panels don't say where it is, and are believed."""
    return icon.isEmpty() or any(screen.intersects(icon) for screen in screens)
