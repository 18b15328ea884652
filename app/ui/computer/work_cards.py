"""The cards in which something is under way: the engine on its way here, and the measurement of speed."""

from typing import Final

from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from app.core.computer.line import LinePlan, LineResult, MeasuredLine, NoLine, WhyNoLine
from app.core.computer.line_words import is_thin, line_meaning, line_promise, line_text
from app.core.computer.speed import MEASURED_SECONDS, Idle, Measured, Measuring, NotMeasured, SpeedState
from app.core.computer.speed_words import earning_text, meaning_text, progress_text, range_text
from app.core.problems.codes import with_code
from app.ui.look.card import Card, FlowRow, button, label
from app.ui.look.theme import Space, TextRole, set_role
from app.ui.look.translation import _
from app.update.states import Fetching, Offered, Ready, Refused, State, Unpacking, UpToDate, Verifying
from app.update.words import offer_sentence, progress_sentence

_STEPS: Final = 1000


class EngineCard(Card):
    """Hidden where the engine is here. Nothing is fetched before its size was read and the button was pressed."""

    def __init__(self) -> None:
        super().__init__(_("Training engine"))
        self.text = label()
        self.line = label(role=TextRole.MUTED)
        self.bar = _bar(_("Progress of the download"))
        self.fetch = button(_("Fetch it"), look="primary", description=_("Download what is needed for training"))
        self.cancel = button(_("Stop"), description=_("Stop the download; what came is kept"))
        self.again = button(_("Ask again"), description=_("Ask once more whether there is an engine to fetch"))
        for each in (self.text, self.bar, self.line, FlowRow([self.fetch, self.cancel, self.again])):
            self.body.addWidget(each)
        self.cancel.clicked.connect(lambda: self.line.setText(_("Stopping…")))
        self.again.clicked.connect(lambda: self.text.setText(_("Asking…")))
        self.show_state(None)

    def show_state(self, state: State | None) -> None:
        """One of each state; a button that vanishes while it had the keyboard hands it to the one in its place."""
        had_focus = any(each.hasFocus() for each in (self.fetch, self.cancel, self.again))
        self.setVisible(not isinstance(state, Ready | UpToDate) and state is not None)
        under_way = isinstance(state, Fetching | Verifying | Unpacking)
        for widget in (self.bar, self.line, self.cancel):
            widget.setVisible(under_way)
        self.fetch.setVisible(isinstance(state, Offered))
        self.again.setVisible(isinstance(state, Refused))
        set_role(self.text, "tone", "warning" if isinstance(state, Refused) else "")
        match state:
            case Offered():
                self.text.setText(_("Training needs an engine that is not here yet.") + " " + offer_sentence(state))
            case Refused(title, advice):
                self.text.setText(with_code(f"{title} {advice}".strip(), state.problem))
            case Fetching() | Verifying() | Unpacking():
                self.text.setText(_("The training engine is on its way. You can go on meanwhile."))
                self.line.setText(progress_sentence(state))
                _show_share(self.bar, _share(state))
            case _:
                self.text.setText("")
        if had_focus:
            next(each for each in (self.cancel, self.fetch, self.again, self) if not each.isHidden()).setFocus()


class SpeedCard(Card):
    def __init__(self) -> None:
        super().__init__(_("How fast it trains"))
        self.text = label(role=TextRole.MUTED)
        self.result = label(role=TextRole.FIGURE)
        self.earning = label()
        self.line_title = label(_("Internet line"), TextRole.HEADING)
        self.line_result = label(role=TextRole.FIGURE)
        self.line_meaning = label()
        self.bar = _bar(_("Progress of the measurement"))
        self.progress = label(role=TextRole.MUTED)
        self.measure = button(_("Measure"), description=_("Train a small test part for some seconds"))
        self.cancel = button(_("Stop"), description=_("Stop the measurement"))
        row = FlowRow([self.measure, self.cancel])
        self.line_part = _below(self.line_title, self.line_result, self.line_meaning)
        for each in (self.result, self.earning, self.text, self.line_part, self.bar, self.progress, row):
            self.body.addWidget(each)
        self.show_state(Idle(), None, NoLine(WhyNoLine.NO_NETWORK), may_measure=False)

    def show_state(self, state: SpeedState, celsius: float | None, goal: LinePlan, *, may_measure: bool) -> None:
        had_focus = self.measure.hasFocus() or self.cancel.hasFocus()
        under_way = isinstance(state, Measuring)
        for widget in (self.bar, self.progress, self.cancel):
            widget.setVisible(under_way)
        self._show_line(state.line if isinstance(state, Measured) else None)
        self.measure.setVisible(not under_way)
        self.measure.setEnabled(may_measure)
        self.result.setVisible(isinstance(state, Measured))
        self.earning.setVisible(isinstance(state, Measured | NotMeasured))
        warns = isinstance(state, NotMeasured) or (isinstance(state, Measured) and state.earns_little)
        set_role(self.earning, "tone", "warning" if warns else "")
        self.text.setText(f"{_promise()} {line_promise(goal)}")
        match state:
            case Measured():
                self.result.setText(range_text(state))
                self.earning.setText(earning_text(state))
                self.text.setText(meaning_text(state))
                self._rename(_("Measure again"))
            case NotMeasured(title, advice):
                self.earning.setText(f"{title} {advice}".strip())
                self._rename(_("Measure again"))
            case Measuring():
                self.progress.setText(progress_text(state, celsius))
                _show_share(self.bar, state.done_share if state.speeds else None)
            case Idle():
                self._rename(_("Measure"))
        if had_focus:
            (self.cancel if under_way else self.measure).setFocus()

    def _show_line(self, line: LineResult | None) -> None:
        self.line_part.setVisible(line is not None)
        self.line_result.setVisible(isinstance(line, MeasuredLine))
        self.line_result.setText(line_text(line) if isinstance(line, MeasuredLine) else "")
        self.line_meaning.setText(line_meaning(line) if line is not None else "")
        set_role(self.line_meaning, "tone", "warning" if is_thin(line) else "")

    def _rename(self, text: str) -> None:
        self.measure.setText(text)
        self.measure.setAccessibleName(text)


def _promise() -> str:
    return _(
        "If you like, it trains a small test part for {seconds} seconds and tells you what to expect. The computer may "
        "get warm and loud meanwhile."
    ).format(seconds=round(MEASURED_SECONDS))


def _share(state: Fetching | Verifying | Unpacking) -> float | None:
    """None where nobody knows how far it is."""
    if isinstance(state, Verifying) or not state.total_bytes:
        return None
    return min(1.0, state.done_bytes / state.total_bytes)


def _below(*labels: QLabel) -> QWidget:
    """What stands apart from what is above it in the same card."""
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, Space.LARGE, 0, Space.SMALL)
    column.setSpacing(Space.SMALL)
    for each in labels:
        column.addWidget(each)
    return part


def _bar(name: str) -> QProgressBar:
    bar = QProgressBar()
    bar.setTextVisible(False)
    bar.setAccessibleName(name)
    return bar


def _show_share(bar: QProgressBar, share: float | None) -> None:
    """A bar without an end moves to and fro."""
    bar.setRange(0, 0 if share is None else _STEPS)
    if share is not None:
        bar.setValue(round(share * _STEPS))
