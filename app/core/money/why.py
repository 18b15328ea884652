"""Why there is nothing, or less than hoped for: real causes in the order in which they stand in the money's way."""

from typing import TypeAlias, assert_never

import msgspec

from app.core.language.overheard import heard
from app.core.language.speech import full_stop
from app.core.money.prices import MoneyView, amount_text
from app.core.words import _


class _Cause(msgspec.Struct, frozen=True, tag=True):
    """Base of all causes."""


class Held(_Cause, frozen=True):
    """Kept back by the network, for `reason` as it told it; empty where it told none."""

    rao: int
    reason: str


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that the answer depends on; money and work are those of the span that is asked about."""

    network_chosen: bool
    is_play: bool
    payout_address: str | None
    trained_tokens: int
    credited_flops: float
    credited_rao: int
    heard: bool
    """Whether the network ever told of this computer's money."""
    unreachable: str = ""
    """Why its ledger could not be asked just now; empty where it could."""
    total_rao: int = 0
    paid_rao: int = 0
    pending_rao: int = 0
    held: tuple[Held, ...] = ()
    network_pays_to: str | None = None
    payout_least_rao: int | None = None
    """Below this the network pays nothing out; None where it never said so."""
    trains_now: bool = False
    paused_reason: str = ""
    """Why this computer does not train now."""

    @property
    def held_rao(self) -> int:
        return sum(each.rao for each in self.held)


class NoNetwork(_Cause, frozen=True):
    pass


class NothingTrained(_Cause, frozen=True):
    reason: str


class JustBegun(_Cause, frozen=True):
    """It trains, and nothing of that has been written down yet."""


class LedgerNotReachable(_Cause, frozen=True):
    reason: str


class NotHeardYet(_Cause, frozen=True):
    pass


class WorkNotConfirmed(_Cause, frozen=True):
    """Trained, but no credit: a neighbour must confirm each pass, and a validator may mark work down."""


class MarkedDown(_Cause, frozen=True):
    pass


class NotYetSettled(_Cause, frozen=True):
    """Credit, but no money: the epoch is not scored yet."""


class NoAddress(_Cause, frozen=True):
    rao: int


class AddressNotArrived(_Cause, frozen=True):
    """The network still knows another payout address than this app."""


class BelowThreshold(_Cause, frozen=True):
    rao: int
    least_rao: int


class OnItsWay(_Cause, frozen=True):
    rao: int


class PlayMoney(_Cause, frozen=True):
    pass


Cause: TypeAlias = (
    NoNetwork
    | NothingTrained
    | JustBegun
    | LedgerNotReachable
    | NotHeardYet
    | WorkNotConfirmed
    | MarkedDown
    | NotYetSettled
    | NoAddress
    | AddressNotArrived
    | BelowThreshold
    | Held
    | OnItsWay
    | PlayMoney
)


def why_zero(facts: Facts) -> tuple[Cause, ...]:
    """Every cause that holds, from the work to the wallet; empty when money was credited and nothing is owed."""
    if not facts.network_chosen:
        return (NoNetwork(),)
    causes = [*_no_credit(facts), *_no_payout(facts)]
    if facts.unreachable:
        about_here = bool(causes) and isinstance(causes[0], NothingTrained | JustBegun)
        causes.insert(1 if about_here else 0, LedgerNotReachable(facts.unreachable))
    if facts.is_play and (causes or facts.total_rao):
        causes.append(PlayMoney())
    return tuple(causes)


def _no_credit(facts: Facts) -> list[Cause]:
    if facts.credited_rao > 0:
        return []
    if facts.trained_tokens <= 0 and facts.credited_flops <= 0:
        return [JustBegun() if facts.trains_now else NothingTrained(facts.paused_reason)]
    if facts.credited_flops < 0:
        return [MarkedDown()]
    if facts.credited_flops == 0:
        return [WorkNotConfirmed()] if facts.heard else [NotHeardYet()]
    return [NotYetSettled()]


def _no_payout(facts: Facts) -> list[Cause]:
    owed = facts.pending_rao + facts.held_rao
    causes: list[Cause] = []
    if facts.payout_address is None:
        return [NoAddress(facts.held_rao or owed)]
    if facts.heard and facts.network_pays_to != facts.payout_address and (owed or facts.total_rao):
        causes.append(AddressNotArrived())
    else:
        causes += facts.held
    if facts.pending_rao > 0:
        least = facts.payout_least_rao
        below = least is not None and facts.pending_rao < least
        causes.append(BelowThreshold(facts.pending_rao, least or 0) if below else OnItsWay(facts.pending_rao))
    return causes


def cause_sentence(cause: Cause, view: MoneyView) -> str:
    """One cause in plain words, with what to do where something can be done."""
    match cause:
        case NoNetwork():
            return _("No network was chosen yet, so there is nothing to earn from.")
        case NothingTrained(reason):
            text = _("This computer did not train in this time.")
            return f"{text} {reason}".strip()
        case JustBegun():
            return _("Training has just begun. What is done is counted within a minute or two.")
        case LedgerNotReachable(reason):
            return _("The network's ledger can't be asked now, so its figures may be old. {reason}").format(
                reason=reason
            )
        case NotHeardYet():
            return _("The network has told nothing yet. Figures appear a moment after training begins.")
        case WorkNotConfirmed():
            return _("Work was done but none is confirmed yet: it counts once another computer has confirmed it.")
        case MarkedDown():
            return _("Earlier work was checked and marked down. The network's page shows each verdict and why.")
        case NotYetSettled():
            return _(
                "Work was credited. It becomes money when the network has checked it and next settles its accounts."
            )
        case NoAddress(rao):
            text = _("There is no payout address.")
            if rao <= 0:
                return text + " " + _("What you earn is kept for you until you add one.")
            return text + " " + _("{money} wait for you until you add one.").format(money=amount_text(rao, view))
        case _:
            return _payout_sentence(cause, view)


def _payout_sentence(cause: AddressNotArrived | BelowThreshold | Held | OnItsWay | PlayMoney, view: MoneyView) -> str:
    match cause:
        case AddressNotArrived():
            return _("The network doesn't know your payout address yet. It hears of it when this computer next trains.")
        case BelowThreshold(rao, least):
            return _("{money} are still below the {least} from which this network pays out.").format(
                money=amount_text(rao, view), least=amount_text(least, view)
            )
        case Held(rao, reason):
            text = _("{money} are held by the network").format(money=amount_text(rao, view))
            return full_stop(_("{what}: {reason}").format(what=text, reason=heard(reason)) if reason else text)
        case OnItsWay(rao):
            return _("{money} are credited and will be paid with the network's next payout.").format(
                money=amount_text(rao, view)
            )
        case PlayMoney():
            return _("This is play money: a network on this computer pays nothing real.")
        case _:
            assert_never(cause)
