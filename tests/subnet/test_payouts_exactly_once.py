"""Emissions, kills at any call and payouts in any order: no rao is lost, made up or paid twice."""

import asyncio
import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.network.known import known_networks
from chain.keys import Keypair
from chain.local_chain import LocalChain
from chain.local_ledger import Genesis
from chain.network import Included, SignedTransfer, TransferFate
from protocol.errors import Refused, Unavailable
from protocol.validator_api import EpochCredits
from subnet.orchestrator.migrations import migrate
from subnet.orchestrator.money.payout_limits import LEAST_PAYOUT_RAO, PAYOUTS_A_TURN
from subnet.orchestrator.money.payout_records import NO_ADDRESS, payments_of
from subnet.orchestrator.money.payouts import Paymaster
from subnet.orchestrator.money.postings import Account, UnbalancedPosting, balance, balances, post
from subnet.orchestrator.tables.audits import epoch_scores, epochs
from subnet.orchestrator.tables.database import Database
from subnet.orchestrator.tables.money import money_entries, money_totals, payout_results, payouts
from subnet.orchestrator.tables.schema import miners
from tests.subnet.mortal_database import Fuse, Killed, MortalDatabase

Result = TypeVar("Result")
POOL = Keypair.from_seed(b"p" * 32)
VALIDATOR = Keypair.from_seed(b"v" * 32)
MINERS = [Keypair.from_seed(bytes([n]) * 32) for n in range(3)]
COLDKEYS = [Keypair.from_seed(bytes([100 + n]) * 32) for n in range(3)]
EMISSION_RAO = 1_000_003
LEAST_RAO = 50


class MortalChain:
    """A chain whose caller may die right before or right after any call."""

    def __init__(self, chain: LocalChain, fuse: Fuse) -> None:
        self._chain = chain
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._chain, name)

        async def call(*arguments: Any) -> Any:
            self._fuse.burn()
            result = await method(*arguments)
            self._fuse.burn()
            return result

        return call


@dataclass
class World:
    """One orchestrator's folder, a chain, and a clock that the test moves."""

    folder: Path
    seconds: float = 1_000_000.0
    fuse: Fuse = field(default_factory=Fuse)
    epoch: int = 0

    async def open(self) -> None:
        genesis = Genesis(
            block_seconds=1.0, tempo_blocks=5, emission_rao_per_tempo=EMISSION_RAO, transfer_lifetime_blocks=8,
            accounts={}, stakes={VALIDATOR.address: 1000, POOL.address: 0},
        )  # fmt: skip
        self.chain = LocalChain(self.folder / "chain.sqlite", lambda: self.seconds, genesis)
        await self.chain.set_weights(VALIDATOR, {POOL.address: 1.0})
        self.database = MortalDatabase(self.folder / "orchestrator.sqlite")
        self.database.fuse = self.fuse
        await self.database.write(migrate)
        await self.database.write(self._insert_miners)
        await self.turn()  # emissions count from here on

    def _insert_miners(self, connection: sa.Connection) -> None:
        for number, key in enumerate(MINERS):
            connection.execute(
                sa.insert(miners).values(
                    node=f"{number:064x}",
                    hotkey=key.address,
                    payout_coldkey=None,
                    run_id="r",
                    stage=0,
                    life=1,
                    device="cpu",
                    memory_bytes=1,
                    flops_per_second=1.0,
                    addresses_json=b"[]",
                    online=True,
                    phase="training",
                    last_seen_unix_ms=0,
                )
            )

    async def name_address(self, number: int, whose: int | None = None) -> None:
        """Its own, or that of another miner."""
        chosen = sa.update(miners).where(miners.c.hotkey == MINERS[number].address)
        coldkey = COLDKEYS[number if whose is None else whose].address
        await Database.write(self.database, lambda c: c.execute(chosen.values(payout_coldkey=coldkey)) and None)

    async def score_epoch(self, weights: list[int]) -> None:
        self.epoch += 1
        credit = {key.address: float(weight) for key, weight in zip(MINERS, weights, strict=True) if weight}
        shares = {hotkey: flops / sum(credit.values()) for hotkey, flops in credit.items()}
        settled = EpochCredits(run_id="r", epoch=self.epoch, credit=credit, marked_down=(), pool_hotkey=POOL.address)

        def insert(connection: sa.Connection) -> None:
            connection.execute(
                sa.insert(epochs).values(
                    run_id="r",
                    epoch=self.epoch,
                    opened_unix_ms=0,
                    closed_unix_ms=1,
                    after_work_id=0,
                    through_work_id=0,
                    credits=msgspec.json.encode(settled),
                    total_credit=sum(credit.values()),
                )
            )
            connection.execute(
                sa.insert(epoch_scores).values(
                    run_id="r", epoch=self.epoch, validator="v", shares=msgspec.json.encode(shares), unix_ms=1
                )
            )

        await Database.write(self.database, insert)

    async def turn(self, calls_to_live: int | None = None) -> None:
        """One turn of a process that may be killed in the middle."""
        self.fuse.left = calls_to_live
        chain: Any = MortalChain(self.chain, self.fuse)
        try:
            await Paymaster(self.database, chain, POOL, lambda: int(self.seconds * 1000), LEAST_RAO).turn()
        except Killed:
            pass
        self.fuse.left = None

    async def close(self) -> None:
        await self.database.close()
        await self.chain.close()

    async def check(self) -> None:
        """What holds at any moment, killed or not."""
        total = await self.database.read(
            lambda c: c.execute(sa.select(sa.func.coalesce(sa.func.sum(money_entries.c.rao), 0))).scalar_one()
        )
        assert total == 0
        await self._check_kept_sums()
        paid = await self.database.read(lambda c: balances(c, Account.PAID))
        pending = await self.database.read(lambda c: balances(c, Account.PENDING))
        owed = await self.database.read(lambda c: balances(c, Account.MINER))
        assert all(rao >= 0 for account in (paid, pending, owed) for rao in account.values())
        on_chain = {
            key.address: await self.chain.balance(cold.address) for key, cold in zip(MINERS, COLDKEYS, strict=True)
        }
        for hotkey, rao in on_chain.items():
            assert paid.get(hotkey, 0) <= rao <= paid.get(hotkey, 0) + pending.get(hotkey, 0)
        given_out = -await self.database.read(lambda c: balance(c, Account.EMISSION))
        assert given_out <= await self.chain.balance(POOL.address) + sum(on_chain.values())

    async def _check_kept_sums(self) -> None:
        entry, kept = money_entries.c, money_totals.c
        added_up = sa.select(entry.hotkey, entry.account, sa.func.sum(entry.rao)).group_by(entry.hotkey, entry.account)
        sums = sa.select(kept.hotkey, kept.account, kept.rao)

        def read(connection: sa.Connection) -> bool:
            return sorted(map(tuple, connection.execute(added_up))) == sorted(map(tuple, connection.execute(sums)))

        assert await self.database.read(read)

    async def come_to_rest(self) -> None:
        """Undisturbed turns until everything owed to somebody with an address is paid."""
        for _ in range(4):
            self.seconds += 12
            await self.turn()
        await self.check()
        assert await self.database.read(lambda c: balances(c, Account.PENDING)) == {}


@pytest.fixture
async def world(tmp_path: Path) -> Any:
    world = World(tmp_path)
    await world.open()
    yield world
    await world.close()


Action = tuple[str, int]
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 12)),
        st.tuples(st.just("score"), st.integers(1, 511)),
        st.tuples(st.just("address"), st.integers(0, 2)),
        st.tuples(st.just("turn"), st.just(0)),
        st.tuples(st.just("kill"), st.integers(0, 24)),
    ),
    min_size=4,
    max_size=14,
)


async def play(folder: Path, actions: list[Action]) -> None:
    world = World(folder)
    await world.open()
    try:
        for name, number in actions:
            match name:
                case "wait":
                    world.seconds += number
                case "score":
                    await world.score_epoch([number & 7, number >> 3 & 7, number >> 6 & 7])
                case "address":
                    await world.name_address(number)
                case "turn":
                    await world.turn()
                case "kill":
                    await world.turn(calls_to_live=number)
            await world.check()
        for number in range(3):
            await world.name_address(number)
        await world.score_epoch([1, 2, 3])
        await world.come_to_rest()
        paid = await world.database.read(lambda c: balances(c, Account.PAID))
        for key, coldkey in zip(MINERS, COLDKEYS, strict=True):
            assert await world.chain.balance(coldkey.address) == paid.get(key.address, 0) > 0
    finally:
        await world.close()


@settings(max_examples=40, deadline=None)
@given(actions=ACTIONS)
def test_money_adds_up_and_the_chain_agrees_whatever_is_killed_when(actions: list[Action]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder), actions))


async def test_an_emission_is_shared_by_scores_to_the_last_rao_and_paid(world: World) -> None:
    await world.score_epoch([1, 1, 1])
    await world.name_address(0)
    await world.name_address(1)
    world.seconds += 5
    await world.turn()
    paid = [await world.chain.balance(coldkey.address) for coldkey in COLDKEYS]
    assert paid[2] == 0
    held = (await world.database.read(lambda c: balances(c, Account.MINER)))[MINERS[2].address]
    assert sum(paid) + held == EMISSION_RAO
    assert max(*paid[:2], held) - min(*paid[:2], held) <= 1


async def test_an_emission_without_scored_work_waits_for_it(world: World) -> None:
    world.seconds += 10
    await world.turn()
    assert await world.database.read(lambda c: balance(c, Account.UNSHARED)) == 2 * EMISSION_RAO
    await world.score_epoch([0, 5, 0])
    await world.turn()
    assert await world.database.read(lambda c: balance(c, Account.UNSHARED)) == 0
    assert await world.database.read(lambda c: balances(c, Account.MINER)) == {MINERS[1].address: 2 * EMISSION_RAO}


async def test_an_epoch_is_paid_once_however_often_it_is_looked_at(world: World) -> None:
    await world.score_epoch([1, 0, 0])
    world.seconds += 5
    for _ in range(3):
        await world.turn()
    world.seconds += 5
    await world.turn()
    assert await world.database.read(lambda c: balances(c, Account.MINER)) == {MINERS[0].address: EMISSION_RAO}
    assert await world.database.read(lambda c: balance(c, Account.UNSHARED)) == EMISSION_RAO


async def test_an_address_given_later_receives_all_and_until_then_the_money_is_held(world: World) -> None:
    for _ in range(3):
        await world.score_epoch([1, 0, 0])
        world.seconds += 5
        await world.turn()
    held = await world.database.read(lambda c: payments_of(c, MINERS[0].address, 50))
    assert [(p.state, p.rao, p.reason) for p in held if p.state == "held"] == [("held", 3 * EMISSION_RAO, NO_ADDRESS)]
    await world.name_address(0)
    await world.turn()
    payments = await world.database.read(lambda c: payments_of(c, MINERS[0].address, 50))
    assert [payment.state for payment in payments].count("credited") == 3
    paid = [payment for payment in payments if payment.state == "paid"]
    assert [payment.rao for payment in paid] == [3 * EMISSION_RAO]
    (transfer,) = await world.chain.transfers(COLDKEYS[0].address, 0)
    assert (paid[0].transaction, paid[0].block) == (transfer.result.hash, transfer.result.block)
    assert paid[0].index is None, "the local chain's blocks have no order inside"
    assert await world.chain.balance(COLDKEYS[0].address) == 3 * EMISSION_RAO


async def test_several_computers_on_one_address_are_each_paid_and_each_has_its_own_books(world: World) -> None:
    await world.score_epoch([3, 1, 0])
    await world.name_address(0)
    await world.name_address(1, whose=0)
    world.seconds += 5
    await world.turn()
    assert await world.chain.balance(COLDKEYS[0].address) == EMISSION_RAO
    own = [await world.database.read(partial(payments_of, hotkey=key.address, limit=50)) for key in MINERS[:2]]
    paid = [[payment for payment in payments if payment.state == "paid"] for payments in own]
    (first,), (second,) = paid
    assert first.rao + second.rao == EMISSION_RAO
    assert abs(first.rao - 3 * second.rao) <= 3, "by their work, to the last rao"
    assert first.transaction != second.transaction


async def test_a_miner_gets_one_transfer_per_tempo(world: World) -> None:
    await world.name_address(0)
    for _ in range(4):
        await world.score_epoch([1, 0, 0])
        world.seconds += 2.5
        await world.turn()
    rows = await world.database.read(lambda c: c.execute(sa.select(payouts.c.tempo)).scalars().all())
    assert len(rows) == len(set(rows)) == 2


async def test_a_payout_keeps_its_place_on_a_chain_that_tells_it(world: World) -> None:
    class Ordered:
        """The local chain, whose blocks now have an order inside."""

        def __getattr__(self, name: str) -> Any:
            return getattr(world.chain, name)

        async def find_transfer(self, transfer: SignedTransfer) -> TransferFate:
            fate = await world.chain.find_transfer(transfer)
            return Included(msgspec.structs.replace(fate.result, index=7)) if isinstance(fate, Included) else fate

    await world.score_epoch([1, 0, 0])
    await world.name_address(0)
    world.seconds += 5
    ordered: Any = Ordered()
    await Paymaster(world.database, ordered, POOL, lambda: 0, LEAST_RAO).turn()
    payments = await world.database.read(lambda c: payments_of(c, MINERS[0].address, 50))
    assert [payment.index for payment in payments if payment.state == "paid"] == [7]


async def test_a_payout_of_before_places_were_kept_is_told_without_one(world: World) -> None:
    await world.score_epoch([1, 0, 0])
    await world.name_address(0)
    world.seconds += 5
    await world.turn()
    as_before = sa.update(payout_results).values(block=None, extrinsic_index=None)
    await Database.write(world.database, lambda c: c.execute(as_before) and None)
    payments = await world.database.read(lambda c: payments_of(c, MINERS[0].address, 50))
    (paid,) = (payment for payment in payments if payment.state == "paid")
    assert paid.transaction is not None and (paid.block, paid.index) == (None, None)


async def test_the_time_to_the_next_payout_runs_down_to_the_end_of_the_tempo(world: World) -> None:
    paymaster = Paymaster(world.database, world.chain, POOL, lambda: int(world.seconds * 1000))
    before = paymaster.seconds_to_next
    assert before is None, "the chain was not asked yet"
    await paymaster.turn()
    first = paymaster.seconds_to_next
    assert first == 5.0
    world.seconds += 2
    second = paymaster.seconds_to_next
    assert second == 3.0, "between two turns too"
    world.seconds += 3
    assert paymaster.seconds_to_next is None, "over, and what comes next was not read yet"
    await paymaster.turn()
    assert paymaster.seconds_to_next == 5.0


async def test_a_chain_that_does_not_answer_costs_nothing_but_time(world: World) -> None:
    await world.score_epoch([1, 0, 0])
    await world.name_address(0)
    world.seconds += 5

    class Silent:
        def __getattr__(self, name: str) -> Any:
            async def call(*_: Any) -> Any:
                raise Unavailable("The chain does not answer.")

            return call

    silent: Any = Silent()
    paymaster = Paymaster(world.database, silent, POOL, lambda: 0)
    await paymaster.turn()
    assert paymaster.seconds_to_next is None
    assert await world.database.read(lambda c: c.execute(sa.select(money_entries)).all()) == []
    await world.turn()
    assert await world.chain.balance(COLDKEYS[0].address) == EMISSION_RAO


async def owed(world: World, amounts: dict[str, int]) -> None:
    """To one computer for each hotkey, which names it as its address as well."""

    def owe(connection: sa.Connection) -> None:
        for number, (hotkey, rao) in enumerate(amounts.items(), start=100):
            entries = [(Account.EMISSION, "", -rao), (Account.MINER, hotkey, rao)]
            post(connection, f"work of {hotkey} {world.seconds}", entries, 0, 0)
            row = dict(connection.execute(sa.select(miners).limit(1)).one()._mapping)
            row |= {"node": f"{number:064x}", "hotkey": hotkey, "payout_coldkey": hotkey}
            connection.execute(sa.insert(miners).prefix_with("OR IGNORE").values(row))

    await Database.write(world.database, owe)


def addresses(count: int) -> list[str]:
    return [Keypair.from_seed((1000 + number).to_bytes(32, "big")).address for number in range(count)]


async def rich(world: World) -> None:
    """The pool has what it owes."""
    world.seconds += 5
    await world.turn()


async def test_less_than_the_least_payout_is_carried_over_until_it_is_enough(world: World) -> None:
    await rich(world)
    (payee,) = addresses(1)
    await owed(world, {payee: LEAST_RAO - 1})
    await world.turn()
    assert await world.chain.balance(payee) == 0
    assert await world.database.read(lambda c: balances(c, Account.MINER)) == {payee: LEAST_RAO - 1}
    world.seconds += 1
    await owed(world, {payee: 1})
    await world.turn()
    assert await world.chain.balance(payee) == LEAST_RAO


async def test_a_turn_begins_few_payouts_and_the_largest_first(world: World) -> None:
    await rich(world)
    payees = addresses(PAYOUTS_A_TURN + 3)
    await owed(world, {payee: LEAST_RAO + number for number, payee in enumerate(payees)})
    await world.turn()
    paid = [payee for payee in payees if await world.chain.balance(payee)]
    assert paid == payees[3:]
    await world.turn()
    assert all([await world.chain.balance(payee) for payee in payees])


async def test_nothing_is_signed_while_a_transfer_is_under_way(world: World) -> None:
    """It would have the same nonce, and one of the two be in vain."""

    class Slow:
        """The local chain, which takes nothing in just now."""

        signed = 0

        def __getattr__(self, name: str) -> Any:
            return getattr(world.chain, name)

        async def sign_transfer(self, *given: Any) -> SignedTransfer:
            self.signed += 1
            return await world.chain.sign_transfer(*given)

        async def submit_transfer(self, _: SignedTransfer) -> None:
            raise Refused("The node's pool is full.")

    await rich(world)
    payees = addresses(3)
    await owed(world, dict.fromkeys(payees, LEAST_RAO))
    slow: Any = Slow()
    for _ in range(3):
        await Paymaster(world.database, slow, POOL, lambda: 0, LEAST_RAO).turn()
    assert slow.signed == 1
    await world.turn()
    assert [await world.chain.balance(payee) for payee in payees] == [LEAST_RAO] * 3


def test_the_app_tells_of_the_network_here_what_its_orchestrator_pays_by() -> None:
    (here,) = (network for network in known_networks() if network.starts_here)
    assert here.payout_least_rao == LEAST_PAYOUT_RAO


async def test_a_posting_that_does_not_balance_is_refused(world: World) -> None:
    with pytest.raises(UnbalancedPosting):
        await Database.write(
            world.database, lambda c: post(c, "wrong", [(Account.MINER, "a", 5), (Account.PAID, "a", -4)], 0, 0)
        )
    assert await world.database.read(lambda c: c.execute(sa.select(money_entries)).all()) == []
