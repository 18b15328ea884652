"""The start with the session as the supervisor keeps it: asked of the system, changed by command, told to all views."""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from app.core.commands import LookAtAutostart, SetAutostart
from app.core.ports import Autostart, AutostartState
from app.core.supervisor import Parts
from app.platforms.pretend import PretendAutostart
from tests.app.core.test_core_supervisor import Stage


class StageWithAutostart(Stage):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.autostart = PretendAutostart()

    def choose(self) -> Autostart:
        return self.autostart

    def parts(self) -> Parts:
        return msgspec.structs.replace(super().parts(), autostart=self.choose)

    def until_state(self, state: AutostartState) -> None:
        self.until(lambda snapshot: snapshot.autostart.state is state)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[StageWithAutostart]:
    stage = StageWithAutostart(tmp_path)
    yield stage
    stage.close()


def test_it_is_off_until_asked_and_the_system_is_what_counts(stage: StageWithAutostart) -> None:
    stage.open()
    stage.until_state(AutostartState.OFF)
    stage.ask(SetAutostart(True))
    stage.until_state(AutostartState.ON)
    assert stage.autostart.on
    assert stage.until(lambda _: True).autostart.brings_back
    stage.ask(SetAutostart(False))
    stage.until_state(AutostartState.OFF)


def test_a_system_that_refuses_is_told_of_and_nothing_pretends_to_be_on(stage: StageWithAutostart) -> None:
    stage.autostart.refuses = True
    stage.open()
    stage.until_state(AutostartState.OFF)
    stage.ask(SetAutostart(True))
    told = stage.until(lambda snapshot: bool(snapshot.troubles))
    assert told.troubles[-1].title == "This system did not take it."
    assert told.autostart.state is AutostartState.OFF


def test_a_way_that_breaks_changes_nothing(stage: StageWithAutostart) -> None:
    def broken() -> Autostart:
        raise ZeroDivisionError

    stage.choose = broken  # type: ignore[method-assign]
    stage.open()
    stage.ask(SetAutostart(True))
    assert stage.until(lambda _: True).autostart.state is AutostartState.UNAVAILABLE


def test_the_running_app_is_watched_over_while_it_is_on_and_until_it_ends_in_order(stage: StageWithAutostart) -> None:
    stage.open()
    stage.until_state(AutostartState.OFF)
    before = stage.autostart.watched
    assert before is None
    stage.ask(SetAutostart(True))
    stage.until_state(AutostartState.ON)
    meanwhile = stage.autostart.watched
    assert meanwhile == os.getpid()
    stage.close()
    assert stage.autostart.watched is None and stage.autostart.on


def test_an_app_that_starts_while_it_is_on_is_watched_over_at_once(stage: StageWithAutostart) -> None:
    stage.autostart.on = True
    stage.open()
    stage.until_state(AutostartState.ON)
    assert stage.autostart.watched == os.getpid()


def test_a_change_beside_the_app_counts_from_the_next_look_on(stage: StageWithAutostart) -> None:
    stage.open()
    stage.until_state(AutostartState.OFF)
    stage.autostart.on = True
    stage.ask(LookAtAutostart())
    stage.until_state(AutostartState.ON)
    assert stage.autostart.watched == os.getpid()
    stage.autostart.on = False
    stage.ask(LookAtAutostart())
    stage.until_state(AutostartState.OFF)
    assert stage.autostart.watched is None
