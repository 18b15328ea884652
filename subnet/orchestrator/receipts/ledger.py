"""The ledger of work: one entry per matched backward pass, and their sums. Entries are only ever added."""

from collections.abc import Iterable
from typing import Final

import msgspec
from sqlalchemy import Connection, bindparam, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from protocol.keys import NodeId
from subnet.orchestrator.runs.runs import RunRecord
from subnet.orchestrator.tables.schema import miners, work, work_totals
from swarm.work import credit

# Made once, since making a statement costs several times as much as running it.
_NEW_WORK: Final = (
    insert(work).prefix_with("OR IGNORE").returning(work.c.node, work.c.hotkey, work.c.credit, work.c.tokens)
)
_HOTKEY_CREDIT: Final = select(func.coalesce(func.sum(work_totals.c.credit), 0.0)).where(
    work_totals.c.hotkey == bindparam("hotkey")
)
_FIRST_TOTAL: Final = upsert(work_totals).values(
    run_id=bindparam("run_id"),
    node=bindparam("node"),
    hotkey=bindparam("hotkey"),
    credit=bindparam("credit"),
    tokens=bindparam("tokens"),
    passes=bindparam("passes"),
)
_ADD_TO_TOTAL: Final = _FIRST_TOTAL.on_conflict_do_update(
    index_elements=["run_id", "node"],
    set_={
        "credit": work_totals.c.credit + _FIRST_TOTAL.excluded.credit,
        "tokens": work_totals.c.tokens + _FIRST_TOTAL.excluded.tokens,
        "passes": work_totals.c.passes + _FIRST_TOTAL.excluded.passes,
    },
)


class WorkEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A backward pass that counts, and the journal line that is paid."""

    microbatch: int
    stage: int
    node: NodeId
    hotkey: str
    sequence: int
    step_life: int
    step: int
    tokens: int
    within_owner: bool = False
    """Nobody but miners of its own owner confirmed it."""


class WorkTotal(msgspec.Struct, frozen=True):
    """Sums over entries; `credit` in FLOPs."""

    credit: float = 0.0
    tokens: int = 0
    passes: int = 0


def add_entries(connection: Connection, run: RunRecord, entries: Iterable[WorkEntry], now_ms: int) -> int:
    """Write down the entries that are not there yet; how many were new."""
    rows = [
        msgspec.structs.asdict(entry)
        | {"run_id": run.run_id, "credit": credit(run.spec, entry.stage, entry.tokens), "unix_ms": now_ms}
        for entry in entries
    ]
    if not rows:
        return 0
    added = connection.execute(_NEW_WORK, rows).all()
    totals: dict[tuple[NodeId, str], WorkTotal] = {}
    for node, hotkey, worth, tokens in added:
        sofar = totals.get((node, hotkey), WorkTotal())
        totals[node, hotkey] = WorkTotal(sofar.credit + worth, sofar.tokens + tokens, sofar.passes + 1)
    for (node, hotkey), more in totals.items():
        place = {"run_id": run.run_id, "node": node, "hotkey": hotkey}
        connection.execute(_ADD_TO_TOTAL, place | msgspec.structs.asdict(more))
    return len(added)


def run_total(connection: Connection, run_id: str) -> WorkTotal:
    """Everything in the ledger of a run, added up from the entries themselves."""
    return _sum(connection, work.c.run_id == run_id)


def hotkey_credit(connection: Connection, hotkey: str) -> float:
    """FLOPs of a hotkey over all runs."""
    return float(connection.execute(_HOTKEY_CREDIT, {"hotkey": hotkey}).scalar_one())


def node_tokens_since(connection: Connection, run_id: str, nodes: Iterable[NodeId], since_ms: int) -> dict[NodeId, int]:
    """Matched tokens by node since a time and since its last start; the weight of each upload in a merge. What a miner
    did before it died is not in its upload."""
    query = (
        select(work.c.node, func.sum(work.c.tokens))
        .join(miners, miners.c.node == work.c.node)
        .where(work.c.run_id == run_id, work.c.node.in_(list(nodes)), work.c.unix_ms >= since_ms)
        .where(work.c.step_life == miners.c.life)
        .group_by(work.c.node)
    )
    return {node: int(tokens) for node, tokens in connection.execute(query)}


def _sum(connection: Connection, *conditions: object) -> WorkTotal:
    query = select(
        func.coalesce(func.sum(work.c.credit), 0.0), func.coalesce(func.sum(work.c.tokens), 0), func.count()
    ).where(*conditions)  # type: ignore[arg-type]
    credit_sum, tokens, passes = connection.execute(query).one()
    return WorkTotal(float(credit_sum), int(tokens), int(passes))
