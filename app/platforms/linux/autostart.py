"""Starting with the session: a systemd user unit, which also brings back an app that died; else an XDG entry.

The unit belongs to the graphical session where systemd knows of one, as the app needs its display; on a computer
without a display to the user's systemd itself, which is then asked to linger: else it would end the app at logout, and
start it only at the next login. Where the desktop doesn't tell systemd of its session, the desktop's own way is taken:
it starts the app and never looks at it again.
"""

import os
from pathlib import Path
from typing import Final

import structlog

from app.core.language.speech import _
from app.core.ports import Autostart, AutostartState
from app.core.settings.stored_file import write_atomically
from app.platforms.launch import Launch, remove_start_file
from app.platforms.linux.session_watch import SessionWatch
from app.platforms.linux.unit_files import SYSTEMCTL, needs_quotes, unit_quoted
from app.platforms.services import UnwatchedSession
from app.platforms.tools import RunTool, run_tool
from protocol.errors import Refused

_log = structlog.get_logger(__name__)

UNIT: Final = "train-at-home.service"
ENTRY: Final = "train-at-home.desktop"
GRAPHICAL_SESSION: Final = "graphical-session.target"
_WITHOUT_DISPLAY: Final = "default.target"
RESTART_SECONDS: Final = 20
"""Soon enough for the night."""
GIVE_UP_TIMES, GIVE_UP_SECONDS = 10, 900
"""An app that dies so often in so short a time needs a person, not another start."""
STOP_SECONDS: Final = 40
_BY_A_SHELL: Final = ("/bin/sh", "-c", 'exec "$0" "$@"')
"""Becomes the program that follows, whatever its name; /usr/bin/env takes one with an equals sign for a variable."""
_LOGINCTL: Final = ("loginctl", "--no-ask-password")
LINGERING_IS_OURS: Final = "X-TrainAtHome-Lingering=yes"
"""A line of the unit, which systemd reads over: who takes the unit away knows by it what else to take back."""


class SystemdAutostart:
    way = "systemd"
    brings_back = True

    def __init__(
        self, launch: Launch, target: str, config: Path, run: RunTool = run_tool, runtime: Path | None = None
    ) -> None:
        self._unit = config / "systemd" / "user" / UNIT
        self._launch, self._target = launch, target
        self._run = run
        self._watch = SessionWatch(UNIT, target, run, runtime)

    def state(self) -> AutostartState:
        enabled = (self._run((*SYSTEMCTL, "is-enabled", UNIT)) or "").strip()
        return AutostartState.ON if enabled == "enabled" and self._unit.exists() else AutostartState.OFF

    def enable(self) -> None:
        """Where only lingering is refused, that is told and the start with the session stays."""
        ours = self._lingering_is_ours()
        lingers = self._target != _WITHOUT_DISPLAY or self._lingers()
        if not lingers:
            lingers = ours = self._run((*_LOGINCTL, "enable-linger")) is not None
        write_atomically(self._unit, unit_text(self._launch, self._target, lingering_is_ours=ours).encode())
        self._run((*SYSTEMCTL, "daemon-reload"))
        if self._run((*SYSTEMCTL, "enable", UNIT)) is None:
            self._take_away()
            raise Refused(
                _("systemd did not take the start with your session."), _("systemctl --user status may say why.")
            )
        if not lingers:
            raise Refused(
                _("The app starts when you log in, and ends when you log out."),
                _("To let it go on, an administrator can run: loginctl enable-linger {name}").format(name=_own_name()),
            )

    def disable(self) -> None:
        """The app that runs now goes on: only the next session starts without it."""
        if self._unit.exists():
            self._run((*SYSTEMCTL, "disable", UNIT))
            self._take_away()
            self._run((*SYSTEMCTL, "daemon-reload"))

    def watch_over(self, process: int) -> bool:
        return self._watch.begin(process)

    def stand_down(self) -> None:
        self._watch.end()

    def _take_away(self) -> None:
        """The unit, the watch, and the lingering where nobody but us wanted it."""
        self._watch.end()
        ours = self._lingering_is_ours()
        remove_start_file(self._unit)
        if ours and self._run((*_LOGINCTL, "disable-linger")) is None:
            _log.warning("lingering_stays_on", advice="loginctl disable-linger")

    def _lingers(self) -> bool:
        told = self._run((*_LOGINCTL, "show-user", _own_uid(), "--property=Linger")) or ""
        return told.strip() == "Linger=yes"

    def _lingering_is_ours(self) -> bool:
        try:
            return LINGERING_IS_OURS in self._unit.read_text("utf-8", "replace").splitlines()
        except OSError:
            return False


class XdgAutostart(UnwatchedSession):
    way = "XDG autostart"
    brings_back = False

    def __init__(self, launch: Launch, config: Path) -> None:
        self._entry = config / "autostart" / ENTRY
        self._text = entry_text(launch)

    def state(self) -> AutostartState:
        try:
            text = self._entry.read_text("utf-8", "replace")
        except OSError:
            return AutostartState.OFF
        return AutostartState.ON if is_switched_on(text) else AutostartState.OFF

    def enable(self) -> None:
        write_atomically(self._entry, self._text.encode())

    def disable(self) -> None:
        remove_start_file(self._entry)


def linux_autostart(
    launch: Launch,
    *,
    has_display: bool,
    config: Path | None = None,
    run: RunTool = run_tool,
    runtime: Path | None = None,
) -> Autostart:
    """The way that fits this session. Asks systemd."""
    config = _config_folder() if config is None else config
    if run((*SYSTEMCTL, "show", "--property=Version")) is None:
        return XdgAutostart(launch, config)
    if not has_display:
        return SystemdAutostart(launch, _WITHOUT_DISPLAY, config, run, runtime)
    if run((*SYSTEMCTL, "is-active", GRAPHICAL_SESSION)) is None:
        return XdgAutostart(launch, config)
    return SystemdAutostart(launch, GRAPHICAL_SESSION, config, run, runtime)


def unit_text(launch: Launch, target: str, *, lingering_is_ours: bool = False) -> str:
    """A unit that is started again after a crash or a kill, and left alone after an orderly end."""
    lines = ["[Unit]", "Description=Train at Home", f"After={target}"]
    if target == GRAPHICAL_SESSION:
        lines.append(f"PartOf={target}")
    if lingering_is_ours:
        lines.append(LINGERING_IS_OURS)
    lines += [f"StartLimitIntervalSec={GIVE_UP_SECONDS}", f"StartLimitBurst={GIVE_UP_TIMES}"]
    lines += ["", "[Service]", "Type=exec"]
    # systemd takes no quote and no dollar in the program's own name, so that a folder may be called anything.
    lines.append("ExecStart=" + " ".join(unit_quoted(part) for part in (*_BY_A_SHELL, *launch.command)))
    lines.append(f"WorkingDirectory={str(launch.folder).replace('%', '%%')}")
    lines += ["Restart=on-failure", f"RestartSec={RESTART_SECONDS}", "KillMode=mixed", f"TimeoutStopSec={STOP_SECONDS}"]
    lines += ["", "[Install]", f"WantedBy={target}", ""]
    return "\n".join(lines)


def entry_text(launch: Launch) -> str:
    """A desktop entry; ten seconds late, so that the tray is there."""
    lines = ["[Desktop Entry]", "Type=Application", "Name=Train at Home", "Icon=train-at-home"]
    # The specification forbids an equals sign in the program's own name.
    command = (*_BY_A_SHELL, *launch.command) if "=" in launch.program else launch.command
    lines.append("Exec=" + " ".join(entry_quoted(part) for part in command))
    lines += [f"Path={launch.folder}", "Terminal=false", "X-GNOME-Autostart-Delay=10", ""]
    return "\n".join(lines)


def is_switched_on(entry: str) -> bool:
    """Desktops switch an entry off by a line in it instead of removing it."""
    settings = dict(_setting(line) for line in entry.splitlines() if "=" in line)
    return settings.get("Hidden") != "true" and settings.get("X-GNOME-Autostart-enabled") != "false"


def entry_quoted(part: str) -> str:
    """As the desktop entry specification reads it: escaped once for the string and once for the shell-like quotes."""
    escaped = part
    for special in ("\\", '"', "`", "$"):
        escaped = escaped.replace(special, "\\" + special)
    quoted = f'"{escaped}"' if needs_quotes(part) else part
    return quoted.replace("\\", "\\\\").replace("%", "%%")


def _setting(line: str) -> tuple[str, str]:
    name, _, value = line.partition("=")
    return name.strip(), value.strip()


def _own_uid() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else ""


def _own_name() -> str:
    return os.environ.get("USER") or _own_uid()


def _config_folder() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
