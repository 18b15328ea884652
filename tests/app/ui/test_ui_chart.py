"""Curves are thinned without losing their latest value, and what they show is also told in words."""

import math
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("PySide6")

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont
from pytestqt.qtbot import QtBot

from app.core.snapshot import POINTS_LIMIT, Point, with_point
from app.ui.home.chart import DRAWN_POINTS_LIMIT, Chart, nice_ticks, stretches, texts_of_ends, thinned
from app.ui.home.chart_cards import LossCard, SpeedCard, loss_text, speed_text
from app.ui.look.glyph_label import GlyphLabel
from app.ui.look.theme import DARK, LIGHT
from tests.app.conftest import MakeSnapshot

_values = st.floats(-1e6, 1e6, allow_nan=False)


@given(st.lists(_values, max_size=900))
@settings(max_examples=50, deadline=None)
def test_a_thinned_curve_is_short_in_order_and_ends_where_the_curve_ends(values: list[float]) -> None:
    points = [Point(float(place), value) for place, value in enumerate(values)]
    thin = thinned(points)
    assert len(thin) <= DRAWN_POINTS_LIMIT
    assert [point.at_unix_seconds for point in thin] == sorted(point.at_unix_seconds for point in thin)
    assert thin[-1:] == points[-1:]


HOUR = 3600.0


def nights(count: int, minutes: float = 10.0) -> list[Point]:
    """Curves of `count` nights of seven hours, a point every few minutes."""
    a_night = [minutes * 60 * place for place in range(int(7 * 60 / minutes) + 1)]
    return [Point(24 * HOUR * night + moment, 1.0) for night in range(count) for moment in a_night]


def test_a_curve_is_parted_between_nights_and_keeps_all_its_points() -> None:
    points = nights(7)
    parts = stretches(points)
    assert [part[0].at_unix_seconds for part in parts] == [24 * HOUR * night for night in range(7)]
    assert [point for part in parts for point in part] == points
    assert stretches([]) == []
    assert stretches(points[:1]) == [points[:1]]
    assert [len(part) for part in stretches([*points[:43], points[43]])] == [43, 1], "the latest alone"


@pytest.mark.parametrize("seconds", [5.0, 60.0, 600.0])
def test_a_curve_that_is_kept_coarser_the_older_it_is_stays_in_one_piece(seconds: float) -> None:
    points: tuple[Point, ...] = ()
    for place in range(10 * POINTS_LIMIT):
        points = with_point(points, Point(seconds * place, 1.0))
    assert len(stretches(points)) == 1


@pytest.mark.parametrize("minutes", [0.2, 1.0, 10.0])
def test_nights_are_told_apart_in_a_curve_that_was_kept_for_weeks(minutes: float) -> None:
    points: tuple[Point, ...] = ()
    for point in nights(21, minutes):
        points = with_point(points, point)
    assert len(stretches(points)) == 21


def test_the_ends_of_a_curve_say_their_day_where_a_clock_would_not_tell_them_apart() -> None:
    begin = datetime(2026, 11, 15, 0, 5, tzinfo=UTC).timestamp()

    def ends(hours: float) -> list[tuple[str, str]]:
        return texts_of_ends(begin, begin + hours * HOUR, UTC)

    assert ends(23.9) == [("00:05", "23:59")]
    assert ends(24) == [("Sun 00:05", "Mon 00:05"), ("Sun", "Mon")]
    assert ends(6 * 24 + 6.75) == [("Sun 00:05", "Sat 06:50"), ("Sun", "Sat")]
    assert ends(7 * 24) == [("15 Nov 00:05", "22 Nov 00:05"), ("15 Nov", "22 Nov")]
    assert ends(60 * 24)[1] == ("15 Nov 2026", "14 Jan")


def test_the_clock_gives_way_where_both_ends_would_not_fit(qtbot: QtBot) -> None:
    chart = Chart("Loss", str, "Nothing yet")
    qtbot.addWidget(chart)
    chart.show_points(nights(7, 60.0), (), UTC, "spoken")
    assert chart._end_texts(10_000) == ("Thu 00:00", "Wed 07:00")
    assert chart._end_texts(10) == ("Thu", "Wed")


def inked(qtbot: QtBot, points: list[Point]) -> list[int]:
    """Columns of a picture of the curve in which there is some of its colour."""
    chart = Chart("Loss", str, "Nothing yet", from_zero=True)
    qtbot.addWidget(chart)
    chart.resize(300, 160)
    chart.dress(LIGHT, "#ff0000")
    chart.show_points(points, (), UTC, "spoken")
    picture = chart.grab().toImage()
    colours = [[picture.pixelColor(x, y) for y in range(picture.height())] for x in range(picture.width())]
    return [x for x, column in enumerate(colours) if any(each.red() > each.blue() + 20 for each in column)]


def test_no_line_is_drawn_through_the_day_between_two_nights(qtbot: QtBot) -> None:
    through = inked(qtbot, [point for point in nights(2) if point.at_unix_seconds in (0.0, 31 * HOUR)])
    parted = inked(qtbot, nights(2))
    assert len(through) > 200, "two points alone are joined"
    assert len(parted) < len(through) / 2


def test_a_point_that_stands_alone_between_two_nights_is_seen(qtbot: QtBot) -> None:
    first, second = nights(1), [point for point in nights(3) if point.at_unix_seconds >= 48 * HOUR]
    alone = [*first, Point(24 * HOUR, 1.0), *second]
    assert [len(part) for part in stretches(alone)] == [len(first), 1, len(second)]
    assert 1 <= len(inked(qtbot, alone)) - len(inked(qtbot, [*first, *second])) <= 4


@given(_values, _values)
@settings(max_examples=50, deadline=None)
def test_ticks_are_few_and_cover_all_values(one: float, other: float) -> None:
    low, high = sorted((one, other))
    ticks = nice_ticks(low, high)
    assert 2 <= len(ticks) <= 7
    slack = 1e-6 * max(1.0, abs(low), abs(high))
    assert ticks[0] <= low + slack
    assert ticks[-1] >= high - slack


@given(st.floats(0, 30), st.floats(0, 30))
def test_beside_a_curve_no_two_ticks_read_alike(one: float, other: float) -> None:
    low, high = sorted((one, other))
    ticks = nice_ticks(low, high, least_step=0.01)
    texts = [loss_text(tick) for tick in ticks]
    assert len(set(texts)) == len(texts) >= 2
    assert not any(text.startswith("-") for text in texts)


@given(st.floats(0, 1e6))
def test_a_curve_that_stands_at_one_value_has_ticks_around_it_and_none_below_zero(speed: float) -> None:
    ticks = nice_ticks(0.0, speed, least_step=1.0)
    assert ticks[0] == 0.0
    assert ticks[-1] >= speed
    assert len({speed_text(tick) for tick in ticks}) == len(ticks) >= 2


@pytest.mark.parametrize("values", [[], [2.0], [2.0, 2.0], [math.nan, 1.0], [0.0], [5.0, 1.0, 3.0]])
def test_any_curve_can_be_painted_in_both_directions(qtbot: QtBot, values: list[float]) -> None:
    from PySide6.QtCore import Qt

    chart = Chart("Loss", lambda value: f"{value:.2f}", "Nothing yet")
    qtbot.addWidget(chart)
    chart.resize(300, 160)
    points = [Point(100.0 * place, value) for place, value in enumerate(values)]
    chart.show_points(points, points[:1], None, "spoken")
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        chart.setLayoutDirection(direction)
        assert not chart.grab().isNull()
    assert chart.accessibleDescription() == ("spoken" if any(math.isfinite(v) for v in values) else "Nothing yet")


def test_the_loss_is_told_in_words(qtbot: QtBot, make_snapshot: MakeSnapshot) -> None:
    card = LossCard()
    qtbot.addWidget(card)
    card.dress(DARK)
    card.show_snapshot(make_snapshot())
    assert card.figure.text() == "2.02"
    assert card.chart.accessibleDescription() == (
        "Loss 2.02 now, 4.00 at the beginning of the curve. 2.00 on text it never saw."
    )


def test_this_computers_own_loss_stands_in_until_the_network_tells_one(
    qtbot: QtBot, make_snapshot: MakeSnapshot
) -> None:
    card = LossCard()
    qtbot.addWidget(card)
    card.show_snapshot(make_snapshot(loss_points=(), own_loss_points=(Point(1.0, 3.5),)))
    assert card.figure.text() == "3.50"
    card.show_snapshot(make_snapshot(loss_points=()))
    assert card.figure.text() == ""
    assert "first steps" in card.chart.accessibleDescription()


def test_speed_is_told_in_words(qtbot: QtBot, make_snapshot: MakeSnapshot) -> None:
    card = SpeedCard()
    qtbot.addWidget(card)
    card.show_snapshot(make_snapshot())
    assert card.figure.text() == "870/s"
    assert card.chart.accessibleDescription() == "870 tokens per second now."
    assert [speed_text(value) for value in (0, 4.25, 12_400, 1.2e6)] == ["0", "4.2", "12,400", "1.2 million"]


def test_a_chart_is_drawn_once_until_it_would_look_different(qtbot: QtBot) -> None:
    drawn: list[float] = []

    def to_text(value: float) -> str:
        drawn.append(value)
        return f"{value:.2f}"

    def draws() -> bool:
        drawn.clear()
        chart.grab()
        return bool(drawn)

    chart = Chart("Loss", to_text, "Nothing yet")
    qtbot.addWidget(chart)
    chart.resize(300, 160)
    points = [Point(100.0 * place, float(place)) for place in range(5)]
    chart.show_points(points, (), None, "spoken")
    assert draws()
    assert not draws()
    chart.show_points(list(points), (), None, "spoken otherwise")
    assert chart.accessibleDescription() == "spoken otherwise"
    assert not draws()
    changes: tuple[Callable[[], None], ...] = (
        lambda: chart.show_points(points[:4], (), None, "spoken"),
        lambda: chart.resize(310, 160),
        lambda: chart.dress(DARK, DARK.series_loss),
        lambda: chart.setFont(larger(chart.font())),
    )
    for change in changes:
        change()
        assert draws()
        assert not draws()


def larger(font: QFont) -> QFont:
    made = QFont(font)
    made.setPointSizeF(2 * font.pointSizeF())
    return made


def test_points_lie_where_their_time_and_value_are(qtbot: QtBot) -> None:
    chart = Chart("Loss", str, "Nothing yet")
    qtbot.addWidget(chart)
    points = [Point(0.0, 1.0), Point(30.0, 2.0), Point(60.0, 3.0)]
    chart.show_points(points, (), None, "spoken")
    places = chart._places(QRectF(10, 20, 200, 100), (1.0, 3.0), points)
    assert [(place.x(), place.y()) for place in places] == [(10, 120), (110, 70), (210, 20)]
    chart.show_points(points[:1], (), None, "spoken")
    assert chart._places(QRectF(10, 20, 200, 100), (1.0, 3.0), points[:1])[0].x() == 210


def test_the_same_drawing_shown_again_costs_nothing(qtbot: QtBot) -> None:
    shown = GlyphLabel()
    qtbot.addWidget(shown)
    shown.show_glyph("check", "#000000", 16)
    first = shown.pixmap().cacheKey()
    shown.show_glyph("check", "#000000", 16)
    assert shown.pixmap().cacheKey() == first
    shown.show_glyph("cross", "#000000", 16)
    assert shown.pixmap().cacheKey() != first
