"""How many numbers each fragment of a stage holds, counted from the run's spec without building a tensor.

The same cut as the engine's: contiguous groups of whole layers, as even as they go; what comes before the first layer
goes with it, what comes after the last with that one.
"""

from itertools import pairwise

from protocol.runs import ModelSpec, RunSpec
from subnet.orchestrator.runs.runs import fragments_of
from swarm.borders import border_numbers


def fragment_numbers(spec: RunSpec, stage: int) -> tuple[int, ...]:
    """Numbers by fragment; they add up to the stage's parameters."""
    model, span = spec.model, spec.stages[stage]
    layers = span.end_layer - span.first_layer
    count = fragments_of(spec, stage)
    borders = [layers * part // count for part in range(count + 1)]
    sizes = [(end - first) * layer_numbers(model) for first, end in pairwise(borders)]
    sizes[0] += _before_numbers(model, stage)
    sizes[-1] += _after_numbers(model, stage, len(spec.stages))
    return tuple(sizes)


def layer_numbers(model: ModelSpec) -> int:
    """Of one layer: two norms, query with key and value, output, gate with up, down."""
    key_value_width = model.width // model.heads * model.kv_heads
    attention = (model.width + 2 * key_value_width) * model.width + model.width * model.width
    return 2 * model.width + attention + 3 * model.mlp_width * model.width


def run_parameters(spec: RunSpec) -> int:
    """Of the whole model, bottlenecks included."""
    return sum(sum(fragment_numbers(spec, stage)) for stage in range(len(spec.stages)))


def _before_numbers(model: ModelSpec, stage: int) -> int:
    return model.vocabulary * model.width if stage == 0 else border_numbers(model)[1]


def _after_numbers(model: ModelSpec, stage: int, stages: int) -> int:
    return model.width + model.vocabulary * model.width if stage == stages - 1 else border_numbers(model)[0]
