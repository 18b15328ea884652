"""The whole promise: the app starts a network on this computer, joins it, trains, earns, hands over, leaves nothing."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from app.control.client import NotRunning, connected
from app.control.messages import Status, StatusReply
from app.control.reports.reports import StatusReport
from app.core.engine.phase import Phase
from app.core.snapshot import NetworkPhase
from app.platforms.paths import profile_paths

HERE = Path(__file__).resolve().parent
DEADLINE_SECONDS = 120.0
HANDOVER_SECONDS = 30.0
ORPHANS_END_SECONDS = 30.0
NETWORK = ("--stages", "2", "--tokens", "4000000")  # more than the test waits for


@contextmanager
def running_app(profile: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(HERE / "headless_on_local_network.py"), str(profile), *NETWORK]
    with (profile.parent / "app.txt").open("a") as written:
        app = subprocess.Popen(command, stdout=written, stderr=written, text=True)
    try:
        yield app
    finally:
        for process in family(app):
            process.kill()
        app.kill()
        app.wait()


def family(app: subprocess.Popen[str]) -> list[psutil.Process]:
    """Everything the app started, directly or not."""
    try:
        children: list[psutil.Process] = psutil.Process(app.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    return children


def until(profile: Path, app: subprocess.Popen[str], holds: Callable[[StatusReport], bool], what: str) -> StatusReport:
    """Ask the app until `holds` is true of what it says."""
    deadline, report = time.monotonic() + DEADLINE_SECONDS, None
    while time.monotonic() < deadline:
        assert app.poll() is None, (profile.parent / "app.txt").read_text()
        try:
            with connected(profile_paths(profile)) as client:
                reply = client.ask(Status())
        except NotRunning:
            time.sleep(0.3)
            continue
        assert isinstance(reply, StatusReply)
        report = reply.report
        if holds(report):
            return report
        time.sleep(0.3)
    pytest.fail(f"never came to: {what}; {report}")


def is_earning(report: StatusReport) -> bool:
    heard = report.service.run_loss is not None and report.service.run_tokens_per_second > 0
    return report.engine.phase is Phase.TRAINING and heard and report.earnings.tonight_credit > 0


@pytest.mark.timeout(180)
def test_the_app_trains_on_this_computer_earns_hands_over_and_goes_on_after_a_kill(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    with running_app(profile) as app:
        told = until(profile, app, is_earning, "training with credit")
        assert (told.engine.stages, told.service.miners) == (2, 3)
        engines = [process for process in family(app) if process.cmdline()[1:3] == ["-m", "engine"]]
        assert len(engines) == 3  # each begun with what its allocator is to do, the app's and the network's
        assert all("glibc.malloc.hugetlb" in process.environ()["GLIBC_TUNABLES"] for process in engines)
        asking = [sys.executable, "-m", "app.control", "status", "--json", "--profile-folder", str(profile)]
        answer = json.loads(subprocess.run(asking, capture_output=True, check=True, timeout=30).stdout)
        assert (answer["headline"], answer["engine"]["phase"]) == ("Training", "training")
        assert answer["service"]["run_loss"] is not None
        assert answer["earnings"]["tonight_credit"] >= told.earnings.tonight_credit > 0
        started = family(app)
        assert len(started) == 6  # network, orchestrator, validator, two miners, and the app's own engine
        if sys.platform == "win32":  # where there is no SIGTERM to send
            asking[3] = "quit"
            subprocess.run(asking, check=True, timeout=30)
        else:
            app.send_signal(signal.SIGTERM)
        assert app.wait(HANDOVER_SECONDS) == 0
        assert psutil.wait_procs(started, timeout=1.0)[1] == []
    with running_app(profile) as app:
        ready = until(profile, app, lambda report: report.network.phase is NetworkPhase.READY, "the network again")
        assert ready.earnings.tonight_credit >= told.earnings.tonight_credit
        started = family(app)
        assert len(started) >= 2
        app.kill()
        assert psutil.wait_procs(started, timeout=ORPHANS_END_SECONDS)[1] == []
