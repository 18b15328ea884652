"""Payouts: one transfer per miner and tempo, each exactly once whatever is killed when.

    signed, nothing sent ─ intent and posting in one transaction ─► pending ─ submitted ─► on chain ─ result ─► paid
                                                                      └ expired or failed ─► back to the miner

A signed transfer enters the chain at most once, so after a restart every pending one is asked after and sent again.
Only after a definite end is another made, under another memo.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, assert_never

import sqlalchemy as sa
import structlog

from chain.addresses import check_address
from chain.keys import Keypair
from chain.network import Chain, Expired, ExtrinsicResult, Failed, Forgotten, Included, Pending, SignedTransfer
from protocol.errors import Refused, ServiceError, SettingsError
from protocol.public_api import Payment
from protocol.wire import from_msgpack, to_msgpack
from subnet.orchestrator.clocks import Clock
from subnet.orchestrator.money import treasury
from subnet.orchestrator.money.payout_limits import LEAST_PAYOUT_RAO, PAYOUTS_A_TURN
from subnet.orchestrator.money.postings import Account, balances, post
from subnet.orchestrator.tables.database import Database
from subnet.orchestrator.tables.money import money_entries, payout_results, payouts
from subnet.orchestrator.tables.schema import miners

_log = structlog.get_logger()
NO_ADDRESS: Final = "no address"
BAD_ADDRESS: Final = "the address can't be used"
REMEMBERED_BLOCKS: Final = 250
"""A node that is no archive still knows what was so long ago."""
GAP_SECONDS: Final = 3600.0
"""Between two attempts to read what no node could tell."""


class Paymaster:
    """Turns the pool's emissions into payouts. One per network; `book` and `pay` are called again and again, side by
    side: a transfer takes minutes, and a node that is no archive forgets a tempo's end within the hour."""

    def __init__(
        self, database: Database, chain: Chain, pool: Keypair, clock: Clock, least_rao: int = LEAST_PAYOUT_RAO
    ) -> None:
        self._database = database
        self._chain = chain
        self._pool = pool
        self._clock = clock
        self._least_rao = least_rao
        self._tempo_ends_ms: int | None = None
        self._gaps_tried_ms: int | None = None

    @property
    def seconds_to_next(self) -> float | None:
        """About how long until the next emission comes and is paid out; None where the chain didn't tell lately."""
        if self._tempo_ends_ms is None:
            return None
        left_ms = self._tempo_ends_ms - self._clock()
        return left_ms / 1000 if left_ms > 0 else None

    async def turn(self) -> None:
        """Both, one after the other."""
        await self.book()
        await self.pay()

    async def book(self) -> None:
        """Book emissions and share them."""
        for part in (self._book_emissions, self._fill_gaps, self._share_out):
            await _by_itself(part)

    async def pay(self) -> None:
        """Settle transfers under way, begin some of this tempo's."""
        await _by_itself(self._pay)

    async def _book_emissions(self) -> None:
        """The next stretch of them; after a long outage the later ones follow turn by turn. How far it was read is
        written down together with what was found, so each tempo is booked once whatever is killed when."""
        pool = self._pool.address
        since = await self._database.read(partial(treasury.emissions_read_through, pool=pool))
        if since is None:
            # What the pool got before this network began was for nobody's work here.
            present = (await self._chain.block()).number
            await self._database.write(partial(treasury.begin_emissions, pool=pool, block=present))
            return
        try:
            read = await self._chain.emissions(pool, since)
        except Forgotten as error:
            await self._go_on_behind(since, error)
            return
        if read.through_block <= since:
            return
        received, now_ms = [(each.block, each.amount_rao) for each in read.emissions], self._clock()

        def book(connection: sa.Connection) -> None:
            treasury.take_emissions(connection, received, now_ms)
            treasury.read_emissions_through(connection, pool, read.through_block)

        await self._database.write(book)

    async def _go_on_behind(self, since: int, error: Forgotten) -> None:
        """Leave out what is forgotten, for now: what comes after it must not be forgotten too."""
        pool, nearest = self._pool.address, (await self._chain.block()).number - REMEMBERED_BLOCKS
        if nearest <= since:
            raise error
        _log.error(
            "emissions_forgotten",
            after_block=since,
            through_block=nearest,
            advice="They are booked once --chain names an archive node: bittensor:NETUID@URL.",
        )
        await self._database.write(partial(treasury.leave_gap, pool=pool, after=since, through=nearest))

    async def _fill_gaps(self) -> None:
        """First of all after a start, since the chain's node may be another one, and now and then. Of a long gap one
        reading is a part only."""
        now_ms, pool = self._clock(), self._pool.address
        if self._gaps_tried_ms is not None and abs(now_ms - self._gaps_tried_ms) < GAP_SECONDS * 1000:
            return
        for after, through in await self._database.read(partial(treasury.gaps_of, pool=pool)):
            try:
                read = await self._chain.emissions(pool, after)
            except Forgotten:
                self._gaps_tried_ms = now_ms
                _log.error("emissions_still_forgotten", after_block=after, through_block=through)
                continue
            received = [(each.block, each.amount_rao) for each in read.emissions if each.block <= through]
            until = through if read.through_block <= after else read.through_block
            await self._database.write(partial(_filled, pool, through, until, received, now_ms))

    async def _share_out(self) -> None:
        now_ms = self._clock()
        await self._database.write(lambda connection: treasury.share_out(connection, now_ms))

    async def _pay(self) -> None:
        await self._settle_pending()
        await self._begin_payouts()

    async def _settle_pending(self) -> None:
        for payout in await self._database.read(_pending):
            transfer = from_msgpack(payout.transfer, SignedTransfer)
            fate = await self._chain.find_transfer(transfer)
            if isinstance(fate, Pending):
                await self._submit(payout.payout_id, transfer)
                fate = await self._chain.find_transfer(transfer)
            now_ms = self._clock()
            match fate:
                case Included(result=result):
                    done = partial(_paid, payout=payout, result=result, now_ms=now_ms)
                case Failed(reason=reason):
                    done = partial(_returned, payout=payout, reason=reason, now_ms=now_ms)
                case Expired():
                    done = partial(_returned, payout=payout, reason="the chain did not take it", now_ms=now_ms)
                case Pending():
                    continue
                case _:
                    assert_never(fate)
            await self._database.write(done)

    async def _submit(self, payout_id: int, transfer: SignedTransfer) -> None:
        try:
            await self._chain.submit_transfer(transfer)
        except Refused as error:
            # It may still get in later; once it can't any more, its fate says so and the money goes back.
            _log.warning("payout_refused", payout=payout_id, title=error.title)

    async def _begin_payouts(self) -> None:
        """One transfer after the other, the largest first: an account signs its next only when the last is settled, or
        two would have the same nonce, and one of them be in vain. What is left waits for the next turn."""
        running = await self._chain.tempo()
        self._tempo_ends_ms = self._clock() + round(running.seconds_left * 1000)
        tempo = running.previous_end_block
        due = await self._database.read(lambda connection: due_payouts(connection, tempo, self._least_rao))
        for hotkey, coldkey, rao in sorted(due, key=lambda one: -one[2])[:PAYOUTS_A_TURN]:
            if await self._database.read(_pending):
                return
            memo = f"{self._pool.address[:8]}/{tempo}/{hotkey}"
            transfer = await self._chain.sign_transfer(self._pool, coldkey, rao, memo)
            intent = partial(intend, transfer=transfer, hotkey=hotkey, tempo=tempo, now_ms=self._clock())
            await self._database.write(intent)
            await self._settle_pending()


async def _by_itself(part: Callable[[], Awaitable[None]]) -> None:
    """What fails stops nothing that does not need it: an old block that no node knows must not hold back a transfer."""
    try:
        await part()
    except ServiceError as error:
        # The chain can't be reached or refuses now; nothing is lost by the next turn doing it.
        _log.warning("chain_unavailable", title=error.title, advice=error.advice)


def _filled(
    pool: str,
    through: int,
    read_through: int,
    received: list[tuple[int, int]],
    now_ms: int,
    connection: sa.Connection,
) -> None:
    treasury.take_emissions(connection, received, now_ms)
    treasury.fill_gap(connection, pool, through, read_through)


def due_payouts(connection: sa.Connection, tempo: int, least_rao: int) -> list[tuple[str, str, int]]:
    """(hotkey, coldkey, rao) of miners with enough money, a usable address and no payout in this tempo or under way."""
    due = []
    for hotkey, rao in balances(connection, Account.MINER).items():
        if rao < max(1, least_rao):
            continue
        coldkey = payout_coldkey(connection, hotkey)
        if coldkey is None or not is_usable(coldkey):
            continue
        finished = sa.exists().where(payout_results.c.payout_id == payouts.c.payout_id)
        blocking = sa.select(payouts.c.payout_id).where(
            payouts.c.hotkey == hotkey, sa.or_(payouts.c.tempo == tempo, ~finished)
        )
        if connection.execute(blocking.limit(1)).first() is None:
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


def _paid(connection: sa.Connection, payout: Any, result: ExtrinsicResult, now_ms: int) -> None:
    place = {"transaction_id": result.hash, "block": result.block, "extrinsic_index": result.index}
    row = {"payout_id": payout.payout_id, "paid": True, "reason": "", "unix_ms": now_ms}
    connection.execute(sa.insert(payout_results).values(row | place))
    _move(connection, f"paid {payout.memo}", payout.hotkey, payout.rao, Account.PENDING, Account.PAID, now_ms)


def _returned(connection: sa.Connection, payout: Any, reason: str, now_ms: int) -> None:
    row = {"payout_id": payout.payout_id, "paid": False, "reason": reason, "unix_ms": now_ms}
    connection.execute(sa.insert(payout_results).values(row))
    _move(connection, f"returned {payout.memo}", payout.hotkey, payout.rao, Account.PENDING, Account.MINER, now_ms)


def _move(
    connection: sa.Connection, posting: str, hotkey: str, rao: int, source: Account, target: Account, now_ms: int
) -> None:
    post(connection, posting, [(source, hotkey, -rao), (target, hotkey, rao)], epoch=0, now_ms=now_ms)


def _pending(connection: sa.Connection) -> list[Any]:
    finished = sa.exists().where(payout_results.c.payout_id == payouts.c.payout_id)
    return list(connection.execute(sa.select(payouts).where(~finished).order_by(payouts.c.payout_id)))


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
    waiting = balances(connection, Account.MINER).get(hotkey, 0)
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
