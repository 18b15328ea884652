"""Computers that leave in order, fall silent without a goodbye, sleep under a closed lid and come back, join half-way:
a whole network on this computer, real processes, no sleeps. Nothing of the run may be lost, little done twice."""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

import pytest

from engine.disk.checkpoint import read_place
from engine.disk.state_folder import StateFolder
from subnet.local.miner import LocalMiner
from subnet.local.network import LocalNetwork
from subnet.local.options import LocalOptions
from tests.end_to_end.watching import check_the_books, is_online, node_of, rows, stage_mates, trained, until

TOKENS = 12 * 64 * 800
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals stand in for lids and cables")


def send(miner: LocalMiner, what: signal.Signals) -> None:
    assert miner.child is not None
    os.kill(miner.child.pid, what)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_run_survives_lids_cables_leavers_and_newcomers(tmp_path: Path) -> None:
    options = LocalOptions(
        folder=tmp_path, preset="local", stages=2, miners_per_stage=2, tokens=TOKENS, local_steps=20, validator=False
    )
    network = LocalNetwork(options)
    try:
        await network.start()
        await trained(network, 0.1)
        crews = stage_mates(network)
        await close_a_lid_and_open_it(network, crews[0][0])
        back = await leave_in_order_and_come_back_next_evening(network, crews[1][0])
        pulled = network.miners[crews[1][1]]
        everybody = [back, *(network.miners[number] for number in range(4) if number != crews[1][0])]
        newcomer = await start_while_silent(network, everybody, len({each.record.hotkey for each in network.miners}))
        for miner in everybody:
            if miner is not pulled:
                send(miner, signal.SIGCONT)
        await until(network, lambda _now: newcomer.record.steps > 5, "the newcomer trains")
        status = await until(network, lambda now: now.phase == "finished", "the end of the run")
        pulled.kill()
        check_the_books(network, status)
    finally:
        for miner in network.miners:
            if miner.child is not None and miner.child.is_running:
                with contextlib.suppress(ProcessLookupError):  # it may have ended in this moment
                    send(miner, signal.SIGCONT)
        await network.stop()


async def close_a_lid_and_open_it(network: LocalNetwork, number: int) -> None:
    """A first-stage miner sleeps until its leases have gone to others; awake again it goes on in the same process."""
    miner, node = network.miners[number], node_of(network, number)
    starts, steps = miner.record.starts, miner.record.steps
    send(miner, signal.SIGSTOP)
    await until(network, lambda now: not is_online(now, node), "the sleeper is gone")
    send(miner, signal.SIGCONT)
    await until(network, lambda now: is_online(now, node), "the sleeper is back")
    await until(network, lambda _now: miner.record.steps > steps + 5, "it trains again")
    assert miner.record.starts == starts
    ((leases,),) = rows(
        network, f"SELECT count(*) FROM leases WHERE node = '{node}' AND open = 1 AND purpose = 'train'"
    )
    assert leases >= 1


async def leave_in_order_and_come_back_next_evening(network: LocalNetwork, number: int) -> LocalMiner:
    """Its last steps are in a merge before it goes; its checkpoint is old when it returns, and it takes the network's
    weights, no older than its stage-mates' last merge but for a few steps."""
    miner, node = network.miners[number], node_of(network, number)
    merges = await asyncio.to_thread(uploads_of, network, node)
    await miner.stop()
    assert miner.record.exits[-1] == 0
    # It may have been asked in the moment in which a merge had just taken all that it had.
    more_merges = await asyncio.to_thread(uploads_of, network, node) > merges
    assert more_merges or steps_without_a_merge(network, node) == 0
    place = read_place(StateFolder(network.miner_folder(number) / "engine").checkpoint_file)
    assert place is not None
    stage = place.stage
    await until(
        network,
        lambda _now: newest_version(network, stage) > place.fragment_versions[0],
        "the network is a merge ahead",
    )
    others = [network.miners[other] for other in range(4) if other != number]
    back = await start_while_silent(network, others, number)
    for miner in others:
        send(miner, signal.SIGCONT)
    await until(network, lambda _now: back.record.steps > 5, "it trains again")
    held = rows(network, f"SELECT version FROM held_fragments WHERE node = '{node}'")
    assert min(version for (version,) in held) > place.fragment_versions[0]
    return back


async def start_while_silent(network: LocalNetwork, others: list[LocalMiner], number: int) -> LocalMiner:
    """Nothing is trained until the one that starts is ready, however slowly it does: so the run can't end before. The
    others are left stopped."""
    for miner in others:
        send(miner, signal.SIGSTOP)
    await until(network, lambda now: not any(miner.online for miner in now.miners), "everybody is silent")
    started = network.add_miner(number)
    await until(network, lambda _now: "waiting_for_peers" in started.record.arrival, f"miner {number} is ready")
    return started


def steps_without_a_merge(network: LocalNetwork, node: str) -> int:
    """Those it took after the newest merge that it took over."""
    query = f"SELECT steps_total - (SELECT min(steps_total) FROM held_fragments WHERE node = '{node}')"
    ((count,),) = rows(network, f"{query} FROM miners WHERE node = '{node}'")
    return int(count)


def uploads_of(network: LocalNetwork, node: str) -> int:
    ((count,),) = rows(network, f"SELECT count(DISTINCT merge_id) FROM merge_uploads WHERE node = '{node}'")
    return int(count)


def newest_version(network: LocalNetwork, stage: int) -> int:
    ((version,),) = rows(network, f"SELECT coalesce(max(version), 0) FROM fragment_states WHERE stage = {stage}")
    return int(version)
