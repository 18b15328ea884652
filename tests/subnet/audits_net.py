"""One orchestrator's rooms, three miners that train in this process and a real validator, for the tests of audits."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from chain.keys import Keypair, KeySigner, verify
from chain.local_chain import LocalChain
from chain.local_ledger import Genesis
from protocol.orchestrator_api import EvidenceRequest, LeasePurpose, PacketEvidence, ReceiptBatch, evidence_key
from protocol.receipts import StepId
from protocol.runs import RunSpec
from protocol.validator_api import OpenAudit
from subnet.orchestrator.assembly import _open_context
from subnet.orchestrator.auditing import asking, drawable, handing_over
from subnet.orchestrator.clocks import system_clock
from subnet.orchestrator.context import Context, Settings
from subnet.orchestrator.http import build_app
from subnet.orchestrator.miners.bells import Bells
from subnet.orchestrator.receipts.ledger import run_total
from subnet.orchestrator.receipts.receipts import ReceiptService
from subnet.orchestrator.runs import epochs
from subnet.orchestrator.runs.leases import write_lease
from subnet.orchestrator.runs.runs import RunPhase, open_run, read_run
from subnet.orchestrator.storage.routes import store_router
from subnet.orchestrator.tables.schema import miners, runs, stage_stays
from subnet.orchestrator.web.miner_routes import hello_router
from subnet.orchestrator.web.validator_routes import NamedValidators, ValidatorDesk, validator_router
from subnet.validator.client import ValidatorClient
from subnet.validator.draw import AuditDraw
from subnet.validator.evidence import Evidence
from subnet.validator.rehearsal import TEXT, Pipeline, PipelineStage
from subnet.validator.validator import Validator
from swarm.leases import OpenLease

POOL = Keypair.from_seed(b"p" * 32)
JUDGE = Keypair.from_seed(b"v" * 32)
SECOND_MS = 1000


class Court:
    """Remembers what it was told of disputes."""

    def __init__(self) -> None:
        self.decided: list[tuple[int, str, str | None, str]] = []

    async def dispute_decided(self, dispute_id: int, right_hash: str, state_key: str | None, decided_by: str) -> None:
        self.decided.append((dispute_id, right_hash, state_key, decided_by))


@dataclass
class AuditNet:
    """One orchestrator's rooms, three miners that train in this process, one validator at a time."""

    folder: Path
    run: RunSpec
    pipeline: Pipeline
    now_ms: int = field(default_factory=system_clock)
    evidence: dict[tuple[str, StepId], tuple[OpenAudit, Evidence]] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)

    async def open(self) -> None:
        self.context: Context = await _open_context(
            Settings(folder=self.folder / "orchestrator"),
            POOL.address,
            verify,
            lambda: self.now_ms,
            lambda: self.now_ms,
        )
        bells, self.court = Bells(), Court()
        self.receipts = ReceiptService(self.context, bells, hooks=(drawable.note_lines,))
        self.desk = ValidatorDesk(self.context, NamedValidators([JUDGE.address]), self.court, bells)
        self.app: Any = build_app(self.context, [hello_router(None), validator_router(self.desk), store_router()])
        await self.context.database.write(self._found)
        self.context.store.put("data/tiny", TEXT.tobytes())
        genesis = Genesis(tempo_blocks=5, stakes={POOL.address: 0, JUDGE.address: 1000})
        self.chain = LocalChain(self.folder / "chain.sqlite", genesis=genesis)

    def _found(self, connection: sa.Connection) -> None:
        open_run(connection, self.context.events, self.run, self.now_ms)
        connection.execute(sa.update(runs).values(phase=RunPhase.TRAINING.value))
        first, every = self.pipeline.stages[0].key.node_id, ((0, self.run.training.microbatches),)
        write_lease(connection, "tiny", LeasePurpose.TRAIN, OpenLease(1, first, every, 2.0**31, self.now_ms / 1000))
        for stage in self.pipeline.stages:
            node, hotkey = stage.key.node_id, hotkey_of(stage)
            connection.execute(
                sa.insert(miners).values(
                    node=node, hotkey=hotkey, payout_coldkey=None, run_id="tiny", stage=stage.stage, life=1,
                    device="cpu", memory_bytes=1, flops_per_second=1.0,
                    addresses_json=b"[]", online=True, phase="training",
                    last_seen_unix_ms=self.now_ms,
                )
            )  # fmt: skip
            connection.execute(
                sa.insert(stage_stays).values(
                    node=node, life=1, run_id="tiny", stage=stage.stage, hotkey=hotkey, since_unix_ms=self.now_ms
                )
            )

    async def train(self, steps: int) -> None:
        """Train so many steps; every journal line reaches the orchestrator."""
        for _, audit, evidence in self.pipeline.audits(steps):
            self.evidence[(audit.node, audit.step)] = (audit, evidence)
        await self.hand_in()

    async def hand_in(self) -> None:
        """Every journal line reaches the orchestrator."""
        for stage in self.pipeline.stages:
            node = stage.key.node_id
            fresh = tuple(stage.journal[self.sent.get(node, 0) :])
            await self.receipts.take(node, ReceiptBatch(node=node, entries=fresh))
            self.sent[node] = len(stage.journal)

    def validator(self, share: float = 1.0, name: str = "validator") -> Validator:
        transport = httpx.ASGITransport(app=self.app)
        client = ValidatorClient("http://orchestrator", KeySigner(JUDGE), transport)
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return Validator(client, AuditDraw(b"s" * 32, share), folder, JUDGE, self.chain)

    async def tasks(self, stage: int) -> Any:
        node = self.pipeline.stages[stage].key.node_id
        found = await self.context.database.read(lambda c: asking.tasks_of(c, miners.c.node == node))
        return found.get(node, asking.NOTHING_ASKED)

    async def hand_over(self, stage: int) -> int:
        """Do as the miner of `stage` does when it is audited; how many audits there were."""
        node = self.pipeline.stages[stage].key.node_id
        wanted = (await self.tasks(stage)).wanted
        for want in wanted:
            audit, evidence = self.evidence[(node, want.step)]

            def put(name: str | None, data: bytes, audit_id: int = want.audit_id) -> str | None:
                if name is None:
                    return None
                key = evidence_key(audit_id, node, name.replace("/", "-"))
                self.context.store.put(key, data)
                return key

            request = EvidenceRequest(
                audit_id=want.audit_id,
                weights_key=put("weights", evidence.weights) or "",
                next_weights_key=put("next", evidence.next_weights or b""),
                packets=tuple(
                    PacketEvidence(
                        microbatch=ref.microbatch,
                        direction=ref.direction,
                        received_key=put(ref.received_key, evidence.packets.get(ref.received_key or "", b"")),
                        sent_key=put(ref.sent_key, evidence.packets.get(ref.sent_key or "", b"")),
                    )
                    for ref in audit.packets
                ),
            )
            assert handing_over.check_evidence(node, request)
            await self.context.database.write(partial(handing_over.take_evidence, node=node, request=request))
        return len(wanted)

    async def verdicts(self) -> list[Any]:
        from subnet.orchestrator.tables.audits import verdicts

        query = sa.select(verdicts).order_by(verdicts.c.audit_id)
        return await self.context.database.read(lambda c: list(c.execute(query)))

    async def close(self) -> None:
        await self.context.database.close()
        await self.chain.close()


def hotkey_of(stage: PipelineStage) -> str:
    return Keypair.from_seed(bytes([stage.stage + 1]) * 32).address


async def draw(validator: Validator) -> None:
    await validator._sign_in()
    while await validator.draw_steps():
        pass


async def settle_epoch(net: AuditNet) -> None:
    """As a second's periodic tasks do, when no validator is waited for any more."""
    await net.desk.tidy()

    def turn(connection: sa.Connection) -> None:
        epochs.turn_epochs(connection, read_run(connection, "tiny"), POOL.address, net.now_ms)

    await net.context.database.write(turn)


async def close_epoch(net: AuditNet) -> float:
    """The credit of the epoch that closes and is settled now."""
    net.now_ms += epochs.LONGEST_MS + 1
    await settle_epoch(net)
    listed = await net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address))
    return sum(listed[-1].credit.values()) if listed else 0.0


async def finish(net: AuditNet) -> None:
    await net.context.database.write(
        lambda c: c.execute(sa.update(runs).values(phase=RunPhase.FINISHED.value)) and None
    )
    await settle_epoch(net)
    await settle_epoch(net)


async def ledger_credit(net: AuditNet) -> float:
    return (await net.context.database.read(lambda c: run_total(c, "tiny"))).credit
