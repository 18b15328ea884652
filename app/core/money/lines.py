"""What the books hold, and the lines they are kept in.

A line says how something stands, never what to add, so that taking a line twice or after a later one changes nothing:
whatever was cut off, repeated or answered in another order, sums come out the same.
"""

import re
from enum import StrEnum
from typing import Final, TypeAlias

import msgspec

from app.core.money.tariff import Tariff

QUARTER_SECONDS: Final = 900
"""Every zone's offset is a multiple of it, so that a quarter of an hour lies in one local hour and day everywhere."""
FLOPS_PER_MEGAFLOP: Final = 1e6
JOULES_PER_KWH: Final = 3.6e6
LATEST_UNIX_MS: Final = 32_503_680_000_000
"""The year 3000, from which on a calendar knows no days on every system: no network pays then."""
_HASH: Final = re.compile("0x[0-9a-fA-F]{64}")


class EnergySource(StrEnum):
    MEASURED = "measured"
    """By the computer's own meters."""
    TYPED = "typed"
    """By the person's meter at the socket."""
    ESTIMATED = "estimated"


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of the engine's life on one network; restarts within ten minutes belong to it."""

    key: int
    """When it began, in unix milliseconds; no two have the same."""
    ended_unix: float
    network: str
    is_play: bool = False
    hotkey: str = ""
    run_title: str = ""
    device: str = ""

    @property
    def began_unix(self) -> float:
        return self.key / 1000


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """What one session did in one quarter of an hour."""

    session: int
    quarter_unix: int
    trained_seconds: float = 0.0
    tokens: int = 0
    megaflops: int = 0
    """Credited work; below zero where earlier work was marked down."""
    joules: float = 0.0
    source: EnergySource = EnergySource.ESTIMATED
    """The weakest of those that `joules` come from."""


class CreditMark(msgspec.Struct, frozen=True, kw_only=True):
    """Up to which total of a run's credit the slices account."""

    network: str
    hotkey: str
    run_id: str
    at_unix: float
    """The service's own time of that total: an older answer that arrives later is passed over."""
    megaflops: int


class Credit(msgspec.Struct, frozen=True, kw_only=True):
    """Money that an epoch brought. The service gives such entries no name, so equal ones are counted."""

    epoch: int
    unix_ms: int
    rao: int
    times: int = 1


class Paid(msgspec.Struct, frozen=True, kw_only=True):
    """A payout that arrived."""

    transaction: str
    """What tells it from others: its hash, or whatever else its network told instead."""
    unix_ms: int
    rao: int
    block: int | None = None
    """The block that holds the transaction; None where the network never said."""
    index: int | None = None
    """Its place in that block."""

    @property
    def hash(self) -> str | None:
        """The transaction's hash; None for anything that is none, which no view shows as one."""
        return self.transaction if _HASH.fullmatch(self.transaction) else None


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Money on its way, or with `reason` money that is held or came back."""

    unix_ms: int
    rao: int
    reason: str = ""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The network's own sums for one hotkey, as it told at `at_unix` (this computer's clock when it was asked)."""

    at_unix: float
    credited_rao: int
    pending_rao: int
    held_rao: int
    paid_rao: int
    payout_address: str | None = None
    """Where that network would pay to."""
    waiting: tuple[Waiting, ...] = ()
    put_back: int = 0
    """See `put_back_by`."""

    @property
    def order(self) -> "Order":
        return self.put_back, self.at_unix


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all lines."""


class SessionKept(_Line, frozen=True, tag="session"):
    session: Session


class SliceKept(_Line, frozen=True, tag="slice"):
    """A slice and the marks it accounts up to: one line, since one without the other would count credit twice."""

    slice: Slice
    marks: tuple[CreditMark, ...] = ()


class LedgerHeard(_Line, frozen=True, tag="ledger"):
    """What a network told of one hotkey's money."""

    network: str
    hotkey: str
    standing: Standing
    credits: tuple[Credit, ...] = ()
    paid: tuple[Paid, ...] = ()


class TariffSet(_Line, frozen=True, tag="tariff"):
    from_unix: float
    currency: str
    tariff: Tariff | None
    put_back: int = 0
    """See `put_back_by`."""

    @property
    def order(self) -> "Order":
        return self.put_back, self.from_unix


class PayoutAddressChanged(_Line, frozen=True, tag="payout_address"):
    at_unix: float
    old: str | None
    new: str | None
    put_back: int = 0
    """See `put_back_by`."""

    @property
    def order(self) -> "Order":
        return self.put_back, self.at_unix


Line: TypeAlias = SessionKept | SliceKept | LedgerHeard | TariffSet | PayoutAddressChanged
Order: TypeAlias = tuple[int, float]
"""What came after what: how often the clock had been put back by then, and what it showed."""


def put_back_by(last: Order | None, now_unix: float) -> int:
    """How often the clock was put back until `now_unix`, as far as what is kept shows: a clock that was ahead and was
    put right must not leave what it stamped the latest for as long as it was ahead."""
    if last is None:
        return 0
    count, at_unix = last
    return count + 1 if at_unix > now_unix else count
