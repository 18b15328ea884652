"""The miner's journal, line by line: what it did, signed. Credits are followed back to these lines.

A line's place is (node, sequence). The same line may arrive many times and is stored once; another line in the same
place is a forgery. Sequences have no gaps, so the orchestrator can acknowledge "all up to".
"""

from enum import StrEnum
from typing import Annotated, TypeAlias

import msgspec

from protocol.bounds import Count, CountOrNone, HashText, Name, SignatureBytes
from protocol.keys import NodeId, NodeKey, verify_node
from protocol.wire import from_msgpack, to_msgpack

ENTRY_LIMIT_BYTES = 64 * 1024


class StepId(msgspec.Struct, frozen=True, array_like=True, order=True):
    """A version of a miner's weights: `life` counts the starts of the node, `step` the optimizer steps in that life."""

    life: CountOrNone
    step: Count


class Direction(StrEnum):
    FORWARD = "forward"
    BACKWARD = "backward"
    EVALUATE = "evaluate"


class Receipt(msgspec.Struct, frozen=True, kw_only=True, tag="receipt"):
    """One pass of one microbatch through one shard.

    Hashes are of packet payloads: of the input's and the output's. A first stage's forward input is the hash of its
    token ids; a last stage's forward output and its backward input are empty; so is a first stage's backward output.
    """

    run_id: Name
    stage: Count
    microbatch: Count
    lease_id: Count
    direction: Direction
    step: StepId
    input_hash: HashText
    output_hash: HashText
    upstream: NodeId | None
    downstream: NodeId | None
    tokens: Count
    duration_ms: float
    finished_at_unix_ms: Count
    loss_sum: float | None = None
    """Nats over all tokens of the microbatch; last stage only, on FORWARD and EVALUATE."""


class StepCommitment(msgspec.Struct, frozen=True, kw_only=True, tag="step"):
    """The hash of a new version of the weights, journalled before any receipt names it."""

    run_id: Name
    stage: Count
    step: StepId
    weights_hash: HashText
    """BLAKE3 over the fp32 master weights in canonical order."""
    microbatches: tuple[Count, ...]
    """Whose gradients made it; empty for a life's first version and after a merge."""
    learning_rate: float
    clip_scale: float
    merge_id: Count | None = None
    """The merge that was applied to make this version, if it was one."""


Line: TypeAlias = Receipt | StepCommitment


class JournalEntry(msgspec.Struct, frozen=True, array_like=True):
    """`body` is a Line in MessagePack; `signature` the node's, over node id, sequence and body."""

    sequence: Count
    body: Annotated[bytes, msgspec.Meta(max_length=ENTRY_LIMIT_BYTES)]
    signature: SignatureBytes

    def line(self) -> Line:
        line: Line = from_msgpack(self.body, Line, ENTRY_LIMIT_BYTES)
        return line


def _signed_bytes(node_id: NodeId, sequence: int, body: bytes) -> bytes:
    return b"train-at-home journal 1\0" + bytes.fromhex(node_id) + sequence.to_bytes(8, "big") + body


def sign_line(key: NodeKey, sequence: int, line: Line) -> JournalEntry:
    body = to_msgpack(line)
    return JournalEntry(sequence, body, key.sign(_signed_bytes(key.node_id, sequence, body)))


def check_entry(node_id: NodeId, entry: JournalEntry) -> Line:
    """The line of `entry`; raises AuthenticationError or MalformedMessage."""
    verify_node(node_id, _signed_bytes(node_id, entry.sequence, entry.body), entry.signature)
    return entry.line()
