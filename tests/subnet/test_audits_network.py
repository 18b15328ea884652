"""From journal lines to verdicts, between an orchestrator's rooms and a real validator."""

import asyncio
import secrets
import sys
from collections.abc import Awaitable, Callable
from functools import partial

import httpx
import msgspec
import pytest
import sqlalchemy as sa
import uvicorn

from chain.key_store import FileKeyStore
from chain.keys import Keypair, KeySigner
from protocol.engine_control import EnginePhase
from protocol.errors import Refused
from protocol.orchestrator_api import EvidenceRequest
from protocol.public_api import VerdictGiven
from protocol.validator_api import DisputeVerdict, Finding, Verdict
from subnet.orchestrator.auditing import handing_over, states, verdicts
from subnet.orchestrator.tables.audits import audits as audit_table
from subnet.orchestrator.tables.schema import miners
from subnet.orchestrator.web.projections import verdict_detail
from subnet.orchestrator.web.validator_routes import NamedValidators
from subnet.validator.client import ValidatorClient
from subnet.validator.rehearsal import Cheat
from tests.subnet.audits_net import (
    JUDGE,
    SECOND_MS,
    AuditNet,
    draw,
)


async def test_a_liar_is_named_and_its_honest_neighbours_are_not(audit_net: AuditNet) -> None:
    audit_net.pipeline.stages[1].cheat = Cheat(output=lambda latent: latent.flip(0))
    await audit_net.train(3)
    validator = audit_net.validator()
    await draw(validator)
    for stage in range(3):
        assert await audit_net.hand_over(stage) == 3
    while await validator.judge_all():
        pass
    found = await audit_net.verdicts()
    assert len(found) == 9
    assert {row.finding for row in found if row.stage == 1} == {Finding.FORWARD}
    # Neighbours computed rightly on what they got; that it was a liar's work is not their fault.
    assert {row.finding for row in found if row.stage != 1} == {Finding.HONEST}
    detail = await audit_net.context.database.read(lambda c: verdict_detail(c, found[1].audit_id))
    assert detail.audit.commitment.signature
    logged = [event.event() for event in await audit_net.context.events.after(0)]
    assert sum(isinstance(event, VerdictGiven) for event in logged) == 9
    kept = {row.audit_id: bool(audit_net.context.store.keys(f"audits/{row.audit_id}")) for row in found}
    assert all(kept[row.audit_id] == row.marked_down for row in found)


async def test_a_killed_validator_decides_the_same_again_and_goes_on(audit_net: AuditNet) -> None:
    await audit_net.train(6)
    first = audit_net.validator(share=0.5)
    await draw(first)
    wanted = [(await audit_net.tasks(stage)).wanted for stage in range(3)]
    # A folder without its place, as if killed between the post and the file.
    again = audit_net.validator(share=0.5, name="elsewhere")
    await draw(again)
    assert [(await audit_net.tasks(stage)).wanted for stage in range(3)] == wanted
    assert 0 < sum(map(len, wanted)) < 18


async def test_a_lost_session_is_opened_again(audit_net: AuditNet) -> None:
    await audit_net.train(2)
    validator = audit_net.validator()
    await draw(validator)
    audit_net.context.sessions._by_hash.clear()
    validator.closing.clear()
    from subnet.validator.client import SessionLost

    with pytest.raises(SessionLost):
        await validator.draw_steps()
    validator._signed_in = False
    await draw(validator)


async def test_a_hotkey_that_is_no_validator_is_refused(audit_net: AuditNet) -> None:
    client = ValidatorClient("http://o", KeySigner(Keypair.generate()), httpx.ASGITransport(app=audit_net.app))
    with pytest.raises(Refused, match="no validator"):
        await client.register()


async def test_evidence_that_never_comes_marks_down_a_miner_that_was_there(audit_net: AuditNet) -> None:
    await audit_net.train(2)
    validator = audit_net.validator()
    await draw(validator)
    audit_net.now_ms += 30 * SECOND_MS
    await audit_net.desk.tidy()
    assert not await validator.judge_all()
    audit_net.now_ms += 1800 * SECOND_MS
    await audit_net.desk.tidy()
    while await validator.judge_all():
        pass
    assert {row.finding for row in await audit_net.verdicts()} == {Finding.MISSING_EVIDENCE}


async def test_a_restarted_miner_is_excused_for_all_that_was_asked_of_it(audit_net: AuditNet) -> None:
    await audit_net.train(6)
    validator = audit_net.validator()
    await draw(validator)
    await audit_net.context.database.write(lambda c: c.execute(sa.update(miners).values(life=2)) and None)
    await audit_net.desk.tidy()
    while await validator.judge_all():
        pass
    of_one = [row.finding for row in await audit_net.verdicts() if row.stage == 0]
    assert len(of_one) > 3
    assert set(of_one) == {Finding.INCONCLUSIVE}, "one restart is one excuse, however many audits were open"


async def test_a_paused_miner_is_excused_for_what_it_does_not_upload_meanwhile(audit_net: AuditNet) -> None:
    await audit_net.train(6)
    validator = audit_net.validator()
    await draw(validator)
    paused = sa.update(miners).values(online=True, phase=EnginePhase.PAUSED.value)
    await audit_net.context.database.write(lambda c: c.execute(paused) and None)
    audit_net.now_ms += 1800 * SECOND_MS
    await audit_net.desk.tidy()
    while await validator.judge_all():
        pass
    of_one = [row.finding for row in await audit_net.verdicts() if row.stage == 0]
    assert len(of_one) > 3
    assert set(of_one) == {Finding.INCONCLUSIVE}, "one pause is one excuse, however many audits were open"


async def test_a_fourth_restart_of_a_day_excuses_nothing(audit_net: AuditNet) -> None:
    """Whichever of a hotkey's computers restarts: else a key with many could be audited on none."""
    await audit_net.train(6)
    validator = audit_net.validator()
    await draw(validator)

    def three_restarts_before(connection: sa.Connection) -> None:
        first = connection.execute(sa.select(audit_table).where(audit_table.c.stage == 0)).first()
        assert first is not None
        judged = {"state": states.AuditState.JUDGED.value, "excused": True}
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

    await audit_net.context.database.write(three_restarts_before)
    await audit_net.desk.tidy()
    while await validator.judge_all():
        pass
    of_one = {row.finding for row in await audit_net.verdicts() if row.stage == 0}
    assert of_one == {Finding.MISSING_EVIDENCE}


async def test_who_owns_up_to_having_no_evidence_is_excused_three_times_a_day(audit_net: AuditNet) -> None:
    """Its disk may be small; but a lie can't be hidden that way whenever it is drawn."""
    await audit_net.train(6)
    validator = audit_net.validator()
    await draw(validator)
    node = audit_net.pipeline.stages[0].key.node_id
    for want in (await audit_net.tasks(0)).wanted:
        nothing = EvidenceRequest(
            audit_id=want.audit_id, weights_key="", next_weights_key=None, packets=(), missing="There was no room."
        )
        await audit_net.context.database.write(partial(handing_over.take_evidence, node=node, request=nothing))
    while await validator.judge_all():
        pass
    found = [row.finding for row in await audit_net.verdicts() if row.stage == 0]
    assert sorted(found) == 3 * [Finding.INCONCLUSIVE] + 3 * [Finding.MISSING_EVIDENCE]


async def test_evidence_of_another_audit_or_not_in_the_store_is_refused(audit_net: AuditNet) -> None:
    node = audit_net.pipeline.stages[0].key.node_id
    request = EvidenceRequest(audit_id=5, weights_key=f"audits/6/{node}/weights", next_weights_key=None, packets=())
    with pytest.raises(Refused):
        handing_over.check_evidence(node, request)


async def test_a_validators_word_on_a_dispute_reaches_whoever_leads_the_merges(audit_net: AuditNet) -> None:
    validator = audit_net.validator()
    await validator._sign_in()
    await validator._client.settle_dispute(DisputeVerdict(dispute_id=4, right_hash="ab", state_key=None))
    assert audit_net.court.decided == [(4, "ab", None, JUDGE.address)]


async def test_a_verdict_is_taken_once_and_from_whoever_drew_the_audit_only(audit_net: AuditNet) -> None:
    await audit_net.train(1)
    validator = audit_net.validator()
    await draw(validator)
    await audit_net.hand_over(0)
    ready = await validator._client.audits()
    assert [audit.stage for audit in ready] == [0]
    row = (await audit_net.context.database.read(lambda c: c.execute(sa.select(audit_table)).all()))[0]
    await validator.judge_all()
    verdict = msgspec.json.decode(msgspec.json.encode({"audit_id": row.audit_id, "finding": "loss"}), type=dict)
    await validator._client.give_verdict(Verdict(audit_id=verdict["audit_id"], finding=Finding.LOSS))
    assert [row.finding for row in await audit_net.verdicts()] == [Finding.HONEST]
    stranger = secrets.token_hex(8)
    with pytest.raises(Refused):
        await audit_net.context.database.write(
            lambda c: (
                verdicts.give_verdict(
                    c, audit_net.context.events, stranger, Verdict(audit_id=row.audit_id, finding=Finding.LOSS), 0
                )
                and None
            )
        )


async def test_a_second_verdict_leaves_the_evidence_of_the_first(audit_net: AuditNet) -> None:
    await audit_net.train(1)
    validator = audit_net.validator()
    await draw(validator)
    await audit_net.hand_over(0)
    (audit,) = await validator._client.audits()
    for finding in (Finding.FORWARD, Finding.HONEST):
        await validator._client.give_verdict(Verdict(audit_id=audit.audit_id, finding=finding))
    assert [row.marked_down for row in await audit_net.verdicts()] == [True]
    assert audit.weights_key is not None
    assert audit_net.context.store.exists(audit.weights_key), "its miner could check nothing"


async def start_validator(audit_net: AuditNet, url: str) -> asyncio.subprocess.Process:
    arguments = ["--orchestrator", url, "--folder", str(audit_net.folder / "process"), "--audit-share", "1.0"]
    arguments += ["--chain", f"local:{audit_net.folder / 'chain.sqlite'}"]
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "subnet.validator", *arguments)


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_a_validator_process_killed_in_the_middle_of_its_work_finishes_it_after_a_restart(
    audit_net: AuditNet,
) -> None:
    key = FileKeyStore(audit_net.folder / "process" / "keys").create("validator")
    audit_net.desk.gate = NamedValidators([key.address])
    server = uvicorn.Server(uvicorn.Config(audit_net.app, port=0, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    await until(lambda: asyncio.sleep(0, server.started))
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    await audit_net.train(8)

    async def all_drawn() -> bool:
        return [len((await audit_net.tasks(stage)).wanted) for stage in range(3)] == [8, 8, 8]

    async def some_judged() -> bool:
        return len(await audit_net.verdicts()) >= 2

    async def all_judged() -> bool:
        return len(await audit_net.verdicts()) == 24

    process = await start_validator(audit_net, url)
    try:
        await until(all_drawn)
        for stage in range(3):
            await audit_net.hand_over(stage)
        await until(some_judged)
        process.kill()
        await process.wait()
        process = await start_validator(audit_net, url)
        await until(all_judged)
        process.terminate()
        assert await process.wait() == 0 or sys.platform == "win32"  # which asks nobody
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        server.should_exit = True
        await serving
    assert {row.finding for row in await audit_net.verdicts()} == {Finding.HONEST}
