"""What a pass is worth: floating-point operations per token of a stage, and credit from them.

Counted from the run's spec alone, so that nobody is paid for being slow: 6 FLOPs per matmul parameter and token for
forward and backward, plus attention's products (Chowdhery et al., arXiv 2204.02311, appendix B). Recomputation, norms
and the embedding's look-up count nothing.
"""

from protocol.runs import ModelSpec, RunSpec, StageSpec
from swarm.borders import border_matmul_numbers


def stage_flops_per_token(model: ModelSpec, stages: tuple[StageSpec, ...], stage: int) -> float:
    """FLOPs of one token's forward and backward pass through `stage`, at the run's context length."""
    spec = stages[stage]
    layers = spec.end_layer - spec.first_layer
    attention = 12.0 * layers * model.width * model.context
    return 6.0 * stage_matmul_parameters(model, stages, stage) + attention


def stage_matmul_parameters(model: ModelSpec, stages: tuple[StageSpec, ...], stage: int) -> int:
    """Parameters that every token is multiplied with: layers, head, and bottlenecks narrower than the model."""
    spec = stages[stage]
    key_value_width = model.width // model.heads * model.kv_heads
    layer = 2 * model.width * (model.width + key_value_width) + 3 * model.width * model.mlp_width
    total = (spec.end_layer - spec.first_layer) * layer
    last = len(stages) - 1
    if stage == last:
        total += model.width * model.vocabulary
    sending, receiving = border_matmul_numbers(model)
    return total + (sending if stage < last else 0) + (receiving if stage > 0 else 0)


def credit(run: RunSpec, stage: int, tokens: int) -> float:
    """FLOPs that `tokens` matched backward tokens through `stage` are worth."""
    return tokens * stage_flops_per_token(run.model, run.stages, stage)
