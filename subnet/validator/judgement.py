"""One audit's outcome: an OpenAudit and the bytes it names in, a Verdict out. No I/O and no clock.

Checked in this order, and the first that is wrong decides: the weights' hashes; the packets' signatures and hashes
against the receipts; the first stage's text; every output's codes, sequence by sequence; the last stage's loss; every
input gradient's codes; the learning rate; the update against AdamW's own limit; its direction over several audits.

Codes, not cosines, are compared: a cosine of 0.9 passes a skipped MLP and weights a step old. Measured on a pipeline of
three stages in training (width 32, latents of 256 int8 codes per sequence, 1008 audits, five of six runs with the
miner's side computed in fp64 so that it rounds otherwise), as the largest share of one sequence's codes that differ:

    honest, same arithmetic                              0
    honest, other rounding                               0.004 (a single code; the loss off by 2e-7)
    allowed                                              0.0156 (four codes; 0.01 from 400 codes on)
    weights a step old, learning rate near 1e-4          0.49 and more
    weights a step old, learning rate down to 1e-5       0.0195 (five codes): the margin is thin where steps are tiny
    one sequence of twelve copied; MLP skipped           1.0
"""

from math import isfinite
from typing import Final

import msgspec
import torch

from engine.shard.model import Weights
from engine.shard.step import learning_rate, update_excess
from protocol.errors import ProtocolError
from protocol.receipts import StepCommitment
from protocol.runs import RunSpec
from protocol.validator_api import Finding, OpenAudit, Verdict
from subnet.validator.evidence import AuditedStep, Evidence, Fault, assemble
from subnet.validator.recomputation import Recomputation, Recomputed, TokensOf, weights_from_bytes

UPDATE_ALLOWED: Final = 1.001
"""In units of the optimizer's limit; update_excess takes fp32's rounding off already."""
RATE_TOLERANCE: Final = 1e-6
DIRECTION_AUDITS: Final = 8
"""So many audited updates before their direction is judged: one alone may well be carried by older gradients."""

DIRECTION_MEMORY: Final = 32


class Direction(msgspec.Struct, frozen=True):
    """What a miner's audited updates add up to against the gradients they were made of."""

    updates: int = 0
    cosine_sum: float = 0.0

    def plus(self, cosine: float) -> "Direction":
        """Old audits fade, so that whoever turns cheat later can't live on its past."""
        if self.updates < DIRECTION_MEMORY:
            return Direction(self.updates + 1, self.cosine_sum + cosine)
        return Direction(self.updates, self.cosine_sum * (1 - 1 / DIRECTION_MEMORY) + cosine)

    @property
    def mean(self) -> float:
        return self.cosine_sum / self.updates if self.updates else 0.0


class Judgement(msgspec.Struct, frozen=True):
    """`direction`: the miner's new sums, to be handed in at its next audit. `worst_code_share` and `worst_loss_error`
    are in units of what is allowed, for calibration."""

    verdict: Verdict
    direction: Direction
    worst_code_share: float = 0.0
    worst_loss_error: float = 0.0


def judge(
    run: RunSpec, audit: OpenAudit, evidence: Evidence | None, tokens_of: TokensOf, direction: Direction
) -> Judgement:
    """Total: whatever a miner hands over, a verdict comes out. `evidence` is None if `audit.missing` says why."""
    if audit.missing is not None or evidence is None:
        return Judgement(_missing(audit), direction)
    try:
        step = assemble(audit, evidence)
        weights = weights_from_bytes(run, audit.stage, evidence.weights)
        recomputed = Recomputation(run, audit.stage, weights, tokens_of).run_all(step)
        updated = _judge_update(run, audit.stage, step, weights, evidence.next_weights, recomputed, direction)
    except Fault as fault:
        return Judgement(_verdict_of(audit, fault), direction)
    except ProtocolError as error:
        # All that is read here came from the miner, signed for before it knew of the audit.
        unreadable = Fault(Finding.PACKET_HASH, f"What was handed over can't be read: {error.title}")
        return Judgement(_verdict_of(audit, unreadable), direction)
    doubts = (*step.doubts, *recomputed.doubts)
    allowed = run.audit.code_mismatch_share
    verdict = Verdict(
        audit_id=audit.audit_id,
        finding=Finding.INCONCLUSIVE if doubts and not recomputed.backward_microbatches else Finding.HONEST,
        measured=recomputed.worst_code_share * allowed,
        allowed=allowed,
        explanation=" ".join(doubts[:3]),
    )
    return Judgement(verdict, updated, recomputed.worst_code_share, recomputed.worst_loss_error)


def _missing(audit: OpenAudit) -> Verdict:
    finding = Finding.INCONCLUSIVE if audit.excused or audit.missing is None else Finding.MISSING_EVIDENCE
    return Verdict(audit_id=audit.audit_id, finding=finding, explanation=audit.missing or "The evidence is gone.")


def _verdict_of(audit: OpenAudit, fault: Fault) -> Verdict:
    return Verdict(
        audit_id=audit.audit_id,
        finding=fault.finding,
        measured=fault.measured if fault.measured is not None and isfinite(fault.measured) else None,
        allowed=fault.allowed,
        microbatch=fault.microbatch,
        explanation=fault.explanation,
    )


def _judge_update(
    run: RunSpec,
    stage: int,
    step: AuditedStep,
    weights: Weights,
    next_bytes: bytes | None,
    recomputed: Recomputed,
    direction: Direction,
) -> Direction:
    """Raises Fault with UPDATE_BOUND or UPDATE_DIRECTION; an update that a merge made is the merge's to check."""
    made = step.next_commitment
    if made is None or made.merge_id is not None or next_bytes is None or not made.microbatches:
        return direction
    _check_rate(run, made)
    next_weights = weights_from_bytes(run, stage, next_bytes)
    excess = update_excess(weights, next_weights, run.optimizer, made.learning_rate)
    if not excess <= UPDATE_ALLOWED:
        raise Fault(
            Finding.UPDATE_BOUND,
            "The weights moved further than the optimizer can have moved them.",
            measured=excess,
            allowed=UPDATE_ALLOWED,
        )
    if recomputed.gradients is None or set(made.microbatches) != set(recomputed.backward_microbatches):
        return direction
    updated = direction.plus(_update_cosine(weights, next_weights, recomputed.gradients))
    if updated.updates >= DIRECTION_AUDITS and updated.mean >= 0:
        raise Fault(
            Finding.UPDATE_DIRECTION,
            f"Over {updated.updates} audited steps the weights did not move against the gradient.",
            measured=updated.mean,
            allowed=0.0,
        )
    return updated


def _check_rate(run: RunSpec, made: StepCommitment) -> None:
    members = made.microbatches
    share = sum(members) / len(members) / run.training.microbatches
    right = learning_rate(run.optimizer, share)
    if not abs(made.learning_rate - right) <= RATE_TOLERANCE * right:
        raise Fault(
            Finding.UPDATE_BOUND,
            "The step was taken at another learning rate than the run's.",
            measured=made.learning_rate / right if right > 0 else None,
            allowed=1.0,
        )


def _update_cosine(old: Weights, new: Weights, gradients: Weights) -> float:
    """cos(Δw, g): negative for a step that descends. Weight decay is nearly orthogonal to g and stays in."""
    product, moved, steep = 0.0, 0.0, 0.0
    for name, before in old.items():
        change, gradient = new[name] - before, gradients[name]
        product += float(torch.sum(change * gradient, dtype=torch.float64))
        moved += float(torch.sum(change * change, dtype=torch.float64))
        steep += float(torch.sum(gradient * gradient, dtype=torch.float64))
    return product / (moved * steep) ** 0.5 if moved > 0 and steep > 0 else 0.0
