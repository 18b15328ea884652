"""A child process that speaks in lines: started, listened to, and stopped by a ladder with limits."""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog

from app.core.engine.outcomes import NotStarted, StopRung
from app.core.language.speech import _
from app.core.ports import EndAll

_log = structlog.get_logger(__name__)

LINE_LIMIT_BYTES: Final = 1024 * 1024
_CHUNK_BYTES: Final = 64 * 1024
_LAST_WORDS_LINES: Final = 20
_LAST_WORDS_CHARACTERS: Final = 500
_LOGGED_CHARACTERS: Final = 4000
_DRAIN_SECONDS: Final = 2.0
"""After an exit, how long to read on: a grandchild may hold the pipe open for ever."""


class StopLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How long each rung of the ladder waits before the next."""

    asked_seconds: float = 20.0
    terminated_seconds: float = 5.0
    killed_seconds: float = 5.0


class ChildProcess:
    """One running child. Made by `spawn`; all calls belong to the loop that made it."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        name: str,
        on_line: Callable[[bytes], None],
        end_all: EndAll | None = None,
    ) -> None:
        self._process = process
        self._end_all = end_all
        self._name = name
        self._on_line = on_line
        self._last_words: deque[str] = deque(maxlen=_LAST_WORDS_LINES)
        self._hurry = asyncio.Event()
        self._end = asyncio.create_task(self._watch(), name=f"{name} watch")

    @classmethod
    async def spawn(
        cls,
        command: Sequence[str],
        on_line: Callable[[bytes], None],
        *,
        name: str,
        environment: Mapping[str, str] | None = None,
        bind: Callable[[int], EndAll | None] | None = None,
    ) -> "ChildProcess | NotStarted":
        """Start `command`; each whole line of its stdout goes to `on_line`, its stderr to the log. `bind` sets limits
        on the new process by its id, before it has started anything that would inherit none, and may tell how to end
        all of it."""
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=None if environment is None else {**os.environ, **environment},
                **_own_group(),
            )
        except OSError as error:
            advice = _("Install the app again.") if isinstance(error, FileNotFoundError) else _("Start the app again.")
            return NotStarted(
                _("{name} can't be started: {problem}.").format(name=Path(command[0]).name, problem=error.strerror),
                advice,
            )
        return cls(process, name, on_line, None if bind is None else bind(process.pid))

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def last_words(self) -> str:
        """The end of its standard error."""
        return "\n".join(self._last_words)

    def send(self, line: bytes) -> None:
        """Write one line; silently nothing where the child has closed its end, since its exit is on the way."""
        stdin = self._process.stdin
        if stdin is not None and not stdin.is_closing():
            stdin.write(line)

    async def ended(self) -> int:
        """Its return code, negative for a signal, once all it said has been heard."""
        return await asyncio.shield(self._end)

    def hurry(self) -> None:
        """Climb the ladder of a stop, running or to come, without waiting on the first rung."""
        self._hurry.set()

    async def stop(self, ask: Callable[[], None], limits: StopLimits) -> StopRung:
        """Ask, then terminate, then kill; returns the rung that was needed once the child is gone."""
        ask()
        if await self._ends_within(limits.asked_seconds, hurried=True):
            return StopRung.ASKED
        _log.warning("child_did_not_stop_when_asked", child=self._name)
        self._close_stdin()
        self._signal(terminate=True)
        if await self._ends_within(limits.terminated_seconds, hurried=False):
            return StopRung.TERMINATED
        _log.warning("child_did_not_stop_when_terminated", child=self._name)
        self._signal(terminate=False)
        await self._ends_within(limits.killed_seconds, hurried=False)
        return StopRung.KILLED

    def close_stdin(self) -> None:
        """The other way to say goodbye: children end when their stdin closes."""
        self._close_stdin()

    async def _ends_within(self, seconds: float, *, hurried: bool) -> bool:
        hurry = asyncio.create_task(self._hurry.wait()) if hurried else None
        waiting = {self._end} if hurry is None else {self._end, hurry}
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if hurry is not None:
            hurry.cancel()
        return self._end.done()

    async def _watch(self) -> int:
        readers = [asyncio.create_task(self._read_stdout()), asyncio.create_task(self._read_stderr())]
        code = await self._process.wait()
        _, late = await asyncio.wait(readers, timeout=_DRAIN_SECONDS)
        for reader in late:
            reader.cancel()
        self._signal(terminate=False)  # what it may have left behind in its group
        self._close_stdin()
        return code

    async def _read_stdout(self) -> None:
        assert self._process.stdout is not None
        async for line in _lines(self._process.stdout, self._name):
            if line.strip():
                self._hear(line)

    def _hear(self, line: bytes) -> None:
        try:
            self._on_line(line)
        except Exception:  # noqa: BLE001  one line must not end the listening
            _log.exception("a_line_could_not_be_handled", child=self._name)

    async def _read_stderr(self) -> None:
        assert self._process.stderr is not None
        async for line in _lines(self._process.stderr, self._name):
            text = line.removesuffix(b"\r").decode("utf-8", "replace")
            self._last_words.append(text[:_LAST_WORDS_CHARACTERS])
            _log.info("child_stderr", child=self._name, line=text[:_LOGGED_CHARACTERS])

    def _close_stdin(self) -> None:
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.close()

    def _signal(self, *, terminate: bool) -> None:
        """Terminate the child, or kill it with whatever it started. Gone already is fine."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if terminate:
                self._process.terminate()
            elif self._end_all is not None:
                self._end_all()
            elif os.name == "nt":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)


async def _lines(stream: asyncio.StreamReader, name: str) -> AsyncIterator[bytes]:
    """Whole lines without their end; one that is too long is dropped, and memory with it."""
    buffer, too_long = b"", False
    while chunk := await stream.read(_CHUNK_BYTES):
        *lines, buffer = (buffer + chunk).split(b"\n")
        for line in lines:
            if not too_long:
                yield line
            too_long = False  # that was the end of a line whose beginning was dropped
        if len(buffer) > LINE_LIMIT_BYTES:
            _log.warning("child_wrote_an_endless_line", child=name)
            buffer, too_long = b"", True
    if buffer and not too_long:
        yield buffer


def _own_group() -> dict[str, Any]:
    """Out of the terminal's group: Ctrl-C is ours to translate into an orderly stop."""
    if os.name == "nt":
        return {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    return {"start_new_session": True}
