"""How long a version waits for its gradients and for its draw."""

from hypothesis import given
from hypothesis import strategies as st

from protocol.runs import AuditSpec, DataSpec, ModelSpec, RunSpec, TrainingSpec, even_stages
from swarm.audit_windows import gradient_steps, is_awaited, sure_steps, undrawn_steps

MODEL = ModelSpec(vocabulary=16, width=8, layers=2, heads=2, kv_heads=2, mlp_width=8, context=4, bottleneck_width=8)
DATA = DataSpec(train_key="t", train_tokens=9, train_hash="", held_out_key="h", held_out_tokens=9, held_out_hash="")


@st.composite
def runs(draw: st.DrawFn) -> RunSpec:
    whole = st.integers(1, 200)
    training = TrainingSpec(
        sequences=1,
        microbatches=9,
        microbatches_per_step=draw(whole),
        in_flight=draw(whole),
        staleness_steps=draw(st.integers(0, 200)),
    )
    audit = AuditSpec(window_steps=draw(whole))
    return RunSpec(
        run_id="one", title="", model=MODEL, stages=even_stages(2, 2), training=training, audit=audit, data=DATA
    )


@given(runs())
def test_no_gradient_that_is_still_of_use_outlives_the_evidence_of_its_version(run: RunSpec) -> None:
    assert 0 <= gradient_steps(run) <= run.training.staleness_steps
    assert gradient_steps(run) + undrawn_steps(run) == run.audit.window_steps
    assert undrawn_steps(run) >= gradient_steps(run)


@given(runs(), st.integers(0, 500), st.booleans())
def test_waiting_ends_with_time_and_never_begins_again(run: RunSpec, steps: int, is_trained: bool) -> None:
    if not is_awaited(run, steps, is_trained):
        assert not is_awaited(run, steps + 1, is_trained)
        assert not is_awaited(run, steps, is_trained=True)
    assert not is_awaited(run, max(sure_steps(run), gradient_steps(run)) + 1, is_trained)


@given(runs(), st.integers(0, 500))
def test_whatever_its_miner_would_still_use_is_waited_for_while_nobody_has_trained_it(run: RunSpec, steps: int) -> None:
    assert is_awaited(run, steps, is_trained=False) or steps > gradient_steps(run)
