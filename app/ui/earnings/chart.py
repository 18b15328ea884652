"""Bars of one span: hours of today, days or months. Amounts in the unit that was chosen, hidden if they are to be."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.core.language.dates import date_text, day_text, short_weekday
from app.core.language.speech import percent
from app.core.money.sums import Span
from app.ui.home.chart import nice_ticks
from app.ui.look.spoken import Role
from app.ui.look.theme import LIGHT, Colours, Space
from app.ui.look.translation import _


class Bar(NamedTuple):
    """`label` stands beneath it, `name` says in full when it is."""

    label: str
    name: str
    value: float


def bar_of(begins: datetime, value: float, days: int | None, today: date) -> Bar:
    """A bar that begins then, in a chart of so many days."""
    day = begins.date()
    match days:
        case Span.TODAY:
            return Bar(f"{begins:%H:%M}", f"{begins:%H:%M}", value)
        case Span.WEEK:
            return Bar(short_weekday(day.weekday()), day_text(day, today), value)
        case Span.MONTH:
            return Bar(date_text(day, today), day_text(day, today), value)
        case _:
            return Bar(f"{begins:%m/%Y}", f"{begins:%m/%Y}", value)


class BarChart(QWidget):
    """`show_bars` draws; the accessible description tells the sum and the largest bar."""

    spoken_role = Role.Chart

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._bars: list[Bar] = []
        self._to_text: Callable[[float], str] = str
        self._empty = ""
        self._colours: Colours = LIGHT

    def show_bars(self, bars: Sequence[Bar], to_text: Callable[[float], str], empty: str) -> None:
        """`empty` is said where no bar has any height."""
        before = (self._bars, self.accessibleDescription())
        self._bars, self._to_text, self._empty = list(bars), to_text, empty
        spoken = self._spoken()  # says amounts as `to_text` does, so that another unit is another text
        if before != (self._bars, spoken):
            self.setAccessibleDescription(spoken)
            self.update()

    def dress(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    @property
    def is_empty(self) -> bool:
        return not any(bar.value for bar in self._bars)

    def sizeHint(self) -> QSize:
        em = self.fontMetrics().height()
        return QSize(24 * em, 9 * em)

    def minimumSizeHint(self) -> QSize:
        em = self.fontMetrics().height()
        return QSize(12 * em, 8 * em)

    def event(self, event) -> bool:  # type: ignore[no-untyped-def]
        if isinstance(event, QHelpEvent):
            place = self._bar_at(event.pos().x())
            QToolTip.showText(event.globalPos(), "" if place is None else self._bar_text(place), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.is_empty:
            painter.setPen(QColor(self._colours.muted))
            flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(self.rect()), flags, self._empty)
            return
        ticks = self._ticks()
        plot = self._plot(ticks)
        self._paint_grid(painter, plot, ticks)
        self._paint_bars(painter, plot, ticks)
        self._paint_labels(painter, plot)

    def _ticks(self) -> list[float]:
        values = [bar.value for bar in self._bars]
        return nice_ticks(min(0.0, *values), max(0.0, *values))

    def _plot(self, ticks: Sequence[float]) -> QRectF:
        metrics = self.fontMetrics()
        gutter = max(metrics.horizontalAdvance(self._to_text(tick)) for tick in ticks) + Space.SMALL
        plot = QRectF(self.rect()).adjusted(0, metrics.height() / 2, 0, -metrics.height() - Space.SMALL)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            return plot.adjusted(0, 0, -gutter, 0)
        return plot.adjusted(gutter, 0, 0, 0)

    def _paint_grid(self, painter: QPainter, plot: QRectF, ticks: Sequence[float]) -> None:
        metrics = self.fontMetrics()
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        for tick in ticks:
            y = _y(plot, ticks, tick)
            painter.setPen(QColor(self._colours.groove))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(self._colours.muted))
            text = self._to_text(tick)
            x = plot.right() + Space.SMALL if mirrored else plot.left() - Space.SMALL - metrics.horizontalAdvance(text)
            painter.drawText(QPointF(x, y + metrics.ascent() / 2 - metrics.descent() / 2), text)

    def _paint_bars(self, painter: QPainter, plot: QRectF, ticks: Sequence[float]) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colours.accent))
        slot = plot.width() / len(self._bars)
        width = max(2.0, min(slot * 0.7, 2.5 * self.fontMetrics().height()))
        zero = _y(plot, ticks, 0.0)
        for place, bar in enumerate(self._bars):
            if bar.value:
                top = _y(plot, ticks, bar.value)
                x = self._x(plot, place) - width / 2
                painter.drawRoundedRect(QRectF(x, min(top, zero), width, max(2.0, abs(zero - top))), 2, 2)

    def _paint_labels(self, painter: QPainter, plot: QRectF) -> None:
        """As many labels as fit without touching, the last bar's among them."""
        metrics = self.fontMetrics()
        painter.setPen(QColor(self._colours.muted))
        texts = [bar.label for bar in self._bars]
        widest = max(metrics.horizontalAdvance(text) for text in texts) + Space.LARGE
        step = max(1, -(-int(widest) // max(1, int(plot.width() / len(texts)))))
        for place in range(len(texts) - 1, -1, -step):
            width = metrics.horizontalAdvance(texts[place])
            x = min(max(self._x(plot, place) - width / 2, 0.0), self.width() - width)
            painter.drawText(QPointF(x, plot.bottom() + metrics.ascent() + Space.TIGHT), texts[place])

    def _x(self, plot: QRectF, place: int) -> float:
        share = (place + 0.5) / len(self._bars)
        return plot.right() - share * plot.width() if self._is_mirrored else plot.left() + share * plot.width()

    @property
    def _is_mirrored(self) -> bool:
        return self.layoutDirection() is Qt.LayoutDirection.RightToLeft

    def _bar_at(self, x: int) -> int | None:
        if self.is_empty:
            return None
        plot = self._plot(self._ticks())
        share = (x - plot.left()) / plot.width() if plot.width() > 0 else -1.0
        place = int((1 - share if self._is_mirrored else share) * len(self._bars))
        return place if 0 <= share < 1 and place < len(self._bars) else None

    def _bar_text(self, place: int) -> str:
        bar = self._bars[place]
        return f"{bar.name}: {self._to_text(bar.value)}"

    def _spoken(self) -> str:
        if self.is_empty:
            return self._empty
        best = max(range(len(self._bars)), key=lambda place: self._bars[place].value)
        total = sum(bar.value for bar in self._bars)
        return _("{total} in all; the most: {best}.").format(total=self._to_text(total), best=self._bar_text(best))


def _y(plot: QRectF, ticks: Sequence[float], value: float) -> float:
    low, high = ticks[0], ticks[-1]
    return plot.bottom() - (value - low) / (high - low) * plot.height()


class SharesBar(QWidget):
    """Paid, pending and held as parts of one bar. Its marks stand before the same words in the list below it.

    Where the network pays out from some amount on, a line stands at it, and what is pending has that far to grow.
    """

    spoken_role = Role.Chart

    _HEIGHT = 10
    _LINE = 2

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(self._HEIGHT)
        self.setAccessibleName(_("Paid, pending and held as parts of the whole"))
        self.hide()
        self._shares: list[int] = []
        self._least: int | None = None
        self._marks = [_Mark() for _place in range(3)]
        self.dress(LIGHT)

    def mark(self, place: int) -> QWidget:
        """The spot of colour that stands for the share at `place`."""
        return self._marks[place]

    def show_shares(self, shares: Sequence[int], least: int | None = None) -> None:
        """Paid, pending, held; `least` is what must be pending for a payout."""
        before = (self._shares, self._least)
        self._shares, self._least = [max(0, share) for share in shares], least
        if (self._shares, self._least) == before:
            return
        total = sum(self._shares)
        parts = [percent(share / total) for share in self._shares] if total else []
        self.setAccessibleDescription(", ".join(parts))
        self.setVisible(bool(total))
        self.update()

    @property
    def threshold(self) -> float | None:
        """Where on the bar the line stands, as a share of its length; None where there is none."""
        whole = sum(self._parts())
        return None if self._least is None or not whole else (self._shares[0] + self._least) / whole

    def _parts(self) -> list[int]:
        """Paid, pending, what of a payout is still missing, held."""
        paid, pending, held = self._shares or [0, 0, 0]
        return [paid, pending, max(0, (self._least or 0) - pending), held]

    def dress(self, colours: Colours) -> None:
        self._chosen = [QColor(colours.accent), QColor(colours.series_speed), QColor(colours.warning)]
        self._missing, self._line = QColor(colours.groove), QColor(colours.text)
        for mark, colour in zip(self._marks, self._chosen, strict=True):
            mark.colour = colour
            mark.update()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        parts = self._parts()
        whole = sum(parts)
        if not whole:
            return
        paid, pending, held = self._chosen
        start = 0.0
        for part, colour in zip(parts, (paid, pending, self._missing, held), strict=True):
            width = self.width() * part / whole
            if part:
                # A gap of two pixels tells neighbours apart without their colours.
                painter.fillRect(self._across(start, max(2.0, width - 2)), colour)
            start += width
        if self.threshold is not None:
            painter.fillRect(self._across(self.threshold * (self.width() - self._LINE), self._LINE), self._line)

    def _across(self, start: float, width: float) -> QRectF:
        """The whole height of a stretch, counted from the side where reading begins."""
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        return QRectF(self.width() - start - width if mirrored else start, 0, width, self.height())


class _Mark(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(10, 10)
        self.colour = QColor(LIGHT.accent)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self.colour)
