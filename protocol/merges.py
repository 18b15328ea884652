"""Merging one fragment of one stage: what the orchestrator asks of a miner, and what the miner answers.

    CommitWanted ─ upload codes and scales, PartitionCommitments ─► ReportWanted (drawn mergers only) ─ PartitionReport
    ─► SumWanted ─ PartitionResult ─► ApplyWanted (every miner of the stage) ─ FragmentApplied

A stage with one miner gets SoloWanted instead: it publishes its own weights. Tasks are level-triggered: an event holds
all that is asked of a miner now, so that a miner or orchestrator that comes back misses nothing.
"""

from typing import TypeAlias

import msgspec

from protocol.keys import NodeId


class ObjectRef(msgspec.Struct, frozen=True, array_like=True):
    """Bytes in the object store."""

    key: str
    hash: str
    size_bytes: int


class StateHead(msgspec.Struct, frozen=True, kw_only=True):
    """A fragment's merged state in the store: per partition anchors and then momenta, int32 at 2^-24, little-endian;
    momenta that are all zero are left out."""

    stage: int
    fragment: int
    version: int
    """0 is the seeded initialisation, which needs no objects: every miner makes the same one."""
    keys: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
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

    merge_id: int
    base: StateHead
    deadline_unix_ms: int


class SoloWanted(msgspec.Struct, frozen=True, kw_only=True, tag="solo"):
    """The stage's only miner publishes its own weights as the next state."""

    merge_id: int
    base: StateHead
    deadline_unix_ms: int


class PartitionJob(msgspec.Struct, frozen=True, kw_only=True):
    """One partition of a merge, with all that was committed for it in the order of the list."""

    partition: int
    uploads: tuple[UploadRef, ...]
    coefficients: ObjectRef | None = None
    """int64 [uploads, tiles], little-endian; set once it is time to sum."""
    trimmed: bool = False


class ReportWanted(msgspec.Struct, frozen=True, kw_only=True, tag="report"):
    """You were drawn: report the norms and dot products of these uploads."""

    merge_id: int
    fragment: int
    jobs: tuple[PartitionJob, ...]


class SumWanted(msgspec.Struct, frozen=True, kw_only=True, tag="sum"):
    """Multiply, add, round, upload the merged delta of these partitions; on version 0, that the store does not have,
    take the outer step and upload the whole state."""

    merge_id: int
    base: StateHead
    jobs: tuple[PartitionJob, ...]


class ApplyWanted(msgspec.Struct, frozen=True, kw_only=True, tag="apply"):
    """Fetch the merged fragment, add back your own steps taken meanwhile, report its hash."""

    merge_id: int
    head: StateHead
    counted: int | None = None
    """The newest merge up to this head that took this miner's upload. What it did since that upload, or, if none took
    one, since the state it stands on, is in nobody's sum yet."""


MergeTask: TypeAlias = CommitWanted | SoloWanted | ReportWanted | SumWanted | ApplyWanted


class PartitionCommitment(msgspec.Struct, frozen=True, kw_only=True):
    partition: int
    codes: ObjectRef
    scales: ObjectRef


class UploadCommitted(msgspec.Struct, frozen=True, kw_only=True, tag="committed"):
    """Hashes of all partitions, sent once every object of them is in the store (or, solo, of the state objects)."""

    merge_id: int
    partitions: tuple[PartitionCommitment, ...]
    upload_bytes_per_second: float


class SoloPublished(msgspec.Struct, frozen=True, kw_only=True, tag="solo_published"):
    merge_id: int
    states: tuple[ObjectRef, ...]


class PartitionReported(msgspec.Struct, frozen=True, kw_only=True, tag="reported"):
    """`gram`: int64 [uploads, uploads], little-endian: dot products of the uploads (swarm.merge_reports)."""

    merge_id: int
    partition: int
    gram: bytes


class PartitionSummed(msgspec.Struct, frozen=True, kw_only=True, tag="summed"):
    """The partition's merged delta (or state, from version 0); honest mergers' hashes are equal."""

    merge_id: int
    partition: int
    result: ObjectRef


class FragmentApplied(msgspec.Struct, frozen=True, kw_only=True, tag="applied"):
    """`hash` over the fragment's merged anchors, before own steps are added back."""

    merge_id: int
    hash: str


class MergeTrouble(msgspec.Struct, frozen=True, kw_only=True, tag="trouble"):
    """What was asked can't be done (an object missing or with a wrong hash)."""

    merge_id: int
    partition: int | None
    code: str
    title: str


MergeAnswer: TypeAlias = (
    UploadCommitted | SoloPublished | PartitionReported | PartitionSummed | FragmentApplied | MergeTrouble
)
