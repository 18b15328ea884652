"""Beside the running app: health is reported, and a restart happens only where it disturbs nobody."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from app.control.updating import UpdateTimes, UpdateWatch, may_download, may_restart
from app.core.commands import SetUpdates
from app.core.engine.phase import Phase
from app.core.gates.gate import GateName, GateState, Switch, plain
from app.core.settings.change import changed
from app.core.settings.settings import Settings
from app.core.snapshot import Snapshot
from app.core.wish import Off, OffUntil, OnUntil
from app.platforms.installation import FromBundle
from app.update.engine_programs import EnginePrograms
from app.update.programs import Programs
from app.update.states import Ready, Refused, State
from app.update.versions import Version, with_brought
from protocol.errors import UserFacingError

ZONE = timezone(timedelta(hours=1))
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=ZONE)
SHORTLY_BEFORE_TEN = datetime(2026, 11, 21, 21, 55, tzinfo=ZONE)
RUNNING = Version(1, 1, 0)
MakeSnapshot = Callable[..., Snapshot]


def test_outside_the_hours_with_nothing_at_work_it_may_restart(make_snapshot: MakeSnapshot) -> None:
    assert may_restart(make_snapshot(now=NOON, phase=Phase.STOPPED), person_looks=False)


@pytest.mark.parametrize("phase", [Phase.TRAINING, Phase.SAVING, Phase.STOPPING, Phase.PAUSED])
def test_never_while_the_engine_lives(make_snapshot: MakeSnapshot, phase: Phase) -> None:
    assert not may_restart(make_snapshot(now=NOON, phase=phase), person_looks=False)


def test_never_under_somebody_s_eyes_nor_in_or_shortly_before_a_window(make_snapshot: MakeSnapshot) -> None:
    assert not may_restart(make_snapshot(now=NOON, phase=Phase.STOPPED), person_looks=True)
    assert not may_restart(make_snapshot(phase=Phase.STOPPED), person_looks=False)
    assert not may_restart(make_snapshot(now=SHORTLY_BEFORE_TEN, phase=Phase.STOPPED), person_looks=False)


@pytest.mark.parametrize("wish", [Off(), OffUntil(None), OnUntil(None)])
def test_what_the_person_asked_for_is_not_interrupted(make_snapshot: MakeSnapshot, wish: object) -> None:
    assert not may_restart(make_snapshot(now=NOON, phase=Phase.STOPPED, wish=wish), person_looks=False)


def test_nothing_is_downloaded_while_it_trains_or_where_the_line_is_paid_by_volume(make_snapshot: MakeSnapshot) -> None:
    assert may_download(make_snapshot(now=NOON, phase=Phase.STOPPED))
    assert not may_download(make_snapshot(phase=Phase.TRAINING))
    metered = (plain(GateName.METERED, Switch.AUTOMATIC, False),)
    assert metered[0].state is GateState.NO
    assert not may_download(make_snapshot(now=NOON, phase=Phase.STOPPED, gates=metered))


class FakeSupervisor:
    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.settings = Settings()
        self.stopped = False
        self.noted = ""

    def stop(self, within_seconds: float) -> None:
        self.stopped = True

    def note_update(self, version: str) -> None:
        self.noted = version


class FakeFetcher:
    def __init__(self, end: State) -> None:
        self.end = end
        self.asked = 0

    def fetch_app(self, _tell: Callable[[State], None]) -> State:
        self.asked += 1
        return self.end


def watch_over(folder: Path, fetcher: FakeFetcher) -> UpdateWatch:
    programs = Programs(folder)
    return UpdateWatch(
        running=RUNNING,
        programs=programs,
        engine_programs=EnginePrograms(FromBundle(folder, folder), programs),
        fetcher=lambda _cancelled: fetcher,
        times=UpdateTimes(),
    )


def test_a_new_version_is_brought_and_the_app_comes_back_as_it_at_once_when_nobody_minds(
    tmp_path: Path, make_snapshot: MakeSnapshot
) -> None:
    fetcher = FakeFetcher(Ready("1.2.0"))
    watch = watch_over(tmp_path, fetcher)
    supervisor = FakeSupervisor(make_snapshot(now=NOON, phase=Phase.STOPPED))
    watch.look(supervisor)
    assert (fetcher.asked, supervisor.stopped, watch.restart_wanted) == (1, True, True)


def test_a_new_version_waits_while_a_window_is_open(tmp_path: Path, make_snapshot: MakeSnapshot) -> None:
    fetcher = FakeFetcher(Ready("1.2.0"))
    watch = watch_over(tmp_path, fetcher)
    supervisor = FakeSupervisor(make_snapshot(now=NOON, phase=Phase.STOPPED))
    watch.person_looks = True
    watch.look(supervisor)
    watch.look(supervisor)
    assert (fetcher.asked, supervisor.stopped, supervisor.noted) == (1, False, "1.2.0")
    watch.person_looks = False
    watch.look(supervisor)
    assert supervisor.stopped


def test_a_refusal_is_not_asked_again_before_tomorrow_and_stops_nothing(
    tmp_path: Path, make_snapshot: MakeSnapshot
) -> None:
    fetcher = FakeFetcher(Refused("The update server can't be reached."))
    watch = watch_over(tmp_path, fetcher)
    supervisor = FakeSupervisor(make_snapshot(now=NOON, phase=Phase.STOPPED))
    watch.look(supervisor)
    watch.look(supervisor)
    assert (fetcher.asked, supervisor.stopped, watch.restart_wanted) == (1, False, False)


def test_whoever_wants_to_update_by_hand_is_left_alone(tmp_path: Path, make_snapshot: MakeSnapshot) -> None:
    fetcher = FakeFetcher(Ready("1.2.0"))
    supervisor = FakeSupervisor(make_snapshot(now=NOON, phase=Phase.STOPPED))
    supervisor.settings = changed(Settings(), SetUpdates(by_themselves=False))
    watch_over(tmp_path, fetcher).look(supervisor)
    assert (fetcher.asked, supervisor.stopped) == (0, False)


def test_a_version_that_works_is_written_down_and_what_it_replaces_goes(tmp_path: Path) -> None:
    watch = watch_over(tmp_path, FakeFetcher(Refused("")))
    programs = Programs(tmp_path)
    record = programs.record_file.load().value
    for version in (Version(1, 0, 5), RUNNING):
        record = with_brought(record, version)
        programs.app_folder(version).mkdir(parents=True)
    programs.record_file.save(record)
    watch.report_health()
    watch.clean_up()
    kept = programs.record_file.load().value.brought
    assert [(item.version, item.was_healthy) for item in kept] == [("1.1.0", True)]
    assert not programs.app_folder(Version(1, 0, 5)).exists()
    assert programs.app_folder(RUNNING).exists()


def test_what_another_program_is_just_unpacking_is_not_swept_away(tmp_path: Path, make_snapshot: MakeSnapshot) -> None:
    watch = watch_over(tmp_path, FakeFetcher(Refused("")))
    programs = Programs(tmp_path)
    under_way = tmp_path / "engine" / ".unpacking-1"
    under_way.mkdir(parents=True)
    supervisor = FakeSupervisor(make_snapshot(now=NOON, phase=Phase.STOPPED))
    with programs.changing(), pytest.raises(UserFacingError):
        watch.look(supervisor)
    assert under_way.exists()
    watch.look(supervisor)
    assert not under_way.exists()
