"""Tensor packets: whatever is wrong with one, it is refused, and by the check that is meant for it."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.errors import AuthenticationError, IntegrityError, MalformedMessage, ProtocolError
from protocol.keys import NodeKey
from protocol.packets import (
    HEADER_LIMIT_BYTES,
    PAYLOAD_LIMIT_BYTES,
    PREFIX_BYTES,
    Packet,
    PacketHeader,
    PacketKind,
    Section,
    decode_packet,
    encode_packet,
    make_section,
    payload_hash,
    read_prefix,
)
from protocol.receipts import StepId

KEY = NodeKey(b"\x01" * 32)
OTHER = NodeKey(b"\x02" * 32)


def header(payload: bytes, **changes: object) -> PacketHeader:
    plain = PacketHeader(
        kind=PacketKind.FORWARD,
        run_id="r",
        microbatch=7,
        lease_id=1,
        sender=KEY.node_id,
        receiver=OTHER.node_id,
        from_stage=0,
        to_stage=1,
        step=StepId(1, 2),
        codec_id="int8",
        codec_bits=8,
        sections=(Section("codes", "i8", (len(payload),)),),
        payload_hash=payload_hash((payload,)),
        norm_shares=(0.5, -1.0),
    )
    return msgspec.structs.replace(plain, **changes)


@given(
    payload=st.binary(max_size=2000),
    cut=st.integers(0, 50),
    kind=st.sampled_from(list(PacketKind)),
    microbatch=st.integers(0, 2**40),
    shares=st.lists(st.floats(-1, 1e9), max_size=16),
)
@settings(max_examples=50, deadline=None)
def test_a_packet_comes_back_as_it_went(
    payload: bytes, cut: int, kind: PacketKind, microbatch: int, shares: list[float]
) -> None:
    cut = min(cut, len(payload))
    sections = (Section("tokens", "u8", (cut,)), Section("codes", "i8", (len(payload) - cut,)))
    sent = header(payload, kind=kind, microbatch=microbatch, norm_shares=tuple(shares), sections=sections)
    packet = decode_packet(encode_packet(KEY, sent, payload))
    assert packet.header == sent and packet.payload == payload
    assert bytes(packet.section("tokens")) == payload[:cut] and bytes(packet.section("codes")) == payload[cut:]


@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_a_packet_with_any_byte_changed_is_refused(data: st.DataObject) -> None:
    wire = bytearray(encode_packet(KEY, header(b"payload"), b"payload"))
    at = data.draw(st.integers(0, len(wire) - 1))
    wire[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ProtocolError):
        decode_packet(bytes(wire))


@given(length=st.integers(0, 250))
@settings(max_examples=50, deadline=None)
def test_a_truncated_packet_is_refused(length: int) -> None:
    with pytest.raises(MalformedMessage):
        decode_packet(encode_packet(KEY, header(b"payload"), b"payload")[:length])


def test_lengths_over_the_limit_are_refused_before_any_of_it_is_read() -> None:
    for head, payload in ((HEADER_LIMIT_BYTES + 1, 0), (10, PAYLOAD_LIMIT_BYTES + 1)):
        prefix = b"TAH1" + head.to_bytes(4, "big") + payload.to_bytes(8, "big")
        with pytest.raises(MalformedMessage, match="over the limit"):
            read_prefix(prefix)


def test_what_is_no_packet_is_told_so() -> None:
    with pytest.raises(MalformedMessage, match="not a packet"):
        read_prefix(b"GET / HTTP/1.1\r\n"[:PREFIX_BYTES])


def test_a_payload_that_does_not_match_its_hash_is_refused() -> None:
    with pytest.raises(IntegrityError):
        decode_packet(encode_packet(KEY, header(b"one"), b"two"))


def test_a_packet_signed_by_another_node_is_refused() -> None:
    with pytest.raises(AuthenticationError):
        decode_packet(encode_packet(OTHER, header(b"x"), b"x"))


@pytest.mark.parametrize(
    "changes",
    [
        {"sections": (Section("codes", "i8", (3,)),)},
        {"sections": (Section("codes", "i8", (-1, -1)),)},
        {"sections": (Section("codes", "i8", (1,)), Section("codes", "i8", (0,)))},
        {"protocol_version": 99},
        {"norm_shares": (float("nan"),)},
        {"norm_shares": (float("inf"),)},
    ],
)
def test_a_header_that_contradicts_itself_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(MalformedMessage):
        encode_packet(KEY, header(b"x", **changes), b"x")


def test_a_missing_section_is_named() -> None:
    packet = decode_packet(encode_packet(KEY, header(b"x"), b"x"))
    with pytest.raises(MalformedMessage, match="has no scales"):
        packet.section("scales")


@given(tokens=st.binary(max_size=500), codes=st.binary(max_size=2000))
@settings(max_examples=50, deadline=None)
def test_an_opened_packet_reads_as_a_closed_one_does(tokens: bytes, codes: bytes) -> None:
    made = [make_section("tokens", "u8", (len(tokens),), tokens), make_section("codes", "i8", (len(codes),), codes)]
    payload = b"".join(data for _, data in made)
    packet = Packet(header(payload, sections=tuple(section for section, _ in made)), payload)
    opened = packet.opened(len(tokens) + len(codes))
    assert (bytes(opened.section("tokens")), bytes(opened.section("codes"))) == (tokens, codes)
    assert (opened.header, opened.payload) == (packet.header, packet.payload)
    assert opened.closed() == packet and not opened.closed().plain


def test_a_packet_that_announces_more_numbers_than_it_may_hold_is_refused_unread() -> None:
    payload = b"no code at all"
    packet = Packet(header(payload, sections=(Section("codes", "i8", (100,), len(payload)),)), payload)
    with pytest.raises(MalformedMessage, match="100 bytes of numbers, more than the 99"):
        packet.opened(99)
    with pytest.raises(MalformedMessage, match="can't be read"):
        packet.opened(100)
