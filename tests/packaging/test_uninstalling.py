"""install.sh and uninstall.sh of the archive, in a home folder of their own: what is said is what goes."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from app.platforms.linux.autostart import LINGERING_IS_OURS
from devtools.environment import qt_loads
from devtools.release.linux_packages import SCRIPTS, SHARE, add_share

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the scripts are Linux's")


class Home:
    """A person's home folder, and an unpacked archive with programs that only say that they run."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.variables: dict[str, str] = {}
        self.home.mkdir()
        (self.home / "letter.txt").write_text("mine")
        self.unpacked = folder / "unpacked"
        (self.unpacked / "_internal").mkdir(parents=True)
        for name in ("train-at-home", "train-at-home-window"):
            script = f'#!/bin/sh\necho "{name} $1" >> "$HOME/called"\n[ "$1" != status ] || exit 3\n'
            (self.unpacked / name).write_text(script)
            (self.unpacked / name).chmod(0o755)
        add_share(self.unpacked, "1.2.3", date(2026, 11, 21))

    def run(self, script: Path, *arguments: str, answers: str = "") -> str:
        environment = {"HOME": str(self.home), "PATH": os.environ["PATH"], **self.variables}
        command = ["sh", str(script), *arguments]
        return subprocess.run(
            command, env=environment, input=answers, capture_output=True, text=True, check=True
        ).stdout

    def install(self) -> str:
        return self.run(self.unpacked / "install.sh")

    def uninstall(self, *arguments: str, answers: str = "") -> str:
        return self.run(self.home / ".local/lib/train-at-home/uninstall.sh", *arguments, answers=answers)

    def use(self) -> None:
        """What the app leaves behind in a night."""
        for path in (
            ".config/train-at-home/settings.json",
            ".local/state/train-at-home/engine/work",
            ".local/share/train-at-home/programs/engine/cpu-1.0.0/big",
            ".config/systemd/user/train-at-home.service",
            ".config/systemd/user/another.service",
        ):
            (self.home / path).parent.mkdir(parents=True, exist_ok=True)
            (self.home / path).write_text("x")

    def keep_the_key_in_a_file(self, *around: str) -> Path:
        """As where there is no keychain; `around` says under what the app keeps its state."""
        key = self.home.joinpath(*around or (".local", "state"), "train-at-home", "keys", "device.hotkey")
        key.parent.mkdir(parents=True)
        key.write_text("secret")
        for beside in ("state.json", ".state.json.1"):
            (key.parent.parent / beside).write_text("x")
        return key

    def files(self) -> set[str]:
        return {str(path.relative_to(self.home)) for path in self.home.rglob("*") if not path.is_dir()}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    if not qt_loads():
        pytest.skip("Qt does not load here, so no icons can be drawn")
    return Home(tmp_path)


def test_what_is_installed_can_be_started_and_goes_again_without_a_trace(home: Home) -> None:
    before = home.files()
    home.install()
    desktop = (home.home / ".local/share/applications/train-at-home.desktop").read_text()
    assert f'Exec="{home.home}/.local/lib/train-at-home/train-at-home-window"' in desktop
    assert (home.home / ".local/share/icons/hicolor/48x48/apps/train-at-home.png").is_file()
    assert os.access(home.home / ".local/bin/train-at-home", os.X_OK)
    home.use()
    home.uninstall("--all")
    assert home.files() == before | {".config/systemd/user/another.service", "called"}
    assert (home.home / "called").read_text() == "train-at-home quit\ntrain-at-home status\n"


@pytest.mark.parametrize(("line", "asked"), [(LINGERING_IS_OURS, True), ("Description=Train at Home", False)])
def test_going_on_after_logout_is_taken_back_where_it_was_the_apps_wish(
    home: Home, monkeypatch: pytest.MonkeyPatch, line: str, asked: bool
) -> None:
    tools = home.home.parent / "tools"
    tools.mkdir()
    (tools / "loginctl").write_text('#!/bin/sh\necho "$*" >> "$HOME/called"\n')
    (tools / "loginctl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    home.install()
    home.use()
    (home.home / ".config/systemd/user/train-at-home.service").write_text(f"[Unit]\n{line}\n")
    home.uninstall("--all")
    assert ("disable-linger" in (home.home / "called").read_text()) is asked


def test_the_person_s_own_files_go_only_after_a_second_yes(home: Home) -> None:
    home.install()
    home.use()
    said = home.uninstall(answers="y\nn\n")
    assert "Remove these too?" in said
    assert ".config/train-at-home/settings.json" in home.files()
    assert ".local/state/train-at-home/engine/work" in home.files()
    assert not any("programs" in path or ".local/lib" in path for path in home.files())


@pytest.mark.parametrize("answers", ["", "n\n", "\n", "no\n"])
def test_without_a_yes_nothing_goes(home: Home, answers: str) -> None:
    home.install()
    home.use()
    before = home.files()
    assert "Nothing was removed." in home.uninstall(answers=answers)
    assert home.files() == before


def test_every_file_that_goes_was_listed_before(home: Home) -> None:
    home.install()
    home.use()
    before = home.files()
    said = home.uninstall(answers="y\ny\n")
    listed = [line.split(maxsplit=1)[1] for line in said.splitlines() if line.startswith("    ")]
    gone = before - home.files() - {".local/share/applications/mimeinfo.cache"}  # the desktop's own, made anew
    assert gone
    for path in gone:
        assert any(str(home.home / path) == item or str(home.home / path).startswith(f"{item}/") for item in listed), (
            path
        )


@pytest.mark.parametrize(("arguments", "answers"), [(("--all",), ""), ((), "y\ny\n")])
def test_a_key_that_lies_in_a_file_stays_and_is_told_of(home: Home, arguments: tuple[str, ...], answers: str) -> None:
    before = home.files()
    home.install()
    home.use()
    key = home.keep_the_key_in_a_file()
    said = home.uninstall(*arguments, answers=answers)
    assert f"This computer's key stays in {key.parent}, " in said
    assert "keychain" not in said
    assert key.read_text() == "secret"
    others = {".config/systemd/user/another.service", "called", ".local/share/applications/mimeinfo.cache"}
    assert home.files() - before - others == {str(key.relative_to(home.home))}
    again = home.run(SHARE.parent / "uninstall.sh", *arguments, answers=answers)
    assert "Nothing of Train at Home is here." in again and f"stays in {key.parent}, " in again
    assert key.read_text() == "secret"


def test_a_key_stays_where_the_persons_folders_are_all_one(home: Home) -> None:
    home.variables = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"), f"{home.home}/one")
    home.install()
    key = home.keep_the_key_in_a_file("one")
    assert home.uninstall("--all").count(str(key.parent)) == 1
    assert {path for path in home.files() if "train-at-home" in path} == {str(key.relative_to(home.home))}


def test_where_no_key_lies_in_a_file_it_is_the_keychain_s_and_no_empty_folder_stays(home: Home) -> None:
    home.install()
    home.keep_the_key_in_a_file().unlink()
    assert "This computer's key stays in your keychain, " in home.uninstall("--all")
    assert not (home.home / ".local/state/train-at-home").exists()


def test_taking_the_program_alone_names_the_folders_and_the_key_s_among_them(home: Home) -> None:
    home.install()
    home.use()
    key = home.keep_the_key_in_a_file()
    said = home.uninstall("--program")
    assert "Your settings and work stay in:" in said and f"stays in {key.parent}, " in said
    assert str(key.parent.parent / "engine") not in said, "the folder says it"
    assert ".local/state/train-at-home/engine/work" in home.files() and key.exists()


def test_a_removed_package_says_that_a_key_may_lie_in_the_folders_and_takes_nothing(home: Home) -> None:
    key = home.keep_the_key_in_a_file()
    before = home.files()
    for verb in ("remove", "purge"):
        said = home.run(SHARE.parent / "postrm.sh", verb)
        assert "~/.local/state/train-at-home has a folder keys" in said
    assert home.run(SHARE.parent / "postrm.sh", "upgrade") == ""
    assert home.files() == before and key.exists()


def test_installing_over_an_older_version_leaves_no_file_of_it(home: Home) -> None:
    (home.unpacked / "_internal" / "old.so").touch()
    home.install()
    (home.unpacked / "_internal" / "old.so").unlink()
    (home.unpacked / "_internal" / "new.so").touch()
    home.install()
    program = home.home / ".local/lib/train-at-home"
    assert [path.name for path in (program / "_internal").iterdir()] == ["new.so"]
    assert not list(program.parent.glob("train-at-home.*"))


def test_a_home_where_nothing_is_says_so(home: Home) -> None:
    assert "Nothing of Train at Home is here." in home.run(SHARE.parent / "uninstall.sh")
    assert all((SHARE.parent / script).stat().st_mode & 0o100 for script in SCRIPTS)
