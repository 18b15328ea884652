"""Merged states of fragments: the newest of each, all that are kept, and the removal of what nobody needs any more."""

from typing import Final

from sqlalchemy import Connection, insert, select, update

from protocol.keys import NodeId
from protocol.merges import StateHead
from protocol.wire import from_json, to_json
from subnet.orchestrator.runs.runs import RunRecord, fragments_of
from subnet.orchestrator.tables.schema import fragment_states, held_fragments

KEPT_VERSIONS: Final = 3
"""Miners may still be fetching an older one, and a validator recomputing from it."""


def run_state_key(run_id: str, stage: int, fragment: int, version: int, partition: int) -> str:
    """Where an accepted state lies: open to everybody."""
    return f"runs/{run_id}/state/s{stage}/f{fragment}/v{version}/p{partition}"


def run_delta_key(run_id: str, stage: int, fragment: int, version: int, partition: int) -> str:
    """Where the merged delta lies that made it from the version before: open to everybody, like the state."""
    return f"runs/{run_id}/deltas/s{stage}/f{fragment}/v{version}/p{partition}"


def newest_head(connection: Connection, run_id: str, stage: int, fragment: int) -> StateHead:
    """The newest merged state; version 0 while there was no merge."""
    query = (
        select(fragment_states.c.head_json)
        .where(
            fragment_states.c.run_id == run_id,
            fragment_states.c.stage == stage,
            fragment_states.c.fragment == fragment,
        )
        .order_by(fragment_states.c.version.desc())
        .limit(1)
    )
    body = connection.execute(query).scalar_one_or_none()
    if body is None:
        return StateHead(stage=stage, fragment=fragment, version=0)
    head: StateHead = from_json(body, StateHead)
    return head


def stage_heads(connection: Connection, run_id: str, stage: int, fragments: int) -> tuple[StateHead, ...]:
    return tuple(newest_head(connection, run_id, stage, fragment) for fragment in range(fragments))


def standing_version(connection: Connection, node: NodeId, fragment: int) -> int:
    """The newest merged state that a miner has shown to stand on, by its hash or by fetching it as it registered."""
    query = select(held_fragments.c.version).where(held_fragments.c.node == node, held_fragments.c.fragment == fragment)
    return int(connection.execute(query).scalar() or 0)


def run_heads(connection: Connection, run: RunRecord) -> tuple[tuple[StateHead, ...], ...]:
    """By stage, then fragment: where the whole merged model lies in the store."""
    return tuple(
        stage_heads(connection, run.run_id, stage, fragments_of(run.spec, stage)) for stage in range(run.stages)
    )


def add_head(
    connection: Connection, run_id: str, merge_id: int, head: StateHead, anchor_hash: str, now_ms: int
) -> None:
    """Write down a new merged state, whose objects are in the store already."""
    connection.execute(
        insert(fragment_states).values(
            run_id=run_id,
            stage=head.stage,
            fragment=head.fragment,
            version=head.version,
            merge_id=merge_id,
            head_json=to_json(head),
            anchor_hash=anchor_hash,
            made_unix_ms=now_ms,
            collected=False,
        )
    )


def outdated(connection: Connection) -> list[tuple[str, StateHead]]:
    """(run, head) of states older than the newest KEPT_VERSIONS of their fragment, whose objects are still there."""
    query = select(fragment_states.c.run_id, fragment_states.c.head_json).where(fragment_states.c.collected.is_(False))
    heads: list[tuple[str, StateHead]] = [
        (run_id, from_json(body, StateHead)) for run_id, body in connection.execute(query)
    ]
    newest: dict[tuple[str, int, int], int] = {}
    for run_id, head in heads:
        place = (run_id, head.stage, head.fragment)
        newest[place] = max(newest.get(place, 0), head.version)
    return [
        (run_id, head)
        for run_id, head in heads
        if head.version <= newest[(run_id, head.stage, head.fragment)] - KEPT_VERSIONS
    ]


def mark_collected(connection: Connection, run_id: str, head: StateHead) -> None:
    connection.execute(
        update(fragment_states)
        .where(
            fragment_states.c.run_id == run_id,
            fragment_states.c.stage == head.stage,
            fragment_states.c.fragment == head.fragment,
            fragment_states.c.version == head.version,
        )
        .values(collected=True)
    )
