"""Registered miners: where they serve, whether they are there, what they last said.

A miner is *online* from its registration or a heartbeat until it leaves or falls silent, and *ready*, that is in the
routing table and counted for leases and merges, while it is online and its phase is training or waiting_for_peers. One
that is stopping gets nothing new, but merges what it has (`merging`).
"""

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from protocol.engine_control import EnginePhase
from protocol.errors import Refused
from protocol.keys import NodeId
from protocol.orchestrator_api import Capabilities, HeartbeatRequest, RegisterRequest, counted_uplink
from protocol.runs import RunSpec
from protocol.sockets import dialable
from protocol.wire import from_json, to_json
from subnet.orchestrator.merging.state_heads import stage_heads
from subnet.orchestrator.miners.steering import Steering
from subnet.orchestrator.runs.runs import RunPhase, RunRecord, fragments_of, read_run, read_runs
from subnet.orchestrator.tables.schema import held_fragments, miners, stage_stays
from swarm.compression import bytes_per_token
from swarm.placement import MinerPower, StageLoad, calibrated, place_newcomer
from swarm.work import stage_flops_per_token, stage_matmul_parameters

READY_PHASES: Final = frozenset({EnginePhase.TRAINING, EnginePhase.WAITING_FOR_PEERS})
MERGING_PHASES: Final = READY_PHASES | {EnginePhase.STOPPING}
"""Who leaves in order still hands in the steps that no merge has yet."""
ADDRESS_LIMIT: Final = 16
ADDRESSES_READ: Final = 4 * ADDRESS_LIMIT
_TRAINING_BYTES_PER_PARAMETER: Final = 16
"""Of fp32 weights, gradient and AdamW's two moments; activations come on top but can be recomputed."""

# What each heartbeat asks is made once, since making a statement costs several times as much as running it.
_ONE_MINER: Final = select(miners).where(miners.c.node == bindparam("node"))
_COUNT_ONLINE: Final = (
    select(func.count()).select_from(miners).where(miners.c.run_id == bindparam("run_id"), miners.c.online.is_(True))
)


class MinerRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A miner as the database has it."""

    node: NodeId
    hotkey: str
    payout_coldkey: str | None
    run_id: str
    stage: int
    life: int
    device: str
    memory_bytes: int
    flops_per_second: float
    upload_bytes_per_second: float | None
    addresses: tuple[str, ...]
    online: bool
    phase: EnginePhase
    rate: float
    step_life: int
    step: int
    steps_total: int
    bytes_sent: dict[str, int]
    last_seen_unix_ms: int
    acknowledged_sequence: int

    @property
    def ready(self) -> bool:
        return self.online and self.phase in READY_PHASES

    @property
    def merging(self) -> bool:
        """Whether merges can count on it."""
        return self.online and self.phase in MERGING_PHASES


def read_miners(connection: Connection, *conditions: ColumnElement[bool]) -> list[MinerRecord]:
    """The miners that meet the conditions, by node."""
    return [_record(row) for row in connection.execute(select(miners).where(*conditions).order_by(miners.c.node))]


def read_miner(connection: Connection, node: NodeId) -> MinerRecord | None:
    row = connection.execute(_ONE_MINER, {"node": node}).one_or_none()
    return None if row is None else _record(row)


def online_miners(connection: Connection, run_id: str) -> list[MinerRecord]:
    return read_miners(connection, miners.c.run_id == run_id, miners.c.online.is_(True))


def ready_miners(connection: Connection, run_id: str, stage: int | None = None) -> list[MinerRecord]:
    """The miners that can be given work now."""
    found = [miner for miner in online_miners(connection, run_id) if miner.ready]
    return found if stage is None else [miner for miner in found if miner.stage == stage]


def all_stages_manned(connection: Connection, run: RunRecord) -> bool:
    return {miner.stage for miner in ready_miners(connection, run.run_id)} == set(range(run.stages))


def choose_run(connection: Connection, request: RegisterRequest) -> RunRecord:
    """The wanted run, else the oldest that still trains, else the oldest unfinished; raises Unknown or Refused.

    When all are finished a miner comes back to the one it was in, to hand over its last receipts.
    """
    if request.run_id is not None:
        return read_run(connection, request.run_id)
    unfinished = [run for run in read_runs(connection) if run.phase is not RunPhase.FINISHED]
    if not unfinished:
        known = read_miner(connection, request.binding.node)
        if known is not None:
            return read_run(connection, known.run_id)
        raise Refused("There is no run to take part in just now.", "Try again later.")
    return next((run for run in unfinished if run.phase is not RunPhase.MERGING), unfinished[0])


def stage_loads(spec: RunSpec) -> tuple[StageLoad, ...]:
    """What each stage asks of a miner, roughly: enough to tell who fits and who is quick. A thin link is counted at the
    lowest rung, to which its miner will go down."""
    tokens, lowest = spec.tokens_per_microbatch, spec.rungs[-1]
    last = len(spec.stages) - 1
    return tuple(
        StageLoad(
            memory_bytes=_TRAINING_BYTES_PER_PARAMETER * _parameters(spec, stage),
            flops_per_microbatch=tokens * stage_flops_per_token(spec.model, spec.stages, stage),
            upload_bytes_per_microbatch=tokens * bytes_per_token(lowest, stage < last, stage > 0),
        )
        for stage in range(len(spec.stages))
    )


def _parameters(spec: RunSpec, stage: int) -> int:
    embedding = spec.model.vocabulary * spec.model.width if stage == 0 else 0
    return stage_matmul_parameters(spec.model, spec.stages, stage) + embedding


def place(
    connection: Connection, run: RunRecord, request: RegisterRequest, steering: Steering, wanted: int | None = None
) -> int:
    """The stage for a miner that registers, `wanted` if it fits; raises Refused if it has memory for none."""
    node = request.binding.node
    known = read_miner(connection, node)
    previous = known.stage if known is not None and known.run_id == run.run_id else None
    if previous is None and request.holding is not None and request.holding.run_id == run.run_id:
        previous = request.holding.stage if 0 <= request.holding.stage < run.stages else None
    others = [power(miner, steering) for miner in online_miners(connection, run.run_id) if miner.node != node]
    capabilities = request.capabilities
    newcomer = MinerPower(
        node,
        capabilities.memory_bytes,
        capabilities.flops_per_second,
        counted_uplink(capabilities.upload_bytes_per_second),
    )
    loads = stage_loads(run.spec)
    if wanted is not None and wanted < run.stages and loads[wanted].memory_bytes <= capabilities.memory_bytes:
        return wanted
    stage = place_newcomer(loads, calibrated(loads, others), newcomer, previous)
    if stage is None:
        raise Refused(
            f"This computer has too little memory for any part of {run.spec.title}.",
            "Close programs, or choose another run.",
        )
    return stage


def power(miner: MinerRecord, steering: Steering) -> MinerPower:
    """What a miner can do, by its receipts and heartbeats."""
    return MinerPower(
        miner.node,
        miner.memory_bytes,
        miner.flops_per_second,
        miner.upload_bytes_per_second,
        miner.stage,
        steering.rate(miner.node, miner.life),
        steering.duty_cycle(miner.node),
    )


def enrol(
    connection: Connection, run: RunRecord, stage: int, hotkey: str, request: RegisterRequest, now_ms: int
) -> int:
    """Write down a registration; returns the new life's number. Raises Refused if the node is another hotkey's."""
    node, told = request.binding.node, request.capabilities
    known = read_miner(connection, node)
    if known is not None and known.hotkey != hotkey:
        raise Refused("This node already serves another hotkey.", "Start with a new state folder.")
    life = 1 if known is None else known.life + 1
    steps_total = 0 if known is None else known.steps_total
    values = {
        "hotkey": hotkey,
        "payout_coldkey": request.payout_coldkey or (known.payout_coldkey if known else None),
        "run_id": run.run_id,
        "stage": stage,
        "life": life,
        "phase": EnginePhase.STARTING.value,
        "online": True,
        "rate": 0.0,
        "bytes_sent_json": b"{}",
        "last_seen_unix_ms": now_ms,
        **_capabilities(told),
        "addresses_json": _told_addresses(request.addresses),
    }
    statement = upsert(miners).values(node=node, **values).on_conflict_do_update(index_elements=["node"], set_=values)
    connection.execute(statement)
    connection.execute(
        insert(stage_stays).values(
            node=node, life=life, run_id=run.run_id, stage=stage, hotkey=hotkey, since_unix_ms=now_ms
        )
    )
    _hold_heads(connection, run, node, stage, steps_total)
    return life


def _hold_heads(connection: Connection, run: RunRecord, node: NodeId, stage: int, steps_total: int) -> None:
    """A miner that registers begins from the present heads, which the reply names."""
    connection.execute(delete(held_fragments).where(held_fragments.c.node == node))
    rows = [
        {"node": node, "fragment": head.fragment, "version": head.version, "steps_total": steps_total}
        for head in stage_heads(connection, run.run_id, stage, fragments_of(run.spec, stage))
    ]
    connection.execute(insert(held_fragments), rows)


def note_heartbeat(connection: Connection, node: NodeId, heartbeat: HeartbeatRequest, now_ms: int) -> None:
    """Write down what a miner last said of itself, and that it is there."""
    values: dict[str, Any] = {
        "online": True,
        "phase": heartbeat.phase.value,
        "rate": max(0.0, heartbeat.rate),
        "step_life": heartbeat.step.life,
        "step": heartbeat.step.step,
        "addresses_json": _told_addresses(heartbeat.addresses),
        "bytes_sent_json": to_json(heartbeat.bytes_sent),
        "last_seen_unix_ms": now_ms,
    }
    if (uplink := counted_uplink(heartbeat.upload_bytes_per_second)) is not None:
        values["upload_bytes_per_second"] = uplink
    connection.execute(update(miners).where(miners.c.node == node).values(values))


def set_offline(connection: Connection, nodes: Iterable[NodeId]) -> None:
    connection.execute(update(miners).where(and_(miners.c.node.in_(list(nodes)))).values(online=False, rate=0.0))


def count_online(connection: Connection, run_id: str) -> int:
    return int(connection.execute(_COUNT_ONLINE, {"run_id": run_id}).scalar_one())


def _told_addresses(told: tuple[str, ...]) -> bytes:
    """Those that others can dial: nobody is sent to addresses that lead nowhere or to many."""
    return to_json(dialable(told[:ADDRESSES_READ])[:ADDRESS_LIMIT])


def _capabilities(told: Capabilities) -> dict[str, Any]:
    return {
        "device": told.device[:128],
        "memory_bytes": told.memory_bytes,
        "flops_per_second": told.flops_per_second,
        "upload_bytes_per_second": counted_uplink(told.upload_bytes_per_second),
    }


def _record(row: Any) -> MinerRecord:
    values = dict(row._mapping)
    values["addresses"] = from_json(values.pop("addresses_json"), tuple[str, ...])
    values["bytes_sent"] = from_json(values.pop("bytes_sent_json"), dict[str, int])
    values["phase"] = EnginePhase(values["phase"])
    return MinerRecord(**values)
