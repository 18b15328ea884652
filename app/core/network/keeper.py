"""Keeps the way to the network: asks a remote orchestrator who it is, or runs the network on this computer."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
import structlog

from app.core.engine.backoff import delay_seconds, failures_in_row
from app.core.engine.outcomes import Crashed, Exited, Faulted, GaveUp, NotStarted, Outcome, is_failure
from app.core.engine.phase import Failure
from app.core.gates.keeping import Reach
from app.core.language.speech import _
from app.core.network.known import KnownNetwork
from app.core.network.local import LocalNetwork, Ready
from app.core.ports import BindChild, ChildLimits, Clock
from app.core.settings.settings import NamedNetwork, NetworkChoice, OwnAddress, TryHere
from app.core.snapshot import NetworkChanged, NetworkKind, NetworkPhase, NetworkView, SnapshotEvent, TroubleSeen
from protocol.errors import Unavailable, UserFacingError, VersionMismatch
from protocol.orchestrator_api import OrchestratorHello

_log = structlog.get_logger(__name__)

_ASK_AGAIN: Final = timedelta(seconds=60)
"""While the engine is down for another reason, how old an answer may get."""


class NetworkSetup(msgspec.Struct, frozen=True, kw_only=True):
    """`local_command` makes the command line of the network on this computer."""

    known: tuple[KnownNetwork, ...]
    local_command: Callable[[TryHere], Sequence[str] | NotStarted]
    probe: Callable[[str], Awaitable[OrchestratorHello]]
    environment: Mapping[str, str] | None = None
    """Of the network on this computer, beside the app's own."""
    bind: BindChild | None = None
    """Sets limits on the network on this computer."""


class NetworkKeeper:
    """All calls belong to the supervisor's loop."""

    def __init__(
        self,
        setup: NetworkSetup,
        *,
        tell: Callable[[SnapshotEvent], None],
        wake: Callable[[], None],
        clock: Clock,
        draw_jitter: Callable[[], float],
    ) -> None:
        self._setup = setup
        self._tell = tell
        self._wake = wake
        self._clock = clock
        self._draw_jitter = draw_jitter
        self._choice: NetworkChoice | None = None
        self._view = NetworkView()
        self._failures = 0
        self._local: LocalNetwork | None = None
        self._life: asyncio.Task[None] | None = None
        self._ladder: asyncio.Task[None] | None = None
        self._probe: asyncio.Task[None] | None = None
        self._asked_at: datetime | None = None
        self.reach = Reach()

    @property
    def url(self) -> str | None:
        """Where the engine should go; None while that isn't known."""
        return self._view.orchestrator_url

    @property
    def ready(self) -> bool:
        """Whether an engine that starts now would find an orchestrator of our version."""
        return self.url is not None and bool(self.reach.reachable) and self.reach.same_version is not False

    @property
    def is_here(self) -> bool:
        return isinstance(self._choice, TryHere)

    def choose(self, choice: NetworkChoice | None) -> None:
        """From now on the way leads there. A network on this computer that is no longer wanted is stopped."""
        self._choice = choice
        self._failures, self._asked_at, self.reach = 0, None, Reach()
        if self._probe is not None:
            self._probe.cancel()
            self._probe = None
        self._stop_local()
        self._show(_view_of(choice, self._setup.known))
        if self._view.failure is not None:
            self._tell(TroubleSeen(self._view.failure.code, self._view.failure.title, self._view.failure.advice))

    def attend(self, wanted: bool, engine_alive: bool, now: datetime) -> None:
        """Level-triggered, each tick: bring up what is `wanted`, take down what isn't."""
        if isinstance(self._choice, TryHere):
            if not wanted:
                self._stop_local()
            elif self._life is None and _is_due(self._view.retry_at, now):
                self._life = asyncio.create_task(self._live(self._choice), name="local network life")
        elif self.url is not None and wanted and not engine_alive and self._probe is None and self._should_ask(now):
            self._probe = asyncio.create_task(self._ask(self.url), name="orchestrator probe")

    def retry_now(self) -> None:
        self._asked_at = None
        self.reach = msgspec.structs.replace(self.reach, next_try=None)
        if self._view.retry_at is not None:
            self._show(msgspec.structs.replace(self._view, retry_at=None))

    def ask_anew(self) -> None:
        """The computer slept: what a remote orchestrator last said is old."""
        if not self.is_here:
            self._asked_at, self.reach = None, Reach()

    def hurry(self) -> None:
        if self._local is not None:
            self._local.hurry()

    async def close(self) -> None:
        """Stop what runs here and wait until it is gone."""
        if self._probe is not None:
            self._probe.cancel()
        self._stop_local()
        if self._life is not None:
            await asyncio.wait({self._life})

    def _should_ask(self, now: datetime) -> bool:
        if self._asked_at is None or now < self._asked_at:
            return True
        if self.reach.next_try is not None:
            return _is_due(self.reach.next_try, now)
        return now - self._asked_at >= _ASK_AGAIN

    async def _ask(self, url: str) -> None:
        trouble: UserFacingError | None = None
        same_version: bool | None = None
        try:
            await self._setup.probe(url)
            same_version = True
        except VersionMismatch as error:
            trouble, same_version = error, False
        except UserFacingError as error:
            trouble = error
        except Exception:  # noqa: BLE001  the task's entry: whatever it is, it is asked again
            _log.exception("the_network_could_not_be_asked")
            trouble = Unavailable(_("This app made a mistake."), _("Its log says more."))
        now = self._clock.now()
        self._failures = 0 if trouble is None else self._failures + 1
        next_try = None if trouble is None else now + timedelta(seconds=self._wait_seconds())
        reachable = trouble is None or isinstance(trouble, VersionMismatch)
        self.reach, self._asked_at, self._probe = Reach(reachable, same_version, next_try), now, None
        failure = None if trouble is None else Failure(trouble.code, trouble.title, trouble.advice)
        self._show(msgspec.structs.replace(self._view, failure=failure, retry_at=next_try))
        if trouble is not None and (self._failures == 1 or not isinstance(trouble, Unavailable)):
            self._tell(TroubleSeen(trouble.code, trouble.title, trouble.advice, next_try))
        self._wake()

    async def _live(self, choice: TryHere) -> None:
        """One life of the network on this computer, from its start to its end."""
        began = time.monotonic()
        try:
            outcome = await self._lived(choice)
        except Exception:  # noqa: BLE001  the task's entry: whatever it is, it is tried again
            _log.exception("the_local_network_could_not_be_minded")
            outcome = NotStarted(_("This app made a mistake."), _("Its log says more."))
            if self._local is not None:
                await self._local.stop()
        self._local = self._life = self._ladder = None
        self._end(outcome, time.monotonic() - began)

    async def _lived(self, choice: TryHere) -> Outcome:
        command, bind = self._setup.local_command(choice), self._setup.bind
        if isinstance(command, NotStarted):
            return command
        network = self._local = LocalNetwork(
            command,
            environment=self._setup.environment,
            bind=None if bind is None else lambda pid: bind(pid, ChildLimits()),
        )
        view = _view_of(choice, self._setup.known)
        self._show(msgspec.structs.replace(view, phase=NetworkPhase.STARTING))
        said = await network.start()
        if not isinstance(said, Ready):
            return said
        self.reach = Reach(True, True, None)
        self._show(
            msgspec.structs.replace(
                view,
                phase=NetworkPhase.READY,
                orchestrator_url=said.orchestrator_url.rstrip("/"),
                dashboard_url=said.dashboard_url or said.orchestrator_url,
            )
        )
        self._wake()
        return await network.outcome()

    def _end(self, outcome: Outcome, ran_seconds: float) -> None:
        _log.info("local_network_ended", outcome=msgspec.to_builtins(outcome), ran_seconds=round(ran_seconds, 1))
        if self.is_here:
            self.reach = Reach()
            view = _view_of(self._choice, self._setup.known)
            if is_failure(outcome):
                self._failures = failures_in_row(self._failures, ran_seconds)
                retry_at = self._clock.now() + timedelta(seconds=self._wait_seconds())
                failure = _failure_of(outcome)
                self._tell(TroubleSeen(failure.code, failure.title, failure.advice, retry_at))
                view = msgspec.structs.replace(view, phase=NetworkPhase.FAILED, failure=failure, retry_at=retry_at)
            self._show(view)
        self._wake()

    def _stop_local(self) -> None:
        if self._local is not None and self._ladder is None:
            self._ladder = asyncio.create_task(self._local.stop(), name="local network stop")

    def _wait_seconds(self) -> float:
        return delay_seconds(self._failures, self._draw_jitter())

    def _show(self, view: NetworkView) -> None:
        if view != self._view:
            self._view = view
            self._tell(NetworkChanged(view))


def _view_of(choice: NetworkChoice | None, known: Sequence[KnownNetwork]) -> NetworkView:
    """How a choice looks before anything was asked or started."""
    match choice:
        case None:
            return NetworkView()
        case TryHere():
            return NetworkView(kind=NetworkKind.THIS_COMPUTER, name="local", title=_("Try on this computer"))
        case OwnAddress(url):
            return NetworkView(
                kind=NetworkKind.ADDRESS,
                name=url,
                title=url.partition("://")[2],
                orchestrator_url=url,
                dashboard_url=url,
                phase=NetworkPhase.READY,
            )
        case NamedNetwork(name):
            found = next((network for network in known if network.name == name), None)
            if found is None or found.orchestrator_url is None:
                failure = Failure(
                    "settings",
                    _("The network “{name}” is not known any more.").format(name=name),
                    _("Choose another one."),
                )
                return NetworkView(kind=NetworkKind.NAMED, name=name, phase=NetworkPhase.FAILED, failure=failure)
            return NetworkView(
                kind=NetworkKind.NAMED,
                name=name,
                title=found.title,
                orchestrator_url=found.orchestrator_url,
                dashboard_url=found.orchestrator_url,
                phase=NetworkPhase.READY,
            )


def _failure_of(outcome: Outcome) -> Failure:
    match outcome:
        case NotStarted(title, advice):
            return Failure("local_network", title, advice)
        case GaveUp(code, title, advice):
            return Failure(code, title, advice)
        case Crashed(signal, last_words):
            title = _("The network on this computer crashed (signal {signal}).").format(signal=signal)
        case Faulted(status, last_words):
            title = _("The network on this computer crashed ({status}).").format(status=f"0x{status:08X}")
        case Exited(code, last_words):
            title = _("The network on this computer ended unexpectedly (exit code {code}).").format(code=code)
        case _:
            title, last_words = _("The network on this computer ended."), ""
    # What it says last is why it could not go on.
    last = last_words.strip().rpartition("\n")[2]
    return Failure("local_network", title, last or _("Its log says more."))


def _is_due(retry_at: datetime | None, now: datetime) -> bool:
    """A retry further away than any backoff means that the clock was put back."""
    return retry_at is None or not now < retry_at <= now + timedelta(minutes=10)
