"""A cable that is pulled in the middle of a run and plugged in again: a home's line is dead in both directions while
its engine lives on, and nobody is told. Homes are network namespaces, each behind a router of its own."""

import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("homes are network namespaces, which Linux alone has", allow_module_level=True)

from benchmarks.homes.links import HomeLink
from benchmarks.homes.nat import NatKind
from benchmarks.homes.neighbourhood import Neighbourhood, neighbourhood, why_not_here
from subnet.local.network import LocalNetwork
from subnet.local.options import LocalOptions
from tests.end_to_end.watching import (
    check_the_books,
    is_online,
    node_of,
    rows,
    stage_mates,
    takes_minutes,
    trained,
    until,
)

HOME = HomeLink(delay_seconds=0.01, nat=NatKind.HOME)
TOKENS = 12 * 64 * 400


@takes_minutes
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(why_not_here() is not None, reason=why_not_here() or "")
async def test_a_pulled_cable_loses_nothing_and_its_miner_goes_on_once_it_is_plugged_in(tmp_path: Path) -> None:
    with neighbourhood([HOME] * 4) as homes:
        options = LocalOptions(
            folder=tmp_path,
            preset="local",
            stages=2,
            miners_per_stage=2,
            tokens=TOKENS,
            local_steps=20,
            validator=False,
            host=homes.server_address,
            prefixes=tuple(homes.command_prefix(home) for home in range(4)),
        )
        network = LocalNetwork(options)
        try:
            await network.start()
            await trained(network, 0.1)
            await pull_its_cable_and_plug_it_in(network, homes, stage_mates(network)[0][0])
            status = await until(network, lambda now: now.phase == "finished", "the end of the run")
            check_the_books(network, status)
        finally:
            await network.stop()


async def pull_its_cable_and_plug_it_in(network: LocalNetwork, homes: Neighbourhood, number: int) -> None:
    """A first-stage miner is cut off until others have its leases and work on; then it goes on in the same process."""
    miner, node = network.miners[number], node_of(network, number)
    homes.pull_cable(number)
    gone = await until(
        network, lambda now: not is_online(now, node) and not open_leases(network, node), "its leases are gone"
    )
    await trained(network, gone.tokens_done / gone.tokens_total + 0.15)
    starts, steps = miner.record.starts, miner.record.steps
    assert homes.counts()["houses"][1 + number]["cut_off"] > 0
    homes.plug_in(number)
    await until(network, lambda now: is_online(now, node), "it is back")
    await until(network, lambda _now: miner.record.steps > steps + 5, "it trains again")
    assert miner.record.starts == starts and miner.record.exits == []


def open_leases(network: LocalNetwork, node: str) -> int:
    query = f"SELECT count(*) FROM leases WHERE node = '{node}' AND open = 1 AND purpose = 'train'"
    ((count,),) = rows(network, query)
    return int(count)
