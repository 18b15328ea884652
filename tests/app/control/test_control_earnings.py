"""Earnings on the command line: sums over days, a table, reasons for a zero, and no money where it is hidden."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from rich.console import Console
from typer.testing import CliRunner

from app.control.command_line import application
from app.control.messages import REPLY_LIMIT_BYTES, EarningsReply
from app.control.reports.earnings import earnings_report, payouts_table, sessions_table
from app.control.reports.earnings_text import print_earnings
from app.control.reports.reports import status_report
from app.core.money.ledger import Books
from app.core.money.lines import Credit, Paid, Session, SessionKept, Slice, SliceKept, Standing
from app.core.money.next_payout import NextPayout
from app.core.money.prices import Coin, MoneyView
from app.core.money.side import MoneySide
from app.core.money.store import EarningsStore
from app.core.snapshot import Snapshot
from app.platforms.paths import profile_paths
from tests.app.conftest import MakeSnapshot
from tests.app.fakes.running_service import started_service


@pytest.fixture
def snapshot(make_snapshot: MakeSnapshot) -> Snapshot:
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
    assert "Shakespeare" in sessions_table(snapshot, None).text


TRANSACTION = "0x" + "ab" * 32


def paid_out(snapshot: Snapshot, explorer_url: str | None = None) -> Snapshot:
    at = snapshot.at.timestamp()
    paid = tuple(
        ("", Paid(transaction=name, unix_ms=round((at - 60 * age) * 1000), rao=10**9 * age, block=7, index=age))
        for age, name in ((5, "0x" + "cd" * 32), (1, TRANSACTION), (9, "at 9"))
    )
    money = msgspec.structs.replace(
        snapshot.money,
        books=msgspec.structs.replace(snapshot.money.books, paid=(*paid, ("elsewhere", paid[0][1]))),
        explorer_url=explorer_url,
        payout_least_rao=5 * 10**9,
        next_payout=NextPayout(network="", heard_unix=at, at_unix=at + 1800),
    )
    return msgspec.structs.replace(snapshot, money=money)


def test_payouts_are_told_newest_first_with_their_whole_transaction_and_its_page(snapshot: Snapshot) -> None:
    report = earnings_report(paid_out(snapshot, "https://e.example/{extrinsic}"), 7)
    assert [(payout.rao, payout.transaction, payout.block, payout.page) for payout in report.payouts] == [
        (10**9, TRANSACTION, 7, "https://e.example/7-0001"),
        (5 * 10**9, "0x" + "cd" * 32, 7, "https://e.example/7-0005"),
        (9 * 10**9, None, 7, "https://e.example/7-0009"),
    ]
    local = paid_out(snapshot)
    assert [payout.page for payout in earnings_report(local, 7).payouts] == [None] * 3
    assert TRANSACTION in printed(local) and "https://" not in printed(local)
    assert "2026-11-21 01:47  1.0000 α" in printed(local)
    assert "https://e.example/7-0001" in printed(paid_out(snapshot, "https://e.example/{extrinsic}"))


def test_the_next_payout_is_told_with_its_distance_and_is_nothing_where_it_is_unknown(snapshot: Snapshot) -> None:
    report = earnings_report(paid_out(snapshot), 7)
    assert report.next_payout_at is not None and report.next_payout_at - snapshot.at == timedelta(minutes=30)
    assert report.next_payout == (
        "3.0000 α to go until the next payout. The network pays out from 5.0000 α on.",
        "The network next decides on payouts at about 02:18.",
    )
    assert "\n".join(report.next_payout) in printed(paid_out(snapshot))
    unknown = earnings_report(snapshot, 7)
    assert (unknown.next_payout, unknown.next_payout_at) == ((), None)
    assert "next decides" not in printed(snapshot)


def test_hidden_money_hides_what_leads_to_it_on_the_chain(snapshot: Snapshot) -> None:
    secret = hidden(paid_out(snapshot, "https://e.example/{hash}"))
    told = printed(secret) + msgspec.json.encode(earnings_report(secret)).decode() + payouts_table(secret).text
    for trace in (TRANSACTION, "e.example", "0xcd", "5.0000"):
        assert trace not in told
    assert "2026-11-21 01:47  •••" in told, "that something came is no sum"
    assert TRANSACTION in msgspec.json.encode(earnings_report(secret, show_money=True)).decode()
    assert TRANSACTION in payouts_table(secret, show_money=True).text


def test_hidden_money_is_nowhere_unless_asked_for_by_a_flag(snapshot: Snapshot) -> None:
    secret = hidden(snapshot)
    told = printed(secret) + sessions_table(secret, None).text
    told += msgspec.json.encode(status_report(secret)).decode() + msgspec.json.encode(earnings_report(secret)).decode()
    for amount in ("1.75", "1750000000", 'rao":2'):
        assert amount not in told
    assert "•••" in told and "quadrillion" in told
    assert "1.7500 α" in printed(secret, show_money=True)
    assert "1.750000000" in sessions_table(secret, None, show_money=True).text


TITLES = [
    "Qwen-like 8B, run 3",
    "大型语言模型第三轮训练中文与英文语料混合版本二" * 2,
    'Ein "großes" Modell, zweiter Lauf\n' * 9,
]


def many_sessions(count: int, title: str, network: str = "") -> list[Session]:
    """One an hour, each told from the others by its device."""
    return [
        Session(
            key=1_700_000_000_000 + 3_600_000 * place,
            ended_unix=1_700_000_000 + 3600 * place + 900,
            network=network,
            run_title=title,
            device=f"card {place}",
        )
        for place in range(count)
    ]


def work_in(session: Session) -> Slice:
    return Slice(session=session.key, quarter_unix=session.key // 900_000 * 900, trained_seconds=9.0, tokens=1)


def with_sessions(snapshot: Snapshot, sessions: Sequence[Session]) -> Snapshot:
    slices = tuple(map(work_in, sessions))
    books = msgspec.structs.replace(snapshot.money.books, sessions=tuple(sessions), slices=slices)
    return msgspec.structs.replace(snapshot, money=msgspec.structs.replace(snapshot.money, books=books))


@pytest.mark.parametrize(("title", "count"), [(TITLES[0], 9000), (TITLES[1], 5000), (TITLES[2], 5000), (TITLES[0], 0)])
def test_every_page_of_the_sessions_fits_a_reply_and_together_they_are_all(
    snapshot: Snapshot, title: str, count: int
) -> None:
    snapshot = with_sessions(snapshot, many_sessions(count, title))
    until, devices, sizes = None, list[str](), list[int]()
    while until != 0:
        page = sessions_table(snapshot, None, until=until)
        reply = EarningsReply(report=earnings_report(snapshot), csv=page.text, csv_left=page.left)
        sizes.append(len(msgspec.json.encode(reply)))
        devices = [row["device"] for row in csv.DictReader(io.StringIO(page.text, newline=""))] + devices
        until = page.left
    assert devices == [f"card {place}" for place in range(count)]
    assert max(sizes) < REPLY_LIMIT_BYTES


def test_new_sessions_and_payouts_while_a_table_is_read_move_none_of_its_rows(snapshot: Snapshot) -> None:
    sessions = many_sessions(30, "x" * 100_000)
    newest = sessions_table(with_sessions(snapshot, sessions[:20]), None)
    older = sessions_table(with_sessions(snapshot, sessions), None, until=newest.left)
    places = [row["device"] for page in (older, newest) for row in csv.DictReader(io.StringIO(page.text, newline=""))]
    assert places == [f"card {place}" for place in range(older.left, 20)]
    assert "paid" in payouts_table(paid_out(snapshot), until=2).text
    assert TRANSACTION not in payouts_table(paid_out(snapshot), until=2).text


def test_the_whole_table_is_printed_although_no_reply_holds_it(tmp_path: Path) -> None:
    sessions = many_sessions(2500, TITLES[1] * 5, network="local")
    store = EarningsStore(profile_paths(tmp_path).state_folder / "earnings.jsonl")
    for place in range(0, len(sessions), 500):
        some = sessions[place : place + 500]
        store.add([*map(SessionKept, some), *(SliceKept(work_in(session)) for session in some)])
    service = started_service(tmp_path)
    try:
        shown = CliRunner().invoke(application, ["earnings", "--csv", "--profile-folder", str(tmp_path)])
    finally:
        service.close(5.0)
    rows = list(csv.DictReader(io.StringIO(shown.stdout)))
    assert [row["device"] for row in rows] == [session.device for session in sessions]
