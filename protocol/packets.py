"""Tensor packets: a small header, a raw payload.

    magic "TAH1" │ header length u32 │ payload length u64 │ header (MessagePack) │ node signature 64 B │ payload

The signature covers the header, the header names the payload's BLAKE3 hash, lengths are checked before memory is
taken. The payload is the sections' little-endian buffers one after another, in the header's order; where that is
shorter, a section's bytes are written in Huffman's code (raw deflate without matches, RFC 1951).
"""

import struct
import zlib
from collections.abc import Mapping
from enum import StrEnum
from math import prod
from typing import Final, Literal, get_args

import msgspec

from protocol.bounds import Count, HashText, Name, Seconds, SignatureBytes, Words
from protocol.errors import MalformedMessage
from protocol.hashes import check_hash, hash_parts
from protocol.keys import SIGNATURE_BYTES, NodeId, NodeKey, verify_node
from protocol.receipts import StepId
from protocol.version import PROTOCOL_VERSION
from protocol.wire import from_msgpack, to_msgpack

MAGIC: Final = b"TAH1"
_PREFIX: Final = struct.Struct(">4sIQ")
PREFIX_BYTES: Final = _PREFIX.size
HEADER_LIMIT_BYTES: Final = 16 * 1024
PAYLOAD_LIMIT_BYTES: Final = 256 * 1024 * 1024
SECTION_LIMIT: Final = 8

MEMORY_LEVEL: Final = 9
"""zlib's most: a code is then fitted to 32,768 bytes at a time."""
LEAST_CODED_SHARE: Final = 1 / 8
"""Huffman's code takes a bit for a byte at the least, so a section claims no more memory than eight times its bytes."""

Dtype = Literal["u8", "i8", "u16", "u32", "f32"]
DTYPE_BYTES: Final[dict[str, int]] = {name: int(name[1:]) // 8 for name in get_args(Dtype)}


class PacketKind(StrEnum):
    FORWARD = "forward"
    BACKWARD = "backward"
    EVALUATE = "evaluate"
    QUESTION = "question"
    """Without a payload: how full is the receiver, and has it the microbatch? Answered by Standing."""


class Section(msgspec.Struct, frozen=True, array_like=True):
    """One buffer of the payload: token ids ("tokens"), codes of latents ("codes"), their scales ("scales")."""

    name: Literal["tokens", "codes", "scales"]
    dtype: Dtype
    shape: tuple[Count, ...]
    coded_bytes: Count = 0
    """How long it is in Huffman's code; 0 where it travels as it is."""

    @property
    def size_bytes(self) -> int:
        """Of the numbers themselves."""
        return prod(self.shape) * DTYPE_BYTES[self.dtype]

    @property
    def wire_bytes(self) -> int:
        """Of the section in the payload."""
        return self.coded_bytes or self.size_bytes


def make_section(
    name: Literal["tokens", "codes", "scales"], dtype: Dtype, shape: tuple[int, ...], plain: bytes
) -> tuple[Section, bytes]:
    """A section and its bytes in the payload: in Huffman's code where that is shorter."""
    coder = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS, MEMORY_LEVEL, zlib.Z_HUFFMAN_ONLY)
    coded = coder.compress(plain) + coder.flush()
    if len(coded) < len(plain):
        return Section(name, dtype, shape, len(coded)), coded
    return Section(name, dtype, shape), plain


def _plain(section: Section, wire: memoryview) -> memoryview:
    """The section's numbers; no more memory is taken than the header says."""
    if not section.coded_bytes:
        return wire
    reader = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        plain = reader.decompress(wire, section.size_bytes + 1)
    except zlib.error as error:
        raise MalformedMessage(f"A packet's {section.name} can't be read.") from error
    if len(plain) != section.size_bytes or not reader.eof or reader.unused_data:
        raise MalformedMessage(f"A packet's {section.name} are shorter or longer than announced.")
    return memoryview(plain)


class PacketHeader(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Everything about a packet but its numbers."""

    protocol_version: Count = PROTOCOL_VERSION
    kind: PacketKind
    run_id: Name
    microbatch: Count
    lease_id: Count
    sender: NodeId
    receiver: NodeId
    from_stage: Count
    to_stage: Count
    step: StepId
    """The sender's weights version."""
    codec_id: Name
    codec_bits: Count
    sections: tuple[Section, ...]
    payload_hash: HashText
    norm_shares: tuple[float, ...] = ()
    """Squared gradient norms by stage as the sender last heard them, −1 where it has heard nothing."""
    sent_at_unix_ms: Count = 0

    @property
    def payload_bytes(self) -> int:
        return sum(section.wire_bytes for section in self.sections)


class Packet(msgspec.Struct, frozen=True):
    header: PacketHeader
    payload: bytes
    signature: SignatureBytes = b""
    plain: Mapping[str, memoryview] = {}
    """Sections that were read out of Huffman's code beforehand."""

    def section(self, name: str) -> memoryview:
        """The plain bytes of one section; raises MalformedMessage if the packet has none of that name, or if they
        can't be read."""
        if name in self.plain:
            return self.plain[name]
        offset = 0
        for section in self.header.sections:
            if section.name == name:
                return _plain(section, memoryview(self.payload)[offset : offset + section.wire_bytes])
            offset += section.wire_bytes
        raise MalformedMessage(f"A {self.header.kind} packet has no {name}.")

    def opened(self, limit_bytes: int) -> "Packet":
        """The same with its plain bytes beside it, for a thread that has no time to read them out; raises
        MalformedMessage if they can't be read, or would be more than `limit_bytes`."""
        size_bytes = sum(section.size_bytes for section in self.header.sections)
        if size_bytes > limit_bytes:
            raise MalformedMessage(f"A packet holds {size_bytes} bytes of numbers, more than the {limit_bytes} it may.")
        plain = {section.name: self.section(section.name) for section in self.header.sections}
        return msgspec.structs.replace(self, plain=plain)

    def closed(self) -> "Packet":
        """As it came, which takes less memory."""
        return msgspec.structs.replace(self, plain={}) if self.plain else self


class PacketLengths(msgspec.Struct, frozen=True):
    """What the first PREFIX_BYTES announce."""

    header_bytes: int
    payload_bytes: int

    @property
    def rest_bytes(self) -> int:
        return self.header_bytes + SIGNATURE_BYTES + self.payload_bytes


def payload_hash(buffers: tuple[bytes | memoryview, ...]) -> str:
    return hash_parts(buffers)


def encode_packet(key: NodeKey, header: PacketHeader, payload: bytes) -> bytes:
    """The packet on the wire; raises MalformedMessage if header and payload don't fit each other."""
    _check_header(header, len(payload))
    head = to_msgpack(header)
    if len(head) > HEADER_LIMIT_BYTES:
        raise MalformedMessage(f"A packet header of {len(head)} bytes is over the limit of {HEADER_LIMIT_BYTES}.")
    return b"".join((_PREFIX.pack(MAGIC, len(head), len(payload)), head, key.sign(head), payload))


def read_prefix(prefix: bytes, payload_limit_bytes: int = PAYLOAD_LIMIT_BYTES) -> PacketLengths:
    """The announced lengths, refused before a byte of them is read if they are over the limits."""
    if len(prefix) != PREFIX_BYTES:
        raise MalformedMessage("A packet ends inside its first bytes.")
    magic, header_bytes, payload_bytes = _PREFIX.unpack(prefix)
    if magic != MAGIC:
        raise MalformedMessage("What arrived is not a packet of this network.")
    if header_bytes > HEADER_LIMIT_BYTES or payload_bytes > payload_limit_bytes:
        raise MalformedMessage(f"A packet announces {header_bytes} + {payload_bytes} bytes, which is over the limit.")
    return PacketLengths(header_bytes, payload_bytes)


def decode_packet(data: bytes, payload_limit_bytes: int = PAYLOAD_LIMIT_BYTES) -> Packet:
    """A whole packet, its hash and signature checked.

    Raises MalformedMessage, IntegrityError or AuthenticationError. Whether the sender is who the connection says,
    and whether the packet was asked for, is the receiver's to check.
    """
    lengths = read_prefix(data[:PREFIX_BYTES], payload_limit_bytes)
    if len(data) != PREFIX_BYTES + lengths.rest_bytes:
        raise MalformedMessage("A packet is truncated or has bytes to spare.")
    signature_at = PREFIX_BYTES + lengths.header_bytes
    head = data[PREFIX_BYTES:signature_at]
    payload_at = signature_at + SIGNATURE_BYTES
    header: PacketHeader = from_msgpack(head, PacketHeader, HEADER_LIMIT_BYTES)
    payload = data[payload_at:]
    _check_header(header, len(payload))
    signature = data[signature_at:payload_at]
    verify_node(header.sender, head, signature)
    check_hash(payload, header.payload_hash, "A packet's payload")
    return Packet(header, payload, signature)


def _check_header(header: PacketHeader, payload_bytes: int) -> None:
    if header.protocol_version != PROTOCOL_VERSION:
        raise MalformedMessage(f"A packet of version {header.protocol_version} arrived; this is {PROTOCOL_VERSION}.")
    if len(header.sections) > SECTION_LIMIT or len({section.name for section in header.sections}) != len(
        header.sections
    ):
        raise MalformedMessage("A packet has too many or repeated sections.")
    if any(size < 0 for section in header.sections for size in section.shape):
        raise MalformedMessage("A packet has a negative size.")
    if any(_is_oversized(section) for section in header.sections):
        raise MalformedMessage("A packet announces more numbers than its bytes can hold.")
    if header.payload_bytes != payload_bytes:
        raise MalformedMessage("A packet's sections don't add up to its payload.")
    if any(share != share or share == float("inf") for share in header.norm_shares):
        raise MalformedMessage("A packet carries a norm that is not a number.")


def _is_oversized(section: Section) -> bool:
    coded = section.coded_bytes
    return coded < 0 or (coded > 0 and coded < section.size_bytes * LEAST_CODED_SHARE)


class Accepted(msgspec.Struct, frozen=True, tag="accepted"):
    """The receiver holds the packet and will work on it (or has, and it was a repeat)."""

    queued: Count = 0


class Busy(msgspec.Struct, frozen=True, tag="busy"):
    """The receiver has no room; nothing was kept."""

    retry_after_seconds: Seconds = 0.5


class Declined(msgspec.Struct, frozen=True, tag="declined"):
    """The receiver won't: wrong run, stage, version or sender. `code` is an error code of protocol.errors."""

    code: Name
    title: Words


class Standing(msgspec.Struct, frozen=True, tag="standing"):
    """The answer to a question: `queued` passes wait or are computed, `held` microbatches still owe a backward pass."""

    queued: Count = 0
    held: Count = 0
    full: bool = False
    """Whether a packet sent now would be refused."""
    has_it: bool = False
    """Whether the microbatch asked after is here, or was."""


PacketReply = Accepted | Busy | Declined | Standing
"""What comes back on the packet's own stream, in MessagePack."""
REPLY_LIMIT_BYTES: Final = 4096
