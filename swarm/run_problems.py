"""What makes a run impossible, in words: asked by who opens one, and by everybody who is handed one by a stranger.

A run says how much memory others will take for it and how long they wait, so every number of it has a range. They are
wide: what a model of 100 billion parameters needs lies well inside.
"""

import math
from typing import Final, TypeAlias

from protocol.errors import MalformedMessage, SettingsError
from protocol.runs import RunSpec, SparseCodes
from swarm.compression import ladder_problems
from swarm.data_order import held_out_microbatches, windows_per_epoch

Range: TypeAlias = tuple[float, float]
MOST_RUNGS: Final = 64
MOST_TITLE: Final = 500
MOST_KEY: Final = 1024
SLUG: Final = 64
_TOKENS: Final[Range] = (0, 2**48)
_DECAY: Final[Range] = (0, 0.99999)
"""Of moments: with 1 they never move, and what a step divides by is nothing."""
_EPSILON: Final[Range] = (1e-12, 1)
"""Keeps zero from being divided by zero, which would make weights of no number at all."""

RANGES: Final[dict[str, dict[str, Range]]] = {
    "model": {
        "vocabulary": (1, 2**24),
        "width": (1, 2**16),
        "layers": (1, 2**12),
        "heads": (1, 2**12),
        "kv_heads": (1, 2**12),
        "mlp_width": (1, 2**19),
        "context": (1, 2**20),
        "rope_theta": (1, 1e12),
        "norm_epsilon": _EPSILON,
        "bottleneck_width": (1, 2**16),
    },
    "training": {
        "sequences": (1, 2**16),
        "microbatches": (1, 2**48),
        "microbatches_per_step": (1, 2**16),
        "in_flight": (1, 2**16),
        "steps_ahead": (0, 2**16),
        "lease_microbatches": (1, 2**20),
        "lease_seconds": (0.001, 86_400),
        "staleness_steps": (0, 2**20),
        "seed": (-(2**63), 2**63 - 1),
        "auxiliary_weight": (0, 10),
        "evaluate_every": (0, 2**48),
        "evaluate_microbatches": (0, 2**20),
    },
    "merge": {
        "fragments": (1, 2**12),
        "local_steps": (1, 2**20),
        "outer_learning_rate": (0, 2),
        "outer_momentum": (0, 1),
        "mergers_per_partition": (1, 64),
        "partitions": (1, 2**12),
        "tile": (1, 2**16),
    },
    "optimizer": {
        "matrix_rate": (0, 1e4),
        "peak_learning_rate": (0, 10),
        "floor_learning_rate": (0, 10),
        "warmup_share": (0, 1),
        "beta1": _DECAY,
        "beta2": _DECAY,
        "epsilon": _EPSILON,
        "weight_decay": (0, 10),
        "clip_norm": (0, 1e9),
    },
    "ladder": {"warmup_share": (0, 1)},
    "audit": {"window_steps": (2, 2**16), "relative_error": (0, 1), "code_mismatch_share": (0, 1)},
    "data": {"train_tokens": _TOKENS, "held_out_tokens": _TOKENS},
}
"""By section and field of RunSpec, both ends allowed."""


def run_problems(spec: RunSpec) -> list[str]:
    """Everything that makes this run impossible; empty when it can be trained."""
    found = [*_out_of_range(spec), *_texts(spec)]
    return found or [*spec.model.problems(), *_stages(spec), *_ladder(spec), *_merge(spec), *_data(spec)]


def checked_run(spec: RunSpec, stage: int) -> RunSpec:
    """The run that an orchestrator hands out with a place in `stage`; raises MalformedMessage for an impossible one."""
    problems = run_problems(spec)
    if not problems and not 0 <= stage < len(spec.stages):
        problems = [f"it has no stage {stage}"]
    if problems:
        raise MalformedMessage(
            f"The network describes a run that can't be trained: {'; '.join(problems[:3])}.",
            "Tell who runs the network; nothing was changed here.",
        )
    return spec


def _out_of_range(spec: RunSpec) -> list[str]:
    found = []
    for section, ranges in RANGES.items():
        values = getattr(spec, section)
        for name, (least, most) in ranges.items():
            value = getattr(values, name)
            if not (math.isfinite(value) and least <= value <= most):
                found.append(f"{section}.{name} must lie between {least:g} and {most:g}")
    return found


def _texts(spec: RunSpec) -> list[str]:
    slug = spec.run_id.replace("-", "").replace("_", "")
    found = []
    if not (slug.isascii() and slug.isalnum() and len(spec.run_id) <= SLUG):
        found.append("run_id must be a short word of letters, digits, - and _")
    if len(spec.title) > MOST_TITLE:
        found.append(f"the title must have at most {MOST_TITLE} characters")
    if max(len(spec.data.train_key), len(spec.data.held_out_key)) > MOST_KEY:
        found.append(f"the data's keys must have at most {MOST_KEY} characters")
    return found


def _stages(spec: RunSpec) -> list[str]:
    borders = [0, *(stage.end_layer for stage in spec.stages)]
    starts = [stage.first_layer for stage in spec.stages]
    if not spec.stages or starts != borders[:-1] or borders[-1] != spec.model.layers or sorted(set(borders)) != borders:
        return ["the stages must cover the layers one after the other"]
    return []


def _ladder(spec: RunSpec) -> list[str]:
    if len(spec.ladder.rungs) > MOST_RUNGS:
        return [f"a ladder has at most {MOST_RUNGS} rungs"]
    if not spec.codec.exists:
        return ["the run names a codec that this version doesn't have"]
    return ladder_problems(spec.ladder.rungs, spec.model)


def _merge(spec: RunSpec) -> list[str]:
    upload = spec.merge.upload
    if isinstance(upload, SparseCodes) and not 1 <= upload.kept_per_tile <= spec.merge.tile:
        return ["merge.upload.kept_per_tile must lie between 1 and the tile"]
    return []


def _data(spec: RunSpec) -> list[str]:
    found = []
    try:
        windows_per_epoch(spec.model.context, spec.data.train_tokens)
    except SettingsError as error:
        found.append(str(error))
    if held_out_microbatches(spec.training.sequences, spec.model.context, spec.data.held_out_tokens) < 1:
        found.append("the held-out split is shorter than one sequence")
    return found
