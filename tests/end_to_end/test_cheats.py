"""A whole network on this computer with three cheats among its miners: the validator finds each, and nobody else."""

from pathlib import Path

import pytest

from protocol.public_api import MinerStatus, RunStatus
from subnet.local.network import LocalNetwork
from subnet.local.options import LocalOptions
from tests.end_to_end.watching import until

LIES = ("skip_mlp", "copied_sequence", "stale_weights")
HONEST_AUDITS = 30


def by_hotkey(status: RunStatus) -> dict[str, MinerStatus]:
    return {miner.hotkey: miner for miner in status.miners}


@pytest.mark.timeout(600)
async def test_each_cheat_is_marked_down_and_no_honest_miner_is(tmp_path: Path) -> None:
    options = LocalOptions(
        folder=tmp_path, preset="local", stages=3, miners_per_stage=1, tokens=12 * 64 * 3000, audit_share=0.08
    )
    network = LocalNetwork(options)
    try:
        await network.start()
        await until(network, lambda status: status.tokens_done > 0, "training with three honest miners")
        liars, harmless = {}, set()
        while wanted := [lie for lie in LIES if lie not in liars.values()]:
            assert len(harmless) < 4, "nobody with that lie came to a stage where it lies"
            hotkey = network.add_miner(len(network.miners), wanted[0]).record.hotkey
            status = await until(network, lambda status, hotkey=hotkey: hotkey in by_hotkey(status), "its taking part")
            if wanted[0] == "copied_sequence" and by_hotkey(status)[hotkey].stage == 0:
                harmless.add(hotkey)  # a first stage has nothing to copy
            else:
                liars[hotkey] = wanted[0]

        def found_out(status: RunStatus) -> bool:
            miners = by_hotkey(status)
            honest = sum(miner.audits for hotkey, miner in miners.items() if hotkey not in liars)
            return honest >= HONEST_AUDITS and all(miners[hotkey].marked_down > 0 for hotkey in liars)

        status = await until(network, found_out, f"all of {LIES} found out and {HONEST_AUDITS} honest audits")
    finally:
        await network.stop()
    for hotkey, miner in by_hotkey(status).items():
        if hotkey in harmless and miner.stage != 0:
            continue  # the network moved it to a stage where it lies after all, and may have caught it or not yet
        told = f"{liars.get(hotkey, 'honest')} in stage {miner.stage}: {miner.marked_down} of {miner.audits}"
        print(told)
        assert bool(miner.marked_down) == (hotkey in liars), told
