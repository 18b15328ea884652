"""Updates from a real signed repository over real HTTP: what is right comes, what is wrong changes nothing."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypedDict, Unpack

import msgspec
import pytest

from app.core.engine.outcomes import NotStarted
from app.core.settings.settings import UpdateChannel
from app.platforms.hardware import Hardware
from app.platforms.installation import FromBundle
from app.update.download import Wanted, download
from app.update.engine_programs import EnginePrograms
from app.update.fetching import Fetcher
from app.update.programs import ENGINE_PROGRAM, Programs
from app.update.releases import read_list
from app.update.states import Fetching, Offered, Ready, Refused, State, UpToDate, Verifying
from app.update.versions import LaunchRecord, Version, choose
from devtools.release import repository
from devtools.system import ROOT, SetupFailed
from protocol.errors import StorageError
from protocol.version import PROTOCOL_VERSION
from tests.app.fakes import update_server
from tests.app.fakes.update_server import Publisher, Web, fetcher, served


class FetcherOptions(TypedDict, total=False):
    running: str
    hardware: Hardware
    protocol: int
    channel: UpdateChannel
    cancelled: Callable[[], bool]


class World:
    """A publisher, their server, and one person's folder of programs."""

    def __init__(self, folder: Path, web: Web, publisher: Publisher) -> None:
        self.web = web
        self.publisher = publisher
        self.programs = Programs(folder / "programs")
        self.told: list[State] = []

    def fetcher(self, **options: Unpack[FetcherOptions]) -> Fetcher:
        return fetcher(self.web, self.publisher.root, self.programs, **options)

    def fetch_app(self, **options: Unpack[FetcherOptions]) -> State:
        return self.fetcher(**options).fetch_app(self.told.append)

    def record(self) -> LaunchRecord:
        return self.programs.record_file.load().value

    def nothing_changed(self) -> bool:
        return self.record() == LaunchRecord() and not (self.programs.folder / "app").exists()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    publisher = Publisher(tmp_path)
    with served(publisher.repository) as web:
        yield World(tmp_path, web, publisher)


def test_a_newer_version_is_offered_with_its_size_fetched_and_started_next(world: World) -> None:
    archive = world.publisher.publish_app("1.1.0")
    offer = world.fetcher().offer_app()
    assert isinstance(offer, Offered)
    assert (offer.version, offer.bytes) == ("1.1.0", archive.stat().st_size)
    assert offer.seconds > 0
    assert world.nothing_changed()
    assert world.fetch_app() == Ready("1.1.0")
    assert Verifying() in world.told
    assert world.told[0] == Fetching(archive.stat().st_size, archive.stat().st_size)
    assert choose(world.record(), Version(1, 0, 0), counts=True).version == Version(1, 1, 0)
    assert (world.programs.app_folder(Version(1, 1, 0)) / "train-at-home-window").is_file()
    assert world.fetcher().offer_app() == Ready("1.1.0")
    assert list(world.programs.downloads_folder.iterdir()) == []


def test_the_newest_of_several_is_taken_and_other_systems_are_passed_by(world: World) -> None:
    world.publisher.publish_app("1.2.0")
    world.publisher.publish_app("1.10.0")
    world.publisher.publish_app("9.0.0", system="windows-x86_64")
    assert world.fetch_app() == Ready("1.10.0")


def test_an_older_or_the_same_version_is_no_update(world: World) -> None:
    world.publisher.publish_app("1.0.0")
    assert world.fetch_app() == UpToDate("1.0.0")
    assert world.fetch_app(running="1.1.0") == UpToDate("1.1.0")
    assert world.nothing_changed()


def test_what_somebody_else_signed_is_refused(world: World, tmp_path: Path) -> None:
    forger = Publisher(tmp_path / "forger")
    forger.publish_app("6.6.6")
    world.web.folder = forger.repository
    end = world.fetch_app()
    assert isinstance(end, Refused)
    assert "signatures are not those of the makers" in end.title
    assert world.nothing_changed()


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_a_forged_part_of_the_metadata_is_refused(world: World, tmp_path: Path, role: str) -> None:
    world.publisher.publish_app("1.1.0")
    stolen = {**world.publisher.keys, role: repository.make_keys(tmp_path / "other")[role]}
    archive, _size = world.publisher.archive("evil", "train-at-home-window")
    shutil.copyfile(archive, tmp_path / "app-6.6.6.tar.xz")
    forged = read_list(world.publisher.served_file("releases.json").read_bytes()).app[0]
    repository.publish(
        world.publisher.repository,
        stolen,
        [repository.Addition(archive, msgspec.structs.replace(forged, version="6.6.6", path="app/evil"))],
    )
    end = world.fetch_app()
    assert isinstance(end, Refused)
    assert "not believed" in end.title
    assert world.nothing_changed()


def test_a_server_that_shows_an_older_state_than_before_is_refused(world: World, tmp_path: Path) -> None:
    world.publisher.publish_app("1.1.0")
    shutil.copytree(world.publisher.repository, tmp_path / "yesterday")
    world.publisher.publish_app("1.2.0")
    assert isinstance(world.fetcher().offer_app(), Offered)
    world.web.folder = tmp_path / "yesterday"
    end = world.fetch_app()
    assert isinstance(end, Refused)
    assert "older or mixed" in end.title
    assert world.nothing_changed()


def test_files_of_two_states_mixed_are_refused(world: World, tmp_path: Path) -> None:
    world.publisher.publish_app("1.1.0")
    old = (world.publisher.repository / "metadata" / "2.targets.json").read_bytes()
    world.publisher.publish_app("1.2.0")
    (world.publisher.repository / "metadata" / "3.targets.json").write_bytes(old)
    end = world.fetch_app()
    assert isinstance(end, Refused)
    assert "older or mixed" in end.title
    assert world.nothing_changed()


def test_metadata_that_nobody_renewed_is_refused_with_a_word_on_the_clock(tmp_path: Path) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=15)
    publisher = Publisher(tmp_path, long_ago)
    with served(publisher.repository) as web:
        world = World(tmp_path, web, publisher)
        end = world.fetch_app()
        assert isinstance(end, Refused)
        assert "out of date" in end.title and "date" in end.advice
        repository.renew(publisher.repository, publisher.keys)
        assert world.fetch_app() == UpToDate("1.0.0")


def test_an_archive_that_was_changed_on_the_server_is_thrown_away(world: World) -> None:
    world.publisher.publish_app("1.1.0")
    file = world.publisher.served_file("app-1.1.0.tar.xz")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    end = world.fetch_app()
    assert isinstance(end, Refused)
    assert "not what was signed" in end.title
    assert world.nothing_changed()
    assert list(world.programs.downloads_folder.iterdir()) == []


def test_a_download_that_breaks_off_goes_on_where_it_was(world: World) -> None:
    archive = world.publisher.publish_app("1.1.0")
    world.web.cut_after_bytes = 60_000
    assert world.fetch_app() == Ready("1.1.0")
    done = [state.done_bytes for state in world.told if isinstance(state, Fetching)]
    assert done[-1] == archive.stat().st_size
    assert world.web.asked_ranges[:2] == ["bytes=60000-", "bytes=120000-"]


def test_a_download_that_gets_nowhere_says_so_keeps_what_came_and_goes_on_the_next_time(world: World) -> None:
    archive = world.publisher.publish_app("1.1.0")
    world.web.cut_after_bytes = 60_000
    calls = iter([False, False, True])
    assert isinstance(world.fetch_app(cancelled=lambda: next(calls, True)), Refused)
    kept = next(world.programs.downloads_folder.iterdir()).stat().st_size
    assert kept > 0
    offer = world.fetcher().offer_app()
    assert isinstance(offer, Offered)
    assert offer.bytes == archive.stat().st_size - kept
    world.web.cut_after_bytes = 0
    end = world.fetch_app()
    assert isinstance(end, Refused)
    assert "broke off" in end.title
    world.web.cut_after_bytes = None
    assert world.fetch_app() == Ready("1.1.0")


def test_a_server_that_knows_no_ranges_is_read_from_the_beginning(world: World) -> None:
    archive = world.publisher.publish_app("1.1.0")
    target = world.publisher.served_file("app-1.1.0.tar.xz")
    part = world.programs.downloads_folder / f"{target.name.partition('.')[0]}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(archive.read_bytes()[:1000])
    world.web.knows_ranges = False
    assert world.fetch_app() == Ready("1.1.0")


def test_a_server_that_is_away_is_a_sentence_and_no_harm(world: World) -> None:
    world.web.down = True
    end = world.fetch_app()
    assert isinstance(end, Refused)
    assert "can't be reached" in end.title
    assert world.nothing_changed()


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's /dev/full")
def test_a_full_disk_is_a_sentence_and_the_download_can_go_on(world: World, tmp_path: Path) -> None:
    world.publisher.publish_app("1.1.0")
    target = world.publisher.served_file("app-1.1.0.tar.xz")
    part = world.programs.downloads_folder / f"{target.name.partition('.')[0]}.part"
    part.parent.mkdir(parents=True)
    part.symlink_to("/dev/full")
    end = world.fetch_app()
    assert isinstance(end, Refused)
    assert end.title == "The disk is full."
    assert world.nothing_changed()
    part.unlink()
    assert world.fetch_app() == Ready("1.1.0")


def test_a_file_larger_than_the_disk_is_not_even_begun(tmp_path: Path) -> None:
    wanted = Wanted(url="http://127.0.0.1:1/never-asked", length_bytes=10**16, sha256="0" * 64)
    with pytest.raises(StorageError, match="not enough room"):
        download(wanted, tmp_path, tell=lambda _state: None)
    assert list(tmp_path.iterdir()) == []


def test_an_archive_without_an_app_in_it_is_refused_though_it_is_signed(world: World) -> None:
    world.publisher.publish_app("1.1.0", holds="something-else")
    end = world.fetch_app()
    assert isinstance(end, Refused)
    assert "holds no app" in end.title
    assert choose(world.record(), Version(1, 0, 0), counts=True).version is None


def test_a_version_that_failed_to_start_is_not_fetched_again_but_a_later_one_is(world: World) -> None:
    world.publisher.publish_app("1.1.0")
    assert world.fetch_app() == Ready("1.1.0")
    record = world.record()
    for _start in range(3):
        record = choose(record, Version(1, 0, 0), counts=True).record
    world.programs.record_file.save(record)
    assert world.fetch_app() == UpToDate("1.0.0")
    world.publisher.publish_app("1.1.1")
    assert world.fetch_app() == Ready("1.1.1")


def test_a_build_without_an_address_says_so(tmp_path: Path) -> None:
    lonely = Fetcher(
        source=None,
        programs=Programs(tmp_path),
        find_hardware=lambda: update_server.HERE,
        running=Version(1, 0, 0),
        protocol_version=3,
        window_program="x",
    )
    end = lonely.offer_app()
    assert isinstance(end, Refused)
    assert "no address to fetch from" in end.title


def variant_of(offer: Offered | Ready | Refused) -> str:
    assert not isinstance(offer, Refused)
    return offer.variant


NVIDIA = Hardware("Linux", "x86_64", cuda_driver=(13, 0), cuda_capability=(8, 6))


def test_the_engine_for_the_hardware_found_is_offered_and_the_processors_where_there_is_none(world: World) -> None:
    world.publisher.publish_engine("cpu")
    world.publisher.publish_engine("cu130")
    assert variant_of(world.fetcher().offer_engine()) == "cpu"
    assert variant_of(world.fetcher(hardware=NVIDIA).offer_engine()) == "cu130"
    assert variant_of(world.fetcher(hardware=Hardware("Linux", "x86_64", intel_gpu=True)).offer_engine()) == "cpu"
    assert isinstance(world.fetcher(hardware=Hardware("Darwin", "x86_64")).offer_engine(), Refused)


def test_an_engine_of_another_protocol_is_never_taken(world: World) -> None:
    world.publisher.publish_engine("cpu", "1.0.0", protocol=3)
    world.publisher.publish_engine("cpu", "2.0.0", protocol=4)
    assert world.fetcher().fetch_engine(world.told.append) == Ready("1.0.0", "cpu")
    assert world.fetcher(protocol=4).fetch_engine(world.told.append) == Ready("2.0.0", "cpu")
    assert world.programs.engine_program(3) == world.programs.folder / "engine" / "cpu-1.0.0" / ENGINE_PROGRAM


def test_without_an_engine_nothing_is_started_and_the_person_reads_how_to_get_it(world: World, tmp_path: Path) -> None:
    place = FromBundle(tmp_path, tmp_path)
    own = EnginePrograms(place, world.programs)
    missing = own.module("engine")
    assert isinstance(missing, NotStarted) and "not on this computer yet" in missing.title
    world.publisher.publish_engine("cpu", protocol=PROTOCOL_VERSION)
    assert world.fetcher(protocol=PROTOCOL_VERSION).fetch_engine(world.told.append) == Ready("1.0.0", "cpu")
    program = world.programs.folder / "engine" / "cpu-1.0.0" / ENGINE_PROGRAM
    assert own.module("engine") == (str(program), "-m", "engine")
    assert os.access(program, os.X_OK)


def test_older_engines_go_once_the_newest_has_started(world: World, tmp_path: Path) -> None:
    for version in ("1.0.0", "1.1.0"):
        world.publisher.publish_engine("cpu", version, protocol=PROTOCOL_VERSION)
        assert world.fetcher(protocol=PROTOCOL_VERSION).fetch_engine(world.told.append) == Ready(version, "cpu")
    assert len(world.programs.engines()) == 2
    EnginePrograms(FromBundle(tmp_path, tmp_path), world.programs).keep_only_newest()
    assert [bundle.version for bundle, _path in world.programs.engines()] == ["1.1.0"]


def test_two_that_fetch_at_once_don_t_meet(world: World) -> None:
    world.publisher.publish_engine("cpu")
    with world.programs.changing():
        end = world.fetcher().fetch_engine(world.told.append)
    assert isinstance(end, Refused)
    assert "already" in end.title


def test_keys_are_never_made_inside_the_source_nor_over_others(tmp_path: Path) -> None:
    with pytest.raises(SetupFailed, match="lies in the source"):
        repository.make_keys(ROOT / "keys")
    repository.make_keys(tmp_path)
    with pytest.raises(SetupFailed, match="not overwritten"):
        repository.make_keys(tmp_path)
    if sys.platform != "win32":
        assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())


def test_no_key_lies_in_the_repository(world: World) -> None:
    world.publisher.publish_app("1.1.0")
    texts = [path.read_bytes() for path in world.publisher.repository.rglob("*.json")]
    assert not any(b"PRIVATE" in text for text in texts)
    assert json.loads(texts[0])
