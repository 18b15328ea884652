"""Miners without a model: they register, sign receipts that match, beat and listen, as fast as they are told to."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from chain.keys import Keypair, KeySigner
from protocol import orchestrator_api as api
from protocol.engine_control import EnginePhase
from protocol.hashes import hash_bytes
from protocol.keys import NodeKey
from protocol.receipts import Direction, JournalEntry, Line, Receipt, StepCommitment, StepId, sign_line
from protocol.requests import sign_request
from protocol.runs import RunSpec
from protocol.wire import from_json, to_json
from subnet.orchestrator.clocks import system_clock as unix_ms

LEASED: Final = 16
"""Microbatches that a first stage asks for at once."""
PASSES_PER_STEP: Final = 4


@dataclass
class QuietMiner:
    """One miner: its session, its journal, and how many events its stream brought."""

    client: httpx.AsyncClient
    run: RunSpec
    stage: int
    name: str
    key: NodeKey = field(default_factory=NodeKey.generate)
    entries: list[JournalEntry] = field(default_factory=list)
    leases: tuple[int, ...] = ()
    events: int = 0
    step: int = -1
    _signed: int = 0
    _life: int = 0
    _headers: dict[str, str] = field(default_factory=dict)

    @property
    def node(self) -> str:
        return self.key.node_id

    async def register(self, address: str) -> None:
        """Take the place of a miner that was here before, so that stages are manned evenly."""
        hotkey = Keypair.from_uri(f"//{self.name}")
        proof = self.key.sign(api.binding_text(hotkey.address, address))
        request = api.RegisterRequest(
            binding=api.NodeBinding(node=self.node, signature=proof),
            addresses=("127.0.0.1:4433",),
            capabilities=api.Capabilities(device="cpu", memory_bytes=2**34, flops_per_second=1e11),
            holding=api.Holding(run_id=self.run.run_id, stage=self.stage),
        )
        body = to_json(request)
        headers = await sign_request(KeySigner(hotkey), "POST", api.REGISTER_PATH, "", body, unix_ms(), address)
        answer = await self.client.post(api.REGISTER_PATH, content=body, headers=headers)
        reply: api.RegisterReply = from_json(answer.raise_for_status().content, api.RegisterReply)
        self.stage, self._life = reply.stage, reply.life
        self._headers = {"Authorization": f"Bearer {reply.session_token}"}
        await self.beat()

    async def call(self, path: str, message: Any, kind: Any = None) -> Any:
        answer = await self.client.post(path, content=to_json(message), headers=self._headers)
        answer.raise_for_status()
        return None if kind is None else from_json(answer.content, kind)

    async def beat(self) -> None:
        """A heartbeat that changes nothing that others see."""
        message = api.HeartbeatRequest(
            phase=EnginePhase.TRAINING,
            step=StepId(self._life, max(0, self.step)),
            queue=1,
            rate=1.0,
            addresses=("127.0.0.1:4433",),
            active_leases=self.leases,
            bytes_sent={"forward": 1, "backward": 1, "control": 1},
        )
        await self.call(api.HEARTBEAT_PATH, message, api.HeartbeatReply)

    async def lease(self) -> list[api.Lease]:
        reply = await self.call(api.LEASES_PATH, api.LeaseRequest(microbatches=LEASED), api.LeaseReply)
        self.leases = (*self.leases, *(one.lease_id for one in reply.leases))[-4:]
        return list(reply.leases)

    async def ring(self) -> None:
        """Give back no lease: the smallest thing at which everybody's stream looks for news."""
        await self.call(api.RETURN_LEASES_PATH, api.ReturnLeases(lease_ids=()))

    def note(self, *lines: Line) -> None:
        for line in lines:
            self.entries.append(sign_line(self.key, self._signed, line))
            self._signed += 1

    def begin_step(self) -> None:
        """Commit to the next version."""
        self.step += 1
        self.note(
            StepCommitment(
                run_id=self.run.run_id,
                stage=self.stage,
                step=StepId(self._life, self.step),
                weights_hash=hash_bytes(str(self.step).encode()),
                microbatches=(0,) if self.step else (),
                learning_rate=1e-3,
                clip_scale=1.0,
            )
        )

    def receipt(self, microbatch: int, lease_id: int, direction: Direction, **changes: Any) -> Receipt:
        fields: dict[str, Any] = {
            "run_id": self.run.run_id,
            "stage": self.stage,
            "microbatch": microbatch,
            "lease_id": lease_id,
            "direction": direction,
            "step": StepId(self._life, max(0, self.step)),
            "input_hash": "",
            "output_hash": "",
            "upstream": None,
            "downstream": None,
            "tokens": self.run.tokens_per_microbatch,
            "duration_ms": 20.0,
            "finished_at_unix_ms": unix_ms(),
        }
        return Receipt(**fields | changes)

    async def send(self, at_once: int) -> int:
        """Hand in what is journalled, `at_once` lines to a request; how many lines."""
        waiting, self.entries = self.entries, []
        for first in range(0, len(waiting), at_once):
            batch = api.ReceiptBatch(node=self.node, entries=tuple(waiting[first : first + at_once]))
            await self.call(api.RECEIPTS_PATH, batch, api.ReceiptsAcknowledged)
        return len(waiting)

    async def listen(self) -> None:
        """Count the events that come, until cancelled."""
        with contextlib.suppress(httpx.HTTPError):
            async with self.client.stream("GET", api.EVENTS_PATH, headers=self._headers, timeout=None) as answer:
                async for line in answer.aiter_lines():
                    self.events += line.startswith("event:")


@dataclass
class Chain:
    """One miner of each stage, who train what the first has leased."""

    miners: Sequence[QuietMiner]
    _leased: list[tuple[int, int]] = field(default_factory=list)
    _trained: int = 0

    async def measure(self) -> None:
        """Sign what is leased for measuring the held-out loss, until nothing is."""
        first, last = self.miners[0], self.miners[-1]
        while leases := [one for one in await first.lease() if one.purpose is api.LeasePurpose.EVALUATE]:
            for lease in leases:
                for number in _numbers_of(lease):
                    tokens = first.run.tokens_per_microbatch
                    told = {"tokens": tokens, "loss_sum": 2.0 * tokens}
                    last.note(last.receipt(number, lease.lease_id, Direction.EVALUATE, **told))
            await last.send(100)

    async def train(self) -> bool:
        """Journal one microbatch there and back at every stage; False if there is nothing to feed."""
        if not self._leased:
            for lease in await self.miners[0].lease():
                self._leased += [(number, lease.lease_id) for number in _numbers_of(lease)]
        if not self._leased:
            return False
        number, lease_id = self._leased.pop(0)
        if self._trained % PASSES_PER_STEP == 0:
            for miner in self.miners:
                miner.begin_step()
        self._trained += 1
        gradients = [hash_bytes(f"{number} {stage}".encode()) for stage in range(len(self.miners))]
        for stage, miner in enumerate(self.miners):
            upstream = self.miners[stage - 1].node if stage else None
            is_last = stage + 1 == len(self.miners)
            downstream = None if is_last else self.miners[stage + 1].node
            place = {"upstream": upstream, "downstream": downstream}
            loss = {"loss_sum": 2.0 * self.miners[0].run.tokens_per_microbatch} if is_last else {}
            back = {
                "input_hash": "" if is_last else gradients[stage + 1],
                "output_hash": gradients[stage] if stage else "",
            }
            there = {"input_hash": gradients[stage], "output_hash": "" if is_last else gradients[stage]}
            miner.note(miner.receipt(number, lease_id, Direction.FORWARD, **place, **loss, **there))
            miner.note(miner.receipt(number, lease_id, Direction.BACKWARD, **place, **back))
        return True


def _numbers_of(lease: api.Lease) -> list[int]:
    return [number for start, end in lease.microbatches for number in range(start, end)]


async def in_turns(jobs: Sequence[Callable[[], Awaitable[None]]], at_once: int = 8) -> None:
    """Do all the jobs, so many side by side."""
    room = asyncio.Semaphore(at_once)

    async def one(job: Callable[[], Awaitable[None]]) -> None:
        async with room:
            await job()

    await asyncio.gather(*(one(job) for job in jobs))
