"""Payouts in the database: which are due, what became of each, and what a hotkey is told of its own. Every function
runs inside the caller's transaction."""

from collections.abc import Collection
from typing import Any, Final

import sqlalchemy as sa

from chain.addresses import check_address
from chain.network import ExtrinsicResult, SignedTransfer
from protocol.errors import SettingsError
from protocol.public_api import Payment
from protocol.wire import to_msgpack
from subnet.orchestrator.money.postings import Account, balance, balances, post
from subnet.orchestrator.tables.money import money_entries, payout_results, payouts
from subnet.orchestrator.tables.schema import miners

NO_ADDRESS: Final = "no address"
BAD_ADDRESS: Final = "the address can't be used"


def due_payouts(
    connection: sa.Connection, tempo: int, least_rao: int, forgotten: Collection[int] = ()
) -> list[tuple[str, str, int]]:
    """(hotkey, coldkey, rao) of miners with enough money, a usable address and no payout in this tempo or under way.
    Those of the payouts under way that are `forgotten` hold back nothing that was earned since."""
    waits = {payout.hotkey for payout in under_way(connection) if payout.payout_id not in forgotten}
    due = []
    for hotkey, rao in balances(connection, Account.MINER, max(1, least_rao)).items():
        coldkey = payout_coldkey(connection, hotkey)
        if hotkey in waits or coldkey is None or not is_usable(coldkey):
            continue
        same_tempo = sa.select(payouts.c.payout_id).where(payouts.c.hotkey == hotkey, payouts.c.tempo == tempo)
        if connection.execute(same_tempo).first() is None:
            due.append((hotkey, coldkey, rao))
    return due


def payout_coldkey(connection: sa.Connection, hotkey: str) -> str | None:
    """The address that a hotkey's miners last named."""
    query = sa.select(miners.c.payout_coldkey).where(miners.c.hotkey == hotkey, miners.c.payout_coldkey.is_not(None))
    coldkey: str | None = connection.execute(query.order_by(miners.c.last_seen_unix_ms.desc()).limit(1)).scalar()
    return coldkey


def is_usable(coldkey: str) -> bool:
    try:
        check_address(coldkey)
    except SettingsError:
        return False
    return True


def intend(connection: sa.Connection, transfer: SignedTransfer, hotkey: str, tempo: int, now_ms: int) -> None:
    """Write down a transfer before it is sent, and move its money to pending."""
    row = {
        "memo": transfer.memo,
        "hotkey": hotkey,
        "coldkey": transfer.destination,
        "tempo": tempo,
        "rao": transfer.amount_rao,
        "unix_ms": now_ms,
        "transfer": to_msgpack(transfer),
    }
    connection.execute(sa.insert(payouts).values(row))
    _move(connection, f"intent {transfer.memo}", hotkey, transfer.amount_rao, Account.MINER, Account.PENDING, now_ms)


def paid(connection: sa.Connection, payout: Any, result: ExtrinsicResult, now_ms: int) -> None:
    """Write down that a payout arrived."""
    place = {"transaction_id": result.hash, "block": result.block, "extrinsic_index": result.index}
    row = {"payout_id": payout.payout_id, "paid": True, "reason": "", "unix_ms": now_ms}
    _settle(connection, row | place)
    _move(connection, f"paid {payout.memo}", payout.hotkey, payout.rao, Account.PENDING, Account.PAID, now_ms)


def returned(connection: sa.Connection, payout: Any, reason: str, now_ms: int) -> None:
    """Give the money of a payout that moved nothing, and never will, back to its miner."""
    row = {"payout_id": payout.payout_id, "paid": False, "reason": reason, "unix_ms": now_ms}
    _settle(connection, row)
    _move(connection, f"returned {payout.memo}", payout.hotkey, payout.rao, Account.PENDING, Account.MINER, now_ms)


def _settle(connection: sa.Connection, result: dict[str, Any]) -> None:
    connection.execute(sa.insert(payout_results).values(result))
    chosen = sa.update(payouts).where(payouts.c.payout_id == result["payout_id"])
    connection.execute(chosen.values(settled_unix_ms=result["unix_ms"]))


def _move(
    connection: sa.Connection, posting: str, hotkey: str, rao: int, source: Account, target: Account, now_ms: int
) -> None:
    post(connection, posting, [(source, hotkey, -rao), (target, hotkey, rao)], epoch=0, now_ms=now_ms)


def under_way(connection: sa.Connection) -> list[Any]:
    """Payouts whose fate is not known yet, oldest first."""
    unsettled = sa.select(payouts).where(payouts.c.settled_unix_ms.is_(None))
    return sorted(connection.execute(unsettled), key=lambda payout: payout.payout_id)


def payments_of(connection: sa.Connection, hotkey: str, limit: int) -> list[Payment]:
    """A hotkey's money, newest first: what it was credited, what waits or is held, what was paid."""
    result = payout_results.c
    finished = (
        sa.select(payouts, result.paid, result.transaction_id, result.block, result.extrinsic_index, result.reason)
        .outerjoin(payout_results, payout_results.c.payout_id == payouts.c.payout_id)
        .where(payouts.c.hotkey == hotkey)
        .order_by(payouts.c.payout_id.desc())
        .limit(limit)
    )
    found = [_payment(row) for row in connection.execute(finished)]
    shares = sa.select(money_entries).where(
        money_entries.c.hotkey == hotkey,
        money_entries.c.account == Account.MINER,
        money_entries.c.posting.like("share %"),
    )
    for row in connection.execute(shares.order_by(money_entries.c.entry_id.desc()).limit(limit)):
        found.append(Payment(epoch=row.epoch, rao=row.rao, state="credited", unix_ms=row.unix_ms))
    waiting = balance(connection, Account.MINER, hotkey)
    coldkey = payout_coldkey(connection, hotkey)
    if waiting > 0 and (coldkey is None or not is_usable(coldkey)):
        reason = NO_ADDRESS if coldkey is None else BAD_ADDRESS
        newest_ms = max((payment.unix_ms for payment in found), default=0)
        found.append(Payment(epoch=0, rao=waiting, state="held", reason=reason, unix_ms=newest_ms))
    return sorted(found, key=lambda payment: -payment.unix_ms)


def _payment(row: Any) -> Payment:
    if row.paid is None:
        return Payment(epoch=0, rao=row.rao, state="pending", unix_ms=row.unix_ms)
    if row.paid:
        place = {"transaction": row.transaction_id, "block": row.block, "index": row.extrinsic_index}
        return Payment(epoch=0, rao=row.rao, state="paid", unix_ms=row.unix_ms, **place)
    return Payment(epoch=0, rao=row.rao, state="held", reason=row.reason, unix_ms=row.unix_ms)
