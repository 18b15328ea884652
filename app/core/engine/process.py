"""The engine as a child: greeted, given its order, answered when it wants a signature, and stopped by a ladder."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import msgspec
import structlog

from app.core.engine.child_process import ChildProcess, StopLimits
from app.core.engine.outcomes import (
    GaveUp,
    NotStarted,
    Outcome,
    Refused,
    Running,
    Stopped,
    StopRung,
    ended_unasked,
)
from app.core.engine.silence import OPENING_SECONDS, SERVING_SECONDS, Silence
from app.core.language.speech import _
from app.core.ports import EndAll
from protocol import engine_control as wire
from protocol.errors import MalformedMessage, UserFacingError
from protocol.version import PROTOCOL_VERSION

_log = structlog.get_logger(__name__)

Signer = Callable[[bytes], Awaitable[bytes]]
"""Signs with the hotkey; raises UserFacingError where the key store says no."""

HELLO_SECONDS: Final = 120.0
"""Loading torch from a cold disk takes its time."""
_GRACE_SECONDS: Final = 2.0
"""Between what the engine was given to stop and the next rung, so that both don't fire at once."""


class EngineTimes(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of one engine's life; tests shorten them."""

    hello_seconds: float = HELLO_SECONDS
    serving_silent_seconds: float = SERVING_SECONDS
    opening_silent_seconds: float = OPENING_SECONDS
    stop: StopLimits = StopLimits()


class EngineProcess:
    """One engine, from start to its outcome. A second start needs a second object."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        on_event: Callable[[wire.EngineEvent], None],
        sign: Signer,
        times: EngineTimes,
        environment: Mapping[str, str] | None = None,
        bind: Callable[[int], EndAll | None] | None = None,
    ) -> None:
        self._command = command
        self._on_event = on_event
        self._sign = sign
        self._times = times
        self._environment = environment
        self._bind = bind
        self._child: ChildProcess | None = None
        self._order: wire.StartTraining | None = None
        self._spawned = asyncio.Event()
        self._greeted = asyncio.Event()
        self._failed: wire.Failed | None = None
        self._last_word: wire.Stopped | None = None
        self._refused: Refused | None = None
        self._rung: StopRung | None = None
        self._asked = False
        self._pause_wanted = False
        self._silence = Silence()
        self._tasks: set[asyncio.Future[object]] = set()

    async def start(self, order: wire.StartTraining) -> Running | NotStarted:
        """Start the process; `order` is sent as soon as it has said hello in our version."""
        self._order = order
        child = await ChildProcess.spawn(
            self._command, self._on_line, name="engine", environment=self._environment, bind=self._bind
        )
        self._spawned.set()
        if isinstance(child, NotStarted):
            return child
        self._child = child
        self._say(wire.HelloEngine())
        self._keep(self._insist_on_hello())
        return Running(child.pid)

    def pause(self) -> None:
        """At once, or as soon as it has its order: an engine that has none yet would forget it."""
        self._pause_wanted = True
        if self._greeted.is_set():
            self._say(wire.Pause())

    def resume(self) -> None:
        self._pause_wanted = False
        if self._greeted.is_set():
            self._say(wire.Resume())

    def set_pace(self, pace: wire.SetPace) -> None:
        self._say(pace)

    @property
    def fails(self) -> bool:
        """Whether it is known already that it will end as a failure."""
        return self._failed is not None

    def mind_silence(self, now_seconds: float) -> None:
        """Each tick, by a clock that nobody sets: one that has hung is taken down by the ladder, as a failure."""
        self._silence.look(now_seconds)
        times = self._times
        limit = times.serving_silent_seconds if self._silence.serving else times.opening_silent_seconds
        if self._child is None or self._asked or self.fails or self._silence.seconds < limit:
            return
        title = _("The engine did not answer any more and was ended.")
        self._failed = wire.Failed(code="silent", title=title, advice=_("Its log says more."))
        _log.warning("engine_is_silent", seconds=round(self._silence.seconds), serving=self._silence.serving)
        self._keep(self._climb(self._child, times.stop.asked_seconds))

    def hurry(self) -> None:
        """Whoever waits for the stop has lost patience."""
        if self._child is not None:
            self._child.hurry()

    async def stop(self, within_seconds: float | None = None) -> None:
        """Climb the stop ladder, its first rung at most `within_seconds`; `outcome` tells how it ended."""
        self._asked = True
        await self._spawned.wait()
        if self._child is None:
            return
        seconds = self._times.stop.asked_seconds if within_seconds is None else within_seconds
        self._rung = await self._climb(self._child, seconds)

    async def _climb(self, child: ChildProcess, seconds: float) -> StopRung:
        order = wire.StopTraining(within_seconds=seconds)
        limits = msgspec.structs.replace(self._times.stop, asked_seconds=seconds + min(_GRACE_SECONDS, seconds))
        return await child.stop(lambda: self._say(order), limits)

    async def outcome(self) -> Outcome:
        """Wait until the process is gone; how it ended."""
        assert self._child is not None
        code = await self._child.ended()
        for task in self._tasks:
            task.cancel()
        return self._outcome_of(code, self._child.last_words)

    def _outcome_of(self, code: int, last_words: str) -> Outcome:
        if self._refused is not None:
            return self._refused
        if code == wire.VERSION_EXIT_CODE and not self._greeted.is_set():
            return Refused(theirs=None, ours=PROTOCOL_VERSION)
        if self._asked:
            said = self._last_word
            if said is None:
                return Stopped(self._rung_needed(code))
            return Stopped(self._rung_needed(code), said.saved, said.unacknowledged_receipts)
        if self._failed is not None:
            return GaveUp(self._failed.code, self._failed.title, self._failed.advice)
        return ended_unasked(code, last_words)

    def _rung_needed(self, code: int) -> StopRung:
        """The ladder may still be climbing when the process is gone; then the signal tells."""
        if self._rung is not None:
            return self._rung
        return StopRung.ASKED if code >= 0 else StopRung.TERMINATED

    def _on_line(self, line: bytes) -> None:
        try:
            event = wire.decode_event(line)
        except MalformedMessage as error:
            _log.warning("engine_wrote_garbage", problem=error.title, start=line[:200].decode("utf-8", "replace"))
            return
        self._silence.heard(event)
        match event:
            case wire.HelloApp(protocol_version=theirs):
                self._greet(theirs)
            case wire.SignatureRequested(request=request, payload=payload):
                self._keep(self._answer(request, payload))
            case wire.Failed():
                self._failed = event
            case wire.Stopped():
                self._last_word = event
            case _:
                pass
        self._on_event(event)

    def _greet(self, theirs: int) -> None:
        if self._greeted.is_set():
            return
        self._greeted.set()
        if theirs != PROTOCOL_VERSION:
            self._refused = Refused(theirs=theirs, ours=PROTOCOL_VERSION)
            self._keep(self.stop(0.0))
        elif self._order is not None and not self._asked:
            self._say(self._order)
            if self._pause_wanted:
                self._say(wire.Pause())

    async def _insist_on_hello(self) -> None:
        try:
            await asyncio.wait_for(self._greeted.wait(), self._times.hello_seconds)
        except TimeoutError:
            words = _("The engine did not answer when it was started.")
            self._failed = wire.Failed(code="no_hello", title=words, advice=_("Its log says more."))
            assert self._child is not None
            await self._child.stop(
                self._child.close_stdin, msgspec.structs.replace(self._times.stop, asked_seconds=0.1)
            )

    async def _answer(self, request: int, payload: bytes) -> None:
        try:
            signature = await self._sign(payload)
        except UserFacingError as error:
            _log.warning("signature_refused", problem=error.title)
            signature = b""
        self._say(wire.Signature(request=request, signature=signature))

    def _say(self, command: wire.AppCommand) -> None:
        if self._child is not None:
            self._child.send(wire.encode_line(command))

    def _keep(self, work: Awaitable[object]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
