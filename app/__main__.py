"""The desktop app's composition root: `python -m app [--profile-folder DIR] [--hidden]`.

Lock, supervisor and control socket come from app.control.service, the same that runs without a window. Qt is imported
only once it is known that there is a display and that no other app of this profile runs.
"""

import argparse
import ctypes
import importlib.util
import os
import sys
from pathlib import Path

from app import HIDDEN_OPTION, VERSION
from app.control.client import NotRunning, connected
from app.control.exit_codes import ExitCode
from app.control.logs import log_to_file
from app.control.messages import Run, Show
from app.control.service import AlreadyRunning, ServiceOptions, open_service
from app.control.speaking import profile_in, speak_as_set
from app.core.language.speech import _
from app.core.settings.settings import settings_file
from app.platforms.paths import ProfilePaths, profile_paths
from app.ui.doorbell import Doorbell
from protocol.errors import SettingsError, Unavailable, UserFacingError


def main(arguments: list[str] | None = None) -> int:
    """Run the desktop app, or without a display the same thing without a window. Returns the exit code."""
    speak_as_set(profile_in(sys.argv[1:] if arguments is None else arguments))
    options = _parser().parse_args(arguments)
    try:
        paths = profile_paths(options.profile_folder)
        log_to_file(paths)
        if not _can_show_windows():
            if options.link is not None:
                raise SettingsError(_("A link needs a window."), _("In a terminal: train-at-home open LINK"))
            return _run_headless(options.profile_folder, paths)
        return _run_desktop(options.profile_folder, options.link, hidden=options.hidden)
    except UserFacingError as error:
        print(f"{error.title} {error.advice}".strip(), file=sys.stderr)
        if not options.hidden:  # then nobody asked for it, and the system may try again and again
            _show_failure(error)
        return ExitCode.FAILED


def _show_failure(error: UserFacingError) -> None:
    """For whoever started the app without a terminal."""
    if _can_show_windows():
        from app.ui.failed_start import show_failed_start

        show_failed_start(error)


def _can_show_windows() -> bool:
    return importlib.util.find_spec("PySide6") is not None and has_display()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app", description=_("Train at Home: tray and window."))
    parser.add_argument(
        "--profile-folder", type=Path, help=_("keep everything in this folder, the device's key included")
    )
    parser.add_argument(HIDDEN_OPTION, action="store_true", help=_("begin in the tray, without the window"))
    parser.add_argument("link", nargs="?", help=_("an invitation to a network, which the window then shows"))
    parser.add_argument("--version", action="version", version=f"Train at Home {VERSION}")
    return parser


def has_display() -> bool:
    """Whether Qt could open a window. Asked before Qt is loaded, since Qt ends the process where it can't."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] not in ("", "xcb", "wayland"):
        return True
    wayland = os.environ.get("WAYLAND_DISPLAY")
    if wayland and Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent"), wayland).exists():
        return True
    return bool(os.environ.get("DISPLAY")) and _x_server_answers()


def _x_server_answers() -> bool:
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    answers = bool(xcb.xcb_connection_has_error(connection) == 0)
    xcb.xcb_disconnect(connection)
    return answers


def _run_desktop(profile_folder: Path | None, link: str | None, *, hidden: bool) -> int:
    doorbell = Doorbell()
    if link is not None:
        doorbell.ring(link)
    opened = open_service(ServiceOptions(profile_folder=profile_folder, show=doorbell.ring))
    if isinstance(opened, AlreadyRunning):
        # Started with the session beside an app that runs already, nobody asked for its window.
        return ExitCode.OK if hidden and link is None else _show_running(opened.paths, link)
    from app.ui.session import run_session

    return run_session(opened, doorbell, hidden=hidden)


def _show_running(paths: ProfilePaths, link: str | None) -> int:
    """Another app of this profile runs: bring its window to the front instead of starting a second."""
    try:
        with connected(paths) as client:
            client.ask(Show(link=link))
    except NotRunning as error:
        raise Unavailable(_("Train at Home is just starting or ending. Try again in a moment.")) from error
    return ExitCode.OK


def _run_headless(profile_folder: Path | None, paths: ProfilePaths) -> int:
    """Where nobody can be asked, a profile without a network tries on this computer."""
    from app.control.headless import run_headless

    print(_("There is no display here, so Train at Home runs in this terminal. Ctrl-C ends it."), flush=True)
    chosen = settings_file(paths.config_folder).load().value.network is not None
    first = None if chosen else Run(network="local", now=True)
    ended = run_headless(ServiceOptions(profile_folder=profile_folder, first=first))
    if isinstance(ended, AlreadyRunning):
        print(_("It runs already. Ask it: train-at-home status"), file=sys.stderr)
        return ExitCode.REFUSED
    return ended


if __name__ == "__main__":
    sys.exit(main())
