"""The validator's draw, its files, its recomputation of merges and its scores."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.shard.model import initialise
from engine.shard.weights import fragments, to_vector
from protocol.errors import MalformedMessage, SettingsError, StorageError
from protocol.hashes import hash_bytes
from protocol.merges import ObjectRef, PartitionJob, StateHead, UploadRef
from protocol.receipts import StepId
from protocol.validator_api import EpochCredits, OpenDispute
from subnet.validator.disputes import DisputeFiles, recompute_partition
from subnet.validator.draw import AuditDraw, load_secret
from subnet.validator.judgement import Direction
from subnet.validator.rehearsal import make_run
from subnet.validator.state import StateFile
from subnet.validator.weights import chain_weights, score_epoch
from swarm import merge_arithmetic as arithmetic
from swarm.merged_deltas import delta_of, delta_to_bytes, rounded
from swarm.partitions import split
from swarm.quantisation import codes_to_bytes, quantise

STEPS = [StepId(life, step) for life in range(4) for step in range(500)]


def test_the_draw_audits_its_share_and_nobody_else_can_tell_which() -> None:
    draw, other = AuditDraw(b"a" * 32, 0.1), AuditDraw(b"b" * 32, 0.1)
    drawn = {step for step in STEPS if draw.audits("node", step)}
    assert 150 < len(drawn) < 250
    assert drawn != {step for step in STEPS if other.audits("node", step)}
    assert drawn != {step for step in STEPS if draw.audits("another node", step)}
    assert "a" * 8 not in repr(draw)


def test_the_ends_of_the_share_mean_none_and_all() -> None:
    assert not any(AuditDraw(b"a" * 32, 0.0).audits("node", step) for step in STEPS)
    assert all(AuditDraw(b"a" * 32, 1.0).audits("node", step) for step in STEPS)
    with pytest.raises(SettingsError):
        AuditDraw(b"a" * 32, 1.5)


def test_the_secret_survives_a_restart_and_is_its_owners_only(tmp_path: Path) -> None:
    secret = load_secret(tmp_path / "validator")
    assert load_secret(tmp_path / "validator") == secret
    assert os.name == "nt" or (tmp_path / "validator" / "draw.secret").stat().st_mode & 0o077 == 0
    (tmp_path / "validator" / "draw.secret").write_bytes(b"torn")
    with pytest.raises(StorageError):
        AuditDraw(load_secret(tmp_path / "validator"), 0.1)


def test_the_place_in_the_draw_survives_a_restart_but_not_another_network(tmp_path: Path) -> None:
    state = StateFile(tmp_path, "orchestrator")
    state.drew_through(41)
    state.drew_through(7)
    state.moved("node", Direction(3, -0.5))
    again = StateFile(tmp_path, "orchestrator")
    assert (again.cursor, again.direction("node")) == (41, Direction(3, -0.5))
    assert StateFile(tmp_path, "another").cursor == -1
    (tmp_path / "validator.json").write_bytes(b'{"orchestr')
    assert StateFile(tmp_path, "orchestrator").cursor == -1


def dispute_files(seed: int, uploads: int, partition: int) -> tuple[PartitionJob, DisputeFiles, bytes, bytes]:
    """A merge of the middle stage of the rehearsal's model, and what an honest merger makes of one partition: the state
    from version 0, and the delta."""
    run, generator = make_run(2, 10, 1), np.random.default_rng(seed)
    names = fragments(run.model, run.stages, 1, run.merge.fragments)[0]
    vector = to_vector(initialise(run.model, run.stages, 1, run.training.seed), names).numpy()
    part = split(vector.size, run.merge.partitions, run.merge.tile)[partition]
    deltas = [generator.normal(0, 1e-3, vector.size).astype(np.float32) for _ in range(uploads)]
    merge = run.merge
    codes = [quantise(delta, merge.tile, merge.upload)[0].codes[part.start : part.end] for delta in deltas]
    coefficients = generator.integers(0, 1 << 20, (uploads, part.tiles))
    merged = rounded(arithmetic.merge(codes, coefficients, merge.tile), merge.tile)
    anchor = arithmetic.to_fixed(vector)[part.start : part.end]
    rate, momentum = (
        arithmetic.outer_fixed(run.merge.outer_learning_rate),
        arithmetic.outer_fixed(run.merge.outer_momentum),
    )
    stepped = arithmetic.outer_step(anchor, np.zeros_like(anchor), delta_of(merged), rate, momentum)
    state = arithmetic.state_bytes(*stepped)
    ref = ObjectRef("k", "h", 1)
    job = PartitionJob(
        partition=partition,
        uploads=tuple(UploadRef(node=str(n), codes=ref, scales=ref) for n in range(uploads)),
        coefficients=ref,
    )
    raw = tuple(codes_to_bytes(each, merge.tile, merge.upload) for each in codes)
    return job, DisputeFiles(raw, arithmetic.coefficients_to_bytes(coefficients)), state, delta_to_bytes(merged)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), uploads=st.integers(1, 5), partition=st.integers(0, 3))
def test_a_disputed_partition_comes_out_bit_for_bit_as_an_honest_merger_made_it(
    seed: int, uploads: int, partition: int
) -> None:
    job, files, state, delta = dispute_files(seed, uploads, partition)
    for version, data in ((0, state), (4, delta)):
        base = StateHead(stage=1, fragment=0, version=version)
        right = recompute_partition(make_run(2, 10, 1), base, job, files)
        assert right.data == data
        claims = {"a": hash_bytes(data), "b": "wrong"}
        dispute = OpenDispute(dispute_id=1, merge_id=1, run_id="tiny", base=base, job=job, claims=claims)
        assert right.is_claimed(dispute)


def test_uploads_that_are_cut_off_can_not_be_recomputed() -> None:
    job, files, _, _ = dispute_files(3, 2, 1)
    base = StateHead(stage=1, fragment=0, version=4)
    with pytest.raises(MalformedMessage):
        recompute_partition(make_run(2, 10, 1), base, job, DisputeFiles((files.codes[0][:-1],), files.coefficients))


def epoch(number: int, credit: dict[str, float], *marked_down: str, pool: str = "pool") -> EpochCredits:
    return EpochCredits(run_id="r", epoch=number, credit=credit, marked_down=marked_down, pool_hotkey=pool)


def test_whoever_was_marked_down_scores_nothing_and_the_others_share_by_credit() -> None:
    scores = score_epoch(epoch(1, {"a": 3.0, "b": 1.0, "liar": 9.0}, "liar"))
    assert scores.shares == {"a": 0.75, "b": 0.25}
    assert score_epoch(epoch(2, {"liar": 9.0}, "liar")).shares == {}


def test_the_chains_weights_go_to_the_pools_by_accepted_work() -> None:
    epochs = [epoch(1, {"a": 3.0, "liar": 9.0}, "liar"), epoch(2, {"a": 1.0}), epoch(3, {"b": 4.0}, pool="other")]
    assert chain_weights([(each, score_epoch(each)) for each in epochs]) == {"pool": 4.0, "other": 4.0}
    assert chain_weights([]) == {}
