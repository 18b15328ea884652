"""What mergers agreed on becomes a fragment's next state in the store. Blocks on the disk: call it from a thread.

Mergers send the merged delta only. The store's own copy of the state takes the same outer step as every miner's, in
integers, so that newcomers and those who missed a merge find it whole.
"""

from typing import Final

from protocol.errors import MalformedMessage
from protocol.hashes import hash_bytes, hash_parts
from protocol.merges import ObjectRef, StateHead
from protocol.runs import RunSpec
from subnet.orchestrator.merging.answers import slices_of
from subnet.orchestrator.merging.records import MergeRecord
from subnet.orchestrator.merging.seals import sealed_result_key
from subnet.orchestrator.merging.state_heads import run_delta_key, run_state_key
from subnet.orchestrator.storage.store import ObjectStore
from swarm import merge_arithmetic as arithmetic
from swarm.merged_deltas import delta_from_bytes, delta_of

READ_LIMIT_BYTES: Final = 8 * 1024**3


def make_head(store: ObjectStore, record: MergeRecord, spec: RunSpec, base: StateHead) -> tuple[StateHead, str]:
    """The next head, its objects in the store, and the hash over all anchors, which every miner that applies it should
    find. Repeats are harmless."""
    slices, version = slices_of(spec, record), record.base_version + 1
    place = (record.run_id, record.stage, record.fragment, version)
    keys, hashes, deltas, anchors = [], [], [], []
    for partition, (part, digest) in enumerate(zip(slices, record.unpublished, strict=True)):
        key, sealed = run_state_key(*place, partition), sealed_result_key(record.merge_id, digest)
        if record.whole:
            store.link(sealed, key)
            data = store.read(key, READ_LIMIT_BYTES)
        else:
            delta = store.read(sealed, READ_LIMIT_BYTES)
            data = _stepped(store.read(base.keys[partition], READ_LIMIT_BYTES), delta, part.numbers, spec)
            store.put(key, data)
            store.link(sealed, run_delta_key(*place, partition))
            deltas.append(ObjectRef(run_delta_key(*place, partition), digest, len(delta)))
        keys.append(key)
        hashes.append(hash_bytes(data))
        anchors.append(data[: 4 * part.numbers])
    head = StateHead(
        stage=record.stage,
        fragment=record.fragment,
        version=version,
        keys=tuple(keys),
        hashes=tuple(hashes),
        deltas=tuple(deltas),
    )
    return head, hash_parts(anchors)


def _stepped(base: bytes, delta: bytes, numbers: int, spec: RunSpec) -> bytes:
    """A partition's state after the outer step; raises MalformedMessage if the store's objects don't fit the run."""
    merge = spec.merge
    if len(base) not in arithmetic.state_sizes(numbers):
        raise MalformedMessage("A merged state in the store is of another run.")
    anchor, momentum = arithmetic.state_from_bytes(base, numbers)
    merged = delta_of(delta_from_bytes(delta, numbers, merge.tile))
    rate, speed = arithmetic.outer_fixed(merge.outer_learning_rate), arithmetic.outer_fixed(merge.outer_momentum)
    return arithmetic.state_bytes(*arithmetic.outer_step(anchor, momentum, merged, rate, speed))
