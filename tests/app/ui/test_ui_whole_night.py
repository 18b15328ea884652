"""The windows over the real supervisor: a first visit leads to training, a pause to silence, quitting to an end."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.control.service import AlreadyRunning, Service, ServiceOptions, open_service
from app.core.engine.child_process import StopLimits
from app.core.engine.phase import Phase
from app.core.engine.process import EngineTimes
from app.core.settings.settings import TryHere
from app.ui.application import Desktop
from app.ui.hours.form import HoursKind

FAKES = Path(__file__).resolve().parents[1] / "fakes"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = open_service(
        ServiceOptions(
            profile_folder=tmp_path,
            engine_command=(sys.executable, str(FAKES / "fake_engine.py"), "good"),
            local_network_command=(sys.executable, str(FAKES / "fake_local_network.py"), "good"),
            tick_seconds=0.05,
            times=EngineTimes(stop=StopLimits(asked_seconds=20.0, terminated_seconds=0.3, killed_seconds=5.0)),
        )
    )
    assert not isinstance(opened, AlreadyRunning)
    opened.start()
    yield opened
    opened.close(5.0)


def test_a_first_visit_leads_to_training_and_the_window_stops_and_starts_it(
    qapp: QApplication, qtbot: QtBot, service: Service
) -> None:
    desktop = Desktop(qapp, service.supervisor, with_tray=False)
    desktop.start()
    visit = desktop.first_visit
    assert visit is not None
    visit.next.click()
    visit.hours.editor.kinds[HoursKind.ALWAYS].setChecked(True)
    visit.next.click()
    visit.next.click()
    home = desktop.home
    assert home is not None
    status = home.status
    qtbot.waitUntil(lambda: status.sentence.text() == "Training part 2 of 3 of “Shakespeare”.", timeout=20_000)
    qtbot.waitUntil(lambda: home.loss.figure.text() == "3.50", timeout=5_000)
    assert service.supervisor.first_visit_done
    assert service.supervisor.settings.network == TryHere()

    status.pause.menu().actions()[-1].trigger()
    qtbot.waitUntil(lambda: status.headline.text() == "Paused", timeout=10_000)
    assert service.supervisor.snapshot.engine.phase in (Phase.PAUSED, Phase.STOPPED)
    status.resume.click()
    qtbot.waitUntil(lambda: status.headline.text() == "Training", timeout=20_000)

    desktop.begin_ending()
    service.close(5.0)
    assert service.supervisor.snapshot.engine.phase is Phase.STOPPED
    desktop.close()
    qapp.setStyleSheet("")
