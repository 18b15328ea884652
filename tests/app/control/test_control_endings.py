"""With which exit code an app ends: what starts it at login starts it anew after a failure, and only then."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.control.exit_codes import ExitCode
from app.control.service import Service, ServiceOptions, open_service
from app.core.computer.suspension import NoSuspendWatch
from app.platforms.services import Computer
from tests.app.fakes.running_service import HERE


class DeadlyWatch(NoSuspendWatch):
    """A mistake of the app's own where nothing catches one, at the beginning or at the end."""

    def __init__(self, begins: bool) -> None:
        self._begins = begins

    def begin(self, about_to_sleep: Callable[[], None], woke: Callable[[], None]) -> None:
        if not self._begins:
            raise ZeroDivisionError

    def end(self) -> None:
        raise ZeroDivisionError


@pytest.fixture
def service_with(tmp_path: Path) -> Iterator[Callable[[NoSuspendWatch], Service]]:
    opened: list[Service] = []

    def open_with(watch: NoSuspendWatch) -> Service:
        service = open_service(
            ServiceOptions(
                profile_folder=tmp_path,
                engine_command=(sys.executable, str(HERE / "fake_engine.py"), "good"),
                computer=lambda: Computer(suspend_watch=watch),
                tick_seconds=0.05,
            )
        )
        assert isinstance(service, Service)
        opened.append(service)
        service.start()
        return service

    yield open_with
    for service in opened:
        service.close(5.0)


def test_an_app_whose_supervisor_died_ends_with_a_failure(service_with: Callable[[NoSuspendWatch], Service]) -> None:
    service = service_with(DeadlyWatch(begins=False))
    assert service.wait(20.0)
    assert service.exit_code(ExitCode.OK) == ExitCode.FAILED


def test_an_app_that_was_asked_to_end_does_not_come_back(service_with: Callable[[NoSuspendWatch], Service]) -> None:
    service = service_with(NoSuspendWatch())
    service.close(5.0)
    assert service.exit_code(ExitCode.OK) == ExitCode.OK
    assert service.exit_code(ExitCode.INTERRUPTED) == ExitCode.INTERRUPTED


def test_a_mistake_on_the_way_out_does_not_bring_back_an_app_that_was_asked_to_end(
    service_with: Callable[[NoSuspendWatch], Service],
) -> None:
    service = service_with(DeadlyWatch(begins=True))
    service.close(5.0)
    assert service.exit_code(ExitCode.OK) == ExitCode.OK
