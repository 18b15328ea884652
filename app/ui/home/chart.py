"""A small live chart: one line, an optional second one in dots, and its latest value as text and as spoken words."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from itertools import chain, pairwise
from statistics import median_high

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.language.dates import date_text, short_weekday
from app.core.snapshot import Point
from app.ui.look.spoken import Role
from app.ui.look.theme import LIGHT, Colours, Space

DRAWN_POINTS_LIMIT = 200
"""More would not be seen at this size; fewer make painting cheap."""
_LONG_GAP_SECONDS = 3600.0
_LONG_GAP_TIMES = 4
"""A gap is long where it is so many times those beside it: the older a curve, the further apart its points are kept."""
_DAY_SECONDS = 86_400.0
_SMALLEST_VALUE = 1e-6
_FLAT_SHARE = 1e-9
"""A curve that varies by less than this share of its size is drawn as flat."""


def thinned(points: Sequence[Point], limit: int = DRAWN_POINTS_LIMIT) -> list[Point]:
    """At most `limit` points: means of equal groups, the latest point kept as it is."""
    if len(points) <= limit:
        return list(points)
    group = math.ceil((len(points) - 1) / (limit - 1))
    last = len(points) - 1
    moments, values = [point.at_unix_seconds for point in points], [point.value for point in points]
    means = []
    for start in range(0, last, group):
        end = min(start + group, last)
        count = end - start
        means.append(Point(sum(moments[start:end]) / count, sum(values[start:end]) / count))
    return [*means, points[-1]]


def stretches(points: Sequence[Point]) -> list[list[Point]]:
    """The curve, parted where nothing was heard for long: a line through the days between nights would be made up."""
    gaps = [later.at_unix_seconds - sooner.at_unix_seconds for sooner, later in pairwise(points)]
    starts = [0, *(place + 1 for place in range(len(gaps)) if _is_long(gaps, place)), len(points)]
    return [list(points[start:end]) for start, end in pairwise(starts) if end > start]


def _is_long(gaps: Sequence[float], place: int) -> bool:
    beside = (*gaps[max(0, place - 3) : place], *gaps[place + 1 : place + 4])
    return gaps[place] >= _LONG_GAP_SECONDS and bool(beside) and gaps[place] > _LONG_GAP_TIMES * median_high(beside)


def texts_of_ends(first_unix: float, last_unix: float, zone: tzinfo | None) -> list[tuple[str, str]]:
    """What can stand at both ends of a curve, the fullest first. A clock alone tells them apart within a day only."""
    first, last = (datetime.fromtimestamp(moment, zone) for moment in (first_unix, last_unix))
    clocks = (f"{first:%H:%M}", f"{last:%H:%M}")
    if last_unix - first_unix < _DAY_SECONDS:
        return [clocks]
    if (last.date() - first.date()).days < 7:
        days = (short_weekday(first.weekday()), short_weekday(last.weekday()))
    else:
        days = (date_text(first.date(), last.date()), date_text(last.date(), last.date()))
    return [(f"{days[0]} {clocks[0]}", f"{days[1]} {clocks[1]}"), days]


def nice_ticks(low: float, high: float, count: int = 3, *, least_step: float = 0.0) -> list[float]:
    """Round values, about `count` of them, that cover `low` to `high`: none below zero unless `low` is, and each a
    multiple of `least_step` where what stands beside them can't tell finer ones apart."""
    span = high - low
    size = max(abs(low), abs(high), _SMALLEST_VALUE)
    if span <= size * _FLAT_SHARE:
        span = size
        low, high = max(0.0, low - span / 2) if low >= 0 else low - span / 2, high + span / 2
    step = _nice_step(span / count, least_step)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [place * step for place in range(first, max(last, first + 1) + 1)]


def _nice_step(raw: float, least_step: float) -> float:
    magnitude = 10.0 ** math.floor(math.log10(max(raw, least_step)))
    steps = [factor * magnitude for factor in (1, 2, 2.5, 5, 10)]
    if least_step:
        steps = [step for step in steps if _is_multiple(step, least_step)]
    return min(steps or [least_step], key=lambda step: abs(step - raw))


def _is_multiple(step: float, of: float) -> bool:
    times = round(step / of)
    return times > 0 and math.isclose(step, times * of)


class Chart(QWidget):
    """Time runs left to right. `to_text` turns a value into what stands beside it, `least_step` is what it tells apart.

    It is drawn once, and again only when it would look different: whoever repaints the window gets the picture.
    """

    spoken_role = Role.Chart

    def __init__(
        self,
        name: str,
        to_text: Callable[[float], str],
        empty_text: str,
        *,
        from_zero: bool = False,
        least_step: float = 0.0,
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setAccessibleDescription(empty_text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._to_text, self._empty_text, self._from_zero = to_text, empty_text, from_zero
        self._least_step = least_step
        self._stretches: list[list[Point]] = []
        self._points: list[Point] = []
        self._dots: list[Point] = []
        self._colours: Colours = LIGHT
        self._colour = LIGHT.series_loss
        self._zone: tzinfo | None = None
        self._given: tuple[Sequence[Point], Sequence[Point], tzinfo | None] | None = None
        self._picture: QPixmap | None = None
        self._drawn_for: tuple[object, ...] = ()

    def show_points(self, points: Sequence[Point], dots: Sequence[Point], zone: tzinfo | None, spoken: str) -> None:
        """Draw `points` as a line and `dots` as dots; `spoken` is the accessible description."""
        if self._given != (points, dots, zone):
            self._given = (points, dots, zone)
            finite = [point for point in points if math.isfinite(point.value)]
            self._stretches = [
                thinned(part, max(2, DRAWN_POINTS_LIMIT * len(part) // len(finite))) for part in stretches(finite)
            ]
            self._points = list(chain.from_iterable(self._stretches))
            self._dots = [point for point in dots if math.isfinite(point.value)]
            self._zone = zone
            self._draw_again()
        self.setAccessibleDescription(spoken if self._points else self._empty_text)

    def dress(self, colours: Colours, line_colour: str) -> None:
        self._colours, self._colour = colours, line_colour
        self._draw_again()

    def _draw_again(self) -> None:
        self._picture = None
        self.update()

    def sizeHint(self) -> QSize:
        em = self.fontMetrics().height()
        return QSize(18 * em, 9 * em)

    def minimumSizeHint(self) -> QSize:
        em = self.fontMetrics().height()
        return QSize(10 * em, 7 * em)

    def paintEvent(self, event: QPaintEvent) -> None:
        looks = (self.size(), self.devicePixelRatioF(), self.layoutDirection(), self.font().key())
        if self._picture is None or self._drawn_for != looks:
            self._picture, self._drawn_for = self._drawn(), looks
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()

    def _drawn(self) -> QPixmap:
        """On the card's own ground, as letters look better on one that is opaque."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self._colours.card))
        painter = QPainter(picture)
        painter.setFont(self.font())
        painter.setLayoutDirection(self.layoutDirection())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint(painter)
        painter.end()
        return picture

    def _paint(self, painter: QPainter) -> None:
        if not self._points:
            painter.setPen(QColor(self._colours.muted))
            flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(self.rect()), flags, self._empty_text)
            return
        values = [point.value for point in (*self._points, *self._dots)]
        low = 0.0 if self._from_zero else min(values)
        ticks = nice_ticks(low, max(values), least_step=self._least_step)
        plot = self._plot_area(ticks)
        self._paint_grid(painter, plot, ticks)
        self._paint_times(painter, plot)
        self._paint_line(painter, plot, ticks)

    def _plot_area(self, ticks: Sequence[float]) -> QRectF:
        metrics = self.fontMetrics()
        gutter = max(metrics.horizontalAdvance(self._to_text(tick)) for tick in ticks) + Space.SMALL
        plot = QRectF(self.rect()).adjusted(0, metrics.height() / 2, 0, -metrics.height() - Space.TIGHT)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            return plot.adjusted(Space.SMALL, 0, -gutter, 0)
        return plot.adjusted(gutter, 0, -Space.SMALL, 0)

    def _paint_grid(self, painter: QPainter, plot: QRectF, ticks: Sequence[float]) -> None:
        metrics = self.fontMetrics()
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        for tick in ticks:
            y = plot.bottom() - self._height(plot, ticks, tick)
            painter.setPen(QPen(QColor(self._colours.groove), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(self._colours.muted))
            text = self._to_text(tick)
            width = metrics.horizontalAdvance(text)
            x = plot.right() + Space.SMALL if mirrored else plot.left() - Space.SMALL - width
            painter.drawText(QPointF(x, y + metrics.ascent() / 2 - metrics.descent() / 2), text)

    def _paint_times(self, painter: QPainter, plot: QRectF) -> None:
        painter.setPen(QColor(self._colours.muted))
        baseline = plot.bottom() + self.fontMetrics().ascent() + Space.TIGHT
        first, last = self._end_texts(plot.width())
        painter.drawText(QPointF(plot.left(), baseline), first)
        if last != first:
            width = self.fontMetrics().horizontalAdvance(last)
            painter.drawText(QPointF(plot.right() - width, baseline), last)

    def _end_texts(self, room: float) -> tuple[str, str]:
        """The fullest that fit beside each other."""
        advance = self.fontMetrics().horizontalAdvance
        offered = texts_of_ends(*self._span(), self._zone)
        fitting = (each for each in offered if sum(map(advance, each)) + Space.MEDIUM <= room)
        return next(fitting, offered[-1])

    def _paint_line(self, painter: QPainter, plot: QRectF, ticks: Sequence[float]) -> None:
        colour = QColor(self._colour)
        parts = [self._places(plot, ticks, part) for part in self._stretches]
        fade = QLinearGradient(0, plot.top(), 0, plot.bottom())
        fade.setColorAt(0, QColor(colour.red(), colour.green(), colour.blue(), 56))
        fade.setColorAt(1, QColor(colour.red(), colour.green(), colour.blue(), 0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fade)
        for places in parts:
            corners = (QPointF(places[-1].x(), plot.bottom()), QPointF(places[0].x(), plot.bottom()))
            painter.drawPolygon(QPolygonF([*places, *corners]))
        painter.setPen(QPen(colour, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        for places in parts:
            if len(places) > 1:
                painter.drawPolyline(QPolygonF(places))
            else:
                painter.drawPoint(places[0])  # as a line it would not be seen
        painter.setPen(QPen(QColor(self._colours.text), 1.6))
        painter.setBrush(QColor(self._colours.card))
        for place in self._places(plot, ticks, self._dots):
            painter.drawEllipse(place, 3.2, 3.2)
        painter.setPen(QPen(QColor(self._colours.card), 2))
        painter.setBrush(colour)
        painter.drawEllipse(parts[-1][-1], 4.5, 4.5)

    def _span(self) -> tuple[float, float]:
        moments = [point.at_unix_seconds for point in chain(self._points, self._dots)]
        return min(moments), max(moments)

    def _places(self, plot: QRectF, ticks: Sequence[float], points: Sequence[Point]) -> list[QPointF]:
        first, last = self._span()
        left, width, bottom = plot.left(), plot.width(), plot.bottom()
        across = width / (last - first) if last > first else 0.0
        if not across:
            left += width  # one moment alone is the latest
        return [
            QPointF(left + (point.at_unix_seconds - first) * across, bottom - self._height(plot, ticks, point.value))
            for point in points
        ]

    @staticmethod
    def _height(plot: QRectF, ticks: Sequence[float], value: float) -> float:
        low, high = ticks[0], ticks[-1]
        return (value - low) / (high - low) * plot.height()
