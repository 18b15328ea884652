"""The notices themselves: one tagged type for each kind, with what its words are made of."""

from datetime import datetime
from typing import Final, TypeAlias

import msgspec

from app.core.activity.diary import Night, Span
from app.core.money.lines import PayoutAddressChanged
from app.core.notices.settings import NoticeKind


class _Notice(msgspec.Struct, frozen=True, kw_only=True, tag_field="notice"):
    """Base of all notices."""


class TrainingBegan(_Notice, frozen=True, kw_only=True, tag="training_began"):
    """By itself, because the person's hours began."""

    opened: datetime
    until: datetime | None = None


class NightSummary(_Notice, frozen=True, kw_only=True, tag="night_summary"):
    """The hours are over: what was done in them, and earned."""

    night: Night
    spans: tuple[Span, ...]
    rao: int = 0


class Attention(_Notice, frozen=True, kw_only=True, tag="attention"):
    """It was to train and can't; most often the person has to do something."""

    title: str
    advice: str = ""
    retry_at: datetime | None = None


class UpdateReady(_Notice, frozen=True, kw_only=True, tag="update_ready"):
    version: str


class PayoutMade(_Notice, frozen=True, kw_only=True, tag="payout_made"):
    transactions: tuple[str, ...]
    rao: int
    """Of all of them."""


class AddressChanged(_Notice, frozen=True, kw_only=True, tag="payout_address"):
    change: PayoutAddressChanged


Notice: TypeAlias = TrainingBegan | NightSummary | Attention | UpdateReady | PayoutMade | AddressChanged

KIND_OF: Final[dict[type[Notice], NoticeKind]] = {
    TrainingBegan: NoticeKind.TRAINING_BEGAN,
    NightSummary: NoticeKind.NIGHT_SUMMARY,
    Attention: NoticeKind.ATTENTION,
    UpdateReady: NoticeKind.UPDATE_READY,
    PayoutMade: NoticeKind.PAYOUT_MADE,
    AddressChanged: NoticeKind.PAYOUT_ADDRESS,
}
