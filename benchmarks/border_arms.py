"""The ways to send over stage borders that `compression` compares, and what each takes on the wire.

Ratios are against 4 x width bytes per token and direction, what an uncompressed fp32 stream would take, with everything
counted: token ids, scales, headers, signatures, and the bytes of a warm-up.
"""

import random
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Any, Final, TypeAlias

import msgspec
import torch
from torch import Tensor

from engine.shard.codec import decode, encode
from engine.shard.sections import sections_from_latent, sections_from_tokens
from protocol.keys import NodeKey
from protocol.packets import PacketHeader, PacketKind, Section, encode_packet, payload_hash
from protocol.receipts import StepId
from protocol.runs import CodecSpec, DataSpec, LadderSpec, ModelSpec, RungSpec, RunSpec, TrainingSpec, even_stages
from swarm.compression import lowest_open_rung

STAGES: Final = 8
CONTEXT: Final = 64
SEQUENCES: Final = 16
VOCABULARY: Final = 256
WIDE: Final = 512
"""From this width on there is an arm of 512x, where a narrower stream would have two features left."""
NESTED: Final = "32x to 256x, nested"
UNCODED: Final = "the rank of 128x, no codec"
"""What few bits cost besides the narrow border is the difference between it and 128x."""
OWN_LOSSES: Final = TrainingSpec(sequences=SEQUENCES, microbatches=1).auxiliary_weight
BY_BITS: Final = "54x to 80x, one rank"
RAW: Final = CodecSpec("raw32", 32)
Sections: TypeAlias = tuple[Section, ...]

NO_DATA: Final = DataSpec(
    train_key="", train_tokens=0, train_hash="", held_out_key="", held_out_tokens=0, held_out_hash=""
)


class Border(Enum):
    """What crosses: the whole stream, ours, the peer's channel cut, or nothing but the token ids."""

    WHOLE = auto()
    OURS = auto()
    IOTA = auto()
    """Ours without the anchor, bf16 numbers and no codec: the recipe of IOTA's published code."""
    NOTHING = auto()


@dataclass(frozen=True)
class Arm:
    """`ratio` is the nominal one, the table states what was written. The last of the `rungs` is the goal."""

    name: str
    border: Border
    ratio: int
    rungs: tuple[RungSpec, ...]
    warmup_share: float = 0.0
    mixed: bool = False
    """Each border draws one of the rungs for each microbatch, as if links of all speeds met there."""
    own_losses: float = OWN_LOSSES
    """How much the stages' own losses weigh at first (docs/decisions/0017)."""
    aside: bool = False
    """No row of a table: it runs only where it is asked for by name."""

    @property
    def auxiliary_heads(self) -> bool:
        """Ours alone: the whole stream does no better with them, and silent stages hear nothing of each other."""
        return self.border is Border.OURS


def _rung(rank: int, bits: int, gradient_bits: int) -> RungSpec:
    return RungSpec(rank, CodecSpec("grid", bits), CodecSpec("grid", gradient_bits))


def arms_for(width: int) -> tuple[Arm, ...]:
    """All arms at that width. Ranks scale with width, so that ratios stay."""
    unit = width // 256 if width >= 256 else width / 256
    whole = RungSpec(width, RAW, RAW)

    def scaled(rank: float, bits: int, gradient_bits: int) -> RungSpec:
        return _rung(max(1, int(rank * unit)), bits, gradient_bits)

    ours = (
        Arm("8x", Border.OURS, 8, (scaled(174, 6, 5),)),
        Arm("32x", Border.OURS, 32, (scaled(53, 5, 4),)),
        Arm("64x", Border.OURS, 64, (scaled(26, 5, 4),)),
        Arm("128x", Border.OURS, 128, (scaled(12, 5, 4),)),
        Arm("256x", Border.OURS, 256, (scaled(5, 5, 4),)),
    )
    other_bits = {ratio: scaled(26, bits, bits - 1) for ratio, bits in ((54, 6), (80, 4), (105, 3), (140, 2))}
    by_bits = (other_bits[54], *ours[2].rungs, other_bits[80])
    by_own_losses = (("three times the", 3.0), ("a third of the", 1 / 3), ("no", 0.0))
    others = tuple(
        Arm(f"128x, {name} own losses", Border.OURS, 128, ours[3].rungs, own_losses=OWN_LOSSES * share, aside=True)
        for name, share in by_own_losses
    )
    wide = (
        # Ids and headers weigh less beside a wide stream, so that three more of 512 features fit into as many bytes.
        Arm("128x, rank 27", Border.OURS, 128, (scaled(13.5, 5, 4),)),
        Arm("512x", Border.OURS, 512, (scaled(2.5, 5, 4),)),
    )
    cut = {ratio: RungSpec(max(1, 2 * width // ratio), RAW, RAW) for ratio in (32, 128)}
    return (
        Arm("1x", Border.WHOLE, 1, (whole,)),
        *ours,
        *others,
        *(wide if width >= WIDE else ()),
        *(Arm(f"{ratio}x, rank 26", Border.OURS, ratio, (rung,)) for ratio, rung in other_bits.items()),
        Arm(UNCODED, Border.OURS, 21, (RungSpec(max(1, int(12 * unit)), RAW, RAW),)),
        Arm(NESTED, Border.OURS, 0, tuple(rung for arm in ours[1:] for rung in arm.rungs), mixed=True),
        Arm(BY_BITS, Border.OURS, 0, by_bits, mixed=True),
        *(Arm(f"IOTA's cut, {ratio}x", Border.IOTA, ratio, (rung,)) for ratio, rung in cut.items()),
        Arm("nothing sent", Border.NOTHING, 0, (scaled(12, 5, 4),)),
    )


def run_for(arm: Arm, width: int, microbatches: int, seed: int, sequences: int = SEQUENCES) -> RunSpec:
    """The arm as a run: only what the shard and the ladder look at. A microbatch is a step."""
    model = ModelSpec(
        vocabulary=VOCABULARY,
        width=width,
        layers=STAGES,
        heads=max(2, width // 64),
        kv_heads=max(2, width // 64),
        mlp_width=width * 8 // 3 // 32 * 32,
        context=CONTEXT,
        bottleneck_width=max(rung.rank for rung in arm.rungs),
        auxiliary_heads=arm.auxiliary_heads,
    )
    return RunSpec(
        run_id="compression",
        title=arm.name,
        model=model,
        stages=even_stages(STAGES, STAGES),
        ladder=LadderSpec(arm.rungs, arm.warmup_share),
        training=TrainingSpec(
            sequences=sequences, microbatches=microbatches, seed=seed, auxiliary_weight=arm.own_losses
        ),
        data=NO_DATA,
    )


def rung_name(rung: RungSpec) -> str:
    """Of a rung in a file of outcomes."""
    return f"rank {rung.rank}, {rung.codec.bits} and {rung.gradient_codec.bits} bits"


def rung_at(arm: Arm, run: RunSpec, microbatch: int, border: int) -> RungSpec:
    """A thin link's choice: the lowest rung that is open; mixed ones draw."""
    if arm.mixed:
        return random.Random(f"{run.training.seed}/{microbatch}/{border}").choice(run.rungs)
    return run.rungs[lowest_open_rung(run, microbatch)]


def is_silent(arm: Arm, run: RunSpec, microbatch: int) -> bool:
    """Whether nothing crosses but ids: in that arm's last rung."""
    return arm.border is Border.NOTHING and lowest_open_rung(run, microbatch) == len(run.rungs) - 1


class Tally:
    """Bytes as two carriers write them, packet by packet, over all borders together."""

    def __init__(self, window_BT1: Tensor) -> None:
        self._tokens, token_bytes = sections_from_tokens(window_BT1, VOCABULARY)
        self._token_bytes = len(token_bytes)
        self.bytes = 0

    def forward(self, codec: CodecSpec, sections: Sections = (), payload_bytes: int = 0) -> None:
        """Ids go ahead of every latent."""
        self.bytes += _around(PacketKind.FORWARD, codec, self._tokens + sections) + self._token_bytes + payload_bytes

    def backward(self, codec: CodecSpec, sections: Sections, payload_bytes: int) -> None:
        self.bytes += _around(PacketKind.BACKWARD, codec, sections) + payload_bytes


class Wire(torch.autograd.Function):
    """A border as two computers have it: latents arrive as codes say, and so do their gradients on the way back."""

    @staticmethod
    def forward(
        ctx: torch.autograd.function.FunctionCtx, latent_BTk: Tensor, arm: Arm, rung: RungSpec, tally: Tally | None
    ) -> Tensor:
        ctx.arm, ctx.rung, ctx.tally = arm, rung, tally  # type: ignore[attr-defined]
        arrived, sections, payload_bytes = _crossed(latent_BTk, arm, rung.codec)
        if tally is not None:
            tally.forward(rung.codec, sections, payload_bytes)
        return arrived

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, gradient_BTk: Tensor) -> tuple[Tensor, None, None, None]:
        arm, rung, tally = ctx.arm, ctx.rung, ctx.tally  # type: ignore[attr-defined]
        arrived, sections, payload_bytes = _crossed(gradient_BTk, arm, rung.gradient_codec)
        if tally is not None:
            tally.backward(rung.gradient_codec, sections, payload_bytes)
        return arrived, None, None, None


def over_wire(latent_BTk: Tensor, arm: Arm, rung: RungSpec, tally: Tally | None) -> Tensor:
    """What the next stage starts from, [B, T, k]. What crosses for it, there and back, is added to the tally."""
    arrived: Tensor = Wire.apply(latent_BTk, arm, rung, tally)  # type: ignore[no-untyped-call]
    return arrived


def _crossed(latent_BTk: Tensor, arm: Arm, codec: CodecSpec) -> tuple[Tensor, Sections, int]:
    """What arrives, and the sections and payload that bring it."""
    if arm.border is Border.IOTA:
        shape = tuple(latent_BTk.shape)
        return latent_BTk.bfloat16().float(), (Section("codes", "u16", shape),), 2 * latent_BTk.numel()
    coded = encode(latent_BTk, codec)
    sections, payload = sections_from_latent(coded)
    return decode(coded), sections, len(payload)


def _around(kind: PacketKind, codec: CodecSpec, sections: Sections) -> int:
    """Bytes of such a packet besides its payload."""
    return _header_bytes(kind, codec, tuple((each.name, each.dtype, each.shape) for each in sections))


@lru_cache(maxsize=64)
def _header_bytes(kind: PacketKind, codec: CodecSpec, forms: tuple[tuple[Any, Any, tuple[int, ...]], ...]) -> int:
    plain = (Section(*form) for form in forms)
    sections = tuple(msgspec.structs.replace(section, coded_bytes=section.size_bytes) for section in plain)
    payload = bytes(sum(section.wire_bytes for section in sections))
    return len(_packet(kind, codec, sections, payload)) - len(payload)


def _packet(kind: PacketKind, codec: CodecSpec, sections: tuple[Section, ...], payload: bytes) -> bytes:
    key = NodeKey(bytes(range(32)))
    header = PacketHeader(
        kind=kind,
        run_id="compression",
        microbatch=1000,
        lease_id=100,
        sender=key.node_id,
        receiver=key.node_id,
        from_stage=3,
        to_stage=4,
        step=StepId(1, 1000),
        codec_id=codec.codec_id,
        codec_bits=codec.bits,
        sections=sections,
        payload_hash=payload_hash((payload,)),
        norm_shares=(0.5,) * STAGES,
        sent_at_unix_ms=1_800_000_000_000,
    )
    return encode_packet(key, header, payload)
