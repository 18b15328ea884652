"""Home, Earnings and Activity with an example in them. Nothing here knows the supervisor, so nothing can reach it."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QMainWindow, QPushButton, QWidget

from app.core.example import example_settings, example_snapshot
from app.core.money.sums import Span
from app.ui.activity.window import ActivityWindow
from app.ui.earnings.window import EarningsWindow
from app.ui.example.band import ExampleBand, marked
from app.ui.home.window import HomeWindow
from app.ui.look.theme import Colours
from app.ui.look.translation import _


class ExampleTour(QObject):
    """Lives until `end`. Closing its Home window is the way back, too."""

    set_up_requested = Signal()

    def __init__(self, today: datetime, colours: Colours, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ended = False
        settings, snapshot = example_settings(), example_snapshot(today)
        self.home, self.earnings = HomeWindow(settings), EarningsWindow(settings)
        self.activity = ActivityWindow(settings)
        self.bands: list[ExampleBand] = []
        for window in self.windows:
            band = marked(window)
            band.set_up_requested.connect(self.set_up_requested)
            self.bands.append(band)
        self.dress(colours)
        for window in self.windows:
            window.show_snapshot(snapshot)
        self.earnings.choose_span(Span.WEEK)
        _still(self.home, keep=[self.home.earnings.details, self.home.status.activity])
        _still(self.earnings, keep=tuple(self.earnings.spans.values()))
        _still(self.activity, keep=[self.activity.days.earlier, self.activity.days.kind])
        self.home.earnings_requested.connect(lambda: _raise(self.earnings))
        self.home.activity_requested.connect(lambda: _raise(self.activity))
        self.home.closed.connect(self._on_home_closed, Qt.ConnectionType.QueuedConnection)
        self.home.quit_requested.connect(self.home.close)

    @property
    def windows(self) -> tuple[HomeWindow, EarningsWindow, ActivityWindow]:
        return self.home, self.earnings, self.activity

    def show(self) -> None:
        """All three, Home in front."""
        for window in (self.activity, self.earnings, self.home):
            _raise(window)
        self.bands[0].set_up.setFocus()

    def dress(self, colours: Colours) -> None:
        for window in self.windows:
            window.dress(colours)

    def end(self) -> None:
        """Take all of it off the screen; the example is forgotten."""
        self._ended = True
        for window in self.windows:
            window.close()
            window.deleteLater()
        self.deleteLater()

    def _on_home_closed(self) -> None:
        if not self._ended:
            self.set_up_requested.emit()


def _still(window: QMainWindow, keep: Sequence[QWidget]) -> None:
    """What would change, ask or save something can't be used; reading, and going from window to window, can."""
    band = window.menuWidget()
    controls: list[QWidget] = [
        *window.findChildren(QPushButton),
        *window.findChildren(QComboBox),
        *window.findChildren(QCheckBox),
    ]
    for control in controls:
        if control not in keep and not (band is not None and band.isAncestorOf(control)):
            control.setEnabled(False)
            control.setAccessibleDescription(_("Not in the example"))


def _raise(window: QMainWindow) -> None:
    window.show()
    window.raise_()
    window.activateWindow()
