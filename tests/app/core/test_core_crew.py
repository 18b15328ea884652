"""Several graphics cards: an engine of its own for each, all doing what the first is told, over real fake processes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import commands
from app.core.activity.lines import Trained
from app.core.activity.watch import did_of
from app.core.engine.orders import further_cards, order_for
from app.core.engine.phase import ALIVE, EngineStatus, Phase
from app.core.gates.gate import GateSettings, Switch
from app.core.money.ledger import Ledger
from app.core.money.lines import SliceKept
from app.core.money.tally import Seen, Tally, observed
from app.core.settings.settings import MOST_CARDS, OwnAddress, Settings
from app.core.snapshot import CrewMember, Snapshot
from app.core.wish import Auto, Off
from protocol.errors import SettingsError
from tests.app.core.test_core_supervisor import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    made.engine_mode = "card"
    yield made
    if made.supervisor is not None:
        made.supervisor.stop()
        assert made.supervisor.join(30.0)


def with_cards(stage: Stage, cards: int) -> None:
    stage.settings = msgspec.structs.replace(stage.settings, graphics_cards=cards)


def cards_in(phase: Phase) -> Callable[[Snapshot], bool]:
    return lambda snapshot: bool(snapshot.crew) and all(member.status.phase is phase for member in snapshot.crew)


def limits(stage: Stage, **changes: object) -> commands.SetEngineLimits:
    settings = stage.settings
    made = commands.SetEngineLimits(
        device=settings.device,
        threads=settings.threads,
        memory_limit_bytes=None,
        disk_limit_bytes=settings.disk_limit_bytes,
    )
    return msgspec.structs.replace(made, **changes)


def test_each_further_card_has_an_engine_that_trains_beside_the_first(stage: Stage) -> None:
    with_cards(stage, 3)
    stage.open()
    snapshot = stage.until(lambda now: now.crew_at_work == 2 and now.engine.phase is Phase.TRAINING)
    assert [member.card for member in snapshot.crew] == ["cuda:1", "cuda:2"]
    pids = {snapshot.engine.pid, *(member.status.pid for member in snapshot.crew)}
    assert len(pids) == 3
    snapshot = stage.until(lambda now: now.tokens_per_second == 3000.0)
    folders = sorted(path.name for path in (stage.folder / "engine").iterdir())
    assert [name.rpartition("-cuda-")[2] for name in folders[1:]] == ["1", "2"]
    assert folders[1].startswith(folders[0])


def test_all_engines_pause_and_end_with_the_wish(stage: Stage) -> None:
    with_cards(stage, 2)
    stage.open()
    stage.until(lambda now: now.crew_at_work == 1)
    stage.ask(commands.SetWish(Off()))
    stage.until_phase(Phase.STOPPED)
    stage.until(cards_in(Phase.STOPPED))
    stage.ask(commands.SetWish(Auto()))
    stage.until(lambda now: now.crew_at_work == 1 and now.engine.phase is Phase.TRAINING)


def test_a_card_less_ends_its_engine_and_leaves_the_first_at_work(stage: Stage) -> None:
    with_cards(stage, 2)
    stage.settings = msgspec.structs.replace(stage.settings, device="cuda")
    stage.open()
    stage.until(lambda now: now.crew_at_work == 1)
    stage.ask(limits(stage, graphics_cards=1))
    stage.until(lambda now: now.crew == () and now.engine.phase is Phase.TRAINING)


def test_a_card_that_is_not_there_is_told_and_the_first_trains_on(stage: Stage) -> None:
    with_cards(stage, 2)
    stage.engine_mode = "second_card_missing"
    stage.open()
    snapshot = stage.until(lambda now: bool(now.troubles) and now.engine.phase is Phase.TRAINING)
    assert snapshot.troubles[-1].title == "cuda:1: This computer has no cuda:1 device."
    assert snapshot.crew[0].status.phase is Phase.FAILED


def test_no_engine_survives_the_app(stage: Stage) -> None:
    with_cards(stage, 3)
    supervisor = stage.open()
    stage.until(lambda now: now.crew_at_work == 2)
    supervisor.stop()
    assert supervisor.join(30.0)
    last = supervisor.snapshot
    assert last.engine.phase not in ALIVE
    assert all(member.status.phase not in ALIVE for member in last.crew)


def test_a_computer_that_computes_on_its_processor_has_one_engine(stage: Stage) -> None:
    with_cards(stage, 4)
    stage.engine_mode = "good"
    stage.open()
    assert stage.until_phase(Phase.TRAINING).crew == ()


def test_more_cards_than_there_could_be_are_refused(stage: Stage) -> None:
    stage.open()
    for cards in (0, MOST_CARDS + 1):
        with pytest.raises(SettingsError, match=f"not {cards}"):
            stage.ask(limits(stage, graphics_cards=cards))


@given(
    st.sampled_from(["auto", "cuda", "cuda:0", "cuda:1", "cuda:5", "xpu:2"]),
    st.sampled_from(["cuda", "xpu", "cpu", "mps", ""]),
    st.integers(1, MOST_CARDS),
)
def test_further_cards_are_others_than_the_first_and_as_many_as_wanted(first: str, kind: str, cards: int) -> None:
    found = further_cards(first, kind, cards)
    assert len(set(found)) == len(found) == (cards - 1 if kind in ("cuda", "xpu") else 0)
    assert first not in found
    assert ":" in first or f"{kind}:0" not in found


def test_what_the_person_allows_is_shared_among_the_engines() -> None:
    settings = Settings(
        network=OwnAddress("http://127.0.0.1:1"),
        graphics_cards=4,
        memory_limit_bytes=8_000,
        disk_limit_bytes=4_000,
        upload_bytes_per_second=1_000.0,
        gates=GateSettings(data_quota=Switch.ON, data_quota_bytes=40_000),
    )
    orders = [order_for(settings, "http://127.0.0.1:1", "5Hot", Path("engines"), card) for card in (None, "cuda:1")]
    assert len({order.state_folder for order in orders}) == 2
    for order in orders:
        allowed = order.memory_limit_bytes, order.disk_limit_bytes, order.upload_bytes_per_second, order.monthly_bytes
        assert allowed == (2_000, 1_000, 250.0, 10_000)
    alone = order_for(msgspec.structs.replace(settings, device="cpu"), "http://127.0.0.1:1", "5Hot", Path("engines"))
    assert alone.disk_limit_bytes == 4_000


def test_the_books_count_the_tokens_of_all_cards_once() -> None:
    ledger, tally, tokens = Ledger(), Tally(), 0
    for at, (own, crew) in enumerate([(0, 0), (100, 50), (100, 90), (30, 90), (60, 120)]):
        process = 1 if at < 3 else 2
        seen = Seen(
            at_unix=1e9 + at,
            alive=True,
            training=True,
            network="test",
            process=process,
            tokens=own,
            crew_tokens=crew,
        )
        tally, lines = observed(ledger, tally, seen)
        for line in lines:
            ledger.take(line)
            if isinstance(line, SliceKept):
                tokens = line.slice.tokens
    assert tokens == 100 + 60 + 120


def test_a_night_on_another_card_counts_as_trained(stage: Stage) -> None:
    stage.open()
    snapshot = stage.until_phase(Phase.TRAINING)
    trains = CrewMember(card="cuda:1", status=EngineStatus(phase=Phase.TRAINING))
    broken = msgspec.structs.replace(snapshot, engine=EngineStatus(phase=Phase.FAILED), crew=(trains,))
    assert isinstance(did_of(broken), Trained)
