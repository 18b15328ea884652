"""What a person sets about money: how it is shown, what electricity costs, and a price of TAO typed in by hand."""

from enum import StrEnum
from typing import Annotated, Final

import msgspec

from app.core.language.speech import _
from app.core.money.tariff import FlatTariff, HourlyTariff, Tariff
from protocol.errors import SettingsError

_PRICE_LIMIT: Final = 1e9


class ShownUnit(StrEnum):
    ALPHA = "alpha"
    TAO = "tao"
    MONEY = "money"


class TypedPrice(msgspec.Struct, frozen=True):
    """What one TAO is worth in the person's currency, as they typed it at `at_unix`."""

    money_per_tao: float
    at_unix: float


class MoneySettings(msgspec.Struct, frozen=True, kw_only=True):
    hidden: bool = False
    """No amount of money is shown anywhere; work still is."""
    unit: ShownUnit = ShownUnit.ALPHA
    currency: Annotated[str, msgspec.Meta(max_length=8)] = "EUR"
    tariff: Tariff | None = None
    typed_price: TypedPrice | None = None
    watts_while_training: float | None = None
    """As read off a meter at the socket; None lets the app measure or estimate."""


def checked_money(money: MoneySettings) -> MoneySettings:
    """`money` if it can be used. Raises SettingsError with advice."""
    prices: tuple[float, ...] = ()
    match money.tariff:
        case FlatTariff(per_kwh=price):
            prices = (price,)
        case HourlyTariff(per_kwh=by_hour):
            prices = by_hour
    if not all(0 <= price < _PRICE_LIMIT for price in prices):
        raise SettingsError(
            _("An electricity price can't be below zero."), _("Enter what one kilowatt hour costs you.")
        )
    typed = money.typed_price
    if typed is not None and not 0 < typed.money_per_tao < _PRICE_LIMIT:
        raise SettingsError(
            _("A price of nothing can't be used."), _("Enter what one TAO is worth, or leave it empty.")
        )
    if money.watts_while_training is not None and not 0 < money.watts_while_training < 100_000:
        raise SettingsError(
            _("This can't be a computer's power."), _("Enter the watts that a meter shows while it trains.")
        )
    currency = money.currency.strip().upper()
    if not (currency.isalpha() and currency.isascii() and len(currency) == 3):
        raise SettingsError(_("A currency has three letters."), _("Enter for instance EUR or USD."))
    return msgspec.structs.replace(money, currency=currency)
