"""From an epoch's accepted credit to scores, and from scores to weights on chain. Pure."""

from protocol.validator_api import EpochCredits, EpochScores
from swarm.scores import epoch_scores


def score_epoch(epoch: EpochCredits) -> EpochScores:
    """Each hotkey's share of the epoch's credit; whoever was marked down in it has none."""
    marked_down = dict.fromkeys(epoch.marked_down, f"marked down in epoch {epoch.epoch} of {epoch.run_id}")
    outcome = epoch_scores(epoch.credit, marked_down)
    return EpochScores(run_id=epoch.run_id, epoch=epoch.epoch, shares=dict(outcome.shares))


def chain_weights(scored: list[tuple[EpochCredits, EpochScores]]) -> dict[str, float]:
    """The subnet's emission goes to the pools whose miners worked, by accepted FLOPs; the ledger splits it further."""
    weights: dict[str, float] = {}
    for epoch, scores in scored:
        accepted = sum(flops for hotkey, flops in epoch.credit.items() if hotkey in scores.shares)
        if accepted > 0:
            weights[epoch.pool_hotkey] = weights.get(epoch.pool_hotkey, 0.0) + accepted
    return weights
