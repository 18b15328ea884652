"""The keeper of the books: what it asks, when, and what it does when nobody answers or the disk is full."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest

from app.core import commands
from app.core.engine.phase import EngineStatus, Phase
from app.core.money import why as earnings_why
from app.core.money.facts import facts_of, sides_of, sums_of
from app.core.money.keeper import EarningsKeeper
from app.core.money.next_payout_words import next_payout_at
from app.core.money.settings import MoneySettings
from app.core.money.setup import MoneySetup
from app.core.money.sums import Span
from app.core.money.tariff import FlatTariff
from app.core.network.known import KnownNetwork
from app.core.payout.address import HotkeyInMetagraph, WalletHotkey, read_pasted
from app.core.payout.chain_sight import ChainAnswer, ChainQuestion, NotSighted, Sighted, hotkeys_known
from app.core.settings.settings import Settings
from app.core.snapshot import Account, MoneyChanged, NetworkKind, NetworkView, Snapshot, TroubleSeen, apply
from app.platforms.pretend import PretendClock
from protocol.errors import Refused, StorageError, Unavailable
from protocol.public_api import MinerEarnings, Payment
from tests.app.conftest import MakeSnapshot

TWO_AT_NIGHT = datetime(2026, 11, 21, 1, 48, tzinfo=timezone(timedelta(hours=1)))
ADDRESS = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
HOTKEY = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"
MINE = NetworkView(kind=NetworkKind.NAMED, name="big", orchestrator_url="https://big.example")
MS = round(TWO_AT_NIGHT.timestamp() * 1000)


def told(**changes: object) -> MinerEarnings:
    payments = (
        Payment(epoch=2, rao=300, state="credited", unix_ms=MS),
        Payment(epoch=1, rao=700, state="credited", unix_ms=MS - 1000),
        Payment(epoch=0, rao=600, state="paid", transaction="0xabc", unix_ms=MS - 500),
    )
    answer = MinerEarnings(
        hotkey=HOTKEY, payout_coldkey=ADDRESS, credit=1e9, matched_passes=1, receipts=1,
        credited_rao=1000, pending_rao=400, held_rao=0, paid_rao=600, payments=payments,
    )  # fmt: skip
    return msgspec.structs.replace(answer, **changes)


class World:
    """A keeper with everything around it in the test's hands."""

    def __init__(self, make_snapshot: Callable[..., Snapshot], folder: Path) -> None:
        self.clock = PretendClock(TWO_AT_NIGHT)
        self.settings = Settings(payout_address=ADDRESS)
        self.answer: MinerEarnings | Exception = told()
        self.sight: ChainAnswer | Exception = ChainAnswer(block=5, netuid=9, balance_rao=7, tao_per_alpha=0.02)
        self.asked: list[str] = []
        self.questions: list[ChainQuestion] = []
        self.troubles: list[TroubleSeen] = []
        engine = EngineStatus(phase=Phase.TRAINING, pid=1, run_id="s", tokens=100, device="cpu", run_title="Big")
        self.snapshot = make_snapshot(
            network=MINE, engine=engine, account=Account(hotkey=HOTKEY, payout_address=ADDRESS)
        )
        setup = MoneySetup(
            path=folder / "earnings.jsonl",
            ask_ledger=self._ask,
            look_at_chain=self._look,
            chain_of=lambda network: "bittensor:9" if network.name == "big" else None,
            known=(
                KnownNetwork(name="local", title="Here", starts_here=True),
                KnownNetwork(
                    name="big",
                    title="Big",
                    orchestrator_url="https://big.example",
                    explorer_url="https://explorer.example/{hash}",
                ),
            ),
            list_wallets=lambda: [WalletHotkey("w", "h", HOTKEY)],
        )
        self.keeper = EarningsKeeper(setup, tell=self._hear, clock=self.clock)

    async def _ask(self, url: str, hotkey: str) -> MinerEarnings:
        self.asked.append(f"{url} {hotkey}")
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def _look(self, question: ChainQuestion) -> ChainAnswer:
        self.questions.append(question)
        if isinstance(self.sight, Exception):
            raise self.sight
        return self.sight

    def _hear(self, event: object) -> None:
        if isinstance(event, TroubleSeen):
            self.troubles.append(event)
        assert isinstance(event, MoneyChanged | TroubleSeen)
        self.snapshot = apply(self.snapshot, event, self.clock.now())

    async def pass_seconds(self, seconds: float, step: float = 5.0) -> None:
        for _ in range(round(seconds / step)):
            self.clock.move(timedelta(seconds=step))
            self.snapshot = msgspec.structs.replace(self.snapshot, at=self.clock.now())
            self.keeper.attend(self.snapshot, self.settings, self.clock.now())
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    def engine(self, **changes: object) -> None:
        engine = msgspec.structs.replace(self.snapshot.engine, **changes)
        self.snapshot = msgspec.structs.replace(self.snapshot, engine=engine)


@pytest.fixture
def world(make_snapshot: Callable[..., Snapshot], tmp_path: Path) -> World:
    return World(make_snapshot, tmp_path)


async def test_a_night_is_written_down_and_read_again(
    world: World, make_snapshot: MakeSnapshot, tmp_path: Path
) -> None:
    world.keeper.begin()
    await world.pass_seconds(300)
    world.engine(tokens=5000)
    await world.pass_seconds(120)
    await world.keeper.close()
    found = sums_of(world.snapshot, Span.TODAY)
    assert (found.work.tokens, found.rao, len(found.sessions)) == (5000, 1000, 1)
    assert found.work.flops == pytest.approx(3e15)
    again = World(make_snapshot, tmp_path)
    again.keeper.begin()
    again.engine(phase=Phase.STOPPED, pid=None)
    await again.pass_seconds(10)
    await again.keeper.close()
    assert sums_of(again.snapshot, Span.TODAY).work == found.work


async def test_the_ledger_is_asked_each_minute_of_training_and_at_once_when_money_came(world: World) -> None:
    await world.pass_seconds(200)
    assert world.asked == ["https://big.example " + HOTKEY] * 4
    earnings = msgspec.structs.replace(world.snapshot.earnings, credited_rao=3_000_000_000)
    world.snapshot = msgspec.structs.replace(world.snapshot, earnings=earnings)
    await world.pass_seconds(5)
    assert len(world.asked) == 5
    world.engine(phase=Phase.STOPPED)
    await world.pass_seconds(300)
    assert len(world.asked) == 5
    world.keeper.obey(commands.AskLedger(), world.snapshot)
    await world.pass_seconds(5)
    assert len(world.asked) == 6
    await world.keeper.close()


async def test_a_ledger_that_does_not_answer_is_one_cause_and_what_was_known_stays(world: World) -> None:
    world.snapshot = msgspec.structs.replace(
        world.snapshot, earnings=msgspec.structs.replace(world.snapshot.earnings, credited_rao=0, heard_at=None)
    )
    await world.pass_seconds(60)
    known = sides_of(world.snapshot)
    assert (known.credited_rao, known.pending_rao, known.paid_rao) == (1000, 400, 600)
    world.answer = Unavailable("The network's ledger can't be reached.")
    await world.pass_seconds(60)
    assert sides_of(world.snapshot) == known
    causes = earnings_why.why_zero(facts_of(world.snapshot, sums_of(world.snapshot, Span.TODAY)))
    assert causes == (
        earnings_why.LedgerNotReachable("The network's ledger can't be reached."),
        earnings_why.OnItsWay(400),
    )
    world.answer = Refused("No computer with this hotkey ever worked here.")
    await world.pass_seconds(60)
    assert world.snapshot.money.unreachable == ""
    world.answer = told(payments=(Payment(epoch=1, rao=-5, state="credited", unix_ms=0),))
    await world.pass_seconds(60)
    assert sides_of(world.snapshot) == known
    await world.keeper.close()


@pytest.mark.parametrize("state", ["credited", "paid", "pending"])
async def test_an_answer_with_a_time_that_no_calendar_shows_is_refused_and_what_was_known_stays(
    world: World, state: str
) -> None:
    await world.pass_seconds(60)
    known = sides_of(world.snapshot)
    far = Payment(epoch=1, rao=5, state=state, unix_ms=300_000_000_000_000, transaction="0x" + "ab" * 32)
    world.answer = told(payments=(far,))
    await world.pass_seconds(60)
    assert sides_of(world.snapshot) == known
    assert "times that can't be" in world.snapshot.money.unreachable
    assert all(paid.unix_ms == MS - 500 for _, paid in world.snapshot.money.books.paid)
    await world.keeper.close()


async def test_when_the_next_payout_comes_is_counted_from_this_computers_clock(world: World) -> None:
    world.answer = told(next_payout_seconds=600.0)
    await world.pass_seconds(15)
    at = next_payout_at(world.snapshot)
    heard = world.snapshot.money.next_payout
    assert at is not None and heard is not None and at.timestamp() == heard.heard_unix + 600.0
    await world.pass_seconds(120)
    moved, heard = next_payout_at(world.snapshot), world.snapshot.money.next_payout
    assert moved is not None and heard is not None and moved.timestamp() == heard.heard_unix + 600.0, "asked again"
    await world.keeper.close()


@pytest.mark.parametrize("seconds", [None, 0.0, -5.0, 8 * 86_400.0, 1e308, float("inf"), float("nan")])
async def test_a_time_to_the_next_payout_that_can_not_be_is_none(world: World, seconds: float | None) -> None:
    world.answer = told(next_payout_seconds=600.0)
    await world.pass_seconds(15)
    before = world.snapshot.money.next_payout
    assert before is not None
    world.answer = told(next_payout_seconds=seconds)
    await world.pass_seconds(60)
    assert world.snapshot.money.next_payout is None
    assert sides_of(world.snapshot).credited_rao == 1000, "the rest of the answer stands"
    await world.keeper.close()


async def test_the_time_to_the_next_payout_is_not_written_down(world: World) -> None:
    for seconds in (600.0, 540.0, 480.0):
        world.answer = told(next_payout_seconds=seconds)
        await world.pass_seconds(60)
    await world.keeper.close()
    path = world.keeper._setup.path
    assert path is not None
    lines = path.read_text().splitlines()
    assert sum('"type":"ledger"' in line for line in lines) == 1
    assert "next_payout" not in "".join(lines)


@pytest.mark.parametrize(
    ("block", "index", "kept"),
    [(9, 3, (9, 3)), (9, None, (9, None)), (None, 3, (None, None)), (-1, 3, (None, None)), (2**32, 3, (None, None)),
     (9, -1, (9, None)), (9, 2**40, (9, None))],
)  # fmt: skip
async def test_a_payouts_place_is_kept_where_it_can_be_true(
    world: World, block: int | None, index: int | None, kept: tuple[int | None, int | None]
) -> None:
    paid = Payment(epoch=0, rao=600, state="paid", transaction="0x" + "ab" * 32, unix_ms=MS, block=block, index=index)
    world.answer = told(payments=(paid,))
    await world.pass_seconds(15)
    ((_, found),) = world.snapshot.money.books.paid
    assert (found.block, found.index) == kept and found.rao == 600
    await world.keeper.close()


async def test_the_explorer_is_that_of_the_present_network(world: World) -> None:
    await world.pass_seconds(15)
    assert world.snapshot.money.explorer_url == "https://explorer.example/{hash}"
    here = NetworkView(kind=NetworkKind.THIS_COMPUTER, name="local", orchestrator_url="http://127.0.0.1:1")
    world.snapshot = msgspec.structs.replace(world.snapshot, network=here)
    await world.pass_seconds(1, step=1)
    assert world.snapshot.money.explorer_url is None, "at once: else a link would lead to another network's chain"
    await world.keeper.close()


async def test_the_pools_price_comes_with_its_block_and_a_failure_leaves_it_unknown(world: World) -> None:
    world.sight = Unavailable("No node.")
    await world.pass_seconds(10)
    before = world.snapshot.money.view.pool
    assert before is None
    world.sight = ChainAnswer(block=5, netuid=9, tao_per_alpha=0.02)
    await world.pass_seconds(1000)
    pool = world.snapshot.money.view.pool
    assert pool is not None and (pool.tao_per_alpha, pool.block, pool.netuid) == (0.02, 5, 9)
    assert len(world.questions) == 2
    await world.keeper.close()


async def test_an_address_is_looked_up_on_chain_and_a_registered_one_is_a_hotkey(world: World) -> None:
    world.sight = ChainAnswer(block=5, netuid=9, balance_rao=7, uid=33)
    world.keeper.obey(commands.LookAtAddress(ADDRESS), world.snapshot)
    await world.pass_seconds(5)
    sight = world.snapshot.money.sight
    assert isinstance(sight, Sighted)
    assert world.questions[0] == ChainQuestion(chain="bittensor:9", address=ADDRESS)
    assert read_pasted(ADDRESS, hotkeys_known(None, (), sight)) == HotkeyInMetagraph(33)
    world.sight = Unavailable("No node.")
    world.keeper.obey(commands.LookAtAddress(ADDRESS), world.snapshot)
    await world.pass_seconds(5)
    assert world.snapshot.money.sight == NotSighted(address=ADDRESS, reason="No node.")
    assert world.troubles == []
    await world.keeper.close()


async def test_local_wallets_are_listed_when_asked_for(world: World) -> None:
    before = world.snapshot.money.wallets
    assert before == ()
    world.keeper.obey(commands.ListWallets(), world.snapshot)
    while not world.snapshot.money.wallets:
        await asyncio.sleep(0.001)
    assert world.snapshot.money.wallets == (WalletHotkey("w", "h", HOTKEY),)
    await world.keeper.close()


async def test_a_changed_payout_address_and_price_are_written_down_however_they_changed(world: World) -> None:
    await world.pass_seconds(10)
    world.settings = Settings(payout_address=HOTKEY, money=MoneySettings(tariff=FlatTariff(0.3)))
    await world.pass_seconds(10)
    books = world.snapshot.money.books
    assert [(change.old, change.new) for change in books.payout_changes] == [(None, ADDRESS), (ADDRESS, HOTKEY)]
    assert [tariff.tariff for tariff in books.tariffs] == [FlatTariff(0.3)]
    assert sums_of(world.snapshot, Span.TODAY).work.cost == pytest.approx(9 * 15 / 3.6e6 * 0.3)
    await world.keeper.close()


async def test_a_clock_that_was_ahead_and_is_put_right_costs_no_line_and_freezes_nothing(
    world: World, make_snapshot: MakeSnapshot, tmp_path: Path
) -> None:
    world.settings = Settings(payout_address=ADDRESS, money=MoneySettings(tariff=FlatTariff(0.2)))
    world.clock.move(timedelta(hours=1))
    await world.pass_seconds(70)
    world.clock.move(timedelta(hours=-1))
    world.answer = told(credited_rao=5000)
    world.settings = Settings(payout_address=HOTKEY, money=MoneySettings(tariff=FlatTariff(0.3)))
    await world.pass_seconds(300)
    books = world.snapshot.money.books
    assert [(change.old, change.new) for change in books.payout_changes] == [(None, ADDRESS), (ADDRESS, HOTKEY)]
    assert [tariff.tariff for tariff in books.tariffs] == [FlatTariff(0.3)], "the one of the future never holds"
    assert sides_of(world.snapshot).credited_rao == 5000
    await world.keeper.close()
    again = World(make_snapshot, tmp_path)
    again.clock, again.settings = world.clock, world.settings
    again.answer = Unavailable("Nobody answers.")
    again.keeper.begin()
    await again.pass_seconds(60)
    await again.keeper.close()
    assert again.snapshot.money.books.payout_changes == books.payout_changes
    assert again.snapshot.money.books.tariffs == books.tariffs
    assert sides_of(again.snapshot).credited_rao == 5000


async def test_a_price_that_was_set_by_a_clock_ahead_holds_from_when_the_clock_is_put_right(world: World) -> None:
    world.settings = Settings(payout_address=ADDRESS, money=MoneySettings(tariff=FlatTariff(0.2)))
    await world.pass_seconds(10)
    world.clock.move(timedelta(days=365))
    world.settings = Settings(payout_address=ADDRESS, money=MoneySettings(tariff=FlatTariff(0.3)))
    await world.pass_seconds(10)
    world.clock.move(timedelta(days=-365))
    await world.pass_seconds(300)
    tariffs = world.snapshot.money.books.tariffs
    assert [tariff.tariff for tariff in tariffs] == [FlatTariff(0.2), FlatTariff(0.3)]
    assert tariffs[1].from_unix < world.clock.now().timestamp()
    assert len(world.keeper._ledger.tariffs) == 3
    await world.keeper.close()


async def test_a_full_disk_is_told_once_and_costs_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StorageError("Your earnings' history can't be written: No space left on device.")

    with monkeypatch.context() as broken:
        broken.setattr("app.core.money.store.EarningsStore.add", full)
        await world.pass_seconds(300)
        assert len(world.troubles) == 1
    await world.pass_seconds(120)
    await world.keeper.close()
    assert (await _read_again(world)) == world.snapshot.money.books.slices


async def _read_again(world: World) -> object:
    from app.core.money.ledger import Ledger
    from app.core.money.store import EarningsStore

    ledger, path = Ledger(), world.keeper._setup.path
    assert path is not None
    assert EarningsStore(path).load(ledger) is None
    return ledger.books().slices


async def test_where_there_is_no_alpha_amounts_are_in_the_chains_coin(world: World) -> None:
    here = NetworkView(kind=NetworkKind.THIS_COMPUTER, name="local", orchestrator_url="http://127.0.0.1:1")
    world.snapshot = msgspec.structs.replace(world.snapshot, network=here)
    await world.pass_seconds(10)
    assert world.snapshot.money.view.symbol == "τ" and world.snapshot.money.view.is_known
    assert world.questions == []
    await world.keeper.close()
