"""What a person's agent may do with the app: each tool with its scope, its arguments, and the request it becomes.

No tool leads to the payout address, to keys, updates or removal, whatever was allowed.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from app.control import messages as wire
from app.control.commands.moments import moment
from app.core.settings.typed_limits import FORMS, known_name
from protocol.errors import SettingsError


class Scope(StrEnum):
    """What the person allows, on the command line that starts the agent's server."""

    READ = "read"
    RUN = "run"
    SETTINGS = "settings"


Text = Annotated[str, Meta(min_length=1, max_length=100)]
Texts = Annotated[tuple[Text, ...], Meta(min_length=1, max_length=50)]
Until = Annotated[
    Text | None, Meta(description="A time on this computer's clock: 07:00, tomorrow 09:00 or 2026-12-24T07:00.")
]
For = Annotated[Text | None, Meta(description="A length of time: 90m, 2h30m or 1d. Give this or `until`, not both.")]
LONGEST_LENDING: Final = timedelta(days=7)
_HOURS_FORM: Final = (
    "Like 22:00-07:00, fri 22:00-06:00, weekdays 09:00-17:00 gently, or weekends all day; "
    "with “last-start 30” or “overrun 10” after it these hours have minutes of their own."
)


class _Arguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all arguments."""


class Nothing(_Arguments, frozen=True):
    pass


class OfDays(_Arguments, frozen=True):
    days: Annotated[
        Annotated[int, Meta(ge=1, le=36_500)] | None, Meta(description="Today and the days before it; all if left out.")
    ] = None


class Span(_Arguments, frozen=True):
    until: Until = None
    for_: For = msgspec.field(default=None, name="for")


class Undo(_Arguments, frozen=True):
    undo: Annotated[bool, Meta(description="True takes it back.")] = False


class AllHours(_Arguments, frozen=True):
    hours: Annotated[Texts, Meta(description=f"{_HOURS_FORM} Or only: always.")]


class SomeHours(_Arguments, frozen=True):
    hours: Annotated[Texts, Meta(description=_HOURS_FORM)]


class Days(_Arguments, frozen=True):
    days: Annotated[Texts, Meta(description="Like 2026-12-24, 2026-12-24..2026-12-26 or tomorrow.")]
    undo: Annotated[bool, Meta(description="True makes them ordinary days again.")] = False


PERSONS_OWN: Final = frozenset({"hide_address", "proxy", "device", "work_folder"})
"""No limits: who sees this computer, whom all it asks goes through, what it computes on, and which disk it fills."""
_LIMIT_NAMES: Final = tuple(name for name in FORMS if name not in PERSONS_OWN)


class SomeLimits(_Arguments, frozen=True):
    limits: Annotated[
        dict[Text, Text],
        Meta(
            min_length=1,
            max_length=len(_LIMIT_NAMES),
            description="Names with their values as texts, such as on, 30%, 5min, 90C, 20GB, 2.5MB/s or none. "
            f"The names: {', '.join(_LIMIT_NAMES)}.",
        ),
    ]


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    """`request` is what the arguments, of type `arguments`, ask of the app at a moment. It may raise SettingsError."""

    name: str
    title: str
    description: str
    scope: Scope
    arguments: type[_Arguments]
    request: Callable[[Any, datetime], wire.Request]
    idempotent: bool = True

    def listed(self) -> dict[str, Any]:
        """As tools/list tells it."""
        (reference,), found = msgspec.json.schema_components([self.arguments], ref_template="#/$defs/{name}")
        schema = found[reference["$ref"].rpartition("/")[2]]
        schema.pop("title", None)
        reads = self.scope is Scope.READ
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "inputSchema": schema,
            "annotations": {
                "title": self.title,
                "readOnlyHint": reads,
                # What a change of the hours replaces is gone; everything else is taken back by another tool.
                "destructiveHint": self.scope is Scope.SETTINGS and self.name != "add_hours",
                "idempotentHint": self.idempotent,
                "openWorldHint": False,
            },
        }


def end_of(span: Span, now: datetime) -> datetime | None:
    """The moment that a span names, or None for an open one. Raises SettingsError."""
    if span.until is not None and span.for_ is not None:
        raise SettingsError("`until` and `for` can't be given together.", "Choose one.")
    return moment(span.until, span.for_, now)


def _train(span: Span, now: datetime) -> wire.Request:
    end = end_of(span, now)
    if end is None:  # a person may train until told otherwise; an agent that is gone by then could not tell
        raise SettingsError("An agent says until when to train.", "Give `until` or `for`.")
    if end - now > LONGEST_LENDING:
        raise SettingsError("An agent lends the computer for 7 days at most.", "Name an earlier end.")
    return wire.Run(now=True, until=end)


def _days_off(asked: Days, _now: datetime) -> wire.Request:
    return wire.ChangeSchedule(days_on=asked.days) if asked.undo else wire.ChangeSchedule(days_off=asked.days)


def _set_limits(asked: SomeLimits, _now: datetime) -> wire.Request:
    for name in asked.limits:
        if known_name(name) in PERSONS_OWN:
            raise SettingsError(f"“{name}” is changed by the person alone.", "Nothing of this request was done.")
    return wire.ChangeLimits(changes=tuple(asked.limits.items()))


_READING: Final = (
    Tool(
        name="status",
        title="How things stand",
        description="What the app is doing now, until when, the engine's progress, tonight's earnings and any trouble.",
        scope=Scope.READ,
        arguments=Nothing,
        request=lambda _asked, _now: wire.Status(),
    ),
    Tool(
        name="why",
        title="Why it trains or doesn't",
        description="Every condition for training (hours, mains, idle, heat, ...), which of them hold it back, and "
        "when that changes next.",
        scope=Scope.READ,
        arguments=Nothing,
        request=lambda _asked, _now: wire.Why(),
    ),
    Tool(
        name="limits",
        title="What it may use",
        description="What each condition was measured from; how much memory, disk and connection training may take.",
        scope=Scope.READ,
        arguments=Nothing,
        request=lambda _asked, _now: wire.Limits(),
    ),
    Tool(
        name="earnings",
        title="What it earned",
        description="Credit, payouts, electricity, and why something is zero. Null amounts: the person hides money.",
        scope=Scope.READ,
        arguments=OfDays,
        request=lambda asked, _now: wire.Earnings(days=asked.days),
    ),
    Tool(
        name="schedule",
        title="When it may train",
        description="The hours, the days off, and what the next seven days bring.",
        scope=Scope.READ,
        arguments=Nothing,
        request=lambda _asked, _now: wire.ShowSchedule(),
    ),
)
_RUNNING: Final = (
    Tool(
        name="train",
        title="Lend the computer now",
        description="Train until a time, at most 7 days away, for instance while the person is out: whatever the hours "
        "say and whoever uses the computer. Mains, heat, memory and the like still hold. Then the hours count again.",
        scope=Scope.RUN,
        arguments=Span,
        request=_train,
        idempotent=False,
    ),
    Tool(
        name="pause",
        title="Pause",
        description="Pause training until a time, or until it is resumed if no time is given.",
        scope=Scope.RUN,
        arguments=Span,
        request=lambda asked, now: wire.Pause(until=end_of(asked, now)),
        idempotent=False,
    ),
    Tool(
        name="resume",
        title="Resume, or back to the hours",
        description="End a pause: a time of training that it interrupted goes on if it has not ended. Without a pause, "
        "end a time of training. Otherwise do as the hours and conditions say.",
        scope=Scope.RUN,
        arguments=Nothing,
        request=lambda _asked, _now: wire.Resume(),
    ),
    Tool(
        name="finish",
        title="Finish, then off",
        description="Hand over what is under way, then be off until the hours next begin.",
        scope=Scope.RUN,
        arguments=Nothing,
        request=lambda _asked, _now: wire.Stop(finish=True),
    ),
    Tool(
        name="skip_tonight",
        title="Not tonight",
        description="Leave out the hours that run now, or else the next ones, once.",
        scope=Scope.RUN,
        arguments=Undo,
        request=lambda asked, _now: wire.Skip(undo=asked.undo),
        idempotent=False,
    ),
)
_SETTING: Final = (
    Tool(
        name="set_hours",
        title="Set all hours anew",
        description="Replace all hours in which the computer may train. Ask the person first: what was set is lost.",
        scope=Scope.SETTINGS,
        arguments=AllHours,
        request=lambda asked, _now: wire.ChangeSchedule(hours=asked.hours),
    ),
    Tool(
        name="add_hours",
        title="Add hours",
        description="Add hours to those in which the computer may train.",
        scope=Scope.SETTINGS,
        arguments=SomeHours,
        request=lambda asked, _now: wire.ChangeSchedule(add=asked.hours),
    ),
    Tool(
        name="remove_hours",
        title="Take hours out",
        description="Take hours out of those in which the computer may train.",
        scope=Scope.SETTINGS,
        arguments=SomeHours,
        request=lambda asked, _now: wire.ChangeSchedule(remove=asked.hours),
    ),
    Tool(
        name="days_off",
        title="Days off",
        description="No hours that begin on these days count.",
        scope=Scope.SETTINGS,
        arguments=Days,
        request=_days_off,
    ),
    Tool(
        name="set_limits",
        title="Set limits",
        description="Change conditions for training and what it may use at most: all that is given or, where one value "
        "is out of its range, nothing. Refused for everything else in the settings. Ask the person before you loosen "
        "what protects the computer, such as heat.",
        scope=Scope.SETTINGS,
        arguments=SomeLimits,
        request=_set_limits,
    ),
)
TOOLS: Final = (*_READING, *_RUNNING, *_SETTING)
