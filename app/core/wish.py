"""What the person asked for. Kept apart from the gates: a wish never says whether training is possible."""

from datetime import datetime
from typing import TypeAlias, assert_never

import msgspec


class _Wish(msgspec.Struct, frozen=True, tag_field="wish"):
    """Base of all wishes; times are aware."""


class Auto(_Wish, frozen=True, tag="auto"):
    """Train whenever the gates allow."""


class OnUntil(_Wish, frozen=True, tag="on_until"):
    """Train now, whatever hours, idleness or busy programs say; None means until told otherwise."""

    until: datetime | None = None


class OffUntil(_Wish, frozen=True, tag="off_until"):
    """Pause; None means until told otherwise. The engine stays at hand for a while, so that resuming is quick."""

    until: datetime | None = None


class FinishThenOff(_Wish, frozen=True, tag="finish_then_off"):
    """Finish and hand over what is under way, then be off."""


class Off(_Wish, frozen=True, tag="off"):
    """Don't train, keep no engine."""


Wish: TypeAlias = Auto | OnUntil | OffUntil | FinishThenOff | Off


def settled(wish: Wish, now: datetime, engine_gone: bool) -> Wish:
    """The wish that stands at `now`: one whose time has passed becomes Auto, a finished FinishThenOff becomes Off."""
    match wish:
        case OnUntil(until) | OffUntil(until):
            return Auto() if until is not None and until <= now else wish
        case FinishThenOff():
            return Off() if engine_gone else wish
        case Auto() | Off():
            return wish
        case _:
            assert_never(wish)
