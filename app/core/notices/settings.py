"""Which notices the person wants, and when none may come; a part of settings.json."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec

MINUTES_PER_DAY: Final = 24 * 60
MinuteOfDay = Annotated[int, msgspec.Meta(ge=0, lt=MINUTES_PER_DAY)]


class NoticeKind(StrEnum):
    """Each has a switch of this name in NoticeSettings."""

    TRAINING_BEGAN = "training_began"
    NIGHT_SUMMARY = "night_summary"
    ATTENTION = "attention"
    UPDATE_READY = "update_ready"
    PAYOUT_MADE = "payout_made"
    PAYOUT_ADDRESS = "payout_address"


URGENT: Final = frozenset({NoticeKind.ATTENTION, NoticeKind.PAYOUT_ADDRESS})
"""These come in quiet hours too: a night that is lost, or money that goes elsewhere, does not wait for the morning."""


class NoticeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A switch for each kind, and the hours in which only what is urgent is told."""

    training_began: bool = True
    night_summary: bool = True
    attention: bool = True
    update_ready: bool = True
    payout_made: bool = True
    payout_address: bool = True
    quiet: bool = True
    """Whether there are quiet hours at all."""
    quiet_from_minute: MinuteOfDay = 22 * 60
    """Minutes since midnight on the wall clock; the quiet hours may span midnight."""
    quiet_until_minute: MinuteOfDay = 8 * 60

    def wants(self, kind: NoticeKind) -> bool:
        return bool(getattr(self, kind.value))


def is_quiet(settings: NoticeSettings, now: datetime) -> bool:
    """Whether the wall clock of `now` (in the person's zone) stands in the quiet hours; equal ends are no hours."""
    begins, ends, minute = settings.quiet_from_minute, settings.quiet_until_minute, now.hour * 60 + now.minute
    if not settings.quiet:
        return False
    return begins <= minute < ends if begins <= ends else minute >= begins or minute < ends


def may_tell(settings: NoticeSettings, kind: NoticeKind, now: datetime) -> bool:
    """Whether a notice of this kind may come now; one that may not is kept until it may, or is old."""
    return kind in URGENT or not is_quiet(settings, now)
