"""Postings of money and sums over them. Every function runs inside the caller's transaction.

A posting is named by its cause, so that doing the same again after a kill changes nothing. Sums are kept beside the
entries, in the same transaction: they are asked for every second, and entries are never thrown away.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from subnet.orchestrator.tables.money import money_entries, money_totals

_SUMS_OF: Final = sa.select(money_totals.c.account, money_totals.c.rao).where(
    money_totals.c.hotkey == sa.bindparam("hotkey")
)
"""Each heartbeat asks it; made once, since making a statement costs several times as much as running it."""

_FIRST_TOTAL: Final = upsert(money_totals)
_ADD_TOTAL: Final = _FIRST_TOTAL.on_conflict_do_update(
    index_elements=["hotkey", "account"], set_={"rao": money_totals.c.rao + _FIRST_TOTAL.excluded.rao}
)


class Account(StrEnum):
    """schema_money says what each one holds."""

    EMISSION = "emission"
    UNSHARED = "unshared"
    MINER = "miner"
    PENDING = "pending"
    PAID = "paid"


class UnbalancedPosting(Exception):
    """Entries that don't sum to zero: a bug, refused before it is written."""


def post(
    connection: sa.Connection, posting: str, entries: Iterable[tuple[Account, str, int]], epoch: int, now_ms: int
) -> bool:
    """Write `entries` (account, hotkey or empty, rao) under the name `posting`; False if it was written before."""
    moved = [(account, hotkey, rao) for account, hotkey, rao in entries if rao != 0]
    if sum(rao for _, _, rao in moved) != 0:
        raise UnbalancedPosting(posting)
    if not moved or _is_posted(connection, posting):
        return False
    rows = [
        {"posting": posting, "account": account, "hotkey": hotkey, "epoch": epoch, "rao": rao, "unix_ms": now_ms}
        for account, hotkey, rao in moved
    ]
    connection.execute(sa.insert(money_entries), rows)
    sums = [{"hotkey": hotkey, "account": account, "rao": rao} for account, hotkey, rao in moved]
    connection.execute(_ADD_TOTAL, sums)
    return True


def _is_posted(connection: sa.Connection, posting: str) -> bool:
    found = sa.select(money_entries.c.entry_id).where(money_entries.c.posting == posting).limit(1)
    return connection.execute(found).first() is not None


def balance(connection: sa.Connection, account: Account, hotkey: str = "") -> int:
    """Rao in one account of one hotkey; the emission account's is minus all that was given."""
    total = sa.select(money_totals.c.rao).where(money_totals.c.account == account, money_totals.c.hotkey == hotkey)
    return int(connection.execute(total).scalar() or 0)


def balances(connection: sa.Connection, account: Account, least_rao: int | None = None) -> dict[str, int]:
    """Rao by hotkey, without the empty ones; of those with so much at least, where a least is given."""
    total = money_totals.c
    enough = total.rao != 0 if least_rao is None else sa.and_(total.rao != 0, total.rao >= least_rao)
    query = sa.select(total.hotkey, total.rao).where(total.account == account, enough).order_by(total.hotkey)
    return {hotkey: int(rao) for hotkey, rao in connection.execute(query)}


def sums_of(connection: sa.Connection, hotkey: str) -> Mapping[Account, int]:
    """What one hotkey has in each account."""
    return {Account(account): int(rao) for account, rao in connection.execute(_SUMS_OF, {"hotkey": hotkey})}


def purse(connection: sa.Connection, hotkey: str) -> tuple[int, int]:
    """Rao ever credited to a hotkey, and those of them that were paid."""
    sums = sums_of(connection, hotkey)
    return sum(sums.values()), sums.get(Account.PAID, 0)


def credited_and_paid(connection: sa.Connection, hotkeys: Collection[str]) -> dict[str, tuple[int, int]]:
    """Of each of these hotkeys that ever had money its purse."""
    total = money_totals.c
    paid = sa.func.sum(sa.case((total.account == Account.PAID, total.rao), else_=0))
    query = sa.select(total.hotkey, sa.func.sum(total.rao), paid).where(total.hotkey.in_(hotkeys))
    rows = connection.execute(query.group_by(total.hotkey))
    return {hotkey: (int(credited_rao), int(paid_rao)) for hotkey, credited_rao, paid_rao in rows}
