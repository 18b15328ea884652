"""Keeps the books: watches the engine, asks the network's ledger and the chain, writes to disk, tells the views."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, Final, TypeAlias, assert_never

import msgspec
import structlog

from app.core import commands
from app.core.engine.phase import ALIVE
from app.core.money.asking import line_of
from app.core.money.ledger import Ledger
from app.core.money.lines import Line, PayoutAddressChanged, TariffSet, put_back_by
from app.core.money.next_payout import next_payout_of
from app.core.money.prices import PoolPrice
from app.core.money.settings import MoneySettings
from app.core.money.setup import MoneySetup
from app.core.money.side import MoneySide
from app.core.money.store import EarningsStore, Unsaved
from app.core.money.tally import Tally, observed
from app.core.money.watch import engine_lives, seen_of, view_of
from app.core.network.known import KnownNetwork
from app.core.payout.chain_sight import ChainQuestion, Looking, NotSighted, Sighted
from app.core.ports import Clock
from app.core.settings.settings import Settings
from app.core.snapshot import MoneyChanged, NetworkKind, NetworkView, Snapshot, SnapshotEvent, TroubleSeen
from protocol.errors import DiskFull, ProtocolError, Unavailable, UserFacingError

_log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 1.0
SAVE_SECONDS: Final = 60.0
TELL_SECONDS: Final = 5.0
ASK_SECONDS: Final = 60.0
PRICE_SECONDS: Final = 900.0

MoneyCommand: TypeAlias = commands.LookAtAddress | commands.ListWallets | commands.AskLedger


class EarningsKeeper:
    """All calls belong to the supervisor's loop."""

    def __init__(self, setup: MoneySetup, *, tell: Callable[[SnapshotEvent], None], clock: Clock) -> None:
        self._setup = setup
        self._tell = tell
        self._clock = clock
        self._store = None if setup.path is None else EarningsStore(setup.path)
        self._ledger, self._tally, self._unsaved = Ledger(), Tally(), Unsaved()
        self._side = MoneySide()
        self._pool: tuple[str, PoolPrice] | None = None
        self._changed = True
        self._asks: dict[str, asyncio.Task[None]] = {}
        self._at: dict[str, float] = {}
        """When something was last done, in unix seconds."""
        self._heard_rao: int | None = None
        self._write_failed = False

    def begin(self) -> None:
        """Read the books."""
        if self._store is not None:
            trouble: UserFacingError | None
            try:
                trouble = self._store.load(self._ledger)
            except UserFacingError as error:
                trouble = error
            if trouble is not None:
                self._tell(_seen(trouble))

    def attend(self, snapshot: Snapshot, settings: Settings, now: datetime) -> None:
        """Level-triggered, each tick."""
        at = now.timestamp()
        if not self._is_due("look", LOOK_SECONDS, at) and self._tally.session is not None:
            return
        self._look(snapshot, settings, at)
        self._keep_settings(snapshot, settings, at)
        alive = snapshot.engine.phase in ALIVE
        rao = snapshot.earnings.credited_rao + snapshot.earnings.paid_rao
        if alive and (rao != self._heard_rao or self._is_due("ledger", ASK_SECONDS, at)):
            self._heard_rao = rao
            self._ask_ledger(snapshot, at)
        if alive and self._is_due("price", PRICE_SECONDS, at):
            self._ask_price(snapshot)
        if self._unsaved and (not alive or self._is_due("save", SAVE_SECONDS, at)):
            self._save(at)
        self._show(snapshot, settings, at)

    def obey(self, command: MoneyCommand, snapshot: Snapshot) -> None:
        match command:
            case commands.LookAtAddress(address):
                self._begin("sight", self._look_at(address, snapshot.network))
            case commands.ListWallets():
                self._begin("wallets", self._list_wallets())
            case commands.AskLedger():
                self._ask_ledger(snapshot, self._clock.now().timestamp())
                self._ask_price(snapshot)
            case _:
                assert_never(command)

    async def close(self) -> None:
        """Write what is not written yet; questions under way are dropped."""
        for task in self._asks.values():
            task.cancel()
        await asyncio.gather(*self._asks.values(), return_exceptions=True)
        self._save(self._clock.now().timestamp())

    def _look(self, snapshot: Snapshot, settings: Settings, at: float) -> None:
        measured = self._setup.meter.read(cards=engine_lives(snapshot))
        self._tally, lines = observed(self._ledger, self._tally, seen_of(snapshot, settings, measured, at))
        for line in lines:
            self._take(line)

    def _keep_settings(self, snapshot: Snapshot, settings: Settings, at: float) -> None:
        """Prices and the payout address as they are from now on, however they came to change."""
        self._keep_tariff(settings.money, at)
        changes = self._ledger.payout_changes
        last = max(changes, default=None)
        known = None if last is None else changes[last].new
        if settings.payout_address != known:
            _log.info("payout_address_changed", first=known is None)
            new, put_back = settings.payout_address, put_back_by(last, at)
            self._take(PayoutAddressChanged(at_unix=at, old=known, new=new, put_back=put_back))
            self._save(at)

    def _keep_tariff(self, money: MoneySettings, at: float) -> None:
        tariffs = self._ledger.tariffs
        last = max(tariffs, default=None)
        if last is None:
            is_news = money.tariff is not None
        else:
            # One that begins in the future was set by a clock that was ahead: it holds already.
            known = tariffs[last]
            is_news = (known.tariff, known.currency) != (money.tariff, money.currency) or known.from_unix > at
        if is_news:
            put_back = put_back_by(last, at)
            self._take(TariffSet(from_unix=at, currency=money.currency, tariff=money.tariff, put_back=put_back))

    def _take(self, line: Line) -> None:
        self._ledger.take(line)
        self._unsaved.put(line)
        self._changed = True

    def _ask_ledger(self, snapshot: Snapshot, at: float) -> None:
        url, hotkey = snapshot.network.orchestrator_url, snapshot.account.hotkey
        if url is not None and hotkey is not None:
            self._at["ledger"] = at
            self._begin("ledger", self._hear(url, hotkey, snapshot.network.name, at))

    async def _hear(self, url: str, hotkey: str, network: str, at: float) -> None:
        try:
            told = await self._setup.ask_ledger(url, hotkey)
            last = max((standing.order for standing in self._ledger.standings.values()), default=None)
            line = line_of(network, told, at, put_back=put_back_by(last, at))
        except (Unavailable, ProtocolError) as error:
            self._change(unreachable=error.title)
            return
        except UserFacingError:
            # It answered: this computer has not worked there yet.
            self._change(unreachable="", next_payout=None)
            return
        news = self._ledger.news(line)
        self._ledger.take(line)
        if news is not None:
            self._unsaved.put(news)
        self._changed = True
        next_payout = next_payout_of(network, told.next_payout_seconds, self._clock.now().timestamp())
        self._change(unreachable="", next_payout=next_payout)

    def _ask_price(self, snapshot: Snapshot) -> None:
        chain = self._setup.chain_of(snapshot.network)
        self._at["price"] = self._clock.now().timestamp()
        if chain is not None and snapshot.network.kind is not NetworkKind.THIS_COMPUTER:
            self._begin("price", self._hear_price(chain, snapshot.network.name))

    async def _hear_price(self, chain: str, network: str) -> None:
        try:
            answer = await self._setup.look_at_chain(ChainQuestion(chain=chain))
        except UserFacingError as error:
            _log.info("no_price", reason=error.title)
            return
        if answer.tao_per_alpha is not None and answer.tao_per_alpha > 0:
            at = self._clock.now().timestamp()
            price = PoolPrice(tao_per_alpha=answer.tao_per_alpha, netuid=answer.netuid, block=answer.block, at_unix=at)
            self._pool, self._changed = (network, price), True

    async def _look_at(self, address: str, network: NetworkView) -> None:
        chain = self._setup.chain_of(network)
        if chain is None:
            self._change(sight=NotSighted(address=address, reason=""))
            return
        self._change(sight=Looking(address=address))
        try:
            answer = await self._setup.look_at_chain(ChainQuestion(chain=chain, address=address))
        except UserFacingError as error:
            self._change(sight=NotSighted(address=address, reason=error.title))
            return
        self._change(sight=Sighted(address=address, answer=answer, at_unix=self._clock.now().timestamp()))

    async def _list_wallets(self) -> None:
        try:
            found = await asyncio.to_thread(self._setup.list_wallets)
        except UserFacingError as error:
            self._change(wallet_trouble=str(error))
            return
        self._change(wallets=tuple(found), wallet_trouble="")

    def _begin(self, what: str, question: Coroutine[Any, Any, None]) -> None:
        """One question of a kind at a time: the latest counts."""
        running = self._asks.get(what)
        if running is not None:
            running.cancel()
        task = self._asks[what] = asyncio.create_task(question, name=f"money {what}")
        task.add_done_callback(_log_failure)

    def _save(self, at: float) -> None:
        self._at["save"] = at
        if self._store is None:
            return
        try:
            self._unsaved.write(self._store)
            self._store.tidy(self._ledger, at)
            self._write_failed = False
        except UserFacingError as error:
            if not self._write_failed:  # once, not every minute of a night with a full disk
                self._tell(_seen(error))
            self._write_failed = True

    def _change(self, **changes: object) -> None:
        side = msgspec.structs.replace(self._side, **changes)
        if side != self._side:
            self._side = side
            self._tell(MoneyChanged(side))

    def _show(self, snapshot: Snapshot, settings: Settings, at: float) -> None:
        view = view_of(settings.money, snapshot.network, self._pool)
        known = self._known(snapshot.network)
        least, explorer = (None, None) if known is None else (known.payout_least_rao, known.explorer_url)
        told = (self._side.view, self._side.payout_least_rao, self._side.explorer_url)
        if told != (view, least, explorer) or (self._changed and self._is_due("tell", TELL_SECONDS, at)):
            self._changed, self._at["tell"] = False, at
            books = self._ledger.books()
            self._change(books=books, view=view, payout_least_rao=least, explorer_url=explorer)

    def _known(self, network: NetworkView) -> KnownNetwork | None:
        return next((each for each in self._setup.known if each.name == network.name), None)

    def _is_due(self, what: str, seconds: float, at: float) -> bool:
        """Whether it is long enough ago, or in the future: the clock was put back."""
        last = self._at.get(what)
        if last is not None and 0 <= at - last < seconds:
            return False
        self._at[what] = at
        return True


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("a_question_about_money_failed", kind=type(error).__name__)


def _seen(error: UserFacingError) -> TroubleSeen:
    """The books can't be read or written; a full disk has its own name."""
    return TroubleSeen(error.code if isinstance(error, DiskFull) else "earnings_record", error.title, error.advice)
