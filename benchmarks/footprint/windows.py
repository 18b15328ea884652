"""Every window of the app opened and closed, again and again, and what memory is left: one JSON line after each round.

`python -m benchmarks.footprint.windows ROUNDS` runs the app's own desktop over a pretended supervisor.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import psutil
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.core.activity.lines import Held, Line, Trained
from app.core.commands import Command
from app.core.decision import Action, Decision, Reason
from app.core.engine.phase import EngineStatus, Phase
from app.core.settings.settings import Settings
from app.core.snapshot import Account, NetworkKind, NetworkPhase, NetworkView, Point, Snapshot
from app.platforms.paths import profile_paths
from app.ui.application import Desktop
from app.ui.garbage import GarbageRounds, set_aside, settle
from app.ui.home.window import HomeWindow
from app.ui.tray.tray import QtTray

_ADDRESS: Final = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
_SHOWN_SECONDS: Final = 0.02
_TRAY_SECONDS: Final = 10.0


class PretendSupervisor:
    """app.ui.application.Backend that obeys everything and changes nothing."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.settings = Settings()
        self.first_visit_done = True

    def subscribe(self, _listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        return lambda: None

    def submit(self, _command: Command) -> Future[None]:
        answer: Future[None] = Future()
        answer.set_result(None)
        return answer


def month_of_data(now: datetime) -> Snapshot:
    """A snapshot of somebody who has trained every night for a month."""
    quarters = [now - timedelta(minutes=15 * back) for back in range(4 * 24 * 30, 0, -1)]
    lines = tuple(
        Line(at_ms=int(at.timestamp() * 1000), did=Trained() if at.hour < 7 else Held(Reason.HOURS)) for at in quarters
    )
    points = tuple(Point(now.timestamp() - 10 * back, 2.0 + back / 600) for back in range(600, 0, -1))
    return Snapshot(
        at=now,
        decision=Decision(action=Action.RUN, reason=Reason.GATES_OPEN),
        engine=EngineStatus(phase=Phase.TRAINING, run_id="a", run_title="A run", stage=1, stages=3),
        network=NetworkView(kind=NetworkKind.THIS_COMPUTER, name="local", phase=NetworkPhase.READY),
        account=Account(payout_address=_ADDRESS),
        activity=lines,
        loss_points=points,
        speed_points=points,
    )


def round_of(desktop: Desktop, application: QApplication) -> list[str]:
    """Open and close each window once; their names."""
    opened = []
    desktop.show_home()
    home = desktop.home
    assert isinstance(home, HomeWindow)
    asks = home.dialogs
    for edit in (asks.edit_hours, asks.edit_payout, asks.edit_identity, asks.edit_connection, asks.edit_limits):
        dialog: QDialog = edit()
        _turn(application)
        opened.append(type(dialog).__name__)
        dialog.reject()
        _turn(application)
    sides = (desktop.side.show_earnings, desktop.side.show_activity, desktop.side.show_logs, desktop.side.show_settings)
    for show in (*sides, desktop.show_first_visit):
        before = set(_visible(application))
        show()
        _turn(application)
        for window in set(_visible(application)) - before:
            opened.append(type(window).__name__)
            window.close()
        _turn(application)
    opened.append(type(home).__name__)
    home.close()
    _turn(application)
    return opened


def _visible(application: QApplication) -> list[QWidget]:
    return [each for each in application.topLevelWidgets() if each.isVisible() and isinstance(each, QWidget)]


def _turn(application: QApplication) -> None:
    """Let what was asked for happen, deletions too."""
    until = time.perf_counter() + _SHOWN_SECONDS
    while time.perf_counter() < until:
        application.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def main() -> int:
    rounds = int(sys.argv[1])
    application = QApplication([])
    GarbageRounds(application)
    process = psutil.Process()
    with tempfile.TemporaryDirectory() as folder:
        supervisor = PretendSupervisor(month_of_data(datetime.now().astimezone()))
        desktop = Desktop(application, supervisor, paths=profile_paths(Path(folder)))
        assert isinstance(desktop.tray, QtTray)
        desktop.tray.start()
        set_aside()
        desktop.windows_gone.connect(settle)  # as app.ui.session does
        until = time.perf_counter() + _TRAY_SECONDS
        while not desktop.tray.visible and time.perf_counter() < until:
            application.processEvents()
        for count in range(rounds + 1):
            opened = round_of(desktop, application) if count else []
            row = {"round": count, "bytes": process.memory_info().rss, "windows": opened}
            row["widgets"] = len(application.allWidgets())
            row["dialogs"] = sum(isinstance(each, QDialog) for each in application.allWidgets())
            print(json.dumps(row), flush=True)
        desktop.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
