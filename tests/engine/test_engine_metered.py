"""A person's cap slows what comes in, and never makes peers take this miner for dead."""

import asyncio
import heapq
import itertools
from pathlib import Path

import pytest

from engine.carriers import metered
from engine.carriers.iroh_carrier import REPLY_SECONDS
from engine.carriers.memory import MemoryCarrier, MemoryNetwork
from engine.carriers.metered import ANSWER_SECONDS, HAND_IN_TRIES, Metered
from engine.network.traffic import PACKET_OVERHEAD, Traffic
from protocol.hashes import hash_parts
from protocol.keys import NodeId, NodeKey
from protocol.miner_events import PeerEntry
from protocol.packets import (
    Accepted,
    Busy,
    PacketHeader,
    PacketKind,
    PacketReply,
    Section,
    Standing,
    decode_packet,
    encode_packet,
)
from protocol.receipts import StepId

ALICE, BOB = NodeKey(bytes([1]) * 32), NodeKey(bytes([2]) * 32)
TO_BOB = PeerEntry(node=BOB.node_id, addresses=("memory",), rate=0.0)
PACKET_SECONDS = 5.0
"""What a packet of these tests takes at the cap."""


class Hours:
    """A clock that stands until it is moved: whoever sleeps wakes in order and at the right time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._yield = asyncio.sleep
        monkeypatch.setattr(asyncio, "sleep", self.sleep)

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._numbers), woken))
        await woken

    async def reach(self, until: float) -> None:
        await self._settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            self.now, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
            await self._settle()
        self.now = until

    async def _settle(self) -> None:
        for _ in range(50):
            await self._yield(0)


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> Hours:
    return Hours(monkeypatch)


def packet(kind: PacketKind, microbatch: int, size_bytes: int = 5000) -> bytes:
    payload = b"" if kind is PacketKind.QUESTION else bytes(size_bytes)
    header = PacketHeader(
        kind=kind,
        run_id="run",
        microbatch=microbatch,
        lease_id=1,
        sender=ALICE.node_id,
        receiver=BOB.node_id,
        from_stage=0,
        to_stage=1,
        step=StepId(1, 0),
        codec_id="raw32",
        codec_bits=32,
        sections=(Section("codes", "u8", (len(payload),)),) if payload else (),
        payload_hash=hash_parts((payload,)),
    )
    return encode_packet(ALICE, header, payload)


SIZE_BYTES = len(packet(PacketKind.FORWARD, 0))


class Line:
    """Alice sends to Bob, who has capped what comes in, or Alice what goes out."""

    def __init__(self, hours: Hours, folder: Path, up: float | None = None, down: float | None = None) -> None:
        rate = SIZE_BYTES * PACKET_OVERHEAD / PACKET_SECONDS
        network = MemoryNetwork()
        self._hours = hours
        self._limits = [
            Traffic(folder / "a", up and up * rate, clock=lambda: hours.now),
            Traffic(folder / "b", None, down and down * rate, clock=lambda: hours.now),
        ]
        self._ends = [
            Metered(MemoryCarrier(network, key.node_id), limits)
            for key, limits in zip((ALICE, BOB), self._limits, strict=True)
        ]
        self.replies: dict[int, tuple[PacketReply, float]] = {}
        self.handed_in: list[tuple[int, float]] = []
        self.answers: list[PacketReply] = []
        """What Bob's stage says next; Accepted once there is nothing more."""

    async def open(self) -> None:
        for end in self._ends:
            await end.open(self._inbox)

    async def _inbox(self, data: bytes, sender: NodeId | None) -> PacketReply:
        header = decode_packet(data).header
        if header.kind is PacketKind.QUESTION:
            return Standing()
        self.handed_in.append((header.microbatch, round(self._hours.now, 1)))
        return self.answers.pop(0) if self.answers else Accepted()

    async def send(self, kind: PacketKind, microbatch: int) -> None:
        reply = await self._ends[0].send(TO_BOB, packet(kind, microbatch))
        self.replies[microbatch] = (reply, self._hours.now)

    async def close(self) -> None:
        for end in self._ends:
            await end.close()
        for limits in self._limits:
            await limits.close()


async def test_what_comes_faster_than_the_cap_is_answered_in_time_and_handed_on_at_the_cap(
    hours: Hours, tmp_path: Path
) -> None:
    line = Line(hours, tmp_path, down=1.0)
    await line.open()
    sends = [asyncio.create_task(line.send(PacketKind.FORWARD, number)) for number in range(5)]
    await hours.reach(ANSWER_SECONDS)
    assert [line.replies[number][0] for number in range(5)] == [Accepted()] * 5
    assert ANSWER_SECONDS < REPLY_SECONDS / 2, "else a sender takes this miner for dead"
    await hours.reach(100.0)
    assert line.handed_in == [(number, PACKET_SECONDS * number) for number in range(5)]
    await asyncio.gather(*sends)
    await line.close()


async def test_a_short_wait_is_waited_before_the_answer(hours: Hours, tmp_path: Path) -> None:
    line = Line(hours, tmp_path, down=4.0)
    await line.open()
    sends = [asyncio.create_task(line.send(PacketKind.FORWARD, number)) for number in range(3)]
    await hours.reach(10.0)
    assert [line.replies[number][1] for number in range(3)] == pytest.approx([0.0, 1.25, 2.5], abs=0.01)
    await asyncio.gather(*sends)
    await line.close()


async def test_a_question_passes_what_waits_and_hears_of_it(hours: Hours, tmp_path: Path) -> None:
    """Else a peer would take this miner for dead, or send the same microbatch once more."""
    line = Line(hours, tmp_path, down=0.5)
    await line.open()
    sends = [asyncio.create_task(line.send(PacketKind.FORWARD, number)) for number in range(2)]
    await hours.reach(1.0)
    assert line.handed_in == [(0, 0.0)]
    await line.send(PacketKind.QUESTION, 1)
    await line.send(PacketKind.QUESTION, 7)
    assert line.replies[1] == (Standing(has_it=True), 1.0)
    assert line.replies[7] == (Standing(), 1.0)
    await hours.reach(60.0)
    assert [number for number, _ in line.handed_in] == [0, 1]
    await line.send(PacketKind.QUESTION, 1)
    assert line.replies[1][0] == Standing(), "from now on the stage knows of it"
    await asyncio.gather(*sends)
    await line.close()


async def test_a_question_does_not_wait_for_the_uplink_either(hours: Hours, tmp_path: Path) -> None:
    line = Line(hours, tmp_path, up=0.1)
    await line.open()
    sends = [asyncio.create_task(line.send(PacketKind.FORWARD, number)) for number in range(2)]
    await hours.reach(1.0)
    await line.send(PacketKind.QUESTION, 9)
    assert line.replies[9][1] == 1.0 and 1 not in line.replies
    await hours.reach(60.0)
    await asyncio.gather(*sends)
    await line.close()


async def test_no_more_waits_in_memory_than_is_allowed(
    hours: Hours, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metered, "MOST_LATE_BYTES", 2 * SIZE_BYTES)
    line = Line(hours, tmp_path, down=1.0)
    await line.open()
    sends = [asyncio.create_task(line.send(PacketKind.FORWARD, number)) for number in range(4)]
    await hours.reach(0.0)
    assert line.replies[2][0] == Accepted()
    assert isinstance(line.replies[3][0], Busy)
    await hours.reach(60.0)
    sends.append(asyncio.create_task(line.send(PacketKind.FORWARD, 4)))
    await hours.reach(61.0)
    assert line.replies[4][0] == Accepted(), "there is room again"
    await asyncio.gather(*sends)
    await line.close()


@pytest.mark.parametrize("times_full", [2, HAND_IN_TRIES])
async def test_where_the_stage_has_no_room_for_what_was_accepted_it_is_tried_again(
    times_full: int, hours: Hours, tmp_path: Path
) -> None:
    line = Line(hours, tmp_path, down=1.0)
    await line.open()
    sends = [asyncio.create_task(line.send(PacketKind.FORWARD, number)) for number in range(2)]
    await hours.reach(4.0)
    line.answers = [Busy(0.0)] * times_full
    await hours.reach(60.0)
    tries = [number for number, _ in line.handed_in].count(1)
    assert tries == min(times_full + 1, HAND_IN_TRIES)
    await asyncio.gather(*sends)
    await line.close()


async def test_what_waits_when_the_carrier_closes_is_let_go(hours: Hours, tmp_path: Path) -> None:
    line = Line(hours, tmp_path, down=1.0)
    await line.open()
    sends = [asyncio.create_task(line.send(PacketKind.FORWARD, number)) for number in range(3)]
    await hours.reach(1.0)
    await asyncio.gather(*sends)
    await line.close()
    await hours.reach(60.0)
    assert [number for number, _ in line.handed_in] == [0]
