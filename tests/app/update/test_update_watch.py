"""Beside the running app: health is reported, and a restart happens only where it disturbs nobody."""

import math
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from app.control.updating import (
    FETCH_PATIENCE_SECONDS,
    PATIENCE,
    REQUIRED_CHECK_SECONDS,
    UpdateTimes,
    UpdateWatch,
    may_fetch,
    may_restart,
)
from app.core.commands import SetUpdateChannel, SetUpdates
from app.core.engine.phase import ALIVE, EngineStatus, Phase
from app.core.gates.gate import GateName
from app.core.settings.change import changed
from app.core.settings.settings import Settings, UpdateChannel
from app.core.snapshot import CrewMember, Snapshot
from app.core.wish import FinishThenOff, Off, OffUntil, OffUntilOpening, OnUntil, Wish
from app.platforms.installation import FromBundle
from app.update.engine_programs import EnginePrograms
from app.update.fetching import Fetcher
from app.update.programs import Programs
from app.update.states import Ready, Refused, State, UpToDate
from app.update.versions import Version, choose, healthy, with_brought
from protocol.errors import UserFacingError
from tests.app.conftest import gates_at

ZONE = timezone(timedelta(hours=1))
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=ZONE)
SHORTLY_BEFORE_TEN = datetime(2026, 11, 21, 21, 55, tzinfo=ZONE)
TWO_AT_NIGHT = datetime(2026, 11, 21, 2, 0, tzinfo=ZONE)
FOUR_AT_NIGHT = datetime(2026, 11, 21, 4, 0, tzinfo=ZONE)
RUNNING = Version(1, 1, 0)
MakeSnapshot = Callable[..., Snapshot]


NOBODY_CARES = timedelta(days=1)
NOT_LONG = timedelta(hours=23)


@pytest.mark.parametrize(
    ("case", "may"),
    [
        # Outside the hours, and whenever the person wants no training: at once, but for the minutes before it begins.
        ({"now": NOON}, True),
        ({"now": SHORTLY_BEFORE_TEN}, False),
        ({"now": NOON, "wish": Off()}, True),
        ({"now": TWO_AT_NIGHT, "wish": Off()}, True),
        ({"now": TWO_AT_NIGHT, "wish": OffUntil()}, True),
        ({"now": NOON, "wish": OffUntil(NOON + timedelta(hours=1))}, True),
        ({"now": NOON, "wish": OffUntil(NOON + timedelta(minutes=9))}, False),
        ({"now": TWO_AT_NIGHT, "wish": OffUntilOpening(TWO_AT_NIGHT, TWO_AT_NIGHT + timedelta(hours=20))}, True),
        # Finishing is not finished.
        ({"now": TWO_AT_NIGHT, "wish": FinishThenOff()}, False),
        ({"now": TWO_AT_NIGHT, "wish": FinishThenOff(), "waited": NOBODY_CARES}, False),
        # In the hours, between two trainings: what holds now may let go in a moment, so not before a day has passed.
        ({"now": TWO_AT_NIGHT, "no": GateName.MAINS}, False),
        ({"now": TWO_AT_NIGHT, "no": GateName.MAINS, "waited": NOT_LONG}, False),
        ({"now": TWO_AT_NIGHT, "no": GateName.MAINS, "waited": NOBODY_CARES}, True),
        ({"now": NOON, "hours": "always", "no": GateName.IDLE}, False),
        ({"now": NOON, "hours": "always", "no": GateName.IDLE, "waited": NOBODY_CARES}, True),
        # The network wants a newer version: nothing else can be done meanwhile, in the hours and on "train now" too.
        ({"now": NOON, "no": GateName.UPDATE}, True),
        ({"now": SHORTLY_BEFORE_TEN, "no": GateName.UPDATE}, True),
        ({"now": TWO_AT_NIGHT, "no": GateName.UPDATE}, True),
        ({"now": NOON, "hours": "always", "no": GateName.UPDATE}, True),
        ({"now": NOON, "wish": OnUntil(), "no": GateName.UPDATE}, True),
        # Training with an end is waited for; about to begin, too.
        ({"now": TWO_AT_NIGHT}, False),
        ({"now": TWO_AT_NIGHT, "phase": Phase.TRAINING, "waited": NOBODY_CARES}, False),
        ({"now": FOUR_AT_NIGHT, "phase": Phase.TRAINING, "waited": NOBODY_CARES}, False),
        # Training at any hour: after a day, when it has nothing in hand, or in the small hours.
        ({"now": NOON, "hours": "always"}, False),
        ({"now": NOON, "hours": "always", "phase": Phase.WAITING_FOR_PEERS, "waited": NOT_LONG}, False),
        ({"now": NOON, "hours": "always", "phase": Phase.WAITING_FOR_PEERS, "waited": NOBODY_CARES}, True),
        ({"now": NOON, "hours": "always", "phase": Phase.FAILED, "waited": NOBODY_CARES}, True),
        ({"now": NOON, "hours": "always", "phase": Phase.TRAINING, "waited": NOBODY_CARES}, False),
        ({"now": NOON, "hours": "always", "phase": Phase.DOWNLOADING, "waited": NOBODY_CARES}, False),
        ({"now": FOUR_AT_NIGHT, "hours": "always", "phase": Phase.TRAINING, "waited": NOT_LONG}, False),
        ({"now": FOUR_AT_NIGHT, "hours": "always", "phase": Phase.TRAINING, "waited": NOBODY_CARES}, True),
        ({"now": FOUR_AT_NIGHT, "wish": OnUntil(), "phase": Phase.TRAINING, "waited": NOBODY_CARES}, True),
    ],
)
def test_when_the_app_may_come_back_as_a_newer_version(
    make_snapshot: MakeSnapshot, case: dict[str, Any], may: bool
) -> None:
    snapshot, waited = snapshot_of(make_snapshot, **case)
    assert may_restart(snapshot, person_looks=False, waited=waited) is may
    assert not may_restart(snapshot, person_looks=True, waited=waited), "never under somebody's eyes"
    ending = msgspec.structs.replace(snapshot, ending=True)
    assert not may_restart(ending, person_looks=False, waited=waited)


@pytest.mark.parametrize("phase", sorted(ALIVE))
@pytest.mark.parametrize("crew", [False, True], ids=["the first engine", "that of a further card"])
def test_never_while_an_engine_ends_or_pauses(make_snapshot: MakeSnapshot, phase: Phase, crew: bool) -> None:
    first, further = (Phase.STOPPED, phase) if crew else (phase, Phase.STOPPED)
    member = CrewMember(card="cuda:1", status=EngineStatus(phase=further))
    for gates in (gates_at(NOON), gates_at(NOON, update=False)):
        snapshot = make_snapshot(now=NOON, phase=first, gates=gates, crew=(member,))
        assert not may_restart(snapshot, person_looks=False, waited=NOBODY_CARES)


def snapshot_of(
    make_snapshot: MakeSnapshot,
    *,
    now: datetime,
    hours: str = "22:00-07:00",
    no: GateName | None = None,
    phase: Phase = Phase.STOPPED,
    wish: Wish | None = None,
    waited: timedelta = timedelta(),
) -> tuple[Snapshot, timedelta]:
    answers = {} if no is None else {no.value: False}
    return make_snapshot(now=now, phase=phase, wish=wish, gates=gates_at(now, hours=hours, **answers)), waited


DAY = PATIENCE.total_seconds()


@pytest.mark.parametrize(
    ("no", "phase", "due_for_seconds", "asked_before_seconds", "may"),
    [
        (None, Phase.STOPPED, 0.0, DAY, True),
        (None, Phase.STOPPED, -1.0, DAY, False),
        (None, Phase.TRAINING, 0.0, DAY, False),
        (None, Phase.TRAINING, FETCH_PATIENCE_SECONDS - 1, DAY, False),
        (None, Phase.TRAINING, FETCH_PATIENCE_SECONDS, DAY, True),
        (GateName.METERED, Phase.STOPPED, 0.0, DAY, False),
        (GateName.METERED, Phase.TRAINING, DAY, DAY, False),
        (GateName.UPDATE, Phase.STOPPED, -DAY, math.inf, True),
        (GateName.UPDATE, Phase.STOPPED, -DAY, REQUIRED_CHECK_SECONDS, True),
        (GateName.UPDATE, Phase.STOPPED, -DAY, REQUIRED_CHECK_SECONDS - 1, False),
        (GateName.UPDATE, Phase.STOPPING, -DAY, math.inf, False),
    ],
)
def test_when_a_newer_version_is_looked_for(
    make_snapshot: MakeSnapshot,
    no: GateName | None,
    phase: Phase,
    due_for_seconds: float,
    asked_before_seconds: float,
    may: bool,
) -> None:
    snapshot, _waited = snapshot_of(make_snapshot, now=TWO_AT_NIGHT, no=no, phase=phase)
    asked = {"due_for_seconds": due_for_seconds, "asked_before_seconds": asked_before_seconds}
    assert may_fetch(snapshot, **asked) is may


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
        self.channel = UpdateChannel.STABLE

    def of(self, channel: UpdateChannel) -> "FakeFetcher":
        self.channel = channel
        return self

    def fetch_app(self, _tell: Callable[[State], None]) -> State:
        self.asked += 1
        return self.end


def watch_over(folder: Path, fetcher: FakeFetcher, monotonic: Callable[[], float] = time.monotonic) -> UpdateWatch:
    programs = Programs(folder)
    return UpdateWatch(
        running=RUNNING,
        programs=programs,
        engine_programs=EnginePrograms(FromBundle(folder, folder), programs),
        fetcher=lambda settings, _cancelled: cast(Fetcher, fetcher.of(settings.update_channel)),
        times=UpdateTimes(),
        monotonic=monotonic,
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


def test_an_app_that_is_too_old_looks_for_an_update_each_half_hour_and_installs_it_in_the_middle_of_the_hours(
    tmp_path: Path, make_snapshot: MakeSnapshot
) -> None:
    clock = [0.0]
    fetcher = FakeFetcher(Refused("The update server can't be reached."))
    watch = watch_over(tmp_path, fetcher, lambda: clock[0])
    snapshot, _waited = snapshot_of(make_snapshot, now=TWO_AT_NIGHT, hours="always", no=GateName.UPDATE)
    supervisor = FakeSupervisor(snapshot)
    for minute in range(60):
        clock[0] = 60.0 * minute
        watch.look(supervisor)
    assert (fetcher.asked, supervisor.stopped) == (2, False)
    fetcher.end = Ready("1.2.0")
    clock[0] = 3600.0
    watch.look(supervisor)
    assert (fetcher.asked, supervisor.stopped, watch.restart_wanted) == (3, True, True)


def test_a_computer_that_always_trains_fetches_while_it_does_and_changes_in_the_small_hours_a_day_later(
    tmp_path: Path, make_snapshot: MakeSnapshot
) -> None:
    fetcher = FakeFetcher(Ready("1.2.0"))
    began, hour = NOON, timedelta(hours=1)
    supervisor = FakeSupervisor(make_snapshot(now=began, phase=Phase.STOPPED))
    watch = watch_over(tmp_path, fetcher, lambda: (supervisor.snapshot.at - began).total_seconds())
    fetcher.end = Refused("Nothing new.")
    watch.look(supervisor)
    fetcher.end = Ready("1.2.0")
    asked, now = fetcher.asked, began
    while not supervisor.stopped and now < began + timedelta(days=7):
        now += hour
        supervisor.snapshot, _ = snapshot_of(make_snapshot, now=now, hours="always", phase=Phase.TRAINING)
        watch.look(supervisor)
        if fetcher.asked > asked:
            asked, fetched_at = fetcher.asked, now
    assert fetched_at == began + timedelta(days=1, hours=2)
    assert now == (began + timedelta(days=3)).replace(hour=3)


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


def early_waits(folder: Path) -> Programs:
    """1.2.0 was fetched as an early version and never ran; the running 1.1.0 is one too."""
    programs = Programs(folder)
    record = healthy(with_brought(programs.record_file.load().value, RUNNING, early=True), RUNNING)
    programs.record_file.save(with_brought(record, Version(1, 2, 0), early=True))
    for version in (RUNNING, Version(1, 2, 0)):
        programs.app_folder(version).mkdir(parents=True)
    return programs


def test_who_goes_back_to_stable_keeps_what_runs_and_never_wakes_up_in_an_early_version_that_waited(
    tmp_path: Path, make_snapshot: MakeSnapshot
) -> None:
    programs, fetcher = early_waits(tmp_path), FakeFetcher(Ready("1.2.0"))
    watch = watch_over(tmp_path, fetcher)
    supervisor = FakeSupervisor(make_snapshot(now=NOON, phase=Phase.STOPPED))
    supervisor.settings = changed(Settings(), SetUpdateChannel(UpdateChannel.EARLY))
    watch.person_looks = True
    watch.look(supervisor)
    assert (fetcher.channel, supervisor.noted) == (UpdateChannel.EARLY, "1.2.0")
    supervisor.settings = changed(supervisor.settings, SetUpdateChannel(UpdateChannel.STABLE))
    fetcher.end = UpToDate("1.1.0", ahead=True)
    watch.look(supervisor)
    assert (fetcher.channel, fetcher.asked, supervisor.noted, supervisor.stopped) == (
        UpdateChannel.STABLE,
        2,
        "",
        False,
    )
    assert choose(programs.record_file.load().value, Version(1, 0, 0), counts=True).version == RUNNING
    assert programs.app_folder(RUNNING).exists() and not programs.app_folder(Version(1, 2, 0)).exists()


def test_an_early_version_that_another_profile_fetched_is_not_begun_by_a_stable_app(
    tmp_path: Path, make_snapshot: MakeSnapshot
) -> None:
    programs = early_waits(tmp_path)
    supervisor = FakeSupervisor(make_snapshot(now=NOON, phase=Phase.STOPPED))
    watch_over(tmp_path, FakeFetcher(Refused(""))).look(supervisor)
    assert [item.version for item in programs.record_file.load().value.brought] == ["1.1.0"]


def test_who_turns_to_early_versions_is_looked_for_at_once(tmp_path: Path, make_snapshot: MakeSnapshot) -> None:
    fetcher = FakeFetcher(UpToDate("1.1.0"))
    watch = watch_over(tmp_path, fetcher)
    supervisor = FakeSupervisor(make_snapshot(now=NOON, phase=Phase.STOPPED))
    watch.look(supervisor)
    watch.look(supervisor)
    supervisor.settings = changed(Settings(), SetUpdateChannel(UpdateChannel.EARLY))
    watch.look(supervisor)
    watch.look(supervisor)
    assert (fetcher.asked, fetcher.channel) == (2, UpdateChannel.EARLY)


async def test_a_choice_made_just_before_the_end_counts_at_the_next_start(
    tmp_path: Path, make_snapshot: MakeSnapshot
) -> None:
    programs, watch = early_waits(tmp_path), watch_over(tmp_path, FakeFetcher(Refused("")))
    supervisor = FakeSupervisor(make_snapshot(now=NOON, phase=Phase.STOPPED))
    supervisor.settings = changed(Settings(), SetUpdateChannel(UpdateChannel.EARLY))
    async with watch.beside(supervisor):
        supervisor.settings = changed(supervisor.settings, SetUpdateChannel(UpdateChannel.STABLE))
    assert [item.version for item in programs.record_file.load().value.brought] == ["1.1.0"]
