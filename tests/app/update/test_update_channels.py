"""Stable and early versions from one signed repository: who asked for neither never gets an early one."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from app.core.settings.settings import Settings, UpdateChannel, settings_file
from app.update.programs import Programs
from app.update.releases import EngineRelease, Release, read_list
from app.update.states import Offered, Ready, Refused, UpToDate
from app.update.versions import Version, choose, early_in_waiting
from app.update.words import channel_sentence, ended_sentence
from devtools.release import repository
from devtools.release.__main__ import _parser
from devtools.system import SetupFailed
from protocol.errors import MalformedMessage
from tests.app.fakes.update_server import Publisher, Web, fetcher, served

STABLE, EARLY = UpdateChannel.STABLE, UpdateChannel.EARLY


class World:
    """A publisher, their server, and one person's folder of programs."""

    def __init__(self, folder: Path, web: Web, publisher: Publisher) -> None:
        self.web, self.publisher, self.programs = web, publisher, Programs(folder / "programs")

    def offered(self, channel: UpdateChannel, running: str = "1.0.0") -> object:
        return fetcher(self.web, self.publisher.root, self.programs, channel=channel, running=running).offer_app()

    def fetched(self, channel: UpdateChannel, running: str = "1.0.0") -> object:
        made = fetcher(self.web, self.publisher.root, self.programs, channel=channel, running=running)
        return made.fetch_app(lambda _state: None)

    def engine(self, channel: UpdateChannel, running: str = "1.0.0") -> object:
        made = fetcher(self.web, self.publisher.root, self.programs, channel=channel, running=running)
        return made.offer_engine("cpu")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    publisher = Publisher(tmp_path)
    with served(publisher.repository) as web:
        yield World(tmp_path, web, publisher)


def version_of(offer: object) -> str:
    assert isinstance(offer, Offered)
    return offer.version


def test_an_early_version_is_for_those_who_asked(world: World) -> None:
    world.publisher.publish_app("1.2.0", channel=EARLY)
    assert world.offered(STABLE) == world.fetched(STABLE) == UpToDate("1.0.0")
    assert version_of(world.offered(EARLY)) == "1.2.0"
    assert world.fetched(EARLY) == Ready("1.2.0")
    record = world.programs.record_file.load().value
    assert choose(record, Version(1, 0, 0), counts=True).version == Version(1, 2, 0)
    assert early_in_waiting(record, Version(1, 0, 0)) == (Version(1, 2, 0),)


def test_on_the_early_channel_the_newest_counts_whichever_it_is_of(world: World) -> None:
    world.publisher.publish_app("1.2.0", channel=EARLY)
    world.publisher.publish_app("1.3.0")
    assert version_of(world.offered(EARLY)) == version_of(world.offered(STABLE)) == "1.3.0"
    assert world.fetched(EARLY) == Ready("1.3.0")
    assert early_in_waiting(world.programs.record_file.load().value, Version(1, 0, 0)) == ()


def test_back_on_stable_nothing_is_put_back_and_it_waits_until_stable_is_newer(world: World) -> None:
    world.publisher.publish_app("1.1.0")
    world.publisher.publish_app("1.2.0", channel=EARLY)
    waits = world.offered(STABLE, running="1.2.0")
    assert waits == UpToDate("1.2.0", ahead=True)
    assert "stays until a stable version is newer" in ended_sentence(waits, "")
    assert world.fetched(STABLE, running="1.2.0") == waits
    assert not world.programs.folder.exists() or world.programs.record_file.load().value.brought == ()
    assert world.offered(EARLY, running="1.2.0") == UpToDate("1.2.0")
    world.publisher.publish_app("1.3.0")
    assert version_of(world.offered(STABLE, running="1.2.0")) == "1.3.0"


def test_an_early_version_becomes_stable_by_publishing_the_same_file_again(world: World) -> None:
    archive = world.publisher.publish_app("1.2.0", channel=EARLY)
    releases = read_list(world.publisher.served_file("releases.json").read_bytes())
    assert (releases.app, len(releases.early_app)) == ((), 1)
    addition = repository.Addition(archive, releases.early_app[0])
    repository.publish(world.publisher.repository, world.publisher.keys, [addition])
    assert version_of(world.offered(STABLE)) == "1.2.0"
    assert world.offered(STABLE, running="1.2.0") == UpToDate("1.2.0")


def test_what_is_stable_is_not_taken_back_to_early(world: World) -> None:
    archive = world.publisher.publish_app("1.2.0")
    release = read_list(world.publisher.served_file("releases.json").read_bytes()).app[0]
    before = sorted(path.name for path in (world.publisher.repository / "metadata").iterdir())
    with pytest.raises(SetupFailed, match="Stable already"):
        repository.publish(
            world.publisher.repository,
            world.publisher.keys,
            [repository.Addition(archive, release)],
            channel=EARLY,
        )
    assert sorted(path.name for path in (world.publisher.repository / "metadata").iterdir()) == before
    assert version_of(world.offered(STABLE)) == "1.2.0"


def test_an_app_that_knows_no_channels_passes_early_versions_by(world: World) -> None:
    class ListOfLongAgo(msgspec.Struct):
        format: int
        app: tuple[Release, ...] = ()
        engine: tuple[EngineRelease, ...] = ()

    world.publisher.publish_app("1.1.0")
    world.publisher.publish_app("1.2.0", channel=EARLY)
    world.publisher.publish_engine("cpu", "1.2.0", channel=EARLY)
    newest = max(world.publisher.repository.rglob("*.releases.json"), key=lambda path: path.stat().st_mtime_ns)
    found = msgspec.json.decode(newest.read_bytes(), type=ListOfLongAgo)
    assert [release.version for release in found.app] == ["1.1.0"]
    assert found.engine == ()


def test_early_engines_are_for_early_apps_and_for_one_that_is_ahead(world: World) -> None:
    world.publisher.publish_engine("cpu", "1.0.0")
    world.publisher.publish_engine("cpu", "1.2.0", channel=EARLY)
    world.publisher.publish_app("1.1.0")
    world.publisher.publish_app("1.2.0", channel=EARLY)
    assert version_of(world.engine(STABLE)) == "1.0.0"
    assert version_of(world.engine(EARLY)) == "1.2.0"
    assert version_of(world.engine(STABLE, running="1.2.0")) == "1.2.0"


def test_early_versions_are_signed_like_all_others(world: World, tmp_path: Path) -> None:
    forger = Publisher(tmp_path / "forger")
    forger.publish_app("6.6.6", channel=EARLY)
    world.web.folder = forger.repository
    end = world.fetched(EARLY)
    assert isinstance(end, Refused) and "not those of the makers" in end.title
    assert end.problem == "TAH-70"


@pytest.mark.parametrize("entry", [{"version": "1.2"}, {"path": "../up"}, {"unpacked_bytes": 0}, {"version": None}])
def test_a_broken_line_of_the_early_list_is_refused(entry: dict[str, object]) -> None:
    whole = {"path": "app/a", "system": "linux-x86_64", "version": "1.2.0", "protocol_version": 3, "unpacked_bytes": 9}
    with pytest.raises(MalformedMessage):
        read_list(msgspec.json.encode({"format": 1, "early_app": [whole | entry]}))


def test_a_channel_that_nobody_knows_becomes_stable_and_is_told_of(tmp_path: Path) -> None:
    settings_file(tmp_path).save(Settings(update_channel=EARLY))
    path = settings_file(tmp_path).path
    path.write_text(path.read_text().replace('"early"', '"nightly"'))
    found = settings_file(tmp_path).load()
    assert found.value.update_channel is STABLE and found.trouble is not None


def test_the_release_tool_publishes_to_a_channel_and_to_stable_unless_told() -> None:
    plain = ["publish", "there", "--keys", "keys", "a.tar.xz"]
    assert _parser().parse_args(plain).channel is STABLE
    assert _parser().parse_args([*plain, "--channel", "early"]).channel is EARLY
    with pytest.raises(SystemExit):
        _parser().parse_args([*plain, "--channel", "nightly"])


def test_each_channel_has_its_sentence() -> None:
    assert len({channel_sentence(channel) for channel in UpdateChannel}) == 2
