"""Why it is not running, or what it watches while it does: every condition with its answer and when that changes."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel

from app.core import words
from app.core.decision import OVERRIDDEN_BY_ON, Action, Reason
from app.core.gates.gate import ONLY_WARN, GateName, GateReading, GateState, Switch
from app.core.problems.codes import gate_problem, with_code
from app.core.snapshot import Snapshot
from app.core.wish import OnUntil
from app.ui.look.card import Card, label
from app.ui.look.glyph_label import GlyphLabel
from app.ui.look.theme import LIGHT, Colours, Space, TextRole
from app.ui.look.translation import _

_EMS_FOR_TWO = 90


class ReasonsCard(Card):
    """Rows are kept per gate and only retold, so that a screen reader's place survives an update."""

    def __init__(self) -> None:
        super().__init__(_("Conditions"))
        self._colours = LIGHT
        self.summary = label(role=TextRole.MUTED)
        self.body.addWidget(self.summary)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.SMALL)
        self._grid.setVerticalSpacing(Space.TIGHT)
        self.body.addLayout(self._grid)
        self.body.addStretch(1)
        self.rows: dict[GateName, tuple[GlyphLabel, QLabel, QLabel]] = {}
        self._shown: tuple[GateReading, ...] = ()
        self._passed_over: frozenset[GateName] = frozenset()
        self._is_wide = False

    def show_snapshot(self, snapshot: Snapshot) -> None:
        held = snapshot.decision.action is not Action.RUN
        self.set_title(_("Why it is not training") if snapshot.decision.holding else _("Conditions"))
        self.summary.setText(self._summary(snapshot, held))
        self._shown = tuple(sorted(watched(snapshot), key=lambda reading: not reading.holds))
        self._passed_over = OVERRIDDEN_BY_ON if isinstance(snapshot.wish, OnUntil) else frozenset()
        if [reading.gate for reading in self._shown] != list(self.rows):
            self._rebuild()
        for reading in self._shown:
            _icon, name, answer = self.rows[reading.gate]
            line = with_code(words.gate_line(reading, snapshot.at), gate_problem(reading))
            # The check mark already says a plain yes.
            answer.setText("" if _plainly_met(reading) else line)
            name.setAccessibleDescription(line)
        self._paint_icons()

    def _summary(self, snapshot: Snapshot, held: bool) -> str:
        decision = snapshot.decision
        if held or decision.reason is Reason.ASKED_TO_TRAIN:
            return words.why(decision, snapshot.at)
        if decision.until is None:
            return _("All are met. Training stops by itself when one no longer is.")
        time = words.time_text(decision.until, snapshot.at)
        return _("All are met until {time}. Training stops by itself when one no longer is.").format(time=time)

    def dress(self, colours: Colours) -> None:
        self._colours = colours
        self._paint_icons()

    def _rebuild(self) -> None:
        for labels in self.rows.values():
            for each in labels:
                each.deleteLater()
        self.rows = {}
        for reading in self._shown:
            icon, name, answer = GlyphLabel(), label(words.gate_label(reading.gate)), label(role=TextRole.MUTED)
            answer.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
            self.rows[reading.gate] = (icon, name, answer)
        self._place()

    def _place(self) -> None:
        """Two readings beside each other where there is room."""
        for row in self.rows.values():
            for each in row:
                self._grid.removeWidget(each)
        per_line = 2 if self._is_wide else 1
        for place, row in enumerate(self.rows.values()):
            line, column = divmod(place, per_line)
            for offset, each in enumerate(row):
                self._grid.addWidget(each, line, 4 * column + offset)
        for column in (0, 1):
            used = column < per_line
            self._grid.setColumnStretch(4 * column + 1, 1 if used else 0)
            self._grid.setColumnStretch(4 * column + 2, 1 if used else 0)
        self._grid.setColumnMinimumWidth(3, Space.HUGE if self._is_wide else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = event.size().width() >= _EMS_FOR_TWO * self.fontMetrics().averageCharWidth()
        if wide != self._is_wide:
            self._is_wide = wide
            self._place()
        super().resizeEvent(event)

    def _paint_icons(self) -> None:
        colours = self._colours
        for reading in self._shown:
            if reading.gate not in self.rows:
                continue
            if reading.holds and reading.gate in self._passed_over:
                name, colour, spoken = "cross", colours.muted, _("passed over, as you asked")
            elif reading.holds:
                name, colour, spoken = "cross", colours.danger, _("holds training back")
            elif reading.warns:
                name, colour, spoken = "trouble", colours.warning, _("worth knowing, and stops nothing")
            elif reading.state is GateState.UNKNOWN:
                name, colour, spoken = "unknown", colours.muted, _("unknown")
            else:
                name, colour, spoken = "check", colours.accent, _("met")
            icon = self.rows[reading.gate][0]
            icon.show_glyph(name, colour, self.fontMetrics().height())
            icon.setAccessibleName(spoken)


def watched(snapshot: Snapshot) -> tuple[GateReading, ...]:
    """The conditions worth a line: those that count, without the ones nobody asked for and nobody can tell."""
    return tuple(
        reading
        for reading in snapshot.gates
        if reading.holds or (reading.switch is not Switch.OFF and _is_news(reading))
    )


def _is_news(reading: GateReading) -> bool:
    """What is always so when it trains is no news, and an address that is there neither."""
    if reading.gate in ONLY_WARN:
        return reading.warns
    return reading.state is not GateState.UNKNOWN and reading.gate not in (GateName.SETUP, GateName.AWAKE)


def _plainly_met(reading: GateReading) -> bool:
    return reading.state is GateState.YES and reading.next_change is None
