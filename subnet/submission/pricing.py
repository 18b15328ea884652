"""What a run costs in work, so that a researcher knows before it starts."""

import msgspec

from protocol.runs import RunSpec
from swarm.compression import bytes_per_token
from swarm.work import stage_flops_per_token

HOME_FLOPS_PER_SECOND = 0.8e12
"""What a base Mac of the M series computes in truth; an hour of it is the unit a person can picture."""


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    tokens: int
    flops: float
    home_computer_hours: float
    border_bytes: int
    """Sent between stages, forward and backward, over links that ask for no compression; headers not counted."""


def estimate(run: RunSpec) -> Estimate:
    """Work and traffic of a whole run."""
    tokens = run.training.microbatches * run.tokens_per_microbatch
    stages = len(run.stages)
    flops = tokens * sum(stage_flops_per_token(run.model, run.stages, stage) for stage in range(stages))
    per_token = bytes_per_token(run.rungs[0], True, True) + run.data.token_bytes
    border_bytes = int(tokens * (stages - 1) * per_token)
    return Estimate(
        tokens=tokens,
        flops=flops,
        home_computer_hours=flops / HOME_FLOPS_PER_SECOND / 3600,
        border_bytes=border_bytes,
    )
