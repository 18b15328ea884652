"""What this computer earned: tonight's credit, and the money the ledger holds for its hotkey. Plain functions."""

from datetime import datetime, timedelta, tzinfo

import msgspec

from app.core.hours.schedule import Schedule, last_opening
from app.core.language.speech import _, large_count
from protocol.engine_control import HeartbeatAccepted

RAO_PER_COIN = 1_000_000_000
_LONGEST_NIGHT = timedelta(hours=24)


class Earner(msgspec.Struct, frozen=True):
    """Whose money is told of: a hotkey in a network, whose name is empty until one is chosen."""

    network: str = ""
    hotkey: str | None = None
    """None while the key was not opened yet."""


class RunCredit(msgspec.Struct, frozen=True):
    """One run's credit (accepted FLOPs): as last heard, and as it stood when the night began."""

    run_id: str
    last: float
    at_nightfall: float


class Earnings(msgspec.Struct, frozen=True, kw_only=True):
    """Kept on disk between starts, so that a restart in the night doesn't forget it. Money in rao."""

    night_began: datetime | None = None
    runs: tuple[RunCredit, ...] = ()
    credited_rao: int = 0
    paid_rao: int = 0
    credited_at_nightfall_rao: int = 0
    heard_at: datetime | None = None
    """When the service last told; None where it never did."""
    earner: Earner | None = None
    """Whose these are; None before the first word."""

    @property
    def tonight_credit(self) -> float:
        """FLOPs accepted since the night began; never below zero, even if earlier work is marked down."""
        return max(0.0, sum(run.last - run.at_nightfall for run in self.runs))

    @property
    def tonight_rao(self) -> int:
        return max(0, self.credited_rao - self.credited_at_nightfall_rao)

    @property
    def pending_rao(self) -> int:
        """Credited and not yet paid."""
        return max(0, self.credited_rao - self.paid_rao)


def night_began(schedule: Schedule, now: datetime, zone: tzinfo) -> datetime:
    """The start of the window that is open or was last; without hours, or with very long ones, the last noon."""
    opened = last_opening(schedule, now, zone)
    if opened is not None and now - opened < _LONGEST_NIGHT:
        return opened
    local = now.astimezone(zone)
    noon = local.replace(hour=12, minute=0, second=0, microsecond=0, fold=0)
    if noon > local:
        noon = (noon.replace(tzinfo=None) - timedelta(days=1)).replace(tzinfo=zone)
    return noon


def at_night(earnings: Earnings, began: datetime, now: datetime) -> Earnings:
    """Start counting anew when `began` is a later night than the one being counted, or that one is still to come: the
    clock was ahead, and was put right."""
    counted = earnings.night_began
    # As moments: of two times in one zone Python compares what the clock showed, twice the same when it goes back.
    if counted is not None and began.timestamp() <= counted.timestamp() <= now.timestamp():
        return earnings
    return msgspec.structs.replace(
        earnings,
        night_began=began,
        runs=tuple(RunCredit(run.run_id, run.last, run.last) for run in earnings.runs),
        credited_at_nightfall_rao=earnings.credited_rao,
    )


def earnings_of(earnings: Earnings, earner: Earner) -> Earnings:
    """`earnings`, or none yet where they are another's: coins of play are not money of the network joined after it."""
    theirs = earnings.earner
    if theirs is None:
        return earnings
    other_network = earner.network not in ("", theirs.network)
    other_hotkey = earner.hotkey not in (None, theirs.hotkey)
    return Earnings(night_began=earnings.night_began) if other_network or other_hotkey else earnings


def after_heartbeat(
    earnings: Earnings, heartbeat: HeartbeatAccepted, run_id: str, earner: Earner, now: datetime
) -> Earnings:
    """`heartbeat` tells totals of `earner`, of which what the first one tells was earned before tonight's work here; a
    run first heard of later counts from nothing."""
    first = earnings.heard_at is None
    runs = {run.run_id: run for run in earnings.runs}
    if run_id:
        unheard = heartbeat.credit if first else 0.0
        at_nightfall = runs[run_id].at_nightfall if run_id in runs else unheard
        runs[run_id] = RunCredit(run_id, heartbeat.credit, at_nightfall)
    return msgspec.structs.replace(
        earnings,
        runs=tuple(runs.values()),
        credited_rao=heartbeat.credited_rao,
        paid_rao=heartbeat.paid_rao,
        credited_at_nightfall_rao=heartbeat.credited_rao if first else earnings.credited_at_nightfall_rao,
        heard_at=now,
        earner=earner,
    )


def credit_text(flops: float) -> str:
    """Accepted work in words for who never heard of floating point operations: “1.25 quadrillion calculations”."""
    return _("{count} calculations").format(count=large_count(flops))
