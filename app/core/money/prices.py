"""What coins are worth and amounts as text. An unknown price is unknown, never 0."""

from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Final, TypeAlias

import msgspec

from app.core.language.speech import spoken
from app.core.money.earnings import RAO_PER_COIN
from app.core.money.settings import ShownUnit, TypedPrice

HIDDEN: Final = "•••"


class Coin(StrEnum):
    """What a network's ledger counts in."""

    ALPHA = "alpha"
    TAO = "tao"

    @property
    def symbol(self) -> str:
        return "α" if self is Coin.ALPHA else "τ"


class PoolPrice(msgspec.Struct, frozen=True, kw_only=True):
    """What one α costs in TAO in the subnet's own pool on chain, at a block."""

    tao_per_alpha: float
    netuid: int
    block: int
    at_unix: float


Price: TypeAlias = PoolPrice | TypedPrice


class MoneyView(msgspec.Struct, frozen=True, kw_only=True):
    """How amounts are to be shown."""

    hidden: bool = False
    coin: Coin = Coin.TAO
    unit: ShownUnit = ShownUnit.TAO
    currency: str = "EUR"
    pool: PoolPrice | None = None
    typed: TypedPrice | None = None

    @property
    def is_known(self) -> bool:
        """Whether an amount of the ledger can be told in `unit`."""
        return self.per_coin is not None

    @property
    def per_coin(self) -> float | None:
        """What one of the ledger's coins is in `unit`."""
        wanted = Coin.TAO if self.unit is not ShownUnit.ALPHA else Coin.ALPHA
        if self.coin is wanted:
            factor: float | None = 1.0
        elif self.pool is None or self.pool.tao_per_alpha <= 0:
            factor = None
        else:
            factor = self.pool.tao_per_alpha if self.coin is Coin.ALPHA else 1 / self.pool.tao_per_alpha
        if self.unit is not ShownUnit.MONEY or factor is None:
            return factor
        return None if self.typed is None else factor * self.typed.money_per_tao

    @property
    def symbol(self) -> str:
        if self.unit is ShownUnit.MONEY:
            return self.currency
        return "α" if self.unit is ShownUnit.ALPHA else "τ"


def amount(rao: int, view: MoneyView) -> float | None:
    """`rao` of the ledger in the unit of `view`; None where the price isn't known."""
    factor = view.per_coin
    return None if factor is None else rao / RAO_PER_COIN * factor


def amount_text(rao: int, view: MoneyView) -> str:
    """`rao` as a person wants to see it; in the ledger's own coin where the price of another isn't known."""
    if view.hidden:
        return HIDDEN
    value = amount(rao, view)
    if value is None:
        return number_text(rao / RAO_PER_COIN, view.coin.symbol)
    return number_text(value, view.symbol)


def number_text(value: float, symbol: str) -> str:
    """Money with two decimals, coins with four; small amounts with as many as show two figures. None is plain 0."""
    usual = 2 if len(symbol) == 3 else 4
    if value == 0:
        return f"0 {symbol}"
    decimals = usual
    while decimals < 9 and abs(value) < 10.0 ** -(decimals - 1):
        decimals += 1
    # Never shown as more than it is.
    text = f"{Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_DOWN):,f}"
    if decimals > usual:
        whole, _point, part = text.partition(".")
        text = f"{whole}.{part.rstrip('0').ljust(usual, '0')}"
    if float(text.replace(",", "")) == 0:
        return ("-" if value < 0 else "") + f"<{spoken().figures.separated('0.' + '0' * 8 + '1')} {symbol}"
    return f"{spoken().figures.separated(text)} {symbol}"
