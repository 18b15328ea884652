"""What a person can ask for now: the same offers in the tray's menu and in the window. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from app.core import words
from app.core.commands import SkipTonight, TonightAfterAll
from app.core.decision import OVERRIDDEN_BY_ON, Action, Reason
from app.core.engine.phase import ACTIVE, Phase
from app.core.hours.schedule import Closed
from app.core.notices.banners import PayoutHeld, banners
from app.core.snapshot import NetworkKind, NetworkPhase, Snapshot
from app.core.wish import Auto, FinishThenOff, Off, OffUntil, OffUntilOpening, OnUntil, Wish, resumed
from app.ui.look.translation import _

MORNING = time(8)
"""When "tomorrow morning" is: after the night that the person wants for themselves."""


EARLIEST_DAY, EVENING = time(6), time(17)
"""Hours that begin between these are not called a night."""


class State(StrEnum):
    """What the icon shows; each has a shape of its own."""

    TRAINING = "training"
    WAITING = "waiting"
    """It may train and does not yet: it downloads, meets others, or waits for its turn."""
    SCHEDULED = "scheduled"
    """Outside the hours."""
    PAUSED = "paused"
    HELD = "held"
    """A condition says no."""
    TROUBLE = "trouble"
    """Something needs the person."""


@dataclass(frozen=True)
class Choice:
    """One thing to click: its words and the wish it stands for."""

    text: str
    wish: Wish


@dataclass(frozen=True)
class Skip:
    """Leaves out the night, or takes that back: its words and the command."""

    text: str
    command: SkipTonight | TonightAfterAll


@dataclass(frozen=True)
class Offer:
    """Everything that makes sense to ask for now; empty parts are not shown."""

    resume: Choice | None = None
    hours: Choice | None = None
    """Back to the hours, where resuming would go on with something else."""
    pause: tuple[Choice, ...] = ()
    start: tuple[Choice, ...] = ()
    finish: Choice | None = None
    skip: Skip | None = None


def state_of(snapshot: Snapshot) -> State:
    """The one state of icon and window."""
    decision = snapshot.decision
    if decision.reason is Reason.UPDATE:
        return State.TROUBLE
    if decision.action is Action.RUN:
        if _failed(snapshot):
            return State.TROUBLE
        return State.TRAINING if snapshot.engine.phase is Phase.TRAINING else State.WAITING
    if decision.reason in (Reason.PAUSED, Reason.FINISHED, Reason.TURNED_OFF):
        return State.PAUSED
    if decision.action is Action.FINISH:
        return State.WAITING
    return State.SCHEDULED if decision.reason is Reason.HOURS else State.HELD


def _failed(snapshot: Snapshot) -> bool:
    """Whether what training needs is broken; it counts only while this computer is to train."""
    if snapshot.network.phase is NetworkPhase.FAILED or snapshot.account.key_failure is not None:
        return True
    return snapshot.engine.phase is Phase.FAILED


def tray_state_of(snapshot: Snapshot) -> State:
    """The icon's. Without a window's banners it must itself say that a payout is kept back, but not while it trains."""
    state = state_of(snapshot)
    if state is not State.TRAINING and any(isinstance(banner, PayoutHeld) for banner in banners(snapshot)):
        return State.TROUBLE
    return state


def offer_of(snapshot: Snapshot) -> Offer:
    """What can be asked for in this state."""
    if snapshot.network.kind is NetworkKind.NONE:
        return Offer()
    now, wish = snapshot.at, snapshot.wish
    finish = Choice(_("Finish, then off"), FinishThenOff()) if snapshot.engine.phase in ACTIVE else None
    skip = _skip(snapshot)
    match wish:
        case Off() | OffUntil() | OffUntilOpening() | FinishThenOff():
            resume = _resume(wish, now)
            hours = Choice(_("Back to my hours"), Auto()) if isinstance(resume.wish, OnUntil) else None
            return Offer(resume=resume, hours=hours, start=_start(now) if _hours_hold(snapshot) else ())
        case OnUntil():
            resume = Choice(_("Back to my hours"), resumed(wish, now))
            return Offer(resume=resume, pause=_pause(now), finish=finish)
        case Auto():
            start = _start(now) if _can_override(snapshot) else ()
            return Offer(pause=_pause(now), start=start, finish=finish, skip=skip)


def next_morning(now: datetime) -> datetime:
    """The next 08:00 on the wall clock of `now`'s zone."""
    morning = datetime.combine(now.date(), MORNING, now.tzinfo)
    if morning <= now:
        morning = datetime.combine(now.date() + timedelta(days=1), MORNING, now.tzinfo)
    return morning


def _skip(snapshot: Snapshot) -> Skip | None:
    """Only where there are hours: without them a pause until the morning says the same."""
    now = snapshot.at
    hours = next((gate.hours for gate in snapshot.gates if gate.hours is not None), None)
    if hours is None or (hours.next_change is None and hours.opened is None):
        return None
    if hours.closed_by is Closed.NOT_TONIGHT:
        return Skip(_("Tonight after all"), TonightAfterAll())
    begins = (hours.opened or now) if hours.open else hours.next_change
    if begins is None:
        return None
    local = begins.astimezone(now.tzinfo)
    is_soon = begins - now < timedelta(hours=24)
    if is_soon and not EARLIEST_DAY.hour <= local.hour < EVENING.hour:
        return Skip(_("Not tonight"), SkipTonight())
    if hours.open or local.date() == now.date():
        return Skip(_("Not today"), SkipTonight())
    return Skip(_("Not {time}").format(time=words.time_text(begins, now)), SkipTonight())


def _resume(wish: Wish, now: datetime) -> Choice:
    """It says until when, where that is not what the hours say."""
    goes_on = resumed(wish, now)
    if isinstance(goes_on, OnUntil) and goes_on.until is not None:
        return Choice(_("Resume, until {time}").format(time=words.time_text(goes_on.until, now)), goes_on)
    return Choice(_("Resume"), goes_on)


def _after(now: datetime, span: timedelta) -> datetime:
    """In real time, in the night in which clocks change too."""
    return (now.astimezone(UTC) + span).astimezone(now.tzinfo)


def _pause(now: datetime) -> tuple[Choice, ...]:
    quarter, hour = _after(now, timedelta(minutes=15)), _after(now, timedelta(hours=1))
    morning = next_morning(now)
    is_tomorrow = morning.date() > now.date()
    morning_text = _("Until tomorrow morning, {time}") if is_tomorrow else _("Until the morning, {time}")
    return (
        Choice(_("For 15 minutes, until {time}").format(time=_clock(quarter)), OffUntil(quarter)),
        Choice(_("For 1 hour, until {time}").format(time=_clock(hour)), OffUntil(hour)),
        Choice(morning_text.format(time=_clock(morning)), OffUntil(morning)),
        Choice(_("Until I resume"), OffUntil()),
    )


def _start(now: datetime) -> tuple[Choice, ...]:
    hour, four_hours = _after(now, timedelta(hours=1)), _after(now, timedelta(hours=4))
    morning = next_morning(now)
    return (
        Choice(_("For 1 hour, until {time}").format(time=_clock(hour)), OnUntil(hour)),
        Choice(_("For 4 hours, until {time}").format(time=_clock(four_hours)), OnUntil(four_hours)),
        Choice(_("Until {time}").format(time=words.time_text(morning, now)), OnUntil(morning)),
        Choice(_("Until I stop it"), OnUntil()),
    )


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def _can_override(snapshot: Snapshot) -> bool:
    holding = snapshot.decision.holding
    return bool(holding) and all(reading.gate in OVERRIDDEN_BY_ON for reading in holding)


def _hours_hold(snapshot: Snapshot) -> bool:
    holding = [reading.gate for reading in snapshot.gates if reading.holds]
    return bool(holding) and all(gate in OVERRIDDEN_BY_ON for gate in holding)
