"""Each link is asked for as little compression as it needs, and the ladder opens over the warm-up."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.runs import CodecSpec, DataSpec, LadderSpec, ModelSpec, RungSpec, RunSpec, TrainingSpec, even_stages
from swarm.compression import (
    HEADROOM,
    LinkSpeed,
    bytes_per_token,
    choose_rung,
    is_allowed,
    is_gradient_allowed,
    ladder_problems,
    lowest_open_rung,
)

DATA = DataSpec(train_key="t", train_tokens=1, train_hash="0", held_out_key="h", held_out_tokens=1, held_out_hash="0")
MODEL = ModelSpec(
    vocabulary=256, width=256, layers=4, heads=4, kv_heads=4, mlp_width=512, context=64, bottleneck_width=128
)


def a_rung(rank: int, bits: int, gradient_bits: int) -> RungSpec:
    return RungSpec(rank, CodecSpec("grid", bits), CodecSpec("grid", gradient_bits))


RUNGS = (a_rung(128, 6, 6), a_rung(64, 4, 4), a_rung(16, 4, 4), a_rung(8, 4, 4))


def a_run(warmup_share: float = 0.0, rungs: tuple[RungSpec, ...] = RUNGS) -> RunSpec:
    return RunSpec(
        run_id="r",
        title="r",
        model=MODEL,
        stages=even_stages(4, 4),
        ladder=LadderSpec(rungs, warmup_share),
        training=TrainingSpec(sequences=16, microbatches=1000),
        data=DATA,
    )


def test_a_fast_link_is_asked_for_nothing_and_a_thin_one_for_the_last_rung() -> None:
    run = a_run()
    assert choose_rung(run, 1, LinkSpeed(1000.0, 1e9), 2) == 0
    assert choose_rung(run, 1, LinkSpeed(1000.0, 10.0), 0) == 3


def test_who_rests_between_passes_sends_as_wide_as_its_line_keeps_up_with() -> None:
    run, needed = a_run(), 1000.0 * bytes_per_token(RUNGS[0], True, True)
    uplink = 0.4 * needed / HEADROOM
    assert choose_rung(run, 1, LinkSpeed(1000.0, uplink), 0) > 0
    assert choose_rung(run, 1, LinkSpeed(1000.0, uplink, duty_cycle=0.3), 3) == 0


def test_nothing_measured_changes_nothing() -> None:
    assert choose_rung(a_run(), 1, LinkSpeed(1000.0, None), 2) == 2
    assert choose_rung(a_run(), 1, LinkSpeed(0.0, 1e6), 1) == 1


@given(tokens=st.floats(1, 1e6), uplink=st.floats(1, 1e9), stage=st.integers(0, 3), present=st.integers(0, 3))
def test_what_is_chosen_keeps_up_unless_nothing_does_and_stays_chosen(
    tokens: float, uplink: float, stage: int, present: int
) -> None:
    run, link = a_run(), LinkSpeed(tokens, uplink)
    chosen = choose_rung(run, stage, link, present)
    needed = tokens * bytes_per_token(RUNGS[chosen], stage < 3, stage > 0)
    assert needed <= HEADROOM * uplink or chosen == len(RUNGS) - 1
    assert choose_rung(run, stage, link, chosen) == chosen


def test_a_link_at_the_edge_does_not_flutter() -> None:
    run = a_run()
    needed = 1000.0 * bytes_per_token(RUNGS[1], True, True)
    edge = needed / HEADROOM
    assert choose_rung(run, 1, LinkSpeed(1000.0, edge * 1.01), 1) == 1
    assert choose_rung(run, 1, LinkSpeed(1000.0, edge * 1.01), 2) == 2
    assert choose_rung(run, 1, LinkSpeed(1000.0, edge * 1.20), 2) == 1


def test_the_ladder_opens_rung_by_rung_over_the_warm_up() -> None:
    run = a_run(warmup_share=0.2)
    opened = [lowest_open_rung(run, microbatch) for microbatch in range(0, 300, 10)]
    assert opened[0] == 0
    assert opened == sorted(opened)
    assert opened[20:] == [3] * 10
    assert set(opened) == {0, 1, 2, 3}


def test_without_a_warm_up_or_a_ladder_everything_is_open() -> None:
    assert lowest_open_rung(a_run(), 0) == 3
    plain = a_run(rungs=())
    assert lowest_open_rung(plain, 0) == 0
    assert plain.rungs == (RungSpec(128, CodecSpec(), CodecSpec()),)


def test_a_form_is_allowed_if_it_stands_on_an_open_rung() -> None:
    run = a_run(warmup_share=0.2)
    thin = CodecSpec("grid", 4)
    assert is_allowed(run, thin, 8, None)
    assert not is_allowed(run, thin, 8, 10)
    assert is_allowed(run, thin, 8, 500)
    assert not is_allowed(run, CodecSpec("grid", 1), 8, 500)
    assert not is_allowed(run, thin, 7, 500)


def test_a_gradient_has_no_more_features_than_came_and_may_have_fewer() -> None:
    run, thin = a_run(), CodecSpec("grid", 4)
    assert is_gradient_allowed(run, thin, 16, 16, None)
    assert is_gradient_allowed(run, thin, 8, 16, None)
    assert is_gradient_allowed(run, CodecSpec("grid", 6), 8, 8, None)
    assert not is_gradient_allowed(run, thin, 12, 16, None)
    assert not is_gradient_allowed(run, thin, 64, 16, None)


@pytest.mark.parametrize(
    ("rungs", "words"),
    [
        ((a_rung(129, 8, 8),), "rank"),
        ((a_rung(0, 8, 8),), "rank"),
        ((a_rung(8, 9, 8),), "codec"),
        ((a_rung(8, 4, 4), a_rung(16, 4, 4)), "fewer bytes"),
    ],
)
def test_an_impossible_ladder_is_told_in_words(rungs: tuple[RungSpec, ...], words: str) -> None:
    assert any(words in problem for problem in ladder_problems(rungs, MODEL))
    assert not ladder_problems(RUNGS, MODEL)


def test_a_ladder_survives_the_wire() -> None:
    run = a_run(0.2)
    assert msgspec.json.decode(msgspec.json.encode(run), type=RunSpec) == run
