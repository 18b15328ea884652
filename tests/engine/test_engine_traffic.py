"""What an engine may send: caps that are kept, a month's allowance that no kill makes forget."""

import asyncio
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from chain.keys import Keypair, KeySigner
from engine.carriers.memory import MemoryCarrier, MemoryNetwork
from engine.carriers.metered import Metered
from engine.devices import choose
from engine.life.allowance import Allowance
from engine.miner import Miner
from engine.network.counted_http import PIECE_BYTES
from engine.network.orchestrator_client import OrchestratorClient
from engine.network.traffic import GOODBYE_SHARE, MARGIN_BYTES, PACKET_OVERHEAD, Traffic
from engine.serving.service import Service
from protocol.engine_control import (
    DATA_USED_FILE,
    DataUsed,
    EngineEvent,
    EnginePhase,
    PhaseChanged,
    StartTraining,
    Troubled,
)
from protocol.errors import LocalError
from protocol.keys import NodeId
from protocol.miner_events import PeerEntry
from protocol.orchestrator_api import Capabilities, StoreGrants
from protocol.packets import Accepted, PacketReply
from protocol.wire import from_json, to_json
from swarm.allowances import BURST_SECONDS


class Time:
    """A clock that sleeping moves, and a calendar."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.month = "2026-11"
        monkeypatch.setattr(asyncio, "sleep", self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    def limits(
        self, folder: Path, up: float | None = None, down: float | None = None, monthly: int | None = None
    ) -> Traffic:
        return Traffic(folder, up, down, monthly, clock=lambda: self.now, month=lambda: self.month)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


def written(folder: Path) -> DataUsed:
    found: DataUsed = from_json((folder / DATA_USED_FILE).read_bytes(), DataUsed)
    return found


async def test_sending_and_receiving_are_held_to_their_own_caps(tmp_path: Path, time: Time) -> None:
    limits = time.limits(tmp_path, up=1000.0, down=4000.0)
    for _ in range(11):
        await limits.sending(1000)
    assert time.now == pytest.approx(10.0)
    for _ in range(5):
        await limits.received(4000)
    assert time.now == pytest.approx(10.0 + 4.0 - BURST_SECONDS), "some may go at once after a silence"
    assert limits.used_bytes == 31_000
    await limits.close()


async def test_what_is_urgent_does_not_wait_but_is_counted(tmp_path: Path, time: Time) -> None:
    limits = time.limits(tmp_path, up=1000.0)
    await limits.sending(5000)
    limits.sent_urgently(1000)
    assert time.now == 0.0
    await limits.sending(1)
    assert time.now == pytest.approx(6.0)
    await limits.close()


async def test_an_allowance_is_used_up_a_little_before_its_end_and_comes_back_next_month(
    tmp_path: Path, time: Time
) -> None:
    limits = time.limits(tmp_path, monthly=10_000)
    await limits.sending(round(10_000 * (1 - GOODBYE_SHARE)) - 1)
    before = limits.exhausted
    assert not before
    await limits.received(1)
    after = limits.exhausted
    assert after
    time.month = "2026-12"
    assert not limits.exhausted and limits.used_bytes == 0
    await limits.close()


async def test_after_a_kill_at_any_moment_no_fewer_bytes_are_known_than_were_used(tmp_path: Path, time: Time) -> None:
    limits = time.limits(tmp_path)
    for _ in range(40):
        await limits.sending(MARGIN_BYTES // 4)
        if limits._writing is not None:
            await limits._writing
        known = time.limits(tmp_path).used_bytes
        assert limits.used_bytes <= known <= limits.used_bytes + MARGIN_BYTES
    await limits.close()
    assert written(tmp_path) == DataUsed(month="2026-11", used_bytes=10 * MARGIN_BYTES)


async def test_a_torn_count_is_refused_and_kept(tmp_path: Path, time: Time) -> None:
    (tmp_path / DATA_USED_FILE).write_bytes(b'{"month": "2026')
    with pytest.raises(LocalError, match="can't be read"):
        time.limits(tmp_path)
    assert (tmp_path / DATA_USED_FILE).read_bytes() == b'{"month": "2026'


async def test_a_clock_put_right_is_remembered_over_a_restart(tmp_path: Path, time: Time) -> None:
    for month, size, expected in (("2062-01", 10, 10), ("2026-11", 100, 110), ("2026-11", 1, 111), ("2026-12", 5, 5)):
        time.month = month
        limits = time.limits(tmp_path)
        await limits.sending(size)
        await limits.close()
        assert written(tmp_path).used_bytes == limits.used_bytes == expected
    assert written(tmp_path) == DataUsed(month="2026-12", used_bytes=5)


async def test_packets_of_a_metered_carrier_count_both_ways(tmp_path: Path, time: Time) -> None:
    async def take(_packet: bytes, _sender: NodeId | None) -> PacketReply:
        return Accepted()

    network, limits = MemoryNetwork(), (time.limits(tmp_path / "a", up=1100.0), time.limits(tmp_path / "b"))
    ends = [Metered(MemoryCarrier(network, node), each) for node, each in zip("ab", limits, strict=True)]
    for end in ends:
        await end.open(take)
    for _ in range(3):
        assert await ends[0].send(PeerEntry(node="b", addresses=("memory",), rate=0.0), b"x" * 1000) == Accepted()
    assert time.now == pytest.approx(2.0)
    assert [each.used_bytes for each in limits] == [round(3000 * PACKET_OVERHEAD)] * 2
    for each in limits:
        await each.close()


async def test_an_upload_leaves_in_pieces_at_the_cap_and_a_heartbeat_passes_it(tmp_path: Path, time: Time) -> None:
    bodies: list[int] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(len(await request.aread()))
        if request.method == "PUT":
            assert request.headers["content-length"] == str(10 * PIECE_BYTES)
            return httpx.Response(204)
        return httpx.Response(200, content=to_json(StoreGrants(urls=("/store/k",), expires_unix_ms=0)))

    limits = time.limits(tmp_path, up=PIECE_BYTES)
    client = OrchestratorClient("http://network", KeySigner(Keypair.generate()), httpx.MockTransport(answer), limits)
    await client.put_object("k", b"x" * 10 * PIECE_BYTES)
    assert bodies[-1] == 10 * PIECE_BYTES
    assert time.now == pytest.approx(9.0, abs=0.3)
    before = time.now
    await client.return_leases((1,))
    assert time.now == before
    await client.close()
    await limits.close()


async def test_the_loop_is_free_while_a_packet_waits(tmp_path: Path) -> None:
    limits = Traffic(tmp_path, upload_bytes_per_second=1e6)
    await limits.sending(20_000)
    waiting = asyncio.create_task(limits.sending(1))
    await asyncio.sleep(0)
    assert not waiting.done()
    await waiting
    await limits.close()


async def test_an_engine_without_allowance_pauses_until_the_next_month_whatever_is_asked(
    tmp_path: Path, time: Time
) -> None:
    told: list[EngineEvent] = []
    start = StartTraining(orchestrator_url="http://network", state_folder=str(tmp_path), hotkey="5x", device="cpu")
    capabilities = Capabilities(device="cpu", memory_bytes=1, flops_per_second=1.0)
    miner = Miner(start, choose("cpu"), KeySigner(Keypair.generate()), told.append, capabilities)
    limits = time.limits(tmp_path, monthly=1000)
    allowance = Allowance(limits, miner._pauses, miner._telling)
    await allowance.mind()
    assert told == []
    await limits.sending(1000)
    await allowance.mind()
    trouble, paused = told
    assert isinstance(trouble, Troubled) and trouble.code == "data_quota"
    assert paused == PhaseChanged(phase=EnginePhase.PAUSED, reason=trouble.title)
    await miner.resume()
    await allowance.mind()
    assert len(told) == 2
    time.month = "2026-12"
    await allowance.mind()
    assert told[2:] == [PhaseChanged(phase=EnginePhase.WAITING_FOR_PEERS)]
    await limits.close()


ALLOWANCE, PERSON = "the allowance", "the person"


@pytest.mark.parametrize("first", [ALLOWANCE, PERSON])
@pytest.mark.parametrize("ends_first", [ALLOWANCE, PERSON])
async def test_a_pause_lasts_until_neither_the_person_nor_the_allowance_wants_it(
    first: str, ends_first: str, tmp_path: Path, time: Time
) -> None:
    told: list[EngineEvent] = []
    start = StartTraining(orchestrator_url="http://network", state_folder=str(tmp_path), hotkey="5x", device="cpu")
    capabilities = Capabilities(device="cpu", memory_bytes=1, flops_per_second=1.0)
    miner = Miner(start, choose("cpu"), KeySigner(Keypair.generate()), told.append, capabilities)
    limits = time.limits(tmp_path, monthly=1000)
    allowance = Allowance(limits, miner._pauses, miner._telling)
    used_up = PhaseChanged(phase=EnginePhase.PAUSED, reason="This month's data allowance is used up.")
    by_person = PhaseChanged(phase=EnginePhase.PAUSED)
    going_on = PhaseChanged(phase=EnginePhase.WAITING_FOR_PEERS)

    async def begin(who: str) -> None:
        if who == ALLOWANCE:
            await limits.sending(1000)
            await allowance.mind()
        else:
            await miner.pause()

    async def end(who: str) -> None:
        if who == ALLOWANCE:
            time.month = "2026-12"
            await allowance.mind()
        else:
            await miner.resume()

    for who in (first, PERSON if first == ALLOWANCE else ALLOWANCE):
        await begin(who)
        assert miner._pauses.silence.reigns
    said = [event for event in told if isinstance(event, PhaseChanged)]
    assert said == ([used_up] if first == ALLOWANCE else [by_person, used_up])
    await end(ends_first)
    still = miner._pauses.silence.reigns
    assert still
    last = [event for event in told if isinstance(event, PhaseChanged)][-1]
    assert last == (by_person if ends_first == ALLOWANCE else used_up)
    await end(PERSON if ends_first == ALLOWANCE else ALLOWANCE)
    assert not miner._pauses.silence.reigns
    assert told[-1] == going_on
    await limits.close()


async def test_the_last_of_several_pauses_and_resumptions_holds(tmp_path: Path) -> None:
    start = StartTraining(orchestrator_url="http://network", state_folder=str(tmp_path), hotkey="5x", device="cpu")
    capabilities = Capabilities(device="cpu", memory_bytes=1, flops_per_second=1.0)
    told: list[EngineEvent] = []
    miner = Miner(start, choose("cpu"), KeySigner(Keypair.generate()), told.append, capabilities)
    turns: list[str] = []
    may_go_on = asyncio.Event()

    class SlowService:
        async def pause(self) -> None:
            turns.append("pause")
            await may_go_on.wait()

        async def resume(self) -> None:
            turns.append("resume")

    miner._present.service = cast(Service, cast(Any, SlowService()))
    asked = [asyncio.create_task(each) for each in (miner.pause(), miner.resume(), miner.pause(), miner.resume())]
    await asyncio.sleep(0)
    may_go_on.set()
    await asyncio.gather(*asked)
    reigned = miner._pauses.silence.reigns
    assert turns[-1] == "resume" and not reigned
    assert told[-1] == PhaseChanged(phase=EnginePhase.WAITING_FOR_PEERS)
    asked = [asyncio.create_task(each) for each in (miner.pause(), miner.resume(), miner.pause())]
    await asyncio.gather(*asked)
    assert turns[-1] == "pause" and miner._pauses.silence.reigns
    assert told[-1] == PhaseChanged(phase=EnginePhase.PAUSED)


async def test_an_allowance_that_comes_to_its_end_is_told_within_the_same_download(tmp_path: Path, time: Time) -> None:
    limits, heard = time.limits(tmp_path, monthly=10_000), list[int]()
    limits.used_up = lambda: heard.append(limits.used_bytes)
    for _ in range(12):
        await limits.received(1000)
    assert heard == [10_000]
    await limits.close()
