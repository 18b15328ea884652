"""Which steps may be drawn, and how long each is waited for."""

import msgspec
import pytest
import sqlalchemy as sa

from protocol.orchestrator_api import ReceiptBatch
from protocol.receipts import Direction as Way
from protocol.receipts import StepId
from subnet.orchestrator.auditing import draws, validators
from subnet.orchestrator.tables.schema import lease_books, runs, stage_stays
from subnet.validator.rehearsal import Pipeline
from swarm.audit_windows import gradient_steps, sure_steps
from tests.subnet.audits_net import JUDGE, AuditNet, draw, hotkey_of


async def test_a_miner_may_drop_what_was_not_drawn_at_once(audit_net: AuditNet) -> None:
    await audit_net.train(4)
    assert (await audit_net.tasks(0)).decided_through == StepId(-1, 0)
    validator = audit_net.validator(share=0.0)
    await draw(validator)
    tasks = await audit_net.tasks(0)
    # The newest version is still at work; it is not auditable before another follows it.
    assert tasks.decided_through == StepId(1, 3)
    assert tasks.wanted == ()


async def test_the_newest_step_and_a_lifes_last_are_never_auditable(audit_net: AuditNet) -> None:
    await audit_net.train(2)
    steps = await audit_net.context.database.read(lambda c: draws.undecided_steps(c, JUDGE.address, -1, 100))
    assert {step.step for step in steps} == {StepId(1, 0), StepId(1, 1)}
    assert [step.cursor for step in steps] == sorted(step.cursor for step in steps)
    assert {step.passes for step in steps} == {4}


class Journal:
    """A first-stage miner's, written by hand, from its second life on."""

    def __init__(self, net: AuditNet) -> None:
        self.net, self.stage, self.life = net, net.pipeline.stages[0], 1
        self.node = self.stage.key.node_id
        self.stage.journal.clear()

    async def begin_life(self) -> None:
        """Register anew, and commit to the weights that it begins with."""
        self.life += 1
        row = {"node": self.node, "life": self.life, "run_id": "tiny", "stage": 0, "hotkey": hotkey_of(self.stage)}
        statement = sa.insert(stage_stays).values(**row, since_unix_ms=0)
        await self.net.context.database.write(lambda c: c.execute(statement) and None)
        self.took(0)

    def took(self, step: int, *microbatches: int) -> None:
        """A version was made of these, or begins the life."""
        self.stage.sign(self.stage._commitment(StepId(self.life, step), microbatches, 0.0))

    def passed(self, way: Way, microbatch: int, step: int) -> None:
        self.stage.step = StepId(self.life, step)
        self.stage.record(way, microbatch=microbatch, received=None, sent=None, input_hash="")

    async def drawable(self, life: int | None = None) -> list[int]:
        """The steps of this life that may be drawn once all that was written has arrived."""
        batch = ReceiptBatch(node=self.node, entries=tuple(self.stage.journal))
        await self.net.receipts.take(self.node, batch)
        steps = await self.net.context.database.read(lambda c: draws.undecided_steps(c, JUDGE.address, -1, 1000))
        return [step.step.step for step in steps if step.step.life == (life or self.life)]


@pytest.fixture
async def journal(audit_net: AuditNet) -> Journal:
    written = Journal(audit_net)
    await written.begin_life()
    return written


async def note_as_trained(net: AuditNet, *microbatches: int) -> None:
    body = msgspec.json.encode([(one, one + 1) for one in microbatches])
    statement = sa.insert(lease_books).values(run_id="tiny", book_json=body)
    await net.context.database.write(lambda c: c.execute(statement) and None)


async def test_a_step_waits_for_a_gradient_that_names_it_and_comes_after_later_steps(journal: Journal) -> None:
    journal.passed(Way.FORWARD, 0, step=0)
    journal.passed(Way.FORWARD, 1, step=0)
    journal.passed(Way.BACKWARD, 0, step=0)
    journal.took(1, 0)
    assert await journal.drawable() == []
    journal.passed(Way.BACKWARD, 1, step=0)
    assert await journal.drawable() == [0]


async def test_what_nobody_has_trained_is_waited_for_as_long_as_its_miner_would_use_the_gradient(
    journal: Journal,
) -> None:
    last = gradient_steps(journal.net.run)
    journal.passed(Way.FORWARD, 9, step=0)
    for step in range(1, last + 1):
        journal.took(step, 9 + step)
    assert await journal.drawable() == []
    journal.took(last + 1, 9)
    assert await journal.drawable() == list(range(last + 1))


async def test_what_others_have_trained_is_not_waited_for_longer_than_an_undisturbed_way_takes(
    journal: Journal,
) -> None:
    last = sure_steps(journal.net.run)
    await note_as_trained(journal.net, 9)
    journal.passed(Way.FORWARD, 9, step=0)
    for step in range(1, last + 1):
        journal.took(step, 9 + step)
    assert await journal.drawable() == []
    journal.took(last + 1, 9)
    assert await journal.drawable() == list(range(last + 1))


async def test_the_next_life_ends_all_waiting_for_what_the_last_one_had_under_way(journal: Journal) -> None:
    journal.passed(Way.FORWARD, 9, step=0)
    journal.took(1, 10)
    journal.took(2, 11)
    assert await journal.drawable() == []
    await journal.begin_life()
    assert await journal.drawable(life=2) == [0, 1]
    assert await journal.drawable() == []


async def test_without_a_validator_nothing_is_kept_and_with_a_slow_one_no_more_than_the_window(
    audit_net: AuditNet,
) -> None:
    await audit_net.train(3)
    await audit_net.desk.tidy()
    assert (await audit_net.tasks(0)).decided_through == StepId(1, 2)
    await audit_net.context.database.write(lambda c: validators.see_validator(c, JUDGE.address, audit_net.now_ms))
    narrow = msgspec.structs.replace(audit_net.run, audit=msgspec.structs.replace(audit_net.run.audit, window_steps=2))
    await audit_net.context.database.write(
        lambda c: c.execute(sa.update(runs).values(spec_json=msgspec.json.encode(narrow))) and None
    )
    audit_net.pipeline = Pipeline(audit_net.run)
    for stage in audit_net.pipeline.stages:
        stage.journal.clear()
    waiting = await audit_net.context.database.read(lambda c: draws.undecided_steps(c, JUDGE.address, -1, 100))
    assert waiting == ()
