"""A whole network on this computer with three cheats among its miners: the validator finds each, and nobody else."""

import asyncio
from pathlib import Path

import pytest

from protocol.public_api import MinerStatus, RunStatus
from subnet.local.network import LocalNetwork
from subnet.local.options import LocalOptions

LIES = ("skip_mlp", "copied_sequence", "stale_weights")
"""In this order, since a first stage has nothing to copy and newcomers go to the first stage first."""
HONEST_AUDITS = 30
DEADLINE_SECONDS = 300.0


def by_hotkey(status: RunStatus) -> dict[str, MinerStatus]:
    return {miner.hotkey: miner for miner in status.miners}


async def until(network: LocalNetwork, condition, what: str) -> RunStatus:
    """Poll the public status until `condition` holds of it."""
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            while True:
                status = await network.run_status()
                if status is not None and condition(status):
                    return status
                await asyncio.sleep(0.3)
    except TimeoutError:
        pytest.fail(f"never came to: {what}")


@pytest.mark.timeout(600)
async def test_each_cheat_is_marked_down_and_no_honest_miner_is(tmp_path: Path) -> None:
    options = LocalOptions(
        folder=tmp_path, preset="local", stages=3, miners_per_stage=1, tokens=12 * 64 * 3000, audit_share=0.08
    )
    network = LocalNetwork(options)
    try:
        await network.start()
        await until(network, lambda status: status.tokens_done > 0, "training with three honest miners")
        liars = {}
        for number, lie in enumerate(LIES, start=len(network.miners)):
            hotkey = network.add_miner(number, lie).record.hotkey
            liars[hotkey] = lie
            await until(network, lambda status, hotkey=hotkey: hotkey in by_hotkey(status), f"{lie} taking part")

        miners = by_hotkey(await until(network, lambda status: len(status.miners) == 6, "six miners"))
        assert [miners[hotkey].stage for hotkey, lie in liars.items() if lie == "copied_sequence"] != [0]

        def found_out(status: RunStatus) -> bool:
            miners = by_hotkey(status)
            honest = sum(miner.audits for hotkey, miner in miners.items() if hotkey not in liars)
            return honest >= HONEST_AUDITS and all(miners[hotkey].marked_down > 0 for hotkey in liars)

        status = await until(network, found_out, f"all of {LIES} found out and {HONEST_AUDITS} honest audits")
    finally:
        await network.stop()
    for hotkey, miner in by_hotkey(status).items():
        told = f"{liars.get(hotkey, 'honest')} in stage {miner.stage}: {miner.marked_down} of {miner.audits}"
        print(told)
        assert bool(miner.marked_down) == (hotkey in liars), told
