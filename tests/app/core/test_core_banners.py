"""What stands on top of Home follows from the snapshot alone, and is gone when it is over."""

from datetime import datetime, timedelta

import msgspec
import pytest

from app.core.activity.lines import Broken, Held, Kept, Line, Trained, Waited, WaitingFor
from app.core.decision import Reason
from app.core.engine.phase import Phase
from app.core.money.ledger import Books
from app.core.money.lines import Standing, Waiting
from app.core.money.prices import MoneyView
from app.core.money.side import MoneySide
from app.core.notices.banners import CrashRecovered, PayoutHeld, UpdateRequired, banner_text, banners, key_of
from app.core.notices.memory import NoticesView
from app.core.snapshot import Account, Snapshot
from tests.app.conftest import ADDRESS, NOON, TWO_AT_NIGHT, ZONE, MakeSnapshot, gates_at
from tests.app.core.test_core_notices import NAMED

STARTING = Waited(WaitingFor.BEGINNING)
OUT_OF_MEMORY = Broken("The graphics card ran out of memory")
AT_3_12 = datetime(2026, 11, 21, 3, 12, tzinfo=ZONE)
MORNING = datetime(2026, 11, 21, 8, 0, tzinfo=ZONE)


def diary(*did: Kept, began: datetime = AT_3_12 - timedelta(minutes=1)) -> tuple[Line, ...]:
    """A line a minute."""
    began_ms = int(began.timestamp() * 1000)
    return tuple(Line(at_ms=began_ms + 60_000 * place, did=each) for place, each in enumerate(did))


def test_a_good_night_has_no_banner(make_snapshot: MakeSnapshot) -> None:
    assert banners(make_snapshot()) == ()


def test_a_crash_after_which_it_went_on_is_told_with_both_times_until_it_is_taken_away(
    make_snapshot: MakeSnapshot,
) -> None:
    lines = diary(Trained(), OUT_OF_MEMORY, STARTING, Broken("Again"), STARTING, Trained(), Held(Reason.HOURS))
    snapshot = make_snapshot(now=MORNING, activity=lines)
    (banner,) = banners(snapshot)
    assert banner_text(banner, snapshot).text == (
        "Training stopped at 03:12 and went on at 03:16. The graphics card ran out of memory."
    )
    key = key_of(banner)
    assert key is not None
    assert banners(msgspec.structs.replace(snapshot, notices=NoticesView(dismissed=(key,)))) == ()
    assert banners(msgspec.structs.replace(snapshot, at=MORNING + timedelta(hours=12))) == ()


@pytest.mark.parametrize(
    "did",
    [
        (Trained(), OUT_OF_MEMORY),
        (Trained(), OUT_OF_MEMORY, STARTING),
        (Trained(), OUT_OF_MEMORY, STARTING, Held(Reason.HOURS)),
        (Trained(), STARTING, Trained()),
    ],
    ids=["still broken", "starting again", "the hours ended first", "nothing broke"],
)
def test_what_did_not_recover_is_not_called_recovered(make_snapshot: MakeSnapshot, did: tuple[Kept, ...]) -> None:
    assert banners(make_snapshot(now=MORNING, activity=diary(*did))) == ()


def test_an_update_is_asked_for_before_the_hours_begin(make_snapshot: MakeSnapshot) -> None:
    snapshot = make_snapshot(now=NOON, phase=Phase.STOPPED, gates=gates_at(NOON, update=False))
    (banner,) = banners(snapshot)
    assert isinstance(banner, UpdateRequired)
    assert banner_text(banner, snapshot).title == "An update is needed before 22:00"
    in_them = make_snapshot(phase=Phase.STOPPED, gates=gates_at(TWO_AT_NIGHT, update=False))
    (banner,) = banners(in_them)
    assert banner_text(banner, in_them).title == "An update is needed"
    fetched = msgspec.structs.replace(snapshot, notices=NoticesView(update_ready="1.2.0"))
    (banner,) = banners(fetched)
    assert "1.2.0 is here" in banner_text(banner, fetched).text


def held(make_snapshot: MakeSnapshot, *, known_address: str | None = ADDRESS, hidden: bool = False) -> Snapshot:
    standing = Standing(
        at_unix=NOON.timestamp(),
        credited_rao=3_000_000_000,
        pending_rao=0,
        held_rao=2_000_000_000,
        paid_rao=1_000_000_000,
        payout_address=known_address,
        waiting=(Waiting(unix_ms=1, rao=2_000_000_000, reason="an audit is under way"),),
    )
    money = MoneySide(books=Books(standings=((NAMED.name, standing),)), view=MoneyView(hidden=hidden))
    return make_snapshot(now=NOON, phase=Phase.STOPPED, network=NAMED, money=money)


def test_a_payout_that_is_held_says_how_much_why_and_what_becomes_of_it(make_snapshot: MakeSnapshot) -> None:
    snapshot = held(make_snapshot)
    (banner,) = banners(snapshot)
    assert isinstance(banner, PayoutHeld) and key_of(banner) is None
    assert banner_text(banner, snapshot).text == (
        "2.0000 τ are held by the network: an audit is under way. "
        "What is held stays yours. It is paid with a later payout, once the reason is gone."
    )


def test_each_reason_is_told_with_what_it_holds_and_the_rest_without_one(make_snapshot: MakeSnapshot) -> None:
    snapshot = held(make_snapshot)
    waiting = (
        Waiting(unix_ms=1, rao=900_000_000, reason="the chain did not take it"),
        Waiting(unix_ms=2, rao=600_000_000, reason="the chain did not take it"),
        Waiting(unix_ms=3, rao=400_000_000, reason="the balance is too low"),
        Waiting(unix_ms=4, rao=700_000_000),
    )
    ((name, standing),) = snapshot.money.books.standings
    books = Books(standings=((name, msgspec.structs.replace(standing, waiting=waiting)),))
    (banner,) = banners(msgspec.structs.replace(snapshot, money=MoneySide(books=books)))
    assert isinstance(banner, PayoutHeld)
    assert [(cause.rao, cause.reason) for cause in banner.causes] == [
        (1_500_000_000, "the chain did not take it"),
        (400_000_000, "the balance is too low"),
        (100_000_000, ""),
    ]


def test_where_no_address_is_known_that_is_the_reason_and_stands_elsewhere(make_snapshot: MakeSnapshot) -> None:
    assert banners(held(make_snapshot, known_address=None)) == ()
    assert banners(msgspec.structs.replace(held(make_snapshot), account=Account())) == ()


def test_hidden_money_is_hidden_in_a_banner_too(make_snapshot: MakeSnapshot) -> None:
    snapshot = held(make_snapshot, hidden=True)
    (banner,) = banners(snapshot)
    assert "2.0000" not in banner_text(banner, snapshot).text


def test_the_most_pressing_stands_first(make_snapshot: MakeSnapshot) -> None:
    snapshot = msgspec.structs.replace(
        held(make_snapshot),
        at=MORNING,
        gates=gates_at(MORNING, update=False),
        activity=diary(Trained(), OUT_OF_MEMORY, Trained()),
    )
    assert [type(each) for each in banners(snapshot)] == [UpdateRequired, CrashRecovered, PayoutHeld]
