"""Waiting for a whole network to come to something, by what it says of itself."""

import asyncio
from collections.abc import Callable

import pytest

from protocol.public_api import RunStatus
from subnet.local.network import LocalNetwork

DEADLINE_SECONDS = 420.0
POLL_SECONDS = 0.3


async def until(network: LocalNetwork, condition: Callable[[RunStatus], bool], what: str) -> RunStatus:
    """Poll the public status until `condition` holds of it."""
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            while True:
                status = await network.run_status()
                if status is not None and condition(status):
                    return status
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        pytest.fail(f"never came to: {what}")
