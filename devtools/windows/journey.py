"""What a person does with the app on Windows, under Wine: set up, fetch the engine, train, update, remove; as a table.

Needs Inno Setup's compiler, whose folder is named with --inno: it is Windows' own and in no package of Debian.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from app.update.versions import Version, parse_version
from devtools.bundles import APP_NAME, ENGINE_PROGRAM, WINDOW_PROGRAM, version
from devtools.release import build, repository
from devtools.release.clean_root import wait_until
from devtools.release.verify import Table, served
from devtools.system import WORK, SetupFailed
from devtools.windows.wine_root import WineRoot

_TRAINING_SECONDS: Final = 400.0
_ROOT_METADATA: Final = "update-root.json"


def verify(wine: WineRoot, inno: Path) -> Table:
    """Call inside `entered`. Raises SetupFailed at the first step that did not do what it should."""
    table, folder = Table(), WORK / "windows" / "repository"
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as keys, served(folder) as url:
        signers = repository.make_keys(Path(keys) / "keys")
        (wine.tree / _ROOT_METADATA).write_bytes(repository.found(folder, signers))

        def publish(archive: Path) -> None:
            repository.publish(folder, signers, [repository.Addition(archive, build.announcement_of(archive))])

        journey = _Journey(wine, table, publish)
        journey.build(url)
        journey.set_up(inno)
        try:
            journey.train()
            journey.update()
            journey.remove()
        finally:
            wine.end_all()
    return table


class _Journey:
    """One after the other; each step is a row."""

    def __init__(self, wine: WineRoot, table: Table, publish: Callable[[Path], None]) -> None:
        self._wine = wine
        self._step = table.step
        self._publish = publish
        self._app: subprocess.Popen[bytes] | None = None
        local = wine.local_app_data
        self._installed = local / "Programs" / "Train at Home"
        self._programs = local / APP_NAME / "programs"
        now = parse_version(version())
        self._newer = str(Version(now.major, now.minor, now.patch + 1))

    def build(self, url: str) -> None:
        for left in (self._installed, self._programs.parent):  # of an earlier journey
            shutil.rmtree(left, ignore_errors=True)
        updates = ("--updates-url", url, "--updates-root", _ROOT_METADATA)
        self._step("the engine is built", lambda: self._built(ENGINE_PROGRAM, "engine"))
        self._step(
            "the next version is built", lambda: self._built(None, "tarball", "--as-version", self._newer, *updates)
        )
        self._step("the app is built", lambda: self._built(APP_NAME, "app", *updates))
        self._publish(self._archive(ENGINE_PROGRAM))

    def set_up(self, inno: Path) -> None:
        tools = self._wine.tree / "inno"
        setup = self._wine.tree / "dist" / f"{APP_NAME}-{version()}-windows-x86_64-setup.exe"

        def compile_setup() -> tuple[float, str]:
            shutil.copytree(inno, tools)
            defined = (f"/DVersion={version()}", rf"/DSource=..\..\dist\{APP_NAME}", r"/DOutput=..\..\dist")
            self._must("inno/ISCC.exe", "/Qp", *defined, r"packaging\windows\installer.iss")
            return setup.stat().st_size, setup.name

        def install() -> tuple[float, str]:
            self._must(f"dist/{setup.name}", "/VERYSILENT", "/SUPPRESSMSGBOXES", "/NORESTART")
            return build.folder_bytes(self._installed), "for one person, without an administrator"

        self._step("the setup program is compiled", compile_setup)
        self._step("installed", install)
        self._step("started", self._start)

    def train(self) -> None:
        def fetch() -> tuple[float, str]:
            if self._ask("engine", "--check", "--json")["state"] != "Offered" or (self._programs / "engine").exists():
                raise SetupFailed("The engine was not only offered.")
            said = self._ask("engine", "--yes", "--json")
            if said["state"] != "Ready":
                raise SetupFailed(f"The engine was not fetched: {said}")
            return build.folder_bytes(self._programs / "engine"), said["variant"]

        self._step("the engine is fetched, checked and unpacked", fetch)
        self._step("training on a network on this computer", self._reach_training)

    def update(self) -> None:
        archive = self._archive(f"{APP_NAME}-{self._newer}")
        self._publish(archive)

        def fetch() -> tuple[float, str]:
            said = self._ask("update", "--yes", "--json")
            if (said["state"], said.get("version")) != ("Ready", self._newer):
                raise SetupFailed(f"The update was not fetched: {said}")
            return archive.stat().st_size, f"{version()} to {self._newer}, while it trains"

        def restart() -> tuple[None, str]:
            self._quit()
            self._start()
            program = rf"\programs\app\{self._newer}\{WINDOW_PROGRAM}"
            if not any(program in line for line in _command_lines()):
                raise SetupFailed(f"What runs is not version {self._newer}.")
            return None, "the app's next start is the new version"

        self._step("an update is fetched", fetch)
        self._step("restarted", restart)
        self._step("training goes on after the update", self._reach_training)

    def remove(self) -> None:
        def remove() -> tuple[None, str]:
            self._must(self._inside(self._installed / "unins000.exe"), "/VERYSILENT", "/SUPPRESSMSGBOXES")
            wait_until("the programs are gone", lambda: not self._programs.exists() and not self._left(), 60.0)
            if not (self._programs.parent / "settings.json").exists():
                raise SetupFailed("The person's own files went with the programs.")
            return None, "the programs are gone, the engine too; the person's own files stay"

        self._step("removed, while it trains", remove)

    def _built(self, folder: str | None, *arguments: str) -> tuple[float | None, str]:
        if self._wine.python(["-m", "devtools.release", *arguments]):
            raise SetupFailed(f"dev.py package {arguments[0]} failed on Windows.")
        return (None if folder is None else build.folder_bytes(self._wine.tree / "dist" / folder)), arguments[0]

    def _archive(self, name: str) -> Path:
        return next((self._wine.tree / "dist").glob(f"{name}*.tar.xz"))

    def _left(self) -> list[Path]:
        return [path for path in self._installed.rglob("*.exe") if path.is_file()]

    def _start(self) -> tuple[None, str]:
        self._app = self._wine.start(self._inside(self._installed / f"{WINDOW_PROGRAM}.exe"))
        seconds = wait_until("the app answers", self._answers, 90.0)
        return None, f"answers after {seconds:.1f} s"

    def _answers(self) -> bool:
        return self._wine.told(self._command_line, "status", "--json")[0] == 0

    def _quit(self) -> None:
        self._ask("quit", "--json")
        assert self._app is not None
        if self._app.wait(60.0):
            raise SetupFailed(f"The app ended with {self._app.returncode}.")

    def _reach_training(self) -> tuple[None, str]:
        self._ask("run", "--network", "local", "--now", "--json")
        wait_until("it trains", lambda: self._loss() is not None, _TRAINING_SECONDS)
        return None, f"loss {self._loss():.2f}"

    def _loss(self) -> float | None:
        status = self._ask("status", "--json")
        trains = status["engine"]["phase"] == "training" and status["engine"]["step"] > 0
        loss: float | None = status["service"]["run_loss"]
        return loss if trains else None

    def _ask(self, *arguments: str) -> dict[str, Any]:
        """One question on the installed command line."""
        code, said = self._wine.told(self._command_line, *arguments)
        try:
            answer: dict[str, Any] = json.loads(said)
        except ValueError as error:
            raise SetupFailed(f"{' '.join(arguments)} ended with {code}:\n{said[-2000:]}") from error
        return answer

    def _must(self, *command: str) -> None:
        code, said = self._wine.told(*command)
        if code:
            raise SetupFailed(f"{command[0]} ended with {code}:\n{said[-2000:]}")

    @property
    def _command_line(self) -> str:
        return self._inside(self._installed / f"{APP_NAME}.exe")

    def _inside(self, place: Path) -> str:
        return self._wine.inside(place)


def _command_lines() -> list[str]:
    """Of all programs here; those for Windows name themselves as Windows does."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_text("utf-8", "replace"))
        except OSError:
            continue  # it has just ended
    return lines
