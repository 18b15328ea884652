"""An orchestrator in this process, and miners that talk to it over HTTP without a model behind them."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from chain.keys import Keypair, KeySigner, verify
from protocol import orchestrator_api as api
from protocol.engine_control import EnginePhase
from protocol.hashes import hash_bytes
from protocol.keys import NodeKey
from protocol.merges import MergeAnswer, ObjectRef
from protocol.receipts import Direction, JournalEntry, Line, Receipt, StepCommitment, StepId, sign_line
from protocol.requests import sign_request
from protocol.runs import DataSpec, MergeSpec, ModelSpec, RunSpec, TrainingSpec, even_stages
from protocol.wire import from_json, to_json
from subnet.orchestrator.assembly import Orchestrator, Outside, open_orchestrator
from subnet.orchestrator.auditing.asking import tasks_of
from subnet.orchestrator.context import Settings
from subnet.orchestrator.miners.news import Look, Newsroom
from subnet.orchestrator.miners.outbox import present_events
from subnet.orchestrator.runs.runs import open_run
from subnet.orchestrator.web.validator_routes import NamedValidators
from subnet.validator import rehearsal
from tests.subnet.audits_net import AuditNet

TRAIN, HELD_OUT = b"to be or not to be " * 12, b"that is the question"
MODEL = ModelSpec(vocabulary=16, width=8, layers=2, heads=2, kv_heads=2, mlp_width=8, context=4, bottleneck_width=8)
ADDRESS = Keypair.from_uri("//Orchestrator").address


def make_run(run_id: str = "small", stages: int = 2, **training: Any) -> RunSpec:
    """A run of 8 tokens to a microbatch over a few words of text."""
    return RunSpec(
        run_id=run_id,
        title="A small run",
        model=MODEL,
        stages=even_stages(2, stages),
        merge=MergeSpec(local_steps=2, partitions=2, tile=16),
        training=TrainingSpec(**{"sequences": 2, "microbatches": 8, "lease_microbatches": 4} | training),
        data=DataSpec(
            train_key="data/train",
            train_tokens=len(TRAIN),
            train_hash=hash_bytes(TRAIN),
            held_out_key="data/held_out",
            held_out_tokens=len(HELD_OUT),
            held_out_hash=hash_bytes(HELD_OUT),
        ),
    )


@dataclass
class FakeMiner:
    """One miner's keys, journal and session."""

    net: "Net"
    name: str
    key: NodeKey = field(default_factory=NodeKey.generate)
    journal: list[JournalEntry] = field(default_factory=list)
    reply: api.RegisterReply | None = None
    committed_life: int | None = None

    def __post_init__(self) -> None:
        self.hotkey = Keypair.from_uri(f"//{self.name}")

    @property
    def node(self) -> str:
        return self.key.node_id

    @property
    def registered(self) -> api.RegisterReply:
        assert self.reply is not None
        return self.reply

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.registered.session_token}"}

    @property
    def step(self) -> StepId:
        return StepId(self.registered.life, 0)

    def request(self, **changes: Any) -> api.RegisterRequest:
        proof = self.key.sign(api.binding_text(self.hotkey.address, ADDRESS))
        fields: dict[str, Any] = {
            "binding": api.NodeBinding(node=self.node, signature=proof),
            "addresses": ("127.0.0.1:4433",),
            "capabilities": api.Capabilities(device="cpu", memory_bytes=2**30, flops_per_second=1e9),
        }
        return api.RegisterRequest(**fields | changes)

    async def signed(self, body: bytes, now_ms: int | None = None, receiver: str = ADDRESS) -> dict[str, str]:
        at_ms = self.net.now_ms if now_ms is None else now_ms
        return await sign_request(KeySigner(self.hotkey), "POST", api.REGISTER_PATH, "", body, at_ms, receiver)

    async def try_register(self, **changes: Any) -> httpx.Response:
        body = to_json(self.request(**changes))
        return await self.net.client.post(api.REGISTER_PATH, content=body, headers=await self.signed(body))

    async def register(self, ready: bool = True, **changes: Any) -> "FakeMiner":
        answer = await self.try_register(**changes)
        assert answer.status_code == 200, answer.text
        self.reply = from_json(answer.content, api.RegisterReply)
        if ready:
            await self.beat()
        return self

    async def post(self, path: str, message: Any) -> httpx.Response:
        return await self.net.client.post(path, content=to_json(message), headers=self.headers)

    async def call(self, path: str, message: Any, kind: Any = None) -> Any:
        answer = await self.post(path, message)
        assert answer.status_code in (200, 204), answer.text
        return None if kind is None else from_json(answer.content, kind)

    async def beat(
        self, phase: EnginePhase = EnginePhase.TRAINING, leases: tuple[int, ...] = (), duty_cycle: float = 1.0
    ) -> api.HeartbeatReply:
        message = api.HeartbeatRequest(
            phase=phase,
            step=self.step,
            queue=0,
            rate=1.0,
            duty_cycle=duty_cycle,
            addresses=("127.0.0.1:4433",),
            active_leases=leases,
        )
        reply: api.HeartbeatReply = await self.call(api.HEARTBEAT_PATH, message, api.HeartbeatReply)
        return reply

    async def lease(self, microbatches: int = 4) -> api.LeaseReply:
        message = api.LeaseRequest(microbatches=microbatches)
        reply: api.LeaseReply = await self.call(api.LEASES_PATH, message, api.LeaseReply)
        return reply

    def note(self, *lines: Line) -> tuple[JournalEntry, ...]:
        """Write lines into the journal; the new entries."""
        entries = tuple(sign_line(self.key, len(self.journal) + place, line) for place, line in enumerate(lines))
        self.journal += entries
        return entries

    def receipt(self, **changes: Any) -> Receipt:
        fields: dict[str, Any] = {
            "run_id": self.registered.run.run_id,
            "stage": self.registered.stage,
            "microbatch": 0,
            "lease_id": 1,
            "direction": Direction.FORWARD,
            "step": self.step,
            "input_hash": hash_bytes(b"in"),
            "output_hash": hash_bytes(b"out"),
            "upstream": None,
            "downstream": None,
            "tokens": 8,
            "duration_ms": 1.5,
            "finished_at_unix_ms": self.net.now_ms,
        }
        return Receipt(**fields | changes)

    def backward(self, microbatch: int, lease_id: int, **changes: Any) -> tuple[Line, ...]:
        """A whole pass: the version, committed to the first time, the forward receipt, then the backward one."""
        common = {"microbatch": microbatch, "lease_id": lease_id}
        lines: tuple[Line, ...] = (
            self.receipt(**common),
            self.receipt(**common, direction=Direction.BACKWARD, **changes),
        )
        if self.committed_life == self.step.life:
            return lines
        self.committed_life = self.step.life
        return (self.commitment(0), *lines)

    def commitment(self, step: int, microbatches: tuple[int, ...] = ()) -> StepCommitment:
        return StepCommitment(
            run_id=self.registered.run.run_id,
            stage=self.registered.stage,
            step=StepId(self.registered.life, step),
            weights_hash=hash_bytes(str(step).encode()),
            microbatches=microbatches,
            learning_rate=1e-3,
            clip_scale=1.0,
        )

    def a_step(self, step: int, microbatch: int) -> tuple[Line, ...]:
        """A version, and the gradient before it that it is made of."""
        gradient = self.receipt(microbatch=microbatch, direction=Direction.BACKWARD, duration_ms=0.0)
        return (gradient, self.commitment(step, (microbatch,)))

    async def train(self, bob: "FakeMiner", lease: api.Lease) -> None:
        """Train every microbatch of a lease with `bob` in the second of two stages, as both sign it."""
        for start, end in lease.microbatches:
            for microbatch in range(start, end):
                gradient = hash_bytes(f"gradient {microbatch}".encode())
                place = (microbatch, lease.lease_id)
                await self.deliver(*self.backward(*place, input_hash=gradient, output_hash="", downstream=bob.node))
                await bob.deliver(*bob.backward(*place, input_hash="", output_hash=gradient, upstream=self.node))

    async def send(self, *entries: JournalEntry) -> httpx.Response:
        return await self.post(api.RECEIPTS_PATH, api.ReceiptBatch(node=self.node, entries=entries))

    async def deliver(self, *lines: Line) -> int:
        """Journal the lines, send them, and return what is acknowledged."""
        answer = await self.send(*self.note(*lines))
        assert answer.status_code == 200, answer.text
        return int(from_json(answer.content, api.ReceiptsAcknowledged).through_sequence)

    async def put(self, key: str, data: bytes) -> ObjectRef:
        wish = api.StoreWish(method="PUT", key=key, size_bytes=len(data))
        grants = await self.call(api.STORE_GRANTS_PATH, api.StoreGrantsRequest(wishes=(wish,)), api.StoreGrants)
        answer = await self.net.client.put(grants.urls[0], content=data)
        assert answer.status_code == 204, answer.text
        return ObjectRef(key, hash_bytes(data), len(data))

    async def get(self, key: str) -> bytes:
        wish = api.StoreWish(method="GET", key=key)
        grants = await self.call(api.STORE_GRANTS_PATH, api.StoreGrantsRequest(wishes=(wish,)), api.StoreGrants)
        answer = await self.net.client.get(grants.urls[0])
        assert answer.status_code == 200, answer.text
        return answer.content

    async def answer(self, *answers: MergeAnswer) -> httpx.Response:
        return await self.post(api.MERGE_ANSWERS_PATH, api.MergeAnswers(answers=answers))

    async def events(self) -> dict[str, Any]:
        """What its event stream would say first, by tag."""
        context = self.net.orchestrator.context
        now_ms, registered = self.net.now_ms, self.registered
        look = Look(node=self.node, run_id=registered.run.run_id, life=registered.life, ring=0, now_ms=now_ms)
        newsroom = Newsroom(self.net.orchestrator.meetings, context.steering, tasks_of)
        found = await present_events(context.database, look, newsroom)
        return {str(event.__struct_config__.tag): event for event in found}


class Net:
    """An orchestrator whose clock and ticks the test holds in its hands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now_ms = 1_800_000_000_000
        self._set_by_ms = 0
        self.validators: tuple[str, ...] = ()
        """The hotkeys that its operator lists, from the next start on."""
        self._stack = AsyncExitStack()

    async def open(self) -> None:
        settings = Settings(folder=self.folder, network="test", merge_seconds=20.0, alone_steps=1)
        outside = Outside(NamedValidators(self.validators))
        self.orchestrator: Orchestrator = await self._stack.enter_async_context(
            open_orchestrator(
                settings, ADDRESS, verify, lambda: self.now_ms, outside, background=False, steady=self.steady
            )
        )
        transport = httpx.ASGITransport(app=self.orchestrator.app)  # type: ignore[arg-type]
        self.client = await self._stack.enter_async_context(
            httpx.AsyncClient(
                transport=transport, base_url="http://orchestrator", headers={"content-type": "application/json"}
            )
        )
        self.store = self.orchestrator.context.store
        self.database = self.orchestrator.context.database
        self.service = self.orchestrator.merges

    def steady(self) -> int:
        return self.now_ms - self._set_by_ms

    def set_clock(self, seconds: float) -> None:
        """Somebody puts the system's clock on, or back; no time goes by."""
        self.now_ms += round(seconds * 1000)
        self._set_by_ms += round(seconds * 1000)

    async def close(self) -> None:
        await self._stack.aclose()
        self._stack = AsyncExitStack()

    async def restart(self) -> None:
        """All that was in memory is gone."""
        await self.close()
        await self.open()

    async def found(self, run: RunSpec) -> RunSpec:
        self.store.put(run.data.train_key, TRAIN)
        self.store.put(run.data.held_out_key, HELD_OUT)
        events = self.orchestrator.context.events
        await self.database.write(lambda c: open_run(c, events, run, self.now_ms))
        return run

    async def tick(self, seconds: float = 0.2, times: int = 1) -> None:
        """Let time pass and every periodic task take a turn."""
        for _ in range(times):
            self.now_ms += round(seconds * 1000)
            for task in self.orchestrator.tasks:
                await task.run()

    async def rows(self, query: str) -> list[Any]:
        return await self.database.read(lambda c: [tuple(row) for row in c.exec_driver_sql(query)])

    async def run_sql(self, statement: str) -> None:
        await self.database.write(lambda c: c.exec_driver_sql(statement) and None)

    def miner(self, name: str) -> FakeMiner:
        return FakeMiner(self, name)

    async def staffed(self, run: RunSpec, *names: str) -> list[FakeMiner]:
        """A run past its first measurement, with one ready miner per name; stages are filled in order."""
        await self.found(run)
        crew = [await self.miner(name).register() for name in names]
        await self.tick()
        await self.measure(crew)
        await self.tick()
        return crew

    async def measure(self, crew: list[FakeMiner], loss: float = 2.0) -> None:
        """Feed what is leased for measuring, and sign the losses at the last stage."""
        first = next(one for one in crew if one.registered.stage == 0)
        last = next(one for one in crew if one.registered.stage == len(one.registered.run.stages) - 1)
        while leases := [one for one in (await first.lease()).leases if one.purpose is api.LeasePurpose.EVALUATE]:
            for lease in leases:
                for start, end in lease.microbatches:
                    for microbatch in range(start, end):
                        tokens = min(8, (len(HELD_OUT) - 1) // 4 * 4 - microbatch * 8)
                        await last.deliver(
                            last.receipt(
                                direction=Direction.EVALUATE,
                                microbatch=microbatch,
                                lease_id=lease.lease_id,
                                tokens=tokens,
                                loss_sum=loss * tokens,
                            )
                        )


@pytest.fixture
async def net(tmp_path: Path) -> AsyncIterator[Net]:
    network = Net(tmp_path / "orchestrator")
    await network.open()
    yield network
    await network.close()


@pytest.fixture
def small_run() -> Callable[..., RunSpec]:
    return make_run


@pytest.fixture
def error_of() -> Callable[[httpx.Response], tuple[int, str]]:
    """(status, code) of an answer."""
    return lambda answer: (answer.status_code, json.loads(answer.content)["code"])


Waiter = Callable[[Callable[[], Awaitable[bool]]], Awaitable[None]]


@pytest.fixture
def capable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stage 1 is the one that newcomers are sent to."""
    monkeypatch.setattr("subnet.orchestrator.miners.miners.place_newcomer", _crowded)


def _crowded(_loads: Any, others: Any, _newcomer: Any, previous: int | None) -> int:
    return previous if previous is not None else min(1, len(others))


@pytest.fixture
async def audit_net(tmp_path: Path) -> AsyncIterator[AuditNet]:
    """Three miners, two microbatches to a step, 40 in all."""
    run = rehearsal.make_run(2, 40, 2)
    network = AuditNet(tmp_path, run, rehearsal.Pipeline(run))
    await network.open()
    yield network
    await network.close()
