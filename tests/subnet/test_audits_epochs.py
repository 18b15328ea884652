"""What counts in which epoch, and who scores in it."""

import pytest
import sqlalchemy as sa

from protocol.receipts import Direction as Way
from subnet.orchestrator.receipts.ledger import run_total
from subnet.orchestrator.runs import epochs
from subnet.orchestrator.runs.runs import RunPhase
from subnet.orchestrator.tables.audits import auditable_steps
from subnet.orchestrator.tables.schema import fragment_states, merge_blames, merges, miners, runs
from subnet.validator.rehearsal import Cheat
from subnet.validator.validator import Validator
from tests.subnet.audits_net import (
    JUDGE,
    POOL,
    AuditNet,
    close_epoch,
    draw,
    finish,
    hotkey_of,
    ledger_credit,
    settle_epoch,
)


async def test_an_epoch_scores_by_accepted_work_and_whoever_was_marked_down_scores_nothing(audit_net: AuditNet) -> None:
    audit_net.pipeline.stages[1].cheat = Cheat(output=lambda latent: latent.flip(0))
    await settle_epoch(audit_net)
    await audit_net.train(2)
    validator = audit_net.validator()
    await draw(validator)
    await audit_net.context.database.write(
        lambda c: c.execute(
            sa.insert(fragment_states),
            [
                {"run_id": "tiny", "stage": stage, "fragment": 0, "version": 1, "merge_id": stage, "head_json": b"",
                 "made_unix_ms": audit_net.now_ms, "anchor_hash": ""} for stage in range(3)
            ],
        ) and None
    )  # fmt: skip
    await settle_epoch(audit_net)
    # Closed, but its audits are not judged yet.
    assert await audit_net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address)) == ()
    for stage in range(3):
        await audit_net.hand_over(stage)
    while await validator.judge_all():
        pass
    await settle_epoch(audit_net)
    (epoch,) = await audit_net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address))
    liar = hotkey_of(audit_net.pipeline.stages[1])
    assert epoch.marked_down == (liar,)
    # Its only audited passes were refuted, so they are not even counted.
    assert liar not in epoch.credit
    assert await validator.score_epochs()
    assert await audit_net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address)) == ()
    neuron = next(one for one in (await audit_net.chain.metagraph()).neurons if one.hotkey == JUDGE.address)
    assert list(neuron.weights) == [POOL.address]


async def test_who_was_proven_to_lie_in_a_merge_scores_nothing_in_that_epoch(
    audit_net: AuditNet,
) -> None:
    await settle_epoch(audit_net)
    await audit_net.train(2)
    earlier, liar, _honest = audit_net.pipeline.stages

    def blame(connection: sa.Connection) -> None:
        about = {"run_id": "tiny", "stage": 1, "fragment": 0, "base_version": 0, "phase": "done", "state_json": b""}
        times = {"opened_unix_ms": audit_net.now_ms, "finished_unix_ms": audit_net.now_ms}
        connection.execute(sa.insert(merges).values(merge_id=1, solo=False, final=False, **about, **times))
        for stage, after_ms in ((liar, 1), (earlier, -1)):
            proof = {"merge_id": 1, "partition": 0, "node": stage.key.node_id, "phase": "summing"}
            connection.execute(sa.insert(merge_blames).values(**proof, unix_ms=audit_net.now_ms + after_ms))

    await audit_net.context.database.write(blame)
    await close_epoch(audit_net)
    (epoch,) = await audit_net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address))
    assert epoch.marked_down == (hotkey_of(liar),)


async def test_every_ledger_entry_counts_in_exactly_one_epoch(audit_net: AuditNet) -> None:
    await settle_epoch(audit_net)
    totals = []
    for _ in range(3):
        await audit_net.train(1)
        audit_net.now_ms += epochs.LONGEST_MS + 1
        await settle_epoch(audit_net)
        await settle_epoch(audit_net)
    await audit_net.context.database.write(
        lambda c: c.execute(sa.update(runs).values(phase=RunPhase.FINISHED.value)) and None
    )
    await settle_epoch(audit_net)
    listed = await audit_net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address))
    totals = [sum(epoch.credit.values()) for epoch in listed]
    whole = await audit_net.context.database.read(lambda c: run_total(c, "tiny"))
    assert sum(totals) == pytest.approx(whole.credit)
    assert [epoch.epoch for epoch in listed] == list(range(len(listed)))


async def train_undrawable(audit_net: AuditNet) -> float:
    """One step whose successor the orchestrator does not know; what it is worth."""
    await audit_net.train(1)
    await audit_net.context.database.write(lambda c: c.execute(sa.delete(auditable_steps)) and None)
    return await ledger_credit(audit_net)


async def test_work_that_no_draw_can_reach_yet_counts_once_the_next_version_is_there(audit_net: AuditNet) -> None:
    await settle_epoch(audit_net)
    worth = await train_undrawable(audit_net)
    assert worth > 0
    assert await close_epoch(audit_net) == 0.0
    await audit_net.train(1)  # notes the step before, too
    assert await close_epoch(audit_net) == pytest.approx(worth)
    await finish(audit_net)
    listed = await audit_net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address))
    assert sum(sum(epoch.credit.values()) for epoch in listed) == pytest.approx(await ledger_credit(audit_net))


async def counted(net: AuditNet) -> float:
    """The credit of all epochs."""
    listed = await net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address))
    return sum(sum(epoch.credit.values()) for epoch in listed)


async def train_with_one_lost(net: AuditNet) -> float:
    """Two steps; of the first one more microbatch went forward at the first stage, and never came back."""
    await net.train(1)
    stage = net.pipeline.stages[0]
    stage.record(Way.FORWARD, microbatch=39, received=None, sent=None, input_hash="")
    await net.train(2)
    return await ledger_credit(net)


async def test_work_beside_a_microbatch_that_was_lost_counts_once_the_run_is_over(audit_net: AuditNet) -> None:
    await settle_epoch(audit_net)
    worth = await train_with_one_lost(audit_net)
    assert 0.0 < await close_epoch(audit_net) < worth
    await finish(audit_net)
    audit_net.now_ms += epochs.SETTLE_MS + 1
    await finish(audit_net)
    await finish(audit_net)
    listed = await audit_net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address))
    assert sum(sum(epoch.credit.values()) for epoch in listed) == pytest.approx(worth)


async def test_work_beside_a_microbatch_that_was_lost_counts_though_its_miner_never_comes_back(
    audit_net: AuditNet,
) -> None:
    await settle_epoch(audit_net)
    worth = await train_with_one_lost(audit_net)
    assert 0.0 < await close_epoch(audit_net) < worth
    audit_net.now_ms += epochs.LIFE_MS
    for _ in range(2):
        await close_epoch(audit_net)
    assert await counted(audit_net) == pytest.approx(worth)


async def test_work_that_no_draw_ever_reaches_is_not_waited_for_for_ever(audit_net: AuditNet) -> None:
    """A life's last version: there is no other to draw it by."""
    await settle_epoch(audit_net)
    await audit_net.train(1)
    drawn = await ledger_credit(audit_net)
    audit_net.pipeline._train(2)
    await audit_net.hand_in()
    assert await ledger_credit(audit_net) > drawn
    assert await close_epoch(audit_net) == pytest.approx(drawn)
    audit_net.now_ms += epochs.WAITING_MS
    await finish(audit_net)
    await audit_net.train(1)
    await finish(audit_net)
    listed = await audit_net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address))
    assert sum(sum(epoch.credit.values()) for epoch in listed) == pytest.approx(drawn)


async def train_within_one_owner(net: AuditNet) -> Validator:
    """Two steps of miners with one payout address, all of them drawn and handed over; who is to judge them."""
    await net.context.database.write(lambda c: c.execute(sa.update(miners).values(payout_coldkey="5Same")) and None)
    await settle_epoch(net)
    validator = net.validator()
    await draw(validator)
    await net.train(2)
    await draw(validator)
    for stage in range(3):
        await net.hand_over(stage)
    return validator


async def test_miners_of_one_owner_are_paid_once_an_audit_found_them_honest(audit_net: AuditNet) -> None:
    validator = await train_within_one_owner(audit_net)
    assert await close_epoch(audit_net) == 0.0
    while await validator.judge_all():
        pass
    await finish(audit_net)
    assert await counted(audit_net) == pytest.approx(await ledger_credit(audit_net))


async def test_a_liar_among_miners_of_one_owner_is_never_paid_for_its_lie(audit_net: AuditNet) -> None:
    audit_net.pipeline.stages[1].cheat = Cheat(output=lambda latent: latent.flip(0))
    validator = await train_within_one_owner(audit_net)
    await close_epoch(audit_net)
    while await validator.judge_all():
        pass
    await finish(audit_net)
    assert await counted(audit_net) > 0
    listed = await audit_net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address))
    assert not any(epoch.credit.get(hotkey_of(audit_net.pipeline.stages[1])) for epoch in listed)
