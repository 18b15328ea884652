"""`python3 dev.py package COMMAND`: see --help."""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from app.core.settings.settings import UpdateChannel
from devtools.bundles import version
from devtools.release import build, linux_packages, repository
from devtools.system import SetupFailed, say


def main() -> int:
    options = _parser().parse_args()
    began = time.monotonic()
    try:
        code: int = options.act(options) or 0
    except SetupFailed as error:
        say(str(error))
        return 1
    say(f"{time.monotonic() - began:.0f} s.")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py package", description="Bundles, packages and signed updates.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, act: Callable[[argparse.Namespace], int | None], words: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words, description=words)
        made.set_defaults(act=act)
        return made

    for name, act, words in (
        ("app", _app, "the app's folder, without torch"),
        ("tarball", _tarball, "the app as an archive, which people install from and apps update from"),
        ("deb", _deb, "the app as a Debian package"),
    ):
        made = command(name, act, words)
        made.add_argument("--as-version", help="build as this version, from a copy")
        made.add_argument("--updates-url", help="where the built app looks for updates and engines")
        made.add_argument("--updates-root", type=Path, help="root metadata of that repository (1.root.json)")
    command("engine", _engine, "the engine's folder and archive, with this environment's torch")
    command("pack", _pack, "pack what lies in dist/ again, after it was signed")
    keys = command("keys", _keys, "make the four keys that sign updates")
    keys.add_argument("folder", type=Path)
    for name, act, words in (
        ("repository", _repository, "found an empty signed repository"),
        ("publish", _publish, "sign archives into the repository: FILE.tar.xz ..."),
        ("renew", _renew, "sign that the repository is still the newest; needs two of the keys"),
    ):
        made = command(name, act, words)
        made.add_argument("repository", type=Path)
        made.add_argument("--keys", type=Path, required=True)
        if name == "publish":
            made.add_argument("archives", type=Path, nargs="+")
            made.add_argument(
                "--channel",
                type=UpdateChannel,
                choices=list(UpdateChannel),
                default=UpdateChannel.STABLE,
                help="early: only for who asked for early versions; publish the same file again to make it stable",
            )
    verify = command("verify", _verify, "install, train, update and remove in a clean Debian root; needs root")
    verify.add_argument("--mirror", help="Debian mirror; else what this system's apt uses")
    verify.add_argument("--suite", default="bookworm")
    verify.add_argument("--folder", type=Path, default=build.BUILD / "verify")
    verify.add_argument("--quick", action="store_true", help="pack the app less tightly, to save minutes")
    verify.add_argument("--report", type=Path, help="write the table as JSON too")
    verify.add_argument("--engine-folder", type=Path, help="an engine that was built before, to save its minutes")
    return parser


def _updates(options: argparse.Namespace) -> build.Updates | None:
    if options.updates_url is None and options.updates_root is None:
        say("Without --updates-url this app can't fetch an engine or updates.")
        return None
    if options.updates_url is None or options.updates_root is None:
        raise SetupFailed("--updates-url and --updates-root belong together.")
    return build.Updates(options.updates_url, options.updates_root.read_bytes())


def built_app(updates: build.Updates | None, as_version: str | None, dist: Path = build.DIST) -> Path:
    """The app's folder with, on Linux, what a desktop wants around it."""
    folder = build.build_app(updates, as_version, dist)
    if sys.platform == "linux":
        linux_packages.add_share(folder, as_version or version(), datetime.now(UTC).date())
    return folder


def _app(options: argparse.Namespace) -> None:
    _say_size(built_app(_updates(options), options.as_version))


def _tarball(options: argparse.Namespace) -> None:
    folder = built_app(_updates(options), options.as_version)
    _say_archive(build.pack_app(folder, options.as_version or version()))


def _deb(options: argparse.Namespace) -> None:
    folder = built_app(_updates(options), options.as_version)
    package = linux_packages.build_deb(folder, options.as_version or version(), build.DIST)
    say(f"{package}: {package.stat().st_size / 1e6:.0f} MB")


def _engine(_options: argparse.Namespace) -> None:
    folder = build.build_engine()
    _say_size(folder)
    _say_archive(build.pack_engine(folder))


def _pack(_options: argparse.Namespace) -> None:
    packed = build.pack_what_is_there()
    for built in packed:
        _say_archive(built)
    if not packed:
        raise SetupFailed("There is nothing in dist/ to pack: build the app or the engine first.")


def _keys(options: argparse.Namespace) -> None:
    repository.make_keys(options.folder)
    say(f"Four keys lie in {options.folder}. Take root.pem and targets.pem offline after each use.")


def _repository(options: argparse.Namespace) -> None:
    repository.found(options.repository, repository.load_keys(options.keys))
    say(f"{options.repository} is founded. Builds take {options.repository / 'metadata' / '1.root.json'}.")


def _publish(options: argparse.Namespace) -> None:
    additions = [repository.Addition(path, build.announcement_of(path)) for path in options.archives]
    repository.publish(options.repository, repository.load_keys(options.keys), additions, channel=options.channel)
    say(f"Published to {options.channel}: {', '.join(each.release.path for each in additions)}.")


def _renew(options: argparse.Namespace) -> None:
    repository.renew(options.repository, repository.load_keys(options.keys, ("snapshot", "timestamp")))


def _verify(options: argparse.Namespace) -> int:
    from devtools.release.verify import verify

    return verify(options)


def _say_size(folder: Path) -> None:
    say(f"{folder}: {build.folder_bytes(folder) / 1e6:.0f} MB")


def _say_archive(built: build.Built) -> None:
    say(f"{built.archive}: {built.archive.stat().st_size / 1e6:.0f} MB, as {built.release.path}")


if __name__ == "__main__":
    sys.exit(main())
