"""Validator ↔ orchestrator over HTTP. Signed by the validator's hotkey at registration, then a session token."""

from enum import StrEnum
from typing import Annotated, Final, TypeAlias

import msgspec

from protocol.bounds import Count, Credit, HashText, Name, ObjectKey, Seconds, Share, Words
from protocol.keys import NodeId
from protocol.merges import PartitionJob, StateHead
from protocol.orchestrator_api import PacketEvidence
from protocol.receipts import JournalEntry, StepId
from protocol.runs import RunSpec
from protocol.version import PROTOCOL_VERSION

VALIDATOR_REGISTER_PATH: Final = "/v1/validator/register"
STEPS_PATH: Final = "/v1/validator/steps"
DECISIONS_PATH: Final = "/v1/validator/decisions"
AUDITS_PATH: Final = "/v1/validator/audits"
VERDICTS_PATH: Final = "/v1/validator/verdicts"
DISPUTES_PATH: Final = "/v1/validator/disputes"
DISPUTE_VERDICTS_PATH: Final = "/v1/validator/dispute_verdicts"
EPOCH_PATH: Final = "/v1/validator/epochs"
SCORES_PATH: Final = "/v1/validator/scores"
VALIDATOR_GRANTS_PATH: Final = "/v1/validator/grants"
"""POST StoreGrantsRequest → StoreGrants: read anything, write below `disputes/` only."""


class ValidatorRegister(msgspec.Struct, frozen=True, kw_only=True):
    """POST, signed by the hotkey; refused unless the network lists it as a validator."""

    protocol_version: Count = PROTOCOL_VERSION


class ValidatorSession(msgspec.Struct, frozen=True, kw_only=True):
    session_token: Name
    session_seconds: Seconds
    runs: tuple[RunSpec, ...]


class AuditableStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step whose commitment and receipts are all acknowledged: a later step of the miner has begun, and every
    microbatch that went forward on this one is back (or was waited for)."""

    cursor: Count
    """Rises from step to step over the whole network."""
    run_id: Name
    stage: Count
    node: NodeId
    hotkey: Name
    step: StepId
    passes: Count


class AuditableSteps(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/validator/steps?after=CURSOR&limit=N: undecided steps, oldest first."""

    steps: tuple[AuditableStep, ...]


class StepDecision(msgspec.Struct, frozen=True, array_like=True):
    node: NodeId
    step: StepId
    audited: bool


class Decisions(msgspec.Struct, frozen=True, kw_only=True):
    """POST: the secret draw's outcome; repeats change nothing."""

    decisions: Annotated[tuple[StepDecision, ...], msgspec.Meta(max_length=10_000)]


class OpenAudit(msgspec.Struct, frozen=True, kw_only=True):
    """An audit whose evidence lies in the store, or whose miner failed to hand it over in time (`missing`)."""

    audit_id: Count
    run_id: Name
    stage: Count
    node: NodeId
    hotkey: Name
    step: StepId
    commitment: JournalEntry
    """The StepCommitment of `step`."""
    next_commitment: JournalEntry | None
    """The StepCommitment that `step` led to, with the microbatches whose gradients made it."""
    receipts: tuple[JournalEntry, ...]
    """All receipts that name `step`, as signed by the miner."""
    peer_receipts: tuple[tuple[NodeId, JournalEntry], ...]
    """The peers' receipts for the same borders, to compare hashes with."""
    weights_key: ObjectKey | None = None
    next_weights_key: ObjectKey | None = None
    packets: tuple[PacketEvidence, ...] = ()
    missing: Words | None = None
    excused: bool = False
    """With `missing`: the miner left or was restarted before its time was up, so nobody is to blame."""


class OpenAudits(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/validator/audits: ready for judgement."""

    audits: tuple[OpenAudit, ...]


class Finding(StrEnum):
    """What an audit can find. HONEST alone is a pass; MISSING_EVIDENCE and the rest mark down."""

    HONEST = "honest"
    WEIGHTS_HASH = "weights_hash"
    PACKET_HASH = "packet_hash"
    TOKENS = "tokens"
    FORWARD = "forward"
    BACKWARD = "backward"
    LOSS = "loss"
    UPDATE_BOUND = "update_bound"
    UPDATE_DIRECTION = "update_direction"
    MISSING_EVIDENCE = "missing_evidence"
    INCONCLUSIVE = "inconclusive"
    """Nobody is to blame: a peer left, an object expired on our side."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One audit's outcome, with the evidence a miner can check it against."""

    audit_id: Count
    finding: Finding
    measured: float | None = None
    """The worst relative error, share of codes that differ, or ratio to the bound."""
    allowed: float | None = None
    microbatch: Count | None = None
    explanation: Words = ""


class Verdicts(msgspec.Struct, frozen=True, kw_only=True):
    verdicts: Annotated[tuple[Verdict, ...], msgspec.Meta(max_length=1000)]


class OpenDispute(msgspec.Struct, frozen=True, kw_only=True):
    """Mergers disagree on a partition (or agree and were drawn for a sample): recompute it from the uploads."""

    dispute_id: Count
    merge_id: Count
    run_id: Name
    base: StateHead
    job: PartitionJob
    claims: dict[NodeId, HashText]
    """State hash by merger."""


class OpenDisputes(msgspec.Struct, frozen=True, kw_only=True):
    disputes: tuple[OpenDispute, ...]


class DisputeVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """The right hash, recomputed; whoever claimed another lied. `state_key` holds it if no merger had it right."""

    dispute_id: Count
    right_hash: HashText
    state_key: ObjectKey | None = None


class DisputeVerdicts(msgspec.Struct, frozen=True, kw_only=True):
    verdicts: Annotated[tuple[DisputeVerdict, ...], msgspec.Meta(max_length=1000)]


class EpochCredits(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/validator/epochs: settled epochs that the asker has not scored, with the ledger's credit by hotkey."""

    run_id: Name
    epoch: Count
    credit: dict[Name, Credit]
    marked_down: tuple[Name, ...]
    pool_hotkey: Name


class EpochList(msgspec.Struct, frozen=True, kw_only=True):
    epochs: tuple[EpochCredits, ...]


class EpochScores(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/validator/scores: shares by hotkey that add up to one, or to nothing if nobody worked."""

    run_id: Name
    epoch: Count
    shares: Annotated[dict[Name, Share], msgspec.Meta(max_length=100_000)]


def dispute_key(dispute_id: int, name: str) -> str:
    return f"disputes/{dispute_id}/{name}"


ValidatorReply: TypeAlias = ValidatorSession | AuditableSteps | OpenAudits | OpenDisputes | EpochList
