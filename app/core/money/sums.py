"""Sums over the books by days of the person's own zone, whatever their clocks did that day. Pure."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

import msgspec

from app.core.money.ledger import WEAKNESS, Books
from app.core.money.lines import JOULES_PER_KWH, EnergySource, Session, Slice, TariffSet
from app.core.money.tariff import price_at


class Span:
    """Days that end with today; None is everything."""

    TODAY: Final = 1
    WEEK: Final = 7
    MONTH: Final = 30
    TOTAL: Final = None


_BARS_BY_DAY: Final = 62
"""A longer span has a bar for each month."""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What was done in some stretch of time, and what its electricity cost."""

    trained_seconds: float = 0.0
    tokens: int = 0
    megaflops: int = 0
    joules: float = 0.0
    source: EnergySource = EnergySource.MEASURED
    cost: float | None = 0.0
    """In the person's currency; None where the price of some of it is unknown."""

    @property
    def kwh(self) -> float:
        return self.joules / JOULES_PER_KWH

    @property
    def flops(self) -> float:
        return self.megaflops * 1e6


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    session: Session
    work: Work
    rao: int
    """Credited from its beginning until the next one's."""


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One of a chart: an hour of today, a day, or a month, beginning at `begins`."""

    begins: datetime
    rao: int = 0
    megaflops: int = 0


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """One span of time on one network."""

    days: int | None
    work: Work
    rao: int
    """As the network's ledger dates it; the network's whole sum for the total."""
    bars: tuple[Bar, ...]
    sessions: tuple[SessionRow, ...]
    """Newest first."""


def sums(books: Books, network: str, days: int | None, now: datetime, currency: str) -> Sums:
    """Everything about the last `days`, of which `now` (aware, in the person's zone) is in the last; None for all."""
    zone = _zone(now)
    # By moments, not by dates: one conversion instead of one for each of thousands of quarter hours.
    first = None if days is None else _midnight(now.date() - timedelta(days=days - 1), zone).timestamp()
    sessions = {session.key: session for session in books.sessions if session.network == network}
    slices = [
        kept for kept in books.slices if kept.session in sessions and (first is None or kept.quarter_unix >= first)
    ]
    credits = [
        (credit.unix_ms / 1000, credit.rao * credit.times)
        for whose, credit in books.credits
        if whose == network and (first is None or credit.unix_ms / 1000 >= first)
    ]
    costs = Costs(books.tariffs, currency, zone)
    return Sums(
        days=days,
        work=work_of(slices, costs),
        rao=total_rao(books, network) if days is None else sum(rao for _, rao in credits),
        bars=_bars(slices, credits, days, now, zone),
        sessions=_rows(list(sessions.values()), slices, credits, costs),
    )


def total_rao(books: Books, network: str) -> int:
    """What the network says it ever credited to this computer's keys."""
    return sum(standing.credited_rao for whose, standing in books.standings if whose == network)


class Costs:
    """Prices of electricity over time: the tariff in force then, and the first for what came before it."""

    def __init__(self, tariffs: Sequence[TariffSet], currency: str, zone: tzinfo) -> None:
        self._tariffs = list(tariffs)
        self._from = [tariff.from_unix for tariff in tariffs]
        self._currency, self._zone = currency, zone

    def of(self, kept: Slice) -> float | None:
        """What the energy of one slice cost; None where nobody said."""
        if kept.joules <= 0:
            return 0.0
        if not self._tariffs:
            return None
        chosen = self._tariffs[max(0, bisect_right(self._from, kept.quarter_unix) - 1)]
        if chosen.tariff is None or chosen.currency != self._currency:
            return None
        moment = datetime.fromtimestamp(kept.quarter_unix, self._zone)
        return kept.joules / JOULES_PER_KWH * price_at(chosen.tariff, moment)


def work_of(slices: Iterable[Slice], costs: Costs) -> Work:
    """The sum of slices."""
    seconds = joules = 0.0
    tokens = megaflops = 0
    cost: float | None = 0.0
    sources = [EnergySource.MEASURED]
    for kept in slices:
        seconds += kept.trained_seconds
        joules += kept.joules
        tokens += kept.tokens
        megaflops += kept.megaflops
        part = costs.of(kept)
        cost = None if cost is None or part is None else cost + part
        if kept.joules > 0:
            sources.append(kept.source)
    source = max(sources, key=WEAKNESS.index)
    return Work(trained_seconds=seconds, tokens=tokens, megaflops=megaflops, joules=joules, source=source, cost=cost)


def _rows(
    sessions: list[Session], slices: list[Slice], credits: list[tuple[float, int]], costs: Costs
) -> tuple[SessionRow, ...]:
    parts: defaultdict[int, list[Slice]] = defaultdict(list)
    for kept in slices:
        parts[kept.session].append(kept)
    begins = [session.began_unix for session in sessions]
    money: defaultdict[int, int] = defaultdict(int)
    for at, rao in credits:
        place = bisect_right(begins, at) - 1
        if place >= 0:
            money[sessions[place].key] += rao
    return tuple(
        SessionRow(session=session, work=work_of(parts[session.key], costs), rao=money[session.key])
        for session in reversed(sessions)
        if session.key in parts or session.key in money
    )


def _bars(
    slices: list[Slice], credits: list[tuple[float, int]], days: int | None, now: datetime, zone: tzinfo
) -> tuple[Bar, ...]:
    """Every bar of the span, the empty ones too."""
    moments = [kept.quarter_unix for kept in slices] + [at for at, _ in credits]
    places = _places(days, now, zone, min(moments, default=now.timestamp()))
    begins = [place.timestamp() for place in places]
    rao, megaflops = [0] * len(places), [0] * len(places)
    for at, amount in credits:
        rao[max(0, bisect_right(begins, at) - 1)] += amount
    for kept in slices:
        megaflops[max(0, bisect_right(begins, kept.quarter_unix) - 1)] += kept.megaflops
    return tuple(
        Bar(begins=place, rao=money, megaflops=done) for place, money, done in zip(places, rao, megaflops, strict=True)
    )


def _places(days: int | None, now: datetime, zone: tzinfo, earliest: float) -> list[datetime]:
    today = now.date()
    if days == 1:
        return _hours(today, zone)
    if days is not None and days <= _BARS_BY_DAY:
        return [_midnight(today - timedelta(days=back), zone) for back in range(days - 1, -1, -1)]
    # The total begins with the first month that has anything.
    month = datetime.fromtimestamp(earliest, zone).date().replace(day=1)
    months = []
    while month <= today:
        months.append(_midnight(month, zone))
        month = (month + timedelta(days=31)).replace(day=1)
    return months or [_midnight(today, zone)]


def _hours(day: date, zone: tzinfo) -> list[datetime]:
    """The hours that a clock really shows on `day`: 23, 24 or 25 of them."""
    moment = _midnight(day, zone).timestamp()
    end = _midnight(day + timedelta(days=1), zone).timestamp()
    return [datetime.fromtimestamp(moment + 3600 * hour, zone) for hour in range(round((end - moment) / 3600))]


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _zone(now: datetime) -> tzinfo:
    assert now.tzinfo is not None
    return now.tzinfo
