"""An invitation in the window: it fills in the page for choosing a network, and the person decides."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import app.__main__
from app.control.client import NotRunning, connected
from app.control.exit_codes import ExitCode
from app.control.service import Service, ServiceOptions, open_service
from app.core.commands import ChooseNetwork, ListWallets
from app.core.settings.settings import OwnAddress, TryHere
from app.platforms.services import Computer
from app.ui.application import Desktop
from app.ui.links import LinkedApplication
from tests.app.conftest import MakeSnapshot
from tests.app.fakes.real_services import wait_until
from tests.app.ui.test_ui_bridge import FakeBackend

LINK = "train-at-home:join?address=https%3A%2F%2Forchestrator.example.org"


@pytest.fixture
def desktop(qapp: QApplication, make_snapshot: MakeSnapshot) -> Iterator[Desktop]:
    made = Desktop(qapp, FakeBackend(make_snapshot()), with_tray=False)
    yield made
    made.close()
    qapp.setStyleSheet("")
    made.deleteLater()


def test_an_invitation_is_proposed_and_nothing_is_asked_before_the_last_page(desktop: Desktop) -> None:
    backend = desktop._backend
    assert isinstance(backend, FakeBackend)
    desktop.start()
    desktop.show_asked(LINK)
    visit = desktop.first_visit
    assert visit is not None
    page = visit.page
    assert page is visit.network
    assert visit.network.address.isVisible()
    assert visit.network.address.text() == "https://orchestrator.example.org"
    assert "https://orchestrator.example.org" in visit.network.invited.text().replace("\u200b", "")
    assert backend.asked == []
    while visit.page is not visit.summary:
        visit.next.click()
    assert [command for command, _answer in backend.asked] == [ListWallets()]  # which changes nothing
    visit.next.click()
    choices = [command.choice for command, _answer in backend.asked if isinstance(command, ChooseNetwork)]
    assert choices == [OwnAddress("https://orchestrator.example.org")]


def test_a_second_invitation_takes_the_place_of_the_first(desktop: Desktop) -> None:
    desktop.show_asked(LINK)
    desktop.show_asked("train-at-home:join?network=local")
    visit = desktop.first_visit
    assert visit is not None
    assert visit.network.choice == TryHere()
    assert not visit.network.address.isVisible()
    visit.close()


def test_a_closed_proposal_changes_nothing(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.start()
    desktop.show_asked(LINK)
    assert desktop.first_visit is not None
    desktop.first_visit.close()
    qtbot.waitUntil(lambda: desktop.first_visit is None, timeout=2000)
    assert isinstance(desktop._backend, FakeBackend) and desktop._backend.asked == []


def test_a_link_that_makes_no_sense_is_told_in_the_window(desktop: Desktop) -> None:
    desktop.show_asked("train-at-home:join?payout=5Grw")
    assert desktop.first_visit is None
    assert desktop.home is not None
    assert desktop.home.refusal.isVisible()


def test_a_ring_without_a_link_opens_the_window(desktop: Desktop) -> None:
    desktop.show_asked(None)
    assert desktop.home is not None


def test_links_that_the_system_hands_over_arrive_as_they_were_written(qapp: LinkedApplication, qtbot: QtBot) -> None:
    with qtbot.waitSignal(qapp.link_opened, timeout=1000) as caught:
        QApplication.sendEvent(qapp, QFileOpenEvent(QUrl(LINK)))
    assert caught.args == [LINK]


def answers(service: Service) -> bool:
    try:
        with connected(service.paths):
            return True
    except NotRunning:
        return False


def test_a_second_start_hands_its_link_to_the_app_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str | None] = []
    opened = open_service(ServiceOptions(profile_folder=tmp_path, show=shown.append, computer=Computer))
    assert isinstance(opened, Service)
    opened.start()
    try:
        wait_until(lambda: answers(opened), "the control socket")
        monkeypatch.setattr(app.__main__, "has_display", lambda: True)
        assert app.__main__.main(["--profile-folder", str(tmp_path), "--hidden", "--", LINK]) == ExitCode.OK
        assert shown == [LINK]
    finally:
        opened.close()


def test_where_there_is_no_display_a_link_is_sent_to_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app.__main__, "has_display", lambda: False)
    assert app.__main__.main(["--profile-folder", str(tmp_path), LINK]) == ExitCode.FAILED
    assert "train-at-home open" in capsys.readouterr().err
