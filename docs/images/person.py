"""A person in front of the screen: finds controls as a screen reader does, by name, and has a mouse and a keyboard.

Nothing is done to the app but what reaches it through the X server. Looking happens in Qt's own thread.
Needs xdotool and ImageMagick's `import`.
"""

import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, QRect, QTimer
from PySide6.QtGui import QAccessible, QAccessibleInterface, QGuiApplication
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

T = TypeVar("T")
PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.1
SETTLE_SECONDS = 0.4
"""What a window that has just been shown or changed may still be drawing."""
TABS_LIMIT = 150
TEXT_FIELDS = (QAccessible.Role.EditableText, QAccessible.Role.SpinBox)


@dataclass(frozen=True)
class Seen:
    """A control as it stands on the screen, in the screen's own pixels."""

    name: str
    role: QAccessible.Role
    rect: QRect
    focused: bool
    enabled: bool
    hidden: bool
    """Scrolled out of sight."""


class Person:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pictures = 0
        folder.mkdir(parents=True, exist_ok=True)

    # Looking.

    def until(self, condition: Callable[[], T], what: str, seconds: float = PATIENCE_SECONDS) -> T:
        """What `condition` answers, once that is true; it is asked in Qt's thread."""
        give_up_at = time.monotonic() + seconds
        while not (answer := self.ask(condition)):
            if time.monotonic() > give_up_at:
                self.picture("what-went-wrong")
                raise TimeoutError(f"waited in vain for {what}; there are: {self.ask(_names)}")
            time.sleep(LOOK_SECONDS)
        return answer

    def ask(self, question: Callable[[], T]) -> T:
        """`question` answered in Qt's thread."""
        future: Future[T] = Future()

        def answer() -> None:
            try:
                future.set_result(question())
            except Exception as error:  # noqa: BLE001  whoever asked gets it
                future.set_exception(error)

        QTimer.singleShot(0, QApplication.instance(), answer)
        return future.result(PATIENCE_SECONDS)

    def find(self, name: str) -> Seen:
        """The control of the front window that is called so, once it is there and can be used."""
        return self.until(lambda: _usable(name), f"a control called {name!r}")

    def sees(self, text: str) -> bool:
        """Whether the front window says that somewhere."""
        return self.ask(lambda: any(text in name for name in _names()))

    def names(self) -> list[str]:
        """All that the front window says. In Qt's thread: for conditions of `until`."""
        return _names()

    def waits_to_see(self, text: str, seconds: float = PATIENCE_SECONDS) -> None:
        self.until(lambda: any(text in name for name in _names()), f"the words {text!r}", seconds)

    def picture(self, name: str) -> None:
        """Keep what is on the screen where the front window is, with what has popped up from it."""
        time.sleep(SETTLE_SECONDS)
        place = self.ask(_front_rect)
        ratio = self.ask(_ratio)
        where = [round(each * ratio) for each in (place.width(), place.height(), place.x(), place.y())]
        self._pictures += 1
        file = str(self._folder / f"{self._pictures:02d}-{name}.png")
        crop = "{}x{}+{}+{}".format(*where)
        subprocess.run(["import", "-window", "root", "-crop", crop, "+repage", file], check=True)

    # Acting.

    def click(self, name: str) -> None:
        """With the mouse; what is scrolled out of sight is brought there with the Tab key first."""
        seen = self.find(name)
        if seen.hidden:
            self.tab_to(name)
            seen = self.find(name)
        ratio = self.ask(_ratio)
        at = seen.rect.center() * ratio
        self._do("mousemove", str(at.x()), str(at.y()), "click", "1")

    def tab_to(self, name: str) -> None:
        """Press Tab until the control called so has the keyboard."""
        for _ in range(TABS_LIMIT):
            seen = self.find(name)
            if seen.focused and not seen.hidden:
                return
            self.press("Tab")
        raise LookupError(f"Tab does not lead to {name!r}")

    def choose(self, name: str) -> None:
        """With the keyboard alone: Tab to it, then the space bar."""
        self.tab_to(name)
        self.press("space")

    def open_tray_menu(self) -> None:
        """A click with the other mouse button on the app's icon."""
        place = self.until(_tray_place, "the tray icon")
        self._do("mousemove", str(place.x()), str(place.y()), "click", "3")
        self.until(lambda: QApplication.activePopupWidget() is not None, "the tray's menu")

    def press(self, *keys: str) -> None:
        self._do("key", *keys)
        time.sleep(LOOK_SECONDS)

    def type(self, text: str) -> None:
        self._do("type", "--delay", "5", text)
        time.sleep(LOOK_SECONDS)

    def _do(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], check=True)


def _tray_place() -> QPoint | None:
    """In the screen's pixels; the icon is the one thing that is asked of Qt directly, as panels say nothing of it."""
    icons = [each for each in QApplication.instance().findChildren(QSystemTrayIcon) if not each.geometry().isEmpty()]
    return icons[0].geometry().center() * _ratio() if icons else None


def _front() -> QWidget | None:
    popup = QApplication.activePopupWidget()
    if popup is not None:
        return popup
    return QApplication.activeModalWidget() or QApplication.activeWindow()


def _front_rect() -> QRect:
    window = QApplication.activeModalWidget() or QApplication.activeWindow()
    popup = QApplication.activePopupWidget()
    rects = [each.frameGeometry() for each in (window, popup) if each is not None]
    screen = QGuiApplication.primaryScreen().geometry()
    place = rects[0] if rects else screen
    for rect in rects[1:]:
        place = place.united(rect)
    return place.intersected(screen)


def _ratio() -> float:
    return QGuiApplication.primaryScreen().devicePixelRatio()


def _all(found: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    yield found
    for index in range(found.childCount()):
        child = found.child(index)
        if child is not None and child.isValid() and not child.state().invisible:
            yield from _all(child)


def _interfaces() -> Iterator[QAccessibleInterface]:
    front = _front()
    if front is not None:
        yield from _all(QAccessible.queryAccessibleInterface(front))


def _names() -> list[str]:
    kinds = (QAccessible.Text.Name, QAccessible.Text.Value, QAccessible.Text.Description)
    texts = (each.text(kind) for each in _interfaces() for kind in kinds)
    return [text for text in texts if text]


def _usable(name: str) -> Seen | None:
    for each in _interfaces():
        state = each.state()
        if each.text(QAccessible.Text.Name).replace("&", "") == name and (state.focusable or _is_item(each)):
            rect = each.rect()
            hidden = bool(state.offscreen) or not _in_sight(each)
            seen = Seen(name, each.role(), rect, bool(state.focused), not state.disabled, hidden)
            if seen.enabled:
                return seen
    return None


def _is_item(found: QAccessibleInterface) -> bool:
    return found.role() in (QAccessible.Role.MenuItem, QAccessible.Role.ListItem, QAccessible.Role.PageTab)


def _in_sight(found: QAccessibleInterface) -> bool:
    """Whether its middle is where the mouse can reach it: nothing else of the app is on top of it."""
    thing = found.object()
    at = QApplication.widgetAt(found.rect().center())
    return not isinstance(thing, QWidget) or (at is not None and (at is thing or thing.isAncestorOf(at)))
