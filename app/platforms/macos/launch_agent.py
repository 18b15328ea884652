"""Starting with the session on macOS: a launch agent, which launchd also starts anew when it died."""

import plistlib
from pathlib import Path
from typing import Final

from app import APP_ID
from app.core.ports import AutostartState
from app.core.settings.stored_file import write_atomically
from app.platforms.launch import Launch, remove_start_file
from app.platforms.macos.session_watch import SessionWatch, domain
from app.platforms.tools import RunTool, run_tool

LABEL: Final = f"{APP_ID}.start"
RESTART_SECONDS: Final = 20


class LaunchAgent:
    """Takes effect at the next login: loaded at once it would start a second app beside the one that runs."""

    way = "launchd"
    brings_back = True

    def __init__(
        self, launch: Launch, home: Path | None = None, run: RunTool = run_tool, session: Path | None = None
    ) -> None:
        self._path = (home or Path.home()) / "Library" / "LaunchAgents" / f"{LABEL}.plist"
        self._content = agent_plist(launch)
        self._run = run
        self._watch = SessionWatch(LABEL, self._path, run, session)

    def state(self) -> AutostartState:
        """A person can refuse an agent in the system's settings without the file going away."""
        if not self._path.exists():
            return AutostartState.OFF
        listed = self._run(("launchctl", "print-disabled", domain())) or ""
        return AutostartState.OFF if is_refused(listed) else AutostartState.ON

    def enable(self) -> None:
        write_atomically(self._path, self._content)

    def disable(self) -> None:
        self._watch.end()
        remove_start_file(self._path)

    def watch_over(self, process: int) -> bool:
        return self._watch.begin(process)

    def stand_down(self) -> None:
        self._watch.end()


def agent_plist(launch: Launch) -> bytes:
    """Started anew after anything but an orderly end, and not more often than every 20 seconds."""
    agent = {
        "Label": LABEL,
        "ProgramArguments": list(launch.command),
        "WorkingDirectory": str(launch.folder),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": RESTART_SECONDS,
        "LimitLoadToSessionType": "Aqua",
        "ProcessType": "Interactive",
        "AssociatedBundleIdentifiers": [APP_ID],
    }
    return plistlib.dumps(agent)


def is_refused(listed: str) -> bool:
    """launchctl prints `"label" => disabled`, and `=> true` before macOS 13."""
    for line in listed.splitlines():
        name, _, state = line.partition("=>")
        if name.strip() == f'"{LABEL}"':
            return state.strip() in ("disabled", "true")
    return False
