"""One day of what the computer did, as a band whose parts differ in shape and pattern, walked with the arrow keys."""

from datetime import datetime, tzinfo
from enum import StrEnum
from typing import assert_never

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.activity.diary import Day, Span
from app.core.activity.lines import Ahead, Broken, Did, Held, NotRecorded, Off, Slept, Trained, Waited
from app.core.activity.words import span_sentence
from app.core.decision import Reason
from app.ui.hours.week_drawing import draw_left_out, draw_level, place_of, span_in
from app.ui.look.spoken import Role, SpokenPart, read_as_focused
from app.ui.look.theme import LIGHT, Colours, Space

_BAND_EMS = 1.5
_RADIUS = 3.0
_LEAST_WIDTH = 2.0
_PALE = 0.2


class Kind(StrEnum):
    """What of a day is looked for."""

    EVERYTHING = "everything"
    TRAINING = "training"
    WAITING = "waiting"
    """It waited, or a condition or the person held it back."""
    TROUBLES = "troubles"


def is_of(kind: Kind, did: Did) -> bool:
    match kind:
        case Kind.EVERYTHING:
            return True
        case Kind.TRAINING:
            return isinstance(did, Trained)
        case Kind.WAITING:
            return isinstance(did, Waited | Held)
        case Kind.TROUBLES:
            return isinstance(did, Broken)
        case _:
            assert_never(kind)


class DayBand(QWidget):
    """Left and right, Home and End choose a part of the day; up and down ask for the day above or below. What is not
    looked for is pale, and the keys pass over it."""

    spoken_role = Role.List

    chosen = Signal(object)
    """With the Span that keys or mouse are on now."""
    leave_requested = Signal(int, object)
    """Up (-1) or down (1), with the middle of the chosen span as a share of the day."""

    def __init__(self) -> None:
        super().__init__()
        self._colours = LIGHT
        self._day: Day | None = None
        self._zone: tzinfo | None = None
        self._place: int | None = None
        self._kind = Kind.EVERYTHING
        self._parts: list[SpokenPart] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        em = self.fontMetrics().height()
        return QSize(16 * em, round(_BAND_EMS * em))

    @property
    def zone(self) -> tzinfo | None:
        return self._zone

    @property
    def span(self) -> Span | None:
        """The one that is chosen."""
        return None if self._day is None or self._place is None else self._day.spans[self._place]

    def show_day(self, day: Day, zone: tzinfo, name: str, sentence: str) -> None:
        """`name` and `sentence` are what a screen reader tells of the whole day."""
        was = self.span
        changed = day != self._day or zone != self._zone
        self._day, self._zone = day, zone
        self.setAccessibleName(f"{name}: {sentence}")
        if changed:
            same = [n for n, span in enumerate(day.spans) if was is not None and span.begins <= was.begins < span.ends]
            self._place = same[0] if same else None
            self._name_parts()
            if self.span != was and self.hasFocus():
                self._tell()
            self.update()

    def dress(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def look_for(self, kind: Kind) -> None:
        """Only parts of this kind are strong, and found by the keys."""
        self._kind = kind
        self.update()

    def found(self) -> list[int]:
        """The places of the parts that are looked for."""
        spans = () if self._day is None else self._day.spans
        return [n for n, span in enumerate(spans) if is_of(self._kind, span.did)]

    def choose(self, share: float) -> None:
        """The part of the day at `share` of it, whatever its kind."""
        if self._day is not None:
            self._choose(self._at(share))

    def choose_found(self, share: float) -> None:
        """The nearest to `share` of the parts that are looked for; where there is none, what is there."""
        if self._day is not None:
            there = self._at(share)
            self._choose(min(self.found(), key=lambda place: abs(place - there), default=there))

    def _at(self, share: float) -> int:
        assert self._day is not None
        moment = self._day.begins + (self._day.ends - self._day.begins) * min(max(share, 0.0), 0.999999)
        return next(n for n, span in enumerate(self._day.spans) if span.begins <= moment < span.ends)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        later, earlier = (Qt.Key.Key_Left, Qt.Key.Key_Right) if mirrored else (Qt.Key.Key_Right, Qt.Key.Key_Left)
        if self._day is None or self._place is None:
            super().keyPressEvent(event)
        elif key in (later, earlier):
            self._choose(self._beyond(self._place, forwards=key == later))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            found = self.found() or [self._place]
            self._choose(found[0 if key == Qt.Key.Key_Home else -1])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.leave_requested.emit(-1 if key == Qt.Key.Key_Up else 1, self._middle())
        else:
            super().keyPressEvent(event)

    def _beyond(self, place: int, *, forwards: bool) -> int:
        """The next part that is looked for, or the same where there is no other."""
        if forwards:
            return next((n for n in self.found() if n > place), place)
        return next((n for n in reversed(self.found()) if n < place), place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        share = event.position().x() / max(1, self.width())
        self.choose(1 - share if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else share)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._place is None and self._day is not None:
            # What was last: the newest that is no longer to come.
            past = [n for n, span in enumerate(self._day.spans) if not isinstance(span.did, Ahead)]
            self._place = past[-1] if past else 0
        self._tell()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out_parts()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for n, span in enumerate(self._day.spans if self._day else ()):
            painter.setOpacity(1.0 if is_of(self._kind, span.did) else _PALE)
            draw_did(painter, self._area(span), span.did, self._colours)
            if n == self._place and self.hasFocus():
                frame = self._area(span)
        painter.setOpacity(1.0)
        if self._place is not None and self.hasFocus() and self._day is not None:
            self._draw_frame(painter, frame)

    def _draw_frame(self, painter: QPainter, area: QRectF) -> None:
        frame = area.adjusted(1, 1, -1, -1) if area.width() > 4 else area.adjusted(-1, 1, 1, -1)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((self._colours.card, 4), (self._colours.text, 2)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawRoundedRect(frame, _RADIUS, _RADIUS)

    def _area(self, span: Span) -> QRectF:
        whole = QRectF(self.rect()).adjusted(0, Space.HAIR, 0, -Space.HAIR)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        area = span_in(whole, self._share(span.begins), self._share(span.ends), mirrored=mirrored)
        return area if area.width() >= _LEAST_WIDTH else area.adjusted(0, 0, _LEAST_WIDTH - area.width(), 0)

    def _share(self, moment: datetime) -> float:
        assert self._day is not None
        return (moment - self._day.begins) / (self._day.ends - self._day.begins)

    def _middle(self) -> float:
        span = self.span
        return 0.5 if span is None else self._share(span.begins + span.length / 2)

    def _choose(self, place: int) -> None:
        self._place = place
        self._tell()
        self.update()

    def _tell(self) -> None:
        """The sentence goes below the bands, and to whoever listens instead of looking."""
        span = self.span
        if span is None or self._zone is None:
            return
        if self.hasFocus() and self._place is not None:
            read_as_focused(self._parts[self._place])
        self.chosen.emit(span)

    def _name_parts(self) -> None:
        assert self._day is not None and self._zone is not None
        for part in self._parts[len(self._day.spans) :]:
            part.deleteLater()
        del self._parts[len(self._day.spans) :]
        for n, span in enumerate(self._day.spans):
            if n == len(self._parts):
                self._parts.append(SpokenPart(self))
            self._parts[n].setAccessibleName(span_sentence(span, self._zone))
        self._lay_out_parts()

    def _lay_out_parts(self) -> None:
        if self._day is not None:
            for part, span in zip(self._parts, self._day.spans, strict=True):
                part.setGeometry(self._area(span).toAlignedRect())


class HourScale(QWidget):
    """The hours of a plain day above the bands."""

    def __init__(self) -> None:
        super().__init__()
        self._colours = LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(1, round(1.4 * self.fontMetrics().height()))

    def dress(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        metrics, area = painter.fontMetrics(), QRectF(self.rect())
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        room = area.width() / (metrics.horizontalAdvance("00:00") * 1.6)
        step = next((hours for hours in (2, 3, 6) if 24 / hours <= room), 12)
        for hour in range(25):
            x = place_of(area, hour / 24, mirrored=mirrored)
            named = hour % step == 0
            painter.setPen(QPen(QColor(self._colours.control_border), 1))
            painter.drawLine(QPointF(x, area.bottom() - (4 if named else 2)), QPointF(x, area.bottom()))
            if named:
                text = f"{hour:02d}:00"
                width = metrics.horizontalAdvance(text)
                painter.setPen(QColor(self._colours.muted))
                left = min(max(x - width / 2, area.left()), area.right() - width)
                painter.drawText(QPointF(left, area.bottom() - 5 - metrics.descent()), text)


def draw_did(painter: QPainter, area: QRectF, did: Did, colours: Colours) -> None:
    """A full bar trained, a low one gently; slanted strokes held it back, upright ones are the person's own pause, dots
    waited, a cross-hatch failed, a thin line was off."""
    match did:
        case Trained(level=level):
            draw_level(painter, area, level, colours)
        case Waited():
            _fill(painter, area, colours.accent_soft, colours.accent, Qt.BrushStyle.Dense5Pattern)
        case Held(reason=Reason.HOURS):
            _fill(painter, area, colours.sunken)
            painter.setPen(QPen(QColor(colours.border), 1))
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        case Held(reason=reason):
            if reason in (Reason.PAUSED, Reason.TURNED_OFF, Reason.FINISHED, Reason.FINISHING):
                _fill(painter, area, colours.sunken, colours.muted, Qt.BrushStyle.VerPattern)
            else:
                _fill(painter, area, colours.warning_soft)
                draw_left_out(painter, area, colours, paused=True)
        case Broken():
            _fill(painter, area, colours.danger_soft, colours.danger, Qt.BrushStyle.DiagCrossPattern)
        case Slept() | Off():
            _draw_line(painter, area, colours, dashed=isinstance(did, Slept))
        case NotRecorded() | Ahead():
            pass


def _fill(
    painter: QPainter,
    area: QRectF,
    ground: str,
    pattern_colour: str = "",
    pattern: Qt.BrushStyle = Qt.BrushStyle.NoBrush,
) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(area, _RADIUS, _RADIUS)
    if pattern_colour:
        painter.setBrush(QBrush(QColor(pattern_colour), pattern))
        painter.drawRoundedRect(area, _RADIUS, _RADIUS)


def _draw_line(painter: QPainter, area: QRectF, colours: Colours, *, dashed: bool) -> None:
    style = Qt.PenStyle.DotLine if dashed else Qt.PenStyle.SolidLine
    painter.setPen(QPen(QColor(colours.muted), 2, style))
    painter.drawLine(QPointF(area.left() + 1, area.center().y()), QPointF(area.right() - 1, area.center().y()))
