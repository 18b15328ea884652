"""What the person asked for. Kept apart from the gates: a wish never says whether training is possible."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeAlias, TypeVar, assert_never

import msgspec

_CLOCKS_DRIFT: Final = timedelta(minutes=1)
"""Clocks are put right by seconds all the time; only more than this is a clock that was put back."""


class _Wish(msgspec.Struct, frozen=True, tag_field="wish"):
    """Base of all wishes; times are aware."""


class Auto(_Wish, frozen=True, tag="auto"):
    """Train whenever the gates allow."""


class OnUntil(_Wish, frozen=True, tag="on_until"):
    """Train now, whatever hours, idleness or busy programs say; None means until told otherwise."""

    until: datetime | None = None
    asked_at: datetime | None = None
    """Set by `begun`: however the clock is put back, no more than the wish's whole length is ever left of it."""


class OffUntil(_Wish, frozen=True, tag="off_until"):
    """Pause; None means until told otherwise. The engine stays at hand for a while, so that resuming is quick."""

    until: datetime | None = None
    asked_at: datetime | None = None
    interrupts: OnUntil | None = None
    """Set by `begun`: what the pause was put on top of. It goes on when the pause ends, unless it has ended too."""


class FinishThenOff(_Wish, frozen=True, tag="finish_then_off"):
    """Finish and hand over what is under way, then be off until the hours next begin, or without hours until told."""


class OffUntilOpening(_Wish, frozen=True, tag="off_until_opening"):
    """Off until hours begin that had not begun at `since`, wherever the computer then is. `until`: when that will be,
    as the clock and the hours stand now."""

    since: datetime
    until: datetime | None = None


class Off(_Wish, frozen=True, tag="off"):
    """Don't train, keep no engine."""


Wish: TypeAlias = Auto | OnUntil | OffUntil | FinishThenOff | OffUntilOpening | Off

Temporary = TypeVar("Temporary", OnUntil, OffUntil)

OpeningAfter: TypeAlias = Callable[[datetime], datetime | None]
"""When hours next begin after a moment; None where they never do."""


def begun(wish: Wish, now: datetime, before: Wish | None = None) -> Wish:
    """`wish` as it is kept, asked for at `now`, when `before` was what stood."""
    if isinstance(wish, OffUntil):
        wish = msgspec.structs.replace(wish, interrupts=_running(before, now))
    if isinstance(wish, OnUntil | OffUntil) and wish.until is not None:
        return msgspec.structs.replace(wish, asked_at=now)
    return wish


def resumed(wish: Wish, now: datetime) -> Wish:
    """What “Resume” asks for: an interrupted wish to train, if that has not ended, else whatever the hours say."""
    running = _running(wish, now) if isinstance(wish, OffUntil) else None
    return Auto() if running is None else running


def _running(wish: Wish | None, now: datetime) -> OnUntil | None:
    """The wish to train that holds at `now`, be it interrupted."""
    inner = wish.interrupts if isinstance(wish, OffUntil) else wish
    if not isinstance(inner, OnUntil):
        return None
    inner = _bounded(inner, now)
    return None if inner.until is not None and inner.until <= now else inner


def settled(wish: Wish, now: datetime, engine_gone: bool, opening_after: OpeningAfter | None = None) -> Wish:
    """The wish that stands at `now`: one whose time has passed gives way, one that is finished is off.

    Without `opening_after` the hours are taken to open when the wish says so.
    """
    match wish:
        case OnUntil():
            return _running(wish, now) or Auto()
        case OffUntil():
            wish = msgspec.structs.replace(_bounded(wish, now), interrupts=_running(wish, now))
            return resumed(wish, now) if wish.until is not None and wish.until <= now else wish
        case FinishThenOff():
            return _off_until_opening(now, now, opening_after or _never) if engine_gone else wish
        case OffUntilOpening(since, until):
            if opening_after is None:
                return Auto() if until is not None and until <= now else wish
            # A clock that was put back must not make this the evening before last.
            return _off_until_opening(min(since, now), now, opening_after)
        case Auto() | Off():
            return wish
        case _:
            assert_never(wish)


def _bounded(wish: Temporary, now: datetime) -> Temporary:
    """A wish made before the clock was put back keeps its length, not its end, which may be years away now."""
    if wish.until is None or wish.asked_at is None or now >= wish.asked_at - _CLOCKS_DRIFT:
        return wish
    return msgspec.structs.replace(wish, until=now + (wish.until - wish.asked_at), asked_at=now)


def _never(_after: datetime) -> None:
    return None


def _off_until_opening(since: datetime, now: datetime, opening_after: OpeningAfter) -> Wish:
    opening = opening_after(since)
    if opening is None:
        return Off()
    return Auto() if opening <= now else OffUntilOpening(since, opening)
