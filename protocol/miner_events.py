"""What the orchestrator tells a miner over its event stream. Each event replaces the last of its kind.

A miner that connects gets one of each first, so a lost connection loses nothing.
"""

from typing import TypeAlias

import msgspec

from protocol.bounds import Count, HashText, Name, ObjectKey, PassRate, SocketText, Words
from protocol.keys import NodeId
from protocol.merges import MergeTask
from protocol.receipts import StepId


class PeerEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A miner as others need to know it."""

    node: NodeId
    addresses: tuple[SocketText, ...]
    """"ip:port" for iroh; empty if it is reached through the object store only."""
    rate: PassRate
    """Microbatches a second it has shown; 0 while unknown."""


class RoutingTable(msgspec.Struct, frozen=True, kw_only=True, tag="routing_table"):
    """Who serves which stage; `share` of a sender's packets should follow the rates."""

    version: Count
    stages: tuple[tuple[PeerEntry, ...], ...]


class MergeTasks(msgspec.Struct, frozen=True, kw_only=True, tag="merge_tasks"):
    """All that merges ask of this miner now."""

    tasks: tuple[MergeTask, ...]


class EvidenceWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Upload this step's weights, the next step's, and all packets of its receipts."""

    audit_id: Count
    step: StepId


class AuditTasks(msgspec.Struct, frozen=True, kw_only=True, tag="audit_tasks"):
    """Steps up to `decided_through` that are not `wanted` may be dropped; younger ones are kept until told."""

    decided_through: StepId
    wanted: tuple[EvidenceWanted, ...]


class LeasesClosed(msgspec.Struct, frozen=True, kw_only=True, tag="leases_closed"):
    """No microbatch of a train lease below this id can come again; its memory may go."""

    below_lease_id: Count


class PacketParked(msgspec.Struct, frozen=True, kw_only=True, tag="packet_parked"):
    """A peer that can't reach this miner left a packet in the store."""

    key: ObjectKey
    hash: HashText
    size_bytes: Count
    sender: NodeId


class PeersToDial(msgspec.Struct, frozen=True, kw_only=True, tag="peers_to_dial"):
    """Open a connection to these now: each was told the same, so that two routers both let the other in."""

    peers: tuple[PeerEntry, ...]
    asked: Count
    """Another number for another wish: the same peers may be named again."""


class Reassigned(msgspec.Struct, frozen=True, kw_only=True, tag="reassigned"):
    """Register again: this miner is wanted in another stage or run."""

    reason: Words


class RunFinished(msgspec.Struct, frozen=True, kw_only=True, tag="run_finished"):
    """All tokens are trained and merged; receipts are still taken."""

    run_id: Name
    held_out_loss: float | None = None


MinerEvent: TypeAlias = (
    RoutingTable | MergeTasks | AuditTasks | LeasesClosed | PacketParked | PeersToDial | Reassigned | RunFinished
)
