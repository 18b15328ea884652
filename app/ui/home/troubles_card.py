"""What went wrong lately and what one can do about it; hidden while nothing did, quiet once it is over."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core import words
from app.core.commands import ClearTroubles, RetryNow
from app.core.computer.wakefulness import CanNotStayAwake
from app.core.engine.phase import Phase
from app.core.notices.banners import crash_recovered
from app.core.problems.codes import with_code
from app.core.snapshot import Snapshot, Trouble
from app.ui.look.card import Card, FlowRow, button, label
from app.ui.look.spoken import Role
from app.ui.look.theme import Space, TextRole
from app.ui.look.translation import _

SHOWN_LIMIT = 3
ONLY_TOLD = frozenset({CanNotStayAwake.code})
"""What stops nothing and is not over either."""


class TroublesCard(Card):
    command_requested = Signal(object)
    logs_requested = Signal()
    problem_requested = Signal(object)
    """With the Problem whose page is wanted."""

    def __init__(self) -> None:
        super().__init__(_("Something went wrong"))
        self.set_tone("warning")
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.MEDIUM)
        self.body.addLayout(self._list)
        self.retry = button(_("Try again now"), description=_("Don't wait for the next attempt"))
        self.retry.clicked.connect(lambda: self.command_requested.emit(RetryNow()))
        self.dismiss = button(_("Dismiss"), description=_("Take these messages away"))
        self.dismiss.clicked.connect(lambda: self.command_requested.emit(ClearTroubles()))
        self.help = button(
            _("What can I do?"), look="quiet", description=_("Read what this trouble is, and what helps against it")
        )
        self.help.clicked.connect(self._on_help)
        self.logs = button(_("Logs and report"), look="quiet", description=_("Read what happened, or save a report"))
        self.logs.clicked.connect(self.logs_requested)
        self.body.addWidget(FlowRow([self.retry, self.dismiss, self.help, self.logs]))
        self._troubles: tuple[Trouble, ...] = ()
        self._entries: list[QWidget] = []
        self.setVisible(False)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        troubles = _not_told_above(snapshot)
        self.setVisible(bool(troubles))
        waiting = snapshot.engine.retry_at or snapshot.network.retry_at
        self.retry.setVisible(waiting is not None)
        told_above = _is_told_above(snapshot)
        over = waiting is None and (told_above or snapshot.engine.phase is Phase.TRAINING)
        if over and told_above:
            self.hide()
        if troubles and all(trouble.code in ONLY_TOLD for trouble in troubles):
            self.set_title(_("Good to know"))
        else:
            self.set_title(_("Went wrong, and works again") if over else _("Something went wrong"))
        self.set_tone("plain" if over else "warning")
        if troubles == self._troubles:
            return
        self._troubles = troubles
        for entry in self._entries:
            entry.deleteLater()
        self._entries = [_entry(trouble, snapshot) for trouble in reversed(troubles[-SHOWN_LIMIT:])]
        for entry in self._entries:
            self._list.addWidget(entry)

    def _on_help(self) -> None:
        if self._troubles:
            self.problem_requested.emit(self._troubles[-1].problem)


def _not_told_above(snapshot: Snapshot) -> tuple[Trouble, ...]:
    """All but what the banner on the missing key says, while that stands there."""
    failure = snapshot.account.key_failure
    return tuple(each for each in snapshot.troubles if failure is None or each.title != failure.title)


def _is_told_above(snapshot: Snapshot) -> bool:
    """Whether a banner says all that these messages say: it stopped, and works again."""
    recovered = crash_recovered(snapshot)
    return recovered is not None and all(trouble.title == recovered.title for trouble in snapshot.troubles)


class _Entry(QWidget):
    spoken_role = Role.Grouping


def _entry(trouble: Trouble, snapshot: Snapshot) -> QWidget:
    entry = _Entry()
    lines = QVBoxLayout(entry)
    lines.setContentsMargins(0, 0, 0, 0)
    lines.setSpacing(Space.HAIR)
    lines.addWidget(label(trouble.title))
    if trouble.advice:
        lines.addWidget(label(trouble.advice, TextRole.MUTED))
    when = words.time_text(trouble.at, snapshot.at)
    if trouble.times > 1:
        when = _("{time}, {times} times in a row").format(time=when, times=trouble.times)
    caption = f"{when} · {trouble.problem.value}"
    lines.addWidget(label(caption, TextRole.CAPTION), 0, Qt.AlignmentFlag.AlignTop)
    entry.setAccessibleName(with_code(trouble.title, trouble.problem))
    return entry
