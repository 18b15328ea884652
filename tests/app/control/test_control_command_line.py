"""The command line: what it prints, in words and in JSON, and how it ends."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from app.control import messages as wire
from app.control.command_line import application
from app.control.commands import autostart
from app.control.commands.moments import moment, parse_span, parse_until
from app.control.exit_codes import ExitCode
from app.control.hotkey import Identity
from app.control.live_view import PlainView, curve, panel
from app.control.messages import Run
from app.control.service import AlreadyRunning, Service, ServiceOptions, open_service
from app.core import snapshot as picture
from app.core.decision import Action, Decision, Reason
from app.core.engine.phase import EngineStatus, Phase
from app.core.identity.choice import MadeHere
from app.core.money.earnings import Earnings
from app.core.settings.settings import TryHere, settings_file
from app.core.snapshot import Point, ServiceSide, Snapshot
from app.platforms.installation import COMES_BACK_VARIABLE
from app.platforms.launch import Launch
from app.platforms.linux.autostart import XdgAutostart
from app.platforms.paths import profile_paths
from app.platforms.services import Computer
from protocol.errors import SettingsError
from tests.app.fakes.running_service import started_service

LAUNCH = Launch(command=("/bin/true",), folder=Path("/"))
ADDRESS = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)


def command(*arguments: str, profile: Path) -> Result:
    return CliRunner().invoke(application, [*arguments, "--profile-folder", str(profile)])


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A running service over the fakes, outside its hours, in this process."""
    folder = tmp_path_factory.mktemp("profile")
    opened = started_service(folder, computer=Computer)
    yield folder
    opened.close(5.0)


@pytest.mark.parametrize(
    ("verb", "keys"),
    [
        ("status", {"headline", "sentence", "engine", "service", "network", "earnings", "troubles", "account"}),
        ("why", {"sentence", "action", "reason", "until", "gates", "wish"}),
        ("limits", {"sentence", "gates", "caps"}),
        ("earnings", {"tonight_credit", "credited_rao", "pending_rao", "paid_rao", "sentence"}),
        ("pause", {"sentence"}),
        ("resume", {"sentence"}),
    ],
)
def test_each_verb_prints_json_that_scripts_can_read(profile: Path, verb: str, keys: set[str]) -> None:
    result = command(verb, "--json", profile=profile)
    assert result.exit_code == ExitCode.OK
    assert keys <= set(json.loads(result.stdout))


def test_limits_tell_the_evidence_of_each_condition_and_what_binds_the_engine(profile: Path) -> None:
    report = json.loads(command("limits", "--json", profile=profile).stdout)
    gates = {gate["gate"]: gate for gate in report["gates"]}
    assert gates["hours"]["holds"] and gates["hours"]["next_change"]
    assert gates["mains"]["evidence"] == "Nothing on this computer tells."
    assert gates["memory"]["evidence"].endswith("wanted.")
    assert report["caps"]["graphics_memory_share"] == 1.0
    text = command("limits", profile=profile).stdout
    assert "outside your hours" in " ".join(text.split())
    assert "at most" in text and "upload" in text


def test_the_start_with_the_session_is_off_until_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autostart, "autostart_here", lambda _: XdgAutostart(LAUNCH, tmp_path))

    asked: list[wire.Request] = []
    monkeypatch.setattr(autostart, "ask", lambda _paths, request: asked.append(request))

    def state(*arguments: str) -> str:
        result = CliRunner().invoke(application, ["autostart", *arguments, "--json"])
        assert result.exit_code == ExitCode.OK
        return str(json.loads(result.stdout)["state"])

    assert [state(), state("on"), state(), state("off"), state()] == ["off", "on", "on", "off", "off"]
    assert asked == [wire.LookAtAutostart()] * 2, "an app that runs is told of a change, and of nothing else"
    assert "does not start with your session" in CliRunner().invoke(application, ["autostart"]).stdout


def test_every_view_says_the_same_sentence(profile: Path) -> None:
    command("resume", profile=profile)
    sentences = {json.loads(command(verb, "--json", profile=profile).stdout)["sentence"] for verb in ("status", "why")}
    (sentence,) = sentences
    assert re.fullmatch(r"Outside your hours until (\w{3} )?03:00\.", sentence)
    assert sentence in command("status", profile=profile).stdout
    why = command("why", profile=profile).stdout
    assert "holds" in why
    assert "Within your hours" in why


def test_pause_takes_an_end_and_refuses_two(profile: Path) -> None:
    assert "Paused by you until" in command("pause", "--for", "90m", profile=profile).stdout
    assert "04:00." in command("pause", "--until", "04:00", profile=profile).stdout
    both = command("pause", "--until", "04:00", "--for", "1h", profile=profile)
    assert both.exit_code == ExitCode.REFUSED
    assert "Choose one" in both.stderr
    command("resume", profile=profile)


def test_a_run_against_a_running_app_only_asks_it(profile: Path) -> None:
    result = command("run", "--hours", "03:00-03:01", profile=profile)
    assert result.exit_code == ExitCode.OK
    assert "Outside your hours" in result.stdout
    assert isinstance(open_service(ServiceOptions(profile_folder=profile)), AlreadyRunning)


@pytest.mark.parametrize("verb", ["status", "why", "earnings", "pause", "resume", "stop", "quit"])
def test_without_an_app_every_verb_says_so_with_a_code_of_its_own(tmp_path: Path, verb: str) -> None:
    result = command(verb, profile=tmp_path)
    assert result.exit_code == ExitCode.NOT_RUNNING
    assert "train-at-home run" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--network", "mars"),
        ("--network", "http://elsewhere.example"),
        ("--network", "local", "--hours", "whenever"),
    ],
)
def test_a_run_that_can_not_begin_says_why_and_leaves_no_lock(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = command("run", *arguments, profile=tmp_path)
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr
    opened = open_service(ServiceOptions(profile_folder=tmp_path))
    assert isinstance(opened, Service)
    opened.release()


def test_no_verb_takes_a_payout_address(tmp_path: Path) -> None:
    words = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"
    for given in (ADDRESS, words):
        result = command("run", "--network", "local", "--payout", given, profile=tmp_path)
        assert result.exit_code == ExitCode.USAGE
        assert given not in result.output
    assert settings_file(tmp_path).load().value.payout_address is None


def test_what_is_given_at_the_start_is_kept(tmp_path: Path) -> None:
    opened = open_service(ServiceOptions(profile_folder=tmp_path, first=Run(network="local", hours="22:00-07:00")))
    assert isinstance(opened, Service)
    opened.release()
    settings = settings_file(tmp_path).load().value
    assert settings.network == TryHere()
    assert settings.schedule.enabled


def test_an_app_that_comes_back_after_an_update_does_not_ask_again_for_what_was_asked_then(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "app.control", "run", "--network", "local", "--profile-folder", str(tmp_path)]
    environment = {**os.environ, COMES_BACK_VARIABLE: "1"}
    done = subprocess.run(program, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert "No network was chosen yet." in done.stderr
    assert settings_file(tmp_path).load().value.network is None


def test_the_module_starts_without_torch_or_qt(tmp_path: Path) -> None:
    code = (
        "import sys; from app.control.command_line import application; import app.control.headless\n"
        "bad = {name.partition('.')[0] for name in sys.modules} & {'torch', 'PySide6', 'numpy', 'engine', 'subnet'}\n"
        "assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    done = subprocess.run(
        [sys.executable, "-m", "app.control", "status", "--profile-folder", str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == ExitCode.NOT_RUNNING


def test_a_throw_away_profile_keeps_its_hotkey_in_a_file_and_says_so(tmp_path: Path) -> None:
    paths = profile_paths(tmp_path)
    first, again = (Identity(paths, keychain=False).open(MadeHere()) for _start in range(2))
    assert first.signer.address == again.signer.address
    assert "only you can read" in first.storage
    files = [path for path in paths.state_folder.rglob("*") if path.is_file()]
    assert files
    assert os.name == "nt" or all(path.stat().st_mode & 0o077 == 0 for path in files)


def test_times_of_day_are_the_next_such_time_on_the_wall_clock() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    evening = datetime(2026, 3, 28, 22, 0, tzinfo=berlin)
    seven = parse_until("07:00", evening)
    assert (seven.day, seven.hour) == (29, 7)
    assert seven.astimezone(UTC) - evening.astimezone(UTC) == timedelta(hours=8)
    assert parse_until("23:30", evening) == evening + timedelta(hours=1.5)
    assert parse_span("1h30m") == timedelta(minutes=90)
    assert moment(None, None, evening) is None
    for text in ("25:00", "7", "soon", ""):
        with pytest.raises(SettingsError):
            parse_until(text, evening)
    for text in ("0m", "", "h", "-5m", "9999h"):
        with pytest.raises(SettingsError):
            parse_span(text)


def training(step: int, at: datetime) -> Snapshot:
    return msgspec.structs.replace(
        picture.first_snapshot(at, Earnings()),
        decision=Decision(action=Action.RUN, reason=Reason.GATES_OPEN),
        engine=EngineStatus(
            phase=Phase.TRAINING, step=step, tokens_per_second=1234.0, stage=0, stages=2, run_title="R"
        ),
        service=ServiceSide(heartbeat_at=at, run_loss=2.5, run_share_done=0.5, miners=2),
        loss_points=tuple(Point(float(place), 4.0 - place / 100) for place in range(200)),
    )


def test_plain_output_speaks_when_something_changes_and_now_and_then() -> None:
    stream = io.StringIO()
    view = PlainView(stream)
    for second in range(0, 65, 5):
        view.show(training(second, NOW + timedelta(seconds=second)))
    lines = stream.getvalue().splitlines()
    assert len(lines) == 3
    assert lines[0] == "2026-11-20 22:00:00 Training part 1 of 2 of “R”."
    assert "step 30, speed 1,234 tokens/s, loss 2.500" in lines[1]


def test_the_live_panel_shows_what_matters_on_a_narrow_terminal() -> None:
    console = Console(file=io.StringIO(), width=60)
    console.print(panel(training(7, NOW)))
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    for text in ("Training part 1 of 2", "1,234 tokens/s", "2.500", "50.0% done by 2 computers", "█"):
        assert text in shown


def test_a_curve_of_any_length_fits_its_line() -> None:
    for count in (2, 47, 48, 49, 600):
        line = curve(tuple(Point(float(place), float(place)) for place in range(count)))
        assert 1 < len(line) <= 48
        assert line.endswith("█")
    assert set(curve((Point(0, 1.0), Point(1, 1.0)))) == {"▁"}
