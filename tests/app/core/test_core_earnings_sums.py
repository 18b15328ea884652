"""Sums by the days of a person's own zone, prices that may be unknown, and a table that any spreadsheet reads back."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money.csv_export import payouts_csv, sessions_csv
from app.core.money.ledger import Books, quarter_of
from app.core.money.lines import Credit, EnergySource, Paid, Session, Slice, Standing, TariffSet
from app.core.money.prices import HIDDEN, Coin, MoneyView, PoolPrice, amount, amount_text, number_text
from app.core.money.prices_words import RATE_AFTER, price_sentence, rate_text
from app.core.money.settings import MoneySettings, ShownUnit, TypedPrice, checked_money
from app.core.money.sums import Costs, SessionRow, Span, Work, sums
from app.core.money.tariff import FlatTariff, HourlyTariff
from protocol.errors import SettingsError

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [BERLIN, *map(ZoneInfo, ("America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC", "Pacific/Apia"))]
AUTUMN = datetime(2026, 10, 25, 12, 0, tzinfo=BERLIN)
"""That day has 25 hours in Berlin."""


def slice_at(moment: datetime, session: int = 1000, **changes: object) -> Slice:
    kept = Slice(session=session, quarter_unix=quarter_of(moment.timestamp()), tokens=1, megaflops=10)
    return msgspec.structs.replace(kept, **changes)


def books_of(*slices: Slice, credits: tuple[Credit, ...] = (), tariffs: tuple[TariffSet, ...] = ()) -> Books:
    keys = sorted({kept.session for kept in slices} | {1000})
    sessions = tuple(Session(key=key, ended_unix=key / 1000 + 60, network="home") for key in keys)
    return Books(
        sessions=sessions, slices=slices, credits=tuple(("home", credit) for credit in credits), tariffs=tariffs
    )


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2026, 1, 5), datetime(2026, 12, 20)),
    st.lists(st.integers(0, 40 * 96), max_size=40),
)
def test_days_hold_every_quarter_of_an_hour_once(zone: ZoneInfo, wall: datetime, quarters: list[int]) -> None:
    """Against the calendar itself: a slice belongs to the day that the person's clock showed."""
    now = wall.replace(tzinfo=UTC).astimezone(zone)
    slices = [slice_at(now - timedelta(minutes=15 * back), megaflops=1) for back in quarters]
    for span, days in ((Span.TODAY, 1), (Span.WEEK, 7), (Span.MONTH, 30)):
        found = sums(books_of(*slices), "home", span, now, "EUR")
        first = now.date() - timedelta(days=days - 1)
        meant = [datetime.fromtimestamp(kept.quarter_unix, zone).date() for kept in slices]
        assert found.work.tokens == sum(day >= first for day in meant)
        assert sum(bar.megaflops for bar in found.bars) == found.work.megaflops
        if span is not Span.TODAY:
            by_day = {bar.begins.date(): bar.megaflops for bar in found.bars}
            assert by_day == {day: meant.count(day) for day in (first + timedelta(days=n) for n in range(days))}
    everything = sums(books_of(*slices), "home", Span.TOTAL, now, "EUR")
    assert everything.work.tokens == len(slices)
    assert sum(bar.megaflops for bar in everything.bars) == len(slices)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 10, 25), 25), (date(2026, 3, 29), 23), (date(2026, 6, 1), 24)])
def test_today_has_as_many_bars_as_its_clock_has_hours(day: date, hours: int) -> None:
    now = datetime(day.year, day.month, day.day, 23, 59, tzinfo=BERLIN)
    slices = [slice_at(now - timedelta(hours=hour), megaflops=1) for hour in range(hours)]
    found = sums(books_of(*slices), "home", Span.TODAY, now, "EUR")
    assert len(found.bars) == hours
    assert sum(bar.megaflops for bar in found.bars) == found.work.megaflops


def test_an_hour_that_happens_twice_costs_twice_and_a_price_by_the_hour_follows_the_wall_clock() -> None:
    twice = [datetime(2026, 10, 25, hour, 0, tzinfo=UTC) for hour in (0, 1)]  # both show 02:00 in Berlin
    slices = [slice_at(moment, joules=3.6e6) for moment in twice]
    hourly = HourlyTariff(tuple(float(hour) for hour in range(24)))
    costs = Costs((TariffSet(from_unix=0, currency="EUR", tariff=hourly),), "EUR", BERLIN)
    assert [costs.of(kept) for kept in slices] == [2.0, 2.0]


def test_energy_costs_what_it_cost_then_and_what_came_before_the_first_price_costs_that() -> None:
    dear = TariffSet(from_unix=AUTUMN.timestamp(), currency="EUR", tariff=FlatTariff(1.0))
    cheap = TariffSet(from_unix=(AUTUMN - timedelta(hours=5)).timestamp(), currency="EUR", tariff=FlatTariff(0.5))
    moments = [AUTUMN - timedelta(hours=9), AUTUMN - timedelta(hours=2), AUTUMN + timedelta(hours=1)]
    slices = [slice_at(moment, joules=3.6e6) for moment in moments]
    costs = Costs((cheap, dear), "EUR", BERLIN)
    assert [costs.of(kept) for kept in slices] == [0.5, 0.5, 1.0]
    found = sums(books_of(*slices, tariffs=(cheap, dear)), "home", Span.TODAY, AUTUMN, "EUR")
    assert found.work.cost == 2.0 and found.work.kwh == 3.0


def test_without_a_price_the_cost_is_unknown_and_no_energy_costs_nothing() -> None:
    used, unused = slice_at(AUTUMN, joules=1.0), slice_at(AUTUMN)
    assert sums(books_of(used), "home", Span.TODAY, AUTUMN, "EUR").work.cost is None
    assert sums(books_of(unused), "home", Span.TODAY, AUTUMN, "EUR").work.cost == 0
    in_dollars = TariffSet(from_unix=0, currency="USD", tariff=FlatTariff(0.1))
    assert sums(books_of(used, tariffs=(in_dollars,)), "home", Span.TODAY, AUTUMN, "EUR").work.cost is None


def test_money_belongs_to_the_session_before_it_and_other_networks_to_themselves() -> None:
    first, second = (round((AUTUMN - timedelta(hours=back)).timestamp() * 1000) for back in (8, 3))
    credits = tuple(
        Credit(epoch=1, unix_ms=round((AUTUMN - timedelta(hours=back)).timestamp() * 1000), rao=rao, times=times)
        for back, rao, times in ((9, 1, 1), (5, 10, 2), (1, 100, 1))
    )
    books = books_of(
        *(slice_at(datetime.fromtimestamp(key / 1000, BERLIN), key) for key in (first, second)), credits=credits
    )
    books = msgspec.structs.replace(
        books,
        sessions=(*books.sessions[1:], Session(key=5, ended_unix=9, network="elsewhere")),
        standings=(("home", standing(121)), ("home", standing(4)), ("elsewhere", standing(9))),
    )
    today = sums(books, "home", Span.TODAY, AUTUMN, "EUR")
    assert [(row.session.key, row.rao) for row in today.sessions] == [(second, 100), (first, 20)]
    assert today.rao == 121
    assert sums(books, "home", Span.TOTAL, AUTUMN, "EUR").rao == 125


def standing(rao: int) -> Standing:
    return Standing(at_unix=0, credited_rao=rao, pending_rao=0, held_rao=0, paid_rao=0)


POOL = PoolPrice(tao_per_alpha=0.02, netuid=9, block=7, at_unix=AUTUMN.timestamp() - 7200)
TYPED = TypedPrice(400.0, AUTUMN.timestamp() - 90_000)


@pytest.mark.parametrize(
    ("unit", "pool", "typed", "text"),
    [
        (ShownUnit.ALPHA, None, None, "2.5000 α"),
        (ShownUnit.TAO, POOL, None, "0.0500 τ"),
        (ShownUnit.TAO, None, TYPED, "2.5000 α"),
        (ShownUnit.MONEY, POOL, TYPED, "20.00 EUR"),
        (ShownUnit.MONEY, POOL, None, "2.5000 α"),
        (ShownUnit.MONEY, None, TYPED, "2.5000 α"),
    ],
)
def test_what_has_no_known_price_stays_in_its_own_coin(
    unit: ShownUnit, pool: PoolPrice | None, typed: TypedPrice | None, text: str
) -> None:
    view = MoneyView(coin=Coin.ALPHA, unit=unit, pool=pool, typed=typed)
    assert amount_text(2_500_000_000, view) == text
    assert (amount(1, view) is None) == (text.endswith("α") and unit is not ShownUnit.ALPHA)


def test_each_price_says_where_it_comes_from_and_how_old_it_is() -> None:
    view = MoneyView(coin=Coin.ALPHA, unit=ShownUnit.MONEY, pool=POOL, typed=TYPED)
    said = price_sentence(view, AUTUMN)
    assert "pool of subnet 9 on chain, 2 hours ago." in said
    assert "1 τ = 400.00 EUR, as you typed it a day ago. That is old." in said
    unknown = price_sentence(msgspec.structs.replace(view, pool=None, typed=None), AUTUMN)
    assert unknown.count("unknown") == 2
    assert price_sentence(msgspec.structs.replace(view, unit=ShownUnit.ALPHA), AUTUMN) == ""


def test_hidden_money_is_hidden_in_every_unit() -> None:
    for unit in ShownUnit:
        assert amount_text(5, MoneyView(hidden=True, unit=unit, pool=POOL, typed=TYPED)) == HIDDEN


@pytest.mark.parametrize(
    ("value", "symbol", "text"),
    [
        (0, "τ", "0 τ"),
        (1234.5, "τ", "1,234.5000 τ"),
        (0.00000123, "τ", "0.0000012 τ"),
        (1e-12, "α", "<0.000000001 α"),
        (-0.5, "EUR", "-0.50 EUR"),
        (0.0123, "EUR", "0.012 EUR"),
        (4.35, "EUR", "4.35 EUR"),
        (1.99999, "τ", "1.9999 τ"),
        (12_345.678_999_999, "τ", "12,345.6789 τ"),
        (123_456_789_012.5, "USD", "123,456,789,012.50 USD"),
    ],
)
def test_amounts_are_as_long_as_they_need_to_be(value: float, symbol: str, text: str) -> None:
    assert number_text(value, symbol) == text


def test_prices_that_can_not_be_are_refused() -> None:
    for wrong in (
        MoneySettings(tariff=FlatTariff(-1)),
        MoneySettings(tariff=HourlyTariff((0.3,) * 23 + (-0.1,))),
        MoneySettings(tariff=FlatTariff(float("nan"))),
        MoneySettings(typed_price=TypedPrice(0, 0)),
        MoneySettings(currency="€"),
        MoneySettings(watts_while_training=-4),
    ):
        with pytest.raises(SettingsError):
            checked_money(wrong)
    assert checked_money(MoneySettings(currency=" usd ")).currency == "USD"


titles = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(st.lists(st.tuples(titles, titles), max_size=5))
def test_a_table_is_read_back_as_it_was_whatever_a_title_holds(names: list[tuple[str, str]]) -> None:
    rows = [
        SessionRow(
            session=Session(key=1000 * n, ended_unix=n + 1.0, network="home", run_title=title, device=device),
            work=Work(tokens=n, joules=3.6e6, cost=None, source=EnergySource.ESTIMATED),
            rao=1_500_000_000,
        )
        for n, (title, device) in enumerate(names)
    ]
    text = sessions_csv(reversed(rows), MoneyView(), BERLIN)
    head, *read = list(csv.reader(io.StringIO(text, newline="")))
    assert [line[3].lstrip("'") for line in read] == [title.lstrip("'") for title, _ in names]
    assert all(len(line) == len(head) for line in read)
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in read for cell in line)
    assert all(line[head.index("credited_tao")] == "1.500000000" for line in read)
    assert all(line[head.index("electricity_eur")] == "" for line in read)


def test_the_table_of_payouts_has_every_network_and_the_oldest_first() -> None:
    transaction = "0x" + "ab" * 32
    paid = [
        ("=home", Paid(transaction=transaction, unix_ms=1_800_000_000_000, rao=1_500_000_001, block=7, index=2)),
        ("other", Paid(transaction="soon", unix_ms=1_700_000_000_000, rao=1)),
    ]
    view = MoneyView(coin=Coin.ALPHA)
    head, *lines = csv.reader(io.StringIO(payouts_csv(paid, view, BERLIN), newline=""))
    assert head == ["time", "network", "paid_alpha", "transaction", "block", "extrinsic"]
    assert lines == [
        ["2023-11-14T23:13:20+01:00", "other", "0.000000001", "", "", ""],
        ["2027-01-15T09:00:00+01:00", "'=home", "1.500000001", transaction, "7", "2"],
    ]


def test_a_table_of_hidden_money_holds_none() -> None:
    paid = [("home", Paid(transaction="0x" + "ab" * 32, unix_ms=0, rao=1_234_567_890, block=7))]
    assert payouts_csv(paid, MoneyView(hidden=True), BERLIN).splitlines() == [
        "time,network",
        "1970-01-01T01:00:00+01:00,home",
    ]
    row = SessionRow(session=Session(key=0, ended_unix=1, network="home"), work=Work(cost=7.77), rao=1_234_567_890)
    text = sessions_csv([row], MoneyView(hidden=True), BERLIN)
    assert "1.23456" not in text and "7.77" not in text and "credited" not in text


def test_a_computers_own_rate_is_told_once_it_says_something() -> None:
    view = MoneyView(coin=Coin.ALPHA, unit=ShownUnit.ALPHA)
    assert rate_text(2 * 10**9, 4 * 3600, view) == "0.5000 α for each hour of it"
    assert rate_text(2 * 10**9, RATE_AFTER.total_seconds() - 1, view) == "", "one epoch's credit is chance"
    assert rate_text(0, 4 * 3600, view) == ""
