"""From journal lines to verdicts, scores and weights, between an orchestrator's rooms and a real validator."""

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import sqlalchemy as sa
import uvicorn

from chain.key_store import FileKeyStore
from chain.keys import Keypair, KeySigner, verify
from chain.local_chain import LocalChain
from chain.local_ledger import Genesis
from protocol.engine_control import EnginePhase
from protocol.errors import Refused
from protocol.orchestrator_api import EvidenceRequest, LeasePurpose, PacketEvidence, ReceiptBatch, evidence_key
from protocol.public_api import VerdictGiven
from protocol.receipts import Direction as Way
from protocol.receipts import StepId, sign_line
from protocol.runs import RunSpec
from protocol.validator_api import DisputeVerdict, Finding, OpenAudit
from subnet.orchestrator.assembly import _open_context
from subnet.orchestrator.auditing import audits
from subnet.orchestrator.context import Context, Settings, system_clock
from subnet.orchestrator.http import build_app
from subnet.orchestrator.miners.bells import Bells
from subnet.orchestrator.receipts.ledger import run_total
from subnet.orchestrator.receipts.receipts import ReceiptService
from subnet.orchestrator.runs import epochs
from subnet.orchestrator.runs.leases import write_lease
from subnet.orchestrator.runs.runs import RunPhase, open_run, read_run
from subnet.orchestrator.storage.routes import store_router
from subnet.orchestrator.tables.audits import auditable_steps
from subnet.orchestrator.tables.audits import audits as audit_table
from subnet.orchestrator.tables.schema import fragment_states, miners, runs, stage_stays
from subnet.orchestrator.web.miner_routes import hello_router
from subnet.orchestrator.web.projections import verdict_detail
from subnet.orchestrator.web.validator_routes import NamedValidators, ValidatorDesk, validator_router
from subnet.validator.client import ValidatorClient
from subnet.validator.draw import AuditDraw
from subnet.validator.evidence import Evidence
from subnet.validator.rehearsal import TEXT, Cheat, Pipeline, PipelineStage, make_run
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
class Net:
    """One orchestrator's rooms, three miners that train in this process, one validator at a time."""

    folder: Path
    run: RunSpec
    pipeline: Pipeline
    now_ms: int = field(default_factory=system_clock)
    evidence: dict[tuple[str, StepId], tuple[OpenAudit, Evidence]] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)

    async def open(self) -> None:
        self.context: Context = await _open_context(
            Settings(folder=self.folder / "orchestrator"), POOL.address, verify, lambda: self.now_ms
        )
        bells, self.court = Bells(), Court()
        self.receipts = ReceiptService(self.context, bells, hooks=(audits.note_lines,))
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
        return await self.context.database.read(lambda c: audits.tasks_for(c, node))

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
            assert audits.check_evidence(node, request)
            await self.context.database.write(lambda c, r=request: audits.take_evidence(c, node, r))
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


@pytest.fixture
async def net(tmp_path: Path) -> AsyncIterator[Net]:
    run = make_run(2, 40, 2)
    net = Net(tmp_path, run, Pipeline(run))
    await net.open()
    yield net
    await net.close()


async def draw(validator: Validator) -> None:
    await validator._sign_in()
    while await validator.draw_steps():
        pass


async def test_a_liar_is_named_and_its_honest_neighbours_are_not(net: Net) -> None:
    net.pipeline.stages[1].cheat = Cheat(output=lambda latent: latent.flip(0))
    await net.train(3)
    validator = net.validator()
    await draw(validator)
    for stage in range(3):
        assert await net.hand_over(stage) == 3
    while await validator.judge_all():
        pass
    found = await net.verdicts()
    assert len(found) == 9
    assert {row.finding for row in found if row.stage == 1} == {Finding.FORWARD}
    # Neighbours computed rightly on what they got; that it was a liar's work is not their fault.
    assert {row.finding for row in found if row.stage != 1} == {Finding.HONEST}
    detail = await net.context.database.read(lambda c: verdict_detail(c, found[1].audit_id))
    assert detail.audit.commitment.signature
    logged = [event.event() for event in await net.context.events.after(0)]
    assert sum(isinstance(event, VerdictGiven) for event in logged) == 9
    kept = {row.audit_id: bool(net.context.store.keys(f"audits/{row.audit_id}")) for row in found}
    assert all(kept[row.audit_id] == row.marked_down for row in found)


async def test_a_miner_may_drop_what_was_not_drawn_at_once(net: Net) -> None:
    await net.train(4)
    assert (await net.tasks(0)).decided_through == StepId(-1, 0)
    validator = net.validator(share=0.0)
    await draw(validator)
    tasks = await net.tasks(0)
    # The newest version is still at work; it is not auditable before another follows it.
    assert tasks.decided_through == StepId(1, 3)
    assert tasks.wanted == ()


async def test_the_newest_step_and_a_lifes_last_are_never_auditable(net: Net) -> None:
    await net.train(2)
    steps = await net.context.database.read(lambda c: audits.undecided_steps(c, JUDGE.address, -1, 100))
    assert {step.step for step in steps} == {StepId(1, 0), StepId(1, 1)}
    assert [step.cursor for step in steps] == sorted(step.cursor for step in steps)
    assert {step.passes for step in steps} == {4}


async def test_a_step_waits_for_what_is_in_flight_but_not_for_ever(net: Net) -> None:
    stage = net.pipeline.stages[0]
    for number, way in enumerate([None, Way.FORWARD, Way.FORWARD, Way.BACKWARD, None, Way.BACKWARD]):
        if way is None:
            stage.sign(stage._commitment(StepId(2, number // 4), (), 0.0))
        else:
            stage.step = StepId(2, 0)
            stage.record(way, microbatch=number % 3, received=None, sent=None, input_hash="")
    stage.journal.pop(0)
    stage.journal[:] = [sign_line(stage.key, place, entry.line()) for place, entry in enumerate(stage.journal)]
    await net.context.database.write(
        lambda c: (
            c.execute(
                sa.insert(stage_stays).values(
                    node=stage.key.node_id, life=2, run_id="tiny", stage=0, hotkey=hotkey_of(stage), since_unix_ms=0
                )
            )
            and None
        )
    )

    async def send(count: int) -> set[StepId]:
        batch = ReceiptBatch(node=stage.key.node_id, entries=tuple(stage.journal[:count]))
        await net.receipts.take(stage.key.node_id, batch)
        steps = await net.context.database.read(lambda c: audits.undecided_steps(c, JUDGE.address, -1, 100))
        return {step.step for step in steps}

    assert await send(5) == set()
    assert await send(6) == {StepId(2, 0)}
    lost = [StepId(2, step) for step in range(2, 8)]
    stage.step = StepId(2, 1)
    stage.record(Way.FORWARD, microbatch=9, received=None, sent=None, input_hash="")
    found = []
    for step in lost:
        stage.sign(stage._commitment(step, (), 0.0))
        found.append(await send(len(stage.journal)))
    assert StepId(2, 1) not in found[0]
    assert StepId(2, 1) in found[-1]


async def test_a_killed_validator_decides_the_same_again_and_goes_on(net: Net) -> None:
    await net.train(6)
    first = net.validator(share=0.5)
    await draw(first)
    wanted = [(await net.tasks(stage)).wanted for stage in range(3)]
    # A folder without its place, as if killed between the post and the file.
    again = net.validator(share=0.5, name="elsewhere")
    await draw(again)
    assert [(await net.tasks(stage)).wanted for stage in range(3)] == wanted
    assert 0 < sum(map(len, wanted)) < 18


async def test_a_lost_session_is_opened_again(net: Net) -> None:
    await net.train(2)
    validator = net.validator()
    await draw(validator)
    net.context.sessions._by_hash.clear()
    validator.closing.clear()
    from subnet.validator.client import SessionLost

    with pytest.raises(SessionLost):
        await validator.draw_steps()
    validator._signed_in = False
    await draw(validator)


async def test_a_hotkey_that_is_no_validator_is_refused(net: Net) -> None:
    client = ValidatorClient("http://o", KeySigner(Keypair.generate()), httpx.ASGITransport(app=net.app))
    with pytest.raises(Refused, match="no validator"):
        await client.register()


async def test_without_a_validator_nothing_is_kept_and_with_a_slow_one_no_more_than_the_window(net: Net) -> None:
    await net.train(3)
    await net.desk.tidy()
    assert (await net.tasks(0)).decided_through == StepId(1, 2)
    await net.context.database.write(lambda c: audits.see_validator(c, JUDGE.address, net.now_ms))
    narrow = msgspec.structs.replace(net.run, audit=msgspec.structs.replace(net.run.audit, window_steps=2))
    await net.context.database.write(
        lambda c: c.execute(sa.update(runs).values(spec_json=msgspec.json.encode(narrow))) and None
    )
    net.pipeline = Pipeline(net.run)
    for stage in net.pipeline.stages:
        stage.journal.clear()
    waiting = await net.context.database.read(lambda c: audits.undecided_steps(c, JUDGE.address, -1, 100))
    assert waiting == ()


async def test_evidence_that_never_comes_marks_down_a_miner_that_was_there(net: Net) -> None:
    await net.train(2)
    validator = net.validator()
    await draw(validator)
    net.now_ms += 30 * SECOND_MS
    await net.desk.tidy()
    assert not await validator.judge_all()
    net.now_ms += 1800 * SECOND_MS
    await net.desk.tidy()
    while await validator.judge_all():
        pass
    assert {row.finding for row in await net.verdicts()} == {Finding.MISSING_EVIDENCE}


async def test_a_restarted_miner_is_excused_for_all_that_was_asked_of_it(net: Net) -> None:
    await net.train(6)
    validator = net.validator()
    await draw(validator)
    await net.context.database.write(lambda c: c.execute(sa.update(miners).values(life=2)) and None)
    await net.desk.tidy()
    while await validator.judge_all():
        pass
    of_one = [row.finding for row in await net.verdicts() if row.stage == 0]
    assert len(of_one) > 3
    assert set(of_one) == {Finding.INCONCLUSIVE}, "one restart is one excuse, however many audits were open"


async def test_a_paused_miner_is_excused_for_what_it_does_not_upload_meanwhile(net: Net) -> None:
    await net.train(6)
    validator = net.validator()
    await draw(validator)
    paused = sa.update(miners).values(online=True, phase=EnginePhase.PAUSED.value)
    await net.context.database.write(lambda c: c.execute(paused) and None)
    net.now_ms += 1800 * SECOND_MS
    await net.desk.tidy()
    while await validator.judge_all():
        pass
    of_one = [row.finding for row in await net.verdicts() if row.stage == 0]
    assert len(of_one) > 3
    assert set(of_one) == {Finding.INCONCLUSIVE}, "one pause is one excuse, however many audits were open"


async def test_a_fourth_restart_of_a_day_excuses_nothing(net: Net) -> None:
    """Whichever of a hotkey's computers restarts: else a key with many could be audited on none."""
    await net.train(6)
    validator = net.validator()
    await draw(validator)

    def three_restarts_before(connection: sa.Connection) -> None:
        first = connection.execute(sa.select(audit_table).where(audit_table.c.stage == 0)).first()
        assert first is not None
        judged = {"state": audits.AuditState.JUDGED.value, "excused": True}
        past = [
            dict(first._mapping)
            | judged
            | {
                "audit_id": 1000 + each,
                "node": f"card {each}",
                "life": 7,
                "step": each,
                "occasion": f"card {each}/7/end",
            }
            for each in (1, 2, 3)
        ]
        connection.execute(sa.insert(audit_table), past)
        connection.execute(sa.update(miners).values(life=2))

    await net.context.database.write(three_restarts_before)
    await net.desk.tidy()
    while await validator.judge_all():
        pass
    of_one = {row.finding for row in await net.verdicts() if row.stage == 0}
    assert of_one == {Finding.MISSING_EVIDENCE}


async def test_evidence_of_another_audit_or_not_in_the_store_is_refused(net: Net) -> None:
    node = net.pipeline.stages[0].key.node_id
    request = EvidenceRequest(audit_id=5, weights_key=f"audits/6/{node}/weights", next_weights_key=None, packets=())
    with pytest.raises(Refused):
        audits.check_evidence(node, request)


async def settle_epoch(net: Net) -> None:
    def turn(connection: sa.Connection) -> None:
        epochs.turn_epochs(connection, read_run(connection, "tiny"), POOL.address, net.now_ms)

    await net.context.database.write(turn)


async def test_an_epoch_scores_by_accepted_work_and_whoever_was_marked_down_scores_nothing(net: Net) -> None:
    net.pipeline.stages[1].cheat = Cheat(output=lambda latent: latent.flip(0))
    await settle_epoch(net)
    await net.train(2)
    validator = net.validator()
    await draw(validator)
    await net.context.database.write(
        lambda c: c.execute(
            sa.insert(fragment_states),
            [
                {"run_id": "tiny", "stage": stage, "fragment": 0, "version": 1, "merge_id": stage, "head_json": b"",
                 "made_unix_ms": net.now_ms, "anchor_hash": ""} for stage in range(3)
            ],
        ) and None
    )  # fmt: skip
    await settle_epoch(net)
    # Closed, but its audits are not judged yet.
    assert await net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address)) == ()
    for stage in range(3):
        await net.hand_over(stage)
    while await validator.judge_all():
        pass
    await settle_epoch(net)
    (epoch,) = await net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address))
    liar = hotkey_of(net.pipeline.stages[1])
    assert epoch.marked_down == (liar,)
    # Its only audited passes were refuted, so they are not even counted.
    assert liar not in epoch.credit
    assert await validator.score_epochs()
    assert await net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address)) == ()
    neuron = next(one for one in (await net.chain.metagraph()).neurons if one.hotkey == JUDGE.address)
    assert list(neuron.weights) == [POOL.address]


async def test_every_ledger_entry_counts_in_exactly_one_epoch(net: Net) -> None:
    await settle_epoch(net)
    totals = []
    for _ in range(3):
        await net.train(1)
        net.now_ms += epochs.LONGEST_MS + 1
        await settle_epoch(net)
        await settle_epoch(net)
    await net.context.database.write(
        lambda c: c.execute(sa.update(runs).values(phase=RunPhase.FINISHED.value)) and None
    )
    await settle_epoch(net)
    listed = await net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address))
    totals = [sum(epoch.credit.values()) for epoch in listed]
    whole = await net.context.database.read(lambda c: run_total(c, "tiny"))
    assert sum(totals) == pytest.approx(whole.credit)
    assert [epoch.epoch for epoch in listed] == list(range(len(listed)))


async def close_epoch(net: Net) -> float:
    """The credit of the epoch that closes and is settled now."""
    net.now_ms += epochs.LONGEST_MS + 1
    await settle_epoch(net)
    listed = await net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address))
    return sum(listed[-1].credit.values()) if listed else 0.0


async def finish(net: Net) -> None:
    await net.context.database.write(
        lambda c: c.execute(sa.update(runs).values(phase=RunPhase.FINISHED.value)) and None
    )
    await settle_epoch(net)
    await settle_epoch(net)


async def ledger_credit(net: Net) -> float:
    return (await net.context.database.read(lambda c: run_total(c, "tiny"))).credit


async def train_undrawable(net: Net) -> float:
    """One step whose successor the orchestrator does not know; what it is worth."""
    await net.train(1)
    await net.context.database.write(lambda c: c.execute(sa.delete(auditable_steps)) and None)
    return await ledger_credit(net)


async def test_work_that_no_draw_can_reach_yet_counts_once_the_next_version_is_there(net: Net) -> None:
    await settle_epoch(net)
    worth = await train_undrawable(net)
    assert worth > 0
    assert await close_epoch(net) == 0.0
    await net.train(1)  # notes the step before, too
    assert await close_epoch(net) == pytest.approx(worth)
    await finish(net)
    listed = await net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address))
    assert sum(sum(epoch.credit.values()) for epoch in listed) == pytest.approx(await ledger_credit(net))


async def test_work_that_no_draw_ever_reaches_is_not_waited_for_for_ever(net: Net) -> None:
    await settle_epoch(net)
    await train_undrawable(net)
    assert await close_epoch(net) == 0.0
    net.now_ms += epochs.WAITING_MS
    await finish(net)
    await net.train(1)
    await finish(net)
    listed = await net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address))
    assert sum(sum(epoch.credit.values()) for epoch in listed) == 0.0


async def test_miners_of_one_owner_are_paid_once_an_audit_found_them_honest(net: Net) -> None:
    await net.context.database.write(lambda c: c.execute(sa.update(miners).values(payout_coldkey="5Same")) and None)
    await settle_epoch(net)
    validator = net.validator()
    await draw(validator)
    await net.train(2)
    assert await close_epoch(net) == 0.0
    await draw(validator)
    for stage in range(3):
        await net.hand_over(stage)
    while await validator.judge_all():
        pass
    await finish(net)
    assert await close_epoch(net) == pytest.approx(await ledger_credit(net))
    await close_epoch(net)
    listed = await net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address))
    assert sum(sum(epoch.credit.values()) for epoch in listed) == pytest.approx(await ledger_credit(net))


async def test_a_liar_among_miners_of_one_owner_is_never_paid_for_its_lie(net: Net) -> None:
    net.pipeline.stages[1].cheat = Cheat(output=lambda latent: latent.flip(0))
    await net.context.database.write(lambda c: c.execute(sa.update(miners).values(payout_coldkey="5Same")) and None)
    await settle_epoch(net)
    validator = net.validator()
    await draw(validator)
    await net.train(2)
    await close_epoch(net)
    await draw(validator)
    for stage in range(3):
        await net.hand_over(stage)
    while await validator.judge_all():
        pass
    await finish(net)
    listed = await net.context.database.read(lambda c: epochs.unscored_epochs(c, JUDGE.address))
    assert not any(epoch.credit.get(hotkey_of(net.pipeline.stages[1])) for epoch in listed)


async def test_a_validators_word_on_a_dispute_reaches_whoever_leads_the_merges(net: Net) -> None:
    validator = net.validator()
    await validator._sign_in()
    await validator._client.settle_dispute(DisputeVerdict(dispute_id=4, right_hash="ab", state_key=None))
    assert net.court.decided == [(4, "ab", None, JUDGE.address)]


async def test_a_verdict_is_taken_once_and_from_whoever_drew_the_audit_only(net: Net) -> None:
    await net.train(1)
    validator = net.validator()
    await draw(validator)
    await net.hand_over(0)
    ready = await validator._client.audits()
    assert [audit.stage for audit in ready] == [0]
    row = (await net.context.database.read(lambda c: c.execute(sa.select(audit_table)).all()))[0]
    await validator.judge_all()
    verdict = msgspec.json.decode(msgspec.json.encode({"audit_id": row.audit_id, "finding": "loss"}), type=dict)
    from protocol.validator_api import Verdict

    await validator._client.give_verdict(Verdict(audit_id=verdict["audit_id"], finding=Finding.LOSS))
    assert [row.finding for row in await net.verdicts()] == [Finding.HONEST]
    stranger = secrets.token_hex(8)
    with pytest.raises(Refused):
        await net.context.database.write(
            lambda c: (
                audits.give_verdict(
                    c, net.context.events, stranger, Verdict(audit_id=row.audit_id, finding=Finding.LOSS), 0
                )
                and None
            )
        )


async def start_validator(net: Net, url: str) -> asyncio.subprocess.Process:
    arguments = ["--orchestrator", url, "--folder", str(net.folder / "process"), "--audit-share", "1.0"]
    arguments += ["--chain", f"local:{net.folder / 'chain.sqlite'}"]
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "subnet.validator", *arguments)


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_a_validator_process_killed_in_the_middle_of_its_work_finishes_it_after_a_restart(net: Net) -> None:
    key = FileKeyStore(net.folder / "process" / "keys").create("validator")
    net.desk.gate = NamedValidators([key.address])
    server = uvicorn.Server(uvicorn.Config(net.app, port=0, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    await until(lambda: asyncio.sleep(0, server.started))
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    await net.train(8)

    async def all_drawn() -> bool:
        return [len((await net.tasks(stage)).wanted) for stage in range(3)] == [8, 8, 8]

    async def some_judged() -> bool:
        return len(await net.verdicts()) >= 2

    async def all_judged() -> bool:
        return len(await net.verdicts()) == 24

    process = await start_validator(net, url)
    try:
        await until(all_drawn)
        for stage in range(3):
            await net.hand_over(stage)
        await until(some_judged)
        process.kill()
        await process.wait()
        process = await start_validator(net, url)
        await until(all_judged)
        process.terminate()
        assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        server.should_exit = True
        await serving
    assert {row.finding for row in await net.verdicts()} == {Finding.HONEST}
