"""The next payout: where a transaction's page is, and when the network decides again, in words that can't mislead."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money.explorer import site_of, transaction_page
from app.core.money.lines import Paid
from app.core.money.next_payout import LONGEST_SECONDS, NextPayout, next_payout_of, seconds_to_go
from app.core.money.next_payout_words import next_payout_at, next_payout_sentences
from app.core.money.prices import MoneyView
from app.core.money.side import MoneySide
from app.core.snapshot import Account, Snapshot

HASH = "0x" + "ab" * 32
NOW = 1_795_000_000.0


def paid(**changes: object) -> Paid:
    payout = Paid(transaction=HASH, unix_ms=1, rao=1, block=5430525, index=16)
    return msgspec.structs.replace(payout, **changes)


@pytest.mark.parametrize(
    ("template", "page"),
    [
        ("https://e.example/extrinsic/{extrinsic}", "https://e.example/extrinsic/5430525-0016"),
        ("https://e.example/tx/{hash}", f"https://e.example/tx/{HASH}"),
        ("https://e.example/#/query/{block}?at={hash}", f"https://e.example/#/query/5430525?at={HASH}"),
    ],
)
def test_a_page_is_the_template_filled_in(template: str, page: str) -> None:
    assert transaction_page(template, paid()) == page
    assert site_of(page) == "e.example"


@pytest.mark.parametrize(
    ("template", "payout"),
    [
        (None, paid()),
        ("https://e.example/{hash}", paid(transaction="at 5")),
        ("https://e.example/{hash}", paid(transaction="0xab/../../login")),
        ("https://e.example/{hash}", paid(transaction=HASH + "\n")),
        ("https://e.example/{block}", paid(block=None)),
        ("https://e.example/{extrinsic}", paid(index=None)),
        ("http://e.example/{hash}", paid()),
        ("file:///{hash}", paid()),
    ],
)
def test_there_is_no_page_where_anything_is_missing_or_not_what_it_should_be(
    template: str | None, payout: Paid
) -> None:
    assert transaction_page(template, payout) is None


@given(st.one_of(st.none(), st.floats()), st.floats(-1e6, 1e6))
def test_whatever_a_network_tells_and_whatever_the_clock_does_the_time_to_go_is_near_or_unknown(
    seconds: float | None, moved: float
) -> None:
    left = seconds_to_go(next_payout_of("big", seconds, NOW), "big", NOW + moved)
    assert left is None or -90 < left <= LONGEST_SECONDS


def test_a_time_of_another_network_or_of_before_the_clock_was_put_back_is_unknown() -> None:
    told = next_payout_of("big", 600.0, NOW)
    assert seconds_to_go(told, "big", NOW + 60) == 540.0
    assert seconds_to_go(told, "small", NOW + 60) is None
    assert seconds_to_go(told, "big", NOW - 60) is None
    assert seconds_to_go(told, "big", NOW + 600 + 89) == -89.0
    assert seconds_to_go(told, "big", NOW + 600 + 90) is None


def told_in(snapshot: Snapshot, seconds: float, **money: object) -> Snapshot:
    at = snapshot.at.timestamp()
    next_payout = NextPayout(network=snapshot.network.name, heard_unix=at, at_unix=at + seconds)
    side = msgspec.structs.replace(MoneySide(next_payout=next_payout), **money)
    return msgspec.structs.replace(snapshot, money=side)


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [
        (45 * 60, "The network next decides on payouts at about 02:33."),
        (23 * 3600, "The network next decides on payouts at about 00:48."),
        (30 * 3600, "The network next decides on payouts on Sun 22 Nov at about 07:48."),
        (91, "The network next decides on payouts at about 01:49."),
        (90, "The network is deciding on payouts about now."),
        (-89, "The network is deciding on payouts about now."),
    ],
)
def test_the_time_is_told_by_the_clock_of_the_person(
    make_snapshot: Callable[..., Snapshot], seconds: float, sentence: str
) -> None:
    snapshot = told_in(make_snapshot(), 0.0)
    at = snapshot.at.timestamp()
    told = NextPayout(network="", heard_unix=at - 100, at_unix=at + seconds)
    snapshot = msgspec.structs.replace(snapshot, money=MoneySide(next_payout=told))
    assert next_payout_sentences(snapshot, MoneyView()) == (sentence,)


def test_the_distance_stands_before_the_time(make_snapshot: Callable[..., Snapshot]) -> None:
    snapshot = told_in(make_snapshot(), 3600.0, payout_least_rao=5 * 10**9)
    distance, time = next_payout_sentences(snapshot, MoneyView())
    assert distance.startswith("3.0000 τ to go until the next payout.")
    assert time == "The network next decides on payouts at about 02:48."
    assert next_payout_sentences(snapshot, MoneyView(hidden=True)) == (time,), "a time is no money"


def test_who_can_not_be_paid_is_told_no_time(make_snapshot: Callable[..., Snapshot]) -> None:
    snapshot = told_in(make_snapshot(account=Account()), 3600.0, payout_least_rao=5 * 10**9)
    assert next_payout_sentences(snapshot, MoneyView()) == ()
    assert next_payout_at(snapshot) is None
    assert next_payout_sentences(make_snapshot(), MoneyView()) == ()


def test_the_time_is_right_in_the_night_in_which_clocks_are_put_back(make_snapshot: Callable[..., Snapshot]) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC).astimezone(berlin)  # 02:30, the first of two
    snapshot = told_in(make_snapshot(now=before), 3600.0)
    at = next_payout_at(snapshot)
    assert at is not None and at.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=1)
    assert next_payout_sentences(snapshot, MoneyView()) == ("The network next decides on payouts at about 02:30.",)
