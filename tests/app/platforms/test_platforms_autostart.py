"""Starting with the session: the files that say so, on all three systems, and how they are switched on and off."""

import configparser
import os
import plistlib
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.core.gates.words import autostart_sentence
from app.core.ports import AutostartState
from app.platforms.here import autostart_here
from app.platforms.installation import LAUNCHER_VARIABLE
from app.platforms.launch import Launch, launch_of_this_app
from app.platforms.linux import autostart as linux
from app.platforms.linux import session_watch
from app.platforms.macos import launch_agent
from app.platforms.windows import task_scheduler
from protocol.errors import Refused

LAUNCH = Launch(command=("/opt/my apps/100% $HOME/python", "-m", "app", "--hidden"), folder=Path("/opt/my apps"))


class Systemctl:
    """A user's systemd and logind that remember; `missing` are the questions that they fail."""

    def __init__(self, *missing: str) -> None:
        self.missing = missing
        self.enabled = False
        self.lingers = False
        self.main_process = 0
        self.asked: list[str] = []

    def __call__(self, command: Sequence[str]) -> str | None:
        if command[0] == "loginctl":
            return self._login(command[2])
        assert command[:2] == ("systemctl", "--user")
        verb = command[3]
        self.asked.append(verb)
        if verb in self.missing:
            return None
        if verb in ("enable", "disable"):
            self.enabled = verb == "enable"
        if verb == "show" and command[4] == linux.UNIT:
            return f"{self.main_process}\n"
        return "enabled\n" if verb == "is-enabled" and self.enabled else ""

    def _login(self, verb: str) -> str | None:
        self.asked.append(verb)
        if verb in self.missing:
            return None
        if verb == "show-user":
            return f"Linger={'yes' if self.lingers else 'no'}\n"
        assert verb in ("enable-linger", "disable-linger")
        self.lingers = verb == "enable-linger"
        return ""


def test_a_session_that_systemd_did_not_start_the_app_in_is_watched_over_until_the_app_stands_down(
    tmp_path: Path,
) -> None:
    systemctl, runtime = Systemctl(), tmp_path / "run"
    found = linux.linux_autostart(LAUNCH, has_display=True, config=tmp_path, run=systemctl, runtime=runtime)
    found.enable()
    systemctl.asked.clear()
    assert found.watch_over(4711)
    watch = runtime / "systemd" / "user" / session_watch.WATCH
    text = watch.read_text()
    assert systemctl.asked == ["show", "daemon-reload", "restart"]
    assert "PartOf=graphical-session.target" in text
    assert 'kill -0 \\"$$1\\"' in text and f" sh 4711 {linux.UNIT}" in text
    found.stand_down()
    found.stand_down()
    assert systemctl.asked[3:] == ["stop", "daemon-reload"] and not watch.exists()
    systemctl.main_process = 4711
    assert not found.watch_over(4711) and not watch.exists(), "systemd looks after its own"
    systemctl.main_process = 0
    assert found.watch_over(4712)
    found.disable()
    assert not watch.exists(), "who wants no start with the session wants none in it"


def test_a_system_that_we_know_no_way_of_brings_nothing_back() -> None:
    found = autostart_here(LAUNCH, "plan9")
    assert not found.watch_over(4711)
    found.stand_down()


def test_systemd_starts_it_with_the_graphical_session_and_off_is_off(tmp_path: Path) -> None:
    systemctl = Systemctl()
    found = linux.linux_autostart(LAUNCH, has_display=True, config=tmp_path, run=systemctl)
    unit = tmp_path / "systemd" / "user" / linux.UNIT
    assert found.state() is AutostartState.OFF
    assert not list(tmp_path.iterdir()), "nothing is written before it is asked for"
    found.enable()
    assert found.state() is AutostartState.ON
    assert found.brings_back
    assert "WantedBy=graphical-session.target" in unit.read_text()
    assert systemctl.asked[-3:-1] == ["daemon-reload", "enable"]
    assert "start" not in systemctl.asked, "one runs already"
    assert not systemctl.lingers, "it needs the display"
    found.disable()
    found.disable()
    assert found.state() is AutostartState.OFF
    assert not unit.exists()


def test_without_a_display_the_unit_belongs_to_the_users_systemd(tmp_path: Path) -> None:
    linux.linux_autostart(LAUNCH, has_display=False, config=tmp_path, run=Systemctl()).enable()
    assert "WantedBy=default.target" in (tmp_path / "systemd" / "user" / linux.UNIT).read_text()


def test_without_a_display_it_goes_on_when_the_person_logs_out_until_it_is_switched_off(tmp_path: Path) -> None:
    systemctl = Systemctl()
    found = linux.linux_autostart(LAUNCH, has_display=False, config=tmp_path, run=systemctl)
    found.enable()
    found.enable()
    assert systemctl.lingers
    linux.linux_autostart(LAUNCH, has_display=True, config=tmp_path, run=systemctl).disable()
    assert not systemctl.lingers


def test_lingering_that_somebody_else_wanted_stays(tmp_path: Path) -> None:
    systemctl = Systemctl()
    systemctl.lingers = True
    found = linux.linux_autostart(LAUNCH, has_display=False, config=tmp_path, run=systemctl)
    found.enable()
    found.disable()
    assert systemctl.lingers
    assert "enable-linger" not in systemctl.asked


def test_who_may_not_linger_is_told_and_still_starts_with_the_login(tmp_path: Path) -> None:
    systemctl = Systemctl("enable-linger")
    found = linux.linux_autostart(LAUNCH, has_display=False, config=tmp_path, run=systemctl)
    with pytest.raises(Refused, match="ends when you log out") as caught:
        found.enable()
    assert "loginctl enable-linger" in caught.value.advice
    assert found.state() is AutostartState.ON
    found.disable()
    assert "disable-linger" not in systemctl.asked


def test_lingering_that_can_not_be_taken_back_keeps_nobody_from_switching_off(tmp_path: Path) -> None:
    systemctl = Systemctl("disable-linger")
    found = linux.linux_autostart(LAUNCH, has_display=False, config=tmp_path, run=systemctl)
    found.enable()
    found.disable()
    assert "disable-linger" in systemctl.asked
    assert found.state() is AutostartState.OFF


@pytest.mark.parametrize("missing", ["show", "is-active"])
def test_where_systemd_knows_of_no_session_the_desktops_own_way_is_taken(tmp_path: Path, missing: str) -> None:
    found = linux.linux_autostart(LAUNCH, has_display=True, config=tmp_path, run=Systemctl(missing))
    assert (found.way, found.brings_back, found.state()) == ("XDG autostart", False, AutostartState.OFF)
    found.enable()
    entry = tmp_path / "autostart" / linux.ENTRY
    assert found.state() is AutostartState.ON
    entry.write_text(entry.read_text() + "X-GNOME-Autostart-enabled=false\n")
    assert found.state() is AutostartState.OFF, "switched off in the desktop's own settings"
    found.disable()
    found.disable()
    assert not entry.exists()


def test_a_systemd_that_refuses_leaves_nothing_behind(tmp_path: Path) -> None:
    for has_display in (True, False):
        systemctl = Systemctl("enable")
        found = linux.linux_autostart(LAUNCH, has_display=has_display, config=tmp_path, run=systemctl)
        with pytest.raises(Refused, match="systemd"):
            found.enable()
        assert not (tmp_path / "systemd" / "user" / linux.UNIT).exists()
        assert not systemctl.lingers


def test_a_dead_app_is_back_within_a_minute_and_an_orderly_end_is_an_end() -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(linux.unit_text(LAUNCH, linux.GRAPHICAL_SESSION))
    assert unit["Service"]["Restart"] == "on-failure"
    assert int(unit["Service"]["RestartSec"]) < 60
    assert (
        unit["Service"]["ExecStart"]
        == '/bin/sh -c "exec \\"$$0\\" \\"$$@\\"" "/opt/my apps/100%% $$HOME/python" -m app --hidden'
    )
    agent = plistlib.loads(launch_agent.agent_plist(LAUNCH))
    assert agent["KeepAlive"] == {"SuccessfulExit": False}
    assert agent["ThrottleInterval"] < 60
    task = ElementTree.fromstring(task_scheduler.task_xml(LAUNCH, "HOME\\me"))
    names = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert task.findtext("t:Settings/t:RestartOnFailure/t:Interval", namespaces=names) == "PT1M"
    # of a start that failed; what died is for the watcher (test_platforms_session_watch.py)
    count = task.findtext("t:Settings/t:RestartOnFailure/t:Count", namespaces=names)
    assert count is not None and 1 <= int(count) <= 255, "an unsignedByte in Microsoft's schema"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("target", [linux.GRAPHICAL_SESSION, "default.target"])
def test_systemd_itself_finds_nothing_wrong_with_the_unit(tmp_path: Path, target: str) -> None:
    folder = tmp_path / 'with "quotes" and 100% $odd=1'
    folder.mkdir()
    program = folder / "python"
    program.symlink_to(sys.executable)
    launch = Launch(command=(str(program), "-m", "app", "a b", "--hidden"), folder=folder)
    unit = tmp_path / linux.UNIT
    unit.write_text(linux.unit_text(launch, target, lingering_is_ours=target != linux.GRAPHICAL_SESSION))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", str(unit)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert linux.UNIT not in done.stderr, done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Linux' files name a shell")
@pytest.mark.parametrize("folder", ["plain", "a=b", "=", 'A=1 "quoted" 100% $HOME `x`'])
def test_both_files_start_a_program_whose_folder_has_any_name(tmp_path: Path, folder: str) -> None:
    program = tmp_path / folder / "app"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "started $1"\n')
    program.chmod(0o755)
    launch = Launch(command=(str(program), "--hidden $x"), folder=tmp_path)
    unit = _value_of("ExecStart", linux.unit_text(launch, "default.target"))
    words = shlex.split(unit.replace("%%", "%").replace("$$", "$"))  # which is how systemd reads this much
    entry = _value_of("Exec", linux.entry_text(launch)).replace("\\\\", "\\").replace("%%", "%")
    for command in (words, ["sh", "-c", entry]):  # whose quotes are a shell's
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.stdout == "started --hidden $x\n", done.stderr


def test_the_desktops_own_entry_names_no_program_with_an_equals_sign() -> None:
    launch = Launch(command=("/opt/a=b/app", "--hidden"), folder=Path("/opt"))
    assert _value_of("Exec", linux.entry_text(launch)).startswith("/bin/sh -c "), "the specification forbids it"
    assert "/bin/sh" not in linux.entry_text(LAUNCH)


def _value_of(key: str, text: str) -> str:
    return next(line.partition("=")[2] for line in text.splitlines() if line.startswith(f"{key}="))


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="desktop-file-utils is not installed")
def test_the_desktops_own_checker_finds_nothing_wrong_with_the_entry(tmp_path: Path) -> None:
    entry = tmp_path / linux.ENTRY
    entry.write_text(linux.entry_text(LAUNCH))
    done = subprocess.run(["desktop-file-validate", str(entry)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("part", "quoted"),
    [("app", "app"), ("my app", '"my app"'), ("50%", '"50%%"'), ('"', '"\\\\""'), ("$HOME", '"\\\\$HOME"'), ("", '""')],
)
def test_quotes_of_a_desktop_entry(part: str, quoted: str) -> None:
    assert linux.entry_quoted(part) == quoted


def test_a_launch_agent_is_a_file_and_a_person_may_refuse_it(tmp_path: Path) -> None:
    printed = ""
    agent = launch_agent.LaunchAgent(LAUNCH, tmp_path, lambda _: printed)
    assert agent.state() is AutostartState.OFF
    agent.enable()
    assert agent.state() is AutostartState.ON
    path = tmp_path / "Library" / "LaunchAgents" / f"{launch_agent.LABEL}.plist"
    assert plistlib.loads(path.read_bytes())["ProgramArguments"] == list(LAUNCH.command)
    printed = f'disabled services = {{\n\t"com.apple.x" => enabled\n\t"{launch_agent.LABEL}" => disabled\n}}'
    assert agent.state() is AutostartState.OFF
    printed = f'\t"{launch_agent.LABEL}" => false\n'
    assert agent.state() is AutostartState.ON
    agent.disable()
    agent.disable()
    assert not path.exists()


class Schtasks:
    def __init__(self) -> None:
        self.xml: str | None = None
        self.refuses = False

    def __call__(self, command: Sequence[str]) -> str | None:
        if self.refuses and command[1] != "/Query":
            return None
        match command[1]:
            case "/Create":
                self.xml = Path(command[-1]).read_bytes().decode("utf-16")
            case "/Delete":
                self.xml = None
        return self.xml if command[1] == "/Query" else ""


def test_a_scheduled_task_of_the_persons_own() -> None:
    schtasks = Schtasks()
    task = task_scheduler.ScheduledTask(LAUNCH, "HOME\\me & you", schtasks)
    assert task.state() is AutostartState.OFF
    task.disable()
    task.enable()
    assert task.state() is AutostartState.ON
    assert schtasks.xml is not None
    assert "HOME\\me &amp; you" in schtasks.xml
    assert "<DisallowStartIfOnBatteries>false<" in schtasks.xml, "when to train is for the gates to say"
    schtasks.xml = schtasks.xml.replace("<Settings>", "<Settings><Enabled>false</Enabled>")
    assert task.state() is AutostartState.OFF, "switched off in the Task Scheduler"
    schtasks.refuses = True
    with pytest.raises(Refused):
        task.enable()
    with pytest.raises(Refused):
        task.disable()


def test_a_task_that_was_switched_off_in_the_task_scheduler_goes_too() -> None:
    schtasks = Schtasks()
    task = task_scheduler.ScheduledTask(LAUNCH, "HOME\\me", schtasks)
    task.enable()
    assert schtasks.xml is not None
    schtasks.xml = schtasks.xml.replace("<Settings>", "<Settings><Enabled>false</Enabled>")
    assert task.state() is AutostartState.OFF
    task.disable()
    assert schtasks(("schtasks", "/Query")) is None
    task.disable()


def test_a_bundles_command_line_names_the_program_that_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ending = ".exe" if sys.platform == "win32" else ""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / f"train-at-home{ending}"))
    launch = launch_of_this_app(Path("/here"))
    assert launch.command == (str(tmp_path / f"train-at-home-window{ending}"), "--hidden")
    assert launch.folder == tmp_path
    monkeypatch.setenv(LAUNCHER_VARIABLE, str(tmp_path / "installed" / f"train-at-home{ending}"))
    assert launch_of_this_app(Path("/here")).folder == tmp_path / "installed", "whatever version runs now"


def test_each_system_has_its_way_and_the_words_for_it() -> None:
    assert autostart_here(LAUNCH, "win32").way == "Task Scheduler"
    assert autostart_here(LAUNCH, "darwin").way == "launchd"
    assert autostart_here(LAUNCH, "plan9").state() is AutostartState.UNAVAILABLE
    launch = launch_of_this_app(Path("/here"))
    assert (launch.command, launch.folder) == ((sys.executable, "-m", "app", "--hidden"), Path("/here"))
    assert "brings it back" in autostart_sentence("on", "systemd", brings_back=True)
    assert "next session" in autostart_sentence("on", "XDG autostart", brings_back=False)
    assert "does not start" in autostart_sentence("off", "systemd", brings_back=True)
    assert "no way" in autostart_sentence("unavailable", "", brings_back=False)
