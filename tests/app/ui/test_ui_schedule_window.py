"""The Schedule window: painted by mouse, by keys, through the list beside it, and told to a screen reader."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QDate, QPoint, Qt, QTime
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.core.hours.changes import without_tonight
from app.core.hours.schedule import parse_hours
from app.core.hours.windows import DaysOff, Level, Schedule, Window
from app.core.wish import OffUntil
from app.ui.hours.window import ScheduleDialog
from app.ui.look.theme import DARK

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY_NOON = datetime(2026, 11, 20, 12, 0, tzinfo=BERLIN)
NIGHTS = parse_hours("22:00-07:00")
EMPTY = Schedule(True, (Window(0, 0, 30),))
FRIDAY, SATURDAY = 4, 5
LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot: QtBot) -> ScheduleDialog:
    """With one half hour on Monday, which is out of the way."""
    return opened(qtbot, EMPTY)


def opened(qtbot: QtBot, schedule: Schedule, now: datetime = FRIDAY_NOON, **others: object) -> ScheduleDialog:
    dialog = ScheduleDialog(schedule, now, **others)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    dialog.activateWindow()
    return dialog


def windows(dialog: ScheduleDialog) -> set[Window]:
    """All but Monday's half hour."""
    return set(dialog.draft.schedule().windows) - set(EMPTY.windows)


def cell(dialog: ScheduleDialog, day: int, hour: float) -> QPoint:
    grid = dialog.week.grid
    return grid.visualRect(grid.cells.index(day, round(hour * 2))).center()


def choose(dialog: ScheduleDialog, day: int, hour: float) -> None:
    grid = dialog.week.grid
    grid.setFocus()
    grid.setCurrentIndex(grid.cells.index(day, round(hour * 2)))


def drag(qtbot: QtBot, dialog: ScheduleDialog, start: QPoint, end: QPoint) -> None:
    viewport = dialog.week.grid.viewport()
    QTest.mousePress(viewport, LEFT, pos=start)
    QTest.mouseMove(viewport, end)
    QTest.mouseRelease(viewport, LEFT, pos=end)


def spoken(dialog: ScheduleDialog, day: int, hour: float) -> QAccessibleInterface:
    """What a screen reader finds in this cell: the table's children are its headers and cells, row by row."""
    table = QAccessible.queryAccessibleInterface(dialog.week.grid)
    columns = 48
    return table.child((day + 1) * (columns + 1) + 1 + round(hour * 2))


def test_dragging_paints_hours_on_several_days_and_dragging_again_takes_them_out(
    window: ScheduleDialog, qtbot: QtBot
) -> None:
    drag(qtbot, window, cell(window, FRIDAY, 20), cell(window, SATURDAY, 21.5))
    assert windows(window) == {Window(FRIDAY, 1200, 120), Window(SATURDAY, 1200, 120)}
    drag(qtbot, window, cell(window, SATURDAY, 20), cell(window, SATURDAY, 20.5))
    assert windows(window) == {Window(FRIDAY, 1200, 120), Window(SATURDAY, 1260, 60)}


def test_a_drag_that_comes_back_leaves_what_it_passed_over_as_it_was(window: ScheduleDialog, qtbot: QtBot) -> None:
    viewport = window.week.grid.viewport()
    QTest.mousePress(viewport, LEFT, pos=cell(window, FRIDAY, 10))
    QTest.mouseMove(viewport, cell(window, FRIDAY, 18))
    QTest.mouseMove(viewport, cell(window, FRIDAY, 10.5))
    QTest.mouseRelease(viewport, LEFT, pos=cell(window, FRIDAY, 10.5))
    assert windows(window) == {Window(FRIDAY, 600, 60)}


def test_a_drag_beyond_the_grid_ends_at_its_edge_and_sunday_night_runs_into_monday(
    window: ScheduleDialog, qtbot: QtBot
) -> None:
    drag(qtbot, window, cell(window, FRIDAY, 23), cell(window, FRIDAY, 23) + QPoint(900, 900))
    assert windows(window) == {Window(4, 1380, 60), Window(5, 1380, 60), Window(6, 1380, 90)}


def test_the_switch_says_how_hard_the_mouse_paints(window: ScheduleDialog, qtbot: QtBot) -> None:
    window.week.levels[Level.GENTLE].click()
    drag(qtbot, window, cell(window, FRIDAY, 9), cell(window, FRIDAY, 9.5))
    assert windows(window) == {Window(FRIDAY, 540, 60, Level.GENTLE)}
    window.week.levels[Level.FULL].click()
    drag(qtbot, window, cell(window, FRIDAY, 9), cell(window, FRIDAY, 9.5))
    assert windows(window) == {Window(FRIDAY, 540, 60)}


def test_keys_move_choose_paint_make_gentle_and_clear(window: ScheduleDialog, qtbot: QtBot) -> None:
    grid = window.week.grid
    choose(window, FRIDAY, 22)
    QTest.keyClick(grid, Qt.Key.Key_Space)
    assert windows(window) == {Window(FRIDAY, 1320, 30)}
    QTest.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    QTest.keyClick(grid, Qt.Key.Key_Down, SHIFT)
    QTest.keyClick(grid, Qt.Key.Key_Space)
    assert windows(window) == {Window(FRIDAY, 1320, 60), Window(SATURDAY, 1320, 60)}
    QTest.keyClick(grid, Qt.Key.Key_G)
    assert {each.level for each in windows(window)} == {Level.GENTLE}
    QTest.keyClick(grid, Qt.Key.Key_G)
    assert {each.level for each in windows(window)} == {Level.FULL}
    QTest.keyClick(grid, Qt.Key.Key_Up)
    QTest.keyClick(grid, Qt.Key.Key_Space)
    assert windows(window) == {Window(FRIDAY, 1320, 30), Window(SATURDAY, 1320, 60)}
    QTest.keyClick(grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(grid, Qt.Key.Key_Delete)
    assert window.draft.schedule().windows == ()


def test_tab_leaves_the_grid_and_enter_does_not_paint(window: ScheduleDialog, qtbot: QtBot) -> None:
    choose(window, FRIDAY, 22)
    assert not window.week.grid.tabKeyNavigation()
    QTest.keyClick(window.week.grid, Qt.Key.Key_Return)
    assert windows(window) == set()


def test_a_screen_reader_is_told_cell_by_cell(window: ScheduleDialog, qtbot: QtBot) -> None:
    grid = window.week.grid
    table = QAccessible.queryAccessibleInterface(grid)
    name, description = (table.text(kind) for kind in (QAccessible.Text.Name, QAccessible.Text.Description))
    assert (table.role(), name) == (QAccessible.Role.Table, "Hours of the week")
    assert "Space paints" in description
    assert spoken(window, FRIDAY, 22.5).role() is QAccessible.Role.Cell
    assert spoken(window, FRIDAY, 22.5).text(QAccessible.Text.Name) == "Friday 22:30, no training"
    choose(window, FRIDAY, 22.5)
    QTest.keyClick(grid, Qt.Key.Key_G)
    assert spoken(window, FRIDAY, 22.5).text(QAccessible.Text.Name) == "Friday 22:30, training, gently"
    assert spoken(window, FRIDAY, 22.5).state().focused
    assert window.week.told.text() == "Friday, 22:30 to 23:00: training, gently"


def test_a_reader_that_would_read_whole_rows_hears_of_what_is_chosen_alone(
    window: ScheduleDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.ui.hours.week_grid.reads_whole_rows", lambda: True)
    heard: list[QWidget] = []
    monkeypatch.setattr("app.ui.look.spoken.read_as_focused", heard.append)
    choose(window, FRIDAY, 22)
    for key, said in (
        (Qt.Key.Key_Down, "Saturday, 22:00 to 22:30: no training"),
        (Qt.Key.Key_Space, "Saturday, 22:00 to 22:30: training"),
        (Qt.Key.Key_Right, "Saturday, 22:30 to 23:00: no training"),
        (Qt.Key.Key_G, "Saturday, 22:30 to 23:00: training, gently"),
    ):
        before = heard[-1]
        QTest.keyClick(window.week.grid, key)
        assert heard[-1].accessibleName() == said
        assert heard[-1] is not before, "of the same part it would say nothing"
        assert QAccessible.queryAccessibleInterface(heard[-1]).role() is QAccessible.Role.ListItem


def test_elsewhere_qt_tells_readers_of_the_cell(
    window: ScheduleDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.ui.hours.week_grid.reads_whole_rows", lambda: False)
    heard: list[QWidget] = []
    monkeypatch.setattr("app.ui.look.spoken.read_as_focused", heard.append)
    choose(window, FRIDAY, 22)
    QTest.keyClick(window.week.grid, Qt.Key.Key_Down)
    assert window.week.told.text() == "Saturday, 22:00 to 22:30: no training"
    assert heard == []


def test_the_list_shows_what_is_painted_and_the_grid_what_is_listed(window: ScheduleDialog, qtbot: QtBot) -> None:
    drag(qtbot, window, cell(window, FRIDAY, 20), cell(window, SATURDAY, 21.5))
    row = window.week.list.rows[1]
    assert [chip.isChecked() for chip in row.weekdays] == [False] * 4 + [True, True, False]
    assert (row.start.time(), row.end.time()) == (QTime(20, 0), QTime(22, 0))
    row.end.setTime(QTime(1, 15))
    row.weekdays[SATURDAY].click()
    row.level.setCurrentIndex(1)
    assert windows(window) == {Window(FRIDAY, 1200, 315, Level.GENTLE)}
    assert window.week.grid.cells.level_at(SATURDAY, 1) is Level.GENTLE
    assert window.week.grid.cells.bars(SATURDAY)[0].end_minute == 75
    row.remove.click()
    assert windows(window) == set()
    assert len(window.week.list.rows) == 1


def test_a_line_is_added_and_counts_when_it_has_a_weekday(window: ScheduleDialog) -> None:
    window.week.list.add.click()
    assert windows(window) == set()
    row = window.week.list.rows[-1]
    assert "without a weekday" in row.weekdays[0].accessibleName()
    row.weekdays[FRIDAY].click()
    assert windows(window) == {Window(FRIDAY, 1320, 540)}
    assert row.remove.accessibleName() == "Remove Friday 22:00 to 07:00"
    row.start.setTime(QTime(7, 0))
    assert windows(window) == {Window(FRIDAY, 420, 1440)}


def test_painting_keeps_windows_that_were_typed_to_the_minute(qtbot: QtBot) -> None:
    window = opened(qtbot, Schedule(True, (Window(FRIDAY, 1330, 100),)))
    drag(qtbot, window, cell(window, SATURDAY, 10), cell(window, SATURDAY, 10))
    assert Window(FRIDAY, 1330, 100) in window.draft.schedule().windows


def test_days_off_are_added_with_dates_and_taken_back(window: ScheduleDialog) -> None:
    card = window.days_off
    card.first.setDate(QDate(2026, 12, 24))
    assert card.last.date() == QDate(2026, 12, 24)
    card.last.setDate(QDate(2026, 12, 26))
    card.add.click()
    assert window.draft.days_off() == (DaysOff(date(2026, 12, 24), date(2026, 12, 26)),)
    assert "off from 24 Dec to 26 Dec" in window.line.text()
    (line,) = [line for _days, line in card.lines]
    assert [found.text() for found in line.findChildren(QLabel)] == ["Thu 24 Dec to Sat 26 Dec"]
    (remove,) = line.findChildren(QAbstractButton)
    assert "Thu 24 Dec" in remove.accessibleName()
    remove.click()
    assert window.draft.days_off() == ()


def test_not_tonight_is_one_tick_and_shows_in_words_and_preview(qtbot: QtBot) -> None:
    window = opened(qtbot, NIGHTS)
    assert window.preview.days[0][2].text() == "22:00 to Sat 07:00, 9\N{NO-BREAK SPACE}h"
    window.days_off.tonight.click()
    assert window.draft.schedule() == without_tonight(NIGHTS, FRIDAY_NOON)
    assert window.line.text() == "Nights 22:00 to 07:00; not tonight"
    assert window.preview.days[0][2].text() == "left out"
    assert window.preview.days[0][1].accessibleName() == "Today, Fri 20 Nov: left out"
    window.days_off.tonight.click()
    assert window.draft.schedule() == NIGHTS


def test_the_preview_tells_the_long_night_the_gentle_day_and_the_pause(qtbot: QtBot) -> None:
    now = datetime(2026, 10, 24, 12, tzinfo=BERLIN)
    schedule = Schedule(True, (*NIGHTS.windows, Window(6, 540, 480, Level.GENTLE)))
    window = opened(qtbot, schedule, now, wish=OffUntil(now.replace(hour=13)))
    texts = [text.text().replace("\N{NO-BREAK SPACE}", " ") for _name, _bar, text in window.preview.days]
    assert texts[0] == "12:00 to 13:00: paused; 22:00 to Sun 07:00, 10 h (clocks go back, 60 min longer)"
    assert texts[1] == "09:00 to 17:00, 8 h, gently; 22:00 to Mon 07:00, 9 h"
    assert len(texts) == 7
    assert "Europe" in window.preview.findChildren(QLabel)[-1].text() or "CEST" in (
        window.preview.findChildren(QLabel)[-1].text()
    )


def test_what_has_no_end_in_sight_is_told_without_one(qtbot: QtBot) -> None:
    always = opened(qtbot, Schedule())
    assert [text.text() for _name, _bar, text in always.preview.days] == ["from 12:00 on", *["all day"] * 6]
    paused = opened(qtbot, NIGHTS, wish=OffUntil())
    assert [text.text() for _name, _bar, text in paused.preview.days] == ["from 12:00 on: paused", *["paused"] * 6]


def test_last_start_and_overrun_are_fields(window: ScheduleDialog) -> None:
    window.minutes.last_start.setValue(20)
    window.minutes.overrun.setValue(10)
    schedule = window.draft.schedule()
    assert (schedule.last_start_minutes, schedule.overrun_minutes) == (20, 10)


def test_a_line_may_have_a_last_start_and_an_overrun_of_its_own(qtbot: QtBot) -> None:
    window = opened(qtbot, Schedule(True, (Window(FRIDAY, 1320, 480), Window(SATURDAY, 1320, 480, Level.GENTLE))))
    fields = window.week.list.rows[0].ending
    assert not fields.last_start.isVisible()
    fields.opener.click()
    assert (fields.last_start.text(), fields.overrun.text()) == ("as for all", "as for all")
    QTest.keyClick(fields.last_start, Qt.Key.Key_Up)
    assert fields.last_start.minutes() == 0
    fields.last_start.setValue(30)
    fields.overrun.setValue(10)
    assert windows(window) == {
        Window(FRIDAY, 1320, 480, Level.FULL, 30, 10),
        Window(SATURDAY, 1320, 480, Level.GENTLE),
    }
    assert "Friday 22:00 to 06:00, nothing new in the last 30 min, 10 min to hand over" in window.line.text()
    told = window.preview.days[0][2].text().replace("\N{NO-BREAK SPACE}", " ")
    assert told == "22:00 to Sat 06:00, 8 h, nothing new after 05:30, handing over until 06:10"
    assert "Friday" in fields.last_start.accessibleName()
    drag(qtbot, window, cell(window, SATURDAY, 6), cell(window, SATURDAY, 6.5))
    assert Window(FRIDAY, 1320, 540, Level.FULL, 30, 10) in windows(window)
    fields.last_start.setValue(540)
    assert "never begin" in window.problem.text()
    fields.last_start.show_minutes(None)
    QTest.keyClick(fields.last_start, Qt.Key.Key_Down)
    assert fields.last_start.minutes() is None


def test_hours_with_minutes_of_their_own_are_shown_open(qtbot: QtBot) -> None:
    window = opened(qtbot, Schedule(True, (Window(FRIDAY, 1320, 480, Level.FULL, None, 0), Window(SATURDAY, 0, 60))))
    first, second = (row.ending for row in window.week.list.rows)
    assert (first.overrun.minutes(), first.overrun.isVisible()) == (0, True)
    assert not second.overrun.isVisible()
    first.opener.click()
    window.week.list.add.click()
    assert not first.overrun.isVisible()


def test_hours_that_would_never_train_are_told_and_can_not_be_saved(window: ScheduleDialog) -> None:
    window.minutes.last_start.setValue(45)
    assert "never begin" in window.problem.text()
    assert not window.save.isEnabled()
    window.minutes.last_start.setValue(0)
    assert window.save.isEnabled()
    window.week.clear.click()
    assert "never train" in window.problem.text()
    assert not window.save.isEnabled()


def test_any_hour_keeps_the_week_for_later_and_an_empty_week_begins_with_the_nights(qtbot: QtBot) -> None:
    window = opened(qtbot, NIGHTS)
    window.any_hour.click()
    assert window.draft.schedule() == Schedule(False, NIGHTS.windows)
    assert not window.week.isVisible()
    window.only_hours.click()
    assert window.draft.schedule() == NIGHTS
    fresh = opened(qtbot, Schedule())
    assert fresh.any_hour.isChecked()
    fresh.only_hours.click()
    assert fresh.draft.schedule() == NIGHTS


def test_nothing_leaves_the_window_before_save(window: ScheduleDialog, qtbot: QtBot) -> None:
    heard: list[Schedule] = []
    window.saved.connect(heard.append)
    drag(qtbot, window, cell(window, FRIDAY, 20), cell(window, FRIDAY, 20.5))
    window.reject()
    assert heard == []
    again = opened(qtbot, NIGHTS)
    with qtbot.waitSignal(again.saved, timeout=1000) as caught:
        again.save.click()
    assert caught.args == [NIGHTS]


def test_everything_that_takes_the_keyboard_has_a_name_and_a_role(window: ScheduleDialog) -> None:
    window.days_off.add.click()
    stops = [each for each in window.findChildren(QWidget) if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    for stop in stops:
        if stop.isVisible() and not isinstance(stop.parent(), QComboBox) and not stop.objectName().startswith("qt_"):
            found = QAccessible.queryAccessibleInterface(stop)
            assert found.text(QAccessible.Text.Name), stop
            assert found.role() is not QAccessible.Role.NoRole, stop


def test_times_read_the_same_way_and_the_week_is_mirrored_from_right_to_left(qtbot: QtBot) -> None:
    QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        window = opened(qtbot, NIGHTS)
        assert window.week.list.rows[0].start.text() == "22:00"
        assert window.days_off.first.text() == "2026-11-21"
        assert cell(window, FRIDAY, 1).x() > cell(window, FRIDAY, 22).x()
        drag(qtbot, window, cell(window, FRIDAY, 12), cell(window, FRIDAY, 13.5))
        assert Window(FRIDAY, 720, 120) in window.draft.schedule().windows
        window.grab()
    finally:
        QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def is_within(page: QWidget, width: int) -> bool:
    return page.width() <= width


def have_room(chips: Sequence[QAbstractButton]) -> bool:
    return all(chip.width() >= chip.fontMetrics().horizontalAdvance(chip.text()) for chip in chips)


@pytest.mark.parametrize("size", [10, 20])
def test_at_any_text_size_and_width_it_fits_and_can_be_drawn(qtbot: QtBot, size: int) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    before = application.font()
    font = application.font()
    font.setPointSizeF(size)
    application.setFont(font)
    try:
        schedule = Schedule(True, (*NIGHTS.windows, Window(2, 540, 60, Level.GENTLE)), NIGHTS.exceptions)
        window = opened(qtbot, schedule, colours=DARK, wish=OffUntil())
        for width in (480, 1100):
            window.resize(width, 800)
            page = window.week.parentWidget()
            assert page is not None
            qtbot.waitUntil(partial(is_within, page, width))
            # Layouts that answer to a width need a few rounds.
            qtbot.waitUntil(partial(have_room, window.week.list.rows[0].weekdays))
            assert not window.grab().isNull()
    finally:
        application.setFont(before)
