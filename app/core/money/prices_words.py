"""Where prices come from and how old they are, in sentences."""

from datetime import datetime, timedelta
from typing import Final

from app.core.language.speech import _, counted
from app.core.money.prices import Coin, MoneyView, PoolPrice, amount_text, number_text
from app.core.money.settings import ShownUnit

OLD_AFTER: Final = timedelta(hours=24)
RATE_AFTER: Final = timedelta(minutes=30)
"""Credit comes with the epoch: by less training than this a rate would be chance."""


def price_sentence(view: MoneyView, now: datetime) -> str:
    """Where the prices behind the shown unit come from and how old they are."""
    needs_pool = view.coin is Coin.ALPHA and view.unit is not ShownUnit.ALPHA
    needs_pool |= view.coin is Coin.TAO and view.unit is ShownUnit.ALPHA
    parts = []
    if needs_pool:
        parts.append(_pool_sentence(view.pool, now))
    if view.unit is ShownUnit.MONEY:
        parts.append(_typed_sentence(view, now))
    return " ".join(parts)


def rate_text(rao: int, trained_seconds: float, view: MoneyView) -> str:
    """What an hour of this computer's training earned, by what was credited for it; empty where that says little."""
    if rao <= 0 or trained_seconds < RATE_AFTER.total_seconds():
        return ""
    money = amount_text(round(rao * 3600 / trained_seconds), view)
    return _("{money} for each hour of it").format(money=money)


def age_text(at_unix: float, now: datetime) -> str:
    """How long ago, in words."""
    seconds = max(0.0, now.timestamp() - at_unix)
    if days := int(seconds // 86_400):
        return counted("a day ago", "{count} days ago", days).format(count=days)
    if hours := int(seconds // 3_600):
        return counted("an hour ago", "{count} hours ago", hours).format(count=hours)
    if minutes := int(seconds // 60):
        return counted("a minute ago", "{count} minutes ago", minutes).format(count=minutes)
    return _("just now")


def _pool_sentence(pool: PoolPrice | None, now: datetime) -> str:
    if pool is None:
        return _("The price of α is unknown: the network's pool could not be asked.")
    text = _("1 α = {price}, from the pool of subnet {netuid} on chain, {age}.").format(
        price=number_text(pool.tao_per_alpha, "τ"), netuid=pool.netuid, age=age_text(pool.at_unix, now)
    )
    return text + _old(pool.at_unix, now)


def _typed_sentence(view: MoneyView, now: datetime) -> str:
    if view.typed is None:
        return _("The price of TAO in {currency} is unknown: type it in under “Prices”.").format(currency=view.currency)
    text = _("1 τ = {price}, as you typed it {age}.").format(
        price=number_text(view.typed.money_per_tao, view.currency), age=age_text(view.typed.at_unix, now)
    )
    return text + _old(view.typed.at_unix, now)


def _old(at_unix: float, now: datetime) -> str:
    if now.timestamp() - at_unix < OLD_AFTER.total_seconds():
        return ""
    return " " + _("That is old.")
