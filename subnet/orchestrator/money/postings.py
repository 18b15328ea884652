"""Postings of money and sums over them. Every function runs inside the caller's transaction.

A posting is named by its cause, so that doing the same again after a kill changes nothing.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

import sqlalchemy as sa

from subnet.orchestrator.tables.money import money_entries

_SUMS_OF: Final = (
    sa.select(money_entries.c.account, sa.func.sum(money_entries.c.rao))
    .where(money_entries.c.hotkey == sa.bindparam("hotkey"))
    .group_by(money_entries.c.account)
)
"""Each heartbeat asks it; made once, since making a statement costs several times as much as running it."""


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
    return True


def _is_posted(connection: sa.Connection, posting: str) -> bool:
    found = sa.select(money_entries.c.entry_id).where(money_entries.c.posting == posting).limit(1)
    return connection.execute(found).first() is not None


def balance(connection: sa.Connection, account: Account, hotkey: str = "") -> int:
    """Rao in one account of one hotkey; the emission account's is minus all that was given."""
    total = sa.select(sa.func.coalesce(sa.func.sum(money_entries.c.rao), 0)).where(
        money_entries.c.account == account, money_entries.c.hotkey == hotkey
    )
    return int(connection.execute(total).scalar_one())


def balances(connection: sa.Connection, account: Account) -> dict[str, int]:
    """Rao by hotkey, without the empty ones."""
    total = sa.func.sum(money_entries.c.rao)
    query = (
        sa.select(money_entries.c.hotkey, total)
        .where(money_entries.c.account == account)
        .group_by(money_entries.c.hotkey)
        .having(total != 0)
        .order_by(money_entries.c.hotkey)
    )
    return {hotkey: int(rao) for hotkey, rao in connection.execute(query)}


def sums_of(connection: sa.Connection, hotkey: str) -> Mapping[Account, int]:
    """What one hotkey has in each account."""
    return {Account(account): int(rao) for account, rao in connection.execute(_SUMS_OF, {"hotkey": hotkey})}


def purse(connection: sa.Connection, hotkey: str) -> tuple[int, int]:
    """Rao ever credited to a hotkey, and those of them that were paid."""
    sums = sums_of(connection, hotkey)
    return sum(sums.values()), sums.get(Account.PAID, 0)


def credited_and_paid(connection: sa.Connection) -> dict[str, tuple[int, int]]:
    """By hotkey: all rao ever credited, and those of them that were paid."""
    amount = sa.func.sum(money_entries.c.rao)
    paid = sa.func.sum(sa.case((money_entries.c.account == Account.PAID, money_entries.c.rao), else_=0))
    query = (
        sa.select(money_entries.c.hotkey, amount, paid)
        .where(money_entries.c.hotkey != "")
        .group_by(money_entries.c.hotkey)
    )
    return {hotkey: (int(all_rao), int(paid_rao)) for hotkey, all_rao, paid_rao in connection.execute(query)}
