"""A whole network on this computer with three cheats among its miners: the validator finds each, and nobody else."""

from pathlib import Path

import pytest

from protocol.public_api import MinerStatus, RunStatus
from subnet.local.network import LocalNetwork
from subnet.local.options import LocalOptions
from tests.end_to_end.watching import until

LIES = ("skip_mlp", "copied_sequence", "stale_weights")
COPIES = "copied_sequence"
"""A first stage has nothing to copy: there it is as honest as the others."""
HONEST_AUDITS = 30
MOST_CHEATS = 7


def by_hotkey(status: RunStatus) -> dict[str, MinerStatus]:
    return {miner.hotkey: miner for miner in status.miners}


class Cheats:
    """Those that were sent into the network, by hotkey, with their lie. The network moves miners between stages, so a
    copying one may come to where it lies, or go from there, at any time."""

    def __init__(self, network: LocalNetwork) -> None:
        self._network = network
        self.lies: dict[str, str] = {}

    async def send(self, lie: str) -> None:
        assert len(self.lies) < MOST_CHEATS, "no copying cheat stays at a stage where it lies"
        hotkey = self._network.add_miner(len(self._network.miners), lie).record.hotkey
        self.lies[hotkey] = lie
        await until(self._network, lambda status: hotkey in by_hotkey(status), f"{lie} takes part")

    def found_out(self, status: RunStatus) -> set[str]:
        return {self.lies[miner.hotkey] for miner in status.miners if miner.marked_down and miner.hotkey in self.lies}

    def all_found_out(self, status: RunStatus) -> bool:
        honest = sum(miner.audits for miner in status.miners if miner.hotkey not in self.lies)
        return honest >= HONEST_AUDITS and self.found_out(status) == set(LIES)

    def nobody_copies(self, status: RunStatus) -> bool:
        copying = [miner for miner in status.miners if self.lies.get(miner.hotkey) == COPIES]
        return COPIES not in self.found_out(status) and all(miner.stage == 0 for miner in copying)


@pytest.mark.timeout(600)
async def test_each_cheat_is_marked_down_and_no_honest_miner_is(tmp_path: Path) -> None:
    options = LocalOptions(
        folder=tmp_path, preset="local", stages=3, miners_per_stage=1, tokens=12 * 64 * 3000, audit_share=0.08
    )
    network = LocalNetwork(options)
    cheats = Cheats(network)
    try:
        await network.start()
        status = await until(network, lambda status: status.tokens_done > 0, "training with three honest miners")
        for each in LIES:
            await cheats.send(each)
        while not cheats.all_found_out(status):
            if cheats.nobody_copies(status):
                await cheats.send(COPIES)
            status = await until(
                network,
                lambda status: cheats.all_found_out(status) or cheats.nobody_copies(status),
                f"all of {LIES} found out and {HONEST_AUDITS} honest audits",
            )
    finally:
        await network.stop()
    for hotkey, miner in by_hotkey(status).items():
        lie = cheats.lies.get(hotkey)
        told = f"{lie or 'honest'} in stage {miner.stage}: {miner.marked_down} of {miner.audits}"
        print(told)
        if lie != COPIES:  # one of which was found, while others may have stood where they can't lie
            assert bool(miner.marked_down) == (lie is not None), told
