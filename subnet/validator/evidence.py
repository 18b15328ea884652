"""What a miner handed over for an audit, held against what it had signed before it knew of the audit."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from protocol.errors import ProtocolError
from protocol.hashes import hash_bytes
from protocol.keys import NodeId
from protocol.orchestrator_api import PacketEvidence
from protocol.packets import (
    HEADER_LIMIT_BYTES,
    PAYLOAD_LIMIT_BYTES,
    Packet,
    PacketHeader,
    PacketKind,
    decode_packet,
)
from protocol.receipts import Direction, JournalEntry, Receipt, StepCommitment, check_entry
from protocol.runs import RunSpec
from protocol.validator_api import Finding, OpenAudit

_FRAME_BYTES: Final = HEADER_LIMIT_BYTES + 1024
_KINDS: Final = {Direction.FORWARD: PacketKind.FORWARD, Direction.BACKWARD: PacketKind.BACKWARD}


class Fault(Exception):
    """The first thing that is wrong; judgement makes a verdict of it."""

    def __init__(
        self,
        finding: Finding,
        explanation: str,
        microbatch: int | None = None,
        measured: float | None = None,
        allowed: float | None = None,
    ) -> None:
        super().__init__(explanation)
        self.finding = finding
        self.explanation = explanation
        self.microbatch = microbatch
        self.measured = measured
        self.allowed = allowed


@dataclass(frozen=True)
class Evidence:
    """Bytes from the store, by the keys that the audit names."""

    weights: bytes
    next_weights: bytes | None
    packets: Mapping[str, bytes]


def packet_limits(run: RunSpec, audit: OpenAudit) -> dict[str, int]:
    """What to fetch, and how many bytes each may have: packets of passes that the miner signed for, as many as it
    signed for, and none longer than the run's latents make it. Whatever else it names is left where it lies."""
    owed: Counter[tuple[int, str]] = Counter()
    for entry in audit.receipts:
        try:
            line = check_entry(audit.node, entry)
        except ProtocolError:
            continue  # assemble says what that means
        if isinstance(line, Receipt) and line.direction in _KINDS:
            owed[line.microbatch, line.direction.value] += 1
    limits: dict[str, int] = {}
    for ref in audit.packets:
        if owed[ref.microbatch, ref.direction] > 0:
            owed[ref.microbatch, ref.direction] -= 1
            limits |= dict.fromkeys(filter(None, (ref.received_key, ref.sent_key)), packet_limit_bytes(run))
    return limits


def packet_limit_bytes(run: RunSpec) -> int:
    """More than any packet of the run's that a shard sends: text, and a whole latent of fp32 with a scale for every
    number."""
    tokens = run.training.sequences * (run.model.context + 1)
    latent = tokens * run.model.bottleneck_width
    return min(_FRAME_BYTES + tokens * run.data.token_bytes + 8 * latent, _FRAME_BYTES + PAYLOAD_LIMIT_BYTES)


@dataclass(frozen=True)
class AuditedPass:
    """One receipt with its packets, all hashes and signatures checked."""

    receipt: Receipt
    received: Packet | None
    sent: Packet | None


@dataclass(frozen=True)
class AuditedStep:
    """Everything of a step that judgement computes with."""

    commitment: StepCommitment
    next_commitment: StepCommitment | None
    passes: tuple[AuditedPass, ...]
    doubts: tuple[str, ...]
    """Where a peer's receipt contradicts a packet that the peer, or nobody, can be held to."""


def commitment_of(node: NodeId, entry: JournalEntry) -> StepCommitment:
    """Raises Fault: the orchestrator can't invent a miner's commitment."""
    line = _signed_line(node, entry)
    if not isinstance(line, StepCommitment):
        raise Fault(Finding.INCONCLUSIVE, "The network sent something else than the step's commitment.")
    return line


def _signed_line(node: NodeId, entry: JournalEntry) -> Receipt | StepCommitment:
    try:
        return check_entry(node, entry)
    except ProtocolError as error:
        raise Fault(Finding.INCONCLUSIVE, "The network sent a line that its miner did not sign.") from error


def assemble(audit: OpenAudit, evidence: Evidence) -> AuditedStep:
    """Raises Fault with WEIGHTS_HASH, PACKET_HASH, MISSING_EVIDENCE or INCONCLUSIVE."""
    commitment = commitment_of(audit.node, audit.commitment)
    following = None if audit.next_commitment is None else commitment_of(audit.node, audit.next_commitment)
    _check_weights(commitment, evidence.weights)
    if following is not None and following.merge_id is None:
        if evidence.next_weights is None:
            raise Fault(Finding.MISSING_EVIDENCE, "The weights that the step led to were not handed over.")
        _check_weights(following, evidence.next_weights)
    receipts = [line for entry in audit.receipts if isinstance(line := _signed_line(audit.node, entry), Receipt)]
    passes = tuple(_assemble_pass(audit, receipt, evidence) for receipt in receipts if receipt.direction in _KINDS)
    return AuditedStep(commitment, following, passes, tuple(_doubts(audit, passes)))


def _check_weights(commitment: StepCommitment, weights: bytes) -> None:
    if hash_bytes(weights) != commitment.weights_hash:
        raise Fault(
            Finding.WEIGHTS_HASH, f"The weights of step {commitment.step.step} are not those that were committed to."
        )


def _assemble_pass(audit: OpenAudit, receipt: Receipt, evidence: Evidence) -> AuditedPass:
    """A microbatch may come by twice (its sender was lost, say): any packets of it that fit the receipt will do."""
    way: Literal["forward", "backward"] = "forward" if receipt.direction is Direction.FORWARD else "backward"
    refs = [ref for ref in audit.packets if (ref.microbatch, ref.direction) == (receipt.microbatch, way)]
    fault = None
    nothing = PacketEvidence(microbatch=receipt.microbatch, direction=way, received_key=None, sent_key=None)
    for ref in refs or [nothing]:
        try:
            return _pass_of(audit, receipt, ref, evidence)
        except Fault as error:
            fault = fault or error
    assert fault is not None
    raise fault


def _pass_of(audit: OpenAudit, receipt: Receipt, ref: PacketEvidence, evidence: Evidence) -> AuditedPass:
    # A hash in the receipt says that there was a packet; token ids of a first stage come from the store, not a packet.
    is_from_peer = receipt.input_hash and not (audit.stage == 0 and receipt.direction is Direction.FORWARD)
    received = _packet(audit, receipt, ref.received_key, evidence, receipt.input_hash) if is_from_peer else None
    sent = _packet(audit, receipt, ref.sent_key, evidence, receipt.output_hash) if receipt.output_hash else None
    if received is not None and received.header.sender == audit.node:
        raise Fault(Finding.PACKET_HASH, "The packet received was made by the miner itself.", receipt.microbatch)
    if sent is not None and sent.header.sender != audit.node:
        raise Fault(Finding.PACKET_HASH, "The packet sent is signed by somebody else.", receipt.microbatch)
    return AuditedPass(receipt, received, sent)


def _packet(audit: OpenAudit, receipt: Receipt, key: str | None, evidence: Evidence, expected_hash: str) -> Packet:
    data = None if key is None else evidence.packets.get(key)
    if data is None:
        raise Fault(Finding.MISSING_EVIDENCE, "A packet that was signed for was not handed over.", receipt.microbatch)
    try:
        packet = decode_packet(data)
    except ProtocolError as error:
        raise Fault(Finding.PACKET_HASH, f"A packet handed over is damaged: {error}", receipt.microbatch) from error
    header = packet.header
    if header.payload_hash != expected_hash or not _belongs(header, audit.run_id, receipt):
        raise Fault(Finding.PACKET_HASH, "A packet handed over is not the one that was signed for.", receipt.microbatch)
    return packet


def _belongs(header: PacketHeader, run_id: str, receipt: Receipt) -> bool:
    kind = _KINDS[receipt.direction]
    return (header.run_id, header.microbatch, header.kind) == (run_id, receipt.microbatch, kind)


def _doubts(audit: OpenAudit, passes: Iterable[AuditedPass]) -> Iterable[str]:
    """Peers that signed for other bytes on the same border, or a sender that the receipt does not name (one that took
    over from another may repeat a microbatch). Which of the two lied about the wire can't be told, so nobody is marked
    down for it; a pass whose hashes don't match earns nothing anyway."""
    peers: dict[tuple[NodeId, int, Direction], set[tuple[str, str]]] = {}
    for node, entry in audit.peer_receipts:
        line = _signed_line(node, entry)
        if isinstance(line, Receipt):
            peers.setdefault((node, line.microbatch, line.direction), set()).add((line.input_hash, line.output_hash))
    for audited in passes:
        receipt = audited.receipt
        place = (receipt.microbatch, receipt.direction)
        target = receipt.downstream if receipt.direction is Direction.FORWARD else receipt.upstream
        if audited.received is not None:
            sender = audited.received.header.sender
            said = peers.get((sender, *place), set())
            named = sender in (receipt.upstream, receipt.downstream)
            if (said or not named) and receipt.input_hash not in {output for _, output in said}:
                yield f"The sender of microbatch {receipt.microbatch} did not sign for the bytes that arrived."
        if audited.sent is not None and target is not None:
            said = peers.get((target, *place), set())
            if said and receipt.output_hash not in {received for received, _ in said}:
                yield f"The receiver of microbatch {receipt.microbatch} signed for other bytes than were sent."
