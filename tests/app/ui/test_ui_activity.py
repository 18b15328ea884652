"""The Activity window answers for last night and shows a band per day, by mouse, keys and screen reader."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

import msgspec
import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QAccessible, QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from app.core.activity.lines import Broken, Held, Line, NotRecorded, Off, Slept, Trained, Waited, WaitingFor
from app.core.commands import Command
from app.core.decision import Reason
from app.core.hours.windows import Level
from app.core.money.earnings import Earnings
from app.core.money.ledger import Books
from app.core.money.lines import Credit
from app.core.money.side import MoneySide
from app.core.settings.settings import Settings
from app.core.snapshot import Snapshot, first_snapshot
from app.ui.activity.band import Kind, draw_did
from app.ui.activity.window import ActivityWindow
from app.ui.application import Desktop
from app.ui.look.theme import DARK, LIGHT
from tests.app.core.test_core_activity import NIGHTS, at, ms, night
from tests.app.ui.tab_order import tab_stops

NIGHT = "Last night: trained 7 h 40 min of 9 h; paused from 02:10 to 03:30, because the computer was on battery."
BATTERY = "02:10 to 03:30: paused, because the computer was on battery."


@pytest.fixture
def snapshot() -> Snapshot:
    books = Books(credits=(("", Credit(epoch=1, unix_ms=ms(at(7)), rao=1_200_000_000)),))
    changes = {"activity": tuple(night()), "money": MoneySide(books=books)}
    return msgspec.structs.replace(first_snapshot(at(8), Earnings()), **changes)


@pytest.fixture
def window(qtbot: QtBot, snapshot: Snapshot) -> ActivityWindow:
    made = ActivityWindow(Settings(schedule=NIGHTS))
    qtbot.addWidget(made)
    made.dress(DARK)
    made.show_snapshot(snapshot)
    made.show()
    return made


def test_on_top_stands_whether_it_ran_and_below_a_band_for_each_day(window: ActivityWindow) -> None:
    assert window.night.sentence.text() == NIGHT
    names = [name.text() for name, _band, _text in window.days.rows]
    assert names == ["Today", "Yesterday", "Sun 15 Nov –\nThu 19 Nov"]
    assert window.days.rows[0][2].text() == "Trained 5 h 40 min, earned 1.2000 τ"
    window.days.earlier.click()
    assert not window.days.earlier.isVisible()
    assert window.days.rows[-1][0].accessibleName() == "Fri 23 Oct to Thu 19 Nov"


def test_days_of_which_nothing_is_known_share_one_row_that_says_from_when_to_when(window: ActivityWindow) -> None:
    _name, band, text = window.days.rows[-1]
    assert text.text() == "Nothing was recorded"
    interface = QAccessible.queryAccessibleInterface(band)
    assert interface.text(QAccessible.Text.Name) == "Sun 15 Nov to Thu 19 Nov: Nothing was recorded"
    assert interface.childCount() == 1
    band.choose(0.5)
    assert window.told.text() == "Sun 15 Nov to Thu 19 Nov, 00:00 to 24:00: nothing was recorded."


def test_a_day_on_which_something_was_earned_keeps_its_row(
    window: ActivityWindow, snapshot: Snapshot, qtbot: QtBot
) -> None:
    tuesday = Credit(epoch=2, unix_ms=ms(at(7) - timedelta(days=4)), rao=1_000_000_000)
    money = MoneySide(books=Books(credits=(*snapshot.money.books.credits, ("", tuesday))))
    window.show_snapshot(msgspec.structs.replace(snapshot, money=money))
    told = [(name.accessibleName(), text.text()) for name, _band, text in window.days.rows[2:]]
    assert told == [
        ("Wed 18 Nov to Thu 19 Nov", "Nothing was recorded"),
        ("Tue 17 Nov", "Nothing was recorded; earned 1.0000 τ"),
        ("Sun 15 Nov to Mon 16 Nov", "Nothing was recorded"),
    ]
    last_band = window.days.rows[4][1]
    last_band.setFocus()
    qtbot.waitUntil(last_band.hasFocus, timeout=5000)
    window.show_snapshot(snapshot)
    assert len(window.days.rows) == 3
    assert window.focusWidget() is window.days.rows[2][1]


def test_arrow_keys_walk_through_the_night_and_its_sentences_are_told(
    window: ActivityWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr("app.ui.activity.band.read_as_focused", lambda part: read.append(part.accessibleName()))
    band = window.days.rows[0][1]
    band.setFocus()
    qtbot.waitUntil(band.hasFocus, timeout=5000)
    assert window.told.text() == "Today, 07:00 to 08:00: outside your hours."
    QTest.keyClick(band, Qt.Key.Key_Left)
    QTest.keyClick(band, Qt.Key.Key_Left)
    assert window.told.text() == f"Today, {BATTERY}"
    assert read[-1] == BATTERY
    QTest.keyClick(band, Qt.Key.Key_Home)
    QTest.keyClick(band, Qt.Key.Key_Left)
    assert window.told.text() == "Today, 00:00 to 02:10: trained."
    QTest.keyClick(band, Qt.Key.Key_End)
    QTest.keyClick(band, Qt.Key.Key_Right)
    assert window.told.text() == "Today, 08:00 to 24:00: still to come."
    QTest.keyClick(band, Qt.Key.Key_Up)
    QTest.keyClick(band, Qt.Key.Key_Down)
    assert window.days.rows[1][1].hasFocus()
    assert window.told.text() == "Yesterday, 00:00 to 21:00: nothing was recorded."


def test_what_is_looked_for_stands_out_and_the_keys_pass_over_the_rest(window: ActivityWindow, qtbot: QtBot) -> None:
    days, band = window.days, window.days.rows[0][1]
    everything = band.grab().toImage()
    days.kind.setFocus()
    QTest.keyClick(days.kind, Qt.Key.Key_Down)
    assert days.kind.currentData() == Kind.TRAINING
    assert band.grab().toImage() != everything, "what did not train is pale"
    assert window.told.text() == "3 parts of these days are of that kind."
    band.setFocus()
    qtbot.waitUntil(band.hasFocus, timeout=5000)
    told = []
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(band, key)
        told.append(window.told.text())
    assert told == [
        "Today, 00:00 to 02:10: trained.",
        "Today, 03:30 to 07:00: trained.",
        "Today, 03:30 to 07:00: trained.",
        "Yesterday, 22:00 to 24:00: trained.",
    ]
    band.choose(2.5 / 24)  # the mouse reads what lies under it
    assert window.told.text() == f"Today, {BATTERY}"
    days.kind.setCurrentIndex(0)
    assert len(band.found()) > 2, "everything is looked for again"


def test_each_kind_finds_its_parts_and_that_there_are_none_is_told(window: ActivityWindow) -> None:
    found = {}
    for place in range(window.days.kind.count()):
        window.days.kind.setCurrentIndex(place)
        found[window.days.kind.currentData()] = [len(band.found()) for _name, band, _text in window.days.rows]
    assert found[Kind.TRAINING] == [2, 1, 0]
    assert found[Kind.TROUBLES] == [0, 0, 0]
    assert sum(found[Kind.WAITING]) >= 1
    assert window.told.text() == "Nothing in these days is of that kind."
    window.days.earlier.click()
    assert all(not band.found() for _name, band, _text in window.days.rows), "rows that came later know it too"


def test_tab_leads_from_what_is_looked_for_to_the_newest_day(window: ActivityWindow, qtbot: QtBot) -> None:
    kind, band = window.days.kind, window.days.rows[0][1]
    assert kind.accessibleName() == "Show which parts of the days"
    kind.setFocus()
    QTest.keyClick(kind, Qt.Key.Key_Tab)
    assert window.focusWidget() is band


def test_right_to_left_the_arrows_follow_what_is_seen(window: ActivityWindow, qtbot: QtBot) -> None:
    band = window.days.rows[0][1]
    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    band.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    band.setFocus()
    QTest.keyClick(band, Qt.Key.Key_Home)
    QTest.keyClick(band, Qt.Key.Key_Left)
    assert window.told.text() == f"Today, {BATTERY}"
    QTest.mouseClick(band, Qt.MouseButton.LeftButton, pos=QPoint(band.width() - 3, 5))
    assert window.told.text() == "Today, 00:00 to 02:10: trained."


def test_the_keys_work_on_today_as_soon_as_the_window_is_open(window: ActivityWindow, qtbot: QtBot) -> None:
    assert window.focusWidget() is window.days.rows[0][1]


def test_a_click_tells_what_happened_there(window: ActivityWindow, qtbot: QtBot) -> None:
    band = window.days.rows[0][1]
    QTest.mouseClick(band, Qt.MouseButton.LeftButton, pos=QPoint(round(band.width() * 3 / 24), 5))
    assert window.told.text() == f"Today, {BATTERY}"


def test_a_screen_reader_finds_each_day_and_each_part_by_name(window: ActivityWindow) -> None:
    band = window.days.rows[0][1]
    interface = QAccessible.queryAccessibleInterface(band)
    assert interface.text(QAccessible.Text.Name) == "Today: Trained 5 h 40 min, earned 1.2000 τ"
    names = [interface.child(n).text(QAccessible.Text.Name) for n in range(interface.childCount())]
    assert names == [
        "00:00 to 02:10: trained.",
        BATTERY,
        "03:30 to 07:00: trained.",
        "07:00 to 08:00: outside your hours.",
        "08:00 to 24:00: still to come.",
    ]
    for control in window.findChildren(QAbstractButton):
        found = QAccessible.queryAccessibleInterface(control)
        assert found.text(QAccessible.Text.Name) or not control.isVisible() or not control.focusPolicy()


def test_tab_visits_the_days_from_the_newest_on(window: ActivityWindow, qtbot: QtBot) -> None:
    expected = [*(band for _name, band, _text in window.days.rows), window.days.earlier]
    assert [stop for stop in tab_stops(qtbot, expected[0]) if stop in expected] == expected


def test_what_happens_meanwhile_is_shown_and_what_was_chosen_stays(window: ActivityWindow, snapshot: Snapshot) -> None:
    band = window.days.rows[0][1]
    band.setFocus()
    band.choose(3 / 24)
    later = snapshot.at + timedelta(minutes=30)
    more = Line(at_ms=ms(snapshot.at) + 1, did=Broken("The engine crashed."))
    again = Line(at_ms=ms(later), did=Trained())
    window.show_snapshot(msgspec.structs.replace(snapshot, at=later, activity=(*snapshot.activity, more, again)))
    assert window.told.text() == f"Today, {BATTERY}"
    assert band._day is not None
    assert any(span.did == Broken("The engine crashed.") or isinstance(span.did, Off) for span in band._day.spans)


def test_hours_that_were_changed_change_the_answer(window: ActivityWindow) -> None:
    window.show_settings(Settings())
    assert window.night.sentence.text().startswith("In the last 24 hours: trained 7 h 40 min of 24 h")


def test_every_state_has_a_shape_of_its_own_without_any_colour() -> None:
    """Painted in one ink on one ground, no two states look alike."""
    names = [name for name in LIGHT.__dataclass_fields__ if name != "dark"]
    ground = {"background", "card", "sunken", "accent_soft", "warning_soft", "danger_soft", "on_accent", "border"}
    inks: dict[str, Any] = {name: "#FFFFFF" if name in ground else "#000000" for name in names}
    one_ink = type(LIGHT)(dark=False, **inks)
    seen = {}
    for did in (
        Trained(), Trained(Level.GENTLE), Waited(WaitingFor.PEERS), Held(Reason.MAINS), Held(Reason.PAUSED), Broken(),
        Held(Reason.HOURS), Slept(), Off(),
    ):  # fmt: skip
        image = QImage(80, 24, QImage.Format.Format_RGB32)
        image.fill(QColor("#FFFFFF"))
        painter = QPainter(image)
        draw_did(painter, QRectF(2, 2, 76, 20), did, one_ink)
        painter.end()
        seen[bytes(image.constBits())] = did
    assert len(seen) == 9


class Backend:
    """What the desktop needs of a supervisor."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.settings = Settings(schedule=NIGHTS)
        self.first_visit_done = True

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        return lambda: None

    def submit(self, command: Command) -> Future[None]:
        return Future()


class TrayThere:
    """A tray that shows nothing."""

    visible = True

    def show_state(self, state: object, tooltip: str) -> None: ...

    def notify(self, title: str, text: str) -> None: ...

    def close(self) -> None: ...


def test_it_opens_from_home_and_from_the_tray_and_gives_its_memory_back(
    qapp: QApplication, qtbot: QtBot, make_snapshot: Callable[..., Snapshot], snapshot: Snapshot
) -> None:
    before = qapp.styleSheet()
    desktop = Desktop(qapp, Backend(make_snapshot(activity=snapshot.activity)), with_tray=False)
    desktop.tray = TrayThere()
    try:
        desktop.show_home()
        assert desktop.home is not None
        assert desktop.home.status.activity.shortcut().toString() == "Ctrl+T"
        desktop.home.status.activity.click()
        assert desktop.side.activity.window is not None and desktop.side.activity.window.isVisible()
        desktop.side.activity.window.close()
        qtbot.waitUntil(lambda: desktop.side.activity.window is None, timeout=2000)
        next(action for action in desktop.menu.menu.actions() if action.text() == "What it did").trigger()
        assert desktop.side.activity.window is not None and desktop.side.activity.window.isVisible()
    finally:
        desktop.close()
        desktop.deleteLater()
        qapp.setStyleSheet(before)


@pytest.mark.parametrize("times", [1.0, 2.0])
def test_twice_the_text_size_cuts_no_word_and_needs_no_sideways_scrolling(
    qapp: QApplication, qtbot: QtBot, snapshot: Snapshot, times: float
) -> None:
    before = qapp.font()
    font = qapp.font()
    font.setPointSizeF(font.pointSizeF() * times)
    qapp.setFont(font)
    try:
        window = ActivityWindow(Settings(schedule=NIGHTS))
        qtbot.addWidget(window)
        window.show_snapshot(snapshot)
        window.resize(700, 700)
        window.show()
        content = window.page.widget()
        assert content is not None and content.width() <= window.page.viewport().width()
        for entry in window.days.key:
            around = entry.parentWidget()
            assert around is not None and entry.geometry().right() <= around.width()
        for _name, band, _text in window.days.rows:
            assert band.width() > 300
    finally:
        qapp.setFont(before)


def test_an_empty_diary_says_that_nothing_was_recorded(qtbot: QtBot, snapshot: Snapshot) -> None:
    window = ActivityWindow(Settings(schedule=NIGHTS))
    qtbot.addWidget(window)
    window.show_snapshot(msgspec.structs.replace(snapshot, activity=(), money=MoneySide()))
    assert window.night.sentence.text() == "Last night: nothing was recorded."
    assert window.days.rows[0][2].text() == "Nothing was recorded"
    day = window.days.rows[1][1]._day
    assert day is not None and isinstance(day.spans[0].did, NotRecorded)
    assert window.days.rows[1][0].accessibleName() == "Sun 15 Nov to Fri 20 Nov"
