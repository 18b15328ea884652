"""What stands on top of the Home window until it is over: pure functions of the snapshot, and their sentences."""

from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Final, TypeAlias, assert_never

import msgspec

from app.core.activity.lines import Broken, Line, Trained, Waited
from app.core.gates.gate import GateName
from app.core.money.facts import held_by_reason, sides_of, standing_of
from app.core.money.why import Held, cause_sentence
from app.core.notices import words
from app.core.notices.occasions import update_is_required
from app.core.notices.words import Told
from app.core.problems.codes import Problem
from app.core.snapshot import Snapshot
from app.core.words import _, time_text

RECOVERY_IS_NEWS: Final = timedelta(hours=12)


class _Banner(msgspec.Struct, frozen=True, kw_only=True, tag_field="banner"):
    """Base of all banners."""


class UpdateRequired(_Banner, frozen=True, kw_only=True, tag="update_required"):
    """Without an update it will not train in the hours that begin at `before`; None where they have begun."""

    before: datetime | None = None
    ready: str = ""


class KeyMissing(_Banner, frozen=True, kw_only=True, tag="key_missing"):
    """There is no key to sign with, so nothing trains until the person does something about it."""

    title: str
    advice: str
    problem: Problem = Problem.KEY_NOT_OPEN


class CrashRecovered(_Banner, frozen=True, kw_only=True, tag="crash_recovered"):
    """It was stopped by an error and went on by itself."""

    key: str
    stopped: datetime
    resumed: datetime
    title: str


class PayoutHeld(_Banner, frozen=True, kw_only=True, tag="payout_held"):
    """The network keeps money back."""

    causes: tuple[Held, ...]


Banner: TypeAlias = UpdateRequired | KeyMissing | CrashRecovered | PayoutHeld


def banners(snapshot: Snapshot) -> tuple[Banner, ...]:
    """What is to be shown now, the most pressing first."""
    found = (_update_required(snapshot), _key_missing(snapshot), crash_recovered(snapshot), _payout_held(snapshot))
    return tuple(each for each in found if each is not None)


def key_of(banner: Banner) -> str | None:
    """By which the person can take it away; None where it stays until it is over."""
    return banner.key if isinstance(banner, CrashRecovered) else None


def banner_text(banner: Banner, snapshot: Snapshot) -> Told:
    """In words."""
    match banner:
        case UpdateRequired(before=before, ready=ready):
            advice = words.how_to_update(ready)
            if before is None:
                return Told(_("An update is needed"), words.too_old() + ". " + advice, Problem.APP_TOO_OLD)
            title = _("An update is needed before {time}").format(time=time_text(before, snapshot.at))
            return Told(title, words.too_old() + ". " + advice, Problem.APP_TOO_OLD)
        case KeyMissing(title=title, advice=advice, problem=problem):
            return Told(title, advice, problem)
        case CrashRecovered(stopped=stopped, resumed=resumed, title=reason):
            times = {"stopped": time_text(stopped, snapshot.at), "resumed": time_text(resumed, snapshot.at)}
            text = _("Training stopped at {stopped} and went on at {resumed}.").format(**times)
            return Told(_("It stopped, and works again"), f"{text} {_as_sentence(reason)}".strip())
        case PayoutHeld(causes=causes):
            sentences = [cause_sentence(cause, snapshot.money.view) for cause in causes]
            rule = _("What is held stays yours. It is paid with a later payout, once the reason is gone.")
            return Told(_("A payout is held"), " ".join([*sentences, rule]), Problem.PAYOUT_HELD)
        case _:
            assert_never(banner)


def crash_recovered(snapshot: Snapshot) -> CrashRecovered | None:
    """The latest stop of the last hours after which it trained again, unless the person took it away."""
    began_ms = (snapshot.at - RECOVERY_IS_NEWS).timestamp() * 1000
    newest_first = list(takewhile(lambda line: line.at_ms >= began_ms, reversed(snapshot.activity)))
    place = next((at for at, line in enumerate(newest_first) if isinstance(line.did, Broken)), None)
    if place is None:
        return None
    resumed = next((line for line in reversed(newest_first[:place]) if not isinstance(line.did, Waited)), None)
    if resumed is None or not isinstance(resumed.did, Trained):
        return None
    stopped, title = _first_of_them(newest_first[place:])
    key = f"crash {stopped.at_ms}"
    if key in snapshot.notices.dismissed:
        return None
    return CrashRecovered(key=key, stopped=_moment(stopped.at_ms), resumed=_moment(resumed.at_ms), title=title)


def _first_of_them(newest_first: list[Line]) -> tuple[Line, str]:
    """Where it was started again and again, the failure that began it."""
    stopped, title = newest_first[0], ""
    for line in newest_first:
        if isinstance(line.did, Broken):
            stopped, title = line, line.did.title
        elif not isinstance(line.did, Waited):
            break
    return stopped, title


def _update_required(snapshot: Snapshot) -> UpdateRequired | None:
    if not update_is_required(snapshot):
        return None
    hours = next((gate for gate in snapshot.gates if gate.gate is GateName.HOURS), None)
    before = hours.next_change if hours is not None and hours.holds else None
    return UpdateRequired(before=before, ready=snapshot.notices.update_ready)


def _key_missing(snapshot: Snapshot) -> KeyMissing | None:
    failure = snapshot.account.key_failure
    return None if failure is None else KeyMissing(title=failure.title, advice=failure.advice, problem=failure.problem)


def _payout_held(snapshot: Snapshot) -> PayoutHeld | None:
    standing, held_rao = standing_of(snapshot), sides_of(snapshot).held_rao
    ours = snapshot.account.payout_address
    # Without an address, or before the network knows it, the reason is that, and stands with the earnings.
    if standing is None or held_rao <= 0 or ours is None or standing.payout_address != ours:
        return None
    return PayoutHeld(causes=held_by_reason(snapshot))


def _as_sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)
