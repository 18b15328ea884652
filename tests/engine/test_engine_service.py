"""One registration's service: what it tells of itself, and how it minds its line."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import msgspec

from chain.keys import Keypair, KeySigner
from engine.carriers.memory import MemoryCarrier, MemoryNetwork
from engine.compute.room import AMPLE, Room
from engine.compute.thread import ComputeThread, Urgency
from engine.devices import choose
from engine.disk.journal import Journal
from engine.disk.state_folder import open_state_folder
from engine.network.orchestrator_client import OrchestratorClient
from engine.pipeline.passage import Passage
from engine.serving.assignment import Assignment, Voice
from engine.serving.service import Service
from engine.shard.model import initialise
from engine.shard.passes import Shard
from engine.shard.step import new_state
from engine.training.loading import ShardLoad
from protocol.engine_control import EnginePhase, StartTraining
from protocol.keys import NodeKey
from protocol.orchestrator_api import RegisterReply
from protocol.packets import PacketKind
from protocol.runs import CodecSpec, LadderSpec, RungSpec, RunSpec
from swarm.compression import HEADROOM, bytes_per_token

RUNGS = tuple(RungSpec(rank, CodecSpec("grid", 6), CodecSpec("grid", 6)) for rank in (16, 8, 4))


def with_rungs(run: RunSpec) -> RunSpec:
    return msgspec.structs.replace(run, ladder=LadderSpec(RUNGS))


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def passes(self, seconds: float) -> None:
        self.now += seconds


@asynccontextmanager
async def serving(run: RunSpec, start: StartTraining, time: Time) -> AsyncIterator[Service]:
    """An inner stage, alone in the world."""
    key, folder = NodeKey(b"k" * 32), open_state_folder(start.state_folder)
    compute = ComputeThread(clock=lambda: time.now)
    weights = initialise(run.model, run.stages, 1, run.training.seed)
    shard = Shard(run, 1, yield_point=compute.yield_point)
    load = ShardLoad(shard, weights, new_state(weights), [], Room(AMPLE))
    reply = RegisterReply(
        session_token="t",
        session_seconds=60.0,
        run=run,
        stage=1,
        life=1,
        heads=(),
        acknowledged_sequence=-1,
        heartbeat_seconds=1.0,
        share_done=0.0,
    )
    client = OrchestratorClient(
        "http://network", KeySigner(Keypair.generate()), httpx.MockTransport(lambda _request: httpx.Response(503))
    )
    journal, carrier = Journal(folder.journal_file, key), MemoryCarrier(MemoryNetwork(), key.node_id)
    voice = Voice(lambda event: None, lambda phase, reason: None, lambda error: None)
    given = Assignment(reply, start, choose("cpu"), folder, key, journal, client, carrier, voice)
    service = Service(given, load, compute, tokens=None)
    try:
        yield service
    finally:
        await service.close()
        await client.close()
        journal.close()


def an_order(folder: Path, duty_cycle: float) -> StartTraining:
    return StartTraining(
        orchestrator_url="http://network",
        state_folder=str(folder),
        hotkey="5Hotkey",
        carriers=("iroh", "store"),
        device="cpu",
        duty_cycle=duty_cycle,
    )


async def test_heartbeats_tell_how_gently_it_works_as_it_was_last_asked(
    tiny_run: Callable[..., RunSpec], tmp_path: Path
) -> None:
    async with serving(tiny_run(3), an_order(tmp_path, 0.3), Time()) as service:
        assert service.heartbeat(EnginePhase.TRAINING).duty_cycle == 0.3
        service.set_pace(an_order(tmp_path, 0.8))
        assert service.heartbeat(EnginePhase.TRAINING).duty_cycle == 0.8


async def test_rests_leave_room_on_the_line_for_a_wider_rung(tiny_run: Callable[..., RunSpec], tmp_path: Path) -> None:
    run, time = with_rungs(tiny_run(3)), Time()
    async with serving(run, an_order(tmp_path, 0.3), time) as service:
        await service._compute.submit(Urgency.FORWARD, lambda: time.passes(10.0))
        service._progress.events().trained(Passage(PacketKind.FORWARD, 0, 1, 0.0, None), 10_000)
        uplink = 0.4 * 1000.0 * bytes_per_token(RUNGS[0], True, True) / HEADROOM
        service.mind_uplink(uplink)
        assert service.trainer.rung == 0, "it sends 300 tokens a second, not 1,000"
        service.set_pace(an_order(tmp_path, 1.0))
        service.mind_uplink(uplink)
        assert service.trainer.rung > 0
