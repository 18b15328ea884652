"""How long a step waits for what is under way on it before its draw may be known, and for the draw itself.

    taken ─ all its passes are back, or nobody will see the others ─► auditable ─ drawn or let go ─►

Were the draw known earlier, the passes that come later could be made up. A gradient that comes home later still is
dropped by the miner itself, so none goes unpaid.
"""

from protocol.runs import RunSpec


def sure_steps(run: RunSpec) -> int:
    """Steps in which whatever is in flight should have returned twice over, if nobody on its way has died."""
    return 2 + -(-2 * run.training.in_flight // run.training.microbatches_per_step)


def gradient_steps(run: RunSpec) -> int:
    """A gradient for weights more steps old is not used, nor waited for: half the window of evidence, at most, so that
    the other half is left for the draw."""
    return min(run.training.staleness_steps, run.audit.window_steps // 2)


def undrawn_steps(run: RunSpec) -> int:
    """How many steps of one miner may wait for a validator's draw before they are let go of undrawn."""
    return run.audit.window_steps - gradient_steps(run)


def is_awaited(run: RunSpec, steps_since: int, is_trained: bool) -> bool:
    """Whether a microbatch that went forward on a version may still come back, `steps_since` steps later. Beyond what
    an undisturbed way takes it is waited for only while nobody has trained it."""
    return steps_since <= sure_steps(run) or (not is_trained and steps_since <= gradient_steps(run))
