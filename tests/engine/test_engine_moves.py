"""A miner that is wanted elsewhere sees home what is in flight before it registers again."""

import time
from collections.abc import AsyncIterator
from typing import Any, cast

from engine.life.ending import Ending
from engine.life.hearing import HAND_BACK_SECONDS, Hearing
from engine.life.telling import Telling
from engine.life.wishes import Wishes
from protocol.engine_control import StartTraining
from protocol.miner_events import MinerEvent, Reassigned


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
    start = StartTraining(orchestrator_url="http://127.0.0.1:1", state_folder="unused", hotkey="5Hotkey", device="cpu")
    telling = Telling(lambda event: None, Wishes(start))
    service: Any = ServiceInFlight()
    client, store_carrier = cast(Any, ClientThatMovesIt()), cast(Any, None)
    assert await Hearing(client, store_carrier, None, telling).hear(service) is Ending.REASSIGNED
    assert len(service.seconds_given) == 1
    assert 0 < service.seconds_given[0] <= HAND_BACK_SECONDS
