"""The end of a service keeps to the time that it was given, whatever the network does."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from engine.life import leaving
from engine.life.ending import Ending
from engine.life.leaving import Leaving
from protocol.engine_control import EngineEvent, Stopped
from protocol.errors import Refused, Unavailable


class Network:
    """Swallows the goodbye, or refuses it."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.refusal = refusal
        self.heard: list[str] = []

    async def leave(self, reason: str) -> None:
        self.heard.append(reason)
        if self.refusal is not None:
            raise self.refusal
        await asyncio.Event().wait()


class Ended:
    """A service at its end."""

    def __init__(self) -> None:
        self.settle_seconds = 0.0

    async def save(self) -> bool:
        return True

    async def settle(self, within_seconds: float) -> int:
        self.settle_seconds = within_seconds
        return 3

    async def close(self) -> None:
        pass


async def ended(network: Network, within_seconds: float) -> tuple[list[EngineEvent], Ended]:
    told, service = list[EngineEvent](), Ended()
    means: Any = (
        network,
        SimpleNamespace(stop_within_seconds=within_seconds),
        SimpleNamespace(enter=lambda phase: None, tell=told.append),
        SimpleNamespace(),
    )
    async with asyncio.timeout(10):
        await Leaving(*means).end(cast(Any, service), Ending.STOPPED)
    return told, service


@pytest.mark.parametrize("within_seconds", [-3.0, 0.0, 0.2])
async def test_a_network_that_swallows_the_goodbye_does_not_keep_the_app_from_hearing_of_the_end(
    within_seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "GOODBYE_LEAST_SECONDS", 0.05)
    network = Network()
    told, _ = await ended(network, within_seconds)
    assert told == [Stopped(saved=True, unacknowledged_receipts=3)]
    assert network.heard == ["stopped"], "it is tried even where no time is left"


@pytest.mark.parametrize("refusal", [Refused("No."), Unavailable("Not now.")])
async def test_a_goodbye_that_is_refused_is_no_trouble(refusal: Exception) -> None:
    told, _ = await ended(Network(refusal), 5.0)
    assert told == [Stopped(saved=True, unacknowledged_receipts=3)]


async def test_settling_leaves_time_for_the_goodbye_and_for_closing() -> None:
    _, service = await ended(Network(Refused("No.")), 10.0)
    assert 1.0 <= service.settle_seconds < 7.0
