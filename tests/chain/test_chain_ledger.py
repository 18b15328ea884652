"""The local chain: money is conserved, nothing happens twice, a kill loses nothing."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.keys import Keypair
from chain.local_chain import LocalChain
from chain.local_ledger import Beat, Genesis, advance
from chain.network import Chain, EmissionsRead, Expired, Included, Pending, pay
from chain.shares import share_emission, split, to_u16
from protocol.errors import LocalError, Refused, SettingsError, StorageError, Unavailable, UserFacingError

ALICE, BOB, VALIDATOR, SECOND = (Keypair.from_uri(uri) for uri in ("//Alice", "//Bob", "//Validator", "//Second"))
POOL = Keypair.from_uri("//Pool")
GENESIS = Genesis(
    block_seconds=1.0,
    tempo_blocks=10,
    emission_rao_per_tempo=1_000,
    transfer_lifetime_blocks=50,
    accounts={ALICE.address: 10_000},
    stakes={VALIDATOR.address: 100, SECOND.address: 300, ALICE.address: 0, BOB.address: 0},
)


class HandClock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def chain(tmp_path: Path, clock: HandClock) -> AsyncIterator[LocalChain]:
    chain = LocalChain(tmp_path / "chain.sqlite", clock, GENESIS)
    yield chain
    await chain.close()


async def test_blocks_follow_the_clock(chain: LocalChain, clock: HandClock) -> None:
    kept: Chain = chain
    assert (await kept.block()).number == 0
    clock.now += 12.5
    block = await kept.block()
    assert (block.number, block.unix_seconds) == (12, 1_000_012.0)
    tempo = await kept.tempo()
    assert (tempo.previous_end_block, tempo.next_end_block) == (10, 20)
    assert tempo.seconds_left == 8.0


async def test_a_clock_set_back_keeps_the_blocks_and_they_go_on(chain: LocalChain, clock: HandClock) -> None:
    clock.now += 100
    assert (await chain.block()).number == 100
    clock.now -= 50_000
    assert (await chain.block()).number == 100
    clock.now += 3
    assert (await chain.block()).number == 103


@given(st.lists(st.floats(-1e9, 1e9), max_size=20), st.floats(0.01, 100))
@settings(max_examples=50, deadline=None)
def test_blocks_never_go_back_whatever_the_clock_does(jumps: list[float], block_seconds: float) -> None:
    beat, now = Beat(0, 0.0), 0.0
    for jump in jumps:
        now += jump
        after = advance(beat, now, block_seconds)
        assert after.block >= beat.block
        assert after.unix_seconds <= now + block_seconds
        beat = after


async def test_emission_goes_by_stake_weighted_weights(chain: LocalChain, clock: HandClock) -> None:
    await chain.set_weights(VALIDATOR, {ALICE.address: 1.0})
    await chain.set_weights(SECOND, {BOB.address: 7.0, ALICE.address: 7.0})
    clock.now += 10
    assert await chain.balance(BOB.address) == 375
    assert await chain.balance(ALICE.address) == 10_000 + 625
    found = await chain.emissions(ALICE.address, 0)
    [emission] = found.emissions
    assert (emission.block, emission.amount_rao, found.through_block) == (10, 625, 10)
    assert await chain.emissions(ALICE.address, 10) == EmissionsRead((), 10)


async def test_emissions_are_read_in_stretches_that_leave_nothing_out(chain: LocalChain, clock: HandClock) -> None:
    await chain.set_weights(VALIDATOR, {ALICE.address: 1.0})
    for _ in range(70):
        clock.now += 10
        await chain.block()
    first = await chain.emissions(ALICE.address, 0)
    rest = await chain.emissions(ALICE.address, first.through_block)
    assert (len(first.emissions), len(rest.emissions)) == (64, 6)
    assert [each.block for each in (*first.emissions, *rest.emissions)] == list(range(10, 710, 10))


async def test_weights_count_for_the_tempo_that_was_running_when_they_were_set(
    chain: LocalChain, clock: HandClock
) -> None:
    await chain.set_weights(VALIDATOR, {ALICE.address: 1.0})
    clock.now += 35
    await chain.set_weights(VALIDATOR, {BOB.address: 1.0})
    assert await chain.balance(BOB.address) == 0
    assert await chain.balance(ALICE.address) == 13_000
    clock.now += 5
    assert await chain.balance(BOB.address) == 1_000


async def test_without_weights_nothing_is_emitted(chain: LocalChain, clock: HandClock) -> None:
    clock.now += 1_000
    assert await chain.issuance() == (10_000, 0)


async def test_the_metagraph_shows_stake_and_weights(chain: LocalChain, clock: HandClock) -> None:
    clock.now += 3
    await chain.set_weights(VALIDATOR, {ALICE.address: 2.0, BOB.address: 1.0})
    metagraph = await chain.metagraph()
    validator = metagraph.neurons[metagraph.uid(VALIDATOR.address) or 0]
    assert (metagraph.netuid, metagraph.block) == (9, 3)
    assert validator.weights == {ALICE.address: 65_535, BOB.address: 32_768}
    assert (validator.stake_rao, validator.weights_block) == (100, 3)
    assert metagraph.uid(POOL.address) is None


async def test_weights_from_or_for_a_stranger_are_refused(chain: LocalChain) -> None:
    with pytest.raises(Refused):
        await chain.set_weights(BOB, {ALICE.address: 1.0})
    with pytest.raises(Refused, match=POOL.address):
        await chain.set_weights(VALIDATOR, {POOL.address: 1.0})
    await chain.register(POOL)
    await chain.register(POOL)
    await chain.set_weights(VALIDATOR, {POOL.address: 1.0})
    assert len((await chain.metagraph()).neurons) == 5


@pytest.mark.parametrize("shares", [{}, {ALICE.address: 0.0}, {ALICE.address: -1.0}, {ALICE.address: float("nan")}])
async def test_weights_that_say_nothing_are_a_settings_error(chain: LocalChain, shares: dict[str, float]) -> None:
    with pytest.raises(SettingsError):
        await chain.set_weights(VALIDATOR, shares)


async def test_a_transfer_submitted_twice_happens_once(chain: LocalChain, clock: HandClock) -> None:
    signed = await chain.sign_transfer(ALICE, BOB.address, 400, "payout 1")
    assert isinstance(await chain.find_transfer(signed), Pending)
    first = await chain.submit_transfer(signed)
    clock.now += 5
    assert await chain.submit_transfer(signed) == first
    assert await chain.find_transfer(signed) == Included(first)
    assert (await chain.balance(ALICE.address), await chain.balance(BOB.address)) == (9_600, 400)
    [transfer] = await chain.transfers(BOB.address, -1)
    assert (transfer.source, transfer.amount_rao, transfer.memo) == (ALICE.address, 400, "payout 1")


async def test_a_payout_signed_again_under_its_memo_happens_once(chain: LocalChain, clock: HandClock) -> None:
    first = await pay(chain, ALICE, BOB.address, 400, "payout 1")
    clock.now += 1
    assert await pay(chain, ALICE, BOB.address, 400, "payout 1") == first
    with pytest.raises(Refused, match="another transfer"):
        await pay(chain, ALICE, BOB.address, 401, "payout 1")
    await pay(chain, ALICE, BOB.address, 400, "payout 2")
    assert await chain.balance(BOB.address) == 800


async def test_a_transfer_survives_its_sender(tmp_path: Path, clock: HandClock, chain: LocalChain) -> None:
    written_down = msgspec.json.encode(await chain.sign_transfer(ALICE, BOB.address, 400, "payout 1"))
    again = LocalChain(tmp_path / "chain.sqlite", clock)
    signed = msgspec.json.decode(written_down, type=type(await chain.sign_transfer(ALICE, BOB.address, 1, "x")))
    await again.submit_transfer(signed)
    assert isinstance(await chain.find_transfer(signed), Included)
    await again.close()


async def test_an_expired_transfer_never_happens(chain: LocalChain, clock: HandClock) -> None:
    signed = await chain.sign_transfer(ALICE, BOB.address, 400, "payout 1")
    clock.now += 51
    assert isinstance(await chain.find_transfer(signed), Expired)
    with pytest.raises(Refused, match="too long ago"):
        await chain.submit_transfer(signed)
    await pay(chain, ALICE, BOB.address, 400, "payout 1")
    assert await chain.balance(BOB.address) == 400


async def test_an_overdraft_is_refused_and_changes_nothing(chain: LocalChain) -> None:
    with pytest.raises(Refused):
        await pay(chain, ALICE, BOB.address, 10_001, "too much")
    assert await chain.balance(ALICE.address) == 10_000
    await pay(chain, ALICE, ALICE.address, 10_000, "to oneself")
    assert await chain.issuance() == (10_000, 0)


async def test_a_forged_transfer_is_refused(chain: LocalChain, tmp_path: Path, clock: HandClock) -> None:
    signed = await chain.sign_transfer(ALICE, BOB.address, 400, "payout 1")
    position = signed.extrinsic.index(b"payout 1") + 7
    forged = signed.extrinsic[:position] + b"2" + signed.extrinsic[position + 1 :]
    with pytest.raises(Refused, match="signature"):
        await chain.submit_transfer(msgspec.structs.replace(signed, extrinsic=forged))
    clock.now += 1
    other = LocalChain(tmp_path / "other.sqlite", clock, GENESIS)
    with pytest.raises(Refused, match="another chain"):
        await other.submit_transfer(signed)
    await other.close()
    with pytest.raises(UserFacingError):
        await chain.submit_transfer(msgspec.structs.replace(signed, extrinsic=b"\xff" * 40))


@pytest.mark.parametrize(("amount", "memo"), [(0, "m"), (-5, "m"), (2**70, "m"), (5, ""), (5, "m" * 300)])
async def test_an_odd_transfer_is_a_settings_error(chain: LocalChain, amount: int, memo: str) -> None:
    with pytest.raises(SettingsError):
        await chain.sign_transfer(ALICE, BOB.address, amount, memo)


async def test_a_file_that_is_no_chain_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no local chain"):
        LocalChain(tmp_path / "missing.sqlite")
    (tmp_path / "torn.sqlite").write_bytes(b"not a database" * 400)
    with pytest.raises(LocalError):
        LocalChain(tmp_path / "torn.sqlite")
    (tmp_path / "empty.sqlite").write_bytes(b"")
    with pytest.raises(LocalError):
        LocalChain(tmp_path / "empty.sqlite")
    with pytest.raises(SettingsError):
        LocalChain(tmp_path / "odd.sqlite", genesis=Genesis(tempo_blocks=0))


async def test_a_closed_chain_is_unavailable(tmp_path: Path) -> None:
    chain = LocalChain(tmp_path / "chain.sqlite", genesis=GENESIS)
    await chain.close()
    with pytest.raises(Unavailable):
        await chain.block()


async def test_a_second_genesis_leaves_the_chain_as_it_is(tmp_path: Path, clock: HandClock, chain: LocalChain) -> None:
    await pay(chain, ALICE, BOB.address, 1, "m")
    again = LocalChain(tmp_path / "chain.sqlite", clock, Genesis(netuid=3))
    assert again.netuid == 9
    assert await again.balance(BOB.address) == 1
    await again.close()


@given(st.integers(0, 10**18), st.dictionaries(st.text(max_size=3), st.integers(0, 2**70), max_size=9))
@settings(max_examples=50, deadline=None)
def test_a_split_loses_nothing(amount: int, parts: dict[str, int]) -> None:
    shares = split(amount, parts)
    assert sum(shares.values()) == (amount if sum(parts.values()) else 0)
    assert all(share >= 0 for share in shares.values())


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1e9), max_size=9))
@settings(max_examples=50, deadline=None)
def test_weights_are_u16_and_the_largest_is_the_limit(shares: dict[str, float]) -> None:
    if max(shares.values(), default=0) <= 0:
        return
    weights = to_u16(shares)
    assert max(weights.values()) == 65_535
    assert min(weights.values()) > 0


def test_a_validator_without_stake_decides_nothing() -> None:
    assert share_emission(100, {"a": 0}, {"a": {"x": 65_535}}) == {}
    assert share_emission(100, {"a": 0, "b": 1}, {"a": {"x": 1}, "b": {"y": 1}}) == {"y": 100}


STEPS = st.one_of(
    st.tuples(st.just("wait"), st.floats(-30, 60)),
    st.tuples(st.just("pay"), st.integers(1, 12_000), st.sampled_from(range(3)), st.sampled_from(range(3))),
    st.tuples(st.just("weigh"), st.lists(st.integers(0, 5), min_size=2, max_size=2)),
)


@given(st.lists(STEPS, max_size=15))
@settings(max_examples=25, deadline=None)
def test_money_is_neither_made_nor_lost(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple]) -> None:  # type: ignore[type-arg]
    asyncio.run(_walk(tmp_path_factory.mktemp("walk") / "chain.sqlite", steps))


async def _walk(path: Path, steps: list[tuple]) -> None:  # type: ignore[type-arg]
    clock, people = HandClock(), (ALICE, BOB, POOL)
    chains = [LocalChain(path, clock, GENESIS), LocalChain(path, clock)]
    for number, step in enumerate(steps):
        chain = chains[number % 2]
        try:
            match step:
                case ("wait", seconds):
                    clock.now += seconds
                case ("pay", amount, source, destination):
                    await pay(chain, people[source], people[destination].address, amount, f"payout {number}")
                case ("weigh", [first, second]):
                    await chain.set_weights(VALIDATOR, {ALICE.address: first, BOB.address: second})
        except (Refused, SettingsError):
            pass
        balances, emitted = await chains[number % 2 - 1].issuance()
        assert balances == 10_000 + emitted
        assert emitted <= 1_000 * ((await chain.block()).number // 10)
    for chain in chains:
        await chain.close()


PAYER = """
import asyncio, sys
from pathlib import Path
from chain.keys import Keypair
from chain.local_chain import LocalChain
from chain.local_ledger import Genesis
from chain.network import pay

async def main(path, name):
    alice, bob = Keypair.from_uri("//Alice"), Keypair.from_uri("//Bob")
    chain = LocalChain(Path(path), genesis=Genesis(accounts={alice.address: 10**15}))
    for number in range(10**6):
        result = await pay(chain, alice, bob.address, 7, f"{name} {number}")
        print(f"{name} {number} {result.hash} {result.block}", flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_processes_killed_while_paying_lose_no_transfer_they_reported(tmp_path: Path) -> None:
    path = tmp_path / "chain.sqlite"
    payers = [
        subprocess.Popen([sys.executable, "-c", PAYER, str(path), name], stdout=subprocess.PIPE, cwd=Path.cwd())
        for name in ("one", "two")
    ]
    reported = []
    for payer in payers:
        assert payer.stdout is not None
        reported += [payer.stdout.readline() for _ in range(15)]
    for payer in payers:
        payer.kill()
        rest, _ = payer.communicate()
        reported += [line for line in rest.splitlines(keepends=True) if line.endswith(b"\n")]
    chain = LocalChain(path)
    kept = {f"{transfer.memo} {transfer.result.hash}" for transfer in await chain.transfers(BOB.address, -1)}
    assert {line.decode().rsplit(" ", 1)[0] for line in reported} <= kept
    assert len(reported) <= len(kept) <= len(reported) + 2
    balances, emitted = await chain.issuance()
    assert balances == 10**15 + emitted
    assert await chain.balance(BOB.address) == 7 * len(kept)
    await chain.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
