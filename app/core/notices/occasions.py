"""From a snapshot and what was told before to the notices that are due. Pure: looked at a thousand times, it tells an
occasion once. Level-triggered, so that one that falls into quiet hours is told after them, if it is still news.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, assert_never

import msgspec

from app.core.activity.diary import Night, last_night, spans_of_night, trained_of
from app.core.activity.lines import Held, NotRecorded, Off
from app.core.decision import Action, Reason
from app.core.engine.phase import Failure, Phase
from app.core.gates.gate import GateName, GateState, Switch
from app.core.hours.schedule import next_opening
from app.core.hours.windows import Schedule
from app.core.notices import words
from app.core.notices.kinds import (
    KIND_OF,
    AddressChanged,
    Attention,
    NightSummary,
    Notice,
    PayoutMade,
    TrainingBegan,
    UpdateReady,
)
from app.core.notices.memory import NoticeMemory, latest, with_told
from app.core.notices.settings import NoticeSettings, is_quiet, may_tell
from app.core.snapshot import NetworkKind, NetworkPhase, Snapshot

BEGAN_WITHIN: Final = timedelta(hours=1)
"""Training that begins later than this after the hours did began for another reason."""
PERSON_IS_THERE: Final = timedelta(minutes=10)
"""So long after the person asked for something it is taken for their own doing that training begins."""
FAILS_FOR: Final = timedelta(minutes=2)
"""What mends itself sooner wakes nobody."""
SAME_FAILURE: Final = timedelta(hours=12)
"""So long after it was told, what still fails is told again, and then not in quiet hours."""
FAILS_ANEW: Final = timedelta(hours=20)
"""Told longer ago than this, it is another night's failure."""
NIGHT_SETTLED: Final = timedelta(minutes=5)
"""After the end of the hours, until which the last work is handed over."""
NIGHT_IS_NEWS: Final = timedelta(hours=12)
NO_HOURS_MORNING_MINUTE: Final = 8 * 60
"""Without hours the morning is when the quiet ones end, or if there are none, this minute of the day."""
PAYOUT_IS_NEWS: Final = timedelta(days=7)
_ASKED_FOR: Final = frozenset({Reason.PAUSED, Reason.TURNED_OFF, Reason.FINISHING, Reason.FINISHED, Reason.SETUP})
_SEEN_CLOSED_SECONDS: Final = 30.0
"""A change of the address that was made while the app was closed is noted a moment before the first look."""


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered while the app runs, and need not outlive it."""

    failing_since: datetime | None = None
    person_acted: datetime | None = None


class Candidate(msgspec.Struct, frozen=True):
    """A notice whose occasion is there. A silent one is marked as told and not told."""

    notice: Notice
    silent: bool = False
    again: bool = False
    """The person knows; no hurry."""


def watched(watch: Watch, snapshot: Snapshot) -> Watch:
    """Since when it fails: an engine that is only just starting again has not proved that it works."""
    failing = failure_of(snapshot) is not None
    starting = snapshot.decision.action is Action.RUN and snapshot.engine.phase in (Phase.STARTING, Phase.STOPPED)
    if not failing and not (starting and watch.failing_since is not None):
        return msgspec.structs.replace(watch, failing_since=None)
    return watch if watch.failing_since is not None else msgspec.structs.replace(watch, failing_since=snapshot.at)


def due(
    snapshot: Snapshot, settings: NoticeSettings, schedule: Schedule, memory: NoticeMemory, watch: Watch
) -> tuple[NoticeMemory, tuple[Notice, ...]]:
    """What is to be told now, and the memory after it. The memory is to be kept before anything is told."""
    now = snapshot.at
    if memory.since_unix is None or memory.since_unix > now.timestamp():  # or the clock was put back
        memory = msgspec.structs.replace(memory, since_unix=now.timestamp())
    told: list[Notice] = []
    for candidate in candidates(snapshot, settings, schedule, memory, watch):
        kind = KIND_OF[type(candidate.notice)]
        wanted = settings.wants(kind) and not candidate.silent
        if wanted and (not may_tell(settings, kind, now) or (candidate.again and is_quiet(settings, now))):
            continue
        memory = marked(memory, candidate.notice, now)
        if wanted:
            told.append(candidate.notice)
    return memory, tuple(told)


def candidates(
    snapshot: Snapshot, settings: NoticeSettings, schedule: Schedule, memory: NoticeMemory, watch: Watch
) -> Iterator[Candidate]:
    """Every occasion that is there and was not told."""
    yield from _training_began(snapshot, memory, watch)
    yield from _attention(snapshot, memory, watch)
    yield from _update(snapshot, memory)
    yield from _payouts(snapshot, memory)
    yield from _address(snapshot, memory)
    # The dearest to find comes last, and only when there can be one.
    if may_tell(settings, KIND_OF[NightSummary], snapshot.at):
        yield from _night(snapshot, settings, schedule, memory)


def marked(memory: NoticeMemory, notice: Notice, now: datetime) -> NoticeMemory:
    """`memory` once this occasion was told."""
    replace, at = msgspec.structs.replace, now.timestamp()
    match notice:
        case TrainingBegan(opened=opened):
            return replace(memory, training_opened_unix=opened.timestamp())
        case NightSummary(night=night):
            return replace(memory, night_began_unix=_began_unix(night), night_told_unix=at)
        case Attention(title=title):
            return replace(memory, attention=with_told(memory.attention, title, at))
        case UpdateReady(version=version):
            return replace(memory, update_version=version)
        case PayoutMade(transactions=transactions):
            return replace(memory, transactions=latest(memory.transactions, transactions))
        case AddressChanged(change=change):
            return replace(memory, address_changed_unix=change.at_unix, address_put_back=change.put_back)
        case _:
            assert_never(notice)


def failure_of(snapshot: Snapshot) -> Failure | None:
    """Why this computer does not train although it should; None where it does, or is not to."""
    if snapshot.decision.action is not Action.RUN or snapshot.ending:
        return None
    if snapshot.account.key_failure is not None:
        return snapshot.account.key_failure
    if snapshot.network.phase is NetworkPhase.FAILED:
        return snapshot.network.failure
    return snapshot.engine.failure if snapshot.engine.phase is Phase.FAILED else None


def update_is_required(snapshot: Snapshot) -> bool:
    """Whether the network speaks a newer version, and the person wants to wait for that one."""
    reading = next((each for each in snapshot.gates if each.gate is GateName.UPDATE), None)
    return reading is not None and reading.state is GateState.NO and reading.switch is not Switch.OFF


def _training_began(snapshot: Snapshot, memory: NoticeMemory, watch: Watch) -> Iterator[Candidate]:
    hours = next((gate.hours for gate in snapshot.gates if gate.hours is not None), None)
    decision = snapshot.decision
    if hours is None or hours.opened is None or not hours.open or snapshot.engine.phase is not Phase.TRAINING:
        return
    by_itself = decision.action is Action.RUN and decision.reason is Reason.GATES_OPEN
    known = memory.training_opened_unix == hours.opened.timestamp()
    if by_itself and not known and _is_recent(hours.opened, snapshot.at, BEGAN_WITHIN):
        notice = TrainingBegan(opened=hours.opened, until=decision.until)
        yield Candidate(notice, silent=_is_recent(watch.person_acted, snapshot.at, PERSON_IS_THERE))


def _attention(snapshot: Snapshot, memory: NoticeMemory, watch: Watch) -> Iterator[Candidate]:
    notice = _what_needs_attention(snapshot, watch)
    if notice is None:
        return
    told_unix = next((each.at_unix for each in memory.attention if each.what == notice.title), None)
    told = None if told_unix is None else datetime.fromtimestamp(told_unix, UTC)
    if not _is_recent(told, snapshot.at, SAME_FAILURE):
        yield Candidate(notice, again=_is_recent(told, snapshot.at, FAILS_ANEW))


def _what_needs_attention(snapshot: Snapshot, watch: Watch) -> Attention | None:
    if update_is_required(snapshot):
        return Attention(title=words.too_old(), advice=words.how_to_update(snapshot.notices.update_ready))
    failure = failure_of(snapshot)
    if failure is None:
        return None
    in_network = snapshot.network.phase is NetworkPhase.FAILED
    retry_at = snapshot.network.retry_at if in_network else snapshot.engine.retry_at
    since = watch.failing_since
    if retry_at is not None and (since is None or snapshot.at - since < FAILS_FOR):
        return None
    return Attention(title=failure.title, advice=failure.advice, retry_at=retry_at)


def _update(snapshot: Snapshot, memory: NoticeMemory) -> Iterator[Candidate]:
    version = snapshot.notices.update_ready
    if version and version != memory.update_version:
        yield Candidate(UpdateReady(version=version))


def _payouts(snapshot: Snapshot, memory: NoticeMemory) -> Iterator[Candidate]:
    """All that were made since the last look, as one. Play money is no news."""
    network, since_ms = snapshot.network, 1000 * (memory.since_unix or 0.0)
    if network.kind is NetworkKind.THIS_COMPUTER:
        return
    oldest_ms = max(since_ms, 1000 * (snapshot.at - PAYOUT_IS_NEWS).timestamp())
    paid = [
        each
        for name, each in snapshot.money.books.paid
        if name == network.name and each.unix_ms >= oldest_ms and each.transaction not in memory.transactions
    ]
    if paid:
        yield Candidate(PayoutMade(transactions=tuple(each.transaction for each in paid), rao=sum(p.rao for p in paid)))


def _address(snapshot: Snapshot, memory: NoticeMemory) -> Iterator[Candidate]:
    """Whoever changed it and however, the person hears of it: of all that was done, this is told to who did it too."""
    told, since = (memory.address_put_back, memory.address_changed_unix), memory.since_unix or 0.0
    changes = [each for each in snapshot.money.books.payout_changes if each.order > told]
    if changes and changes[-1].at_unix > since - _SEEN_CLOSED_SECONDS:
        yield Candidate(AddressChanged(change=changes[-1]))


def _night(
    snapshot: Snapshot, settings: NoticeSettings, schedule: Schedule, memory: NoticeMemory
) -> Iterator[Candidate]:
    now, zone = snapshot.at, snapshot.at.tzinfo
    assert zone is not None
    told_unix = memory.night_told_unix
    if told_unix is not None and 0 <= now.timestamp() - told_unix < NIGHT_IS_NEWS.total_seconds():
        return
    night = last_night(schedule, now, zone)
    if night is None or not night.ranges or not _is_over(night, schedule, settings, now):
        return
    if memory.night_began_unix == _began_unix(night):
        return
    spans = spans_of_night(snapshot.activity, night, now)
    if night.any_hour and trained_of(spans) < timedelta(minutes=1):
        return
    is_play = snapshot.network.kind is NetworkKind.THIS_COMPUTER
    notice = NightSummary(night=night, spans=spans, rao=0 if is_play else snapshot.earnings.tonight_rao)
    # Who turned it off, or the app, knows that nothing was done.
    yield Candidate(notice, silent=all(_was_asked_for(span.did) for span in spans))


def _was_asked_for(did: object) -> bool:
    return isinstance(did, Off | NotRecorded) or (isinstance(did, Held) and did.reason in _ASKED_FOR)


def _is_over(night: Night, schedule: Schedule, settings: NoticeSettings, now: datetime) -> bool:
    """Whether the hours of that night ended lately and no more of them come."""
    if night.any_hour:
        morning = settings.quiet_until_minute if settings.quiet else NO_HOURS_MORNING_MINUTE
        return timedelta() <= timedelta(hours=now.hour, minutes=now.minute - morning) < timedelta(hours=4)
    ended = night.ranges[-1][1]
    if night.going_on or not NIGHT_SETTLED <= now - ended < NIGHT_IS_NEWS:
        return False
    assert now.tzinfo is not None
    opens = next_opening(schedule, now.astimezone(UTC), now.tzinfo)
    return opens is None or _evening(opens, now) != _evening(night.ranges[0][0], now)


def _evening(moment: datetime, now: datetime) -> object:
    """Hours that begin between one noon and the next are of one night."""
    return (moment.astimezone(now.tzinfo) - timedelta(hours=12)).date()


def _began_unix(night: Night) -> float:
    return night.ranges[0][0].timestamp()


def _is_recent(moment: datetime | None, now: datetime, within: timedelta) -> bool:
    return moment is not None and timedelta() <= now - moment < within
