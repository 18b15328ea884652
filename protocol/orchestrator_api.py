"""Miner ↔ orchestrator over HTTP. Bodies are JSON; unknown fields are accepted, since old peers live on.

Registration is signed by the hotkey (protocol.requests); everything after carries the session token as a bearer.
Errors come back as protocol.errors.ErrorBody with a fitting status: 400 malformed, 401 authentication, 403 refused,
404 unknown, 409 conflict (re-register), 413 too large, 426 version, 429/503 unavailable with Retry-After, 507 storage.

A session token that is unknown or has run out is a 401: register again. A miner is gone after some seconds without a
heartbeat; its next one brings it back within the same session, but its leases have gone to others.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from protocol.bounds import (
    Count,
    CountOrNone,
    Credit,
    FlopsPerSecond,
    HashText,
    Name,
    ObjectKey,
    PassRate,
    Rao,
    Seconds,
    Share,
    SignatureBytes,
    SocketText,
    Speed,
    Words,
)
from protocol.engine_control import DutyCycle, EnginePhase
from protocol.keys import NodeId
from protocol.merges import MergeAnswer, StateHead
from protocol.receipts import JournalEntry, StepId
from protocol.runs import RunSpec
from protocol.version import PROTOCOL_VERSION

HeartbeatSeconds: TypeAlias = Annotated[float, msgspec.Meta(ge=0.05, le=120.0)]
"""An orchestrator can neither keep a miner busy with heartbeats alone nor have it silent for as long as one that hangs
(app.core.engine.silence)."""

ADDRESSES_LIMIT: Final = 256
LEASES_LIMIT: Final = 256
"""That one miner may name at once; one with plenty to feed has a handful."""
PEERS_LIMIT: Final = 4096
"""That one miner may call unreachable at once."""
SLOWEST_UPLINK: Final = 1e3
FASTEST_UPLINK: Final = 1e12
"""Bytes per second. What lies outside was not measured on any line, and times worked out from it would never end."""


def counted_uplink(upload_bytes_per_second: float | None) -> float | None:
    """What a miner says of its uplink as far as it counts; None, that is unknown, where it can't be true."""
    if upload_bytes_per_second is None or not SLOWEST_UPLINK <= upload_bytes_per_second <= FASTEST_UPLINK:
        return None
    return upload_bytes_per_second


HELLO_PATH: Final = "/v1/hello"
REGISTER_PATH: Final = "/v1/register"
EVENTS_PATH: Final = "/v1/events"
"""Server-sent events: `event:` is the tag, `data:` one MinerEvent in JSON."""
HEARTBEAT_PATH: Final = "/v1/heartbeat"
HEADS_PATH: Final = "/v1/heads"
LEASES_PATH: Final = "/v1/leases"
RETURN_LEASES_PATH: Final = "/v1/leases/return"
RECEIPTS_PATH: Final = "/v1/receipts"
MERGE_ANSWERS_PATH: Final = "/v1/merges/answers"
STORE_GRANTS_PATH: Final = "/v1/store/grants"
PARKED_PATH: Final = "/v1/parked"
EVIDENCE_PATH: Final = "/v1/evidence"
LEAVE_PATH: Final = "/v1/leave"
DIAL_PATH: Final = "/v1/dial"

RENDEZVOUS_ALPN: Final = b"train-at-home/rendezvous/1"
"""QUIC connections that carry nothing: they keep a home's router open and show the orchestrator its outside address."""


class Rendezvous(msgspec.Struct, frozen=True, kw_only=True):
    """Where miners that use iroh keep a connection: this node, at the orchestrator's own host and this UDP port."""

    node: NodeId
    port: Count


class OrchestratorHello(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/hello, open to all: proof that an address is an orchestrator."""

    service: Literal["train-at-home orchestrator"] = "train-at-home orchestrator"
    protocol_version: Count = PROTOCOL_VERSION
    address: Name
    """The orchestrator's ss58, the receiver of signed requests."""
    network: Name
    unix_ms: Count
    rendezvous: Rendezvous | None = None
    """None where miners find each other without, or not at all."""


class NodeBinding(msgspec.Struct, frozen=True, kw_only=True):
    """The node's own word that it serves this hotkey: ed25519 over `binding_text`."""

    node: NodeId
    signature: SignatureBytes


def binding_text(hotkey: str, receiver: str) -> bytes:
    return f"train-at-home node 1\n{hotkey}\n{receiver}".encode()


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What this computer can do, measured at start."""

    device: Name
    memory_bytes: Count
    flops_per_second: FlopsPerSecond
    upload_bytes_per_second: Speed | None = None
    """`counted_uplink` says which values count, here and wherever a miner tells it."""


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """What the miner has from before: its checkpoint's place."""

    run_id: Name
    stage: Count


class RegisterRequest(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/register, signed by the hotkey. Registering again replaces the session and begins a new life."""

    protocol_version: Count = PROTOCOL_VERSION
    binding: NodeBinding
    payout_coldkey: Name | None = None
    addresses: Annotated[tuple[SocketText, ...], msgspec.Meta(max_length=ADDRESSES_LIMIT)]
    capabilities: Capabilities
    holding: Holding | None = None
    run_id: Name | None = None
    """Wanted run; None leaves it to the orchestrator."""


class RegisterReply(msgspec.Struct, frozen=True, kw_only=True):
    session_token: Name
    session_seconds: Seconds
    run: RunSpec
    stage: Count
    life: Count
    """The number of this start of the node, counted by the orchestrator; StepId.life."""
    heads: tuple[StateHead, ...]
    """The present state of every fragment of the stage."""
    acknowledged_sequence: CountOrNone
    """Highest journal sequence of this node on the orchestrator's disk; −1 if none."""
    heartbeat_seconds: HeartbeatSeconds
    share_done: Share


class StageHeads(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/heads: the present state of every fragment of the miner's stage, and whether a newer one of some is being
    made just now, for which a newcomer had better wait a little."""

    heads: tuple[StateHead, ...]
    newer_soon: bool


class HeartbeatRequest(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/heartbeat. Renews the session and the named leases.

    Only miners whose `phase` is training or waiting_for_peers stand in the routing table, get leases and take part in
    merges: a change of phase is worth a heartbeat at once. `downloading` has the stage merge what it has, so that there
    is something new to download; `stopping` does the same with the miner's last steps in it.
    """

    phase: EnginePhase
    step: StepId
    queue: Count
    rate: PassRate
    """Microbatches a second through this shard lately."""
    duty_cycle: DutyCycle = 1.0
    """The share of the time that passes may take: rests between them show in no receipt."""
    addresses: Annotated[tuple[SocketText, ...], msgspec.Meta(max_length=ADDRESSES_LIMIT)]
    active_leases: Annotated[tuple[Count, ...], msgspec.Meta(max_length=LEASES_LIMIT)] = ()
    upload_bytes_per_second: Speed | None = None
    unreachable: Annotated[tuple[NodeId, ...], msgspec.Meta(max_length=PEERS_LIMIT)] = ()
    bytes_sent: Annotated[dict[Annotated[str, msgspec.Meta(max_length=64)], Count], msgspec.Meta(max_length=64)] = {}
    """By kind since this life began: forward, backward, evaluate, merge, control."""


class HeartbeatReply(msgspec.Struct, frozen=True, kw_only=True):
    """`credit` in FLOPs and money in rao are of the whole hotkey."""

    unix_ms: Count
    run_loss: float | None
    held_out_loss: float | None
    run_tokens_per_second: Speed
    share_done: Share
    miners: Count
    credit: Credit
    credited_rao: Rao
    paid_rao: Rao
    open_leases: tuple[Count, ...] | None = None
    """Those of the leases named in the heartbeat that the miner still has; what is missing has gone to others."""


class LeasePurpose(StrEnum):
    TRAIN = "train"
    EVALUATE = "evaluate"


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """Microbatches to feed: train indices of the run's order, or held-out windows of one measurement."""

    lease_id: Count
    purpose: LeasePurpose
    microbatches: tuple[tuple[Count, Count], ...]
    """Half-open ranges of microbatch indices; what an earlier holder left may be several."""
    expires_unix_ms: Count


class LeaseRequest(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/leases by a first-stage miner that is running low."""

    microbatches: Count


class LeaseReply(msgspec.Struct, frozen=True, kw_only=True):
    """No leases and a `retry_after_seconds` when there is nothing to feed just now."""

    leases: tuple[Lease, ...]
    retry_after_seconds: Seconds | None = None


class ReturnLeases(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/leases/return: what won't be fed (pause, stop) goes back at once. Trained ones are not listed."""

    lease_ids: Annotated[tuple[Count, ...], msgspec.Meta(max_length=LEASES_LIMIT)]


class ReceiptBatch(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/receipts: at most 2000 entries in order of sequence, without gaps; repeats are welcome.

    All or nothing. Refused are another line in a known place, a run, stage or life that the node was not given, and
    numbers that are not finite. Entries that begin after a gap are a 409: register again and send from there.
    """

    node: NodeId
    entries: tuple[JournalEntry, ...]


class ReceiptsAcknowledged(msgspec.Struct, frozen=True, kw_only=True):
    """Everything up to here is on the orchestrator's disk."""

    through_sequence: CountOrNone


class MergeAnswers(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/merges/answers; repeats and late answers are harmless. Each answer stands or falls alone."""

    answers: tuple[MergeAnswer, ...]


class StoreWish(msgspec.Struct, frozen=True, kw_only=True):
    """A key to read or write. Writes are limited to the prefixes a miner owns and to `size_bytes`."""

    method: Literal["GET", "PUT"]
    key: ObjectKey
    size_bytes: Count = 0


class StoreGrantsRequest(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/store/grants."""

    wishes: tuple[StoreWish, ...]


class StoreGrants(msgspec.Struct, frozen=True, kw_only=True):
    """Signed URLs in the order of the wishes; relative ones are the orchestrator's own."""

    urls: tuple[str, ...]
    expires_unix_ms: Count


class ParkPacket(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/parked: a packet for `receiver` was put in the store; the orchestrator tells it."""

    receiver: NodeId
    key: ObjectKey
    hash: HashText
    size_bytes: Count


class PacketEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """The store keys of a pass's packets: as received and as sent; None where the pass has none."""

    microbatch: Count
    direction: Literal["forward", "backward"]
    received_key: ObjectKey | None
    sent_key: ObjectKey | None


class EvidenceRequest(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/evidence: everything asked for by EvidenceWanted is in the store."""

    audit_id: Count
    weights_key: ObjectKey
    """The step's master weights: canonical order, raw little-endian fp32."""
    next_weights_key: ObjectKey | None
    """The version made from this step's gradients, if no merge came between."""
    packets: Annotated[tuple[PacketEvidence, ...], msgspec.Meta(max_length=10_000)]
    missing: Words | None = None
    """A plain reason if evidence can't be handed over."""


class DialRequest(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/dial: this miner can't reach a peer of its run; both are told to dial each other now."""

    peer: NodeId


class LeaveRequest(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/leave: an orderly goodbye; the routing table drops the miner at once."""

    reason: Words = ""


def upload_key(merge_id: int, node: NodeId, partition: int, part: Literal["codes", "scales"]) -> str:
    return f"merges/{merge_id}/uploads/{node}/{partition}.{part}"


def state_key(merge_id: int, node: NodeId, partition: int) -> str:
    return f"merges/{merge_id}/states/{node}/{partition}"


def evidence_key(audit_id: int, node: NodeId, name: str) -> str:
    return f"audits/{audit_id}/{node}/{name}"


def parked_key(receiver: NodeId, sender: NodeId, name: str) -> str:
    return f"parked/{receiver}/{sender}/{name}"
