"""What a run is: model, stages, data, hyper-parameters. Sent by the orchestrator, the same for every miner."""

from itertools import pairwise
from typing import Annotated, Final, Literal

import msgspec

TokenizerId = Literal["bytes", "bpe"]


class ModelSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A Llama-3-style decoder. Widths count features, `context` counts tokens."""

    vocabulary: int
    width: int
    layers: int
    heads: int
    kv_heads: int
    mlp_width: int
    context: int
    rope_theta: float = 10_000.0
    norm_epsilon: float = 1e-5
    bottleneck_width: int
    """Features per token that cross a stage border; equal to `width` means full width."""
    auxiliary_heads: bool = False
    """Each stage that sends over a narrow border also predicts the next token by itself (engine.shard.auxiliary)."""

    def problems(self) -> list[str]:
        """Everything that makes this shape impossible, in words; empty when it can be built."""
        found = []
        for name in ("vocabulary", "width", "layers", "heads", "kv_heads", "mlp_width", "context", "bottleneck_width"):
            if getattr(self, name) < 1:
                found.append(f"{name} must be at least 1")
        if found:
            return found
        if self.width % self.heads or (self.width // self.heads) % 2:
            found.append("width must be an even multiple of heads")
        if self.heads % self.kv_heads:
            found.append("heads must be a multiple of kv_heads")
        if self.bottleneck_width > self.width:
            found.append("bottleneck_width can't exceed width")
        if self.auxiliary_heads and self.context < 2:
            found.append("auxiliary_heads need a context of at least 2, or there is no next token to predict")
        return found


class StageSpec(msgspec.Struct, frozen=True):
    """Layers `first_layer` to `end_layer` (exclusive). Stage 0 also holds the embedding, the last the norm and head."""

    first_layer: int
    end_layer: int


CodecId = Literal["raw32", "int8", "grid"]
CODEC_BITS: Final[dict[str, tuple[int, ...]]] = {"raw32": (32,), "int8": (8,), "grid": (1, 2, 3, 4, 5, 6)}


class CodecSpec(msgspec.Struct, frozen=True):
    """How latents become bytes on a border; both fields stand in every packet header."""

    codec_id: CodecId = "int8"
    bits: int = 8

    @property
    def exists(self) -> bool:
        """Whether this version has a codec of that id with so many bits."""
        return self.bits in CODEC_BITS.get(self.codec_id, ())


class RungSpec(msgspec.Struct, frozen=True):
    """One way to send over a border: the first `rank` features, and how they and their gradients become bytes."""

    rank: int
    codec: CodecSpec
    gradient_codec: CodecSpec


class LadderSpec(msgspec.Struct, frozen=True):
    """The ways to send that a run allows, from the most bytes to the fewest. Each sender takes the first one that its
    link keeps up with (swarm.compression)."""

    rungs: tuple[RungSpec, ...] = ()
    """Empty: one only, all features by the run's codec."""
    warmup_share: float = 0.0
    """Until this share of the run's microbatches is done the lower rungs are shut, and open one after the other: stages
    that never heard much of each other learn to do without."""


class OptimizerSpec(msgspec.Struct, frozen=True, kw_only=True):
    """AdamW with linear warm-up and cosine decay over the share of the run's microbatches that is done. `muon` takes
    Muon's steps for hidden matrices, `matrix_rate` times as long, and AdamW's for the rest."""

    kind: Literal["adamw", "muon"] = "adamw"
    matrix_rate: float = 10.0
    peak_learning_rate: float = 1e-3
    floor_learning_rate: float = 1e-4
    warmup_share: float = 0.05
    beta1: float = 0.9
    beta2: float = 0.99
    epsilon: float = 1e-8
    weight_decay: float = 0.1
    clip_norm: float = 1.0


class DenseCodes(msgspec.Struct, frozen=True, tag="dense"):
    """Every number of a pseudo-gradient as so many bits."""

    bits: Literal[4, 8] = 4


class SparseCodes(msgspec.Struct, frozen=True, tag="sparse"):
    """The largest numbers of each tile, two bits and their place; for thin links, with tiles of some thousands."""

    kept_per_tile: int = 64


class MergeSpec(msgspec.Struct, frozen=True, kw_only=True):
    """DiLoCo (arXiv 2311.08105) by fragments (arXiv 2501.18512), merged as docs/architecture.md tells."""

    fragments: int = 1
    local_steps: int = 50
    """Steps a miner takes between two merges of the same fragment."""
    outer_learning_rate: float = 0.7
    outer_momentum: float = 0.6
    mergers_per_partition: int = 3
    partitions: int = 4
    tile: int = 128
    """Codes that share one scale and one coefficient."""
    upload: DenseCodes | SparseCodes = DenseCodes()
    """How pseudo-gradients travel. What rounding and leaving out take away waits for the next one."""


class TrainingSpec(msgspec.Struct, frozen=True, kw_only=True):
    """How tokens become steps. A microbatch is `sequences` x model.context tokens."""

    sequences: int
    microbatches: int
    """Of the whole run; with `sequences` and the context this is the token budget."""
    microbatches_per_step: int = 1
    in_flight: int = 2
    """Microbatches that one first-stage miner keeps in the pipeline at once, at most."""
    steps_ahead: int = 0
    """Steps that a first-stage miner may begin before an earlier one's gradients are all back. 0 keeps every gradient
    of a lone pipeline fresh; in_flight microbatches of one step still overlap."""
    lease_microbatches: int = 32
    lease_seconds: float = 60.0
    staleness_steps: int = 64
    """A gradient for weights more steps old is dropped and its tokens leased again; merges count as steps. Nor may it
    be older than half of `audit.window_steps`."""
    seed: int = 0
    auxiliary_weight: Annotated[float, msgspec.Meta(ge=0.0, le=10.0)] = 0.3
    """What a stage's own prediction counts beside the last stage's loss at the run's beginning; nothing at its end."""
    compute: Literal["fp32", "fastest"] = "fp32"
    """`fastest` lets a device multiply in bf16 where it measured that to be faster. Audits recompute in fp32, so such a
    run needs the wider tolerances of its pairs of devices."""
    evaluate_every: int = 0
    """Microbatches between two measurements of the held-out loss; 0 measures before and after only."""
    evaluate_microbatches: int = 8


class AuditSpec(msgspec.Struct, frozen=True, kw_only=True):
    """How long evidence stays at hand: weights for `window_steps` undecided steps, packets for as many. Half of them
    may wait for gradients that are still under way, the others for a draw."""

    window_steps: int = 128
    relative_error: float = 1e-4
    code_mismatch_share: float = 0.01


class DataSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Token files in the object store: little-endian unsigned integers, nothing else."""

    tokenizer: TokenizerId = "bytes"
    token_bytes: Literal[1, 2, 4] = 1
    train_key: str
    train_tokens: int
    train_hash: str
    held_out_key: str
    held_out_tokens: int
    held_out_hash: str


class RunSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One run, whole. `run_id` is a short slug, safe in paths."""

    run_id: str
    title: str
    model: ModelSpec
    stages: tuple[StageSpec, ...]
    codec: CodecSpec = CodecSpec()
    ladder: LadderSpec = LadderSpec()
    optimizer: OptimizerSpec = OptimizerSpec()
    merge: MergeSpec = MergeSpec()
    training: TrainingSpec
    audit: AuditSpec = AuditSpec()
    data: DataSpec

    @property
    def tokens_per_microbatch(self) -> int:
        return self.training.sequences * self.model.context

    @property
    def rungs(self) -> tuple[RungSpec, ...]:
        """Every way to send over a border that this run allows; never empty."""
        return self.ladder.rungs or (RungSpec(self.model.bottleneck_width, self.codec, self.codec),)


def even_stages(layers: int, stages: int) -> tuple[StageSpec, ...]:
    """Layers shared out as evenly as they go, the later stages one shorter (the last also has the head)."""
    if not 1 <= stages <= layers:
        raise ValueError(f"{layers} layers can't make {stages} stages")
    base, extra = divmod(layers, stages)
    borders = [0]
    for stage in range(stages):
        borders.append(borders[-1] + base + (1 if stage < extra else 0))
    return tuple(StageSpec(first, end) for first, end in pairwise(borders))
