"""What the keeper of the books needs of the world; the defaults need none of it."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import msgspec

from app.core.language.speech import _
from app.core.money.power import NoMeter, PowerMeter
from app.core.network.known import KnownNetwork
from app.core.payout.address import WalletHotkey
from app.core.payout.chain_sight import ChainAnswer, ChainQuestion
from app.core.snapshot import NetworkView
from protocol.errors import UserFacingError
from protocol.public_api import MinerEarnings


async def _no_ledger(url: str, hotkey: str) -> MinerEarnings:
    raise UserFacingError(_("No ledger can be asked here."))


async def _no_chain(question: ChainQuestion) -> ChainAnswer:
    raise UserFacingError(_("No chain can be asked here."))


class MoneySetup(msgspec.Struct, frozen=True, kw_only=True):
    """Chosen by the composition root."""

    path: Path | None = None
    """The file of the books; None keeps them in memory."""
    known: tuple[KnownNetwork, ...] = ()
    ask_ledger: Callable[[str, str], Awaitable[MinerEarnings]] = _no_ledger
    look_at_chain: Callable[[ChainQuestion], Awaitable[ChainAnswer]] = _no_chain
    chain_of: Callable[[NetworkView], str | None] = lambda _: None
    list_wallets: Callable[[], Sequence[WalletHotkey]] = tuple
    """Reads files; called in a thread of its own."""
    meter: PowerMeter = NoMeter()
