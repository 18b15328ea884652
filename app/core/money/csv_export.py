"""Sessions and payouts as tables for a spreadsheet: RFC 4180 quoting, ISO times, plain numbers."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime, tzinfo

from app.core.money.earnings import RAO_PER_COIN
from app.core.money.lines import Paid
from app.core.money.prices import MoneyView
from app.core.money.sums import SessionRow

_WORK = ("start", "end", "network", "model", "device", "trained_s", "tokens", "credit_flop", "energy_kwh", "energy_by")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sessions_csv(rows: Iterable[SessionRow], view: MoneyView, zone: tzinfo) -> str:
    """One line a session, oldest first. Hidden money is left out; an unknown price leaves its cell empty."""
    money = () if view.hidden else (f"credited_{view.coin.value}", f"electricity_{view.currency.lower()}")
    lines: list[Iterable[object]] = [(*_WORK, *money)]
    for row in sorted(rows, key=lambda row: row.session.key):
        cells: list[object] = [*_work_cells(row, zone)]
        if money:
            cost = row.work.cost
            cells += [f"{row.rao / RAO_PER_COIN:.9f}", "" if cost is None else f"{cost:.4f}"]
        lines.append(cells)
    return _table(lines)


def payouts_csv(paid: Iterable[tuple[str, Paid]], view: MoneyView, zone: tzinfo) -> str:
    """One line a payout with its network, oldest first, as for a tax return. Of hidden money only when it came."""
    money = () if view.hidden else (f"paid_{view.coin.value}", "transaction", "block", "extrinsic")
    lines: list[Iterable[object]] = [("time", "network", *money)]
    for network, each in sorted(paid, key=lambda entry: entry[1].unix_ms):
        cells: list[object] = [_time(each.unix_ms / 1000, zone), _text(network)]
        if money:
            place = ["" if number is None else number for number in (each.block, each.index)]
            cells += [f"{each.rao / RAO_PER_COIN:.9f}", each.hash or "", *place]
        lines.append(cells)
    return _table(lines)


def _table(lines: Iterable[Iterable[object]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return out.getvalue()


def _work_cells(row: SessionRow, zone: tzinfo) -> list[object]:
    session, work = row.session, row.work
    return [
        _time(session.began_unix, zone),
        _time(session.ended_unix, zone),
        _text(session.network),
        _text(session.run_title),
        _text(session.device),
        round(work.trained_seconds),
        work.tokens,
        work.megaflops * 1_000_000,
        f"{work.kwh:.4f}",
        work.source.value,
    ]


def _time(unix_seconds: float, zone: tzinfo) -> str:
    return datetime.fromtimestamp(unix_seconds, zone).isoformat(timespec="seconds")


def _text(text: str) -> str:
    """A title comes from a network: a spreadsheet must not take it for a formula."""
    return "'" + text if text.startswith(_FORMULA) else text
