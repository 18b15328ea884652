"""How much room in the store a miner is given: what an open merge, an audit of it or a peer that is there asks for, at
the size that the run's shapes say, and never more than a bounded amount for packets.

The keys are its own by then (storage.policy). What is refused here would lie in the store for nobody.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select

from protocol.errors import MalformedMessage, Refused
from protocol.keys import NodeId
from protocol.orchestrator_api import StoreWish
from protocol.packets import PAYLOAD_LIMIT_BYTES
from protocol.runs import RunSpec
from subnet.orchestrator.auditing.states import AuditState
from subnet.orchestrator.merging.fragment_sizes import fragment_numbers
from subnet.orchestrator.miners.miners import read_miner
from subnet.orchestrator.runs.runs import read_run
from subnet.orchestrator.tables.audits import audits
from subnet.orchestrator.tables.schema import merges, parked, receipts
from subnet.orchestrator.web.refusals import Throttled, TooLarge, Unknown
from swarm.merge_arithmetic import state_sizes
from swarm.merged_deltas import largest_size
from swarm.partitions import PartitionSlice, split
from swarm.quantisation import codes_bytes_size

REQUEST_BYTES: Final = 32 * 1024**3
"""All that one request may want to write."""
PARKED_PACKETS: Final = 256
"""Packets that one sender may have waiting in the store."""
PARKED_SENDER_BYTES: Final = 1024**3
PARKED_BYTES: Final = 32 * 1024**3
"""All packets of all senders together."""
HEADER_BYTES: Final = 64 * 1024
"""More than a packet's or an object's own description takes."""
WAIT_SECONDS: Final = 5.0
MORE_PASSES: Final = 16
"""Passes of a step whose receipts may be on their way still."""
LONGEST_NUMBER: Final = 15
"""Digits of the largest merge or audit that a table may ever hold."""

_UPLOADED: Final = re.compile(r"(\d{1,9})\.(codes|scales)")
_STATE: Final = re.compile(r"\d{1,9}")
_PACKET: Final = re.compile(r"(\d{1,9})-(in|out)")


def make_room(connection: Connection, node: NodeId, wishes: Iterable[StoreWish], now_ms: int) -> None:
    """Raises Refused or Unknown for what nobody asks for, TooLarge for more than it can have, Throttled while a
    sender's packets, or all, fill their room. What is promised to packets is written down, and counts from then on."""
    writes = [wish for wish in wishes if wish.method == "PUT"]
    if any(wish.size_bytes < 0 for wish in writes) or len({wish.key for wish in writes}) < len(writes):
        raise MalformedMessage("Each object is named once, with its size.")
    if sum(wish.size_bytes for wish in writes) > REQUEST_BYTES:
        raise TooLarge("These objects are too large together.", "Ask for some of them first.")
    for wish in writes:
        parts = wish.key.split("/")
        if wish.size_bytes > _limit_bytes(connection, node, parts):
            raise TooLarge(f"The object {wish.key[:100]} is larger than what is asked for.")
        if parts[0] == "parked":
            _promise(connection, node, parts[1], wish, now_ms)


def needs_writing(wishes: Iterable[StoreWish]) -> bool:
    """Whether `make_room` would write something down."""
    return any(wish.method == "PUT" and wish.key.startswith("parked/") for wish in wishes)


def _limit_bytes(connection: Connection, node: NodeId, parts: list[str]) -> int:
    match parts:
        case ["merges" | "audits", number, *_] if len(number) > LONGEST_NUMBER:
            raise Unknown("There is no such merge or audit.")
        case ["merges", merge_id, kind, _, name]:
            return _merge_bytes(connection, node, int(merge_id), kind, name)
        case ["audits", audit_id, _, name]:
            return _evidence_bytes(connection, node, int(audit_id), name)
        case ["parked", receiver, _, _]:
            return _parked_bytes(connection, node, receiver)
        case _:
            raise Refused("Nobody asks a miner for this object.")


def _merge_bytes(connection: Connection, node: NodeId, merge_id: int, kind: str, name: str) -> int:
    query = select(merges.c.run_id, merges.c.stage, merges.c.fragment)
    merge = connection.execute(query.where(merges.c.merge_id == merge_id, merges.c.finished_unix_ms.is_(None))).first()
    if merge is None:
        raise Refused("This merge is over.")
    miner = read_miner(connection, node)
    if miner is None or (miner.run_id, miner.stage) != (merge.run_id, merge.stage):
        raise Refused("This merge is of another part of the model.")
    spec = read_run(connection, merge.run_id).spec
    slices = split(fragment_numbers(spec, merge.stage)[merge.fragment], spec.merge.partitions, spec.merge.tile)
    limit = upload_limit_bytes(spec, slices, name) if kind == "uploads" else state_limit_bytes(spec, slices, name)
    if limit is None:
        raise Refused("The merge does not ask for such an object.")
    return limit


def upload_limit_bytes(spec: RunSpec, slices: tuple[PartitionSlice, ...], name: str) -> int | None:
    """Of an upload's object `3.codes`, say; None where the merge has none of that name."""
    found = _UPLOADED.fullmatch(name)
    if found is None or int(found[1]) >= len(slices):
        return None
    part = slices[int(found[1])]
    return (
        4 * part.tiles if found[2] == "scales" else codes_bytes_size(part.numbers, spec.merge.tile, spec.merge.upload)
    )


def state_limit_bytes(spec: RunSpec, slices: tuple[PartitionSlice, ...], name: str) -> int | None:
    """Of a merger's result or a published state."""
    if not _STATE.fullmatch(name) or int(name) >= len(slices):
        return None
    numbers = slices[int(name)].numbers
    return max(*state_sizes(numbers), largest_size(numbers, spec.merge.tile))


def _evidence_bytes(connection: Connection, node: NodeId, audit_id: int, name: str) -> int:
    query = select(audits).where(
        audits.c.audit_id == audit_id, audits.c.node == node, audits.c.state == AuditState.WANTED.value
    )
    audit = connection.execute(query).first()
    if audit is None:
        raise Unknown("There is no such audit.")
    spec = read_run(connection, audit.run_id).spec
    if name in ("weights", "next"):
        return 2 * 4 * sum(fragment_numbers(spec, audit.stage)) + HEADER_BYTES
    found = _PACKET.fullmatch(name)
    if found is None or int(found[1]) >= 2 * _lines(connection, audit) + MORE_PASSES:
        raise Refused("The audit does not ask for such an object.")
    return packet_limit_bytes(spec)


def _lines(connection: Connection, audit: Any) -> int:
    query = select(func.count()).where(
        receipts.c.node == audit.node, receipts.c.step_life == audit.life, receipts.c.step == audit.step
    )
    return int(connection.execute(query).scalar_one())


def packet_limit_bytes(spec: RunSpec) -> int:
    """More than any packet between two stages has: fp32 features with as many scales, and tokens."""
    payload = spec.tokens_per_microbatch * (8 * spec.model.bottleneck_width + 8)
    return min(payload, PAYLOAD_LIMIT_BYTES) + HEADER_BYTES


def _parked_bytes(connection: Connection, node: NodeId, receiver: NodeId) -> int:
    sender, peer = read_miner(connection, node), read_miner(connection, receiver)
    if sender is None or peer is None or not peer.online or peer.run_id != sender.run_id:
        raise Unknown("There is no such peer.")
    return packet_limit_bytes(read_run(connection, sender.run_id).spec)


def check_promise(connection: Connection, key: str, size_bytes: int) -> None:
    """Raises Refused unless there is room for a packet of that size still: a grant outlives the packet it was for, and
    what is stored by it then would not be counted."""
    promised = connection.execute(select(parked.c.size_bytes).where(parked.c.key == key)).scalar_one_or_none()
    if promised is None or promised < size_bytes:
        raise Refused("This packet's room in the store was given back.", "Ask for a grant again.")


def _promise(connection: Connection, node: NodeId, receiver: NodeId, wish: StoreWish, now_ms: int) -> None:
    others = parked.c.key != wish.key
    promised = select(func.coalesce(func.max(parked.c.size_bytes), 0)).where(parked.c.key == wish.key)
    # What was promised before may lie there, or still come: nothing that is wished for now makes that smaller.
    size_bytes = max(wish.size_bytes, connection.execute(promised).scalar_one())
    waiting = select(func.count()).where(parked.c.sender == node, parked.c.fetched.is_(False), others)
    own = select(func.coalesce(func.sum(parked.c.size_bytes), 0)).where(parked.c.sender == node, others)
    every = select(func.coalesce(func.sum(parked.c.size_bytes), 0)).where(others)
    if (
        connection.execute(waiting).scalar_one() >= PARKED_PACKETS
        or connection.execute(own).scalar_one() + size_bytes > PARKED_SENDER_BYTES
    ):
        raise Throttled("Too many of this miner's packets wait in the store.", "Wait for its peers.", WAIT_SECONDS)
    if connection.execute(every).scalar_one() + size_bytes > PARKED_BYTES:
        raise Throttled("Too many packets wait in the store.", "Try again later.", WAIT_SECONDS)
    row = {
        "key": wish.key,
        "receiver": receiver,
        "sender": node,
        "hash": "",
        "size_bytes": size_bytes,
        "created_unix_ms": now_ms,
        "fetched": False,
        "announced": False,
    }
    connection.execute(insert(parked).prefix_with("OR REPLACE").values(row))
