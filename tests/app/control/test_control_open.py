"""`train-at-home open LINK`: the window is asked to propose it, or else the person, in the terminal."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.control.command_line import application
from app.control.exit_codes import ExitCode
from app.control.messages import Run
from app.control.service import Service, ServiceOptions, open_service
from app.core.settings.settings import OwnAddress, TryHere, settings_file
from app.platforms.services import Computer

FAKES = Path(__file__).resolve().parents[1] / "fakes"
ADDRESS = "https://orchestrator.example.invalid"
LINK = f"train-at-home:join?address={ADDRESS}"


def opened_by(link: str, folder: Path, answer: str = "") -> Result:
    return CliRunner().invoke(application, ["open", link, "--profile-folder", str(folder)], input=answer)


class Window:
    """What stands for the window: it notes what it was asked to show."""

    def __init__(self) -> None:
        self.shown: list[str | None] = []

    def show(self, link: str | None) -> None:
        self.shown.append(link)


@pytest.fixture(params=["window", "headless"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Window | None]]:
    window = Window() if request.param == "window" else None
    opened = open_service(
        ServiceOptions(
            profile_folder=tmp_path,
            first=Run(network="local", hours="03:00-03:01"),
            show=None if window is None else window.show,
            engine_command=(sys.executable, str(FAKES / "fake_engine.py"), "good"),
            local_network_command=(sys.executable, str(FAKES / "fake_local_network.py"), "good"),
            tick_seconds=0.05,
            computer=Computer,
        )
    )
    assert isinstance(opened, Service)
    opened.start()
    yield tmp_path, window
    opened.close()


def test_nothing_changes_before_the_person_confirms(running: tuple[Path, Window | None]) -> None:
    folder, window = running
    result = opened_by(LINK, folder, "n\n")
    assert result.exit_code == ExitCode.OK, result.output
    assert ADDRESS in result.stdout
    assert settings_file(folder).load().value.network == TryHere()
    if window is not None:
        assert window.shown == [LINK]
        assert "before you confirm it there" in result.stdout
    else:
        assert "Nothing was changed." in result.stdout
        assert opened_by(LINK, folder, "").exit_code != ExitCode.OK  # nobody there to answer is no yes
        assert settings_file(folder).load().value.network == TryHere()
        assert opened_by(LINK, folder, "y\nn\n").exit_code == ExitCode.OK
        assert settings_file(folder).load().value.network == OwnAddress(ADDRESS)
        assert not settings_file(folder).load().value.hide_address


def test_the_terminal_says_who_sees_this_computers_address_and_offers_to_keep_it(
    running: tuple[Path, Window | None],
) -> None:
    folder, window = running
    if window is not None:
        return  # its page says it
    alone = opened_by("train-at-home:join?network=local", folder, "n\n")
    assert "internet address" not in alone.stdout
    result = opened_by(LINK, folder, "y\ny\n")
    assert result.exit_code == ExitCode.OK, result.output
    assert "see each other's internet address" in result.stdout
    assert "slower, moves more data and earns less" in result.stdout
    found = settings_file(folder).load().value
    assert found.hide_address and found.network == OwnAddress(ADDRESS)
    again = opened_by(LINK, folder, "y\n")  # asked once only
    assert again.exit_code == ExitCode.OK, again.output
    assert "don't see this computer's internet address" in again.stdout
    assert settings_file(folder).load().value.hide_address


def test_a_link_that_makes_no_sense_is_refused_before_anybody_is_asked(tmp_path: Path) -> None:
    result = opened_by("train-at-home:join?payout=5Grw", tmp_path)
    assert result.exit_code == ExitCode.REFUSED
    assert "Ask whoever gave it to you" in result.stderr


def test_without_an_app_the_link_waits_for_one(tmp_path: Path) -> None:
    result = opened_by(LINK, tmp_path)
    assert result.exit_code == ExitCode.NOT_RUNNING
    assert "train-at-home run" in result.stderr
