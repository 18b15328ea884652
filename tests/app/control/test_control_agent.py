"""What an agent is told and allowed: real child processes against a running app, and the protocol line by line."""

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.control import messages as wire
from app.control.agent import json_rpc
from app.control.agent.command import serve
from app.control.agent.session import PROTOCOL_VERSION, AgentSession
from app.control.agent.tools import TOOLS, Scope
from app.control.client import NotRunning, connected
from app.core.engine.phase import Phase
from app.platforms.paths import profile_paths
from protocol.errors import Unavailable

ROOT = Path(__file__).resolve().parents[3]
HEADLESS = str(Path(__file__).resolve().parents[1] / "fakes" / "headless_with_fakes.py")
DEADLINE_SECONDS = 30.0
NOW = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
EVERYTHING = frozenset(Scope)
ARGUMENTS: dict[str, dict[str, Any]] = {
    "train": {"until": "23:30"},
    "pause": {"for": "90m"},
    "set_hours": {"hours": ["22:00-07:00"]},
    "add_hours": {"hours": ["sat 09:00-17:00 gently"]},
    "remove_hours": {"hours": ["sat 09:00-17:00 gently"]},
    "days_off": {"days": ["2026-12-24..2026-12-26"]},
    "set_limits": {"limits": {"gates.idle": "on", "work_share": "50%"}},
}


class FakeApp:
    """Notes what it was asked, and by whom."""

    def __init__(self, reply: wire.Reply | None = None) -> None:
        self.reply = reply or wire.Done(sentence="Done so.")
        self.asked: list[tuple[wire.Request, str]] = []

    def ask(self, request: wire.Request, asker: str) -> wire.Reply:
        self.asked.append((request, asker))
        return self.reply


def call(method: str, params: object = None, call_id: object = 1) -> bytes:
    said = {"jsonrpc": "2.0", "id": call_id, "method": method}
    return json.dumps(said if params is None else said | {"params": params}).encode()


HELLO = call("initialize", {"protocolVersion": PROTOCOL_VERSION, "capabilities": {}, "clientInfo": {"name": "robin"}})


def begun(app: FakeApp, scopes: frozenset[Scope] = EVERYTHING) -> AgentSession:
    session = AgentSession(scopes, app.ask, lambda: NOW)
    assert session.answer(HELLO)
    return session


def answer(session: AgentSession, line: bytes) -> dict[str, Any]:
    said = session.answer(line)
    assert said is not None
    assert b"\n" not in said
    found: dict[str, Any] = json.loads(said)
    assert found["jsonrpc"] == "2.0"
    return found


def use(session: AgentSession, name: str, arguments: object = None) -> dict[str, Any]:
    return answer(session, call("tools/call", {"name": name, "arguments": arguments}))


def test_the_greeting_agrees_on_a_version_and_says_what_is_allowed() -> None:
    session = AgentSession(frozenset(), FakeApp().ask, lambda: NOW)
    for wanted, agreed in (
        (PROTOCOL_VERSION, PROTOCOL_VERSION),
        ("2024-11-05", "2024-11-05"),
        ("1999-01-01", PROTOCOL_VERSION),
    ):
        told = answer(session, call("initialize", {"protocolVersion": wanted}))["result"]
        assert told["protocolVersion"] == agreed
        assert told["capabilities"] == {"tools": {}}
        assert "--allow run" in told["instructions"]


def test_nothing_but_a_ping_is_answered_before_the_greeting() -> None:
    app = FakeApp()
    session = AgentSession(EVERYTHING, app.ask, lambda: NOW)
    assert answer(session, call("ping"))["result"] == {}
    assert use(session, "resume")["error"]["code"] == -32600
    assert answer(session, call("tools/list"))["error"]["code"] == -32600
    assert app.asked == []


@pytest.mark.parametrize("allowed", [(), (Scope.RUN,), (Scope.SETTINGS,), tuple(Scope)])
def test_each_tool_does_what_was_allowed_and_is_otherwise_refused_in_words(allowed: tuple[Scope, ...]) -> None:
    app = FakeApp()
    session = begun(app, frozenset(allowed))
    listed = {tool["name"] for tool in answer(session, call("tools/list"))["result"]["tools"]}
    granted = set(allowed) | {Scope.READ}
    assert listed == {tool.name for tool in TOOLS if tool.scope in granted}
    for tool in TOOLS:
        before = len(app.asked)
        told = use(session, tool.name, ARGUMENTS.get(tool.name))["result"]
        if tool.scope in granted:
            assert len(app.asked) == before + 1
            assert told["content"][0] == {"type": "text", "text": "Done so."}
        else:
            assert told["isError"]
            assert f"--allow {tool.scope}" in told["content"][0]["text"]
            assert len(app.asked) == before
    assert all(asker == "robin" for _request, asker in app.asked)


def test_tools_become_the_requests_that_the_command_line_makes() -> None:
    app = FakeApp()
    session = begun(app)
    for tool in TOOLS:
        use(session, tool.name, ARGUMENTS.get(tool.name))
    asked = {type(request).__name__ for request, _asker in app.asked}
    reading = {"Status", "Why", "Limits", "Earnings", "ShowSchedule"}
    assert asked == reading | {"Run", "Pause", "Resume", "Stop", "Skip", "ChangeSchedule", "ChangeLimits"}
    requests = [request for request, _asker in app.asked]
    assert wire.Run(now=True, until=NOW + timedelta(minutes=90)) in requests
    assert wire.Pause(until=NOW + timedelta(minutes=90)) in requests
    assert wire.Stop(finish=True) in requests
    assert wire.ChangeSchedule(days_off=("2026-12-24..2026-12-26",)) in requests
    assert wire.ChangeLimits(changes=(("gates.idle", "on"), ("work_share", "50%"))) in requests


@pytest.mark.parametrize(
    "name",
    [
        "payout_address",
        "hotkey",
        "network",
        "wish",
        "gates",
        "gates.network",
        "hide_address",
        "hide-address",
        "proxy",
        "work_folder",
    ],
)
def test_an_agent_sets_limits_and_nothing_else(name: str) -> None:
    app = FakeApp()
    told = use(begun(app), "set_limits", {"limits": {"threads": "2", name: "off"}})["result"]
    assert told["isError"]
    assert app.asked == []


def test_no_tool_names_money_s_way_keys_updates_or_removal() -> None:
    session = begun(FakeApp())
    for tool in answer(session, call("tools/list"))["result"]["tools"]:
        said = json.dumps([tool["name"], tool["inputSchema"]]).lower()
        assert not [
            word for word in ("payout", "address", "wallet", "key", "update", "network", "quit") if word in said
        ]
        assert tool["inputSchema"]["type"] == "object"
        assert tool["inputSchema"]["additionalProperties"] is False
        assert tool["annotations"]["readOnlyHint"] == (
            tool["name"] in {"status", "why", "limits", "earnings", "schedule"}
        )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "until when"),
        ({"until": "23:30", "for": "1h"}, "together"),
        ({"until": "whenever"}, "not a time"),
        ({"until": "2025-01-01"}, "over already"),
        ({"for": "8d"}, "7 days"),
    ],
)
def test_training_is_asked_for_with_an_end_that_makes_sense(arguments: dict[str, str], words: str) -> None:
    app = FakeApp()
    told = use(begun(app), "train", arguments)["result"]
    assert told["isError"]
    assert words in told["content"][0]["text"]
    assert app.asked == []


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("status", {"more": 1}),
        ("status", []),
        ("earnings", {"days": "seven"}),
        ("earnings", {"days": 0}),
        ("earnings", {"days": 1, "show_money": True}),
        ("train", {"until": 7}),
        ("train", {"for": "1h", "payout": "5Grw"}),
        ("train", {"for": "1" * 1000}),
        ("set_hours", {}),
        ("set_hours", {"hours": "22:00-07:00"}),
        ("set_hours", {"hours": []}),
        ("set_hours", {"hours": ["always"] * 51}),
        ("set_limits", {}),
        ("set_limits", {"limits": {}}),
        ("set_limits", {"limits": {"threads": 2}}),
        ("set_limits", {"limits": ["threads", "2"]}),
        ("SetPayoutAddress", {}),
        (7, {}),
        (None, {}),
    ],
)
def test_wrong_arguments_are_answered_with_why_and_nothing_is_asked(name: object, arguments: object) -> None:
    app = FakeApp()
    told = answer(begun(app), call("tools/call", {"name": name, "arguments": arguments}))
    assert told["error"]["code"] == -32602
    assert told["error"]["message"]
    assert app.asked == []


@pytest.mark.parametrize(
    ("line", "code", "call_id"),
    [
        (b"", -32700, None),
        (b"not json", -32700, None),
        (b'{"jsonrpc":"2.0","id":1,"method":"pi', -32700, None),
        (b"[" * 50_000, -32700, None),
        (b'{"jsonrpc":"2.0","id":1,"method":"\xff"}', -32700, None),
        (b"[]", -32600, None),
        (b"7", -32600, None),
        (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600, None),
        (b'{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}', -32600, None),
        (b'{"jsonrpc":"2.0","id":true,"method":"ping"}', -32600, None),
        (b'{"jsonrpc":"1.0","id":5,"method":"ping"}', -32600, 5),
        (b'{"jsonrpc":"2.0","id":5,"method":7}', -32600, 5),
        (b'{"jsonrpc":"2.0","id":5,"method":"ping","params":[1]}', -32602, 5),
        (b'{"jsonrpc":"2.0","id":"x","method":"resources/list"}', -32601, "x"),
        (b'{"jsonrpc":"2.0","id":"x","method":"tools/list","params":{"cursor":"2"}}', -32602, "x"),
        (b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}', -32602, 1),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping","pad":"' + b"x" * json_rpc.LINE_LIMIT_BYTES + b'"}', -32600, None),
    ],
    ids=lambda value: str(value)[:50],
)
def test_what_makes_no_sense_is_answered_with_the_right_code(line: bytes, code: int, call_id: object) -> None:
    told = answer(begun(FakeApp()), line)
    assert (told["error"]["code"], told["id"]) == (code, call_id)


@pytest.mark.parametrize(
    "line",
    [
        b'{"jsonrpc":"2.0","method":"notifications/initialized"}',
        b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}',
        b'{"jsonrpc":"2.0","method":"tools/call","params":{"name":"finish"}}',
        b'{"jsonrpc":"2.0","id":1,"result":{}}',
        b'{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"no"}}',
    ],
)
def test_what_wants_no_answer_gets_none_and_does_nothing(line: bytes) -> None:
    app = FakeApp()
    assert begun(app).answer(line) is None
    assert app.asked == []


def test_a_name_that_would_mislead_is_cleaned_before_it_is_passed_on() -> None:
    app = FakeApp()
    session = AgentSession(EVERYTHING, app.ask, lambda: NOW)
    for name, shown in (("a\n\u202eb" + "c" * 100, "ab" + "c" * 38), ("\n", "an agent"), (7, "an agent")):
        session.answer(call("initialize", {"protocolVersion": PROTOCOL_VERSION, "clientInfo": {"name": name}}))
        use(session, "resume")
        assert app.asked[-1][1] == shown


def test_the_apps_own_errors_are_told_as_a_person_reads_them_and_mistakes_as_mistakes() -> None:
    def away(_request: wire.Request, _asker: str) -> wire.Reply:
        raise NotRunning

    def busy(_request: wire.Request, _asker: str) -> wire.Reply:
        raise Unavailable("Train at Home does not answer.", "It may be busy; try again.")

    def broken(_request: wire.Request, _asker: str) -> wire.Reply:
        raise ZeroDivisionError("secret")

    for ask, words in ((away, "train-at-home run"), (busy, "try again")):
        session = AgentSession(EVERYTHING, ask, lambda: NOW)
        session.answer(HELLO)
        told = use(session, "status")["result"]
        assert told["isError"]
        assert words in told["content"][0]["text"]
    session = AgentSession(EVERYTHING, broken, lambda: NOW)
    session.answer(HELLO)
    told = use(session, "status")
    assert told["error"]["code"] == -32603
    assert "secret" not in told["error"]["message"]


ids = st.integers(-(10**18), 10**18) | st.text(max_size=20) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
methods = st.sampled_from(["initialize", "ping", "tools/list", "tools/call"]) | st.text(max_size=10)
params = values | st.fixed_dictionaries(
    {
        "name": st.sampled_from([tool.name for tool in TOOLS]),
        "arguments": values | st.fixed_dictionaries({"for": values}),
    }
)


@given(st.lists(st.tuples(ids, methods, params), max_size=4))
def test_whatever_is_asked_is_answered_once_with_the_id_it_came_with(calls: list[tuple[Any, str, Any]]) -> None:
    session = begun(FakeApp())
    for call_id, method, given_params in calls:
        told = answer(session, call(method, given_params, call_id))
        assert told["id"] == call_id
        assert ("result" in told) != ("error" in told)


@given(st.lists(st.binary(max_size=60).map(lambda line: line.replace(b"\n", b""))), st.booleans())
def test_no_bytes_end_the_conversation(garbage: list[bytes], ends_in_the_middle: bool) -> None:
    stream = io.BytesIO(
        b"".join(line + b"\n" for line in garbage) + call("ping", None, "last") + b"\n" * (not ends_in_the_middle)
    )
    answers = io.BytesIO()
    serve(begun(FakeApp()), stream, answers)
    last = json.loads(answers.getvalue().splitlines()[-1])
    assert last == {"jsonrpc": "2.0", "id": "last", "result": {}}


@given(st.lists(st.integers(0, 40), max_size=8))
def test_a_line_that_is_too_long_hides_none_of_those_after_it(lengths: list[int]) -> None:
    written = [b"x" * length for length in lengths]
    found = list(json_rpc.lines(io.BytesIO(b"".join(line + b"\n" for line in written)), limit_bytes=16))
    assert found == [line[:17] for line in written]


class Agent:
    """A real `train-at-home agent`, spoken to as an agent does."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.control", "agent", *options, "--profile-folder", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
        )
        assert self.say(HELLO)["result"]["protocolVersion"] == PROTOCOL_VERSION

    def say(self, line: bytes) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told

    def use(self, name: str, arguments: object = None) -> dict[str, Any]:
        told: dict[str, Any] = self.say(call("tools/call", {"name": name, "arguments": arguments}))["result"]
        return told

    def end(self) -> tuple[int, bytes]:
        output, errors = self.process.communicate(timeout=DEADLINE_SECONDS)
        assert output == b""
        return self.process.returncode, errors


@pytest.fixture
def agent_of(tmp_path: Path) -> Iterator[Callable[..., Agent]]:
    agents: list[Agent] = []

    def start(*options: str, folder: Path = tmp_path) -> Agent:
        agents.append(Agent(folder, *options))
        return agents[-1]

    yield start
    for agent in agents:
        if agent.process.poll() is None:
            agent.process.kill()
        agent.process.communicate()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The profile folder of an app that trains, in a process of its own."""
    folder = tmp_path_factory.mktemp("running")
    process = subprocess.Popen([sys.executable, HEADLESS, str(folder), "good", "plain"], stdout=subprocess.DEVNULL)
    try:
        until_phase(folder, Phase.TRAINING)
        yield folder
    finally:
        process.kill()
        process.wait()


def until_phase(folder: Path, phase: Phase) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        try:
            with connected(profile_paths(folder)) as client:
                reply = client.ask(wire.Status())
        except NotRunning:
            reply = None
        if isinstance(reply, wire.StatusReply) and reply.report.engine.phase is phase:
            return
        time.sleep(0.02)
    raise AssertionError(f"{phase} never came")


def test_an_agent_lends_the_computer_and_the_log_says_that_it_did(
    running: Path, agent_of: Callable[..., Agent]
) -> None:
    agent = agent_of("--allow", "run", "--allow", "settings", folder=running)
    for name in ("status", "why", "limits", "earnings", "schedule"):
        told = agent.use(name)
        assert "isError" not in told, told
        assert told["content"][0]["text"]
        assert json.loads(told["content"][1]["text"]) == told["structuredContent"]
    assert agent.use("pause", {"for": "2h"})["structuredContent"]["sentence"].startswith("Paused by you until")
    assert "isError" not in agent.use("train", {"for": "1h"})
    assert agent.use("set_hours", {"hours": ["22:00-07:00"]})["structuredContent"]["enabled"]
    refused = agent.use("add_hours", {"hours": ["whenever"]})
    assert refused["isError"]
    assert "whenever" in refused["content"][0]["text"]
    assert len(agent.use("schedule")["structuredContent"]["windows"]) == 7
    assert agent.use("days_off", {"days": ["tomorrow"]})["structuredContent"]["days_off"]
    limited = agent.use("set_limits", {"limits": {"threads": "2"}})["structuredContent"]
    assert limited["changed"] == [{"name": "threads", "before": 1, "now": 2}]
    assert agent.use("set_limits", {"limits": {"threads": "257"}})["isError"]
    assert "isError" not in agent.use("resume")
    assert agent.end() == (0, b"")
    log = [json.loads(line) for line in (profile_paths(running).log_folder / "app.log").read_text().splitlines()]
    asked = [line for line in log if line["event"] == "asked_for_the_person"]
    requests = ["Pause", "Run", "ChangeSchedule", "ChangeSchedule", "ChangeLimits", "Resume"]
    assert [line["request"] for line in asked] == requests
    assert {line["asker"] for line in asked} == {"robin"}
    assert all(line["outcome"] for line in asked)


def test_an_agent_that_was_allowed_nothing_more_only_reads(running: Path, agent_of: Callable[..., Agent]) -> None:
    agent = agent_of(folder=running)
    assert "isError" not in agent.use("status")
    for name in ("train", "pause", "finish", "set_hours"):
        told = agent.use(name, ARGUMENTS.get(name))
        assert told["isError"]
        assert "not allowed" in told["content"][0]["text"]
    assert agent.say(b"garbage")["error"]["code"] == -32700
    assert agent.say(b"x" * (3 * json_rpc.LINE_LIMIT_BYTES))["error"]["code"] == -32600
    assert agent.say(call("ping"))["result"] == {}
    assert agent.end() == (0, b"")


def test_without_a_running_app_the_agent_hears_how_to_start_it(agent_of: Callable[..., Agent]) -> None:
    agent = agent_of()
    told = agent.use("status")
    assert told["isError"]
    assert told["content"][0]["text"] == "Train at Home is not running. Start it with: train-at-home run"
    assert agent.end() == (0, b"")


def test_a_scope_that_does_not_exist_is_a_wrong_command_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app.control", "agent", "--allow", "payout", "--profile-folder", str(tmp_path)]
    assert subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True).returncode == 2
