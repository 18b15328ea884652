"""Remove everything: what goes, with sizes, what stays, and a second question before anything is done."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from app.core.removal_plan import Found, Removal, RemovalChoice, RemovalPlan, What, removal_plan, what_text
from app.core.words import bytes_text
from app.ui.background import Background
from app.ui.look.card import Card, label
from app.ui.look.form_dialog import FormDialog
from app.ui.look.screen import room_on_screen
from app.ui.look.theme import Space, TextRole, set_role
from app.ui.look.translation import _

_EMS_WIDE: Final = 42


class RemoveDialog(FormDialog):
    """`confirmed` carries a RemovalChoice, after both questions; until then nothing is touched."""

    confirmed = Signal(object)

    def __init__(self, look: Callable[[], tuple[Found, ...]], starts: bool, parent: QWidget | None = None) -> None:
        """`look` may block; `starts` says whether the app starts with the session."""
        super().__init__(_("Remove everything — Train at Home"), _("Remove everything"), parent)
        self._found: tuple[Found, ...] | None = None
        self._starts = starts
        self._asks_again = False
        self.text = label(_first_text())
        self.keep: dict[What, QCheckBox] = {}
        self.body.addWidget(self.text)
        self.choices, self.key = self._choices(), self._key()
        self.goes, self.stays = Card(_("This is removed")), Card(_("This stays"))
        self._goes, self._stays = _Listing(self.goes), _Listing(self.stays)
        self.message = label(_("Adding up…"), TextRole.MUTED)
        for widget in (self.choices, self.key, self.goes, self.stays, self.message):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self._refresh()
        self.keep[What.SETTINGS].setFocus()
        em = self.fontMetrics().height()
        self.resize(_EMS_WIDE * em, min(46 * em, room_on_screen().height() - 2 * em))
        self._background = Background(self)
        self._background.done.connect(self._on_looked)
        self._background.failed.connect(self.message.setText)
        self.finished.connect(self._background.leave)
        self._background.begin(look)

    def _choices(self) -> Card:
        card = Card(_("Keep, for another time"))
        for what, text in (
            (What.SETTINGS, _("Settings")),
            (What.WORK, _("Unfinished work and parts of models")),
            (What.PROGRAMS, _("The training engine that was fetched")),
            (What.LOGS, _("Logs")),
        ):
            box = self.keep[what] = QCheckBox(text)
            box.toggled.connect(self._refresh)
            card.body.addWidget(box, 0, Qt.AlignmentFlag.AlignLeading)
        return card

    def _key(self) -> Card:
        card = Card(_("This computer's key"))
        self.with_key = QCheckBox(_("Remove the key too"))
        self.with_key.setAccessibleName(_("Remove this computer's key too"))
        self.with_key.setAccessibleDescription(_key_text())
        self.with_key.toggled.connect(self._refresh)
        self.key_warning = label(_key_text(), TextRole.CAPTION)
        card.body.addWidget(self.with_key, 0, Qt.AlignmentFlag.AlignLeading)
        card.body.addWidget(self.key_warning)
        return card

    @property
    def choice(self) -> RemovalChoice:
        kept = frozenset(what for what, box in self.keep.items() if box.isChecked())
        return RemovalChoice(with_key=self.with_key.isChecked(), keep=kept)

    @property
    def plan(self) -> RemovalPlan:
        choice = self.choice
        return removal_plan(self._found or (), with_key=choice.with_key, keep=choice.keep)

    def on_save(self) -> None:
        """The first time it asks again; the second time it is meant."""
        if not self._asks_again:
            self._ask_again(True)
            return
        self.confirmed.emit(self.choice)
        self.accept()

    def reject(self) -> None:
        """From the second question one goes back to the first."""
        if self._asks_again:
            self._ask_again(False)
        else:
            super().reject()

    def _ask_again(self, again: bool) -> None:
        self._asks_again = again
        self._refresh()
        self.cancel.setFocus()

    def _on_looked(self, found: tuple[Found, ...]) -> None:
        self._found = found
        self._refresh()

    def _refresh(self) -> None:
        plan, known = self.plan, self._found is not None
        again = self._asks_again
        self.choices.setVisible(not again)
        self.key.setVisible(not again)
        self.message.setVisible(not known)
        self.goes.setVisible(known)
        self.stays.setVisible(known and bool(plan.kept or plan.keys_kept or plan.not_ours))
        set_role(self.key_warning, "tone", "warning" if self.with_key.isChecked() else "")
        self.text.setText(_second_text(plan, self.with_key.isChecked()) if again else _first_text())
        removed = _by_kind(plan.removed)
        if self._starts:
            removed.append(("", _("its start with your session"), ""))
        self._goes.show_lines(removed)
        stays = _by_kind(plan.kept)
        stays += _together(what_text(What.KEY), plan.keys_kept)
        stays += _together(_("not put there by this app"), plan.not_ours)
        self._stays.show_lines(stays)
        self.save.setText(_("Remove and quit") if again else _("Go on…"))
        self.save.setEnabled(known)
        set_role(self.save, "look", "danger" if again else "primary")
        self.cancel.setText(_("Back") if again else _("Cancel"))


class _Listing(QGridLayout):
    """Size, what it is, and where it lies below that, a line for each place."""

    def __init__(self, card: Card) -> None:
        super().__init__()
        self.setHorizontalSpacing(Space.MEDIUM)
        self.setVerticalSpacing(Space.SMALL)
        self.setColumnStretch(1, 1)
        card.body.addLayout(self)
        self._shown: list[QWidget] = []
        """Kept here, since a layout's own items must not come into Python: PySide (6.11) may take a later object at
        such an item's place in memory for the item."""

    def show_lines(self, lines: list[tuple[str, str, str]]) -> None:
        for widget in self._shown:
            self.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._shown = []
        for row, (size, what, path) in enumerate(lines):
            pair = QWidget()
            column = QVBoxLayout(pair)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            column.addWidget(label(what))
            if path:
                column.addWidget(label(path, TextRole.CAPTION))
            amount = label(size, TextRole.MUTED, wraps=False)
            self.addWidget(amount, row, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignTrailing)
            self.addWidget(pair, row, 1)
            self._shown += [amount, pair]


def _by_kind(removals: Sequence[Removal]) -> list[tuple[str, str, str]]:
    """One line for each kind, with the size of all of it: what lies in ten files is still one thing to a person."""
    by_kind: dict[What, list[Removal]] = {}
    for each in removals:
        by_kind.setdefault(each.what, []).append(each)
    return [
        (bytes_text(sum(each.size_bytes for each in kind)), what_text(what), _places(each.path for each in kind))
        for what, kind in by_kind.items()
    ]


def _together(what: str, paths: Sequence[Path]) -> list[tuple[str, str, str]]:
    return [("", what, _places(paths))] if paths else []


def _places(paths: Iterable[Path]) -> str:
    return "\n".join(map(str, paths))


def _first_text() -> str:
    return _(
        "The app hands over its work and ends. Then all that it keeps on this computer is taken away, but for what you "
        "keep here."
    )


def _second_text(plan: RemovalPlan, with_key: bool) -> str:
    text = _("Remove {size} for good? This can't be taken back.").format(size=bytes_text(plan.size_bytes))
    if with_key:
        text += " " + _key_text()
    return text


def _key_text() -> str:
    return _("What is still owed to this computer belongs to its key. Without a saved copy of the key it is lost.")
