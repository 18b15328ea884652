"""How hours look: bars whose height is their level, on rows of the day; the same in the grid and in the preview."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.core.hours.windows import MINUTES_PER_DAY, Level
from app.ui.hours.draft import CELL_MINUTES, Cells
from app.ui.hours.week_cells import Bar
from app.ui.look.theme import Colours, Space

_GENTLE_SHARE = 0.45
"""Of a row's height."""
_RADIUS = 3.0


def place_of(area: QRectF, share: float, *, mirrored: bool) -> float:
    """Where in `area` a share of the day lies."""
    return area.right() - share * area.width() if mirrored else area.left() + share * area.width()


def span_in(area: QRectF, start: float, end: float, *, mirrored: bool) -> QRectF:
    """The part of `area` between two shares of the day."""
    ends = sorted(place_of(area, share, mirrored=mirrored) for share in (start, end))
    return QRectF(ends[0], area.top(), ends[1] - ends[0], area.height())


def draw_level(painter: QPainter, area: QRectF, level: Level, colours: Colours) -> None:
    """A bar: as high as its row in full, low on a soft ground when gentle, so that it shows without colour too."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.accent if level is Level.FULL else colours.accent_soft))
    painter.drawRoundedRect(area, _RADIUS, _RADIUS)
    if level is Level.GENTLE:
        low = area.adjusted(0, area.height() * (1 - _GENTLE_SHARE), 0, 0)
        painter.setBrush(QColor(colours.accent))
        painter.drawRoundedRect(low, _RADIUS, _RADIUS)


def draw_left_out(painter: QPainter, area: QRectF, colours: Colours, *, paused: bool) -> None:
    """Hours that will not be used: an outline with strokes through it."""
    colour = QColor(colours.warning if paused else colours.muted)
    painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
    painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern))
    painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)


def draw_ground(painter: QPainter, area: QRectF, colours: Colours) -> None:
    """An empty day with a line every six hours."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.sunken))
    painter.drawRoundedRect(area, _RADIUS, _RADIUS)
    painter.setPen(QPen(QColor(colours.border), 1))
    for quarter in (1, 2, 3):
        x = area.left() + area.width() * quarter / 4
        painter.drawLine(round(x), round(area.top()), round(x), round(area.bottom()))


def draw_week(
    painter: QPainter,
    widget: QWidget,
    rows: Sequence[tuple[int, int]],
    bars: Sequence[Sequence[Bar]],
    chosen: Cells | None,
    now: datetime,
    colours: Colours,
) -> None:
    """The whole grid: ground, bars, the present moment, and a frame around what keys act on."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    mirrored = widget.layoutDirection() is Qt.LayoutDirection.RightToLeft
    areas = [_row_area(widget, *row) for row in rows]
    for area, day_bars in zip(areas, bars, strict=True):
        draw_ground(painter, area, colours)
        for bar in day_bars:
            shares = bar.start_minute / MINUTES_PER_DAY, bar.end_minute / MINUTES_PER_DAY
            draw_level(painter, span_in(area, *shares, mirrored=mirrored), bar.level, colours)
    minute = now.hour * 60 + now.minute
    draw_now(painter, areas[now.weekday()], minute / MINUTES_PER_DAY, colours, mirrored=mirrored)
    if chosen is not None:
        _draw_frame(painter, areas, chosen, colours, mirrored=mirrored)


def draw_now(painter: QPainter, area: QRectF, share: float, colours: Colours, *, mirrored: bool) -> None:
    """A thin line where the clock stands."""
    x = place_of(area, share, mirrored=mirrored)
    painter.setPen(QPen(QColor(colours.card), 4))
    painter.drawLine(round(x), round(area.top()), round(x), round(area.bottom()))
    painter.setPen(QPen(QColor(colours.danger), 2))
    painter.drawLine(round(x), round(area.top()), round(x), round(area.bottom()))


def draw_hour_names(painter: QPainter, widget: QWidget, colours: Colours) -> None:
    """Every third hour, at the line where it begins."""
    painter.setPen(QColor(colours.muted))
    area = QRectF(widget.rect())
    mirrored = widget.layoutDirection() is Qt.LayoutDirection.RightToLeft
    metrics = painter.fontMetrics()
    least = metrics.horizontalAdvance("00:00") * 1.9
    step = next((hours for hours in (3, 6) if area.width() * hours / 24 > least), 12)
    for hour in range(0, 25, step):
        text = f"{hour:02d}:00"
        width = metrics.horizontalAdvance(text)
        x = place_of(area, hour / 24, mirrored=mirrored) - width / 2
        x = min(max(x, area.left()), area.right() - width)
        painter.drawText(round(x), round(area.bottom() - Space.TIGHT - metrics.descent()), text)


def draw_weekday(
    painter: QPainter, widget: QWidget, place: tuple[int, int], name: str, colours: Colours, *, is_today: bool
) -> None:
    """A weekday beside its row; today's stands out."""
    font = painter.font()
    font.setBold(is_today)
    painter.setFont(font)
    painter.setPen(QColor(colours.text if is_today else colours.muted))
    area = QRectF(0, place[0], widget.width(), place[1]).adjusted(0, 0, -Space.MEDIUM, 0)
    if widget.layoutDirection() is Qt.LayoutDirection.RightToLeft:
        area.translate(Space.MEDIUM, 0)
    painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading), name)


def _row_area(widget: QWidget, top: int, height: int) -> QRectF:
    return QRectF(0, top, widget.width(), height).adjusted(0, Space.HAIR, 0, -Space.HAIR)


def _draw_frame(painter: QPainter, areas: Sequence[QRectF], chosen: Cells, colours: Colours, *, mirrored: bool) -> None:
    first, last = areas[chosen.first_day], areas[chosen.last_day]
    rows = QRectF(first.left(), first.top(), first.width(), last.bottom() - first.top())
    shares = (minute / MINUTES_PER_DAY for minute in _ends(chosen))
    frame = span_in(rows, *shares, mirrored=mirrored).adjusted(-0.5, -0.5, 0.5, 0.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((colours.card, 4), (colours.text, 2)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawRoundedRect(frame, _RADIUS, _RADIUS)


def _ends(cells: Cells) -> tuple[int, int]:
    return cells.first_cell * CELL_MINUTES, (cells.last_cell + 1) * CELL_MINUTES
