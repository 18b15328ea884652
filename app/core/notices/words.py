"""What a notice says: a title of a few words and one or two sentences, without amounts where money is hidden."""

from datetime import datetime
from typing import Final, assert_never

import msgspec

from app.core.activity.words import last_night_sentence
from app.core.money.prices import MoneyView, amount_text
from app.core.notices.kinds import (
    AddressChanged,
    Attention,
    NightSummary,
    Notice,
    PayoutMade,
    TrainingBegan,
    UpdateReady,
)
from app.core.notices.settings import NoticeKind
from app.core.payout.words import payout_change_sentence
from app.core.problems.codes import Problem
from app.core.words import _, time_text


class Told(msgspec.Struct, frozen=True):
    title: str
    text: str = ""
    problem: Problem | None = None
    """Its code among the known problems, where it is one."""


_LABELS: Final = {
    NoticeKind.TRAINING_BEGAN: "Training began, in your hours",
    NoticeKind.NIGHT_SUMMARY: "What was done, when your hours are over",
    NoticeKind.ATTENTION: "Something needs you",
    NoticeKind.UPDATE_READY: "A new version is ready",
    NoticeKind.PAYOUT_MADE: "A payout was made",
    NoticeKind.PAYOUT_ADDRESS: "Your payout address was changed",
}


def kind_label(kind: NoticeKind) -> str:
    """The words beside a kind's switch."""
    return _(_LABELS[kind])


def told(notice: Notice, view: MoneyView, now: datetime) -> Told:
    """The notice in words; `now` carries the zone in which times are told."""
    match notice:
        case TrainingBegan(until=until):
            if until is None:
                return Told(_("Training began"), _("Your hours have begun."))
            text = _("Your hours have begun. They last until {time}.")
            return Told(_("Training began"), text.format(time=time_text(until, now)))
        case NightSummary(night=night, spans=spans, rao=rao):
            text = last_night_sentence(night, spans, now)
            if rao > 0 and not view.hidden:
                text += " " + _("Earned: {money}.").format(money=amount_text(rao, view))
            return Told(_("What this computer did"), text)
        case Attention():
            return Told(notice.title, _advice(notice, now))
        case UpdateReady(version=version):
            return Told(
                _("Version {version} is ready").format(version=version),
                _("It begins by itself when the window is closed and no training is under way."),
            )
        case PayoutMade(rao=rao, transactions=transactions):
            return Told(_("You were paid"), _paid(rao, len(transactions), view))
        case AddressChanged(change=change):
            return Told(_("Payout address changed"), payout_change_sentence(change))
        case _:
            assert_never(notice)


def too_old() -> str:
    return _("This version of Train at Home is too old for the network")


def how_to_update(ready: str) -> str:
    """What to do about it; `ready` is a version that was fetched already."""
    if ready:
        return _("Version {version} is here: quit the app and start it again.").format(version=ready)
    return _("Install the newest version. Until then this computer does not train there.")


def _advice(notice: Attention, now: datetime) -> str:
    if notice.retry_at is None:
        return notice.advice or _("Open Train at Home to see what can be done.")
    again = _("Trying again at {time}.").format(time=time_text(notice.retry_at, now))
    return f"{notice.advice} {again}".strip()


def _paid(rao: int, count: int, view: MoneyView) -> str:
    if view.hidden:
        return _("The network sent a payout to your address.")
    money = amount_text(rao, view)
    if count == 1:
        return _("The network sent {money} to your address.").format(money=money)
    return _("The network sent {money} to your address, in {count} payouts.").format(money=money, count=count)
