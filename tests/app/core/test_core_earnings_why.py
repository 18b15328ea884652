"""Why is this zero? Every cause is told when it holds and not told when it does not."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import why as causes
from app.core.money.prices import HIDDEN, MoneyView
from app.core.money.why import Facts, cause_sentence, why_zero

HELD = (causes.Held(7, ""),)
GOOD = Facts(
    network_chosen=True,
    is_play=False,
    payout_address="5A",
    trained_tokens=10,
    credited_flops=1e9,
    credited_rao=7,
    heard=True,
    total_rao=7,
    paid_rao=7,
    network_pays_to="5A",
)


def test_where_all_is_well_there_is_nothing_to_explain() -> None:
    assert why_zero(GOOD) == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"network_chosen": False}, [causes.NoNetwork()]),
        (
            {"trained_tokens": 0, "credited_flops": 0.0, "credited_rao": 0, "paused_reason": "Outside your hours."},
            [causes.NothingTrained("Outside your hours.")],
        ),
        (
            {"trained_tokens": 0, "credited_flops": 0.0, "credited_rao": 0, "trains_now": True, "unreachable": "No."},
            [causes.JustBegun(), causes.LedgerNotReachable("No.")],
        ),
        ({"credited_flops": 0.0, "credited_rao": 0}, [causes.WorkNotConfirmed()]),
        ({"credited_flops": 0.0, "credited_rao": 0, "heard": False, "total_rao": 0}, [causes.NotHeardYet()]),
        ({"credited_flops": -5.0, "credited_rao": 0}, [causes.MarkedDown()]),
        ({"credited_rao": 0}, [causes.NotYetSettled()]),
        (
            {"payout_address": None, "network_pays_to": None, "held": (causes.Held(7, ""),), "paid_rao": 0},
            [causes.NoAddress(7)],
        ),
        ({"network_pays_to": None, "held": (causes.Held(7, ""),), "paid_rao": 0}, [causes.AddressNotArrived()]),
        (
            {"held": (causes.Held(3, "the address can't be used"), causes.Held(2, "it was late"))},
            [causes.Held(3, "the address can't be used"), causes.Held(2, "it was late")],
        ),
        ({"pending_rao": 3}, [causes.OnItsWay(3)]),
        ({"pending_rao": 3, "payout_least_rao": 10}, [causes.BelowThreshold(3, 10)]),
        ({"unreachable": "No answer."}, [causes.LedgerNotReachable("No answer.")]),
        ({"is_play": True}, [causes.PlayMoney()]),
        (
            {"credited_rao": 0, "pending_rao": 2, "unreachable": "No answer.", "is_play": True},
            [causes.LedgerNotReachable("No answer."), causes.NotYetSettled(), causes.OnItsWay(2), causes.PlayMoney()],
        ),
    ],
)
def test_each_cause_is_told_when_it_holds(changes: dict[str, object], expected: list[causes.Cause]) -> None:
    assert list(why_zero(msgspec.structs.replace(GOOD, **changes))) == expected


facts = st.builds(
    Facts,
    network_chosen=st.booleans(),
    is_play=st.booleans(),
    payout_address=st.sampled_from((None, "5A")),
    trained_tokens=st.integers(0, 2),
    credited_flops=st.sampled_from((-1.0, 0.0, 1.0)),
    credited_rao=st.integers(0, 2),
    heard=st.booleans(),
    unreachable=st.sampled_from(("", "No answer.")),
    total_rao=st.integers(0, 2),
    paid_rao=st.integers(0, 2),
    pending_rao=st.integers(0, 2),
    held=st.sampled_from(((), (causes.Held(1, ""),), (causes.Held(1, "late"), causes.Held(2, "odd")))),
    network_pays_to=st.sampled_from((None, "5A", "5B")),
    payout_least_rao=st.sampled_from((None, 2)),
)


@given(facts)
def test_a_zero_is_never_left_unexplained_and_every_cause_has_a_sentence(given_facts: Facts) -> None:
    found = why_zero(given_facts)
    if given_facts.credited_rao == 0:
        assert found
    assert len(set(found)) == len(found)
    for cause in found:
        assert cause_sentence(cause, MoneyView()).endswith((".", "”"))
        hidden = cause_sentence(cause, MoneyView(hidden=True))
        assert "τ" not in hidden
        assert (HIDDEN in hidden) == ("τ" in cause_sentence(cause, MoneyView()))
