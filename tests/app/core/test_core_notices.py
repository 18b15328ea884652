"""At most one notice for each kind and occasion; none in quiet hours, or for what the person did themselves."""

from datetime import datetime, time, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.activity.lines import Broken, Held, Line, Off, Trained
from app.core.decision import Reason
from app.core.engine.phase import EngineStatus, Failure, Phase
from app.core.gates.gate import GateName, Switch, plain
from app.core.hours.schedule import Schedule, parse_hours
from app.core.money.earnings import Earnings
from app.core.money.ledger import Books
from app.core.money.lines import Paid, PayoutAddressChanged
from app.core.money.prices import MoneyView
from app.core.money.side import MoneySide
from app.core.notices.kinds import (
    KIND_OF,
    AddressChanged,
    Attention,
    NightSummary,
    Notice,
    PayoutMade,
    TrainingBegan,
    UpdateReady,
)
from app.core.notices.memory import NoticeMemory, NoticesView
from app.core.notices.occasions import Watch, due, watched
from app.core.notices.settings import URGENT, NoticeKind, NoticeSettings, is_quiet
from app.core.notices.words import kind_label, told
from app.core.snapshot import NetworkKind, NetworkView, Snapshot
from app.core.wish import OnUntil
from tests.app.conftest import ADDRESS, NOON, TWO_AT_NIGHT, ZONE, MakeSnapshot, gates_at

NIGHTS = parse_hours("22:00-07:00")
NO_HOURS = Schedule()
LOUD = NoticeSettings(quiet=False)
MORNING = datetime(2026, 11, 21, 8, 30, tzinfo=ZONE)
NAMED = NetworkView(kind=NetworkKind.NAMED, name="orion")
LONG_KNOWN = NoticeMemory(since_unix=TWO_AT_NIGHT.timestamp() - 90 * 86400)


def tell(
    snapshot: Snapshot,
    memory: NoticeMemory = LONG_KNOWN,
    *,
    settings: NoticeSettings = LOUD,
    schedule: Schedule = NO_HOURS,
    watch: Watch = Watch(),  # noqa: B008  frozen
) -> tuple[NoticeMemory, tuple[Notice, ...]]:
    return due(snapshot, settings, schedule, memory, watch)


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


# Quiet hours.


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439))
def test_a_minute_is_quiet_when_walking_from_the_beginning_meets_it_before_the_end(
    begins: int, ends: int, minute: int
) -> None:
    walked, at = set(), begins
    while at != ends:
        walked.add(at)
        at = (at + 1) % 1440
    settings = NoticeSettings(quiet_from_minute=begins, quiet_until_minute=ends)
    now = datetime.combine(NOON.date(), time(*divmod(minute, 60)), ZONE)
    assert is_quiet(settings, now) == (minute in walked)
    assert not is_quiet(msgspec.structs.replace(settings, quiet=False), now)


def test_what_is_urgent_comes_at_two_at_night_and_the_rest_waits_for_the_morning(make_snapshot: MakeSnapshot) -> None:
    change = PayoutAddressChanged(at_unix=TWO_AT_NIGHT.timestamp(), old=None, new=ADDRESS)
    money = MoneySide(books=Books(payout_changes=(change,)))
    notices = NoticesView(update_ready="1.2.0")
    at_night = make_snapshot(money=money, notices=notices, engine=broken(retry_at=None))
    memory, first = tell(at_night, settings=NoticeSettings())
    assert {KIND_OF[type(notice)] for notice in first} == URGENT
    in_the_morning = make_snapshot(now=MORNING, money=money, notices=notices, phase=Phase.STOPPED)
    _, later = tell(in_the_morning, memory, settings=NoticeSettings())
    assert later == (UpdateReady(version="1.2.0"),)


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_kind_has_a_switch_that_keeps_it_away_for_good(make_snapshot: MakeSnapshot, kind: NoticeKind) -> None:
    snapshot, schedule = occasion(make_snapshot, kind)
    memory, notices = tell(snapshot, schedule=schedule)
    assert [KIND_OF[type(notice)] for notice in notices] == [kind]
    off = msgspec.structs.replace(LOUD, **{kind.value: False})
    memory, none = tell(snapshot, schedule=schedule, settings=off)
    assert none == ()
    assert tell(snapshot, memory, schedule=schedule)[1] == (), "switched on again, what is past is no news"


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_an_occasion_is_told_once_also_across_a_restart(make_snapshot: MakeSnapshot, kind: NoticeKind) -> None:
    snapshot, schedule = occasion(make_snapshot, kind)
    memory, notices = tell(snapshot, schedule=schedule)
    assert len(notices) == 1
    restarted = msgspec.json.decode(msgspec.json.encode(memory), type=NoticeMemory)
    later = msgspec.structs.replace(snapshot, at=snapshot.at + timedelta(minutes=7))
    assert tell(later, restarted, schedule=schedule)[1] == ()


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_notice_has_a_title_and_whole_sentences_and_its_switch_has_words(
    make_snapshot: MakeSnapshot, kind: NoticeKind
) -> None:
    snapshot, schedule = occasion(make_snapshot, kind)
    (notice,) = tell(snapshot, schedule=schedule)[1]
    said = told(notice, snapshot.money.view, snapshot.at)
    assert (said.title and not said.title.endswith(".")) or kind is NoticeKind.ATTENTION
    assert said.text.endswith(".") and "{" not in said.text + said.title
    assert kind_label(kind)


def occasion(make_snapshot: MakeSnapshot, kind: NoticeKind) -> tuple[Snapshot, Schedule]:
    """A snapshot with an occasion for just this kind."""
    match kind:
        case NoticeKind.TRAINING_BEGAN:
            now = datetime(2026, 11, 20, 22, 4, tzinfo=ZONE)
            return make_snapshot(now=now), NIGHTS
        case NoticeKind.NIGHT_SUMMARY:
            return after_a_night(make_snapshot, Trained()), NIGHTS
        case NoticeKind.ATTENTION:
            return make_snapshot(engine=broken(retry_at=None)), NO_HOURS
        case NoticeKind.UPDATE_READY:
            return make_snapshot(now=NOON, notices=NoticesView(update_ready="1.2.0")), NO_HOURS
        case NoticeKind.PAYOUT_MADE:
            return make_snapshot(now=NOON, network=NAMED, money=paid(("0xa", NOON, 5_000_000_000))), NO_HOURS
        case NoticeKind.PAYOUT_ADDRESS:
            change = PayoutAddressChanged(at_unix=NOON.timestamp(), old=None, new=ADDRESS)
            return make_snapshot(now=NOON, money=MoneySide(books=Books(payout_changes=(change,)))), NO_HOURS


def broken(retry_at: datetime | None) -> EngineStatus:
    return EngineStatus(phase=Phase.FAILED, failure=Failure("x", "It broke.", "Mend it."), retry_at=retry_at)


def paid(*payouts: tuple[str, datetime, int]) -> MoneySide:
    entries = tuple(("orion", Paid(transaction=name, unix_ms=ms(at), rao=rao)) for name, at, rao in payouts)
    return MoneySide(books=Books(paid=entries))


def after_a_night(
    make_snapshot: MakeSnapshot, did: Trained | Held | Broken | Off, now: datetime = MORNING, **changes: object
) -> Snapshot:
    begins = datetime(2026, 11, 20, 22, 0, tzinfo=ZONE)
    quarters = [begins + timedelta(minutes=15 * count) for count in range(36)]
    lines = (*(Line(at_ms=ms(at), did=did) for at in quarters), Line(at_ms=ms(quarters[-1]) + 900_000, did=Off()))
    return make_snapshot(now=now, phase=Phase.STOPPED, activity=lines, **changes)


# Training began.


def test_hours_that_begin_in_quiet_hours_are_not_told_of_after_them(make_snapshot: MakeSnapshot) -> None:
    at_ten, _ = occasion(make_snapshot, NoticeKind.TRAINING_BEGAN)
    assert tell(at_ten, settings=NoticeSettings())[1] == ()
    early = make_snapshot(now=datetime(2026, 11, 21, 6, 59, tzinfo=ZONE))
    assert tell(early)[1] == (), "the hours began long ago"


def test_training_that_the_person_asked_for_is_not_told_to_them(make_snapshot: MakeSnapshot) -> None:
    now = datetime(2026, 11, 20, 22, 4, tzinfo=ZONE)
    assert tell(make_snapshot(now=now, wish=OnUntil()))[1] == ()
    just_asked = Watch(person_acted=now - timedelta(minutes=3))
    memory, none = tell(make_snapshot(now=now), watch=just_asked)
    assert none == ()
    later = now + timedelta(minutes=20)
    assert tell(make_snapshot(now=later), memory, watch=just_asked)[1] == ()


def test_it_says_until_when_the_hours_last(make_snapshot: MakeSnapshot) -> None:
    snapshot, _ = occasion(make_snapshot, NoticeKind.TRAINING_BEGAN)
    (notice,) = tell(snapshot)[1]
    assert isinstance(notice, TrainingBegan)
    assert told(notice, MoneyView(), snapshot.at).text == "Your hours have begun. They last until 07:00."


# The night's summary.


def test_in_the_morning_it_tells_what_was_done_and_earned(make_snapshot: MakeSnapshot) -> None:
    earned = Earnings(credited_rao=3_000_000_000, credited_at_nightfall_rao=1_000_000_000, heard_at=MORNING)
    snapshot = after_a_night(make_snapshot, Trained(), earnings=earned, network=NAMED)
    (notice,) = tell(snapshot, schedule=NIGHTS)[1]
    said = told(notice, MoneyView(), MORNING)
    assert said.text == "Last night: trained all of 9 h. Earned: 2.0000 τ."
    assert "Earned" not in told(notice, MoneyView(hidden=True), MORNING).text
    (notice,) = tell(after_a_night(make_snapshot, Trained(), earnings=earned), schedule=NIGHTS)[1]
    assert "Earned" not in told(notice, MoneyView(), MORNING).text, "play money"


def test_a_night_that_was_lost_is_told_with_the_reason(make_snapshot: MakeSnapshot) -> None:
    snapshot = after_a_night(make_snapshot, Held(Reason.MAINS))
    (notice,) = tell(snapshot, schedule=NIGHTS)[1]
    assert "on battery" in told(notice, MoneyView(), MORNING).text


@pytest.mark.parametrize("did", [Held(Reason.TURNED_OFF), Held(Reason.PAUSED), Off()])
def test_whoever_turned_it_off_need_not_hear_that_nothing_was_done(
    make_snapshot: MakeSnapshot, did: Held | Off
) -> None:
    assert tell(after_a_night(make_snapshot, did), schedule=NIGHTS)[1] == ()


@pytest.mark.parametrize(
    ("now", "comes"),
    [
        (datetime(2026, 11, 21, 7, 2, tzinfo=ZONE), False),
        (datetime(2026, 11, 21, 7, 6, tzinfo=ZONE), True),
        (datetime(2026, 11, 21, 18, 50, tzinfo=ZONE), True),
        (datetime(2026, 11, 21, 19, 10, tzinfo=ZONE), False),
    ],
)
def test_a_night_is_news_from_five_minutes_until_twelve_hours_after_it(
    make_snapshot: MakeSnapshot, now: datetime, comes: bool
) -> None:
    notices = tell(after_a_night(make_snapshot, Trained(), now), schedule=NIGHTS)[1]
    assert [type(notice) for notice in notices] == ([NightSummary] if comes else [])


def test_between_two_windows_of_one_night_nothing_is_summed_up(make_snapshot: MakeSnapshot) -> None:
    windows = parse_hours("22:00-23:00").windows + parse_hours("02:00-07:00").windows
    schedule = Schedule(enabled=True, windows=windows)
    between = datetime(2026, 11, 21, 0, 30, tzinfo=ZONE)
    assert tell(after_a_night(make_snapshot, Trained(), between), schedule=schedule)[1] == ()
    assert len(tell(after_a_night(make_snapshot, Trained()), schedule=schedule)[1]) == 1


def test_hours_that_are_changed_after_the_summary_bring_no_second_one(make_snapshot: MakeSnapshot) -> None:
    snapshot = after_a_night(make_snapshot, Trained())
    memory, first = tell(snapshot, schedule=NIGHTS)
    assert len(first) == 1
    assert tell(snapshot, memory, schedule=parse_hours("23:30-07:15"))[1] == ()


def test_without_hours_the_last_day_is_told_when_the_quiet_hours_end(make_snapshot: MakeSnapshot) -> None:
    settings = NoticeSettings()
    for now, comes in ((MORNING.replace(hour=7), False), (MORNING, True), (MORNING.replace(hour=13), False)):
        snapshot = after_a_night(make_snapshot, Trained(), now)
        assert bool(tell(snapshot, settings=settings)[1]) is comes
    assert tell(make_snapshot(now=MORNING), settings=settings)[1] == (), "where nothing was trained, nothing is told"


# Attention.


def test_what_mends_itself_within_two_minutes_wakes_nobody(make_snapshot: MakeSnapshot) -> None:
    watch, minute = Watch(), timedelta(minutes=1)
    heard = []
    for passed in range(4):
        now = TWO_AT_NIGHT + passed * minute
        engine = broken(retry_at=now + minute)
        for each in (engine, EngineStatus(phase=Phase.STARTING)):
            snapshot = make_snapshot(now=now, engine=each)
            watch = watched(watch, snapshot)
            heard.append(tell(snapshot, watch=watch)[1])
    assert [bool(each) for each in heard] == [False] * 4 + [True, False, True, False]
    assert watched(watch, make_snapshot()).failing_since is None


def test_the_same_failure_is_told_again_after_twelve_hours_and_another_at_once(make_snapshot: MakeSnapshot) -> None:
    memory, first = tell(make_snapshot(engine=broken(retry_at=None)))
    assert isinstance(first[0], Attention)
    other = EngineStatus(phase=Phase.FAILED, failure=Failure("y", "Something else."))
    memory, second = tell(make_snapshot(engine=other), memory)
    assert len(second) == 1
    again = make_snapshot(engine=broken(retry_at=None))
    assert tell(again, memory)[1] == ()
    much_later = msgspec.structs.replace(again, at=again.at + timedelta(hours=12))
    assert len(tell(much_later, memory)[1]) == 1


def test_what_still_fails_is_told_again_by_day_only_and_the_next_nights_failure_at_once(
    make_snapshot: MakeSnapshot,
) -> None:
    settings = NoticeSettings()
    at_noon = make_snapshot(now=NOON, wish=OnUntil(), engine=broken(retry_at=None))
    memory, first = tell(at_noon, settings=settings)
    assert len(first) == 1
    at_two = make_snapshot(now=TWO_AT_NIGHT + timedelta(days=1), engine=broken(retry_at=None))
    assert tell(at_two, memory, settings=settings)[1] == (), "the person knows"
    in_the_morning = make_snapshot(now=MORNING + timedelta(days=1), wish=OnUntil(), engine=broken(retry_at=None))
    assert len(tell(in_the_morning, memory, settings=settings)[1]) == 1
    a_day_on = make_snapshot(now=TWO_AT_NIGHT + timedelta(days=3), engine=broken(retry_at=None))
    assert len(tell(a_day_on, memory, settings=settings)[1]) == 1


def test_a_version_that_is_too_old_says_what_to_do_before_the_night(make_snapshot: MakeSnapshot) -> None:
    gates = (*gates_at(NOON, update=False),)
    (notice,) = tell(make_snapshot(now=NOON, phase=Phase.STOPPED, gates=gates))[1]
    assert "newest version" in told(notice, MoneyView(), NOON).text
    off = tuple(plain(GateName.UPDATE, Switch.OFF, False) if each.gate is GateName.UPDATE else each for each in gates)
    assert tell(make_snapshot(now=NOON, phase=Phase.STOPPED, gates=off))[1] == ()


def test_nobody_is_disturbed_for_a_failure_while_it_is_not_to_train(make_snapshot: MakeSnapshot) -> None:
    assert tell(make_snapshot(now=NOON, engine=broken(retry_at=None)))[1] == ()


# Payouts and the address.


def test_several_payouts_are_one_notice_with_their_sum(make_snapshot: MakeSnapshot) -> None:
    money = paid(("0xa", NOON, 1_000_000_000), ("0xb", NOON, 2_000_000_000))
    memory, notices = tell(make_snapshot(now=NOON, network=NAMED, money=money))
    assert notices == (PayoutMade(transactions=("0xa", "0xb"), rao=3_000_000_000),)
    assert told(notices[0], MoneyView(), NOON).text == "The network sent 3.0000 τ to your address, in 2 payouts."
    assert "τ" not in told(notices[0], MoneyView(hidden=True), NOON).text
    one_more = paid(("0xa", NOON, 1_000_000_000), ("0xb", NOON, 2_000_000_000), ("0xc", NOON, 4_000_000_000))
    later = tell(make_snapshot(now=NOON, network=NAMED, money=one_more), memory)[1]
    assert later == (PayoutMade(transactions=("0xc",), rao=4_000_000_000),)


def test_payouts_from_before_the_app_could_tell_and_play_money_are_no_news(make_snapshot: MakeSnapshot) -> None:
    money = paid(("0xa", NOON - timedelta(minutes=1), 1))
    assert tell(make_snapshot(now=NOON, network=NAMED, money=money), NoticeMemory())[1] == ()
    old = paid(("0xa", NOON - timedelta(days=8), 1))
    assert tell(make_snapshot(now=NOON, network=NAMED, money=old))[1] == ()
    play = NetworkView(kind=NetworkKind.THIS_COMPUTER, name="orion")
    assert tell(make_snapshot(now=NOON, network=play, money=money))[1] == ()


def test_a_changed_payout_address_is_announced_once_whoever_changed_it(make_snapshot: MakeSnapshot) -> None:
    def with_changes(*changes: PayoutAddressChanged) -> Snapshot:
        return make_snapshot(now=NOON, money=MoneySide(books=Books(payout_changes=changes)))

    old = PayoutAddressChanged(at_unix=NOON.timestamp() - 90_000, old=None, new=ADDRESS)
    new = PayoutAddressChanged(at_unix=NOON.timestamp() + 5, old=ADDRESS, new=None)
    memory, none = tell(with_changes(old), NoticeMemory())
    assert none == (), "it was changed long before the app kept this"
    just_asked = Watch(person_acted=NOON)
    memory, notices = tell(with_changes(old, new), memory, watch=just_asked)
    assert notices == (AddressChanged(change=new),)
    assert "If that was not you" in told(notices[0], MoneyView(), NOON).text
    assert tell(with_changes(old, new), memory)[1] == ()


def test_a_changed_address_is_announced_also_after_a_clock_that_was_ahead_is_put_right(
    make_snapshot: MakeSnapshot,
) -> None:
    def with_changes(now: datetime, *changes: PayoutAddressChanged) -> Snapshot:
        return make_snapshot(now=now, money=MoneySide(books=Books(payout_changes=changes)))

    ahead = NOON + timedelta(hours=1)
    first = PayoutAddressChanged(at_unix=ahead.timestamp(), old=None, new=ADDRESS)
    memory, notices = tell(with_changes(ahead, first), NoticeMemory())
    assert notices == (AddressChanged(change=first),)
    put_right = NOON + timedelta(minutes=2)
    thief = PayoutAddressChanged(at_unix=put_right.timestamp(), old=ADDRESS, new=None, put_back=1)
    memory, notices = tell(with_changes(put_right, first, thief), memory)
    assert notices == (AddressChanged(change=thief),)
    assert tell(with_changes(put_right + timedelta(hours=2), first, thief), memory)[1] == ()


def test_a_change_that_was_made_while_the_app_was_closed_is_announced(make_snapshot: MakeSnapshot) -> None:
    change = PayoutAddressChanged(at_unix=NOON.timestamp() - 2, old=ADDRESS, new=None)
    snapshot = make_snapshot(now=NOON, money=MoneySide(books=Books(payout_changes=(change,))))
    assert len(tell(snapshot, NoticeMemory())[1]) == 1


@given(st.lists(st.sampled_from(list(NoticeKind)), max_size=12), st.integers(0, 1439))
def test_however_often_and_in_whatever_order_it_looks_each_occasion_is_told_at_most_once(
    order: list[NoticeKind], minute: int
) -> None:
    settings = NoticeSettings(quiet_from_minute=minute, quiet_until_minute=(minute + 600) % 1440)
    base: dict[NoticeKind, dict[str, object]] = {
        NoticeKind.UPDATE_READY: {"notices": NoticesView(update_ready="1.2.0")},
        NoticeKind.PAYOUT_MADE: {"network": NAMED, "money": paid(("0xa", NOON, 1))},
    }
    memory, heard = LONG_KNOWN, list[Notice]()
    for place, kind in enumerate(order):
        snapshot = plain_snapshot(NOON + timedelta(minutes=20 * place), **base.get(kind, {}))
        memory, notices = tell(snapshot, memory, settings=settings)
        heard += notices
    assert len(heard) == len(set(heard))


def plain_snapshot(now: datetime, **changes: object) -> Snapshot:
    from app.core.decision import Action, Decision

    decision = Decision(action=Action.HOLD, reason=Reason.HOURS)
    return msgspec.structs.replace(Snapshot(at=now, decision=decision), **changes)


def test_a_broken_line_of_the_diary_changes_no_notice(make_snapshot: MakeSnapshot) -> None:
    snapshot = after_a_night(make_snapshot, Broken("It broke."))
    (notice,) = tell(snapshot, schedule=NIGHTS)[1]
    assert "It broke" in told(notice, MoneyView(), MORNING).text
