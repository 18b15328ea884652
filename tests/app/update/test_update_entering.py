"""The start of a bundle's program, as a real process: it becomes the newest version, and leaves a broken one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.update.entering import arguments_to_come_back, put_back_library_path
from app.update.programs import Programs
from app.update.versions import LaunchRecord, Version, healthy, with_brought

ROOT = Path(__file__).resolve().parents[3]
NEXT = Version(9, 0, 0)
PROGRAM = """
import sys
from app.update.entering import enter
sys.exit(enter("a_module", serves="--asks" not in sys.argv))
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the folder is moved by XDG_DATA_HOME")


class Installed:
    """What was installed, as a Python that enters a module which prints and ends as it is told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs = Programs(folder / "data" / "train-at-home" / "programs")
        self.module("print('installed')")

    def module(self, body: str) -> None:
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        (self.folder / "a_module.py").write_text(f"import os, sys\ndef main():\n{lines}")

    def bring(self, version: Version, script: str) -> None:
        program = self.programs.app_folder(version) / Path(sys.executable).name
        program.parent.mkdir(parents=True)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        file = self.programs.record_file
        file.save(with_brought(file.load().value, version))

    def start(self, *arguments: str) -> tuple[int, str]:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(self.folder)]),
            "XDG_DATA_HOME": str(self.folder / "data"),
        }
        command = [sys.executable, "-c", PROGRAM, *arguments]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        return ended.returncode, ended.stdout.strip()

    def record(self) -> LaunchRecord:
        return self.programs.record_file.load().value


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path)


def test_without_a_newer_version_the_installed_one_runs_and_its_exit_code_is_handed_on(installed: Installed) -> None:
    assert installed.start() == (0, "installed")
    installed.module("sys.exit(4)")
    assert installed.start() == (4, "")


def test_the_newer_version_takes_its_place_with_the_same_arguments_and_knows_who_started_it(
    installed: Installed,
) -> None:
    installed.bring(NEXT, 'echo "$1 $TRAIN_AT_HOME_VERSION ${TRAIN_AT_HOME_LAUNCHER##*/}"; exit 3')
    assert installed.start("--hidden") == (3, f"--hidden 9.0.0 {Path(sys.executable).name}")


def test_a_version_that_fails_to_start_twice_is_left_and_the_installed_one_runs_again(installed: Installed) -> None:
    installed.bring(NEXT, "exit 1")
    assert [installed.start()[0] for _try in range(2)] == [1, 1]
    assert installed.start() == (0, "installed")
    assert installed.record().brought[0].given_up


def test_a_version_whose_folder_is_gone_does_not_keep_the_installed_one_from_running(installed: Installed) -> None:
    file = installed.programs.record_file
    file.save(with_brought(LaunchRecord(), NEXT))
    assert installed.start() == (0, "installed")


def test_a_torn_record_does_not_keep_the_app_from_starting(installed: Installed) -> None:
    installed.bring(NEXT, "echo next")
    (installed.programs.folder / "versions.json").write_bytes(b"{torn")
    assert installed.start() == (0, "installed")


def test_a_question_is_answered_by_the_installed_version_until_the_newer_one_has_worked(installed: Installed) -> None:
    installed.bring(NEXT, "echo next")
    assert installed.start("--asks") == (0, "installed")
    file = installed.programs.record_file
    file.save(healthy(installed.record(), NEXT))
    assert installed.start("--asks") == (0, "next")


def test_an_app_that_ends_to_be_updated_comes_back_as_the_newer_version(
    installed: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    launcher = tmp_path / "launcher"
    launcher.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{PROGRAM}' \"$@\"\n")
    launcher.chmod(0o755)
    monkeypatch.setenv("TRAIN_AT_HOME_LAUNCHER", str(launcher))
    installed.bring(NEXT, 'echo "next $* (again: $TRAIN_AT_HOME_COMES_BACK)"')
    record = installed.programs.record_file.path
    later = record.with_name("later.json")
    record.rename(later)
    to_come_back = f"os.replace({str(later)!r}, {str(record)!r})\nreturn 75"
    installed.module(to_come_back)
    # A link was opened when it came; nobody wants it opened again.
    assert installed.start("--hidden", "train-at-home:join?network=local") == (0, "next --hidden (again: 1)")
    record.rename(later)
    installed.module(f"from app.update.entering import come_back\ncome_back(shown=True)\n{to_come_back}")
    assert installed.start("--hidden") == (0, "next  (again: 1)"), "its window was opened since and stays"


@pytest.mark.parametrize(
    ("arguments", "shown", "later"),
    [
        (["--hidden"], None, ["--hidden"]),
        (["run", "--for", "2h"], None, ["run", "--for", "2h"]),
        ([], "0", ["--hidden"]),
        (["--hidden", "--profile-folder", "p"], "0", ["--profile-folder", "p", "--hidden"]),
        (["--hidden", "--profile-folder", "p"], "1", ["--profile-folder", "p"]),
        (["Train-At-Home:join?network=local"], "1", []),
    ],
)
def test_an_app_comes_back_with_its_window_only_where_one_was_open(
    arguments: list[str], shown: str | None, later: list[str]
) -> None:
    assert arguments_to_come_back(arguments, shown) == later


def test_a_browser_opened_from_a_bundle_finds_its_own_libraries() -> None:
    environment = {"LD_LIBRARY_PATH": "/bundle", "LD_LIBRARY_PATH_ORIG": "/mine"}
    put_back_library_path(environment)
    assert environment == {"LD_LIBRARY_PATH": "/mine"}
    environment = {"LD_LIBRARY_PATH": "/bundle"}
    put_back_library_path(environment)
    assert environment == {}
