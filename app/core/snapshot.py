"""The one frozen picture that every view renders: tray, windows, command line, agents. `apply` is pure."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, TypeAlias, assert_never

import msgspec

from app.core.activity.lines import Line
from app.core.decision import Action, Decision, Reason
from app.core.engine import phase as engine_phase
from app.core.engine.phase import Ended, EngineStatus, Failure, Launched, StopAsked, Told
from app.core.gates.gate import GateReading
from app.core.language.overheard import heard
from app.core.money import earnings as money
from app.core.money.earnings import Earner, Earnings
from app.core.money.lines import LATEST_UNIX_MS
from app.core.money.side import MoneySide
from app.core.notices.memory import NoticesView
from app.core.ports import AutostartState
from app.core.problems.codes import Problem, problem_of
from app.core.wish import Auto, Wish
from protocol import engine_control as wire

POINTS_LIMIT: Final = 600
TROUBLES_LIMIT: Final = 20


class Point(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One point of a curve: unix seconds and a value (nats per token, or tokens per second).

    Two figures can't be part of a circle, so that the collector need not look at thousands of them.
    """

    at_unix_seconds: float
    value: float


class ServiceSide(msgspec.Struct, frozen=True, kw_only=True):
    """What the service last said, from its accepted heartbeats."""

    heartbeat_at: datetime | None = None
    run_loss: float | None = None
    held_out_loss: float | None = None
    run_tokens_per_second: float = 0.0
    run_share_done: float = 0.0
    miners: int = 0
    run_ended: bool = False


class NetworkKind(StrEnum):
    NONE = "none"
    """Nobody chose yet: the first visit isn't done."""
    THIS_COMPUTER = "this_computer"
    NAMED = "named"
    ADDRESS = "address"


class NetworkPhase(StrEnum):
    """Of the network on this computer; the others are READY at once, since the engine speaks to them."""

    IDLE = "idle"
    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"


class NetworkView(msgspec.Struct, frozen=True, kw_only=True):
    kind: NetworkKind = NetworkKind.NONE
    name: str = ""
    title: str = ""
    orchestrator_url: str | None = None
    dashboard_url: str | None = None
    phase: NetworkPhase = NetworkPhase.IDLE
    failure: engine_phase.Failure | None = None
    retry_at: datetime | None = None


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Whose work this is. Addresses only; keys never come near a snapshot."""

    hotkey: str | None = None
    payout_address: str | None = None
    key_storage: str = ""
    """One sentence on where the hotkey lies, when that is not the system's keychain."""
    key_failure: Failure | None = None
    """Why there is no key to sign with; nothing trains meanwhile, and it is tried again by itself."""


class AutostartView(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the app starts with the person's session, as the system says."""

    state: AutostartState = AutostartState.UNAVAILABLE
    way: str = ""
    brings_back: bool = False
    """Whether the system also starts an app anew that died."""


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    code: str
    title: str
    advice: str = ""
    retry_at: datetime | None = None
    times: int = 1
    """How often in a row."""
    problem: Problem = Problem.OTHER
    """Under which code the person finds it among the known problems."""


class CrewMember(msgspec.Struct, frozen=True, kw_only=True):
    """The engine of a further graphics card (app.core.engine.crew)."""

    card: str
    """As the engine is asked for it, such as cuda:1."""
    status: EngineStatus = EngineStatus()
    tokens_in_all: int = 0
    """Trained by all its processes since the app was started."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a view may show. `at` is aware, in the zone that sentences are told in."""

    revision: int = 0
    at: datetime
    wish: Wish = Auto()
    gates: tuple[GateReading, ...] = ()
    decision: Decision
    engine: EngineStatus = EngineStatus()
    """The first one's; what sentences speak of."""
    crew: tuple[CrewMember, ...] = ()
    """Those of further graphics cards."""
    service: ServiceSide = ServiceSide()
    earnings: Earnings = Earnings()
    engine_earner: Earner = Earner()
    """For whom the engine was started; its last words may come when another network is chosen already."""
    money: MoneySide = MoneySide()
    """The app's own books and all that is known of money."""
    activity: tuple[Line, ...] = ()
    """What this computer did in the last weeks, oldest first; app.core.activity.diary makes days of it."""
    network: NetworkView = NetworkView()
    account: Account = Account()
    autostart: AutostartView = AutostartView()
    notices: NoticesView = NoticesView()
    loss_points: tuple[Point, ...] = ()
    """The run's training loss as the service tells it."""
    own_loss_points: tuple[Point, ...] = ()
    """This computer's own, where it holds the last stage."""
    held_out_points: tuple[Point, ...] = ()
    speed_points: tuple[Point, ...] = ()
    """This computer's tokens per second."""
    troubles: tuple[Trouble, ...] = ()
    """The latest last."""
    ending: bool = False
    """The app is handing over and about to close."""

    @property
    def crew_at_work(self) -> int:
        """How many further engines train now."""
        return sum(member.status.phase is engine_phase.Phase.TRAINING for member in self.crew)

    @property
    def tokens_per_second(self) -> float:
        """Of all engines together."""
        return self.engine.tokens_per_second + sum(member.status.tokens_per_second for member in self.crew)

    @property
    def dashboard_url(self) -> str | None:
        return self.network.dashboard_url

    @property
    def earner(self) -> Earner:
        """Who earns from here on."""
        return Earner(self.network.name, self.account.hotkey)

    @property
    def address_set(self) -> bool:
        return self.account.payout_address is not None


class Decided(msgspec.Struct, frozen=True, tag=True):
    wish: Wish
    gates: tuple[GateReading, ...]
    decision: Decision
    night_began: datetime


class CrewChanged(msgspec.Struct, frozen=True, tag=True):
    crew: tuple[CrewMember, ...]


class NetworkChanged(msgspec.Struct, frozen=True, tag=True):
    network: NetworkView


class AccountChanged(msgspec.Struct, frozen=True, tag=True):
    account: Account


class AutostartChanged(msgspec.Struct, frozen=True, tag=True):
    autostart: AutostartView


class MoneyChanged(msgspec.Struct, frozen=True, tag=True):
    money: MoneySide


class ActivityChanged(msgspec.Struct, frozen=True, tag=True):
    lines: tuple[Line, ...]


class NoticesChanged(msgspec.Struct, frozen=True, tag=True):
    notices: NoticesView


class TroubleSeen(msgspec.Struct, frozen=True, tag=True):
    code: str
    title: str
    advice: str = ""
    retry_at: datetime | None = None


class TroublesCleared(msgspec.Struct, frozen=True, tag=True):
    """The person has read them."""


class EndingBegan(msgspec.Struct, frozen=True, tag=True):
    """Somebody asked the app to quit."""


SnapshotEvent: TypeAlias = (
    engine_phase.PhaseEvent
    | Decided
    | CrewChanged
    | NetworkChanged
    | AccountChanged
    | AutostartChanged
    | MoneyChanged
    | ActivityChanged
    | NoticesChanged
    | TroubleSeen
    | TroublesCleared
    | EndingBegan
)


def first_snapshot(now: datetime, earnings: Earnings) -> Snapshot:
    """Before anything was read or decided."""
    decision = Decision(action=Action.HOLD, reason=Reason.SETUP)
    return Snapshot(at=now, decision=decision, earnings=earnings)


def apply(snapshot: Snapshot, event: SnapshotEvent, now: datetime) -> Snapshot:
    """The picture after `event`; always a new revision."""
    snapshot = msgspec.structs.replace(snapshot, revision=snapshot.revision + 1, at=now)
    match event:
        case Launched():
            return _with_engine(msgspec.structs.replace(snapshot, engine_earner=snapshot.earner), event, now)
        case StopAsked():
            return _with_engine(snapshot, event, now)
        case Ended():
            snapshot = _with_engine(snapshot, event, now)
            failure = snapshot.engine.failure
            if failure is None:
                return snapshot
            return _with_trouble(snapshot, failure.code, failure.title, failure.advice, event.retry_at)
        case Told(told):
            return _hear(_with_engine(snapshot, event, now), told, now)
        case Decided(wish, gates, decision, night_began):
            earnings = money.at_night(snapshot.earnings, night_began, now)
            return msgspec.structs.replace(snapshot, wish=wish, gates=gates, decision=decision, earnings=earnings)
        case CrewChanged(crew):
            return msgspec.structs.replace(snapshot, crew=crew)
        case NetworkChanged(network):
            same_run = network.orchestrator_url == snapshot.network.orchestrator_url
            snapshot = _with_own_earnings(msgspec.structs.replace(snapshot, network=network))
            return snapshot if same_run else _without_run(snapshot)
        case AccountChanged(account):
            return _with_own_earnings(msgspec.structs.replace(snapshot, account=account))
        case AutostartChanged(autostart):
            return msgspec.structs.replace(snapshot, autostart=autostart)
        case MoneyChanged(money_side):
            return msgspec.structs.replace(snapshot, money=money_side)
        case ActivityChanged(lines):
            return msgspec.structs.replace(snapshot, activity=lines)
        case NoticesChanged(notices):
            return msgspec.structs.replace(snapshot, notices=notices)
        case TroubleSeen(code, title, advice, retry_at):
            return _with_trouble(snapshot, code, title, advice, retry_at)
        case TroublesCleared():
            return msgspec.structs.replace(snapshot, troubles=())
        case EndingBegan():
            return msgspec.structs.replace(snapshot, ending=True)
        case _:
            assert_never(event)


def with_point(points: tuple[Point, ...], point: Point) -> tuple[Point, ...]:
    """`point` appended. A full curve drops about every other point: all of its time stays, in coarser steps."""
    if len(points) >= POINTS_LIMIT:
        points = _coarser(points)
    return (*points, point)


def _coarser(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Evenly over the time: dropping by number would soon leave of the first hours nothing but their first point."""
    most = POINTS_LIMIT // 2
    step = abs(points[-1].at_unix_seconds - points[0].at_unix_seconds) / most
    kept = [points[0]]
    for point in points:
        if abs(point.at_unix_seconds - kept[-1].at_unix_seconds) >= step:
            kept.append(point)
    return tuple(kept) if len(kept) <= most + 1 else points[::2]  # more only where clocks were put back


def _hear(snapshot: Snapshot, told: wire.EngineEvent, now: datetime) -> Snapshot:
    replace = msgspec.structs.replace
    at = now.timestamp()
    match told:
        case wire.StepFinished(loss=loss):
            own = snapshot.own_loss_points if loss is None else with_point(snapshot.own_loss_points, Point(at, loss))
            speeds = with_point(snapshot.speed_points, Point(at, snapshot.tokens_per_second))
            return replace(snapshot, speed_points=speeds, own_loss_points=own)
        case wire.HeartbeatAccepted():
            return _with_heartbeat(snapshot, told, now)
        case wire.RunJoined():
            return replace(snapshot, service=replace(snapshot.service, run_ended=False))
        case wire.RunEnded(held_out_loss=held_out):
            held_out = snapshot.service.held_out_loss if held_out is None else held_out
            return replace(snapshot, service=replace(snapshot.service, run_ended=True, held_out_loss=held_out))
        case wire.Troubled(code=code, title=title, advice=advice, retry_at_unix_seconds=retry):
            retry_at = None if retry is None else datetime.fromtimestamp(retry, UTC)
            return _with_trouble(snapshot, code, title, advice, retry_at)
        case wire.Failed():
            return snapshot  # the outcome that follows carries the same words
        case _:
            return snapshot


def _with_heartbeat(snapshot: Snapshot, told: wire.HeartbeatAccepted, now: datetime) -> Snapshot:
    if told.at_unix_seconds * 1000 >= LATEST_UNIX_MS:  # a service's clock that no calendar can show
        told = msgspec.structs.replace(told, at_unix_seconds=now.timestamp())
    service = ServiceSide(
        heartbeat_at=datetime.fromtimestamp(told.at_unix_seconds, UTC),
        run_loss=told.run_loss,
        held_out_loss=told.held_out_loss,
        run_tokens_per_second=told.run_tokens_per_second,
        run_share_done=told.run_share_done,
        miners=told.miners,
        run_ended=snapshot.service.run_ended,
    )
    losses, held_out = snapshot.loss_points, snapshot.held_out_points
    if told.run_loss is not None:
        losses = with_point(losses, Point(told.at_unix_seconds, told.run_loss))
    if told.held_out_loss is not None and told.held_out_loss != snapshot.service.held_out_loss:
        held_out = with_point(held_out, Point(told.at_unix_seconds, told.held_out_loss))
    return msgspec.structs.replace(
        snapshot,
        service=service,
        loss_points=losses,
        held_out_points=held_out,
        earnings=_earned(snapshot, told, now),
    )


def _earned(snapshot: Snapshot, told: wire.HeartbeatAccepted, now: datetime) -> Earnings:
    if snapshot.engine_earner != snapshot.earner:
        return snapshot.earnings
    return money.after_heartbeat(snapshot.earnings, told, snapshot.engine.run_id, snapshot.earner, now)


def _with_own_earnings(snapshot: Snapshot) -> Snapshot:
    return msgspec.structs.replace(snapshot, earnings=money.earnings_of(snapshot.earnings, snapshot.earner))


def _with_engine(snapshot: Snapshot, event: engine_phase.PhaseEvent, now: datetime) -> Snapshot:
    return msgspec.structs.replace(snapshot, engine=engine_phase.apply(snapshot.engine, event, now))


def _without_run(snapshot: Snapshot) -> Snapshot:
    """Another network: its run has other curves."""
    return msgspec.structs.replace(
        snapshot, service=ServiceSide(), loss_points=(), own_loss_points=(), held_out_points=(), speed_points=()
    )


def _with_trouble(snapshot: Snapshot, code: str, title: str, advice: str, retry_at: datetime | None) -> Snapshot:
    title, advice = heard(title), heard(advice)
    trouble = Trouble(
        at=snapshot.at, code=code, title=title, advice=advice, retry_at=retry_at, problem=problem_of(code)
    )
    earlier = snapshot.troubles
    if earlier and (earlier[-1].code, earlier[-1].title) == (code, title):
        trouble = msgspec.structs.replace(trouble, times=earlier[-1].times + 1)
        earlier = earlier[:-1]
    return msgspec.structs.replace(snapshot, troubles=(*earlier, trouble)[-TROUBLES_LIMIT:])
