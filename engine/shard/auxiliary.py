"""What a stage before a narrow border learns from by itself: a head of its own that predicts the next token.

Through a border of k features no more than k numbers per token come back to say what a stage should have computed, and
that is what a narrow border costs: not the bits, and not what the next stage gets to see (docs/experiments.md). So each
such stage has a second loss, the cross entropy of its own guess, whose gradient has the model's whole width (Lee et
al., "Deeply-Supervised Nets", arXiv 1409.5185). Its weight falls to nothing over the run, so that in the end the stages
serve the last one's loss alone.

A stage hears the ids of its microbatch only, so the last position has no target here. With more tokens than rows the
head tells groups of tokens apart, those that share the anchor's first row.

Legend: B sequences, T tokens, D model width, R rows of the head.
"""

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor

from engine.shard.loss import mean_cross_entropy
from protocol.runs import ModelSpec, RunSpec
from swarm.borders import anchor_rows


def auxiliary_loss(
    model: ModelSpec, head_RD: Tensor, x_BTD: Tensor, tokens_BT: Tensor, between: Callable[[], None] | None = None
) -> Tensor:
    """Nats per token of the stage's own guess, from the residual stream behind its layers; T must be 2 at least.

    `between` is called between slices and may raise to end the pass. Good for one backward pass.
    """
    normed_BTD = F.rms_norm(x_BTD[:, :-1], (model.width,), eps=model.norm_epsilon)
    return mean_cross_entropy(normed_BTD, head_RD, tokens_BT[:, 1:] % anchor_rows(model), between)


def auxiliary_weight(run: RunSpec, microbatch: int) -> float:
    """What that loss counts in a microbatch beside the last stage's, the same for every miner and auditor."""
    done_share = min(1.0, max(0.0, microbatch / run.training.microbatches))
    return run.training.auxiliary_weight * (1.0 - done_share)
