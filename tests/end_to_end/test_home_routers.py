"""Miners whom nobody can dial: behind routers they meet by the orchestrator's rendezvous, and without any address of
theirs told they train through the object store alone."""

import dataclasses
import json
import socket
import sqlite3
import sys
from pathlib import Path
from typing import TypedDict, Unpack

import pytest

if sys.platform != "linux":
    pytest.skip("homes are network namespaces, which Linux alone has", allow_module_level=True)

from benchmarks.homes.links import HomeLink
from benchmarks.homes.nat import NatKind
from benchmarks.homes.neighbourhood import neighbourhood, why_not_here
from subnet.local.network import LocalNetwork
from subnet.local.options import LocalOptions
from tests.end_to_end.watching import node_of, rows, takes_minutes, trained, until

BEHIND_ROUTER = HomeLink(delay_seconds=0.01, nat=NatKind.HOME)
BEHIND_SYMMETRIC_ROUTER = HomeLink(delay_seconds=0.01, nat=NatKind.SYMMETRIC)
FALLBACK_SECONDS = 15.0
"""Until the first packet lies in the store: five of them go to dialling, the rest is for loading the shard."""


class Place(TypedDict, total=False):
    host: str
    prefixes: tuple[tuple[str, ...], ...]


def two_miners(folder: Path, carriers: tuple[str, ...], **more: Unpack[Place]) -> LocalOptions:
    """Two stages of one miner each, 20 steps on a small text."""
    text = folder / "text.txt"
    text.write_text("Two households, both alike in dignity. " * 300)
    return LocalOptions(
        folder=folder / "network",
        data=text,
        carriers=carriers,
        stages=2,
        sequences=4,
        tokens=4 * 64 * 40,
        microbatches_per_step=2,
        in_flight=4,
        evaluate_every=0,
        audit_share=0.0,
        validator=False,
        **more,
    )


async def finish(options: LocalOptions) -> LocalNetwork:
    network = LocalNetwork(options)
    try:
        await network.start()
        await until(network, lambda status: status.phase == "finished", "the end of the run")
    finally:
        await network.stop()
    return network


@pytest.mark.slow
@pytest.mark.skipif(why_not_here() is not None, reason=why_not_here() or "")
async def test_two_miners_behind_routers_train_with_no_way_but_a_direct_one(tmp_path: Path) -> None:
    with neighbourhood([BEHIND_ROUTER, BEHIND_ROUTER]) as homes:
        prefixes = tuple(homes.command_prefix(home) for home in range(2))
        await finish(two_miners(tmp_path, ("iroh",), host=homes.server_address, prefixes=prefixes))
        _, first, second = homes.counts()["houses"]
    assert min(first["sent_bytes"], second["sent_bytes"]) > 40 * 4 * 64 * 64, "fewer bytes than the packets have"


@pytest.mark.slow
async def test_a_whole_run_goes_through_the_store_and_tells_nobody_an_address(tmp_path: Path) -> None:
    network = await finish(two_miners(tmp_path, ("store",)))
    with sqlite3.connect(network.orchestrator_folder / "orchestrator.sqlite") as database:
        told = database.execute("SELECT addresses_json FROM miners").fetchall()
    assert told == [(b"[]",), (b"[]",)]


@pytest.mark.slow
async def test_a_whole_run_over_ipv6_alone(tmp_path: Path) -> None:
    """Orchestrator, rendezvous and miners at ::1, and no way between miners but a direct one."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError as error:
        pytest.skip(f"This computer has no IPv6: {error}.")
    network = await finish(two_miners(tmp_path, ("iroh",), host="::1"))
    assert network.url.startswith("http://[::1]:")
    told = [json.loads(addresses) for (addresses,) in rows(network, "SELECT addresses_json FROM miners")]
    assert len(told) == 2 and all(address.startswith("[::1]:") for (address,) in told)


@takes_minutes
@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.skipif(why_not_here() is not None, reason=why_not_here() or "")
async def test_between_symmetric_routers_the_store_steps_in_while_who_stands_open_is_reached_directly(
    tmp_path: Path,
) -> None:
    """Two whom no introduction brings together, and after a while a third whom both can dial."""
    with neighbourhood([BEHIND_SYMMETRIC_ROUTER, BEHIND_SYMMETRIC_ROUTER, HomeLink(delay_seconds=0.01)]) as homes:
        prefixes = tuple(homes.command_prefix(home) for home in range(3))
        options = two_miners(tmp_path, ("iroh", "store"), host=homes.server_address, prefixes=prefixes)
        network = LocalNetwork(dataclasses.replace(options, tokens=4 * 64 * 240))
        try:
            await network.start()
            await trained(network, 0.1)
            newcomer = network.add_miner(2)
            await until(network, lambda now: now.phase == "finished", "the end of the run")
        finally:
            await network.stop()
    assert newcomer.record.steps > 0
    symmetric, open_one = {node_of(network, 0), node_of(network, 1)}, node_of(network, 2)
    assert fallback_seconds(network) < FALLBACK_SECONDS
    assert parked_between(network) == {frozenset(symmetric)}, f"not only these two: {open_one[:8]}"


def fallback_seconds(network: LocalNetwork) -> float:
    """From when the first two miners were both registered, and began to load, to the first packet in the store."""
    registered = sorted(since_ms for (since_ms,) in rows(network, "SELECT since_unix_ms FROM stage_stays"))
    ((parked_ms,),) = rows(network, "SELECT min(created_unix_ms) FROM parked")
    return (int(parked_ms) - int(registered[1])) / 1000


def parked_between(network: LocalNetwork) -> set[frozenset[str]]:
    """Pairs of miners of whom one has left something in the store for the other."""
    return {frozenset(pair) for pair in rows(network, "SELECT DISTINCT sender, receiver FROM parked")}
