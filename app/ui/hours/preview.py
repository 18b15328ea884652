"""The next seven days as bars and words: what will run, what is left out and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from app.core.hours.preview import PREVIEW_DAYS, Span, SpanReason, horizon_of, week_preview
from app.core.hours.wall_clock import to_instant
from app.core.hours.windows import Level
from app.core.hours.words import clock_change_text, ends_text, reason_text, times_text
from app.core.language.dates import day_text
from app.core.wish import Wish
from app.ui.home.status_card import duration_text
from app.ui.hours.draft import ScheduleDraft
from app.ui.hours.week_drawing import draw_ground, draw_left_out, draw_level, draw_now, span_in
from app.ui.look.card import Card, label
from app.ui.look.spoken import Role
from app.ui.look.theme import LIGHT, Colours, Space, TextRole
from app.ui.look.translation import _

_BAR_EMS = 1.0
_EMS_FOR_WORDS_BESIDE = 44


@dataclass(frozen=True)
class DaySpan:
    """Part of a day, as shares of it, which lasts 23, 24 or 25 hours."""

    start: float
    end: float
    level: Level | None
    reason: SpanReason


@dataclass(frozen=True)
class DayPreview:
    """One day of the preview. `now` is the share of it that is over, None but for today."""

    name: str
    text: str
    spans: tuple[DaySpan, ...]
    now: float | None


class DayBar(QWidget):
    """One day from midnight to midnight."""

    spoken_role = Role.Graphic

    def __init__(self) -> None:
        super().__init__()
        self._colours = LIGHT
        self._day: DayPreview | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        em = self.fontMetrics().height()
        return QSize(16 * em, round(_BAR_EMS * em))

    def show_day(self, day: DayPreview) -> None:
        self._day = day
        self.setAccessibleName(f"{day.name}: {day.text}")
        self.update()

    def dress(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        draw_ground(painter, area, self._colours)
        for span in self._day.spans if self._day else ():
            part = span_in(area, span.start, span.end, mirrored=mirrored)
            if span.level is not None:
                draw_level(painter, part, span.level, self._colours)
            elif span.reason is not SpanReason.OUTSIDE:
                paused = span.reason in (SpanReason.PAUSED, SpanReason.TURNED_OFF)
                draw_left_out(painter, part, self._colours, paused=paused)
        if self._day is not None and self._day.now is not None:
            draw_now(painter, area, self._day.now, self._colours, mirrored=mirrored)


class PreviewCard(Card):
    """Follows the draft."""

    def __init__(self, draft: ScheduleDraft, wish: Wish, now: datetime) -> None:
        super().__init__(_("The next seven days"))
        self._draft, self._wish, self._now = draft, wish, now
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.LARGE)
        self._is_wide: bool | None = None
        self.days: list[tuple[QLabel, DayBar, QLabel]] = []
        for row in range(PREVIEW_DAYS):
            name = label(role=TextRole.BODY if row == 0 else TextRole.MUTED, wraps=False)
            self.days.append((name, DayBar(), label()))
        self._place(wide=True)
        self.body.addLayout(self._grid)
        zone = now.tzname() or ""
        note = _("Times are this computer's own ({zone}) and follow it when it travels.").format(zone=zone)
        self.body.addWidget(label(note, TextRole.CAPTION))
        draft.changed.connect(self._show)
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place(wide=event.size().width() >= _EMS_FOR_WORDS_BESIDE * self.fontMetrics().height())
        super().resizeEvent(event)

    def _place(self, *, wide: bool) -> None:
        """The words beside their bar, or where there is no room, below it."""
        if wide == self._is_wide:
            return
        self._is_wide = wide
        for row, (name, bar, text) in enumerate(self.days):
            self._grid.addWidget(name, 2 * row, 0)
            self._grid.addWidget(bar, 2 * row, 1)
            self._grid.addWidget(text, *((2 * row, 2, 1, 1) if wide else (2 * row + 1, 0, 1, 2)))
        for column in (1, 2):
            self._grid.setColumnStretch(column, 1 if wide or column == 1 else 0)
        self._grid.setVerticalSpacing(Space.TIGHT if wide else Space.SMALL)

    def dress(self, colours: Colours) -> None:
        for _name, bar, _text in self.days:
            bar.dress(colours)

    def _show(self) -> None:
        assert self._now.tzinfo is not None
        spans = week_preview(self._draft.schedule(), self._wish, self._now, self._now.tzinfo)
        for line, day in zip(self.days, days_of(spans, self._now), strict=True):
            line[0].setText(day.name)
            line[1].show_day(day)
            line[2].setText(day.text)


def days_of(spans: Sequence[Span], now: datetime) -> list[DayPreview]:
    """The spans of a preview by the days of the calendar on which they lie; each is told on the day it begins."""
    zone = now.tzinfo
    assert zone is not None
    return [_day(spans, now, zone, now.date() + timedelta(days=shift)) for shift in range(PREVIEW_DAYS)]


def _day(spans: Sequence[Span], now: datetime, zone: tzinfo, day: date) -> DayPreview:
    begins, ends = (
        to_instant(datetime.combine(day + timedelta(days=shift), time()), zone, last=False) for shift in (0, 1)
    )

    def share(moment: datetime) -> float:
        return min(max((moment - begins) / (ends - begins), 0.0), 1.0)

    here = [span for span in spans if span.begins < ends and span.ends > begins]
    told = [_text(span, now) for span in here if span.begins >= begins and span.reason is not SpanReason.OUTSIDE]
    going_on = bool(here) and here[0].begins < begins and here[0].reason is not SpanReason.OUTSIDE
    if going_on and here[0].ends >= ends:
        told = [_all_day_text(here[0])]
    is_today = day == now.date()
    name = day_text(day, day)
    return DayPreview(
        _("Today, {day}").format(day=name) if is_today else name,
        _("; ").join(dict.fromkeys(told)) or ("" if going_on else _("no training")),
        tuple(DaySpan(share(span.begins), share(span.ends), span.level, span.reason) for span in here),
        share(now) if is_today else None,
    )


def _all_day_text(span: Span) -> str:
    if span.level is None:
        return reason_text(span)
    return _("all day, gently") if span.level is Level.GENTLE else _("all day")


def _text(span: Span, now: datetime) -> str:
    zone = now.tzinfo
    assert zone is not None
    if span.reason in (SpanReason.DAY_OFF, SpanReason.NOT_TONIGHT):
        return reason_text(span)
    gently = _(", gently") if span.level is Level.GENTLE else ""
    if span.ends >= horizon_of(now):
        start = f"{span.begins.astimezone(zone):%H:%M}"
        if span.level is None:
            return _("from {start} on: {what}").format(start=start, what=reason_text(span))
        return _("from {start} on{gently}").format(start=start, gently=gently)
    length = duration_text(span.ends - span.begins).replace(" ", "\u00a0")
    if span.level is not None and span.reason is not SpanReason.ASKED:
        text = _("{times}, {length}{gently}").format(times=times_text(span, zone), length=length, gently=gently)
    else:
        text = _("{times}: {what}").format(times=times_text(span, zone), what=reason_text(span))
    return text + ends_text(span, zone) + clock_change_text(span, zone)
