"""Notices in the supervisor: kept before they are told, told across a restart once, handed on without waiting."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from app.core import commands
from app.core.money.setup import MoneySetup
from app.core.notices.banners import crash_recovered
from app.core.notices.keeper import NoticeKeeper
from app.core.notices.memory import NoticeMemory
from app.core.notices.settings import NoticeSettings
from app.core.settings.app_state import state_file
from app.core.settings.settings import Settings, settings_file
from app.core.snapshot import NoticesChanged, SnapshotEvent
from app.core.supervisor import Parts, Supervisor
from app.platforms.notice_delivery import WAITING_LIMIT, NoticeDelivery
from protocol.errors import StorageError
from tests.app.conftest import ADDRESS, NOON, MakeSnapshot
from tests.app.core.test_core_notices import NAMED, paid
from tests.app.core.test_core_supervisor import Stage


class ToldNotifier:
    """A notifier that only remembers."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, str]] = []
        self.came = threading.Event()
        self.closed = False

    def show(self, title: str, text: str, topic: str) -> None:
        self.told.append((title, text, topic))
        self.came.set()

    def close(self) -> None:
        self.closed = True


class ToldStage(Stage):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.notifier = ToldNotifier()

    def parts(self) -> Parts:
        return msgspec.structs.replace(
            super().parts(), notifier=self.notifier, money=MoneySetup(path=self.folder / "books.jsonl")
        )


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[ToldStage]:
    stage = ToldStage(tmp_path)
    yield stage
    stage.close()


def test_a_changed_address_is_announced_by_the_app_once_and_not_again_after_a_restart(stage: ToldStage) -> None:
    stage.open()
    stage.ask(commands.SetPayoutAddress(ADDRESS))
    assert stage.notifier.came.wait(20.0)
    stage.close()
    assert stage.notifier.closed
    assert [topic for _title, _text, topic in stage.notifier.told] == ["payout_address"]
    assert state_file(stage.folder).load().value.notices.address_changed_unix > 0
    stage.notifier = ToldNotifier()
    stage.settings = settings_file(stage.folder).load().value
    stage.open()
    stage.until(lambda snapshot: bool(snapshot.money.books.payout_changes))
    stage.close()
    assert stage.notifier.told == []


def test_a_version_that_was_fetched_stands_in_the_snapshot(stage: ToldStage) -> None:
    supervisor: Supervisor = stage.open()
    supervisor.note_update("1.2.0")
    assert stage.until(lambda snapshot: snapshot.notices.update_ready == "1.2.0")


def test_switches_and_quiet_hours_are_kept_and_a_banner_that_was_taken_away_stays_away(stage: ToldStage) -> None:
    stage.open()
    wanted = NoticeSettings(training_began=False, quiet_from_minute=60, quiet_until_minute=120)
    stage.ask(commands.SetNotices(wanted))
    stage.ask(commands.DismissBanner("crash 17"))
    stage.until(lambda snapshot: snapshot.notices.dismissed == ("crash 17",))
    stage.close()
    assert settings_file(stage.folder).load().value.notices == wanted
    assert state_file(stage.folder).load().value.notices.dismissed == ("crash 17",)


def keeper(
    notifier: ToldNotifier, saved: list[NoticeMemory], heard: list[SnapshotEvent], *, full: bool = False
) -> NoticeKeeper:
    def save(memory: NoticeMemory) -> None:
        assert not notifier.told, "it is kept before it is told"
        if full:
            raise StorageError("The disk is full.")
        saved.append(memory)

    memory = NoticeMemory(since_unix=NOON.timestamp() - 86_400)
    return NoticeKeeper(notifier, memory, save, heard.append)


@pytest.mark.parametrize("full", [False, True])
def test_a_notice_is_kept_before_it_is_told_and_a_full_disk_neither_hides_nor_repeats_it(
    make_snapshot: MakeSnapshot, full: bool
) -> None:
    notifier, saved = ToldNotifier(), list[NoticeMemory]()
    kept = keeper(notifier, saved, [], full=full)
    snapshot = make_snapshot(now=NOON, network=NAMED, money=paid(("0xa", NOON, 1_000_000_000)))
    for minute in range(3):
        kept.attend(snapshot, Settings(), NOON + timedelta(minutes=minute))
    assert [topic for _title, _text, topic in notifier.told] == ["payout_made"]
    assert bool(saved) is not full


def test_a_look_costs_nothing_more_often_than_every_two_seconds(make_snapshot: MakeSnapshot) -> None:
    notifier, saved = ToldNotifier(), list[NoticeMemory]()
    kept = keeper(notifier, saved, [])
    kept.attend(make_snapshot(now=NOON, network=NAMED), Settings(), NOON)
    news = make_snapshot(now=NOON, network=NAMED, money=paid(("0xa", NOON, 1)))
    kept.attend(news, Settings(), NOON + timedelta(seconds=1))
    assert notifier.told == []
    kept.attend(news, Settings(), NOON + timedelta(seconds=3))
    assert len(notifier.told) == 1


def test_a_banner_that_can_not_be_kept_away_is_refused_with_the_reason() -> None:
    heard = list[SnapshotEvent]()
    full = keeper(ToldNotifier(), [], heard, full=True)
    with pytest.raises(StorageError):
        full.dismiss("crash 1")
    assert not any(isinstance(event, NoticesChanged) for event in heard)


# Delivery.


class Service:
    """A notification service of the system."""

    def __init__(self, takes: bool | None) -> None:
        self.takes = takes
        self.told: list[tuple[str, str]] = []

    def show(self, title: str, text: str, topic: str = "") -> bool:
        self.told.append((title, topic))
        if self.takes is None:
            raise OSError("the service broke its promise")
        return self.takes


def test_what_the_system_takes_is_shown_by_nobody_else() -> None:
    service, shown = Service(takes=True), list[str]()
    delivery = NoticeDelivery(service)
    delivery.stand_in(lambda title, _text: shown.append(title))
    delivery.show("Training began", "", "training_began")
    delivery.close()
    assert service.told == [("Training began", "training_began")]
    assert shown == []


@pytest.mark.parametrize("takes", [False, None])
def test_what_the_system_does_not_take_goes_to_the_tray_in_another_thread(takes: bool | None) -> None:
    shown = list[tuple[str, int]]()
    delivery = NoticeDelivery(Service(takes))
    delivery.stand_in(lambda title, _text: shown.append((title, threading.get_ident())))
    delivery.show("You were paid", "", "payout_made")
    delivery.close()
    assert [title for title, _thread in shown] == ["You were paid"]
    assert shown[0][1] != threading.get_ident()


def test_what_comes_before_there_is_a_tray_waits_for_it_and_without_any_nothing_breaks() -> None:
    delivery = NoticeDelivery(Service(takes=False))
    for count in range(WAITING_LIMIT + 2):
        delivery.show(f"notice {count}", "", "attention")
    delivery.close()
    shown = list[str]()
    delivery.stand_in(lambda title, _text: shown.append(title))
    assert shown == [f"notice {count}" for count in range(2, WAITING_LIMIT + 2)]


def test_a_service_that_hangs_holds_up_nobody() -> None:
    free = threading.Event()

    class Hanging(Service):
        def show(self, title: str, text: str, topic: str = "") -> bool:
            return free.wait(30.0)

    delivery = NoticeDelivery(Hanging(takes=True))
    delivery.show("first", "", "attention")
    delivery.show("second", "", "attention")  # returns at once
    free.set()
    delivery.close()


def test_there_is_no_crash_to_tell_of_where_there_is_no_diary(make_snapshot: MakeSnapshot) -> None:
    assert crash_recovered(make_snapshot()) is None
