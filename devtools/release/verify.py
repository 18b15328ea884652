"""The built package on a clean Debian: installed, started, training, updated, rolled back, removed; as a table."""

import argparse
import functools
import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from app.update.releases import Release
from app.update.versions import Version, parse_version
from devtools.bundles import APP_NAME, ENGINE_PROGRAM, WINDOW_PROGRAM, version
from devtools.release import build, linux_packages, repository
from devtools.release.archives import PRESET, pack
from devtools.release.clean_root import (
    CleanRoot,
    add_person,
    debootstrap,
    mounted,
    screen,
    system_mirror,
    unmount_left_over,
    wait_until,
)
from devtools.system import SetupFailed, say

_TRAINING_SECONDS: Final = 400.0


class Step(NamedTuple):
    """A row of the table."""

    what: str
    seconds: float
    size_mb: float | None
    note: str


class Artefacts(NamedTuple):
    """All that is built before the clean root is entered."""

    package: Path
    tarball: build.Built
    engine: build.Built
    next_version: build.Built
    broken_version: build.Built


class Table:
    """Steps as they happen."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def step(self, what: str, act: Callable[[], tuple[float | None, str]]) -> None:
        """Do it, and note how long it took, a size in bytes and a word."""
        began = time.monotonic()
        size_bytes, note = act()
        size_mb = None if size_bytes is None else size_bytes / 1e6
        self.steps.append(Step(what, time.monotonic() - began, size_mb, note))
        self.show(self.steps[-1])

    def write(self, report: Path) -> None:
        rows = [step._asdict() for step in self.steps]
        report.write_text(json.dumps({"at": f"{datetime.now(UTC):%Y-%m-%d}", "steps": rows}, indent=1), "utf-8")

    @staticmethod
    def show(step: Step) -> None:
        size = "" if step.size_mb is None else f"{step.size_mb:.0f} MB"
        say(f"{step.what:<58} {step.seconds:7.1f} s {size:>9}  {step.note}")


def verify(options: argparse.Namespace) -> int:
    """Exit code 0 when every step did what it should. Raises SetupFailed at the first that did not."""
    folder: Path = options.folder.resolve()
    mirror = options.mirror or system_mirror()
    folder.mkdir(parents=True, exist_ok=True)
    table = Table()
    with tempfile.TemporaryDirectory() as keys, served(folder / "repository") as url, screen() as shown:
        shutil.rmtree(folder / "repository", ignore_errors=True)
        signers = repository.make_keys(Path(keys) / "keys")
        root_metadata = repository.found(folder / "repository", signers)
        made = _build_all(table, folder, url, root_metadata, options)
        repository.publish(folder / "repository", signers, [repository.Addition(*made.engine)])
        clean = CleanRoot(folder / "root", shown)
        unmount_left_over(clean.folder)
        shutil.rmtree(clean.folder, ignore_errors=True)

        def prepare() -> tuple[float, str]:
            debootstrap(clean.folder, options.suite, mirror)
            return build.folder_bytes(clean.folder), options.suite

        table.step("a clean Debian", prepare)
        with mounted(clean):
            add_person(clean)
            journey = Journey(clean, table, made, folder / "logs")
            try:
                journey.install()
                journey.train()
                repository.publish(folder / "repository", signers, [repository.Addition(*made.next_version)])
                journey.update()
                repository.publish(folder / "repository", signers, [repository.Addition(*made.broken_version)])
                journey.roll_back()
                journey.remove()
                journey.install_tarball()
            finally:
                journey.end()
    if options.report is not None:
        table.write(options.report)
    return 0


class Journey:
    """What a person does, through the package's own programs only."""

    def __init__(self, clean: CleanRoot, table: Table, made: Artefacts, logs: Path) -> None:
        self._clean = clean
        self._table = table
        self._made = made
        self._logs = logs
        self._app: subprocess.Popen[bytes] | None = None
        shutil.rmtree(logs, ignore_errors=True)
        logs.mkdir(parents=True)

    def install(self) -> None:
        package = self._made.package
        shutil.copyfile(package, self._clean.folder / "tmp" / package.name)

        def install() -> tuple[float, str]:
            self._clean.as_root("apt-get", "update", "-q")
            before = build.folder_bytes(self._clean.folder / "usr")
            self._clean.as_root("apt-get", "install", "-y", "-q", "--no-install-recommends", f"/tmp/{package.name}")
            return build.folder_bytes(self._clean.folder / "usr") - before, "apt-get install, with what it depends on"

        self._table.step("installed", install)
        self._table.step("started under X as an ordinary person", self._start)

    def train(self) -> None:
        def refuse() -> tuple[None, str]:
            said = self._ask("engine", "--check", "--json")
            if said["state"] != "Offered" or (self._programs / "engine").exists():
                raise SetupFailed(f"The engine was not only offered: {said}")
            return None, f"{said['bytes'] / 1e6:.0f} MB to download, {said['unpacked_bytes'] / 1e6:.0f} MB on the disk"

        def fetch() -> tuple[float, str]:
            said = self._ask("engine", "--yes", "--json")
            if said["state"] != "Ready":
                raise SetupFailed(f"The engine was not fetched: {said}")
            return build.folder_bytes(self._programs / "engine"), said["variant"]

        self._table.step("the engine is offered, nothing is fetched", refuse)
        self._table.step("the engine is fetched, checked and unpacked", fetch)
        self._table.step("training on a network on this computer", self._reach_training)

    def update(self) -> None:
        newer = self._made.next_version.release.version

        def fetch() -> tuple[float, str]:
            said = self._ask("update", "--yes", "--json")
            if (said["state"], said.get("version")) != ("Ready", newer):
                raise SetupFailed(f"The update was not fetched: {said}")
            return self._made.next_version.archive.stat().st_size, f"{version()} to {newer}, while it trains"

        def restart() -> tuple[None, str]:
            self._quit()
            self._start()
            self._must_run(parse_version(newer))
            wait_until("the new version reports health", self._is_healthy, 60.0)
            return None, "the app's next start is the new version, and it reports health"

        self._table.step("an update is fetched", fetch)
        self._table.step("restarted", restart)
        self._table.step("training goes on after the update", self._reach_training)

    def roll_back(self) -> None:
        broken = self._made.broken_version.release.version
        healthy = parse_version(self._made.next_version.release.version)

        def fail_twice() -> tuple[None, str]:
            if self._ask("update", "--yes", "--json")["state"] != "Ready":
                raise SetupFailed("The broken version was not fetched.")
            self._quit()
            for _try in range(2):
                program = self._clean.start_as_person(self._logs / "broken.log", f"/usr/bin/{WINDOW_PROGRAM}")
                if program.wait(60.0) == 0:
                    raise SetupFailed("The broken version did not fail.")
            self._start()
            self._must_run(healthy)
            return None, f"{broken} failed to start twice, the third start is {healthy} again"

        self._table.step("a version that does not start", fail_twice)

    def remove(self) -> None:
        def remove() -> tuple[None, str]:
            self._quit()
            said = self._clean.as_root("apt-get", "remove", "-y", "-q", "--purge", APP_NAME)
            left = list((self._clean.folder / "usr").rglob(f"*{APP_NAME}*"))
            if left or ".config/train-at-home" not in said:
                raise SetupFailed(f"Left behind, or not told of the person's own files: {left}")
            return None, "no file of the package is left; the person's own files are told of and stay"

        self._table.step("removed", remove)

    def install_tarball(self) -> None:
        """The same for somebody who is not root, in a home of their own."""
        archive = self._made.tarball.archive
        for path in self._clean.home.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        before = _files(self._clean.home)
        shutil.copyfile(archive, self._clean.folder / "tmp" / archive.name)
        top = f"/tmp/{APP_NAME}-{version()}"

        def install() -> tuple[float, str]:
            _unpack_here(archive, self._clean.folder / "tmp")
            self._clean.as_person(f"{top}/install.sh")
            return archive.stat().st_size, "install.sh of the archive, without root"

        def remove() -> tuple[None, str]:
            self._start(f"/home/person/.local/lib/{APP_NAME}/{WINDOW_PROGRAM}")
            self._clean.as_person(f"/home/person/.local/lib/{APP_NAME}/uninstall.sh", "--all")
            self._await_end()
            left = {path for path in _files(self._clean.home) - before if (self._clean.home / path).is_file()}
            left = {path for path in left if "train-at-home" in path and f"{APP_NAME}/keys/" not in path}
            if left:
                raise SetupFailed(f"uninstall.sh left behind: {sorted(left)[:10]}")
            return None, "uninstall.sh --all ended the app and left nothing of it but its key in the home folder"

        self._table.step("installed from the archive", install)
        self._table.step("started, removed again", remove)

    def end(self) -> None:
        """Whatever still runs in the clean root."""
        if self._app is not None and self._app.poll() is None:
            self._app.terminate()
            try:
                self._app.wait(40.0)
            except subprocess.TimeoutExpired:
                self._app.kill()

    @property
    def _programs(self) -> Path:
        return self._clean.home / ".local" / "share" / APP_NAME / "programs"

    def _start(self, program: str = f"/usr/bin/{WINDOW_PROGRAM}") -> tuple[None, str]:
        self._app = self._clean.start_as_person(self._logs / "app.log", program)
        seconds = wait_until("the app answers", self._answers, 60.0)
        return None, f"answers after {seconds:.1f} s, {_memory_mb(self._app.pid):.0f} MB resident"

    def _quit(self) -> None:
        self._ask("quit", "--json")
        self._await_end()

    def _await_end(self) -> None:
        assert self._app is not None
        try:
            code = self._app.wait(60.0)
        except subprocess.TimeoutExpired as error:
            raise SetupFailed("The app did not end within a minute.") from error
        if code != 0:
            raise SetupFailed(f"The app ended with {code}.")

    def _ask(self, *arguments: str) -> dict[str, Any]:
        """One question on the package's own command line."""
        answer: dict[str, Any] = json.loads(self._clean.as_person(self._command_line, *arguments).stdout)
        return answer

    @property
    def _command_line(self) -> str:
        installed = self._clean.folder / "usr" / "bin" / APP_NAME
        return f"/usr/bin/{APP_NAME}" if installed.is_symlink() else f"/home/person/.local/bin/{APP_NAME}"

    def _answers(self) -> bool:
        assert self._app is not None
        if self._app.poll() is not None:
            raise SetupFailed(f"The app ended with {self._app.returncode}; see {self._logs / 'app.log'}.")
        return self._clean.as_person(self._command_line, "status", "--json", check=False).returncode == 0

    def _reach_training(self) -> tuple[None, str]:
        self._ask("run", "--network", "local", "--now", "--json")
        wait_until("it trains", self._trains, _TRAINING_SECONDS)
        status = self._ask("status", "--json")
        return None, f"step {status['engine']['step']}, loss {status['service']['run_loss']:.2f}"

    def _trains(self) -> bool:
        self._answers()
        status = self._ask("status", "--json")
        trains = status["engine"]["phase"] == "training" and status["engine"]["step"] > 0
        return trains and status["service"]["run_loss"] is not None

    def _must_run(self, expected: Version) -> None:
        assert self._app is not None
        program = os.readlink(f"/proc/{self._app.pid}/exe")
        if f"/programs/app/{expected}/" not in program:
            raise SetupFailed(f"What runs is {program}, not version {expected}.")

    def _is_healthy(self) -> bool:
        record = json.loads((self._programs / "versions.json").read_bytes())
        return any(item["was_healthy"] for item in record["brought"])


def _build_all(table: Table, folder: Path, url: str, root_metadata: bytes, options: argparse.Namespace) -> Artefacts:
    """Everything is built from this checkout; the next versions differ from it by their number."""
    preset = 0 if options.quick else PRESET
    updates, engine_folder = build.Updates(url, root_metadata), options.engine_folder
    now = parse_version(version())
    newer = str(Version(now.major, now.minor, now.patch + 1))
    broken = str(Version(now.major, now.minor, now.patch + 2))
    made: dict[str, Any] = {}

    def app(as_version: str | None, name: str) -> Callable[[], tuple[float, str]]:
        def act() -> tuple[float, str]:
            made[name] = build.build_app(updates, as_version, folder / name)
            linux_packages.add_share(made[name], as_version or version(), datetime.now(UTC).date())
            return build.folder_bytes(made[name]), as_version or version()

        return act

    def package() -> tuple[float, str]:
        made["deb"] = linux_packages.build_deb(made["app"], version(), folder)
        return made["deb"].stat().st_size, made["deb"].name

    def archive(name: str, make: Callable[[], build.Built]) -> Callable[[], tuple[float, str]]:
        def act() -> tuple[float, str]:
            made[name] = make()
            return made[name].archive.stat().st_size, made[name].archive.name

        return act

    def engine() -> tuple[float, str]:
        made["engine folder"] = engine_folder or build.build_engine(folder / "engine")
        note = build.torch_variant() + (", built before" if engine_folder else "")
        return build.folder_bytes(made["engine folder"]), note

    table.step("the app is built", app(None, "app"))
    table.step("  as .deb", package)
    table.step("  as archive", archive("tarball", lambda: build.pack_app(made["app"], version(), folder, preset)))
    table.step("the next version is built", app(newer, "next"))
    table.step("  as archive", archive("next archive", lambda: build.pack_app(made["next"], newer, folder, preset)))
    table.step("the engine is built", engine)
    table.step("  as archive", archive("engine", lambda: _packed_engine(made["engine folder"], folder)))
    return Artefacts(
        made["deb"], made["tarball"], made["engine"], made["next archive"], _broken(folder, made["tarball"], broken)
    )


def _packed_engine(engine_folder: Path, folder: Path) -> build.Built:
    """The archive of an earlier try, where it is of the same engine: packing takes minutes."""
    for path in folder.glob(f"{ENGINE_PROGRAM}-{build.torch_variant()}-{version()}-*.tar.xz"):
        if path.stat().st_mtime > (engine_folder / ENGINE_PROGRAM).stat().st_mtime:
            return build.Built(path, build.announcement_of(path))
    return build.pack_engine(engine_folder, folder)


def _broken(folder: Path, like: build.Built, broken_version: str) -> build.Built:
    """A version whose window program fails at once, as one would that lacks a library."""
    source = folder / "broken"
    source.mkdir(exist_ok=True)
    for name in (WINDOW_PROGRAM, APP_NAME):
        (source / name).write_text("#!/bin/sh\necho 'a library is missing' >&2\nexit 1\n", encoding="utf-8")
        (source / name).chmod(0o755)
    archive = folder / f"{APP_NAME}-{broken_version}.tar.xz"
    unpacked = pack(source, archive, APP_NAME)
    release = msgspec.structs.replace(
        like.release, path=f"app/{archive.name}", version=broken_version, unpacked_bytes=max(unpacked, 1)
    )
    assert isinstance(release, Release)
    return build.Built(archive, release)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The repository over HTTP on this computer only."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _unpack_here(archive: Path, folder: Path) -> None:
    subprocess.run(["tar", "-xJf", str(archive), "-C", str(folder)], check=True)


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def _memory_mb(pid: int) -> float:
    text = Path(f"/proc/{pid}/status").read_text("ascii")
    return next((int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("VmRSS")), 0.0)
