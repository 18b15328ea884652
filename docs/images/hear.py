"""Listen to the app as somebody does who can't see the screen: what a real screen reader says, key by key.

    python docs/images/hear.py [--to FILE]

The real app with a new profile on a real X server, with Orca reading it; the keyboard is the only way in. Ends with an
error where something that it listens for is not said. Needs what x_server.py needs, and Debian's orca, at-spi2-core
and dbus-daemon; no voice has to be there, since Orca writes down what it would say.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
sys.path[:0] = [str(ROOT), str(FOLDER)]

from x_server import wait_for, x_server  # noqa: E402

from benchmarks.footprint.desktop import running  # noqa: E402

SCREEN = (1180, 1060)
LOOK_SECONDS = 0.1
REST_SECONDS = 1.5
"""For the rest of what a key makes it say."""
PATIENCE_SECONDS = 60.0
ACCESSIBILITY_BUS = "/usr/libexec/at-spi-bus-launcher"
READER = """
import builtins, runpy, sys
opened = builtins.open
builtins.open = lambda path, mode="r", *more, **named: (
    opened(path, mode, buffering=1) if mode == "w" else opened(path, mode, *more, **named)
)
sys.argv[0] = "orca"
runpy.run_path("/usr/bin/orca", run_name="__main__")
"""
"""Orca, but that it writes down line by line what it says; left alone it keeps the last of it to itself."""
_SAID = re.compile(r"SPEECH OUTPUT: '(.*(?:\n(?!\d\d:).*)*?)'\{")
"""What is said may have several lines; every other line of the log begins with the time."""
WAY = (
    ("", "Welcome to Train at Home"),
    ("Tab", "Who learns what"),
    ("Tab", "Just look"),
    ("Tab", "Next"),
    ("Return", "What this computer can do"),
    ("Return", "When may it work?"),
    ("Return", "Ready"),
    ("space", "not checked"),
    ("Return", "Train at Home"),
    ("Tab", "State panel"),
    ("Tab", "push button"),
    ("Tab", "push button"),
    ("Tab", "push button"),
    ("Tab", "push button"),
    ("Tab", "push button"),
    ("ctrl+e", "Earnings — Train at Home"),
    ("Tab", "Today"),
    ("Tab", "Hide money"),
    ("Tab", "Show amounts in"),
    ("Tab", "0 τ earned"),
    ("Tab", "Held: 0 τ"),
    ("Tab", "The chain shows: Nothing"),
    ("ctrl+w", "Train at Home"),
    ("ctrl+comma", "Settings — Train at Home"),
    ("Tab", "Hours: Nights 22:00 to 07:00"),
    ("Tab", "Change: Limits"),
    ("space", "Train only on mains combo box"),
    ("Tab", "Train only with a battery charged to at least, %"),
    ("Tab", "Train only with a battery charged to at least combo box"),
    ("Escape", "Change: Limits"),
)
"""Each key, and what must be said after it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--to", type=Path, help="file for what was said; else it is printed alone")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside is None:
        sys.exit(_inside_a_session(given.to))
    heard = listen(given.inside)
    if given.to is not None:
        given.to.write_text("\n".join(heard) + "\n", "utf-8")


def _inside_a_session(to: Path | None) -> int:
    """Readers and apps meet on a session bus, so everything is started inside one of its own."""
    with tempfile.TemporaryDirectory() as home, x_server("light", SCREEN) as environment:
        run = Path(home) / "run"
        run.mkdir(mode=0o700)
        environment |= {"HOME": home, "XDG_RUNTIME_DIR": str(run), "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        environment["TZ"] = _where_it_is_noon()
        again = [sys.executable, __file__, "--inside", home, *(["--to", str(to.resolve())] if to else [])]
        return subprocess.run(["dbus-run-session", "--", *again], env=environment).returncode


def _where_it_is_noon() -> str:
    """A zone, as POSIX writes them: what is asked and said on the way depends on whether the hours are open."""
    return f"NOON{datetime.now(UTC).hour - 12:+d}"


def listen(home: Path) -> list[str]:
    """Raises LookupError where something is not said."""
    log, heard = home / "said.log", []
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    bus, orca = (
        [ACCESSIBILITY_BUS, "--launch-immediately"],
        ["/usr/bin/python3", "-c", READER, "--replace", f"--debug-file={log}"],
    )
    with running(bus, environment), running(orca, environment):
        _until(lambda: log.exists() and "SPEECH: Initializing" in log.read_text(errors="replace"), "the reader")
        place = log.stat().st_size
        app = [sys.executable, "-m", "app", "--profile-folder", str(home / "profile")]
        with running(app, environment):
            wait_for(["xdotool", "search", "--name", "Welcome to Train at Home"], environment)
            for key, awaited in WAY:
                if key:
                    subprocess.run(["xdotool", "key", key], check=True)
                said, place = _what_is_said(log, place, awaited)
                heard.append(f"{key or 'at the start'}: {' | '.join(said)}")
                print(heard[-1], flush=True)
    return heard


def _what_is_said(log: Path, place: int, awaited: str) -> tuple[list[str], int]:
    """From `place` in the reader's log on, until it has said `awaited` and had time for the rest."""
    began = time.monotonic()
    found_at: float | None = None
    while True:
        said = _SAID.findall(log.read_bytes()[place:].decode(errors="replace"))
        if found_at is None and any(awaited in each for each in said):
            found_at = time.monotonic()
        if found_at is not None and time.monotonic() - found_at > REST_SECONDS:
            return [each for each in said if each != "tab "], log.stat().st_size
        if found_at is None and time.monotonic() - began > PATIENCE_SECONDS:
            raise LookupError(f"the reader never said {awaited!r}, but {said}")
        time.sleep(LOOK_SECONDS)


def _until(condition: Callable[[], bool], what: str) -> None:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > give_up_at:
            raise TimeoutError(f"waited in vain for {what}")
        time.sleep(0.1)


if __name__ == "__main__":
    main()
