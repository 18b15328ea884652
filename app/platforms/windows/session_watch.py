"""Has the app brought back where it dies: a small process of ours waits for its end (`bring_back`).

The watcher is not the app's child in any way that matters: it outlives a killed app, and starts it anew as the person's
session would.
"""

import os
import subprocess
import threading
import time
from typing import Final

import structlog

from app.platforms.installation import installation, own_module
from app.platforms.launch import Launch
from app.platforms.paths import ROOT
from app.platforms.windows.bring_back import MODULE, WATCHING, stand_down_name, synchronisation

_log = structlog.get_logger(__name__)

RESTART_SECONDS: Final = 20
"""Soon enough for the night, and late enough for a session that ends."""
_BEGIN_SECONDS: Final = 20.0
_END_SECONDS, _LOOK_SECONDS = 2.0, 0.02


class SessionWatch:
    """`launch` is what the watcher starts."""

    def __init__(self, launch: Launch, restart_seconds: float = RESTART_SECONDS) -> None:
        self._launch, self._seconds = launch, restart_seconds

    def begin(self, process: int) -> bool:
        """Back once the watcher watches; whether it does. A second call finds the first one's watcher."""
        if self._is_watched(process):
            return True
        command = (*own_module(installation(), MODULE), str(process), str(self._seconds), str(self._launch.folder))
        try:
            watcher = subprocess.Popen(
                [*command, *self._launch.command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            _log.warning("no_watch_over_this_session", reason=type(error).__name__)
            return False
        return _says_that_it_watches(watcher)

    def end(self, process: int | None = None) -> None:
        """Whoever watches this process, or `process`, ends; back once it has, since who removes the app removes its
        programs too. A second call changes nothing."""
        watched = os.getpid() if process is None else process
        with synchronisation() as kernel:
            told = kernel.open_event(stand_down_name(watched))
            if told is None:
                return
            kernel.set_event(told)
        until = time.monotonic() + _END_SECONDS
        while self._is_watched(watched) and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)

    def _is_watched(self, process: int) -> bool:
        with synchronisation() as kernel:
            return bool(kernel.open_event(stand_down_name(process)))


def _says_that_it_watches(watcher: subprocess.Popen[bytes]) -> bool:
    """Its first line, or nothing where it ended or hangs."""
    assert watcher.stdout is not None
    limit = threading.Timer(_BEGIN_SECONDS, watcher.kill)
    limit.start()
    try:
        return watcher.stdout.readline().strip() == WATCHING
    finally:
        limit.cancel()
        watcher.returncode = 0  # nobody waits for it: it is to outlive us
        watcher.stdout.close()
