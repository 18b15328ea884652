"""The tray's menu: planned from the snapshot as plain values, then brought into a QMenu with the least change."""

from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.core import words
from app.core.commands import Command, SetWish
from app.core.money.earnings import credit_text
from app.core.money.facts import sides_of
from app.core.money.prices import amount_text
from app.core.snapshot import NetworkKind, Snapshot
from app.ui.choices import Choice, offer_of
from app.ui.look.card import plain_text
from app.ui.look.translation import _


@dataclass(frozen=True)
class Line:
    """Told, not clickable."""

    text: str


@dataclass(frozen=True)
class Ask:
    """Sends a command to the supervisor."""

    text: str
    command: Command


@dataclass(frozen=True)
class Show:
    """Something of the app's own: "home", "activity", "dashboard" or "quit"."""

    text: str
    what: str


@dataclass(frozen=True)
class Choose:
    """A menu of its own."""

    text: str
    entries: tuple["Entry", ...]


@dataclass(frozen=True)
class Rule:
    """A separator."""


Entry: TypeAlias = Line | Ask | Show | Choose | Rule


def menu_entries(snapshot: Snapshot) -> tuple[Entry, ...]:
    """The whole menu in order. The first line says what is happening, never what could."""
    offer = offer_of(snapshot)
    entries: list[Entry] = [Line(words.sentence(snapshot))]
    if snapshot.network.kind is NetworkKind.NONE:
        return (*entries, Rule(), Show(_("Set up…"), "home"), Rule(), Show(_("Quit"), "quit"))
    entries += [Line(tonight_line(snapshot)), Rule()]
    if offer.resume:
        entries.append(_asked(offer.resume))
    if offer.hours:
        entries.append(_asked(offer.hours))
    if offer.start:
        entries.append(Choose(_("Start now"), tuple(_asked(choice) for choice in offer.start)))
    if offer.pause:
        entries.append(Choose(_("Pause"), tuple(_asked(choice) for choice in offer.pause)))
    if offer.finish:
        entries.append(_asked(offer.finish))
    if offer.skip:
        entries.append(Ask(offer.skip.text, offer.skip.command))
    entries += [Rule(), Show(_("Open Train at Home"), "home"), Show(_("What it did"), "activity")]
    if snapshot.dashboard_url:
        entries.append(Show(_("Open the dashboard"), "dashboard"))
    return (*entries, Rule(), Show(_("Quit"), "quit"))


def tonight_line(snapshot: Snapshot) -> str:
    """What tonight brought, and what of all nights the network still owes; play money is never paid out."""
    view, pending_rao = snapshot.money.view, sides_of(snapshot).pending_rao
    tonight = _tonight(snapshot)
    if pending_rao <= 0 or view.hidden or snapshot.network.kind is NetworkKind.THIS_COMPUTER:
        return tonight
    pending = amount_text(pending_rao, view)
    return _("{tonight} · {money} still to be paid").format(tonight=tonight, money=pending)


def _tonight(snapshot: Snapshot) -> str:
    """Money where the ledger already holds some, else the credited work."""
    earnings = snapshot.earnings
    if earnings.tonight_rao and not snapshot.money.view.hidden:
        return _("Tonight: {money} earned").format(money=amount_text(earnings.tonight_rao, snapshot.money.view))
    if earnings.tonight_credit:
        return _("Tonight: {credit} of work credited").format(credit=credit_text(earnings.tonight_credit))
    return _("Tonight: nothing credited yet")


class TrayMenu(QObject):
    """Owns the QMenu. Texts change in place, so that an open menu doesn't jump; only another shape rebuilds it."""

    command_requested = Signal(object)
    home_requested = Signal()
    activity_requested = Signal()
    dashboard_requested = Signal()
    quit_requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.menu = QMenu()
        self.menu.setAccessibleName(_("Train at Home"))
        self._entries: tuple[Entry, ...] = ()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._show(menu_entries(snapshot))

    def show_ending(self) -> None:
        """The app quits; asking once more shortens that."""
        self._show((Line(_("Handing over its work, then quitting…")), Rule(), Show(_("Quit at once"), "quit")))

    def _show(self, entries: tuple[Entry, ...]) -> None:
        if entries == self._entries:
            return
        if _shape(entries) == _shape(self._entries):
            self._retell(self.menu, entries)
        else:
            self.menu.clear()
            self._fill(self.menu, entries)
        self._entries = entries

    def _fill(self, menu: QMenu, entries: tuple[Entry, ...]) -> None:
        for entry in entries:
            match entry:
                case Rule():
                    menu.addSeparator()
                case Choose(text, inner):
                    self._fill(menu.addMenu(plain_text(text)), inner)
                case Line() | Ask() | Show():
                    action = menu.addAction("")
                    action.triggered.connect(partial(self._on_action_triggered, action))
                    self._tell(action, entry)

    def _retell(self, menu: QMenu, entries: tuple[Entry, ...]) -> None:
        for action, entry in zip(menu.actions(), entries, strict=True):
            if isinstance(entry, Choose):
                action.setText(plain_text(entry.text))
                inner = action.menu()
                assert isinstance(inner, QMenu)
                self._retell(inner, entry.entries)
            elif not isinstance(entry, Rule):
                self._tell(action, entry)

    def _tell(self, action: QAction, entry: Line | Ask | Show) -> None:
        action.setText(plain_text(entry.text))
        action.setData(entry)
        action.setEnabled(not isinstance(entry, Line))
        if isinstance(entry, Show) and entry.what == "quit":
            action.setMenuRole(QAction.MenuRole.NoRole)

    def _on_action_triggered(self, action: QAction) -> None:
        match action.data():
            case Ask(command=command):
                self.command_requested.emit(command)
            case Show(what="home"):
                self.home_requested.emit()
            case Show(what="activity"):
                self.activity_requested.emit()
            case Show(what="dashboard"):
                self.dashboard_requested.emit()
            case Show(what="quit"):
                self.quit_requested.emit()


def _asked(choice: Choice) -> Ask:
    return Ask(choice.text, SetWish(choice.wish))


def _shape(entries: tuple[Entry, ...]) -> tuple[object, ...]:
    return tuple((type(entry), _shape(entry.entries) if isinstance(entry, Choose) else None) for entry in entries)
