"""A miner's part in audits: drop what the draw released, hand over what it drew."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Literal

import structlog

from engine.compute.thread import ComputeThread, Urgency
from engine.devices import OutOfMemory
from engine.disk.evidence import EvidenceLocker, KeptPass
from engine.network.orchestrator_client import OrchestratorClient
from engine.network.silence import after_pauses
from engine.shard.model import Weights
from engine.shard.weights import to_vector
from engine.training.trainer import Trainer
from protocol.errors import ProtocolError, Refused, Unavailable
from protocol.keys import NodeId
from protocol.miner_events import AuditTasks, EvidenceWanted
from protocol.orchestrator_api import EvidenceRequest, PacketEvidence, evidence_key
from protocol.receipts import Direction, StepId

log = structlog.get_logger(__name__)


class Auditee:
    """Belongs to the event loop."""

    def __init__(
        self,
        node: NodeId,
        evidence: EvidenceLocker,
        trainer: Trainer,
        compute: ComputeThread,
        client: OrchestratorClient,
    ) -> None:
        self._node = node
        self._evidence = evidence
        self._trainer = trainer
        self._compute = compute
        self._client = client
        self._tasks: AuditTasks | None = None
        self._handed_over: set[int] = set()
        self._put_keys: set[str] = set()
        """Of the evidence under way: what is in the store already."""
        self._wake = asyncio.Event()

    def take(self, tasks: AuditTasks) -> None:
        """The draw so far. Evidence of what was not drawn goes at once."""
        wanted = frozenset(want.step for want in tasks.wanted if want.audit_id not in self._handed_over)
        self._evidence.decide(tasks.decided_through, wanted)
        self._compute.submit(Urgency.CONTROL, lambda: self._trainer.decide_versions(tasks.decided_through, wanted))
        self._tasks = tasks
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            for want in self._tasks.wanted if self._tasks else ():
                if want.audit_id in self._handed_over:
                    continue
                try:
                    await after_pauses(partial(self._hand_over, want))
                    self._handed_over.add(want.audit_id)
                    self._put_keys.clear()
                except (Unavailable, OutOfMemory) as error:
                    log.info("evidence_delayed", title=error.title)
                    self._wake.set()
                    await asyncio.sleep(1.0)
                except (ProtocolError, Refused) as error:
                    log.warning("evidence_refused", title=error.title)
                    self._handed_over.add(want.audit_id)

    async def _hand_over(self, want: EvidenceWanted) -> None:
        """The version's weights, the next one's, and all packets of the passes made under it. Raises Silenced in a
        pause, so that no copy of the weights waits in memory; what was put stays put."""
        self._compute.silence.check()
        following = StepId(want.step.life, want.step.step + 1)
        if self._evidence.gave_up(want.step):
            await self._own_up(want, "This computer had no room for the evidence of this step.")
            return
        weights = await self._version(want.step)
        if weights is None:
            await self._own_up(want, "The weights of this step are no longer here; the miner was restarted since.")
            return
        weights_key = await self._put(want, "weights", partial(_raw, weights))
        weights = await self._version(following)
        await self._client.hand_over_evidence(
            EvidenceRequest(
                audit_id=want.audit_id,
                weights_key=weights_key,
                next_weights_key=None if weights is None else await self._put(want, "next", partial(_raw, weights)),
                packets=tuple(
                    [
                        await self._put_pass(want, number, kept)
                        for number, kept in enumerate(self._evidence.passes(want.step))
                    ]
                ),
            )
        )

    async def _own_up(self, want: EvidenceWanted, missing: str) -> None:
        nothing = EvidenceRequest(
            audit_id=want.audit_id, weights_key="", next_weights_key=None, packets=(), missing=missing
        )
        await self._client.hand_over_evidence(nothing)

    async def _version(self, step: StepId) -> Weights | None:
        return await self._compute.submit(Urgency.CONTROL, lambda: self._trainer.kept_version_here(step))

    async def _put_pass(self, want: EvidenceWanted, number: int, kept: KeptPass) -> PacketEvidence:
        direction: Literal["forward", "backward"] = "forward" if kept.direction is Direction.FORWARD else "backward"
        took, gave = kept.received, kept.sent
        received = None if took is None else await self._put(want, f"{number}-in", lambda: took)
        sent = None if gave is None else await self._put(want, f"{number}-out", lambda: gave)
        return PacketEvidence(microbatch=kept.microbatch, direction=direction, received_key=received, sent_key=sent)

    async def _put(self, want: EvidenceWanted, name: str, data: Callable[[], object]) -> str:
        key = evidence_key(want.audit_id, self._node, name)
        if key not in self._put_keys:
            self._compute.silence.check()
            made = await asyncio.to_thread(data)
            assert isinstance(made, bytes)
            await self._client.put_object(key, made, kind="evidence")
            self._put_keys.add(key)
        return key


def _raw(weights: Weights) -> bytes:
    """Canonical order, little-endian fp32: what the commitment's hash covers."""
    return to_vector(weights, list(weights)).numpy().astype("<f4", copy=False).tobytes()
