"""The internet line beside the training speed: whether it may be measured, and what it came to. Pure."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import urlsplit

import msgspec

from app.core.gates.gate import GateName, Switch, plain
from app.core.network.known import KnownNetwork, is_loopback_url
from app.core.settings.settings import NamedNetwork, NetworkChoice, OwnAddress, Settings
from protocol.speed_check import LINE_MOST_BYTES, LineEnough, LineOrder, LineSpeed, LineTrouble
from protocol.wire import to_json

COUNT_FOLDER: Final = "line-check"
"""Beside the engine's folders of each network, so that what is moved counts with what they moved."""


class WhyNoLine(StrEnum):
    """What stood in the way; those of LineTrouble by the same names."""

    NO_NETWORK = "no_network"
    THIS_COMPUTER = "this_computer"
    METERED = "metered"
    DATA_SHORT = "data_short"
    DATA_UNKNOWN = "data_unknown"
    OLD_ENGINE = "old_engine"
    """The training engine on this computer is older than this."""
    UNREACHABLE = "unreachable"
    INTERRUPTED = "interrupted"
    NOT_OFFERED = "not_offered"
    TOO_SLOW = "too_slow"
    NOT_COUNTED = "not_counted"


class MeasuredLine(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    up: LineSpeed
    down: LineSpeed
    enough: LineEnough | None = None
    """None where nobody said what is trained there."""


class NoLine(msgspec.Struct, frozen=True, tag=True):
    why: WhyNoLine


LineResult: TypeAlias = MeasuredLine | NoLine


class LineTo(msgspec.Struct, frozen=True):
    """It may be measured, to this orchestrator."""

    url: str

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or self.url


LinePlan: TypeAlias = LineTo | NoLine


def line_goal(choice: NetworkChoice | None, known: Sequence[KnownNetwork]) -> LinePlan:
    """Where it would be measured to, before anything about this computer or this month is asked."""
    match choice:
        case OwnAddress(url):
            found: str | None = url
        case NamedNetwork(name):
            found = next((each.orchestrator_url for each in known if each.name == name), None)
        case None:
            found = None
        case _:
            return NoLine(WhyNoLine.THIS_COMPUTER)
    if not found:
        return NoLine(WhyNoLine.NO_NETWORK)
    return NoLine(WhyNoLine.THIS_COMPUTER) if is_loopback_url(found) else LineTo(found)


def line_plan(goal: LinePlan, settings: Settings, metered: bool | None, month_bytes: int | None) -> LinePlan:
    """Whether it may be measured now: by the gates that keep training from the same line. `month_bytes` is what was
    moved this month, None where that can't be read."""
    gates = settings.gates
    if isinstance(goal, NoLine):
        return goal
    if plain(GateName.METERED, gates.metered, None if metered is None else not metered).holds:
        return NoLine(WhyNoLine.METERED)
    if gates.data_quota is not Switch.OFF:
        if month_bytes is None:
            return NoLine(WhyNoLine.DATA_UNKNOWN)
        if month_bytes + LINE_MOST_BYTES > gates.data_quota_bytes:
            return NoLine(WhyNoLine.DATA_SHORT)
    return goal


def order_text(plan: LinePlan, settings: Settings, engine_folder: Path) -> str:
    """What the check's environment says of the line (protocol.speed_check.LINE_ORDER); empty where it is left alone."""
    if isinstance(plan, NoLine):
        return ""
    order = LineOrder(
        url=plan.url,
        folder=str(engine_folder / COUNT_FOLDER),
        up_bytes_per_second=settings.upload_bytes_per_second,
        down_bytes_per_second=settings.download_bytes_per_second,
        proxy=settings.proxy,
    )
    return to_json(order).decode()


def until_told(plan: LinePlan) -> NoLine:
    """What is known of the line before the check has said a word of it, and for good if it never does."""
    return plan if isinstance(plan, NoLine) else NoLine(WhyNoLine.OLD_ENGINE)


def no_line(trouble: LineTrouble) -> NoLine:
    return NoLine(WhyNoLine(trouble.value))
