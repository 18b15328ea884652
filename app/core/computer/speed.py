"""A speed check as its starter sees it: what was heard so far, what it came to, and what went wrong. Pure."""

import statistics
from typing import Final, TypeAlias, assert_never

import msgspec

from app.core.computer.line import LineResult, MeasuredLine, no_line
from app.core.decision import Action
from app.core.engine.outcomes import NotStarted
from app.core.engine.phase import ALIVE
from app.core.snapshot import Snapshot
from app.core.words import _
from protocol.speed_check import (
    Began,
    CheckFailed,
    Ended,
    LineBegan,
    LineEnough,
    LineMeasured,
    LineNotMeasured,
    SpeedLine,
    Stretch,
)

MEASURED_SECONDS: Final = 20.0
"""What is asked for. With the start of PyTorch and the warming up the whole stays well below a minute."""
WAITING_SHARE: Final = 0.5
"""In a network a computer waits for others: at the worst that was measured it did a little more than half of this."""
LITTLE_FLOPS: Final = 0.5e12
"""Below this a computer earns little: a twentieth of what a gaming graphics card of the middle class does."""
CARD_FLOPS: Final = 10e12
OPERATIONS_PER_WEIGHT: Final = 6
"""For each token: two there, four back."""
LEAST_STRETCHES: Final = 3
UNSTEADY_SHARE: Final = 0.8
GARBAGE_LINES: Final = 20
_KILLED: Final = (-9, 137)
_SECONDS_AN_HOUR: Final = 3600.0


class Idle(msgspec.Struct, frozen=True, tag=True):
    """Nothing was measured yet."""


class Measuring(msgspec.Struct, frozen=True, tag=True):
    device: str = ""
    parameters: int = 0
    done_share: float = 0.0
    """0 until it trains."""
    speeds: tuple[float, ...] = ()
    """Tokens per second, by stretch."""
    whole: bool = False
    """It said that it is done."""
    unreadable: int = 0
    failure: CheckFailed | None = None
    line: LineResult | None = None
    """Of the internet line, as far as it is known."""
    line_under_way: bool = False


class Measured(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    device: str
    parameters: int
    low_tokens_per_hour: float
    """Where it waits for others as long as it may come to."""
    high_tokens_per_hour: float
    """All alone, as in the check."""
    flops_per_second: float
    unsteady: bool = False
    """Something else was at work, and took its share."""
    line: LineResult | None = None

    @property
    def earns_little(self) -> bool:
        return self.flops_per_second < LITTLE_FLOPS


class NotMeasured(msgspec.Struct, frozen=True, tag=True):
    """It came to nothing: what happened, and what to do."""

    title: str
    advice: str = ""


SpeedState: TypeAlias = Idle | Measuring | Measured | NotMeasured


def heard(state: Measuring, line: SpeedLine) -> Measuring:
    """After one line of the child."""
    match line:
        case LineBegan():
            return msgspec.structs.replace(state, line_under_way=True)
        case LineMeasured(up=up, down=down):
            return msgspec.structs.replace(state, line=MeasuredLine(up=up, down=down), line_under_way=False)
        case LineNotMeasured(trouble=trouble):
            return msgspec.structs.replace(state, line=no_line(trouble), line_under_way=False)
        case LineEnough():
            return _with_meaning(state, line)
        case Began(device=device, parameters=parameters):
            return msgspec.structs.replace(state, device=device, parameters=parameters)
        case Stretch(done_share=share, tokens_per_second=speed):
            return msgspec.structs.replace(state, done_share=share, speeds=(*state.speeds, speed)[-1000:])
        case Ended():
            return msgspec.structs.replace(state, done_share=1.0, whole=True)
        case CheckFailed():
            return msgspec.structs.replace(state, failure=line)
        case _:
            assert_never(line)


def _with_meaning(state: Measuring, enough: LineEnough) -> Measuring:
    if not isinstance(state.line, MeasuredLine):
        return state  # it told of no line that this could mean
    return msgspec.structs.replace(state, line=msgspec.structs.replace(state.line, enough=enough))


def heard_garbage(state: Measuring) -> Measuring:
    return msgspec.structs.replace(state, unreadable=state.unreadable + 1)


def is_beyond_use(state: Measuring) -> bool:
    """Whether it makes no sense to listen any longer."""
    return state.unreadable > GARBAGE_LINES


def after_exit(state: Measuring, code: int) -> Measured | NotMeasured:
    """What it came to once the child has gone by itself."""
    if state.failure is not None:
        return NotMeasured(state.failure.title, state.failure.advice)
    if code == 0 and state.whole and state.parameters and any(state.speeds):
        return measured(state)
    if code in _KILLED:
        return NotMeasured(
            _("The system ended the measurement, most likely because memory ran out."),
            _("Close other programs and measure again."),
        )
    if state.unreadable:
        return unreadable()
    return NotMeasured(
        _("The measurement ended before it was done (code {code}).").format(code=code), _("The log says more.")
    )


def measured(state: Measuring) -> Measured:
    """The middle of the stretches counts; the lower end of the range allows for the slowest and for waiting."""
    middle, slowest = statistics.median(state.speeds), _slow_end(state.speeds)
    return Measured(
        device=state.device,
        parameters=state.parameters,
        low_tokens_per_hour=WAITING_SHARE * slowest * _SECONDS_AN_HOUR,
        high_tokens_per_hour=max(middle, slowest) * _SECONDS_AN_HOUR,
        flops_per_second=OPERATIONS_PER_WEIGHT * state.parameters * middle,
        unsteady=slowest < UNSTEADY_SHARE * middle,
        line=state.line,
    )


def _slow_end(speeds: tuple[float, ...]) -> float:
    """The slowest tenth's upper edge; of a few, the slowest."""
    ordered = sorted(speeds)
    return ordered[0] if len(ordered) < LEAST_STRETCHES else ordered[len(ordered) // 10]


def not_started(outcome: NotStarted) -> NotMeasured:
    return NotMeasured(outcome.title, outcome.advice)


def cancelled() -> NotMeasured:
    return NotMeasured(_("Stopped, as you asked."), _("Nothing was measured."))


def silent() -> NotMeasured:
    return NotMeasured(
        _("The measurement did not answer any more and was ended."), _("Measure again when the computer is less busy.")
    )


def too_long() -> NotMeasured:
    return NotMeasured(
        _("The measurement took longer than a minute and was ended."),
        _("Measure again when the computer is less busy."),
    )


def unreadable() -> NotMeasured:
    return NotMeasured(
        _("The measurement said what this app can't read."),
        _("Update the app and its training engine, then measure again."),
    )


def held_by(snapshot: Snapshot) -> NotMeasured | None:
    """Why it can't be measured now; two that train at once would each see half a computer."""
    if snapshot.engine.phase in ALIVE or snapshot.decision.action is Action.RUN:
        return training_now()
    return None


def training_now() -> NotMeasured:
    return NotMeasured(
        _("This computer is training now, so its speed can't be measured beside that."),
        _("Pause it first, then measure."),
    )
