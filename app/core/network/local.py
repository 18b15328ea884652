"""The network on this computer: a child that starts orchestrator, chain, validator and the other miners."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
import structlog

from app.core.engine.child_process import ChildProcess, StopLimits
from app.core.engine.outcomes import GaveUp, NotStarted, Outcome, Stopped, StopRung, ended_unasked
from app.core.language.speech import _
from app.core.network.known import check_address
from app.core.ports import EndAll
from protocol.errors import MalformedMessage, SettingsError
from protocol.wire import from_json

_log = structlog.get_logger(__name__)

READY_SECONDS: Final = 180.0
"""Several processes load torch, on a slow computer one after another."""
STOP_LIMITS: Final = StopLimits(asked_seconds=8.0, terminated_seconds=3.0)


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """Its one line: where everything is. Unknown fields are let pass."""

    orchestrator_url: str
    chain: str = ""
    dashboard_url: str | None = None


class LocalNetwork:
    """One life of the local network; a second start needs a second object."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        bind: Callable[[int], EndAll | None] | None = None,
        ready_seconds: float = READY_SECONDS,
    ) -> None:
        self._command = command
        self._environment = environment
        self._bind = bind
        self._ready_seconds = ready_seconds
        self._child: ChildProcess | None = None
        self._ready: asyncio.Future[Ready] = asyncio.get_running_loop().create_future()
        self._spawned = asyncio.Event()
        self._rung: StopRung | None = None
        self._asked = False
        self._too_slow = False

    async def start(self) -> Ready | Outcome:
        """Start it and wait until it says where it is. Anything but Ready: it is gone, and this is how it ended."""
        child = await ChildProcess.spawn(
            self._command, self._on_line, name="local network", environment=self._environment, bind=self._bind
        )
        self._spawned.set()
        if isinstance(child, NotStarted):
            return child
        self._child = child
        ended = asyncio.create_task(child.ended())
        first: set[asyncio.Future[Any]] = {self._ready, ended}
        await asyncio.wait(first, timeout=self._ready_seconds, return_when=asyncio.FIRST_COMPLETED)
        if self._ready.done():
            return self._ready.result()
        if not ended.done():
            self._too_slow = True
            await child.stop(child.close_stdin, STOP_LIMITS)
        return await self.outcome()

    async def stop(self) -> None:
        """Close its stdin and climb the ladder from there."""
        self._asked = True
        await self._spawned.wait()
        if self._child is not None:
            self._rung = await self._child.stop(self._child.close_stdin, STOP_LIMITS)

    def hurry(self) -> None:
        if self._child is not None:
            self._child.hurry()

    async def outcome(self) -> Outcome:
        """Wait until it is gone; how it ended."""
        assert self._child is not None
        code = await self._child.ended()
        if self._asked:
            return Stopped(self._rung or StopRung.ASKED)
        if self._too_slow:
            return GaveUp(
                "local_network", _("The network on this computer did not start in time."), _("Its log says more.")
            )
        return ended_unasked(code, self._child.last_words)

    def _on_line(self, line: bytes) -> None:
        if self._ready.done():
            return
        try:
            ready: Ready = from_json(line, Ready)
            check_address(ready.orchestrator_url)
        except (MalformedMessage, SettingsError) as error:
            _log.warning("local_network_wrote_garbage", problem=error.title)
            return
        self._ready.set_result(ready)
