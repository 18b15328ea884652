"""Watching a whole network: waiting for it to come to something, by what it says of itself, and reading its books."""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from engine.disk.state_folder import StateFolder, load_node_key
from protocol.public_api import RunStatus
from subnet.local.network import LocalNetwork
from subnet.local.report import build_report, read_books

takes_minutes = pytest.mark.skipif(
    "TRAIN_AT_HOME_LONG_TESTS" not in os.environ, reason="takes minutes: set TRAIN_AT_HOME_LONG_TESTS=1 to run it"
)
DEADLINE_SECONDS = 420.0
POLL_SECONDS = 0.3


async def until(network: LocalNetwork, condition: Callable[[RunStatus], bool], what: str) -> RunStatus:
    """Poll the public status until `condition` holds of it; what was seen last is in the failure's message."""
    status: RunStatus | None = None
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            while True:
                status = await network.run_status()
                if status is not None and condition(status):
                    return status
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        pytest.fail(f"never came to: {what}\n{described(status)}\n{records(network)}")


async def trained(network: LocalNetwork, share: float) -> RunStatus:
    return await until(network, lambda now: now.tokens_done >= share * now.tokens_total, f"{share:.0%} trained")


def stage_mates(network: LocalNetwork) -> dict[int, list[int]]:
    """Numbers of miners by stage."""
    found: dict[int, list[int]] = {}
    for number, miner in enumerate(network.miners):
        if miner.record.stage is not None:
            found.setdefault(miner.record.stage, []).append(number)
    return found


def described(status: RunStatus | None) -> str:
    if status is None:
        return "The orchestrator did not answer last."
    head = f"{status.phase}, {status.tokens_done} of {status.tokens_total} tokens, {status.tokens_per_second:.0f}/s"
    miners = [
        f"  {miner.node[:8]} stage {miner.stage} {'online' if miner.online else 'away'} {miner.phase}"
        for miner in status.miners
    ]
    return "\n".join([head, *miners])


def records(network: LocalNetwork) -> str:
    return "\n".join(f"  {miner.record}" for miner in network.miners)


def rows(network: LocalNetwork, query: str) -> list[tuple[Any, ...]]:
    """What stands in the orchestrator's books."""
    database = network.orchestrator_folder / "orchestrator.sqlite"
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def node_of(network: LocalNetwork, number: int) -> str:
    return load_node_key(StateFolder(network.miner_folder(number) / "engine")).node_id


def is_online(status: RunStatus, node: str) -> bool:
    return any(miner.node == node and miner.online for miner in status.miners)


def check_the_books(network: LocalNetwork, status: RunStatus) -> None:
    assert network.run is not None
    books = read_books(network.orchestrator_folder / "orchestrator.sqlite", network.run.run_id)
    report = build_report(network.run, "local", status, books, [miner.record for miner in network.miners], 1.0)
    assert report.not_trained == ()
    assert report.trained_twice_share < 0.03
    assert report.held_out_before is not None and report.held_out_after is not None
    assert report.held_out_after < report.held_out_before - 1.5
