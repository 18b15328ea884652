"""`python3 dev.py windows COMMAND`: see --help."""

import argparse
import shutil
import sys
from pathlib import Path
from typing import Final

from devtools.release.clean_root import screen, unmount_left_over
from devtools.system import WORK, SetupFailed, say
from devtools.windows.journey import verify
from devtools.windows.windows_python import provide_python
from devtools.windows.wine_root import WineRoot, entered

_LEADING: Final[dict[str, list[str]]] = {
    "test": ["-m", "pytest", "-p", "no:cacheprovider"],
    "run": ["-m", "app"],
    "python": [],
}


def main() -> int:
    options, rest = _parser().parse_known_args()
    try:
        return _act(options, rest)
    except SetupFailed as error:
        say(str(error))
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dev.py windows",
        description="Windows' own Python and this repository under Wine, in a Debian of its own. Needs root.",
        epilog="What Wine is not, a Windows with two users and rights that are kept, this can't show.",
    )
    parser.add_argument("command", choices=("test", "run", "python", "verify"), help="and its own arguments")
    parser.add_argument("--folder", type=Path, default=WORK / "wine", help="where that Debian lies, or is made")
    parser.add_argument("--mirror", help="Debian mirror; else what this system's apt uses")
    parser.add_argument("--inno", type=Path, help="verify: the folder of Inno Setup's ISCC.exe")
    parser.add_argument("--report", type=Path, help="verify: write the table as JSON too")
    parser.add_argument("--anew", action="store_true", help="make it again")
    return parser


def _act(options: argparse.Namespace, rest: list[str]) -> int:
    with screen() as shown:
        wine = WineRoot(options.folder.resolve(), shown)
        if options.anew or not wine.is_made:
            unmount_left_over(wine.root.folder)
            shutil.rmtree(wine.root.folder, ignore_errors=True)
            wine.make(options.mirror)
            provide_python(wine)
        wine.copy_tree()
        with entered(wine):
            if not wine.is_made:
                wine.finish()
            if options.command == "verify":
                return _verify(wine, options)
            return wine.python([*_LEADING[options.command], *rest])


def _verify(wine: WineRoot, options: argparse.Namespace) -> int:
    if options.inno is None or not (options.inno / "ISCC.exe").exists():
        raise SetupFailed("Name the folder of Inno Setup's ISCC.exe with --inno.")
    table = verify(wine, options.inno)
    if options.report is not None:
        table.write(options.report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
