"""Earnings on the command line: sums over days, a table, reasons for a zero, and no money where it is hidden."""

import io

import msgspec
import pytest
from rich.console import Console

from app.control.reports.earnings import earnings_report, sessions_table
from app.control.reports.earnings_text import print_earnings
from app.control.reports.reports import status_report
from app.core.money.ledger import Books
from app.core.money.lines import Credit, Session, Slice, Standing
from app.core.money.prices import Coin, MoneyView
from app.core.money.side import MoneySide
from app.core.snapshot import Snapshot


@pytest.fixture
def snapshot(make_snapshot) -> Snapshot:
    plain = make_snapshot()
    began = plain.at.timestamp() - 1000
    session = Session(
        key=round(began * 1000), ended_unix=began + 900, network="", run_title="Shakespeare", device="cpu"
    )
    kept = Slice(session=session.key, quarter_unix=int(began // 900) * 900, tokens=1234, megaflops=10**9, joules=7.2e6)
    credit = Credit(epoch=1, unix_ms=session.key + 5, rao=1_750_000_000)
    standing = Standing(at_unix=began, credited_rao=1_750_000_000, pending_rao=0, held_rao=0, paid_rao=0)
    books = Books(sessions=(session,), slices=(kept,), credits=(("", credit),), standings=(("", standing),))
    return msgspec.structs.replace(plain, money=MoneySide(books=books, view=MoneyView(coin=Coin.ALPHA)))


def hidden(snapshot: Snapshot) -> Snapshot:
    view = msgspec.structs.replace(snapshot.money.view, hidden=True)
    return msgspec.structs.replace(snapshot, money=msgspec.structs.replace(snapshot.money, view=view))


def printed(snapshot: Snapshot, **how: bool) -> str:
    out = io.StringIO()
    print_earnings(earnings_report(snapshot, 7, **how), Console(file=out, width=200))
    return out.getvalue()


def test_the_terminal_is_told_sums_energy_and_reasons(snapshot: Snapshot) -> None:
    text = printed(snapshot)
    assert "1.7500 α for 1 quadrillion calculations of checked work" in text
    assert "1 session," in text and "1,234 tokens" in text
    assert "2.000 kWh (estimated), price unknown" in text
    assert "play money" in text
    report = earnings_report(snapshot, 7)
    assert report.span.credited_rao == 1_750_000_000
    assert (report.value, report.span.electricity_cost) == (None, None)
    assert "Shakespeare" in sessions_table(snapshot, None)


def test_hidden_money_is_nowhere_unless_asked_for_by_a_flag(snapshot: Snapshot) -> None:
    secret = hidden(snapshot)
    told = printed(secret) + sessions_table(secret, None)
    told += msgspec.json.encode(status_report(secret)).decode() + msgspec.json.encode(earnings_report(secret)).decode()
    for amount in ("1.75", "1750000000", 'rao":2'):
        assert amount not in told
    assert "•••" in told and "quadrillion" in told
    assert "1.7500 α" in printed(secret, show_money=True)
    assert "1.750000000" in sessions_table(secret, None, show_money=True)
