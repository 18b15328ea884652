"""How much one audited step may hold, so that nobody can swell it: validators recompute what is within, and only what
is within earns."""

from typing import Final

from protocol.runs import RunSpec

SPARE: Final = 64
"""Passes on one version are about the microbatches of a step; while many first-stage miners feed one peer, and none of
its gradients are back, there are more."""


def passes_limit(run: RunSpec) -> int:
    """Forward and backward passes of one version that count, the first in its miner's journal."""
    return SPARE * (run.training.microbatches_per_step + run.training.in_flight)
