"""Emissions of a long-lived chain, outages and restarts: each tempo from the beginning on is booked once, in order."""

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from async_substrate_interface.errors import SubstrateRequestException
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chain.bittensor_client import BittensorChain
from chain.bittensor_errors import translated
from chain.keys import Keypair
from chain.network import Block, EmissionsRead, Tempo
from protocol.errors import Refused, Unavailable
from subnet.orchestrator.migrations import migrate
from subnet.orchestrator.money import treasury
from subnet.orchestrator.money.payouts import Paymaster
from subnet.orchestrator.money.postings import Account, balance
from subnet.orchestrator.tables.database import Database
from subnet.orchestrator.tables.money import emissions
from tests.subnet.mortal_database import Killed, MortalDatabase

Result = TypeVar("Result")
POOL = Keypair.from_seed(b"p" * 32)
NETUID, PERIOD = 9, 361
OLD_BLOCK = 5_000_000


@dataclass
class Value:
    value: Any


@dataclass
class Substrate:
    """A chain of years, of which only numbers, tempo and emissions are asked. Tempos that end where `empty` says so
    gave the pool nothing."""

    block: int = OLD_BLOCK
    reachable: bool = True
    empty: Callable[[int], bool] = lambda block: False
    remembers: int | None = None
    """Blocks, of a node that is no archive."""
    seen: list[int] = field(default_factory=list)

    async def get_chain_head(self) -> str:
        return str(self.block)

    async def get_chain_finalised_head(self) -> str:
        return str(self.block)

    async def get_block_hash(self, number: int) -> str:
        self.seen.append(number)
        return str(number)

    async def get_block_number(self, block_hash: str) -> int:
        return int(block_hash)

    async def get_constant(self, *_: Any, **__: Any) -> Value:
        return Value(6000)

    async def query(self, _pallet: str, item: str, _params: Any = None, block_hash: str = "") -> Value:
        if self.remembers is not None and block_hash and int(block_hash) < self.block - self.remembers:
            raise SubstrateRequestException("Client error: UnknownBlock: State already discarded for 0xab")
        match item:
            case "Tempo":
                return Value(PERIOD - 1)
            case "Uids":
                return Value(0)
            case "Now":
                return Value(self.block * 12_000)
            case _:
                return Value([0 if self.empty(int(block_hash)) else int(block_hash)])

    @asynccontextmanager
    async def open(self) -> Any:
        if not self.reachable:
            raise Unavailable("The chain's node can't be reached.")
        with translated("ws://node"):
            yield self


def chain_over(substrate: Substrate) -> BittensorChain:
    chain = BittensorChain(NETUID)
    chain._node = substrate  # type: ignore[assignment]
    return chain


def tempo_ends(after: int, through: int) -> list[int]:
    return [block for block in range(after + 1, through + 1) if (block + NETUID + 1) % PERIOD == 0]


async def booked(database: Database) -> list[int]:
    query = sa.select(emissions.c.block).order_by(emissions.c.emission_id)
    return list(await database.read(lambda c: c.execute(query).scalars().all()))


async def play(folder: Path, actions: list[tuple[str, int]], nothing_every: int) -> None:
    substrate = Substrate(empty=lambda block: nothing_every > 0 and block // PERIOD % nothing_every == 0)
    database = MortalDatabase(folder / "orchestrator.sqlite")
    await database.write(migrate)
    paymaster = Paymaster(database, chain_over(substrate), POOL, lambda: 0)
    begun: int | None = None
    try:
        for name, number in actions:
            substrate.reachable, database.fuse.left = name != "outage", number if name == "kill" else None
            if name == "wait":
                substrate.block += number
            elif name == "restart":
                paymaster = Paymaster(database, chain_over(substrate), POOL, lambda: 0)
            else:
                try:
                    await paymaster.turn()
                except Killed:
                    paymaster = Paymaster(database, chain_over(substrate), POOL, lambda: 0)
            if begun is None:
                begun = await database.read(lambda c: treasury.emissions_read_through(c, POOL.address))
        substrate.reachable, database.fuse.left = True, None
        before = begun if begun is not None else substrate.block
        expected = [block for block in tempo_ends(before, substrate.block) if not substrate.empty(block)]
        for _ in range(2 + (substrate.block - before) // PERIOD // 64):
            await paymaster.turn()
        assert await booked(database) == expected
        assert await database.read(lambda c: balance(c, Account.UNSHARED)) == sum(expected)
    finally:
        await database.close()


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 130 * PERIOD)),
        st.tuples(st.just("wait"), st.integers(1, PERIOD)),
        st.tuples(st.just("turn"), st.just(0)),
        st.tuples(st.just("outage"), st.just(0)),
        st.tuples(st.just("restart"), st.just(0)),
        st.tuples(st.just("kill"), st.integers(0, 4)),
    ),
    max_size=16,
)


@settings(max_examples=25, deadline=None)
@given(actions=ACTIONS, nothing_every=st.integers(0, 3))
@example(actions=[("turn", 0), ("wait", 200 * PERIOD), ("turn", 0)], nothing_every=1)
@example(actions=[("turn", 0), ("wait", 100 * PERIOD), ("kill", 1), ("wait", PERIOD), ("kill", 0)], nothing_every=0)
def test_each_tempo_from_the_beginning_on_is_booked_exactly_once_and_in_order(
    actions: list[tuple[str, int]], nothing_every: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder), actions, nothing_every))


async def test_a_new_network_on_an_old_chain_begins_at_the_present_block(tmp_path: Path) -> None:
    substrate, database = Substrate(), Database(tmp_path / "orchestrator.sqlite")
    await database.write(migrate)
    paymaster = Paymaster(database, chain_over(substrate), POOL, lambda: 0)
    await paymaster.turn()
    assert paymaster.seconds_to_next is not None, "the turn came to its end"
    substrate.block += PERIOD
    await paymaster.turn()
    assert await booked(database) == tempo_ends(OLD_BLOCK, substrate.block)
    await database.close()


async def test_one_turn_after_a_long_outage_reads_no_more_than_64_tempos(tmp_path: Path) -> None:
    substrate, database = Substrate(), Database(tmp_path / "orchestrator.sqlite")
    await database.write(migrate)
    paymaster = Paymaster(database, chain_over(substrate), POOL, lambda: 0)
    await paymaster.turn()
    substrate.block += 1000 * PERIOD
    await paymaster.turn()
    assert len(substrate.seen) == 64
    await database.close()


async def test_a_ledger_of_before_goes_on_after_its_newest_emission(tmp_path: Path) -> None:
    substrate, database = Substrate(), Database(tmp_path / "orchestrator.sqlite")
    await database.write(migrate)
    before, *missed = tempo_ends(OLD_BLOCK - 3 * PERIOD, OLD_BLOCK)
    await database.write(lambda c: treasury.take_emissions(c, [(before, 5)], 0))
    paymaster = Paymaster(database, chain_over(substrate), POOL, lambda: 0)
    for _ in range(2):
        await paymaster.turn()
    assert await booked(database) == [before, *missed]
    await database.close()


async def test_emissions_that_can_t_be_read_stop_no_transfer_and_the_other_way_round(tmp_path: Path) -> None:
    class Half:
        """A chain of which one half answers."""

        def __init__(self, reads: bool) -> None:
            self.reads, self.asked = reads, list[str]()

        async def block(self) -> Block:
            return Block(OLD_BLOCK, 0.0)

        async def emissions(self, hotkey: str, since_block: int) -> EmissionsRead:
            self.asked.append("emissions")
            if not self.reads:
                raise Refused("This node has forgotten that block.")
            return EmissionsRead((), since_block + PERIOD)

        async def tempo(self) -> Tempo:
            self.asked.append("tempo")
            if self.reads:
                raise Unavailable("The chain's node can't be reached.")
            return Tempo(PERIOD, 12.0, OLD_BLOCK - 1, OLD_BLOCK + PERIOD - 1, OLD_BLOCK)

    for reads in (True, False):
        database = Database(tmp_path / f"{reads}.sqlite")
        await database.write(migrate)
        half: Any = Half(reads)
        paymaster = Paymaster(database, half, POOL, lambda: 0)
        for _ in range(2):
            await paymaster.turn()
        through = await database.read(lambda c: treasury.emissions_read_through(c, POOL.address))
        assert half.asked == ["tempo", "emissions", "tempo"]
        assert through == (OLD_BLOCK + PERIOD if reads else OLD_BLOCK)
        assert (paymaster.seconds_to_next is None) == reads
        await database.close()


async def test_what_a_node_has_forgotten_holds_back_nothing_and_is_booked_from_an_archive_later(tmp_path: Path) -> None:
    substrate, database = Substrate(remembers=256), Database(tmp_path / "orchestrator.sqlite")
    await database.write(migrate)
    paymaster = Paymaster(database, chain_over(substrate), POOL, lambda: 0)
    await paymaster.turn()
    for _ in range(12):
        substrate.block += PERIOD
        for _ in range(2):
            await paymaster.book()
        substrate.block += 100
    ends = tempo_ends(OLD_BLOCK, substrate.block)
    known = await booked(database)
    assert 0 < len(known) < len(ends), "some were forgotten before they were read"
    assert ends[-1] in known or ends[-2] in known
    substrate.remembers = None
    paymaster = Paymaster(database, chain_over(substrate), POOL, lambda: 0)
    for _ in range(3):
        await paymaster.book()
    assert sorted(await booked(database)) == ends
    assert await database.read(lambda c: balance(c, Account.UNSHARED)) == sum(ends)
    assert await database.read(lambda c: treasury.gaps_of(c, POOL.address)) == []
    await database.close()
