"""Keeps one engine: starts it, tells what it says, stops it, and says when to try again after a failure."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import msgspec
import structlog

from app.core.engine.backoff import delay_seconds, failures_in_row
from app.core.engine.outcomes import NotStarted, Outcome, is_failure, may_retry
from app.core.engine.pace import paced
from app.core.engine.phase import Ended, Launched, PhaseEvent, StopAsked, Told
from app.core.engine.process import EngineProcess, EngineTimes, Signer
from app.core.language.speech import _
from app.core.ports import BindChild, ChildLimits, Clock
from protocol import engine_control as wire

_log = structlog.get_logger(__name__)


class EngineSetup(msgspec.Struct, frozen=True, kw_only=True):
    """How to start an engine."""

    command: Callable[[], Sequence[str] | NotStarted]
    """Asked at each start, since an engine may be fetched, or a newer one, while the app runs."""
    environment: Mapping[str, str] | None = None
    times: EngineTimes = EngineTimes()
    bind: BindChild | None = None
    """Sets limits on the engine's process; what it starts inherits them."""


class EngineKeeper:
    """All calls belong to the supervisor's loop. `tell` gets every event, `wake` is called when a plan is due."""

    def __init__(
        self,
        setup: EngineSetup,
        *,
        tell: Callable[[PhaseEvent], None],
        wake: Callable[[], None],
        clock: Clock,
        draw_jitter: Callable[[], float],
    ) -> None:
        self._setup = setup
        self._tell = tell
        self._wake = wake
        self._clock = clock
        self._draw_jitter = draw_jitter
        self._engine: EngineProcess | None = None
        self._life: asyncio.Task[None] | None = None
        self._ladder: asyncio.Task[None] | None = None
        self._failures = 0
        self.order: wire.StartTraining | None = None
        """Of the engine that lives now."""
        self.duty_cycle = 1.0
        """The share of its time that the engine was last told to compute."""
        self.pause_asked = False

    @property
    def alive(self) -> bool:
        """From the start of the process, or the try, until its outcome was told."""
        return self._life is not None

    def start(self, order: wire.StartTraining, sign: Signer, duty_cycle: float = 1.0) -> None:
        """Nothing where one lives already."""
        if self._life is None:
            self.order, self.duty_cycle = order, duty_cycle
            self._life = asyncio.create_task(self._live(paced(order, duty_cycle), sign), name="engine life")

    def set_pace(self, duty_cycle: float) -> None:
        """Go on with another share of the time."""
        if self._engine is not None:
            self.duty_cycle = duty_cycle
            self._engine.set_pace(wire.SetPace(duty_cycle=duty_cycle))

    def pause(self) -> None:
        if self._engine is not None:
            self.pause_asked = True
            self._engine.pause()

    def resume(self) -> None:
        if self._engine is not None:
            self.pause_asked = False
            self._engine.resume()

    def stop(self, within_seconds: float | None = None) -> None:
        """Begin to climb the ladder; a second call changes nothing."""
        if self._engine is not None and self._ladder is None:
            self._tell(StopAsked())
            self._ladder = asyncio.create_task(self._engine.stop(within_seconds), name="engine stop")

    def mind_silence(self, now_seconds: float) -> None:
        """Each tick: an engine that has hung ends as one that failed."""
        if self._engine is not None:
            self._engine.mind_silence(now_seconds)

    def hurry(self) -> None:
        if self._engine is not None:
            self._engine.hurry()

    async def close(self, within_seconds: float) -> None:
        """Stop and wait until it is gone; a stop that is under way with more time gets no more than this."""
        under_way = self._ladder is not None
        self.stop(within_seconds)
        if self._life is not None and under_way:
            await asyncio.wait({self._life}, timeout=within_seconds)
            self.hurry()
        if self._life is not None:
            await asyncio.wait({self._life})

    async def _live(self, order: wire.StartTraining, sign: Signer) -> None:
        began = time.monotonic()
        try:
            outcome = await self._lived(order, sign)
        except Exception:  # noqa: BLE001  the task's entry: whatever it is, it is tried again
            _log.exception("the_engine_could_not_be_minded")
            outcome = NotStarted(_("This app made a mistake."), _("Its log says more."))
            if self._engine is not None:
                await self._engine.stop(0.0)
        if self._ladder is not None:
            await asyncio.wait({self._ladder}, timeout=1.0)
        self._ended(outcome, time.monotonic() - began)

    async def _lived(self, order: wire.StartTraining, sign: Signer) -> Outcome:
        command = self._setup.command()
        if isinstance(command, NotStarted):
            return command
        engine = EngineProcess(
            command,
            on_event=self._on_event,
            sign=sign,
            times=self._setup.times,
            environment=self._setup.environment,
            bind=None if (bind := self._setup.bind) is None else lambda pid: bind(pid, limits_of(order)),
        )
        self.pause_asked = False
        self._engine = engine
        started = await engine.start(order)
        if isinstance(started, NotStarted):
            return started
        self._tell(Launched(started.pid))
        return await engine.outcome()

    def _ended(self, outcome: Outcome, ran_seconds: float) -> None:
        self._engine = self._ladder = self._life = self.order = None
        self._tell(self._end(outcome, ran_seconds))
        self._wake()

    def _end(self, outcome: Outcome, ran_seconds: float) -> Ended:
        _log.info("engine_ended", outcome=type(outcome).__name__, ran_seconds=round(ran_seconds, 1))
        if not is_failure(outcome):
            self._failures = 0
            return Ended(outcome)
        _log.error("engine_failed", outcome=msgspec.to_builtins(outcome))
        self._failures = failures_in_row(self._failures, ran_seconds)
        if not may_retry(outcome):
            return Ended(outcome)
        wait = timedelta(seconds=delay_seconds(self._failures, self._draw_jitter()))
        return Ended(outcome, self._clock.now() + wait)

    def _on_event(self, event: wire.EngineEvent) -> None:
        if not isinstance(event, wire.SignatureRequested):
            self._tell(Told(event))


def limits_of(order: wire.StartTraining) -> ChildLimits:
    """On a graphics card memory is reserved by the driver in ways that a limit on the process would break."""
    return ChildLimits(memory_bytes=order.memory_limit_bytes if order.device == "cpu" else None)
