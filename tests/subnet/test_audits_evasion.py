"""Miners that make everything up and confirm each other: nothing of it may count, whatever they do to escape a draw."""

import pytest
import sqlalchemy as sa

from protocol.hashes import hash_bytes
from protocol.orchestrator_api import ReceiptBatch
from protocol.receipts import Direction as Way
from protocol.receipts import Receipt, StepId
from subnet.orchestrator.runs import epochs
from subnet.orchestrator.tables.audits import auditable_steps, audits, step_decisions
from subnet.orchestrator.tables.schema import miners, stage_stays, work
from tests.subnet.audits_net import JUDGE, AuditNet, close_epoch, draw, hotkey_of, settle_epoch

STEPS = 16


class Forgers:
    """One of each stage; what they sign fits together, and no weight was ever multiplied."""

    def __init__(self, net: AuditNet) -> None:
        self._net = net
        self._stages = net.pipeline.stages
        self._sent = [0, 0, 0]
        self.life = 1
        for stage in self._stages:
            stage.journal.clear()

    def commit(self, step: int, *microbatches: int) -> None:
        for stage in self._stages:
            stage.sign(stage._commitment(StepId(self.life, step), microbatches, 0.0))

    def sign_passes(self, step: int, *microbatches: int) -> None:
        """There and back, of each of the microbatches."""
        for microbatch in microbatches:
            self.sign_forward(step, microbatch)
            for stage in (2, 1, 0):
                came, sent = (made_up("back", microbatch, one) for one in (stage + 1, stage))
                self._sign(stage, Way.BACKWARD, microbatch, step, came if stage < 2 else "", sent if stage else "")

    def sign_forward(self, step: int, microbatch: int, lease_id: int = 1) -> None:
        for stage in range(3):
            came, sent = (made_up("there", microbatch, one) for one in (stage, stage + 1))
            self._sign(stage, Way.FORWARD, microbatch, step, came, sent if stage < 2 else "", lease_id)

    def _sign(self, number: int, way: Way, microbatch: int, step: int, came: str, sent: str, lease_id: int = 1) -> None:
        stage = self._stages[number]
        receipt = Receipt(
            run_id="tiny",
            stage=number,
            microbatch=microbatch,
            lease_id=lease_id,
            direction=way,
            step=StepId(self.life, step),
            input_hash=came,
            output_hash=sent,
            upstream=stage.upstream,
            downstream=stage.downstream,
            tokens=self._net.run.tokens_per_microbatch,
            duration_ms=1.0,
            finished_at_unix_ms=0,
        )
        stage.sign(receipt)

    async def hand_in(self) -> None:
        for number, stage in enumerate(self._stages):
            node, fresh = stage.key.node_id, tuple(stage.journal[self._sent[number] :])
            await self._net.receipts.take(node, ReceiptBatch(node=node, entries=fresh))
            self._sent[number] = len(stage.journal)

    async def begin_life(self) -> None:
        self.life += 1

        def write(connection: sa.Connection) -> None:
            for stage in self._stages:
                place = {"node": stage.key.node_id, "run_id": "tiny", "stage": stage.stage, "hotkey": hotkey_of(stage)}
                connection.execute(sa.insert(stage_stays).values(**place, life=self.life, since_unix_ms=0))
                mine = sa.update(miners).where(miners.c.node == stage.key.node_id)
                connection.execute(mine.values(life=self.life))

        await self._net.context.database.write(write)
        self.commit(0)


def made_up(*about: object) -> str:
    return hash_bytes(repr(about).encode())


@pytest.fixture
async def forgers(audit_net: AuditNet) -> Forgers:
    """A validator that audits everything is at work, and an epoch is open."""
    await settle_epoch(audit_net)
    made = Forgers(audit_net)
    made.commit(0)
    return made


async def how_many(net: AuditNet, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(*conditions)
    found: int = await net.context.database.read(lambda c: c.execute(query).scalar_one())
    return found


async def counted(net: AuditNet) -> float:
    """The credit of all epochs, after three more."""
    for _ in range(3):
        await close_epoch(net)
    listed = await net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address))
    return sum(sum(epoch.credit.values()) for epoch in listed)


async def test_passes_signed_once_their_version_can_be_drawn_earn_nothing(
    audit_net: AuditNet, forgers: Forgers
) -> None:
    """A version without a pass leaves nothing to draw; so it would be safe to make up its passes a moment later."""
    validator = audit_net.validator()
    await draw(validator)
    for step in range(STEPS):
        forgers.commit(step + 1, step)
        await forgers.hand_in()
        forgers.sign_passes(step, step)
        await forgers.hand_in()
        await draw(validator)
    assert await how_many(audit_net, auditable_steps) == 3 * STEPS
    assert await how_many(audit_net, work) == 0


async def test_a_burst_of_steps_is_not_let_go_of_before_a_validator_at_work_has_drawn(
    audit_net: AuditNet, forgers: Forgers
) -> None:
    validator = audit_net.validator()
    await draw(validator)
    steps = audit_net.run.audit.window_steps + 20
    for step in range(steps):
        forgers.sign_passes(step, step % audit_net.run.training.microbatches)
        forgers.commit(step + 1, step)
    await forgers.hand_in()
    await audit_net.desk.tidy()
    audit_net.now_ms += 500
    await audit_net.desk.tidy()
    await draw(validator)
    assert await how_many(audit_net, step_decisions) == 3 * steps


async def test_a_line_that_stays_open_and_a_new_life_each_time_make_nothing_count(
    audit_net: AuditNet, forgers: Forgers
) -> None:
    """Every audit is excused by a restart: then none says that this life ever did what it signed for."""
    validator = audit_net.validator()
    await draw(validator)
    for life in range(3):
        forgers.sign_forward(0, audit_net.run.training.microbatches - 1)
        for step in range(4):
            forgers.sign_passes(step, 4 * life + step)
            forgers.commit(step + 1, 4 * life + step)
        await forgers.hand_in()
        await forgers.begin_life()
        await forgers.hand_in()
        await draw(validator)
        await audit_net.desk.tidy()
        while await validator.judge_all():
            pass
    assert not any(row.marked_down for row in await audit_net.verdicts())
    assert await how_many(audit_net, work) > 0
    assert await counted(audit_net) == 0.0


async def test_a_forward_pass_under_a_lease_that_had_not_the_microbatch_is_not_waited_for(
    audit_net: AuditNet, forgers: Forgers
) -> None:
    forgers.sign_forward(0, microbatch=5, lease_id=2)
    forgers.commit(1)
    await forgers.hand_in()
    assert await how_many(audit_net, auditable_steps) == 3


async def test_nothing_counts_while_its_evidence_is_awaited(audit_net: AuditNet, forgers: Forgers) -> None:
    """A large shard's evidence takes hours over a thin line; an epoch waits for minutes."""
    validator = audit_net.validator()
    await draw(validator)
    for step in range(4):
        forgers.sign_passes(step, step)
        forgers.commit(step + 1, step)
    await forgers.hand_in()
    await draw(validator)
    hours_ms = audit_net.now_ms + 10 * 3600 * 1000
    statement = sa.update(audits).values(deadline_unix_ms=hours_ms)
    await audit_net.context.database.write(lambda c: c.execute(statement) and None)
    assert await how_many(audit_net, audits, audits.c.state == "wanted") == 12
    assert await how_many(audit_net, work) > 0
    assert await counted(audit_net) == 0.0
