"""The ways to send over stage borders that `compression` compares, and what each takes on the wire.

Ratios are against 4 x width bytes per token and direction, what an uncompressed fp32 stream would take, with everything
counted: token ids, scales, headers, signatures, and the bytes of a warm-up.
"""

from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Final

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
RAW: Final = CodecSpec("raw32", 32)


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


def _rung(rank: int, bits: int, gradient_bits: int) -> RungSpec:
    return RungSpec(rank, CodecSpec("grid", bits), CodecSpec("grid", gradient_bits))


def arms_for(width: int) -> tuple[Arm, ...]:
    """All arms at that width. Ranks scale with width, so that ratios stay."""
    unit = width // 256 if width >= 256 else width / 256
    whole = RungSpec(width, RAW, RAW)

    def scaled(rank: int, bits: int, gradient_bits: int) -> RungSpec:
        return _rung(max(1, int(rank * unit)), bits, gradient_bits)

    ours = (
        Arm("8x", Border.OURS, 8, (scaled(124, 8, 8),)),
        Arm("32x", Border.OURS, 32, (scaled(32, 8, 7),)),
        Arm("64x", Border.OURS, 64, (scaled(17, 8, 6),)),
        Arm("128x", Border.OURS, 128, (scaled(8, 8, 6),)),
        Arm("256x", Border.OURS, 256, (scaled(4, 7, 5),)),
        Arm("128x, wide at first", Border.OURS, 128, (scaled(64, 8, 8), scaled(32, 8, 8), scaled(8, 6, 5)), 0.05),
    )
    cut = {ratio: RungSpec(max(1, 2 * width // ratio), RAW, RAW) for ratio in (32, 128)}
    return (
        Arm("1x", Border.WHOLE, 1, (whole,)),
        *ours,
        *(Arm(f"IOTA's cut, {ratio}x", Border.IOTA, ratio, (rung,)) for ratio, rung in cut.items()),
        Arm("nothing sent", Border.NOTHING, 0, (scaled(8, 8, 6),)),
    )


def run_for(arm: Arm, width: int, microbatches: int, seed: int) -> RunSpec:
    """The arm as a run: only what the shard and the ladder look at."""
    model = ModelSpec(
        vocabulary=VOCABULARY,
        width=width,
        layers=STAGES,
        heads=max(2, width // 64),
        kv_heads=max(2, width // 64),
        mlp_width=width * 8 // 3 // 32 * 32,
        context=CONTEXT,
        bottleneck_width=max(rung.rank for rung in arm.rungs),
    )
    return RunSpec(
        run_id="compression",
        title=arm.name,
        model=model,
        stages=even_stages(STAGES, STAGES),
        ladder=LadderSpec(arm.rungs, arm.warmup_share),
        training=TrainingSpec(sequences=SEQUENCES, microbatches=microbatches, seed=seed),
        data=NO_DATA,
    )


def rung_at(run: RunSpec, microbatch: int) -> RungSpec:
    """A thin link's choice: the lowest rung that is open."""
    return run.rungs[lowest_open_rung(run, microbatch)]


def is_silent(arm: Arm, run: RunSpec, microbatch: int) -> bool:
    """Whether nothing crosses but ids: in that arm's last rung."""
    return arm.border is Border.NOTHING and lowest_open_rung(run, microbatch) == len(run.rungs) - 1


class Wire(torch.autograd.Function):
    """A border as two computers have it: latents arrive as codes say, and so do their gradients on the way back."""

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, latent_BTk: Tensor, arm: Arm, rung: RungSpec) -> Tensor:
        ctx.arm, ctx.rung = arm, rung  # type: ignore[attr-defined]
        return latent_BTk.bfloat16().float() if arm.border is Border.IOTA else decode(encode(latent_BTk, rung.codec))

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, gradient_BTk: Tensor) -> tuple[Tensor, None, None]:
        arm, rung = ctx.arm, ctx.rung  # type: ignore[attr-defined]
        if arm.border is Border.IOTA:
            return gradient_BTk.bfloat16().float(), None, None
        return decode(encode(gradient_BTk, rung.gradient_codec)), None, None


def over_wire(latent_BTk: Tensor, arm: Arm, rung: RungSpec) -> Tensor:
    """What the next stage starts from, [B, T, k]."""
    arrived: Tensor = Wire.apply(latent_BTk, arm, rung)  # type: ignore[no-untyped-call]
    return arrived


@lru_cache(maxsize=64)
def written_bytes(border: Border, rung: RungSpec, silent: bool) -> float:
    """Bytes per token that two carriers write for one microbatch over one border, there and back together."""
    tokens = torch.zeros(SEQUENCES, CONTEXT + 1, dtype=torch.int64)
    ids, id_bytes = sections_from_tokens(tokens, VOCABULARY)
    latent = torch.randn(SEQUENCES, CONTEXT, rung.rank, generator=torch.Generator().manual_seed(0))
    total = 0
    for kind, codec in ((PacketKind.FORWARD, rung.codec), (PacketKind.BACKWARD, rung.gradient_codec)):
        sections, payload = _coded(border, latent, codec)
        if silent:
            sections, payload = (), b""
        if kind is PacketKind.FORWARD:
            sections, payload = (*ids, *sections), id_bytes + payload
        elif silent:
            continue
        total += len(_packet(kind, codec, sections, payload))
    return total / (SEQUENCES * CONTEXT)


def _coded(border: Border, latent_BTk: Tensor, codec: CodecSpec) -> tuple[tuple[Section, ...], bytes]:
    if border is Border.IOTA:
        return (Section("codes", "u16", tuple(latent_BTk.shape)),), bytes(2 * latent_BTk.numel())
    return sections_from_latent(encode(latent_BTk, codec))


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
