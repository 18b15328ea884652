"""The part of the snapshot that is about money: values only, so that every view may show them."""

import msgspec

from app.core.money.ledger import Books
from app.core.money.next_payout import NextPayout
from app.core.money.prices import MoneyView
from app.core.payout.address import WalletHotkey
from app.core.payout.chain_sight import Sight


class MoneySide(msgspec.Struct, frozen=True, kw_only=True):
    books: Books = Books()
    view: MoneyView = MoneyView()
    """How amounts are to be shown, with the prices for it."""
    unreachable: str = ""
    """Why the network's ledger could not be asked the last time; empty where it could or was not asked."""
    payout_least_rao: int | None = None
    next_payout: NextPayout | None = None
    """When the network that was asked last decides on payouts next."""
    explorer_url: str | None = None
    """Where the present network's transactions can be looked up, with blanks to fill in."""
    sight: Sight | None = None
    """What the chain showed of the address that was looked at last."""
    wallets: tuple[WalletHotkey, ...] = ()
    """Hotkeys in this computer's wallet folder, once somebody asked for them."""
    wallet_trouble: str = ""
