"""The control socket's messages: JSON lines. Clients of this app's own version or another's, so unknown fields pass."""

from datetime import datetime
from typing import Annotated, Final, TypeAlias

import msgspec

from app.control.reports.activity import ActivityReport
from app.control.reports.earnings import EarningsReport
from app.control.reports.limits import LimitsReport
from app.control.reports.reports import StatusReport, WhyReport
from app.control.reports.schedule import ScheduleReport
from app.core.settings.settings import UpdateChannel
from protocol.errors import ErrorBody

CONTROL_VERSION: Final = 2
"""Raised when an older client or app would misread a line."""
REQUEST_LIMIT_BYTES: Final = 64 * 1024
REPLY_LIMIT_BYTES: Final = 1024 * 1024
ASKER_LIMIT: Final = 40


class _Request(msgspec.Struct, frozen=True, tag_field="request", kw_only=True):
    """Base of what a client says."""


class Greet(_Request, frozen=True, tag="greet"):
    """First line."""

    control_version: int = CONTROL_VERSION
    asker: Annotated[str, msgspec.Meta(max_length=ASKER_LIMIT)] = ""
    """Who asks, where it is not the person: what is asked in this conversation is then noted in the log."""


class Run(_Request, frozen=True, tag="run"):
    """Train: now, whatever the hours say, or whenever the gates allow. The rest changes settings first."""

    now: bool = False
    until: datetime | None = None
    network: str | None = None
    """A known network's name or an address."""
    payout: str | None = None
    """Always refused: where money goes is changed by a person at the window, never by a program."""
    hours: str | None = None
    """Like 22:00-07:00, or always."""
    store_only: bool = False
    """Meet others only through the network's store; False leaves that as it is."""


class Pause(_Request, frozen=True, tag="pause"):
    until: datetime | None = None


class Resume(_Request, frozen=True, tag="resume"):
    """End a pause and go on with the training that it interrupted, or else as the hours say. Without a pause
    it is back to the hours."""


class Stop(_Request, frozen=True, tag="stop"):
    """Be off until told otherwise; with `finish` hand over first, then be off until the hours next begin."""

    finish: bool = False


class Skip(_Request, frozen=True, tag="skip"):
    """Leave out the hours that run now, or else the next ones, once; `undo` takes that back."""

    undo: bool = False


class ShowSchedule(_Request, frozen=True, tag="show_schedule"):
    pass


class ChangeSchedule(_Request, frozen=True, tag="change_schedule"):
    """All of it or, where one part makes no sense, nothing. Hours and days are texts as a person types them."""

    hours: tuple[str, ...] | None = None
    """In the place of all there are; ("always",) for any hour."""
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    days_off: tuple[str, ...] = ()
    days_on: tuple[str, ...] = ()
    """Days off that hold these days are taken back."""
    last_start_minutes: int | None = None
    overrun_minutes: int | None = None


class Status(_Request, frozen=True, tag="status"):
    pass


class Why(_Request, frozen=True, tag="why"):
    """Why it trains or doesn't, gate by gate."""


class Limits(_Request, frozen=True, tag="limits"):
    """Each gate with what it was read from, and the caps that bind the engine."""


class ChangeLimits(_Request, frozen=True, tag="change_limits"):
    """Limits and caps by their names in the settings file, each with a text as a person types it. All of it or,
    where one part makes no sense, nothing."""

    changes: tuple[tuple[str, str], ...]


class FreeDisk(_Request, frozen=True, tag="free_disk"):
    """What the engine keeps and could fetch again goes from the disk; refused while it is at work."""


class ChangeUpdates(_Request, frozen=True, tag="change_updates"):
    """From which channel versions are taken from now on."""

    channel: UpdateChannel


class LookAtAutostart(_Request, frozen=True, tag="look_at_autostart"):
    """The start with the session was changed beside the app: it is to show that, and to be watched over or not."""


class Earnings(_Request, frozen=True, tag="earnings"):
    """`show_money` is for a person who hides it elsewhere and asks for it here."""

    days: int | None = None
    """Today and the days before it; None for everything."""
    csv: bool = False
    """With the sessions as a table."""
    paid_csv: bool = False
    """With the payouts of all networks as a table in their place."""
    csv_until: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """Of the table only so many of its oldest rows: those that an earlier reply left out."""
    show_money: bool = False


class Activity(_Request, frozen=True, tag="activity"):
    """What this computer did, hour by hour, and whether it ran last night."""

    days: int = 7
    """Today and the days before it."""


class Show(_Request, frozen=True, tag="show"):
    """Bring the window to the front; refused by an app that has none."""

    link: str | None = None
    """An invitation: the window proposes what it says, and the person decides."""


class Quit(_Request, frozen=True, tag="quit"):
    """Hand over, then end the app. The wish stays as it is."""

    within_seconds: float = 20.0


Request: TypeAlias = (
    Greet
    | Run
    | Pause
    | Resume
    | Stop
    | Skip
    | ShowSchedule
    | ChangeSchedule
    | Status
    | Why
    | Limits
    | ChangeLimits
    | FreeDisk
    | ChangeUpdates
    | LookAtAutostart
    | Earnings
    | Activity
    | Show
    | Quit
)


class _Reply(msgspec.Struct, frozen=True, tag_field="reply", kw_only=True):
    """Base of what the app answers, one line for each request."""


class Welcome(_Reply, frozen=True, kw_only=True, tag="welcome"):
    control_version: int = CONTROL_VERSION
    app_version: str
    pid: int


class Done(_Reply, frozen=True, tag="done"):
    """What was asked is arranged; `sentence` says how things stand now."""

    sentence: str


class StatusReply(_Reply, frozen=True, tag="status"):
    report: StatusReport


class WhyReply(_Reply, frozen=True, tag="why"):
    report: WhyReport


class LimitsReply(_Reply, frozen=True, tag="limits"):
    report: LimitsReport


class EarningsReply(_Reply, frozen=True, tag="earnings"):
    report: EarningsReport
    csv: str = ""
    csv_left: int = 0
    """So many older rows found no room."""


class ActivityReply(_Reply, frozen=True, tag="activity"):
    report: ActivityReport


class ScheduleReply(_Reply, frozen=True, tag="schedule"):
    """The hours as they are after what was asked."""

    report: ScheduleReport


class Refusal(_Reply, frozen=True, tag="refusal"):
    error: ErrorBody


Reply: TypeAlias = (
    Welcome | Done | StatusReply | WhyReply | LimitsReply | EarningsReply | ActivityReply | ScheduleReply | Refusal
)
