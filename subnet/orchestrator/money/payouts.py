"""Payouts: one transfer per miner and tempo, each exactly once whatever is killed when.

    signed, nothing sent ─ intent and posting in one transaction ─► pending ─ submitted ─► on chain ─ result ─► paid
                                                                      └ expired or failed ─► back to the miner

A signed transfer enters the chain at most once, so after a restart every pending one is asked after and sent again.
Only after a definite end is another made, under another memo. What a node can't tell of any more stays pending until an
archive node tells; it can't get in again, so the others are paid meanwhile.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, assert_never

import sqlalchemy as sa
import structlog

from chain.keys import Keypair
from chain.network import Chain, Expired, Failed, Forgotten, Included, Pending, SignedTransfer, TransferFate
from protocol.errors import Refused, ServiceError
from protocol.wire import from_msgpack
from subnet.orchestrator.clocks import Clock
from subnet.orchestrator.money import treasury
from subnet.orchestrator.money.payout_limits import LEAST_PAYOUT_RAO, PAYOUTS_A_TURN
from subnet.orchestrator.money.payout_records import due_payouts, intend, paid, returned, under_way
from subnet.orchestrator.tables.database import Database

_log = structlog.get_logger()
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
        self._forgotten: dict[int, int] = {}
        """Payouts of which the node can't tell any more, and when it was asked last."""

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
        for payout in await self._database.read(under_way):
            if not self._may_be_told(payout.payout_id):
                continue
            try:
                fate = await self._fate(payout)
            except Forgotten:
                self._note_forgotten(payout)
                continue
            self._forgotten.pop(payout.payout_id, None)
            now_ms = self._clock()
            match fate:
                case Included(result=result):
                    done = partial(paid, payout=payout, result=result, now_ms=now_ms)
                case Failed(reason=reason):
                    done = partial(returned, payout=payout, reason=reason, now_ms=now_ms)
                case Expired():
                    done = partial(returned, payout=payout, reason="the chain did not take it", now_ms=now_ms)
                case Pending():
                    continue
                case _:
                    assert_never(fate)
            await self._database.write(done)

    def _may_be_told(self, payout_id: int) -> bool:
        """Of what was forgotten it is asked first of all after a start, since the chain's node may be another one, and
        now and then."""
        asked_ms = self._forgotten.get(payout_id)
        return asked_ms is None or abs(self._clock() - asked_ms) >= GAP_SECONDS * 1000

    async def _fate(self, payout: Any) -> TransferFate:
        """Of a payout's transfer, sent again if it is not on chain yet. Raises Forgotten."""
        transfer = from_msgpack(payout.transfer, SignedTransfer)
        fate = await self._chain.find_transfer(transfer)
        if isinstance(fate, Pending):
            await self._submit(payout.payout_id, transfer)
            fate = await self._chain.find_transfer(transfer)
        return fate

    def _note_forgotten(self, payout: Any) -> None:
        """The money stays where it is: it may have arrived. Told once for each, however often it is tried."""
        if payout.payout_id not in self._forgotten:
            _log.error(
                "payout_forgotten",
                payout=payout.payout_id,
                memo=payout.memo,
                advice="It is settled once --chain names an archive node: bittensor:NETUID@URL.",
            )
        self._forgotten[payout.payout_id] = self._clock()

    async def _submit(self, payout_id: int, transfer: SignedTransfer) -> None:
        try:
            await self._chain.submit_transfer(transfer)
        except Refused as error:
            # It may still get in later; once it can't any more, its fate says so and the money goes back.
            _log.warning("payout_refused", payout=payout_id, title=error.title)

    async def _begin_payouts(self) -> None:
        """One transfer after the other, the largest first: an account signs its next only when the last is settled, or
        two would have the same nonce, and one of them be in vain. What is forgotten is in no other's way: it is on
        chain or dead. What is left waits for the next turn."""
        running = await self._chain.tempo()
        self._tempo_ends_ms = self._clock() + round(running.seconds_left * 1000)
        tempo = running.previous_end_block
        find_due = partial(due_payouts, tempo=tempo, least_rao=self._least_rao, forgotten=self._forgotten.keys())
        due = await self._database.read(find_due)
        for hotkey, coldkey, rao in sorted(due, key=lambda one: -one[2])[:PAYOUTS_A_TURN]:
            if any(one.payout_id not in self._forgotten for one in await self._database.read(under_way)):
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
