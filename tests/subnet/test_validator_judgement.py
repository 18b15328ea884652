"""Audits of a real, small pipeline in training: every stage of every step is judged, honest or not."""

from dataclasses import replace
from functools import partial

import msgspec
import pytest
import torch

from engine.shard.model import Weights
from protocol.receipts import JournalEntry
from protocol.runs import RunSpec
from protocol.validator_api import Finding, OpenAudit
from subnet.validator.evidence import Evidence
from subnet.validator.judgement import DIRECTION_AUDITS, Direction, Judgement, judge
from subnet.validator.rehearsal import Cheat, Pipeline, make_run, tokens_of

torch.set_num_threads(1)


def judge_all(pipeline: Pipeline, steps: int, only: int | None = None) -> list[Judgement]:
    found: list[Judgement] = []
    directions: dict[int, Direction] = {}
    for stage, audit, evidence in pipeline.audits(steps):
        if only is None or stage == only:
            source = partial(tokens_of, pipeline.run)
            judgement = judge(pipeline.run, audit, evidence, source, directions.get(stage, Direction()))
            directions[stage] = judgement.direction
            found.append(judgement)
    return found


def findings(judgements: list[Judgement]) -> set[Finding]:
    return {judgement.verdict.finding for judgement in judgements}


HONEST_RUNS = [
    # seed, microbatches per step, peak and floor rate, whether the miner's device rounds otherwise
    (0, 1, 1e-3, 1e-4, False),
    (1, 2, 1e-3, 1e-4, True),
    (2, 3, 3e-3, 1e-7, True),
    (3, 1, 1e-2, 1e-3, True),
    (4, 2, 1e-4, 1e-9, True),
    (5, 3, 2e-3, 0.0, True),
]


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "per_step", "peak", "floor", "other_device"), HONEST_RUNS)
def test_no_honest_miner_is_marked_down_in_a_thousand_audits(
    seed: int, per_step: int, peak: float, floor: float, other_device: bool
) -> None:
    steps = 56
    run = make_run(seed, steps, per_step, peak_learning_rate=peak, floor_learning_rate=floor)
    judgements = judge_all(Pipeline(run, torch.float64 if other_device else torch.float32), steps)
    assert 6 * len(judgements) > 1000
    assert findings(judgements) == {Finding.HONEST}
    worst = max(judgement.worst_code_share for judgement in judgements)
    print(
        f"seed {seed}: worst code share {worst:.4f}, loss {max(j.worst_loss_error for j in judgements):.4f} of allowed"
    )
    # One audit in thirty has a code on the other side of a rounding; twice in one pass is a matter of chance.
    assert worst <= 0.5
    if not other_device:
        assert worst == 0


def without_mlp(now: Weights, _before: Weights) -> Weights:
    return {name: tensor * 0 if name.endswith("mlp_out") else tensor for name, tensor in now.items()}


def copied(latent: torch.Tensor) -> torch.Tensor:
    result = latent.clone()
    result[5] = latent[3]
    return result


LAST_STAGE = {Finding.LOSS, Finding.BACKWARD}
"""A last stage's loss may by chance come out almost right; its gradient does not."""


def expect(cheat: Cheat, stage: int, wanted: set[Finding], steps: int = 3, **optimizer: float) -> list[Judgement]:
    pipeline = Pipeline(make_run(2, 40, 2, True, **optimizer))
    pipeline.stages[stage].cheat = cheat
    judgements = judge_all(pipeline, steps, only=stage)
    assert wanted & findings(judgements)
    assert findings(judgements) <= wanted | {Finding.HONEST}
    return judgements


@pytest.mark.parametrize(("stage", "wanted"), [(0, {Finding.FORWARD}), (1, {Finding.FORWARD}), (2, LAST_STAGE)])
def test_a_miner_that_skips_its_mlp_is_marked_down_at_its_first_audit(stage: int, wanted: set[Finding]) -> None:
    judgements = expect(Cheat(weights=without_mlp), stage, wanted, steps=3, warmup_share=0.0)
    assert all(judgement.verdict.finding in wanted for judgement in judgements)


@pytest.mark.parametrize(("stage", "wanted"), [(0, {Finding.FORWARD}), (1, {Finding.FORWARD}), (2, LAST_STAGE)])
def test_a_miner_on_weights_a_step_old_is_marked_down(stage: int, wanted: set[Finding]) -> None:
    judgements = expect(Cheat(weights=lambda _now, before: before), stage, wanted, steps=6, warmup_share=0.0)
    # Its first step has no older version to run on.
    assert all(judgement.verdict.finding in wanted for judgement in judgements[1:])


@pytest.mark.parametrize("stage", [0, 1])
def test_a_miner_that_copies_one_sequence_of_twelve_is_marked_down(stage: int) -> None:
    judgements = expect(Cheat(output=copied), stage, {Finding.FORWARD})
    assert all(judgement.verdict.finding is Finding.FORWARD for judgement in judgements)
    assert min(judgement.verdict.measured or 0 for judgement in judgements) > 0.5


@pytest.mark.parametrize("stage", [0, 1])
def test_a_miner_that_sends_fewer_features_than_the_run_allows_is_marked_down(stage: int) -> None:
    judgements = expect(Cheat(output=lambda latent_BTk: latent_BTk[..., :4]), stage, {Finding.FORWARD})
    assert all(judgement.verdict.finding is Finding.FORWARD for judgement in judgements)


def test_an_inner_miner_that_leaves_its_own_loss_out_is_marked_down() -> None:
    judgements = expect(Cheat(auxiliary_weight=lambda _run, _microbatch: 0.0), 1, {Finding.BACKWARD})
    assert all(judgement.verdict.finding is Finding.BACKWARD for judgement in judgements)


def test_a_last_stage_that_reports_another_loss_is_marked_down() -> None:
    expect(Cheat(loss=lambda loss: loss * 1.001), 2, {Finding.LOSS})
    expect(Cheat(loss=lambda _loss: float("nan")), 2, {Finding.LOSS})


def test_a_miner_whose_weights_leap_is_marked_down() -> None:
    def leap(old: Weights, new: Weights) -> Weights:
        return {name: old[name] + 20 * (new[name] - old[name]) for name in old}

    expect(Cheat(update=leap), 1, {Finding.UPDATE_BOUND})


def test_a_miner_that_climbs_instead_of_descending_is_marked_down_once_enough_steps_were_audited() -> None:
    def climb(old: Weights, new: Weights) -> Weights:
        return {name: old[name] - (new[name] - old[name]) for name in old}

    judgements = expect(
        Cheat(update=climb), 1, {Finding.UPDATE_DIRECTION}, steps=DIRECTION_AUDITS + 1, weight_decay=0.0
    )
    assert findings(judgements[: DIRECTION_AUDITS - 1]) == {Finding.HONEST}


def one_audit() -> tuple[RunSpec, int, OpenAudit, Evidence]:
    pipeline = Pipeline(make_run(2, 10, 2))
    stage, audit, evidence = list(pipeline.audits(1))[1]
    return pipeline.run, stage, audit, evidence


def found_in(run: RunSpec, audit: OpenAudit, evidence: Evidence | None) -> Finding:
    return judge(run, audit, evidence, partial(tokens_of, run), Direction()).verdict.finding


def test_weights_other_than_the_committed_ones_are_found_first() -> None:
    run, _, audit, evidence = one_audit()
    forged = bytearray(evidence.weights)
    forged[7] ^= 1
    assert found_in(run, audit, replace(evidence, weights=bytes(forged))) is Finding.WEIGHTS_HASH
    assert found_in(run, audit, replace(evidence, weights=b"")) is Finding.WEIGHTS_HASH
    assert found_in(run, audit, replace(evidence, next_weights=bytes(forged))) is Finding.WEIGHTS_HASH


def test_a_damaged_or_exchanged_packet_is_found() -> None:
    run, _, audit, evidence = one_audit()
    names = list(evidence.packets)
    for data in (b"", evidence.packets[names[0]][:-1], evidence.packets[names[-1]]):
        assert (
            found_in(run, audit, replace(evidence, packets={**evidence.packets, names[0]: data})) is Finding.PACKET_HASH
        )


def test_evidence_that_is_not_there_is_the_miners_fault_only_if_it_had_the_time() -> None:
    run, _, audit, evidence = one_audit()
    assert found_in(run, audit, replace(evidence, next_weights=None)) is Finding.MISSING_EVIDENCE
    assert found_in(run, audit, replace(evidence, packets={})) is Finding.MISSING_EVIDENCE
    lost = msgspec.structs.replace(audit, missing="The miner handed nothing over.")
    assert found_in(run, lost, None) is Finding.MISSING_EVIDENCE
    assert found_in(run, msgspec.structs.replace(lost, excused=True), None) is Finding.INCONCLUSIVE
    assert found_in(run, audit, None) is Finding.INCONCLUSIVE


def test_a_line_that_the_miner_did_not_sign_never_marks_it_down() -> None:
    run, _, audit, evidence = one_audit()
    forged = msgspec.structs.replace(
        audit, receipts=tuple(JournalEntry(e.sequence + 1, e.body, e.signature) for e in audit.receipts)
    )
    assert found_in(run, forged, evidence) is Finding.INCONCLUSIVE


def test_a_first_stage_that_feeds_other_text_is_marked_down() -> None:
    pipeline = Pipeline(make_run(2, 10, 2))
    _, audit, evidence = next(pipeline.audits(1))
    shifted = partial(tokens_of, make_run(6, 10, 2))
    assert judge(pipeline.run, audit, evidence, shifted, Direction()).verdict.finding is Finding.TOKENS


@pytest.mark.parametrize(("auxiliary_heads", "missed"), [(False, 0), (True, 1)])
def test_weights_a_step_old_are_found_even_at_the_floor_of_the_learning_rate(
    auxiliary_heads: bool, missed: int
) -> None:
    """The cheat that shows least: a code more than is allowed at 1e-5, most of them at 1e-4. With heads of their own,
    whose weight falls as the rate does, one audit of 38 may come to just what is allowed."""
    rates = {"peak_learning_rate": 1e-4, "floor_learning_rate": 1e-5, "warmup_share": 0.0}
    pipeline = Pipeline(make_run(2, 40, 2, auxiliary_heads, **rates))
    pipeline.stages[1].cheat = Cheat(weights=lambda _now, before: before)
    judgements = judge_all(pipeline, 39, only=1)[1:]
    shares = [judgement.verdict.measured or 0.0 for judgement in judgements]
    print("weights a step old, from 1e-4:", shares[:3], "to 1e-5:", shares[-3:], "least", min(shares))
    assert findings(judgements) <= {Finding.FORWARD, Finding.HONEST}
    assert sum(judgement.verdict.finding is Finding.HONEST for judgement in judgements) <= missed
    assert min(shares[:5]) > 0.25
