"""Disputes that nobody can decide any more end with the objects of their merge, and hide none that can be decided."""

from typing import Any, Final

import pytest
import sqlalchemy as sa

from protocol.hashes import hash_bytes
from protocol.merges import ObjectRef, PartitionJob, StateHead, UploadRef
from protocol.wire import to_json
from subnet.orchestrator.storage.garbage import DISPUTE_KEPT_MS, MERGE_KEPT_MS, Garbage
from subnet.orchestrator.tables.schema import disputes, merges
from subnet.orchestrator.web.validator_routes import DISPUTES_LIMIT
from subnet.validator.client import ValidatorClient
from swarm.merge_states import Abandoned, AbandonReason, MergeState
from tests.subnet.audits_net import AuditNet

NODE, DATA = "ab" * 32, b"x" * 64
OPEN: Final[dict[str, Any]] = {"provisional": False, "settled": False}
FOR_NOW: Final[dict[str, Any]] = {"provisional": True, "settled": True, "right_hash": "00" * 32, "decided_by": ""}
NOT_BROUGHT: Final[dict[str, Any]] = {
    "provisional": False, "settled": False, "right_hash": "11" * 32, "decided_by": "judge"
}  # fmt: skip
STANDS: Final[dict[str, Any]] = NOT_BROUGHT | {"settled": True}


def job(merge_id: int) -> PartitionJob:
    codes, scales, coefficients = (
        ObjectRef(f"merges/{merge_id}/committed/{kind}", hash_bytes(DATA), len(DATA))
        for kind in ("codes", "scales", "coefficients")
    )
    uploads = (UploadRef(node=NODE, codes=codes, scales=scales),)
    return PartitionJob(partition=0, uploads=uploads, coefficients=coefficients)


async def dispute(net: AuditNet, merge_id: int, sampled: bool, decision: dict[str, Any]) -> None:
    """A merge that is over, its objects in the store, and one of its partitions in dispute."""
    for kind in ("codes", "scales", "coefficients"):
        net.context.store.put(f"merges/{merge_id}/committed/{kind}", DATA)
    over: MergeState = Abandoned(reason=AbandonReason.NO_MINERS)
    merge = {
        "merge_id": merge_id, "run_id": "tiny", "stage": 0, "fragment": 0, "base_version": 1, "solo": False,
        "final": False, "phase": "abandoned", "state_json": to_json(over), "opened_unix_ms": net.now_ms,
        "finished_unix_ms": net.now_ms, "collected": False,
    }  # fmt: skip
    disputed = {
        "merge_id": merge_id, "partition": 0, "run_id": "tiny", "sampled": sampled,
        "base_json": to_json(StateHead(stage=0, fragment=0, version=1)), "job_json": to_json(job(merge_id)),
        "claims_json": to_json({NODE: "00" * 32}), "reason": "sample" if sampled else "disagreement",
        "opened_unix_ms": net.now_ms, "decided_unix_ms": net.now_ms if "right_hash" in decision else None,
    } | decision  # fmt: skip

    def write(connection: sa.Connection) -> None:
        connection.execute(sa.insert(merges).values(merge))
        connection.execute(sa.insert(disputes).values(disputed))

    await net.context.database.write(write)


async def signed_in(net: AuditNet) -> ValidatorClient:
    """Before time passes in the test, since its signature bears the computer's time."""
    client = net.validator()._client
    await client.register()
    return client


async def listed(client: ValidatorClient) -> set[int]:
    return {one.merge_id for one in await client.disputes()}


async def rows(net: AuditNet) -> dict[int, tuple[Any, ...]]:
    query = sa.select(
        disputes.c.merge_id,
        disputes.c.decided_unix_ms,
        disputes.c.decided_by,
        disputes.c.right_hash,
        disputes.c.provisional,
        disputes.c.settled,
    )
    found = await net.context.database.read(lambda c: c.execute(query).all())
    return {row[0]: tuple(row[1:]) for row in found}


@pytest.mark.parametrize(("sampled", "decision"), [(False, FOR_NOW), (True, OPEN), (False, OPEN)])
async def test_disputes_whose_objects_are_gone_hide_no_later_one(
    audit_net: AuditNet, sampled: bool, decision: dict[str, Any]
) -> None:
    client = await signed_in(audit_net)
    for merge_id in range(1, DISPUTES_LIMIT + 1):
        await dispute(audit_net, merge_id, sampled, decision)
    audit_net.now_ms += DISPUTE_KEPT_MS
    await Garbage(audit_net.context).collect()
    assert not audit_net.context.store.keys("merges")
    await dispute(audit_net, 100, sampled, OPEN)
    assert await listed(client) == {100}


async def test_a_dispute_of_a_merge_collected_by_an_earlier_version_is_not_listed(audit_net: AuditNet) -> None:
    client = await signed_in(audit_net)
    await dispute(audit_net, 1, True, OPEN)
    assert await listed(client) == {1}
    await audit_net.context.database.write(lambda c: c.execute(sa.update(merges).values(collected=True)) and None)
    assert await listed(client) == set()


async def test_with_a_merges_objects_end_its_disputes_but_no_decision_that_stands_is_touched(
    audit_net: AuditNet,
) -> None:
    began_ms = audit_net.now_ms
    for merge_id, decision in enumerate((OPEN, FOR_NOW, NOT_BROUGHT, STANDS), start=1):
        await dispute(audit_net, merge_id, False, decision)
    before = await rows(audit_net)
    audit_net.now_ms += MERGE_KEPT_MS + 1
    await Garbage(audit_net.context).collect()
    assert await rows(audit_net) == before, "what is not decided yet is waited for"
    assert {key.split("/")[1] for key in audit_net.context.store.keys("merges")} == {"1", "2", "3"}
    audit_net.now_ms = ended_ms = began_ms + DISPUTE_KEPT_MS
    await Garbage(audit_net.context).collect()
    assert await rows(audit_net) == {
        1: (ended_ms, "", None, False, True),
        2: (began_ms, "", "00" * 32, False, True),
        3: (began_ms, "judge", "11" * 32, False, True),
        4: before[4],
    }
