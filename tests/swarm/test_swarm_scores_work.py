from math import isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.runs import ModelSpec, even_stages
from swarm.scores import epoch_scores, split_emission
from swarm.work import stage_flops_per_token, stage_matmul_parameters

_names = st.sampled_from([f"5{letter}" for letter in "ABCDEFGH"])
_credit = st.dictionaries(_names, st.floats(0, 1e25))


@settings(max_examples=50, deadline=None)
@given(_credit, st.dictionaries(_names, st.just("audit 7: backward off by 0.4"), max_size=3))
def test_shares_follow_accepted_credit_and_the_marked_down_get_nothing(
    credit: dict[str, float], marked_down: dict[str, str]
) -> None:
    outcome = epoch_scores(credit, marked_down)
    accepted = {hotkey: flops for hotkey, flops in credit.items() if flops > 0 and hotkey not in marked_down}
    assert set(outcome.shares) == set(accepted)
    assert outcome.marked_down == marked_down
    if accepted:
        assert isclose(sum(outcome.shares.values()), 1.0)
        total = sum(accepted.values())
        assert all(isclose(outcome.shares[one], flops / total, abs_tol=1e-12) for one, flops in accepted.items())


@pytest.mark.parametrize("flops", [-1.0, float("nan"), float("inf")])
def test_credit_that_no_ledger_holds_is_refused(flops: float) -> None:
    with pytest.raises(ValueError, match="credit of"):
        epoch_scores({"5A": flops}, {})


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**18), _credit)
def test_an_emission_is_paid_out_to_the_last_rao(emission: int, shares: dict[str, float]) -> None:
    paid = split_emission(emission, shares)
    assert set(paid) == {hotkey for hotkey, share in shares.items() if share > 0}
    assert sum(paid.values()) == (emission if paid else 0)
    total = sum(shares.values())
    assert all(abs(paid[one] - emission * shares[one] / total) <= 1 + emission * 1e-12 for one in paid)


def test_equal_remainders_go_to_the_smaller_address() -> None:
    assert split_emission(5, {"b": 1.0, "a": 1.0, "c": 1.0}) == {"a": 2, "b": 2, "c": 1}


MODEL = ModelSpec(
    vocabulary=65, width=128, layers=4, heads=4, kv_heads=2, mlp_width=352, context=64, bottleneck_width=128
)


def test_work_of_a_whole_model_does_not_depend_on_its_cut() -> None:
    whole = stage_flops_per_token(MODEL, even_stages(4, 1), 0)
    layer = 128 * 128 * 2 + 128 * 64 * 2 + 3 * 128 * 352
    assert stage_matmul_parameters(MODEL, even_stages(4, 1), 0) == 4 * layer + 65 * 128
    assert whole == 6 * (4 * layer + 65 * 128) + 12 * 4 * 128 * 64
    for stages in (2, 4):
        cut = even_stages(4, stages)
        assert sum(stage_flops_per_token(MODEL, cut, stage) for stage in range(stages)) == whole


def test_narrow_borders_count_at_both_ends() -> None:
    from msgspec.structs import replace

    narrow, cut = replace(MODEL, bottleneck_width=16), even_stages(4, 4)
    extra = [stage_matmul_parameters(narrow, cut, s) - stage_matmul_parameters(MODEL, cut, s) for s in range(4)]
    sending, receiving = 128 * 128 + 128 * 16, 128 * 16
    assert extra == [sending, sending + receiving, sending + receiving, receiving]
    heads = replace(narrow, auxiliary_heads=True)
    more = [stage_matmul_parameters(heads, cut, s) - stage_matmul_parameters(narrow, cut, s) for s in range(4)]
    assert more == [65 * 128, 65 * 128, 65 * 128, 0]
