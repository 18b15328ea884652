"""What tray and window offer about the hours: not tonight, tonight after all, finish, pauses with real lengths."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytestqt.qtbot import QtBot

from app.core.commands import SkipTonight, TonightAfterAll
from app.core.engine.phase import Phase
from app.core.gates.gate import hours_gate
from app.core.hours.changes import without_tonight
from app.core.hours.schedule import parse_hours
from app.core.hours.windows import Schedule, Window
from app.core.wish import OffUntil, OffUntilOpening
from app.ui.choices import State, offer_of, state_of
from app.ui.tray.menu import TrayMenu
from tests.app.conftest import MakeSnapshot

BERLIN = ZoneInfo("Europe/Berlin")
NIGHTS = parse_hours("22:00-07:00")
TWO_AT_NIGHT = datetime(2026, 11, 21, 2, tzinfo=BERLIN)
NOON = datetime(2026, 11, 21, 12, tzinfo=BERLIN)


def offered(make_snapshot: MakeSnapshot, schedule: Schedule, now: datetime) -> str:
    phase = Phase.TRAINING if now == TWO_AT_NIGHT else Phase.STOPPED
    skip = offer_of(make_snapshot(now=now, phase=phase, gates=(hours_gate(schedule, now, BERLIN),))).skip
    return "" if skip is None else skip.text


@pytest.mark.parametrize(
    ("schedule", "now", "text"),
    [
        (NIGHTS, TWO_AT_NIGHT, "Not tonight"),
        (NIGHTS, NOON, "Not tonight"),
        (NIGHTS, datetime(2026, 11, 21, 6, 59, tzinfo=BERLIN), "Not tonight"),
        (parse_hours("09:00-17:00"), NOON, "Not today"),
        (parse_hours("13:00-17:00"), NOON, "Not today"),
        (Schedule(True, (Window(1, 600, 60),)), NOON, "Not Tue 10:00"),
        (without_tonight(NIGHTS, TWO_AT_NIGHT), TWO_AT_NIGHT, "Tonight after all"),
        (Schedule(), NOON, ""),
    ],
)
def test_leaving_out_the_next_hours_is_offered_by_its_right_name(
    make_snapshot: MakeSnapshot, schedule: Schedule, now: datetime, text: str
) -> None:
    assert offered(make_snapshot, schedule, now) == text


def test_the_tray_sends_the_commands(make_snapshot: MakeSnapshot, qtbot: QtBot) -> None:
    menu = TrayMenu()
    for schedule, text, command in (
        (NIGHTS, "Not tonight", SkipTonight()),
        (without_tonight(NIGHTS, TWO_AT_NIGHT), "Tonight after all", TonightAfterAll()),
    ):
        gates = (hours_gate(schedule, TWO_AT_NIGHT, BERLIN),)
        menu.show_snapshot(make_snapshot(now=TWO_AT_NIGHT, gates=gates))
        action = next(action for action in menu.menu.actions() if action.text() == text)
        with qtbot.waitSignal(menu.command_requested, timeout=1000) as caught:
            action.trigger()
        assert caught.args == [command]


def test_finished_is_shown_as_a_pause_that_resume_ends(make_snapshot: MakeSnapshot) -> None:
    snapshot = make_snapshot(now=TWO_AT_NIGHT, wish=OffUntilOpening(TWO_AT_NIGHT, NOON), phase=Phase.STOPPED)
    assert state_of(snapshot) is State.PAUSED
    offer = offer_of(snapshot)
    assert offer.resume is not None
    assert (offer.pause, offer.finish, offer.skip) == ((), None, None)


def test_an_hours_pause_is_an_hour_in_the_night_in_which_clocks_change(make_snapshot: MakeSnapshot) -> None:
    before = datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN)
    wish = offer_of(make_snapshot(now=before, gates=(hours_gate(NIGHTS, before, BERLIN),))).pause[1].wish
    assert isinstance(wish, OffUntil)
    assert wish.until is not None
    assert wish.until.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=1)
