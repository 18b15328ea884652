"""The Bittensor client against a node that serves a real network's metadata."""

import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from chain.bittensor_client import BittensorChain
from chain.keys import Keypair
from chain.network import Chain, EmissionsRead, Expired, Failed, Forgotten, Included, Pending, pay
from protocol.errors import Refused, SettingsError, Unavailable

pytest.importorskip("async_substrate_interface")

ALICE, BOB, VALIDATOR = (Keypair.from_uri(uri) for uri in ("//Alice", "//Bob", "//Validator"))
NETUID = 9


@pytest.fixture
async def chain(node: Any) -> AsyncIterator[BittensorChain]:
    async def sealing(_: float) -> None:
        node.seal()

    client = BittensorChain(NETUID, node.url, version_key=7, timeout_seconds=20, sleep=sealing)
    yield client
    await client.close()


@pytest.fixture
def subnet(node: Any) -> Any:
    for uid, key in enumerate((VALIDATOR, ALICE, BOB)):
        node.put("SubtensorModule", "Keys", [NETUID, uid], key.address)
        node.put("SubtensorModule", "Uids", [NETUID, key.address], uid)
    node.put("SubtensorModule", "TotalHotkeyAlpha", [VALIDATOR.address, NETUID], 5_000_000_000)
    node.put("SubtensorModule", "Weights", [NETUID, 0], [(1, 65_535), (2, 100)])
    node.put("SubtensorModule", "LastUpdate", [NETUID], [3, 0, 0])
    node.put("SubtensorModule", "Tempo", [NETUID], 9)
    node.put("SubtensorModule", "CommitRevealWeightsEnabled", [NETUID], False)
    node.put_balance(ALICE.address, 10_000)
    node.put("SubtensorModule", "Owner", [ALICE.address], ALICE.address)
    node.put("SubtensorModule", "TransferToggle", [NETUID], True)
    node.alpha[ALICE.address, ALICE.address] = 10_000
    node.seal()
    return node


async def test_blocks_tempo_and_balance_are_read(chain: BittensorChain, subnet: Any) -> None:
    subnet.seal(11)
    client: Chain = chain
    block = await client.block()
    assert (block.number, block.unix_seconds) == (12, 1_700_000_144.0)
    tempo = await client.tempo()
    assert (tempo.blocks, tempo.block_seconds) == (10, 12.0)
    assert (tempo.previous_end_block, tempo.next_end_block) == (10, 20)
    assert tempo.seconds_left == 8 * 12.0
    assert await client.balance(ALICE.address) == 10_000
    assert await client.balance(BOB.address) == 0
    with pytest.raises(SettingsError):
        await client.balance("5abc")


async def test_the_metagraph_is_read(chain: BittensorChain, subnet: Any) -> None:
    metagraph = await chain.metagraph()
    assert [neuron.hotkey for neuron in metagraph.neurons] == [VALIDATOR.address, ALICE.address, BOB.address]
    validator = metagraph.neurons[0]
    assert (validator.stake_rao, validator.weights_block) == (5_000_000_000, 3)
    assert validator.weights == {ALICE.address: 65_535, BOB.address: 100}
    assert metagraph.neurons[1].weights == {}
    assert metagraph.uid(BOB.address) == 2


async def test_one_hotkeys_number_and_the_pools_price_are_read(chain: BittensorChain, subnet: Any) -> None:
    assert await chain.uid(BOB.address) == 2
    assert await chain.uid(Keypair.from_uri("//Stranger").address) is None
    assert await chain.alpha_price() is None
    subnet.put("SubtensorModule", "SubnetTAO", [NETUID], 3_000_000_000)
    subnet.put("SubtensorModule", "SubnetAlphaIn", [NETUID], 120_000_000_000)
    subnet.seal()
    assert await chain.alpha_price() == pytest.approx(0.025)


async def test_weights_are_signed_sent_and_included(chain: BittensorChain, subnet: Any) -> None:
    result = await chain.set_weights(VALIDATOR, {BOB.address: 1.0, ALICE.address: 4.0})
    [(call, arguments)] = subnet.calls
    assert call == "SubtensorModule.set_weights"
    assert arguments == {"netuid": NETUID, "dests": [1, 2], "weights": [65_535, 16_384], "version_key": 7}
    assert result.block == 2
    assert result.hash.startswith("0x")


async def test_weights_the_chain_would_not_take_are_refused_before_signing(chain: BittensorChain, subnet: Any) -> None:
    with pytest.raises(Refused, match="not registered"):
        await chain.set_weights(VALIDATOR, {Keypair.from_uri("//Stranger").address: 1.0})
    subnet.put("SubtensorModule", "CommitRevealWeightsEnabled", [NETUID], True)
    subnet.seal()
    with pytest.raises(Refused, match="hidden"):
        await chain.set_weights(VALIDATOR, {BOB.address: 1.0})
    assert subnet.calls == []


async def test_a_transfer_is_signed_sent_and_found(chain: BittensorChain, subnet: Any) -> None:
    signed = await chain.sign_transfer(ALICE, BOB.address, 4_000, "payout 1")
    assert isinstance(await chain.find_transfer(signed), Pending)
    result = await chain.submit_transfer(signed)
    [(call, arguments)] = subnet.calls
    assert call == "SubtensorModule.transfer_stake", "what came as alpha is paid as alpha"
    assert (arguments["destination_coldkey"], arguments["hotkey"]) == (BOB.address, ALICE.address)
    assert (arguments["origin_netuid"], arguments["destination_netuid"]) == (NETUID, NETUID)
    assert arguments["alpha_amount"] == 4_000
    assert (result.hash, result.block) == (signed.hash, 2)
    assert await chain.find_transfer(signed) == Included(result)
    assert subnet.alpha == {(ALICE.address, ALICE.address): 6_000, (ALICE.address, BOB.address): 4_000}
    assert result.index is not None
    assert subnet.blocks[result.block][0][result.index] == "0x" + signed.extrinsic.hex()


async def test_a_transfer_submitted_again_after_a_restart_happens_once(chain: BittensorChain, subnet: Any) -> None:
    signed = await chain.sign_transfer(ALICE, BOB.address, 4_000, "payout 1")
    written_down = msgspec.json.encode(signed)
    first = await chain.submit_transfer(signed)
    again = BittensorChain(NETUID, subnet.url)
    assert await again.submit_transfer(msgspec.json.decode(written_down, type=type(signed))) == first
    await again.close()
    await pay(chain, ALICE, BOB.address, 1_000, "payout 2")
    assert subnet.alpha[ALICE.address, BOB.address] == 5_000


async def test_a_line_that_breaks_while_submitting_costs_nothing(chain: BittensorChain, subnet: Any) -> None:
    signed = await chain.sign_transfer(ALICE, BOB.address, 4_000, "payout 1")
    subnet.answers_submissions = False
    await chain.submit_transfer(signed)
    assert subnet.alpha[ALICE.address, BOB.address] == 4_000
    assert len(subnet.calls) == 1


async def test_only_final_blocks_count(chain: BittensorChain, subnet: Any) -> None:
    signed = await chain.sign_transfer(ALICE, BOB.address, 4_000, "payout 1")
    subnet.finalised_lag = 3
    result = await chain.submit_transfer(signed)
    assert len(subnet.blocks) - 1 - result.block == 3


async def test_a_transfer_that_was_never_sent_expires(chain: BittensorChain, subnet: Any) -> None:
    signed = await chain.sign_transfer(ALICE, BOB.address, 4_000, "payout 1")
    subnet.seal(64)
    assert signed.valid_until_block < len(subnet.blocks)
    assert isinstance(await chain.find_transfer(signed), Expired)
    with pytest.raises(Refused, match="while it was valid"):
        await chain.submit_transfer(signed)


async def test_a_transfer_in_a_block_whose_events_are_gone_is_forgotten(chain: BittensorChain, subnet: Any) -> None:
    signed = await chain.sign_transfer(ALICE, BOB.address, 4_000, "payout 1")
    result = await chain.submit_transfer(signed)
    subnet.seal(100)
    # A client remembers what it once read; the next one is that of a process after a restart.
    for state_from in (90, 0):
        subnet.state_from = state_from
        again = BittensorChain(NETUID, subnet.url)
        if state_from:
            with pytest.raises(Forgotten):
                await again.find_transfer(signed)
        else:
            assert await again.find_transfer(signed) == Included(result), "an archive can tell"
        await again.close()


async def test_a_transfer_whose_blocks_are_gone_is_forgotten_and_never_taken_to_have_expired(
    chain: BittensorChain, subnet: Any
) -> None:
    signed = await chain.sign_transfer(ALICE, BOB.address, 4_000, "payout 1")
    await chain.submit_transfer(signed)
    subnet.seal(20)
    subnet.state_from = subnet.bodies_from = 20
    assert isinstance(await chain.find_transfer(signed), Pending), "it may still get in, as far as this node knows"
    subnet.seal(60)
    with pytest.raises(Forgotten):
        await chain.find_transfer(signed)


async def test_an_overdraft_fails_on_chain_with_its_reason(chain: BittensorChain, subnet: Any) -> None:
    signed = await chain.sign_transfer(ALICE, BOB.address, 40_000, "too much")
    with pytest.raises(Refused, match="NotEnoughStakeToWithdraw"):
        await chain.submit_transfer(signed)
    assert isinstance(await chain.find_transfer(signed), Failed)
    assert subnet.alpha == {(ALICE.address, ALICE.address): 10_000}


async def test_what_could_not_be_paid_out_is_refused_before_signing(chain: BittensorChain, subnet: Any) -> None:
    subnet.put("SubtensorModule", "TransferToggle", [NETUID], False)
    subnet.seal()
    with pytest.raises(Refused, match="nobody move stake"):
        await chain.sign_transfer(ALICE, BOB.address, 4_000, "payout 1")
    subnet.put("SubtensorModule", "Owner", [ALICE.address], VALIDATOR.address)
    subnet.seal()
    with pytest.raises(Refused, match="belongs to another coldkey"):
        await chain.sign_transfer(ALICE, BOB.address, 4_000, "payout 1")


async def test_emissions_are_read_at_each_tempo_end(chain: BittensorChain, subnet: Any) -> None:
    subnet.seal(9)
    subnet.put("SubtensorModule", "Emission", [NETUID], [0, 70, 30])
    subnet.seal(10)
    subnet.put("SubtensorModule", "Emission", [NETUID], [0, 60, 40])
    subnet.seal(10)
    found = await chain.emissions(ALICE.address, 0)
    assert [(emission.block, emission.amount_rao) for emission in found.emissions] == [(20, 70), (30, 60)]
    assert found.through_block == 30
    assert await chain.emissions(ALICE.address, 30) == EmissionsRead((), 30)


async def test_an_error_of_the_node_is_never_read_as_nothing(chain: BittensorChain, subnet: Any) -> None:
    subnet.put("SubtensorModule", "Emission", [NETUID], [0, 70, 30])
    subnet.seal(20)
    await chain.block()
    subnet.is_busy = True
    for question in (chain.emissions(ALICE.address, 0), chain.balance(ALICE.address), chain.uid(ALICE.address)):
        with pytest.raises(Unavailable, match="Rate limit exceeded"):
            await question
    subnet.is_busy = False
    assert [emission.amount_rao for emission in (await chain.emissions(ALICE.address, 0)).emissions] == [70, 70]


async def test_a_long_history_of_emissions_is_read_in_stretches(chain: BittensorChain, subnet: Any) -> None:
    subnet.put("SubtensorModule", "Emission", [NETUID], [0, 70, 30])
    subnet.put("SubtensorModule", "Tempo", [NETUID], 1)
    subnet.seal(150)
    first = await chain.emissions(ALICE.address, 15)
    assert [emission.block for emission in first.emissions] == list(range(16, 144, 2))
    assert first.through_block == 142
    second = await chain.emissions(ALICE.address, first.through_block)
    assert [emission.block for emission in second.emissions] == [144, 146, 148, 150]
    unregistered = await chain.emissions(Keypair.from_uri("//Stranger").address, 0)
    assert unregistered == EmissionsRead((), 128), "read all the same, or nobody would ever come past it"


async def test_a_node_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        chain = BittensorChain(NETUID, f"ws://127.0.0.1:{unused.getsockname()[1]}")
        for _ in range(2):
            with pytest.raises(Unavailable, match="reached"):
                await chain.block()
        await chain.close()


async def test_a_chain_of_another_make_is_refused(chain: BittensorChain, node: Any) -> None:
    node.raw_metadata = b"meta\x0e" + bytes(40)
    with pytest.raises((Refused, Unavailable)):
        await chain.balance(ALICE.address)


def test_the_heavy_library_is_not_loaded_before_it_is_needed() -> None:
    program = (
        "import sys, chain.bittensor_client, chain.local_chain, chain.key_store\n"
        "chain.bittensor_client.BittensorChain(9)\n"
        "heavy = {'async_substrate_interface', 'scalecodec', 'keyring', 'torch'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
