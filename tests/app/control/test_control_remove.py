"""Removing everything takes exactly what the app made, ends it first, and leaves what is the person's."""

import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from app.control.command_line import application
from app.control.exit_codes import ExitCode
from app.control.removing import Removing, app_stays_sentence, end_the_app
from app.control.service import Service, ServiceOptions, open_service
from app.core.ports import AutostartState
from app.core.removal_plan import Found, Place, RemovalChoice, What, removal_plan
from app.platforms.launch import Launch
from app.platforms.linux.autostart import ENTRY, XdgAutostart
from app.platforms.paths import profile_paths
from edge.work_places import OWN_FOLDER, PLACES_FILE, place_within, places_text
from protocol.errors import Refused
from tests.app.fakes.running_service import started_service


def command(profile: Path, *arguments: str) -> Result:
    return CliRunner().invoke(application, ["remove", *arguments, "--profile-folder", str(profile)])


def used_profile(folder: Path) -> Service:
    """A profile whose app runs, has a key and has written everything that it writes."""
    opened = started_service(folder)
    for name in (
        "state/engine/run-1/weights.bin",
        "state/local-network/logs/miner-0.log",
        "logs/app.log",
        "logs/app.log.1",
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 1000)
    (folder / "settings.json.torn-20260101T000000").write_text("{")
    key = folder / "state" / "keys" / "device.hotkey"
    give_up_at = time.monotonic() + 20
    while not key.exists() and time.monotonic() < give_up_at:
        time.sleep(0.02)
    assert key.exists()
    return opened


def left_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()}


def test_exactly_what_the_app_made_is_gone_and_its_key_and_your_files_stay(tmp_path: Path) -> None:
    profile, elsewhere = tmp_path / "profile", tmp_path / "elsewhere"
    service = used_profile(profile)
    elsewhere.mkdir()
    (elsewhere / "mine.txt").write_text("mine")
    for name in ("holiday.jpg", "logs/my.log", "state/diary.txt"):
        (profile / name).write_text("mine")
    (profile / "state" / "engine" / "link").symlink_to(elsewhere)
    waiting = threading.Thread(target=service.wait)  # as the app itself waits for its end
    waiting.start()
    removed = command(profile, "--yes")
    assert removed.exit_code == ExitCode.OK, removed.stderr
    waiting.join()
    assert left_in(profile) == {"holiday.jpg", "logs/my.log", "state/diary.txt", "state/keys/device.hotkey"}
    assert (elsewhere / "mine.txt").read_text() == "mine"
    shown = removed.stdout.replace("\n", "").replace("\\", "/")
    for text in ("state/engine", "unfinished work", "settings.json", "This stays", "holiday.jpg", "--with-key"):
        assert text in shown
    assert "The app itself stays" in shown


def test_what_lies_on_another_disk_goes_too_and_nothing_else_there(tmp_path: Path) -> None:
    profile, disk = tmp_path / "profile", tmp_path / "disk"
    used_profile(profile).close()
    engine = profile / "state" / "engine" / "run-1"
    place, mine = place_within(str(disk), engine), disk / "mine.txt"
    place.mkdir(parents=True)
    (place / "checkpoint.safetensors").write_bytes(b"x")
    mine.write_text("mine")
    places = places_text(engine, [place, disk])  # the disk itself is no place of ours
    (engine / PLACES_FILE).write_text(places, "utf-8")
    kept = command(profile, "--yes", "--keep-work")
    assert kept.exit_code == ExitCode.OK and place.exists(), kept.stderr
    assert command(profile, "--yes").exit_code == ExitCode.OK
    assert left_in(disk) == {"mine.txt"} and not (disk / OWN_FOLDER).exists()


def test_a_start_with_the_session_goes_too_though_the_person_switched_it_off_elsewhere(tmp_path: Path) -> None:
    starting = XdgAutostart(Launch(command=("app",), folder=tmp_path), tmp_path)
    starting.enable()
    entry = tmp_path / "autostart" / ENTRY
    entry.write_text(entry.read_text("utf-8") + "Hidden=true\n", "utf-8")
    assert starting.state() is AutostartState.OFF
    removing = Removing(profile_paths(tmp_path / "profile"), own_profile=False, choose=lambda: starting)
    removing.carry_out(RemovalChoice())
    assert not entry.exists()


def test_with_the_key_asked_for_nothing_is_left_at_all(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    used_profile(profile).close()
    assert command(profile, "--yes", "--with-key").exit_code == ExitCode.OK
    assert not profile.exists()


def test_what_is_to_be_kept_stays_and_is_named(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    used_profile(profile).close()
    kept = command(profile, "--yes", "--keep-settings", "--keep-work", "--keep-logs")
    assert kept.exit_code == ExitCode.OK, kept.stderr
    left = left_in(profile)
    assert {"settings.json", "state/engine/run-1/weights.bin", "logs/app.log", "logs/app.log.1"} <= left
    assert not {"state/state.json", "state/earnings.jsonl", "state/app.lock"} & left
    shown = kept.stdout.replace("\n", "")
    assert f"This stays: {profile / 'settings.json'}" in shown


def test_without_somebody_to_ask_nothing_is_removed(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    used_profile(profile).close()
    before = left_in(profile)
    refused = command(profile)
    assert refused.exit_code == ExitCode.REFUSED
    assert "--yes" in refused.stderr
    assert left_in(profile) == before


def test_an_app_that_does_not_end_keeps_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = tmp_path / "profile"
    held = open_service(ServiceOptions(profile_folder=profile))
    assert isinstance(held, Service)
    with pytest.raises(Refused, match="nothing was removed"):
        end_the_app(profile_paths(profile), within_seconds=0.0)
    held.release()


OURS = ["settings.json", "settings.json.mended-1", "state.json", "engine", "keys", "app.log", "app.log.2", "app.lock"]
FOREIGN = ["photo.jpg", "engine.txt", "my-settings.json", "app.logbook", "keys.txt"]
names = st.sampled_from([*OURS, *FOREIGN])


@given(
    found=st.lists(
        st.builds(lambda place, name: Found(place, Path("/p", place, name), 1), st.sampled_from(Place), names)
    ),
    with_key=st.booleans(),
    keep=st.frozensets(st.sampled_from(What)),
)
def test_every_thing_is_removed_or_told_to_stay_and_a_key_only_goes_when_asked(
    found: list[Found], with_key: bool, keep: frozenset[What]
) -> None:
    keep -= {What.KEY}
    plan = removal_plan(found, with_key=with_key, keep=keep)
    removed = [each.path for each in plan.removed]
    told = [*removed, *(each.path for each in plan.kept), *plan.keys_kept, *plan.not_ours]
    assert not [each for each in plan.removed if each.what in keep]
    assert sorted(told) == sorted({each.path for each in found})
    assert with_key or not any(each.what is What.KEY for each in plan.removed)
    assert not [
        path for path in removed if path.name in FOREIGN and path.parent.name not in (Place.PROGRAMS, Place.WORK)
    ]


def test_folders_that_are_one_name_each_thing_once() -> None:
    both = [Found(place, Path("/p/settings.json"), 5) for place in (Place.CONFIG, Place.STATE, Place.LOGS)]
    plan = removal_plan([*both, Found(Place.STATE, Path("/p/programs"), 9)], with_key=False)
    assert [(each.what, each.size_bytes) for each in plan.removed] == [(What.SETTINGS, 5)]


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_each_system_is_told_how_the_app_itself_goes(system: str) -> None:
    assert "The app itself stays" in app_stays_sentence(system, from_source=False)
