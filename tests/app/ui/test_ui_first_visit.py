"""A first visit ends in commands, keeps nothing that was pasted by mistake, and can be left at any time."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.core.commands import ChooseNetwork, FinishFirstVisit, SetPayoutAddress, SetSchedule, SetWish
from app.core.hours.schedule import Level, Schedule, Window, parse_hours
from app.core.network.known import KnownNetwork
from app.core.settings.settings import NamedNetwork, OwnAddress, Settings, TryHere
from app.core.wish import OnUntil
from app.ui.first_visit.dialog import FirstVisit
from app.ui.hours.form import HoursKind, form_of, preview_text, schedule_of
from app.ui.wallet.payout_field import PayoutField

EVENING = datetime(2026, 11, 20, 18, 0, tzinfo=timezone(timedelta(hours=1)))
ADDRESS = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
NETWORKS = (
    KnownNetwork(name="local", title="Try on this computer", starts_here=True),
    KnownNetwork(name="first", title="First Light", orchestrator_url="https://first.example"),
)
MNEMONIC = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"

_windows = st.builds(Window, st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440))
_schedules = st.builds(
    Schedule, st.booleans(), st.lists(_windows, max_size=9, unique=True).map(lambda w: tuple(sorted(w)))
)


@pytest.fixture
def visit(qtbot: QtBot) -> FirstVisit:
    made = FirstVisit(Settings(), NETWORKS, EVENING)
    qtbot.addWidget(made)
    made.show()
    return made


def test_trying_on_this_computer_takes_three_clicks(visit: FirstVisit, qtbot: QtBot) -> None:
    visit.next.click()
    assert visit.page is visit.hours
    assert visit.hours.editor.preview.text() == "Next: 22:00 to 07:00, 9 h."
    visit.next.click()
    assert visit.page is visit.summary
    with qtbot.waitSignal(visit.finished, timeout=1000) as caught:
        visit.next.click()
    assert not visit.isVisible()
    assert caught.args[0] == (
        SetSchedule(parse_hours("22:00-07:00")),
        SetWish(OnUntil(EVENING + timedelta(hours=1))),
        ChooseNetwork(TryHere()),
        FinishFirstVisit(),
    )


def test_joining_a_network_asks_where_earnings_go(visit: FirstVisit) -> None:
    visit.network.named[0].click()
    visit.next.click()
    visit.hours.editor.kinds[HoursKind.ALWAYS].setChecked(True)
    visit.next.click()
    assert visit.page is visit.payout
    visit.payout.payout.field.setText(ADDRESS)
    visit.next.click()
    told = [label.text() for label in visit.summary.findChildren(QLabel)]
    assert "Join First Light" in told
    assert "5GrwvaEF…oHGKutQY" in told
    assert not visit.start_now.isVisible()  # any hour is fine, so it starts by itself
    assert visit.commands() == (
        SetSchedule(visit.hours.editor.schedule()),
        SetPayoutAddress(ADDRESS),
        ChooseNetwork(NamedNetwork("first")),
        FinishFirstVisit(),
    )


def test_the_address_may_be_left_out(visit: FirstVisit) -> None:
    visit.network.named[0].click()
    visit.next.click()
    visit.next.click()
    assert visit.next.isEnabled()
    visit.next.click()
    assert SetPayoutAddress(None) in visit.commands()


def test_an_address_of_a_network_is_the_experts_way(visit: FirstVisit) -> None:
    assert not visit.network.address.isVisible()
    visit.network.advanced.click()
    visit.network.address.setText("http://example.org")
    assert not visit.next.isEnabled()
    assert "unencrypted" in visit.network.address_hint.text()
    visit.network.address.setText("https://example.org/")
    assert visit.next.isEnabled()
    assert visit.network.choice == OwnAddress("https://example.org")


def test_only_what_counts_looks_chosen(visit: FirstVisit) -> None:
    page = visit.network
    assert page.try_here.isChecked()
    page.advanced.setChecked(True)
    page.address.setText("https://mine.example")
    assert not page.try_here.isChecked()
    assert page.choice == OwnAddress("https://mine.example")
    page.try_here.click()
    assert not page.advanced.isChecked()
    assert page.choice == TryHere()


def test_without_a_known_network_joining_is_explained(qtbot: QtBot) -> None:
    visit = FirstVisit(Settings(), NETWORKS[:1], EVENING)
    qtbot.addWidget(visit)
    assert visit.network.named == []
    assert any("None is open to everybody yet" in label.text() for label in visit.network.findChildren(QLabel))


def test_enter_goes_on_but_presses_the_button_that_has_the_keyboard(visit: FirstVisit, qtbot: QtBot) -> None:
    visit.network.try_here.setFocus()
    qtbot.keyClick(visit.network.try_here, Qt.Key.Key_Return)
    assert visit.page is visit.hours
    visit.back.setFocus()
    qtbot.keyClick(visit.back, Qt.Key.Key_Return)
    assert visit.page is visit.network


def test_back_keeps_what_was_answered(visit: FirstVisit) -> None:
    visit.network.named[0].click()
    visit.next.click()
    visit.back.click()
    assert visit.page is visit.network
    assert visit.network.choice == NamedNetwork("first")
    assert not visit.back.isVisible()


def test_no_hours_at_all_can_not_be_chosen(visit: FirstVisit) -> None:
    visit.next.click()
    editor = visit.hours.editor
    editor.kinds[HoursKind.CHOSEN].setChecked(True)
    for box, _span in editor.days:
        box.setChecked(False)
    assert not visit.next.isEnabled()
    assert "at least one day" in editor.preview.text()


def test_closing_asks_for_nothing(visit: FirstVisit, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(visit.finished), qtbot.waitSignal(visit.closed, timeout=1000):
        visit.close()


@pytest.mark.parametrize("secret", [MNEMONIC, "0x" + "1f" * 32, "1f" * 64], ids=["words", "private key", "long key"])
def test_a_pasted_secret_is_wiped_and_the_warning_stays(qtbot: QtBot, secret: str) -> None:
    field = PayoutField()
    qtbot.addWidget(field)
    field.field.insert(secret)
    assert field.field.text() == ""
    assert not field.field.isUndoAvailable()
    assert field.message.text()
    assert secret not in field.message.text()
    assert secret not in field.field.accessibleDescription()
    assert field.is_acceptable
    assert field.address is None


def test_an_address_is_judged_when_it_is_whole(qtbot: QtBot) -> None:
    field = PayoutField()
    qtbot.addWidget(field)
    field.field.setText(ADDRESS[:20])
    assert field.message.text() == ""
    assert not field.is_acceptable
    field.field.setText(ADDRESS[:-1] + "X")
    assert field.message.text()
    field.field.setText(ADDRESS)
    assert field.message.text() == "This is a valid address."
    assert field.address == ADDRESS


@given(_schedules)
@settings(max_examples=50, deadline=None)
def test_the_hours_form_loses_no_window(schedule: Schedule) -> None:
    again = schedule_of(form_of(schedule))
    assert again.enabled == schedule.enabled
    if schedule.windows:
        assert again.windows == schedule.windows or set(again.windows) == set(schedule.windows)


def test_what_hours_say_of_their_own_end_is_kept_by_the_simple_form(visit: FirstVisit) -> None:
    nights = Schedule(True, tuple(Window(day, 22 * 60, 480, Level.GENTLE, 30, 10) for day in range(7)))
    visit.hours.editor.set_schedule(nights)
    assert visit.hours.editor.schedule() == nights


def test_hours_are_told_in_words() -> None:
    nights = parse_hours("22:00-07:00")
    assert preview_text(nights, EVENING) == "Next: 22:00 to 07:00, 9 h."
    assert preview_text(nights, EVENING + timedelta(hours=5)) == "It may work now, until 07:00."
    assert preview_text(parse_hours("00:00-24:00"), EVENING) == "It may work day and night."


def test_the_editor_shows_the_hours_it_was_given(visit: FirstVisit) -> None:
    friday = Schedule(True, (Window(4, 22 * 60, 480), Window(4, 12 * 60, 60)))
    editor = visit.hours.editor
    editor.set_schedule(friday)
    assert editor.kinds[HoursKind.CHOSEN].isChecked()
    assert [box.isChecked() for box, _ in editor.days] == [False] * 4 + [True] + [False] * 2
    assert set(editor.schedule().windows) == set(friday.windows)
