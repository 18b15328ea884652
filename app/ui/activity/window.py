"""The Activity window: did it run last night? And a band per day of what this computer did, with the reasons."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAction,
    QCloseEvent,
    QColor,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QMainWindow,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.core.activity.diary import Day, Span, days_until, folded, last_night, spans_of_night
from app.core.activity.lines import Broken, Did, Held, Off, Slept, Trained, Waited, WaitingFor
from app.core.activity.words import (
    clock_change_text,
    date_name,
    day_name,
    day_rao,
    day_sentence,
    last_night_sentence,
    span_sentence,
)
from app.core.decision import Reason
from app.core.hours.windows import Level, Schedule
from app.core.language.speech import counted
from app.core.settings.settings import Settings
from app.core.snapshot import Snapshot
from app.ui.activity.band import DayBand, HourScale, Kind, draw_did
from app.ui.look.card import Card, FlowRow, ScrolledPage, ScrollPage, button, label
from app.ui.look.fields import LoneDropDown
from app.ui.look.screen import open_at
from app.ui.look.spoken import Role
from app.ui.look.theme import LIGHT, Colours, Space, TextRole
from app.ui.look.translation import _

_WIDEST = 1080
FEW_DAYS, MANY_DAYS = 7, 30


class ActivityWindow(QMainWindow):
    """`show_snapshot` shows one."""

    closed = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setWindowTitle(_("What it did — Train at Home"))
        self._schedule = settings.schedule
        self._snapshot: Snapshot | None = None
        self._shown: tuple[object, ...] = ()
        self.night = NightCard()
        self.days = DaysCard()
        self.days.earlier.clicked.connect(self.show_earlier)
        self.told = label(_("Choose a part of a day with the mouse or the arrow keys to read what happened then."))
        self._lay_out()
        close = QAction(self)
        close.setShortcuts(QKeySequence.StandardKey.Close)
        close.triggered.connect(self.close)
        self.addAction(close)
        open_at(self, 920, 900)

    def _lay_out(self) -> None:
        page = ScrolledPage()
        column = QVBoxLayout(page)
        column.setContentsMargins(Space.HUGE, Space.HUGE, Space.HUGE, Space.HUGE)
        column.setSpacing(Space.LARGE)
        column.addWidget(self.night)
        column.addWidget(self.days)
        column.addStretch(1)
        page.setMaximumWidth(_WIDEST)
        self.page = ScrollPage(page)
        # Below the page and not on it: the sentence stays in sight whichever day is being read.
        foot = QFrame()
        foot.setProperty("card", "plain")
        foot_line = QVBoxLayout(foot)
        foot_line.setContentsMargins(Space.HUGE, Space.MEDIUM, Space.HUGE, Space.MEDIUM)
        foot_line.addWidget(self.told)
        whole = ScrolledPage()  # the sentence in the foot wraps anywhere in Chinese and would claim a tall window
        lines = QVBoxLayout(whole)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(self.page, 1)
        lines.addWidget(foot)
        self.setCentralWidget(whole)
        self.days.told.connect(self.told.setText)
        self.days.band_entered.connect(lambda band: self.page.ensureWidgetVisible(band, 0, Space.HUGE))

    def show_settings(self, settings: Settings) -> None:
        self._schedule = settings.schedule
        if self._snapshot is not None:
            self.show_snapshot(self._snapshot)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draws anew only where a minute has passed or something changed: a picture comes ten times a second."""
        self._snapshot = snapshot
        minute = int(snapshot.at.timestamp() // 60)
        now = (snapshot.activity, minute, snapshot.money.view, len(snapshot.money.books.credits), self._schedule)
        if now != self._shown:
            self._shown = now
            self.night.show_snapshot(snapshot, self._schedule)
            first = not self.days.rows
            self.days.show_snapshot(snapshot)
            if first:
                self.days.rows[0][1].setFocus()  # so that the arrow keys work at once, and what is now is told

    def show_earlier(self) -> None:
        """A month instead of a week."""
        self.days.show_many()
        self._shown = ()
        if self._snapshot is not None:
            self.show_snapshot(self._snapshot)

    def dress(self, colours: Colours) -> None:
        self.days.dress(colours)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()


class NightCard(Card):
    """One sentence that answers whether it ran last night."""

    def __init__(self) -> None:
        super().__init__(_("Did it run last night?"))
        self.sentence = label(role=TextRole.DISPLAY)
        self.body.addWidget(self.sentence)

    def show_snapshot(self, snapshot: Snapshot, schedule: Schedule) -> None:
        zone = snapshot.at.tzinfo
        assert zone is not None
        night = last_night(schedule, snapshot.at, zone)
        spans = () if night is None else spans_of_night(snapshot.activity, night, snapshot.at)
        self.sentence.setText(last_night_sentence(night, spans, snapshot.at))


class DaysCard(Card):
    """A band per day, newest first; days that follow each other and of which nothing is known share one."""

    band_entered = Signal(QWidget)
    told = Signal(str)
    """The sentence of the part that is chosen now."""

    def __init__(self) -> None:
        super().__init__(_("Day by day"))
        self._colours = LIGHT
        self._count = FEW_DAYS
        self.scale = HourScale()
        self.rows: list[tuple[QLabel, DayBand, QLabel]] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.LARGE)
        self._grid.setVerticalSpacing(Space.TIGHT)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self.scale, 0, 1)
        self.earlier = button(_("Earlier days"), look="quiet", description=_("Show the last thirty days"))
        self.key = [KeyEntry(did, text) for did, text in _key()]
        self.kind = LoneDropDown(_("Show which parts of the days"))
        for kind, text in _kinds():
            self.kind.addItem(text, kind)
        self.kind.currentIndexChanged.connect(self._on_kind_chosen)
        self.body.addWidget(FlowRow([self.kind]))
        self.body.addWidget(FlowRow(self.key))
        self.body.addLayout(self._grid)
        self.body.addWidget(FlowRow([self.earlier]))

    def show_many(self) -> None:
        self._count = MANY_DAYS
        if self.earlier.hasFocus() and self.rows:
            self.rows[-1][1].setFocus()
        self.earlier.hide()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        zone = snapshot.at.tzinfo
        assert zone is not None
        days = folded(
            days_until(snapshot.activity, self._count, zone, snapshot.at),
            keep=lambda day: day.ends > snapshot.at or bool(_rao(day, snapshot)),
        )
        while len(self.rows) > len(days):
            self._remove_row()
        for row, day in enumerate(days):
            if row == len(self.rows):
                self._add_row()
            self._show_day(row, day, snapshot)

    def dress(self, colours: Colours) -> None:
        self._colours = colours
        self.scale.dress(colours)
        for entry in self.key:
            entry.dress(colours)
        for _name, band, _text in self.rows:
            band.dress(colours)

    def _show_day(self, row: int, day: Day, snapshot: Snapshot) -> None:
        zone = snapshot.at.tzinfo
        assert zone is not None
        name, band, text = self.rows[row]
        sentence = day_sentence(day, _rao(day, snapshot), snapshot.money.view) + clock_change_text(day)
        spoken = day_name(day, snapshot.at)
        # Of several days one below the other, or the bands would lose their room to the names.
        ends = [date_name(one, snapshot.at) for one in (day.first, day.day)]
        name.setText(spoken if day.first == day.day else " –\n".join(ends))
        name.setAccessibleName(spoken)
        text.setText(sentence)
        band.show_day(day, zone, spoken, sentence)

    def _add_row(self) -> None:
        place = len(self.rows)
        name, band, text = label(wraps=False), DayBand(), label(role=TextRole.CAPTION)
        text.setContentsMargins(0, 0, 0, Space.SMALL)
        band.dress(self._colours)
        band.look_for(Kind(self.kind.currentData()))
        band.chosen.connect(lambda span, band=band: self._on_chosen(band, span))
        band.leave_requested.connect(lambda step, share, place=place: self._on_leave_requested(place + step, share))
        self._grid.addWidget(name, 2 * place + 1, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(band, 2 * place + 1, 1)
        self._grid.addWidget(text, 2 * place + 2, 1)
        self.setTabOrder(self.rows[-1][1] if self.rows else self.scale, band)
        self.setTabOrder(band, self.earlier)
        self.rows.append((name, band, text))

    def _remove_row(self) -> None:
        """The last one: days were folded. Whoever was on it is taken to the one above."""
        row = self.rows.pop()
        if row[1].hasFocus() and self.rows:
            self.rows[-1][1].setFocus()
        for widget in row:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()

    def _on_chosen(self, band: DayBand, span: Span) -> None:
        name = next(name for name, other, _text in self.rows if other is band)
        assert band.zone is not None
        told = {"day": name.accessibleName(), "sentence": span_sentence(span, band.zone)}
        self.told.emit(_("{day}, {sentence}").format(**told))
        self.band_entered.emit(band)

    def _on_kind_chosen(self) -> None:
        """The bands show it at once; how many there are is told, for who can't see them."""
        kind, count = Kind(self.kind.currentData()), 0
        for _name, band, _text in self.rows:
            band.look_for(kind)
            count += len(band.found())
        if kind is Kind.EVERYTHING:
            return
        some = counted(
            "{count} part of these days is of that kind.", "{count} parts of these days are of that kind.", count
        )
        told = some.format(count=count) if count else _("Nothing in these days is of that kind.")
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.kind, told))
        self.told.emit(told)

    def _on_leave_requested(self, place: int, share: float) -> None:
        if 0 <= place < len(self.rows):
            band = self.rows[place][1]
            band.choose_found(share)
            band.setFocus(Qt.FocusReason.OtherFocusReason)


def _rao(day: Day, snapshot: Snapshot) -> int:
    return day_rao(snapshot.money.books, snapshot.network.name, day)


class KeyEntry(QWidget):
    """A small piece of band with its meaning beside it."""

    spoken_role = Role.StaticText

    def __init__(self, did: Did, text: str) -> None:
        super().__init__()
        self._did, self._text, self._colours = did, text, LIGHT
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = 2 * metrics.height() + Space.SMALL + metrics.horizontalAdvance(self._text) + Space.SMALL
        return QSize(width, round(1.4 * metrics.height()))

    def dress(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_key(painter, self, self._did, self._text, self._colours)


def paint_key(painter: QPainter, widget: QWidget, did: Did, text: str, colours: Colours) -> None:
    """The sample at the side where reading begins."""
    em, area = painter.fontMetrics().height(), widget.rect()
    mirrored = widget.layoutDirection() is Qt.LayoutDirection.RightToLeft
    left = area.right() - 2 * em if mirrored else area.left()
    top = (area.height() - em) / 2
    draw_did(painter, QRectF(left, top, 2 * em, em), did, colours)
    words = area.adjusted(0, 0, -2 * em - Space.SMALL, 0) if mirrored else area.adjusted(2 * em + Space.SMALL, 0, 0, 0)
    painter.setPen(QColor(colours.muted))
    painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading), text)


def _kinds() -> tuple[tuple[Kind, str], ...]:
    return (
        (Kind.EVERYTHING, _("Everything")),
        (Kind.TRAINING, _("Training")),
        (Kind.WAITING, _("Waiting and held back")),
        (Kind.TROUBLES, _("Troubles")),
    )


def _key() -> tuple[tuple[Did, str], ...]:
    return (
        (Trained(), _("trained")),
        (Trained(Level.GENTLE), _("gently")),
        (Waited(WaitingFor.PEERS), _("waited or downloaded")),
        (Held(Reason.MAINS), _("held back")),
        (Held(Reason.PAUSED), _("paused by you")),
        (Broken(), _("error")),
        (Held(Reason.HOURS), _("outside your hours")),
        (Slept(), _("computer slept")),
        (Off(), _("app did not run")),
    )
