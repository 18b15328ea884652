"""A miner that is wanted elsewhere sees home what is in flight before it registers again."""

import time
from collections.abc import AsyncIterator
from typing import Any

from engine.devices import choose
from engine.miner import HAND_BACK_SECONDS, Ending, Miner
from protocol.engine_control import StartTraining
from protocol.miner_events import MinerEvent, Reassigned
from protocol.orchestrator_api import Capabilities


class Hotkey:
    address = "5Hotkey"

    async def sign(self, payload: bytes) -> bytes:
        return bytes(64)


class ClientThatMovesIt:
    """An event stream of one event."""

    async def events(self) -> AsyncIterator[MinerEvent]:
        yield Reassigned(reason="This miner adds more in another stage.")


class ServiceInFlight:
    def __init__(self) -> None:
        self.seconds_given: list[float] = []

    async def hand_back(self, until: float) -> None:
        self.seconds_given.append(until - time.monotonic())


async def test_a_miner_that_moves_first_hands_back_what_is_in_flight() -> None:
    start = StartTraining(
        orchestrator_url="http://127.0.0.1:1", state_folder="unused", hotkey=Hotkey.address, device="cpu"
    )
    capabilities = Capabilities(device="cpu", memory_bytes=2**30, flops_per_second=1e9)
    miner = Miner(start, choose("cpu"), Hotkey(), lambda event: None, capabilities)
    service, client, store_carrier = ServiceInFlight(), ClientThatMovesIt(), None
    hear: Any = miner._hear
    assert await hear(service, client, store_carrier) is Ending.REASSIGNED
    assert len(service.seconds_given) == 1
    assert 0 < service.seconds_given[0] <= HAND_BACK_SECONDS
