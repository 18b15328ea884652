"""Walk through the app as a person does, from the first start to the first result, and keep a picture of each screen.

    python docs/images/walk.py [--to FOLDER] [en|de ...] [light|dark ...] [100|200 ...]

The real app with a new profile on a real X server with a window manager and a tray. Mouse and keyboard are the only
ways in; where a control is, and what it says, is asked as a screen reader would. Ends with an error where something
that it looks for does not come. Needs what x_server.py and person.py need.
"""

import argparse
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER.parents[1]), str(FOLDER)]

from x_server import x_server  # noqa: E402

LANGUAGES, LOOKS, SCALES = ("en", "de"), ("light", "dark"), (100, 200)
SCREEN = (1180, 1060)
"""In pixels at 100 %."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--to", type=Path, default=Path("walk"), help="folder for the pictures")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("wanted", nargs="*", help="languages, looks and scales; of each kind all where none is named")
    given = parser.parse_args()
    if given.inside:
        sys.exit(walk(given.to, *given.wanted))
    kinds = (_chosen(kind, given.wanted) for kind in (LANGUAGES, LOOKS, SCALES))
    for language, look, scale in itertools.product(*kinds):
        folder = given.to.resolve() / f"{language}-{look}-{scale}"
        print(folder.name, flush=True)
        screen = (SCREEN[0] * int(scale) // 100, SCREEN[1] * int(scale) // 100)
        with x_server(look, screen, panel_height=32 * int(scale) // 100) as environment:
            environment |= {"QT_SCALE_FACTOR": str(int(scale) / 100), "QT_FONT_DPI": "96"}
            inside = [sys.executable, __file__, "--inside", "--to", str(folder), language, look]
            subprocess.run(inside, env=environment, check=True)


def _chosen(kind: tuple[object, ...], wanted: list[str]) -> list[str]:
    return [str(each) for each in kind if str(each) in wanted] or [str(each) for each in kind]


def walk(folder: Path, language: str, look: str) -> int:
    """Inside the X server: the app in this thread, the person in another. Returns the exit status."""
    from person import Person
    from visit import visit

    failures: list[BaseException] = []

    def be_there() -> None:
        try:
            visit(Person(folder))
        except Exception as error:  # noqa: BLE001  the thread's entry
            traceback.print_exc()
            failures.append(error)
            os.kill(os.getpid(), signal.SIGTERM)

    with tempfile.TemporaryDirectory() as profile:
        prefer(Path(profile), language, look)
        threading.Thread(target=be_there, name="person", daemon=True).start()
        from app.__main__ import main as run_app

        began = time.monotonic()
        status = run_app(["--profile-folder", profile])
        print(f"  the whole walk: {time.monotonic() - began:.0f} s", flush=True)
    return 1 if failures else status


def prefer(profile: Path, language: str, look: str) -> None:
    """What the system would say of itself on a computer of somebody who speaks and sees so."""
    from app.core.settings.settings import Settings, Theme, settings_file
    from app.platforms.paths import profile_paths

    folder = profile_paths(profile).config_folder
    folder.mkdir(parents=True, exist_ok=True)
    settings_file(folder).save(Settings(language=language, theme=Theme(look)))


if __name__ == "__main__":
    main()
