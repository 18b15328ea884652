"""Brings back an app that launchd did not start itself: the person opened it, and has the start with the session on.

launchd adopts no process that runs already. So a job of this session alone waits for that process to end, in a shell,
and then has launchd start the app's own agent. An app that ends in order takes the job away first.
"""

import os
import plistlib
import re
import tempfile
from pathlib import Path
from typing import Final

from app import APP_ID
from app.core.settings.stored_file import write_atomically
from app.platforms.launch import remove_start_file
from app.platforms.tools import RunTool

WATCH_LABEL: Final = f"{APP_ID}.watch"
LOOK_SECONDS, RESTART_SECONDS = 5, 10
"""The latter gives a session that ends the time to end the watch as well."""
_SCRIPT: Final = (
    f'while kill -0 "$1" 2>/dev/null; do sleep {LOOK_SECONDS}; done; sleep {RESTART_SECONDS}; '
    'launchctl kickstart "$2/$3" || exec launchctl bootstrap "$2" "$4"'
)
"""An agent that was loaded at login is started; one that was made since is loaded, which starts it."""


class SessionWatch:
    """Over whatever process, to bring back the agent `label` that `agent` describes."""

    def __init__(self, label: str, agent: Path, run: RunTool, folder: Path | None = None) -> None:
        self._label, self._agent, self._run = label, agent, run
        self._path = (folder or Path(tempfile.gettempdir())) / f"{WATCH_LABEL}.plist"

    def begin(self, process: int) -> bool:
        """Watch over `process`, and over none before it. False where that is not taken, or launchd itself started it.
        Raises StorageError."""
        if process_of(self._run(("launchctl", "print", f"{domain()}/{self._label}")) or "") == process:
            return False
        self.end()
        write_atomically(self._path, watch_plist(process, self._label, self._agent))
        return self._run(("launchctl", "bootstrap", domain(), str(self._path))) is not None

    def end(self) -> None:
        """A second call changes nothing. The job outlives its file, which macOS takes out of the temporary folder after
        three days. Raises StorageError."""
        self._run(("launchctl", "bootout", f"{domain()}/{WATCH_LABEL}"))
        remove_start_file(self._path)


def watch_plist(process: int, label: str, agent: Path) -> bytes:
    """A job that runs once, and is gone with the session."""
    command = ["/bin/sh", "-c", _SCRIPT, "sh", str(process), domain(), label, str(agent)]
    return plistlib.dumps(
        {"Label": WATCH_LABEL, "ProgramArguments": command, "RunAtLoad": True, "ProcessType": "Background"}
    )


def process_of(printed: str) -> int | None:
    """The process that launchd runs for a job, of what `launchctl print` says of it; None where it runs none."""
    found = re.search(r"^\s*pid = (\d{1,10})$", printed, re.MULTILINE)
    return int(found[1]) if found else None


def domain() -> str:
    """The person's session with windows, as launchctl names it."""
    return f"gui/{os.getuid() if hasattr(os, 'getuid') else 0}"
