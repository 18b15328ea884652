"""Payouts of which a node that is no archive can't tell any more: the others are paid meanwhile, and nobody twice."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
import sqlalchemy as sa
import structlog
from async_substrate_interface.errors import SubstrateRequestException
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chain.bittensor_client import BittensorChain
from chain.bittensor_errors import translated
from chain.bittensor_extrinsics import DIES_AFTER_BLOCKS, extrinsic_hash
from chain.keys import Keypair
from chain.network import SignedTransfer
from protocol.errors import Unavailable
from protocol.wire import from_msgpack
from subnet.orchestrator.migrations import migrate
from subnet.orchestrator.money.payout_records import under_way
from subnet.orchestrator.money.payouts import GAP_SECONDS, Paymaster
from subnet.orchestrator.money.postings import Account, balances, post
from subnet.orchestrator.tables.database import Database
from subnet.orchestrator.tables.money import payout_results
from subnet.orchestrator.tables.schema import miners
from tests.subnet.mortal_database import Killed, MortalDatabase

Result = TypeVar("Result")
POOL = Keypair.from_seed(b"p" * 32)
MINERS = [Keypair.from_seed(bytes([number]) * 32).address for number in range(3)]
NETUID, PERIOD, REMEMBERS, FINALITY = 9, 361, 256, 2
GENESIS_BLOCK: Final = 5000
LEAST_RAO = 50
EVENTS = "Client error: UnknownBlock: State already discarded for 0xab"


@dataclass
class Value:
    value: Any


@dataclass
class Node:
    """One node of a chain whose accounts have nonces. An extrinsic is its fields as JSON. Blocks come when the test
    waits or somebody looks again, and are final two blocks later."""

    block: int = GENESIS_BLOCK
    reachable: bool = True
    remembers: int | None = REMEMBERS
    """For how many blocks it has events; None for an archive."""
    keeps_bodies: bool = True
    """Whether it has the extrinsics of blocks whose events are gone."""
    accepts: bool = True
    """Whether it lets anything be submitted."""
    takes: bool = True
    """Whether what is submitted gets into a block."""
    fails: bool = False
    """Whether what gets in moves nothing."""
    bodies: dict[int, list[str]] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    pool: list[str] = field(default_factory=list)
    nonce: int = 0
    received: dict[str, int] = field(default_factory=dict)

    def seal(self, blocks: int = 1) -> None:
        for _ in range(blocks):
            self.block += 1
            waiting, self.pool = self.pool, []
            for extrinsic in waiting if self.takes else ():
                self._include(extrinsic)

    def _include(self, extrinsic: str) -> None:
        call = self.call(extrinsic)
        if call["nonce"] != self.nonce or self.block > call["until"]:
            return
        self.nonce += 1
        self.bodies.setdefault(self.block, []).append(extrinsic)
        if self.fails:
            self.failed.add(extrinsic)
        else:
            self.received[call["to"]] = self.received.get(call["to"], 0) + call["rao"]

    @staticmethod
    def call(extrinsic: str) -> Any:
        return json.loads(bytes.fromhex(extrinsic[2:]))

    @property
    def final(self) -> int:
        return self.block - FINALITY

    def is_live(self, extrinsic: str) -> bool:
        """Whether it may get into the chain some time."""
        stands = any(extrinsic in body for number, body in self.bodies.items() if number <= self.final)
        return not stands and self.final < int(self.call(extrinsic)["until"])

    def has_forgotten(self, number: int) -> bool:
        return self.remembers is not None and number < self.block - self.remembers

    async def get_chain_head(self) -> str:
        return str(self.block)

    async def get_chain_finalised_head(self) -> str:
        return str(self.final)

    async def get_block_hash(self, number: int) -> str:
        return str(number)

    async def get_block_number(self, block_hash: str) -> int:
        return int(block_hash)

    async def rpc_request(self, method: str, params: list[str]) -> dict[str, Any]:
        if method == "author_submitExtrinsic":
            if not self.accepts or self.call(params[0])["nonce"] < self.nonce:
                raise SubstrateRequestException("Invalid Transaction: Transaction is outdated")
            self.pool.append(params[0])
            return {}
        number = int(params[0])
        if not self.keeps_bodies and self.has_forgotten(number):
            return {"result": None}
        return {"result": {"block": {"extrinsics": self.bodies.get(number, [])}}}

    async def get_events(self, block_hash: str) -> list[dict[str, Any]]:
        if self.has_forgotten(int(block_hash)):
            raise SubstrateRequestException(EVENTS)
        failure = {"module_id": "System", "event_id": "ExtrinsicFailed", "attributes": {"dispatch_error": "Token"}}
        success = {"module_id": "System", "event_id": "ExtrinsicSuccess", "attributes": {}}
        body = self.bodies[int(block_hash)]
        return [
            {"event": failure if each in self.failed else success, "extrinsic_idx": n} for n, each in enumerate(body)
        ]

    async def get_constant(self, *_: Any, **__: Any) -> Value:
        return Value(6000)

    async def query(self, *_: Any, **__: Any) -> Value:
        return Value(PERIOD - 1)

    @asynccontextmanager
    async def open(self) -> Any:
        if not self.reachable:
            raise Unavailable("The chain's node can't be reached.")
        with translated("ws://node"):
            yield self


class NodeChain(BittensorChain):
    """Bittensor's client over such a node, with extrinsics that the node here can read."""

    def __init__(self, node: Node) -> None:
        async def sealing(_: float) -> None:
            node.seal()

        super().__init__(NETUID, sleep=sealing)
        self.at = node
        self._node = node  # type: ignore[assignment]

    async def sign_transfer(self, source: Keypair, destination: str, amount_rao: int, memo: str) -> SignedTransfer:
        async with self._node.open():
            until = self.at.final + DIES_AFTER_BLOCKS - 1
            nonce = self.at.nonce + len(self.at.pool)
            call = {"nonce": nonce, "to": destination, "rao": amount_rao, "until": until, "memo": memo}
            signed = json.dumps(call).encode()
            hash_ = extrinsic_hash(signed)
            return SignedTransfer(source.address, destination, amount_rao, memo, signed, hash_, self.at.final, until)


@dataclass
class World:
    """One orchestrator's money, a node, and processes one after the other."""

    folder: Path
    node: Node = field(default_factory=Node)
    work: int = 0

    async def open(self) -> None:
        self.database = MortalDatabase(self.folder / "orchestrator.sqlite")
        await self.database.write(migrate)
        await self.database.write(self._insert_miners)
        self.start()

    def start(self) -> None:
        self.paymaster = Paymaster(self.database, NodeChain(self.node), POOL, self.now_ms, LEAST_RAO)

    def now_ms(self) -> int:
        return self.node.block * 12_000

    def _insert_miners(self, connection: sa.Connection) -> None:
        for number, address in enumerate(MINERS):
            connection.execute(
                sa.insert(miners).values(
                    node=f"{number:064x}", hotkey=address, payout_coldkey=address, run_id="r", stage=0, life=1,
                    device="cpu", memory_bytes=1, flops_per_second=1.0, addresses_json=b"[]", online=True,
                    phase="training", last_seen_unix_ms=0,
                )
            )  # fmt: skip

    async def owe(self, number: int, rao: int) -> None:
        self.work += 1
        entries = [(Account.EMISSION, "", -rao), (Account.MINER, MINERS[number], rao)]
        await Database.write(self.database, partial(post, posting=f"w{self.work}", entries=entries, epoch=0, now_ms=0))

    async def pay(self, writes_to_live: int | None = None) -> None:
        """One turn, of a process that may be killed in the middle."""
        self.database.fuse.left = writes_to_live
        try:
            await self.paymaster.pay()
        except Killed:
            self.start()
        self.database.fuse.left = None

    async def die_when_sent(self) -> None:
        """The process is gone for good once its next transfer is in a block, before it could write that down."""
        await self.pay(writes_to_live=2)

    async def sums(self, account: Account) -> dict[str, int]:
        return await self.database.read(partial(balances, account=account))

    async def check(self) -> None:
        """What holds at any moment."""
        rows = await self.database.read(under_way)
        unsettled = [from_msgpack(row.transfer, SignedTransfer) for row in rows]
        live = [each.memo for each in unsettled if self.node.is_live("0x" + each.extrinsic.hex())]
        assert len(live) <= 1, "one transfer at a time may still get in"
        paid, pending = await self.sums(Account.PAID), await self.sums(Account.PENDING)
        for hotkey in MINERS:
            got = self.node.received.get(hotkey, 0)
            assert paid.get(hotkey, 0) <= got <= paid.get(hotkey, 0) + pending.get(hotkey, 0)

    async def come_to_rest(self) -> None:
        """Turns with a node that remembers all and takes everything, until all is paid."""
        self.node.remembers, self.node.fails = None, False
        self.node.reachable = self.node.accepts = self.node.takes = True
        self.start()
        for _ in range(4):
            self.node.seal(PERIOD)
            await self.pay()
            await self.check()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    await world.open()
    yield world
    await world.database.close()


Action = tuple[str, int]
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 80)),
        st.tuples(st.just("wait"), st.integers(200, 900)),
        st.tuples(st.just("owe"), st.integers(0, 2)),
        st.tuples(st.just("pay"), st.just(0)),
        st.tuples(st.just("kill"), st.integers(0, 6)),
        st.tuples(st.just("restart"), st.just(0)),
        st.tuples(st.sampled_from(["reachable", "accepts", "takes", "fails", "keeps_bodies"]), st.integers(0, 1)),
    ),
    min_size=4,
    max_size=24,
)


async def play(folder: Path, actions: list[Action]) -> None:
    world = World(folder)
    await world.open()
    try:
        for name, number in actions:
            match name:
                case "wait":
                    world.node.seal(number)
                case "owe":
                    await world.owe(number, 100 + world.work)
                case "pay":
                    await world.pay()
                case "kill":
                    await world.pay(writes_to_live=number)
                case "restart":
                    world.start()
                case setting:
                    setattr(world.node, setting, bool(number))
            await world.check()
        await world.come_to_rest()
        assert await world.sums(Account.PENDING) == {} == await world.sums(Account.MINER)
        assert await world.sums(Account.PAID) == world.node.received
    finally:
        await world.database.close()


@settings(max_examples=25, deadline=None)
@given(actions=ACTIONS)
@example(actions=[("owe", 0), ("kill", 2), ("wait", 400), ("owe", 1), ("owe", 0), ("pay", 0), ("pay", 0)])
@example(actions=[("owe", 0), ("keeps_bodies", 0), ("kill", 2), ("wait", 400), ("owe", 1), ("pay", 0), ("pay", 0)])
@example(actions=[("owe", 0), ("takes", 0), ("keeps_bodies", 0), ("kill", 1), ("wait", 400), ("takes", 1), ("pay", 0)])
@example(
    actions=[("accepts", 0), ("owe", 0), ("owe", 1), ("pay", 0), ("wait", 9), ("pay", 0), ("wait", 400), ("pay", 0)]
)
@example(actions=[("fails", 1), ("owe", 0), ("kill", 2), ("wait", 400), ("fails", 0), ("owe", 0), ("pay", 0)])
def test_nobody_is_paid_twice_and_one_transfer_at_a_time_can_get_in_whatever_a_node_forgets(
    actions: list[Action],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder), actions))


async def forgotten(world: World, rao: int = 100) -> None:
    """The first miner's payout is in a block, but nobody looked before the node forgot what happened in it."""
    await world.owe(0, rao)
    await world.die_when_sent()
    assert world.node.received == {MINERS[0]: rao}
    world.node.seal(REMEMBERS + 100)


async def test_one_forgotten_payout_holds_back_nobody_else_s(world: World) -> None:
    await forgotten(world)
    await world.owe(1, 70)
    await world.pay()
    assert await world.sums(Account.PAID) == {MINERS[1]: 70}
    assert await world.sums(Account.PENDING) == {MINERS[0]: 100}, "it may have arrived: it is nobody's to give back"


async def test_what_a_miner_earns_after_a_forgotten_payout_is_paid_to_it(world: World) -> None:
    await forgotten(world)
    await world.owe(0, 60)
    world.node.seal(PERIOD)
    await world.pay()
    assert (await world.sums(Account.PAID), await world.sums(Account.PENDING)) == ({MINERS[0]: 60}, {MINERS[0]: 100})
    assert world.node.received == {MINERS[0]: 160}


async def test_a_forgotten_payout_is_told_of_once_with_advice_and_asked_after_every_hour(world: World) -> None:
    await forgotten(world)
    asked: list[SignedTransfer] = []
    chain = NodeChain(world.node)
    find = chain.find_transfer

    async def counting(transfer: SignedTransfer) -> Any:
        asked.append(transfer)
        return await find(transfer)

    chain.find_transfer = counting  # type: ignore[method-assign]
    paymaster = Paymaster(world.database, chain, POOL, world.now_ms, LEAST_RAO)
    with structlog.testing.capture_logs() as logs:
        for _ in range(20):
            await paymaster.pay()
        assert len(asked) == 1
        world.node.seal(round(GAP_SECONDS / 12))
        for _ in range(20):
            await paymaster.pay()
    assert len(asked) == 2
    (told,) = [entry for entry in logs if entry["log_level"] == "error"]
    assert (told["event"], "archive node" in told["advice"]) == ("payout_forgotten", True)


async def test_an_archive_node_settles_what_was_forgotten(world: World) -> None:
    await forgotten(world)
    await world.pay()
    await world.come_to_rest()
    assert (await world.sums(Account.PAID), await world.sums(Account.PENDING)) == ({MINERS[0]: 100}, {})
    assert world.node.received == {MINERS[0]: 100}


async def test_what_failed_in_a_forgotten_block_goes_back_only_once_an_archive_node_said_so(world: World) -> None:
    world.node.fails = True
    await world.owe(0, 100)
    await world.die_when_sent()
    world.node.fails = False
    world.node.seal(REMEMBERS + 100)
    for _ in range(3):
        world.node.seal(PERIOD)
        await world.pay()
    assert await world.sums(Account.PENDING) == {MINERS[0]: 100}
    world.node.remembers = None
    world.start()
    await world.pay()
    reasons = await world.database.read(lambda c: c.execute(sa.select(payout_results.c.reason)).scalars().all())
    assert "Token" in reasons
    assert world.node.received == {MINERS[0]: 100} == await world.sums(Account.PAID)
