"""A whole night through a supervisor with a fake engine: afterwards the file says what happened."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from app.control.reports.activity import activity_report
from app.core import words
from app.core.activity.diary import days_until, last_night, spans_of_night, trained_of
from app.core.activity.keeper import ActivityKeeper
from app.core.activity.lines import Did, Held, Line, Off, Trained
from app.core.activity.store import ActivityStore
from app.core.activity.words import last_night_sentence, span_sentence
from app.core.decision import Reason
from app.core.engine.phase import Phase
from app.core.snapshot import Snapshot, SnapshotEvent, TroubleSeen, apply
from app.core.supervisor import Parts
from app.platforms.pretend import PretendClock
from protocol.errors import SettingsError
from tests.app.core.test_core_schedule_supervised import BERLIN, EVENING, NIGHTS, NightStage

STEP = timedelta(minutes=4)


class DiaryStage(NightStage):
    """A NightStage that keeps its diary on disk."""

    @property
    def path(self) -> Path:
        return self.folder / "activity.jsonl"

    def parts(self) -> Parts:
        return msgspec.structs.replace(super().parts(), activity_path=self.path)

    def pass_until(self, hour: int, minute: int = 0, *, days: int = 1) -> None:
        """The clock goes on in steps that are too short for sleep, and each is seen."""
        end = EVENING.replace(hour=hour, minute=minute) + timedelta(days=days)
        while self.clock.moment < end:
            self.clock.moment = min(self.clock.moment + STEP, end)
            self._is_seen()

    def _is_seen(self) -> None:
        assert self.supervisor is not None
        keeper, at_ms = self.supervisor._activity, int(self.clock.moment.timestamp() * 1000)
        self.until(lambda _: keeper._watch.looked_ms == at_ms)

    def lines(self) -> tuple[Line, ...]:
        return ActivityStore(self.path).load(int(self.clock.moment.timestamp() * 1000))


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[DiaryStage]:
    made = DiaryStage(tmp_path)
    yield made
    made.close()


def is_written(did: Did) -> Callable[[Snapshot], bool]:
    return lambda snapshot: bool(snapshot.activity) and snapshot.activity[-1].did == did


def is_held(reason: Reason) -> Callable[[Snapshot], bool]:
    return lambda snapshot: snapshot.decision.reason is reason


def test_after_a_night_the_file_says_what_happened_and_whether_it_ran(stage: DiaryStage) -> None:
    stage.open()
    stage.until(is_held(Reason.HOURS))
    stage.at(22)
    stage.until(is_written(Trained()))
    stage.pass_until(23, 30, days=0)
    stage.sensors.on_mains = False
    stage.until(is_written(Held(Reason.MAINS)))
    stage.pass_until(0, 29)
    stage.sensors.on_mains = True
    stage.until(lambda snapshot: not snapshot.decision.holding or snapshot.decision.holding[0].next_change is not None)
    stage.pass_until(0, 30)
    stage.until(is_written(Trained()))
    stage.pass_until(2)
    stage.close()
    lines, now = stage.lines(), stage.clock.moment
    assert lines[0].starts and lines[-1].did == Off()
    assert len(lines) < 40
    assert [span_sentence(span, BERLIN) for span in days_until(lines, 2, BERLIN, now)[1].spans[1:]] == [
        "21:59 to 22:00: outside your hours.",
        "22:00 to 23:30: trained.",
        "23:30 to 24:00: paused, because the computer was on battery.",
    ]
    night = last_night(NIGHTS, now, BERLIN)
    assert night is not None
    spans = spans_of_night(lines, night, now)
    assert abs(trained_of(spans) - timedelta(hours=3)) < timedelta(seconds=1)
    assert last_night_sentence(night, spans, now) == (
        "Tonight so far: trained 3 h of 4 h; paused from 23:30 to 00:30, because the computer was on battery."
    )


def test_an_engine_that_does_less_at_once_is_written_down_with_the_reason(stage: DiaryStage) -> None:
    stage.engine_mode = "short_of_memory"
    stage.at(23)
    stage.open()
    seen = stage.until(is_written(Trained(less_at_once=True)))
    assert words.memory_text(seen) == "with less at once, because memory ran short"
    stage.pass_until(1)
    stage.close()
    lines, now = stage.lines(), stage.clock.moment
    night = last_night(NIGHTS, now, BERLIN)
    assert night is not None
    sentence = last_night_sentence(night, spans_of_night(lines, night, now), now)
    assert "with less at once, because memory ran short" in sentence


def test_a_second_start_goes_on_in_the_same_file_and_what_lay_between_is_off(stage: DiaryStage) -> None:
    stage.at(23)
    stage.open()
    stage.until_phase(Phase.TRAINING)
    stage.until(lambda snapshot: any(line.did == Trained() for line in snapshot.activity))
    stage.close()
    stage.at(3, days=1)
    again = DiaryStage(stage.folder)
    again.clock = stage.clock
    try:
        again.open()
        again.until_phase(Phase.TRAINING)
        seen = again.until(lambda snapshot: len(snapshot.activity) > len(stage.lines()) - 2)
        report = activity_report(seen, NIGHTS, 2)
    finally:
        again.close()
    assert report.last_night.startswith("Tonight so far: ")
    assert "from 23:00 to 03:00 the app did not run" in report.last_night
    with pytest.raises(SettingsError, match="So many days"):
        activity_report(seen, NIGHTS, 31)


def test_a_full_disk_is_told_once_and_what_could_not_be_written_is_written_later(
    tmp_path: Path, make_snapshot: Callable[..., Snapshot]
) -> None:
    (tmp_path / "state").write_text("in the way")
    clock, snapshot, troubles = PretendClock(EVENING), make_snapshot(), []

    def tell(event: SnapshotEvent) -> None:
        nonlocal snapshot
        troubles.extend([event] if isinstance(event, TroubleSeen) else [])
        snapshot = apply(snapshot, event, clock.now())

    keeper = ActivityKeeper(tmp_path / "state" / "activity.jsonl", tell=tell, clock=clock)
    keeper.begin()
    before = len(troubles)
    for phase in (Phase.TRAINING, Phase.WAITING_FOR_PEERS, Phase.TRAINING):
        clock.move(timedelta(minutes=1))
        engine = msgspec.structs.replace(snapshot.engine, phase=phase)
        keeper.attend(msgspec.structs.replace(snapshot, engine=engine), clock.now())
    assert len(troubles) == before + 1 and "can't be written" in troubles[-1].title
    (tmp_path / "state").unlink()
    clock.move(timedelta(minutes=1))
    keeper.close(clock.now())
    stored = ActivityStore(tmp_path / "state" / "activity.jsonl").load(int(clock.now().timestamp() * 1000))
    assert len(stored) == 4 and set(stored) == set(snapshot.activity)


def test_a_condition_that_nobody_can_tell_about_is_kept_as_such() -> None:
    line = Line(at_ms=1, did=Held(Reason.IDLE, unknown=True))
    assert msgspec.json.decode(msgspec.json.encode(line), type=Line) == line
