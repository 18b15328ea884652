"""Runs one speed check in a child process, within limits. Belongs to the event loop that calls it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec
import structlog

from app.core.computer import speed
from app.core.computer.line import NoLine
from app.core.computer.speed import Measured, Measuring, NotMeasured
from app.core.engine.child_process import ChildProcess, StopLimits
from app.core.engine.outcomes import NotStarted
from app.core.ports import EndAll
from protocol.errors import MalformedMessage
from protocol.speed_check import LONGEST_SECONDS, decode_line

_log = structlog.get_logger(__name__)

CHECK_MODULE: Final = "engine.speed_check"


class CheckTimes(msgspec.Struct, frozen=True, kw_only=True):
    """Tests shorten them."""

    longest_seconds: float = LONGEST_SECONDS
    silent_seconds: float = 30.0
    """From one line to the next, and to the first; PyTorch takes its time to load from a slow disk."""
    stop: StopLimits = StopLimits(asked_seconds=1.0, terminated_seconds=1.0)


class SpeedCheck:
    """One check. `tell` hears each state while it runs; `run` returns what it came to, and never raises."""

    def __init__(
        self,
        command: Sequence[str] | NotStarted,
        tell: Callable[[Measuring], None],
        *,
        environment: Mapping[str, str] | None = None,
        bind: Callable[[int], EndAll | None] | None = None,
        times: CheckTimes | None = None,
        line: NoLine | None = None,
    ) -> None:
        """`bind` sets limits on the child by its process id. `line` is what holds of the internet line unless the child
        tells something of it."""
        self._command, self._tell = command, tell
        self._environment, self._bind = environment, bind
        self._times = times or CheckTimes()
        self._state = Measuring(line=line)
        self._cancelled = asyncio.Event()
        self._spoken = asyncio.Event()

    def cancel(self) -> None:
        """From the loop's own thread; the child is gone when `run` returns."""
        self._cancelled.set()

    async def run(self) -> Measured | NotMeasured:
        if isinstance(self._command, NotStarted):
            return speed.not_started(self._command)
        child = await ChildProcess.spawn(
            self._command, self._on_line, name="speed check", environment=self._environment, bind=self._bind
        )
        if isinstance(child, NotStarted):
            return speed.not_started(child)
        try:
            return await self._listen(child)
        finally:
            await child.stop(child.close_stdin, self._times.stop)

    async def _listen(self, child: ChildProcess) -> Measured | NotMeasured:
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + self._times.longest_seconds
        ended = asyncio.create_task(child.ended())
        cancelled = asyncio.create_task(self._cancelled.wait())
        try:
            while True:
                self._spoken.clear()
                spoken = asyncio.create_task(self._spoken.wait())
                left = max(0.0, min(self._times.silent_seconds, ends_at - loop.time()))
                done, _pending = await asyncio.wait(
                    {ended, cancelled, spoken}, timeout=left, return_when="FIRST_COMPLETED"
                )
                spoken.cancel()
                if cancelled in done:
                    return speed.cancelled()
                if ended in done:
                    return speed.after_exit(self._state, ended.result())
                if speed.is_beyond_use(self._state):
                    return speed.unreadable()
                if loop.time() >= ends_at:
                    return speed.too_long()
                if not done:
                    return speed.silent()
        finally:
            ended.cancel()
            cancelled.cancel()

    def _on_line(self, line: bytes) -> None:
        if speed.is_beyond_use(self._state):
            return  # it is being ended; a flood must not fill the log meanwhile
        try:
            self._state = speed.heard(self._state, decode_line(line))
        except MalformedMessage as error:
            _log.warning("speed_check_said_something_else", problem=error.title[:200])
            self._state = speed.heard_garbage(self._state)
        self._spoken.set()
        self._tell(self._state)


def check_arguments(device: str, threads: int) -> tuple[str, ...]:
    """What the child is told: the device and threads that training would use."""
    return ("--device", device, "--threads", str(threads), "--seconds", str(speed.MEASURED_SECONDS))
