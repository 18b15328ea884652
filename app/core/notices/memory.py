"""Which occasions were told already; a part of state.json, so that a restart tells nothing twice."""

from collections.abc import Iterable
from typing import Final

import msgspec

_KEPT: Final = 50


class ToldAt(msgspec.Struct, frozen=True):
    what: str
    at_unix: float


class NoticeMemory(msgspec.Struct, frozen=True, kw_only=True):
    """One mark for each kind. An occasion that is marked was told, or was none of anybody's business."""

    since_unix: float | None = None
    """When the app first kept this: what happened before it is no news."""
    training_opened_unix: float | None = None
    """Of the hours in which training was last told to have begun."""
    night_began_unix: float | None = None
    night_told_unix: float | None = None
    attention: tuple[ToldAt, ...] = ()
    """The latest last."""
    update_version: str = ""
    transactions: tuple[str, ...] = ()
    """Of the payouts, the latest last."""
    address_changed_unix: float = 0.0
    address_put_back: int = 0
    """Of the latest change of the address that was told; see app.core.money.lines.put_back_by."""
    dismissed: tuple[str, ...] = ()
    """Banners that the person took away, by their keys."""


class NoticesView(msgspec.Struct, frozen=True, kw_only=True):
    """The snapshot's part of it."""

    update_ready: str = ""
    """The version that was fetched and begins by itself once nobody is disturbed; empty where there is none."""
    dismissed: tuple[str, ...] = ()


def latest(known: tuple[str, ...], added: Iterable[str]) -> tuple[str, ...]:
    """`known` and `added`, each once, without the oldest of too many."""
    return tuple(dict.fromkeys((*known, *added)))[-_KEPT:]


def with_told(known: tuple[ToldAt, ...], what: str, at_unix: float) -> tuple[ToldAt, ...]:
    """`what` was told now, whatever was known of it."""
    return (*(each for each in known if each.what != what), ToldAt(what, at_unix))[-_KEPT:]
