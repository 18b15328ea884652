"""Hours through a whole supervisor with a fake engine and a clock that the test moves."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from app.core import commands, words
from app.core.decision import Action, Reason
from app.core.engine.phase import ALIVE, Phase
from app.core.hours.schedule import parse_hours
from app.core.hours.windows import Level, Schedule, Window
from app.core.settings.settings import settings_file
from app.core.supervisor import Parts
from app.core.wish import Auto, FinishThenOff, OffUntil, OffUntilOpening, OnUntil
from app.platforms.pretend import PretendClock
from tests.app.core.test_core_supervisor import Stage

BERLIN = ZoneInfo("Europe/Berlin")
EVENING = datetime(2026, 11, 20, 21, 59, tzinfo=BERLIN)
NIGHTS = parse_hours("22:00-06:00")


class NightStage(Stage):
    """A Stage in Berlin, on a Friday evening, a minute before the hours begin."""

    clock: PretendClock

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.clock = PretendClock(EVENING)
        self.settings = msgspec.structs.replace(self.settings, schedule=NIGHTS)

    def parts(self) -> Parts:
        return msgspec.structs.replace(super().parts(), clock=self.clock)

    def at(self, hour: int, minute: int = 0, *, days: int = 0) -> None:
        """The clock shows this time, `days` after Friday."""
        self.clock.moment = datetime(2026, 11, 20, hour, minute, tzinfo=BERLIN) + timedelta(days=days)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[NightStage]:
    made = NightStage(tmp_path)
    yield made
    made.close()


def test_a_computer_that_slept_through_the_beginning_trains_when_it_wakes_and_once(stage: NightStage) -> None:
    stage.open()
    assert stage.until(lambda snapshot: bool(snapshot.gates)).decision.reason is Reason.HOURS
    stage.at(1, days=1)
    first = stage.until_phase(Phase.TRAINING).engine.pid
    stage.at(1, 1, days=1)
    assert stage.until_phase(Phase.TRAINING).engine.pid == first


@pytest.mark.parametrize("begins", [EVENING + timedelta(hours=1), EVENING + timedelta(hours=3)])
def test_the_engine_goes_on_gently_when_the_window_says_so_and_starts_gently_in_such_a_window(
    stage: NightStage, begins: datetime
) -> None:
    windows = (Window(4, 22 * 60, 120), Window(5, 0, 360, Level.GENTLE))
    stage.settings = msgspec.structs.replace(stage.settings, schedule=Schedule(True, windows))
    stage.clock.moment = begins
    stage.open()
    pid = stage.until_phase(Phase.TRAINING).engine.pid
    stage.at(2, days=1)
    paced = stage.until(lambda snapshot: any(trouble.code == "paced" for trouble in snapshot.troubles))
    assert paced.troubles[-1].title == "0.3"
    assert (paced.decision.level, paced.engine.pid) == (Level.GENTLE, pid)


def test_at_the_end_of_the_hours_the_engine_hands_over_and_starts_no_more(stage: NightStage) -> None:
    stage.at(23)
    stage.open()
    stage.until_phase(Phase.TRAINING)
    stage.at(6, days=1)
    stage.until_phase(Phase.STOPPED)
    assert stage.until(lambda snapshot: snapshot.decision.action is Action.HOLD).engine.pid is None


def test_while_it_hands_over_it_says_so_and_the_computer_stays_awake(stage: NightStage) -> None:
    stage.engine_mode = "hangs"
    stage.settings = msgspec.structs.replace(
        stage.settings, schedule=msgspec.structs.replace(NIGHTS, overrun_minutes=30)
    )
    stage.at(23)
    stage.open()
    stage.until(lambda snapshot: snapshot.engine.phase in ALIVE and stage.keep_awake.held)
    stage.at(6, days=1)
    over = stage.until(lambda snapshot: snapshot.decision.hand_over_until is not None)
    assert words.sentence(over) == "Your hours are over. Handing over what is under way, until 06:30 at the latest."
    stage.until_phase(Phase.STOPPING)
    assert stage.keep_awake.held
    stage.at(6, 30, days=1)
    stage.until(lambda _: not stage.keep_awake.held)


def test_finish_hands_over_and_stays_off_until_the_hours_next_begin(stage: NightStage) -> None:
    stage.at(23)
    stage.open()
    stage.until_phase(Phase.TRAINING)
    stage.ask(commands.SetWish(FinishThenOff()))
    stage.until(lambda snapshot: isinstance(snapshot.wish, OffUntilOpening))
    stage.at(5, days=1)
    assert stage.until(lambda snapshot: snapshot.decision.reason is Reason.FINISHED).engine.phase is not Phase.TRAINING
    stage.at(22, days=1)
    stage.until_phase(Phase.TRAINING)
    assert stage.until(lambda snapshot: snapshot.wish == Auto()).decision.action is Action.RUN


def test_a_pause_of_a_wish_to_train_goes_back_to_that_wish_and_outlives_a_restart(stage: NightStage) -> None:
    stage.at(12)
    stage.open()
    midnight = stage.clock.moment.replace(hour=0) + timedelta(days=1)
    stage.ask(commands.SetWish(OnUntil(midnight)))
    stage.until_phase(Phase.TRAINING)
    stage.ask(commands.SetWish(OffUntil(stage.clock.moment + timedelta(hours=1))))
    stage.until(lambda snapshot: snapshot.decision.reason is Reason.PAUSED)
    stage.close()
    again = NightStage(stage.folder)
    try:
        again.settings = settings_file(stage.folder).load().value
        again.at(12, 59)
        again.open()
        assert again.until(lambda snapshot: bool(snapshot.gates)).decision.reason is Reason.PAUSED
        again.at(13)
        went_on = again.until_phase(Phase.TRAINING)
        assert (went_on.decision.reason, went_on.decision.until) == (Reason.ASKED_TO_TRAIN, midnight)
    finally:
        again.close()


def test_not_tonight_stops_this_night_outlives_a_restart_and_the_next_night_trains(stage: NightStage) -> None:
    stage.at(23)
    stage.open()
    stage.until_phase(Phase.TRAINING)
    stage.ask(commands.SkipTonight())
    stage.until_phase(Phase.STOPPED)
    stage.close()
    again = NightStage(stage.folder)
    try:
        again.settings = settings_file(stage.folder).load().value
        again.at(3, days=1)
        again.open()
        assert again.until(lambda snapshot: bool(snapshot.gates)).decision.reason is Reason.HOURS
        again.at(22, days=1)
        again.until_phase(Phase.TRAINING)
    finally:
        again.close()


def test_tonight_after_all_takes_it_back(stage: NightStage) -> None:
    stage.at(23)
    stage.open()
    stage.ask(commands.SkipTonight())
    stage.until(lambda snapshot: snapshot.decision.reason is Reason.HOURS)
    stage.ask(commands.TonightAfterAll())
    stage.until_phase(Phase.TRAINING)


def test_a_pause_made_before_the_clock_was_put_back_a_year_ends_in_an_hour_all_the_same(stage: NightStage) -> None:
    stage.at(23)
    stage.open()
    stage.until_phase(Phase.TRAINING)
    stage.ask(commands.SetWish(OffUntil(stage.clock.moment + timedelta(hours=1))))
    stage.until(lambda snapshot: snapshot.decision.reason is Reason.PAUSED)
    stage.at(23, days=-364)
    moved = stage.until(lambda snapshot: snapshot.decision.until == stage.clock.moment + timedelta(hours=1))
    assert moved.decision.reason is Reason.PAUSED
    stage.at(0, 1, days=-363)
    stage.until(lambda snapshot: snapshot.decision.action is Action.RUN)
