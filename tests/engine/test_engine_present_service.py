"""Who may come in: while a service is there its table's neighbours, and before the first one nobody."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from engine.life import present_service
from engine.life.present_service import PresentService
from engine.pipeline.peers import Peers
from engine.serving.service import Service
from protocol.keys import NodeKey
from protocol.miner_events import PeerEntry
from protocol.packets import Busy
from protocol.runs import CodecSpec, RunSpec
from swarm.borders import most_plain_bytes
from tests.engine.small_swarm import small_run

OWN, NEIGHBOUR, STRANGER = (NodeKey(bytes([number]) * 32).node_id for number in (1, 2, 3))


@dataclass
class FakeStage:
    peers: Peers = field(default_factory=lambda: Peers(OWN))


@dataclass
class FakeService:
    """The part of a service that its carriers meet."""

    run: RunSpec = field(default_factory=lambda: small_run(2, CodecSpec("int8", 8), 4))
    stage: FakeStage = field(default_factory=FakeStage)


def begun(present: PresentService) -> FakeService:
    fake = FakeService()
    present.begin(cast(Service, cast(Any, fake)))
    return fake


def name(service: FakeService, node: str) -> None:
    service.stage.peers.set_table((PeerEntry(node=node, addresses=("a",), rate=0.0),), ())


async def test_before_the_first_service_nobody_is_expected_and_no_packet_has_room() -> None:
    """An opening may take hours."""
    present = PresentService()
    assert not await present.is_expected(STRANGER)
    assert present.most_payload_bytes() == 0
    assert isinstance(await present.receive(b"anything", STRANGER), Busy)


async def test_a_newcomer_is_waited_for_until_the_table_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    present = PresentService()
    service = begun(present)
    assert present.most_payload_bytes() == most_plain_bytes(service.run)
    asking = asyncio.create_task(present.is_expected(NEIGHBOUR))
    await asyncio.sleep(0)
    name(service, NEIGHBOUR)
    assert await asking
    monkeypatch.setattr(present_service, "NEWCOMER_SECONDS", 0.01)
    assert not await present.is_expected(STRANGER)


async def test_between_two_services_the_last_ones_neighbours_hear_that_there_is_no_room() -> None:
    present = PresentService()
    service = begun(present)
    name(service, NEIGHBOUR)
    present.end()
    assert await present.is_expected(NEIGHBOUR) and not await present.is_expected(STRANGER)
    assert isinstance(await present.receive(b"anything", NEIGHBOUR), Busy)
    assert present.most_payload_bytes() == most_plain_bytes(service.run), "else its packets would seem malformed"


async def test_the_next_service_does_not_know_the_last_ones_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(present_service, "NEWCOMER_SECONDS", 0.01)
    present = PresentService()
    name(begun(present), NEIGHBOUR)
    present.end()
    begun(present)
    assert not await present.is_expected(NEIGHBOUR)
