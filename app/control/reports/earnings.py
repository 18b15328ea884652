"""What the command line, the socket and agents are told of earnings. Hidden money is left out unless asked for."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar

import msgspec

from app.core import words
from app.core.money.csv_export import payouts_csv, sessions_csv
from app.core.money.earnings import credit_text
from app.core.money.explorer import transaction_page
from app.core.money.facts import facts_of, sides_of, sums_of
from app.core.money.lines import EnergySource, Paid
from app.core.money.next_payout_words import next_payout_at, next_payout_sentences
from app.core.money.prices import Coin, MoneyView, amount, amount_text
from app.core.money.prices_words import price_sentence, rate_text
from app.core.money.why import cause_sentence, why_zero
from app.core.snapshot import NetworkKind, Snapshot

ROWS_LIMIT: Final = 4_000
"""Of a page, so that making it takes a moment only."""
TABLE_LIMIT_BYTES: Final = 900 * 1024
"""Of a page as it travels, which leaves room in a reply for the report. Titles come from networks, of any length."""
PAYOUTS_LIMIT: Final = 20
Row = TypeVar("Row")


class SpanReport(msgspec.Struct, frozen=True, kw_only=True):
    """The app's own books over some days."""

    days: int | None
    """None: everything."""
    sessions: int
    trained_seconds: float
    tokens: int
    credit_flops: float
    credited_rao: int | None
    energy_kwh: float
    energy_source: EnergySource
    rate: str
    """What an hour of its training earned, in words; empty where too little was trained to tell, or money is hidden."""
    electricity_cost: float | None
    """In `currency`; None where its price is unknown, or money is hidden."""


class PayoutReport(msgspec.Struct, frozen=True, kw_only=True):
    """A payout that arrived. Where it stands on the chain is as good as its sum, so hidden money hides it too."""

    at: datetime
    rao: int | None
    transaction: str | None
    """The extrinsic's hash."""
    block: int | None
    """The block that holds it; null where the network never said."""
    extrinsic_index: int | None
    page: str | None
    """Where it can be looked up; null where the network names no explorer, or told too little."""


class EarningsReport(msgspec.Struct, frozen=True, kw_only=True):
    """Money in rao of `coin`, null where it is hidden; credit in accepted FLOPs.

    `heard_at` null: the service has not told yet.
    """

    heard_at: datetime | None
    night_began: datetime | None
    tonight_credit: float
    tonight_rao: int | None
    credited_rao: int | None
    pending_rao: int | None
    held_rao: int | None
    paid_rao: int | None
    payout_address: str | None
    sentence: str
    money_hidden: bool
    coin: Coin
    currency: str
    value: float | None
    """All that was credited, in the unit that the person chose; null where its price is unknown."""
    price: str
    """Where the prices come from, in words."""
    span: SpanReport
    why: tuple[str, ...]
    """Why something is zero or still owed, in order."""
    next_payout: tuple[str, ...]
    """How far the next payout is, and about when it is decided, in words; empty where nobody knows."""
    next_payout_at: datetime | None
    payouts: tuple[PayoutReport, ...]
    """The newest first, of the present network; at most 20."""


def earnings_report(snapshot: Snapshot, days: int | None = None, *, show_money: bool = False) -> EarningsReport:
    earnings, view, sides = snapshot.earnings, _view(snapshot, show_money), sides_of(snapshot)
    found = sums_of(snapshot, days)

    def told(rao: int) -> int | None:
        return None if view.hidden else rao

    return EarningsReport(
        heard_at=earnings.heard_at,
        night_began=earnings.night_began,
        tonight_credit=earnings.tonight_credit,
        tonight_rao=told(earnings.tonight_rao),
        credited_rao=told(sides.credited_rao),
        pending_rao=told(sides.pending_rao),
        held_rao=told(sides.held_rao),
        paid_rao=told(sides.paid_rao),
        payout_address=snapshot.account.payout_address,
        sentence=words.earnings_sentence(
            heard=earnings.heard_at is not None,
            tonight=credit_text(earnings.tonight_credit),
            pending=amount_text(sides.pending_rao, view),
            paid=amount_text(sides.paid_rao, view),
            address_set=snapshot.address_set,
            is_play=snapshot.network.kind is NetworkKind.THIS_COMPUTER,
        ),
        money_hidden=view.hidden,
        coin=view.coin,
        currency=view.currency,
        value=None if view.hidden else amount(sides.credited_rao, view),
        price=price_sentence(view, snapshot.at),
        span=SpanReport(
            days=days,
            sessions=len(found.sessions),
            trained_seconds=found.work.trained_seconds,
            tokens=found.work.tokens,
            credit_flops=found.work.flops,
            credited_rao=told(found.rao),
            rate="" if view.hidden else rate_text(found.rao, found.work.trained_seconds, view),
            energy_kwh=found.work.kwh,
            energy_source=found.work.source,
            electricity_cost=None if view.hidden else found.work.cost,
        ),
        why=tuple(cause_sentence(cause, view) for cause in why_zero(facts_of(snapshot, found))),
        next_payout=next_payout_sentences(snapshot, view),
        next_payout_at=next_payout_at(snapshot),
        payouts=_payouts(snapshot, view),
    )


def _payouts(snapshot: Snapshot, view: MoneyView) -> tuple[PayoutReport, ...]:
    paid = [each for network, each in snapshot.money.books.paid if network == snapshot.network.name]
    newest = sorted(paid, key=lambda each: -each.unix_ms)[:PAYOUTS_LIMIT]
    return tuple(_payout(each, snapshot, view.hidden) for each in newest)


def _payout(paid: Paid, snapshot: Snapshot, hidden: bool) -> PayoutReport:
    return PayoutReport(
        at=datetime.fromtimestamp(paid.unix_ms / 1000, snapshot.at.tzinfo),
        rao=None if hidden else paid.rao,
        transaction=None if hidden else paid.hash,
        block=None if hidden else paid.block,
        extrinsic_index=None if hidden else paid.index,
        page=None if hidden else transaction_page(snapshot.money.explorer_url, paid),
    )


class TablePage(msgspec.Struct, frozen=True):
    """CSV, oldest first. Of the rows that were asked for these are the newest; so many older ones found no room."""

    text: str
    left: int = 0


def sessions_table(
    snapshot: Snapshot, days: int | None, *, show_money: bool = False, until: int | None = None
) -> TablePage:
    """The sessions; with `until` those among so many of the oldest, which stay the same while new ones are added."""
    zone, view = snapshot.at.tzinfo, _view(snapshot, show_money)
    assert zone is not None
    oldest_first = sums_of(snapshot, days).sessions[::-1]
    return _page(oldest_first[:until], lambda rows: sessions_csv(rows, view, zone))


def payouts_table(snapshot: Snapshot, *, show_money: bool = False, until: int | None = None) -> TablePage:
    """The payouts of all networks, in the same way."""
    zone, view = snapshot.at.tzinfo, _view(snapshot, show_money)
    assert zone is not None
    oldest_first = sorted(snapshot.money.books.paid, key=lambda entry: entry[1].unix_ms)
    return _page(oldest_first[:until], lambda rows: payouts_csv(rows, view, zone))


def _page(oldest_first: Sequence[Row], table: Callable[[Sequence[Row]], str]) -> TablePage:
    count = min(len(oldest_first), ROWS_LIMIT)
    while True:
        left = len(oldest_first) - count
        text = table(oldest_first[left:])
        size = len(msgspec.json.encode(text))
        if size <= TABLE_LIMIT_BYTES or count <= 1:
            return TablePage(text, left)
        count = max(1, min(count - 1, count * TABLE_LIMIT_BYTES // size))


def _view(snapshot: Snapshot, show_money: bool) -> MoneyView:
    view = snapshot.money.view
    return msgspec.structs.replace(view, hidden=False) if show_money else view
