"""A child process as an object with an outcome: started, watched, stopped by a ladder with limits."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from protocol.errors import LocalError

ROOT: Final = Path(__file__).parents[2]
LINE_LIMIT_BYTES: Final = 4 * 1024 * 1024
TERMINATE_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Exit:
    """How a child ended: its exit code, or the signal that killed it."""

    code: int

    @property
    def signal(self) -> int | None:
        return -self.code if self.code < 0 else None


class Child:
    """One process. Its stderr goes to a log file; stdout is read line by line."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        log: Path,
        on_line: Callable[[bytes], None],
        prefix: Sequence[str] = (),
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """`prefix` stands before the command, and must become it (as `ip netns exec NAME` does); `variables` are added
        to the environment."""
        self.name = name
        self._prefix = prefix
        self._variables = variables or {}
        self._arguments = arguments
        self._log = log
        self._on_line = on_line
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Raises LocalError if the process can't be started at all."""
        environment = {**os.environ, **ONE_THREAD, "PYTHONPATH": str(ROOT), **self._variables}
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *self._prefix,
                    sys.executable,
                    "-m",
                    *self._arguments,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=log,
                    env=environment,
                    cwd=ROOT,
                    limit=LINE_LIMIT_BYTES,
                )
            except OSError as error:
                raise LocalError(f"{self.name} can't be started.", f"({error.strerror})") from error
        self._reading = asyncio.create_task(self._read())

    async def wait(self) -> Exit:
        """Until it ends; everything it said has been read by then."""
        assert self._process is not None
        assert self._reading is not None
        code = await self._process.wait()
        await self._reading
        return Exit(code)

    def say(self, line: bytes) -> None:
        """Write to its stdin; a child that is gone is noticed by `wait`."""
        assert self._process is not None
        assert self._process.stdin is not None
        if not self._process.stdin.is_closing():
            self._process.stdin.write(line)

    def close_stdin(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def stop(self, terminate: bool = True, within_seconds: float = TERMINATE_SECONDS) -> Exit:
        """Ask (SIGTERM, unless the caller has asked in the child's own words), wait, then kill."""
        assert self._process is not None
        if terminate and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
        try:
            async with asyncio.timeout(within_seconds):
                return await self.wait()
        except TimeoutError:
            self.kill()
            return await self.wait()

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            self._on_line(line)


ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""A process per core computes faster than threads that share it, and replays bit for bit."""
