"""What the chain shows of one address and one subnet's pool: a check for the person's eye, never a condition."""

from typing import TypeAlias

import msgspec

from app.core.payout.address import KnownHotkeys, WalletHotkey


class ChainQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """To the child process that speaks to the chain. `chain` is local:PATH, or bittensor:NETUID and maybe @URL."""

    chain: str
    address: str | None = None


class ChainAnswer(msgspec.Struct, frozen=True, kw_only=True):
    block: int
    netuid: int
    balance_rao: int | None = None
    uid: int | None = None
    """Set where the address is registered as a hotkey."""
    tao_per_alpha: float | None = None


class Looking(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    address: str


class Sighted(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    address: str
    answer: ChainAnswer
    at_unix: float


class NotSighted(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    address: str
    reason: str


Sight: TypeAlias = Looking | Sighted | NotSighted


def hotkeys_known(this_device: str | None, wallets: tuple[WalletHotkey, ...], sight: Sight | None) -> KnownHotkeys:
    """All hotkeys that can be told by now."""
    registered: tuple[tuple[str, int], ...] = ()
    if isinstance(sight, Sighted) and sight.answer.uid is not None:
        registered = ((sight.address, sight.answer.uid),)
    return KnownHotkeys(this_device=this_device, wallets=wallets, metagraph=registered)
