"""Brings back an app that systemd did not start itself: the person opened it, and has the start with the session on.

systemd adopts no process that runs already. So a unit of this session alone waits for that process to end, in a shell,
and then starts the app's own unit. An app that ends in order takes the watch away first.
"""

import os
from pathlib import Path
from typing import Final

from app.core.settings.stored_file import write_atomically
from app.platforms.launch import remove_start_file
from app.platforms.linux.unit_files import SYSTEMCTL, unit_quoted
from app.platforms.tools import RunTool

WATCH: Final = "train-at-home-watch.service"
LOOK_SECONDS, RESTART_SECONDS = 5, 10
"""The latter gives a session that ends the time to end the watch as well."""
_SCRIPT: Final = (
    f'while kill -0 "$1" 2>/dev/null; do sleep {LOOK_SECONDS}; done; '
    f'sleep {RESTART_SECONDS}; exec systemctl --user --no-ask-password start "$2"'
)


class SessionWatch:
    """Lies in the folder that is gone with the session."""

    def __init__(self, unit: str, target: str, run: RunTool, runtime: Path | None = None) -> None:
        self._started_unit, self._target, self._run = unit, target, run
        self._unit = (runtime or _runtime_folder()) / "systemd" / "user" / WATCH

    def begin(self, process: int) -> bool:
        """Watch over `process`, and over none before it. False where that is not taken, or systemd itself started it.
        Raises StorageError."""
        main = (self._run((*SYSTEMCTL, "show", self._started_unit, "--property=MainPID", "--value")) or "").strip()
        if main == str(process):
            return False
        write_atomically(self._unit, watch_text(process, self._started_unit, self._target).encode())
        self._run((*SYSTEMCTL, "daemon-reload"))
        return self._run((*SYSTEMCTL, "restart", WATCH)) is not None

    def end(self) -> None:
        """A second call changes nothing. Raises StorageError."""
        if self._unit.exists():
            self._run((*SYSTEMCTL, "stop", WATCH))
            remove_start_file(self._unit)
            self._run((*SYSTEMCTL, "daemon-reload"))


def watch_text(process: int, unit: str, target: str) -> str:
    """A unit that waits for the process and starts `unit`; it ends with what that belongs to."""
    lines = ["[Unit]", "Description=Train at Home comes back in this session", f"PartOf={target}"]
    command = ("/bin/sh", "-c", _SCRIPT, "sh", str(process), unit)
    lines += ["", "[Service]", "Type=exec", "ExecStart=" + " ".join(unit_quoted(part) for part in command), ""]
    return "\n".join(lines)


def _runtime_folder() -> Path:
    return Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
