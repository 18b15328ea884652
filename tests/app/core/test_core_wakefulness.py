"""Staying awake where the system says no: asked again, told once, never a reason not to train."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from app.core.computer.wakefulness import AGAIN, LATER, CanNotStayAwake, Wakefulness
from app.core.engine.phase import Phase
from app.core.ports import KeepAwake
from app.core.supervisor import Parts
from app.platforms.pretend import PretendClock, PretendKeepAwake
from protocol.errors import UserFacingError
from tests.app.conftest import TWO_AT_NIGHT, MakeSnapshot
from tests.app.core.test_core_supervisor import Stage
from tests.app.fakes.real_services import wait_until

TICK = timedelta(seconds=2)


class Night:
    """A wakefulness over a clock of its own; each look waits until the system has answered."""

    def __init__(self, keep_awake: KeepAwake, make_snapshot: MakeSnapshot) -> None:
        self.clock = PretendClock(TWO_AT_NIGHT)
        self.told: list[UserFacingError] = []
        self.wakefulness = Wakefulness(keep_awake, self.told.append)
        self._make_snapshot = make_snapshot

    def look(self, phase: Phase = Phase.TRAINING) -> None:
        snapshot = self._make_snapshot(phase=phase)
        self.wakefulness.attend(snapshot.decision, snapshot.gates, phase, self.clock.now())
        asked = self.wakefulness._asked
        if asked is not None:
            asked.exception(20.0)

    def pass_by(self, time: timedelta) -> None:
        end = self.clock.now() + time
        while self.clock.now() < end:
            self.clock.move(TICK)
            self.look()


@pytest.fixture
def night_with(make_snapshot: MakeSnapshot) -> Iterator[Callable[[KeepAwake], Night]]:
    nights: list[Night] = []

    def begin(keep_awake: KeepAwake) -> Night:
        nights.append(Night(keep_awake, make_snapshot))
        return nights[-1]

    yield begin
    for night in nights:
        night.wakefulness.close()


def test_a_system_that_says_yes_is_asked_once(night_with: Callable[[KeepAwake], Night]) -> None:
    keep_awake = PretendKeepAwake()
    night = night_with(keep_awake)
    night.pass_by(timedelta(hours=1))
    assert (keep_awake.held, keep_awake.asked, night.told) == (True, 1, [])
    night.look(Phase.STOPPED)
    wait_until(lambda: not keep_awake.held, "the release")


def test_a_system_whose_service_was_just_starting_is_asked_again_and_nobody_is_bothered(
    night_with: Callable[[KeepAwake], Night],
) -> None:
    keep_awake = PretendKeepAwake()
    keep_awake.refuses = True
    night = night_with(keep_awake)
    night.pass_by(timedelta(seconds=50))
    assert keep_awake.asked == 1
    keep_awake.refuses = False
    night.pass_by(AGAIN)
    assert (keep_awake.held, keep_awake.asked) == (True, 2)
    night.pass_by(timedelta(hours=1))
    assert (keep_awake.asked, night.told) == (2, [])


def test_a_system_that_never_keeps_awake_is_told_of_once_and_asked_seldom(
    night_with: Callable[[KeepAwake], Night],
) -> None:
    keep_awake = PretendKeepAwake()
    keep_awake.refuses = True
    night = night_with(keep_awake)
    night.pass_by(AGAIN + 3 * TICK)
    assert [type(error) for error in night.told] == [CanNotStayAwake]
    asked = keep_awake.asked
    night.pass_by(timedelta(hours=1))
    night.look(Phase.STOPPED)
    night.pass_by(timedelta(minutes=5))
    assert len(night.told) == 1
    assert keep_awake.asked - asked <= timedelta(hours=1) // LATER + 1


class BrokenKeepAwake(PretendKeepAwake):
    def hold(self) -> bool:
        super().hold()
        raise OSError("no bus")


def test_short_trainings_one_after_the_other_bother_nobody(night_with: Callable[[KeepAwake], Night]) -> None:
    refusing = PretendKeepAwake()
    refusing.refuses = True
    night = night_with(refusing)
    for _training in range(5):
        night.look()
        night.look()
        night.look(Phase.STOPPED)
    assert refusing.asked == 5 and night.told == []
    night.pass_by(AGAIN + 2 * TICK)
    assert len(night.told) == 1


def test_a_system_that_fails_is_like_one_that_says_no(night_with: Callable[[KeepAwake], Night]) -> None:
    night = night_with(BrokenKeepAwake())
    night.pass_by(AGAIN + 3 * TICK)
    assert len(night.told) == 1


def test_a_clock_that_is_put_back_keeps_nobody_from_asking_again(night_with: Callable[[KeepAwake], Night]) -> None:
    keep_awake = PretendKeepAwake()
    keep_awake.refuses = True
    night = night_with(keep_awake)
    night.look()
    night.clock.move(timedelta(hours=-1))
    night.look()
    assert keep_awake.asked == 2


class HangingKeepAwake(PretendKeepAwake):
    def __init__(self) -> None:
        super().__init__()
        self.may_answer = threading.Event()

    def hold(self) -> bool:
        self.may_answer.wait(20.0)
        return super().hold()


def test_a_system_that_does_not_answer_is_not_asked_again_meanwhile(make_snapshot: MakeSnapshot) -> None:
    keep_awake = HangingKeepAwake()
    wakefulness = Wakefulness(keep_awake, lambda error: None)
    snapshot, now = make_snapshot(), TWO_AT_NIGHT
    for minute in range(10):
        wakefulness.attend(snapshot.decision, snapshot.gates, Phase.TRAINING, now + timedelta(minutes=minute))
    keep_awake.may_answer.set()
    wait_until(lambda: keep_awake.held, "the answer")
    wakefulness.close()
    assert keep_awake.asked == 1


class SleeplessStage(Stage):
    """Its system never keeps the computer awake; its clock is moved by the test."""

    clock: PretendClock

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.keep_awake.refuses = True
        self.clock = PretendClock(TWO_AT_NIGHT)

    def parts(self) -> Parts:
        return msgspec.structs.replace(super().parts(), clock=self.clock)


def test_it_trains_all_the_same_and_the_person_reads_of_it_among_the_troubles(tmp_path: Path) -> None:
    stage = SleeplessStage(tmp_path)
    try:
        stage.open()
        stage.until_phase(Phase.TRAINING)
        stage.until(lambda _: stage.keep_awake.asked == 1)
        stage.clock.move(AGAIN)
        told = stage.until(lambda snapshot: bool(snapshot.troubles))
        assert [trouble.code for trouble in told.troubles] == [CanNotStayAwake.code]
        assert told.engine.phase is Phase.TRAINING
    finally:
        stage.close()
