"""Merging one fragment of one stage: what the orchestrator asks of a miner, and what the miner answers.

    CommitWanted ─ upload codes and scales, PartitionCommitments ─► ReportWanted (drawn mergers only) ─ PartitionReport
    ─► SumWanted ─ PartitionResult ─► ApplyWanted (every miner of the stage) ─ FragmentApplied

A stage with one miner gets SoloWanted instead: it publishes its own weights. Tasks are level-triggered: an event holds
all that is asked of a miner now, so that a miner or orchestrator that comes back misses nothing.
"""

from typing import Annotated, Final, TypeAlias

import msgspec

from protocol.bounds import Count, HashText, Name, ObjectKey, Speed, Words
from protocol.keys import NodeId

PARTITIONS_LIMIT: Final = 10_000
"""Of one fragment, in one answer."""


class ObjectRef(msgspec.Struct, frozen=True, array_like=True):
    """Bytes in the object store."""

    key: ObjectKey
    hash: HashText
    size_bytes: Count


class StateHead(msgspec.Struct, frozen=True, kw_only=True):
    """A fragment's merged state in the store: per partition anchors and then momenta, int32 at 2^-24, little-endian;
    momenta that are all zero are left out."""

    stage: Count
    fragment: Count
    version: Count
    """0 is the seeded initialisation, which needs no objects: every miner makes the same one."""
    keys: tuple[ObjectKey, ...] = ()
    hashes: tuple[HashText, ...] = ()
    deltas: tuple[ObjectRef, ...] = ()
    """By partition what made it from the version before (swarm.merged_deltas), a fourth of an anchor's bytes and all
    that a miner with that version needs; empty for what was published whole."""


class UploadRef(msgspec.Struct, frozen=True, kw_only=True):
    """One miner's committed codes of one partition."""

    node: NodeId
    codes: ObjectRef
    scales: ObjectRef


class CommitWanted(msgspec.Struct, frozen=True, kw_only=True, tag="commit"):
    """Quantise your pseudo-gradient against `base`, upload, commit. Late ones count until the list is frozen."""

    merge_id: Count
    base: StateHead
    deadline_unix_ms: Count


class SoloWanted(msgspec.Struct, frozen=True, kw_only=True, tag="solo"):
    """The stage's only miner publishes its own weights as the next state."""

    merge_id: Count
    base: StateHead
    deadline_unix_ms: Count


class PartitionJob(msgspec.Struct, frozen=True, kw_only=True):
    """One partition of a merge, with all that was committed for it in the order of the list."""

    partition: Count
    uploads: tuple[UploadRef, ...]
    coefficients: ObjectRef | None = None
    """int64 [uploads, tiles], little-endian; set once it is time to sum."""
    trimmed: bool = False


class ReportWanted(msgspec.Struct, frozen=True, kw_only=True, tag="report"):
    """You were drawn: report the norms and dot products of these uploads."""

    merge_id: Count
    fragment: Count
    jobs: tuple[PartitionJob, ...]


class SumWanted(msgspec.Struct, frozen=True, kw_only=True, tag="sum"):
    """Multiply, add, round, upload the merged delta of these partitions; on version 0, that the store does not have,
    take the outer step and upload the whole state."""

    merge_id: Count
    base: StateHead
    jobs: tuple[PartitionJob, ...]


class ApplyWanted(msgspec.Struct, frozen=True, kw_only=True, tag="apply"):
    """Fetch the merged fragment, add back your own steps taken meanwhile, report its hash."""

    merge_id: Count
    head: StateHead
    counted: Count | None = None
    """The newest merge up to this head that took this miner's upload. What it did since that upload, or, if none took
    one, since the state it stands on, is in nobody's sum yet."""


MergeTask: TypeAlias = CommitWanted | SoloWanted | ReportWanted | SumWanted | ApplyWanted


class PartitionCommitment(msgspec.Struct, frozen=True, kw_only=True):
    partition: Count
    codes: ObjectRef
    scales: ObjectRef


class UploadCommitted(msgspec.Struct, frozen=True, kw_only=True, tag="committed"):
    """Hashes of all partitions, sent once every object of them is in the store (or, solo, of the state objects)."""

    merge_id: Count
    partitions: Annotated[tuple[PartitionCommitment, ...], msgspec.Meta(max_length=PARTITIONS_LIMIT)]
    upload_bytes_per_second: Speed


class SoloPublished(msgspec.Struct, frozen=True, kw_only=True, tag="solo_published"):
    merge_id: Count
    states: Annotated[tuple[ObjectRef, ...], msgspec.Meta(max_length=PARTITIONS_LIMIT)]


class PartitionReported(msgspec.Struct, frozen=True, kw_only=True, tag="reported"):
    """`gram`: int64 [uploads, uploads], little-endian: dot products of the uploads (swarm.merge_reports)."""

    merge_id: Count
    partition: Count
    gram: bytes


class PartitionSummed(msgspec.Struct, frozen=True, kw_only=True, tag="summed"):
    """The partition's merged delta (or state, from version 0); honest mergers' hashes are equal."""

    merge_id: Count
    partition: Count
    result: ObjectRef


class FragmentApplied(msgspec.Struct, frozen=True, kw_only=True, tag="applied"):
    """`hash` over the fragment's merged anchors, before own steps are added back."""

    merge_id: Count
    hash: HashText


class MergeTrouble(msgspec.Struct, frozen=True, kw_only=True, tag="trouble"):
    """What was asked can't be done (an object missing or with a wrong hash)."""

    merge_id: Count
    partition: Count | None
    code: Name
    title: Words


MergeAnswer: TypeAlias = (
    UploadCommitted | SoloPublished | PartitionReported | PartitionSummed | FragmentApplied | MergeTrouble
)
