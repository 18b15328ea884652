"""One kind of window: made when it is first wanted, and given back once it is closed."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import Qt, SignalInstance

from app.ui.look.palettes import Colours


class SlotWindow(Protocol):
    """What every window of the desktop is: a widget that tells when it was closed and can be dressed."""

    @property
    def closed(self) -> SignalInstance: ...

    def dress(self, colours: Colours) -> None: ...

    def isVisible(self) -> bool: ...

    def windowState(self) -> Qt.WindowState: ...

    def setWindowState(self, state: Qt.WindowState, /) -> None: ...

    def show(self) -> None: ...

    def raise_(self) -> None: ...

    def activateWindow(self) -> None: ...

    def close(self) -> bool: ...

    def deleteLater(self) -> None: ...


W = TypeVar("W", bound=SlotWindow)


class WindowSlot(Generic[W]):
    """`make` gives a new one, `closed` hears of it once a window of this kind was closed."""

    def __init__(self, make: Callable[[], W], closed: Callable[[], None]) -> None:
        self.window: W | None = None
        self._make = make
        self._closed = closed

    @property
    def shown(self) -> W | None:
        """The window, if it is on the screen."""
        return self.window if self.window is not None and self.window.isVisible() else None

    def ready(self) -> W:
        """The window, on the screen or about to be."""
        if self.window is None:
            self.window = self._make()
            self.window.closed.connect(self._closed, Qt.ConnectionType.QueuedConnection)
        return self.window

    def bring(self) -> W:
        """Open it, or bring it to the front."""
        window = self.ready()
        # `show` leaves a minimised window where it is; one that was maximised too stays so.
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        return window

    def dress(self, colours: Colours) -> None:
        if self.window is not None:
            self.window.dress(colours)

    def close(self) -> None:
        if self.window is not None:
            self.window.close()

    def give_back(self) -> None:
        """Its memory, unless it is on the screen."""
        if self.window is not None and not self.window.isVisible():
            self.window.deleteLater()
            self.window = None
