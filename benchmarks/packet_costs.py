"""What a packet's signature, hash and receipt cost one processor, measured on packets of the size that went."""

import time
from collections.abc import Callable

from protocol.hashes import hash_parts
from protocol.keys import NodeKey
from protocol.packets import PacketHeader, PacketKind, Section, decode_packet, encode_packet
from protocol.receipts import Direction, Receipt, StepId, sign_line

REPEATS = 200


def seconds_per_pass(payload_bytes: int) -> float:
    """One pass of an inner stage: a packet hashed, signed, checked at its goal, and the receipt of the pass signed."""
    key, payload = NodeKey.generate(), bytes(max(1, payload_bytes))

    def send_and_check() -> None:
        decode_packet(encode_packet(key, _header(key, payload), payload))

    def sign_receipt() -> None:
        sign_line(key, 0, _receipt())

    return _seconds(send_and_check) + _seconds(sign_receipt)


def _seconds(job: Callable[[], None]) -> float:
    """CPU seconds of one call."""
    began = time.process_time()
    for _ in range(REPEATS):
        job()
    return (time.process_time() - began) / REPEATS


def _header(key: NodeKey, payload: bytes) -> PacketHeader:
    return PacketHeader(
        kind=PacketKind.FORWARD,
        run_id="run",
        microbatch=1,
        lease_id=1,
        sender=key.node_id,
        receiver=key.node_id,
        from_stage=0,
        to_stage=1,
        step=StepId(1, 1),
        codec_id="int8",
        codec_bits=8,
        sections=(Section("codes", "u8", (len(payload),)),),
        payload_hash=hash_parts([payload]),
    )


def _receipt() -> Receipt:
    return Receipt(
        run_id="run",
        stage=1,
        microbatch=1,
        lease_id=1,
        direction=Direction.FORWARD,
        step=StepId(1, 1),
        input_hash="0" * 64,
        output_hash="0" * 64,
        upstream="0" * 64,
        downstream="0" * 64,
        tokens=1024,
        duration_ms=1.0,
        finished_at_unix_ms=0,
    )
