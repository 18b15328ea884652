"""The control socket: a real headless app in a process of its own, and the server's manners towards strangers."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from app import VERSION
from app.control import messages as wire
from app.control.callers import User, user_of, users_listened_to
from app.control.client import NotAllowed, NotRunning, connected
from app.control.command_line import application
from app.control.commands import asking
from app.control.endpoint import socket_path
from app.control.server import CONNECTIONS_LIMIT, listening
from app.core.engine.phase import Phase
from app.core.gates.gate import GateName
from app.platforms.paths import profile_paths
from app.platforms.windows.users import own_user
from protocol.errors import AuthenticationError, MalformedMessage, Refused, SettingsError, Unavailable, VersionMismatch
from protocol.wire import to_json
from tests.app.fakes.strangers import (
    DEADLINE_SECONDS,
    GREETING,
    asked_by,
    code_of,
    echo_status,
    hung_up,
    open_line,
    said,
    strangers_line,
)

HEADLESS = str(Path(__file__).resolve().parents[1] / "fakes" / "headless_with_fakes.py")

has_signals = pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to send")
has_unix_sockets = pytest.mark.skipif(os.name == "nt", reason="on Windows it is a pipe; see test_control_pipe.py")


class HeadlessApp:
    """`train-at-home run` over the fake engine, as a real process."""

    def __init__(self, folder: Path, engine: str = "good", how: str = "plain") -> None:
        self.paths = profile_paths(folder)
        self.process = subprocess.Popen(
            [sys.executable, HEADLESS, str(folder), engine, how],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ask(self, request: wire.Request) -> wire.Reply:
        with connected(self.paths) as client:
            return client.ask(request)

    def until_phase(self, phase: Phase) -> wire.StatusReply:
        deadline = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                reply = self.ask(wire.Status())
            except NotRunning:
                reply = None
            if isinstance(reply, wire.StatusReply) and reply.report.engine.phase is phase:
                return reply
            time.sleep(0.02)
        raise AssertionError(f"{phase} never came: {self.end()}")

    def end(self) -> tuple[int, str, str]:
        """Exit code, stdout, stderr; killed when it does not end by itself."""
        try:
            output, errors = self.process.communicate(timeout=DEADLINE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            output, errors = self.process.communicate()
        return self.process.returncode, output, errors


@pytest.fixture
def app_of(tmp_path: Path) -> Iterator[Callable[..., HeadlessApp]]:
    apps: list[HeadlessApp] = []

    def start(engine: str = "good", how: str = "plain") -> HeadlessApp:
        apps.append(HeadlessApp(tmp_path, engine, how))
        return apps[-1]

    yield start
    for app in apps:
        if app.process.poll() is None:
            app.process.kill()
        app.process.communicate()


def test_every_verb_goes_round_against_a_running_app(app_of: Callable[..., HeadlessApp]) -> None:
    app = app_of()
    report = app.until_phase(Phase.TRAINING).report
    assert report.sentence == "Training part 2 of 3 of “Shakespeare”."
    with connected(app.paths) as client:
        assert (client.welcome.app_version, client.welcome.pid) == (VERSION, app.process.pid)
        paused = client.ask(wire.Pause())
        assert isinstance(paused, wire.Done)
        assert paused.sentence == "Paused by you until you resume."
        why = client.ask(wire.Why())
        assert isinstance(why, wire.WhyReply)
        assert why.report.reason == "paused"
        assert [line.gate for line in why.report.gates] == list(GateName)
        limits = client.ask(wire.Limits())
        assert isinstance(limits, wire.LimitsReply)
        assert all(line.evidence for line in limits.report.gates)
        earnings = client.ask(wire.Earnings())
        assert isinstance(earnings, wire.EarningsReply)
        activity = client.ask(wire.Activity(days=2))
        assert isinstance(activity, wire.ActivityReply)
        assert [day.name for day in activity.report.days] == ["Today", "Yesterday"]
        with pytest.raises(Refused):
            client.ask(wire.Show())
        with pytest.raises(SettingsError):
            client.ask(wire.Run(network="mars"))
        with pytest.raises(Refused, match="payout address"):
            client.ask(wire.Run(hours="always", payout="5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"))
        assert isinstance(client.ask(wire.Resume()), wire.Done)
    app.until_phase(Phase.TRAINING)
    assert isinstance(app.ask(wire.Quit()), wire.Done)
    code, output, errors = app.end()
    assert (code, errors) == (0, "")
    assert output.rstrip().endswith("Closed.")
    assert os.name == "nt" or not socket_path(app.paths).exists()
    with pytest.raises(NotRunning):
        app.ask(wire.Status())


@has_signals
def test_sigterm_hands_over_and_ends_with_success(app_of: Callable[..., HeadlessApp]) -> None:
    app = app_of()
    app.until_phase(Phase.TRAINING)
    began = time.monotonic()
    app.process.send_signal(signal.SIGTERM)
    code, output, _ = app.end()
    assert code == 0
    assert time.monotonic() - began < 10
    assert "Handing over" in output or "Closed." in output
    log = (app.paths.log_folder / "app.log").read_text()
    assert '"outcome": "Stopped"' in log


@has_signals
def test_a_second_ctrl_c_does_not_wait_for_an_engine_that_hangs(app_of: Callable[..., HeadlessApp]) -> None:
    app = app_of(engine="hangs")
    app.until_phase(Phase.TRAINING)
    app.process.send_signal(signal.SIGINT)
    app.until_phase(Phase.STOPPING)
    app.process.send_signal(signal.SIGINT)
    began = time.monotonic()
    code, _, _ = app.end()
    assert code == 130
    assert time.monotonic() - began < 8


def test_a_killed_app_leaves_a_socket_that_the_next_one_takes_over(app_of: Callable[..., HeadlessApp]) -> None:
    first = app_of()
    first.until_phase(Phase.TRAINING)
    first.process.kill()
    first.end()
    assert os.name == "nt" or socket_path(first.paths).exists()
    with pytest.raises(NotRunning), connected(first.paths):
        pass
    second = app_of()
    second.until_phase(Phase.TRAINING)
    assert isinstance(second.ask(wire.Quit()), wire.Done)
    assert second.end()[0] == 0


def test_the_engine_of_a_killed_app_ends_by_itself(app_of: Callable[..., HeadlessApp]) -> None:
    app = app_of()
    pid = app.until_phase(Phase.TRAINING).report.engine.pid
    assert pid is not None
    app.process.kill()
    app.end()
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline and _is_alive(pid):
        time.sleep(0.02)
    assert not _is_alive(pid)


def test_a_second_app_of_the_same_profile_does_not_start(app_of: Callable[..., HeadlessApp]) -> None:
    first = app_of()
    first.until_phase(Phase.TRAINING)
    assert app_of().end()[0] == 77
    assert isinstance(first.ask(wire.Status()), wire.StatusReply)


def test_an_engine_of_another_version_ends_the_headless_app_with_its_own_code(
    app_of: Callable[..., HeadlessApp],
) -> None:
    code, output, _ = app_of(engine="wrong_version").end()
    assert code == 5
    assert "another version" in output


def test_an_app_that_dies_of_its_own_mistake_ends_with_a_failure_so_that_the_system_brings_it_back(
    app_of: Callable[..., HeadlessApp],
) -> None:
    app = app_of(how="dies")
    assert app.end()[0] == 1
    assert '"the_supervisor_died"' in (app.paths.log_folder / "app.log").read_text()


def test_json_lines_are_one_report_each(app_of: Callable[..., HeadlessApp]) -> None:
    app = app_of(how="json")
    app.until_phase(Phase.TRAINING)
    app.ask(wire.Quit())
    _, output, _ = app.end()
    reports = [json.loads(line) for line in output.splitlines()]
    assert {"headline", "sentence", "engine", "earnings"} <= set(reports[0])
    assert reports[-1]["sentence"] == "Closed."


def _is_alive(pid: int) -> bool:
    """A zombie whose parent is gone too is as good as dead."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@has_unix_sockets
async def test_the_socket_is_its_owners_only(tmp_path: Path) -> None:
    paths = profile_paths(tmp_path)
    async with listening(paths, echo_status):
        assert socket_path(paths).stat().st_mode & 0o077 == 0
        assert socket_path(paths).parent.stat().st_mode & 0o077 == 0


async def test_whoever_does_not_greet_first_is_sent_away(tmp_path: Path) -> None:
    async with strangers_line(profile_paths(tmp_path)) as (reader, writer):
        assert code_of(await said(reader, writer, to_json(wire.Status()))) == MalformedMessage.code
        assert await reader.read() == b""


async def test_another_control_version_is_refused(tmp_path: Path) -> None:
    async with strangers_line(profile_paths(tmp_path)) as (reader, writer):
        greeting = to_json(wire.Greet(control_version=99))
        assert code_of(await said(reader, writer, greeting)) == VersionMismatch.code


async def test_unknown_requests_and_mistakes_are_answered_and_the_conversation_goes_on(tmp_path: Path) -> None:
    async with strangers_line(profile_paths(tmp_path)) as (reader, writer):
        assert isinstance(await said(reader, writer, GREETING), wire.Welcome)
        assert code_of(await said(reader, writer, b'{"request":"dance"}')) == MalformedMessage.code
        assert code_of(await said(reader, writer, b"garbage")) == MalformedMessage.code
        assert code_of(await said(reader, writer, to_json(wire.Stop()))) == "error"
        assert await said(reader, writer, b'{"request":"status","later":1}') == wire.Done(sentence="Status")


@pytest.mark.parametrize("greeted", [False, True])
async def test_an_endless_line_is_refused_in_words_and_ends_only_its_own_connection(
    tmp_path: Path, greeted: bool
) -> None:
    paths = profile_paths(tmp_path)
    async with strangers_line(paths) as (reader, writer):
        if greeted:
            assert isinstance(await said(reader, writer, GREETING), wire.Welcome)
        reply = await said(reader, writer, b"x" * (3 * wire.REQUEST_LIMIT_BYTES))
        assert code_of(reply) == MalformedMessage.code
        assert await asyncio.wait_for(reader.read(), DEADLINE_SECONDS) == b""
        again, other = await open_line(paths)
        assert isinstance(await said(again, other, GREETING), wire.Welcome)
        await hung_up(other)


OURS = sorted(users_listened_to(), key=str)


@pytest.mark.parametrize(
    ("user", "welcome"),
    [*((user, True) for user in OURS), (None, True), (54321, False), ("S-1-5-21-7-7-7-1009", False)],
)
async def test_only_the_own_user_and_the_administrator_are_listened_to_and_others_are_told_why(
    tmp_path: Path, user: User | None, welcome: bool
) -> None:
    paths = profile_paths(tmp_path)
    async with listening(paths, echo_status, find_user=lambda _writer: user):
        asking = asyncio.to_thread(asked_by, paths, wire.Status())
        if welcome:
            assert await asking == wire.Done(sentence="Status")
        else:
            with pytest.raises(AuthenticationError, match="belongs to another user of this computer"):
                await asking


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS doesn't tell asyncio's sockets")
async def test_the_system_tells_who_asks(tmp_path: Path) -> None:
    paths, users = profile_paths(tmp_path), list[User | None]()

    def noted(writer: asyncio.StreamWriter) -> User | None:
        users.append(user_of(writer))
        return users[-1]

    async with listening(paths, echo_status, find_user=noted):
        await asyncio.to_thread(asked_by, paths, wire.Status())
    assert users == [own_user() if os.name == "nt" else os.getuid()]


async def test_one_program_too_many_is_told_to_try_again(tmp_path: Path) -> None:
    paths = profile_paths(tmp_path)
    async with listening(paths, echo_status):
        lines = [await open_line(paths) for _ in range(CONNECTIONS_LIMIT)]
        for reader, writer in lines:
            assert isinstance(await said(reader, writer, GREETING), wire.Welcome)
        with pytest.raises(Unavailable, match="Too many programs"):
            await asyncio.to_thread(asked_by, paths, wire.Status())
        for _reader, writer in lines:
            await hung_up(writer)


async def test_a_request_too_long_for_the_app_is_refused_and_not_taken_for_an_app_that_is_gone(tmp_path: Path) -> None:
    paths = profile_paths(tmp_path)
    async with listening(paths, echo_status):
        long = wire.ChangeSchedule(add=tuple("22:00-07:00" for _ in range(wire.REQUEST_LIMIT_BYTES)))
        with pytest.raises(MalformedMessage, match="too long for this app"):
            await asyncio.to_thread(asked_by, paths, long)


async def test_as_many_programs_as_may_speak_all_get_their_answer_when_they_come_at_once(tmp_path: Path) -> None:
    paths, loop = profile_paths(tmp_path), asyncio.get_running_loop()
    async with listening(paths, echo_status):
        with ThreadPoolExecutor(CONNECTIONS_LIMIT) as programs:
            asking = [loop.run_in_executor(programs, asked_by, paths, wire.Why()) for _ in range(CONNECTIONS_LIMIT)]
            assert await asyncio.gather(*asking) == [wire.Done(sentence="Why")] * CONNECTIONS_LIMIT


async def say_much(request: wire.Request) -> wire.Reply:
    return wire.Done(sentence=("much" if isinstance(request, wire.Status) else "too much, ") * 200_000)


async def test_a_long_answer_crosses_whole_and_one_beyond_the_limit_is_not_read_to_its_end(tmp_path: Path) -> None:
    paths = profile_paths(tmp_path)
    async with listening(paths, say_much):
        assert await asyncio.to_thread(asked_by, paths, wire.Status()) == wire.Done(sentence="much" * 200_000)
        with pytest.raises(MalformedMessage):
            await asyncio.to_thread(asked_by, paths, wire.Why())
        reader, writer = await open_line(paths, limit_bytes=2**24)
        assert isinstance(await said(reader, writer, GREETING), wire.Welcome)
        assert await said(reader, writer, to_json(wire.Why())) == wire.Done(sentence="too much, " * 200_000)
        await hung_up(writer)


async def test_an_app_that_ends_in_the_middle_of_a_conversation_is_not_running(tmp_path: Path) -> None:
    paths = profile_paths(tmp_path)
    ended = threading.Event()

    def converse() -> wire.Reply:
        with connected(paths) as client:
            assert client.ask(wire.Status()) == wire.Done(sentence="Status")
            loop.call_soon_threadsafe(begun.set)
            assert ended.wait(DEADLINE_SECONDS)
            return client.ask(wire.Status())

    loop, begun = asyncio.get_running_loop(), asyncio.Event()
    async with listening(paths, echo_status):
        conversation = asyncio.create_task(asyncio.to_thread(converse))
        await asyncio.wait_for(begun.wait(), DEADLINE_SECONDS)
    ended.set()
    with pytest.raises(NotRunning):
        await conversation


async def test_an_app_that_never_answers_is_given_up_on(tmp_path: Path) -> None:
    paths, asked = profile_paths(tmp_path), asyncio.Event()

    async def never(_request: wire.Request) -> wire.Reply:
        asked.set()
        return await asyncio.Future()

    def give_up() -> None:
        with connected(paths, answer_seconds=0.3) as client:
            client.ask(wire.Status())

    async with listening(paths, never):
        with pytest.raises(Unavailable, match="does not answer"):
            await asyncio.to_thread(give_up)
    assert asked.is_set()


@has_unix_sockets
@pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="nothing is kept from an administrator")
@pytest.mark.parametrize("kept", ["socket", "folder"])
def test_a_socket_that_is_kept_from_us_is_no_app_that_does_not_run(tmp_path: Path, kept: str) -> None:
    paths = profile_paths(tmp_path)
    path = socket_path(paths)
    path.parent.mkdir(parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        closed = path if kept == "socket" else path.parent
        mode = closed.stat().st_mode
        closed.chmod(0)
        try:
            with pytest.raises(NotAllowed), connected(paths):
                pass
        finally:
            closed.chmod(mode)


@has_unix_sockets
def test_a_profile_too_deep_for_a_socket_gets_a_short_private_one(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 120)
    path = socket_path(profile_paths(deep))
    assert len(os.fsencode(path)) < 104
    listener = socket.socket(socket.AF_UNIX)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    listener.bind(str(path))
    listener.close()
    path.unlink()


def test_who_quits_and_waits_is_back_once_the_app_is_gone(app_of: Callable[..., HeadlessApp]) -> None:
    app = app_of()
    app.until_phase(Phase.TRAINING)
    reader = threading.Thread(target=app.process.communicate)  # as whoever began it does: else it never is quite gone
    reader.start()
    asked = CliRunner().invoke(application, ["quit", "--wait", "--profile-folder", str(app.paths.state_folder.parent)])
    assert asked.exit_code == 0, asked.stderr
    assert not psutil.pid_exists(app.process.pid)
    reader.join()
    with pytest.raises(NotRunning):
        app.ask(wire.Status())


def test_an_app_that_does_not_end_is_told_of_and_not_waited_for_for_ever(
    app_of: Callable[..., HeadlessApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_of(engine="hangs")
    app.until_phase(Phase.TRAINING)
    monkeypatch.setattr(asking, "ENDING_SECONDS", 0.2)
    asked = CliRunner().invoke(application, ["quit", "--wait", "--profile-folder", str(app.paths.state_folder.parent)])
    assert asked.exit_code != 0
    assert "has not ended" in asked.stderr
