"""Sessions as a table for a spreadsheet: RFC 4180 quoting, ISO times, plain numbers."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime, tzinfo

from app.core.money.earnings import RAO_PER_COIN
from app.core.money.prices import MoneyView
from app.core.money.sums import SessionRow

_WORK = ("start", "end", "network", "model", "device", "trained_s", "tokens", "credit_flop", "energy_kwh", "energy_by")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sessions_csv(rows: Iterable[SessionRow], view: MoneyView, zone: tzinfo) -> str:
    """One line a session, oldest first. Hidden money is left out; an unknown price leaves its cell empty."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    money = () if view.hidden else (f"credited_{view.coin.value}", f"electricity_{view.currency.lower()}")
    writer.writerow((*_WORK, *money))
    for row in sorted(rows, key=lambda row: row.session.key):
        cells: list[object] = [*_work_cells(row, zone)]
        if money:
            cost = row.work.cost
            cells += [f"{row.rao / RAO_PER_COIN:.9f}", "" if cost is None else f"{cost:.4f}"]
        writer.writerow(cells)
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
