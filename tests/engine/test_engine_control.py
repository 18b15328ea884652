"""The engine as its app meets it: a process at the other end of two pipes."""

import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TypeVar

import pytest

from protocol.engine_control import (
    VERSION_EXIT_CODE,
    Command,
    EngineEvent,
    EnginePhase,
    Failed,
    HelloApp,
    HelloEngine,
    PhaseChanged,
    StartTraining,
    Stopped,
    StopTraining,
    Troubled,
    decode_event,
    encode_line,
)
from protocol.errors import Unavailable, to_body
from protocol.version import PROTOCOL_VERSION
from protocol.wire import to_json

HOTKEY = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
"""torch takes its time on a busy machine."""
E = TypeVar("E")

NOISY_ENGINE = """
import ctypes, os, sys
import engine.__main__ as engine

quiet = engine._measure
def measure(device, start):
    os.write(1, b"native chatter\\n")
    if os.name == "posix":
        ctypes.CDLL(None).puts(b"more of it, through stdio")
        ctypes.CDLL(None).fflush(None)
    print("and from Python")
    return quiet(device, start)

engine._measure = measure
sys.exit(engine.main())
"""


class EngineChild:
    """A real engine; a thread reads its events."""

    def __init__(self, arguments: tuple[str, ...], log: Path) -> None:
        self._log = log
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, cwd=ROOT
            )
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(b"")

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def tell(self, *commands: Command) -> None:
        self.write(b"".join(encode_line(command) for command in commands))

    def next_event(self) -> EngineEvent:
        """Fails on a line that is none: the wire carries events only."""
        line = self._lines.get(timeout=START_SECONDS)
        assert line, f"the engine ended: {self.log()}"
        return decode_event(line)

    def until(self, kind: type[E]) -> E:
        while not isinstance(event := self.next_event(), kind):
            pass
        return event

    def close_stdin(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def exit_code(self, within_seconds: float = 15.0) -> int:
        return self.process.wait(within_seconds)

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:
                pass


@pytest.fixture
def start_engine(tmp_path: Path) -> Iterator[Callable[..., EngineChild]]:
    children: list[EngineChild] = []

    def start(*arguments: str) -> EngineChild:
        children.append(EngineChild(arguments or ("-m", "engine"), tmp_path / f"engine-{len(children)}.log"))
        return children[-1]

    yield start
    for child in children:
        child.end()


def training(url: str, folder: Path) -> StartTraining:
    return StartTraining(
        orchestrator_url=url,
        state_folder=str(folder),
        hotkey=HOTKEY,
        device="cpu",
        bind_address="127.0.0.1:0",
    )


@contextmanager
def web_server(status: int, body: bytes) -> Iterator[str]:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_app_of_another_version_meets_the_exit_code_for_that(
    start_engine: Callable[..., EngineChild],
) -> None:
    child = start_engine()
    child.tell(HelloEngine(protocol_version=PROTOCOL_VERSION + 1))
    assert child.exit_code(START_SECONDS) == VERSION_EXIT_CODE


def test_a_website_that_is_no_network_is_told_in_words_and_native_prints_stay_off_the_wire(
    start_engine: Callable[..., EngineChild], tmp_path: Path
) -> None:
    child = start_engine("-c", NOISY_ENGINE)
    child.tell(HelloEngine())
    hello = child.until(HelloApp)
    assert hello.pid == child.process.pid and hello.protocol_version == PROTOCOL_VERSION and hello.device
    with web_server(200, b"<html>Welcome to my bakery</html>") as url:
        child.tell(training(url, tmp_path / "state"))
        failed = child.until(Failed)
    assert "is not a Train at Home network" in failed.title and url in failed.title
    assert "address" in failed.advice
    assert child.exit_code() == 1
    through_stdio = ("more of it, through stdio",) if os.name == "posix" else ()
    for noise in ("native chatter", *through_stdio, "and from Python"):
        assert noise in child.log()


def test_an_engine_that_waits_for_its_network_keeps_trying_and_stops_when_asked(
    start_engine: Callable[..., EngineChild], tmp_path: Path
) -> None:
    child = start_engine()
    child.write(b"this is no command\n" + b"\xff" * 2000 + b"\n" + b'{"command": "dance"}\n\n')
    child.tell(HelloEngine())
    assert isinstance(child.next_event(), HelloApp)
    with web_server(503, to_json(to_body(Unavailable("Back soon.", retry_after_seconds=0.1)))) as url:
        child.tell(training(url, tmp_path / "state"))
        first = child.until(PhaseChanged)
        assert first.phase is EnginePhase.STARTING
        troubles = [child.until(Troubled) for _ in range(2)]
    troubles.append(child.until(Troubled))
    assert [trouble.title for trouble in troubles[:2]] == ["Back soon."] * 2
    assert "does not answer" in troubles[2].title and "connection" in troubles[2].advice
    began = time.monotonic()
    child.tell(StopTraining(within_seconds=5.0))
    stopped = child.until(Stopped)
    assert not stopped.saved and stopped.unacknowledged_receipts == 0
    assert time.monotonic() - began < 5.0
    child.close_stdin()
    assert child.exit_code() == 0


def test_an_engine_whose_app_died_ends_by_itself(start_engine: Callable[..., EngineChild], tmp_path: Path) -> None:
    early, late = start_engine(), start_engine()
    early.close_stdin()
    late.tell(HelloEngine(), training("http://127.0.0.1:9", tmp_path / "state"))
    late.until(Troubled)
    late.close_stdin()
    assert late.exit_code() == 0
    assert early.exit_code(START_SECONDS) == 0
