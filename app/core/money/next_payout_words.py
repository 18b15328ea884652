"""The next payout in words: how much is still missing for it, and about when it is decided."""

from datetime import datetime

from app.core.language.dates import day_text
from app.core.language.speech import _
from app.core.money.facts import sides_of
from app.core.money.next_payout import AROUND_SECONDS, seconds_to_go
from app.core.money.prices import MoneyView, amount_text
from app.core.snapshot import Snapshot


def least_paid_out(snapshot: Snapshot) -> int | None:
    """From what amount on the network pays out; None where it never said so, or nobody could be paid."""
    least = snapshot.money.payout_least_rao
    return least if least and snapshot.account.payout_address is not None else None


def next_payout_at(snapshot: Snapshot) -> datetime | None:
    """About when the network next decides on payouts; None where it is unknown, or nobody could be paid."""
    if snapshot.account.payout_address is None:
        return None
    now_unix = snapshot.at.timestamp()
    left = seconds_to_go(snapshot.money.next_payout, snapshot.network.name, now_unix)
    return None if left is None else datetime.fromtimestamp(now_unix + left, snapshot.at.tzinfo)


def next_payout_sentences(snapshot: Snapshot, view: MoneyView) -> tuple[str, ...]:
    """How far the next payout is, and when it is decided: what is known of the two."""
    least, at = least_paid_out(snapshot), next_payout_at(snapshot)
    distance = "" if least is None else _distance(sides_of(snapshot).pending_rao, least, view)
    time = "" if at is None else _time(at, snapshot.at)
    return tuple(sentence for sentence in (distance, time) if sentence)


def _distance(pending_rao: int, least_rao: int, view: MoneyView) -> str:
    if view.hidden:
        return ""
    least = amount_text(least_rao, view)
    if pending_rao >= least_rao:
        return _("Enough for the next payout. The network pays out from {least} on.").format(least=least)
    missing = amount_text(least_rao - pending_rao, view)
    return _("{money} to go until the next payout. The network pays out from {least} on.").format(
        money=missing, least=least
    )


def _time(at: datetime, now: datetime) -> str:
    left = at.timestamp() - now.timestamp()  # two times of one zone differ by their clocks, which may be put on
    if left <= AROUND_SECONDS:
        return _("The network is deciding on payouts about now.")
    if left < 86_400:
        return _("The network next decides on payouts at about {time}.").format(time=f"{at:%H:%M}")
    return _("The network next decides on payouts on {date} at about {time}.").format(
        date=day_text(at.date(), now.date()), time=f"{at:%H:%M}"
    )
