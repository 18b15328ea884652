from hypothesis import given
from hypothesis import strategies as st

from swarm.reachability import FIRST_OUTAGE_SECONDS, LONGEST_OUTAGE_SECONDS, Outage, is_left_out, outages

STAGES = (frozenset({"a", "b", "c"}), frozenset({"x", "y", "z"}))


def _complain(*senders: str, about: str = "x") -> dict[str, frozenset[str]]:
    return dict.fromkeys(senders, frozenset({about}))


def test_one_senders_complaint_is_its_own_affair() -> None:
    assert outages({}, STAGES, _complain("a"), 0.0) == {}
    assert outages({}, STAGES, _complain("a", "x", "z"), 0.0) == {}


def test_a_peer_that_most_of_its_senders_cannot_reach_is_left_out_for_a_while() -> None:
    found = outages({}, STAGES, _complain("a", "b"), 100.0)
    assert found == {"x": Outage(100.0 + FIRST_OUTAGE_SECONDS, 1)}
    assert is_left_out(found, "x", 120.0)
    assert not is_left_out(found, "x", 130.0)


def test_each_outage_in_a_row_lasts_twice_as_long_and_is_forgiven_in_time() -> None:
    found = outages({}, STAGES, _complain("a", "b"), 0.0)
    again = outages(found, STAGES, _complain("a", "c"), 40.0)
    assert again["x"] == Outage(40.0 + 2 * FIRST_OUTAGE_SECONDS, 2)
    late = outages(again, STAGES, {}, 5000.0)
    assert late == {}
    assert outages({"x": Outage(0.0, 16)}, STAGES, _complain("a", "b"), 1.0)["x"].until_seconds == (
        1.0 + LONGEST_OUTAGE_SECONDS
    )


def test_complaints_of_those_who_do_not_send_to_a_peer_count_for_nothing() -> None:
    assert outages({}, (STAGES[1], STAGES[0]), _complain("a", "b"), 0.0) == {}


@given(st.dictionaries(st.sampled_from("abcxyz"), st.frozensets(st.sampled_from("abcxyz"))), st.floats(0, 1e4))
def test_a_stage_never_loses_everybody(complaints: dict[str, frozenset[str]], now: float) -> None:
    found = outages({}, STAGES, complaints, now)
    for stage in STAGES:
        assert any(not is_left_out(found, node, now) for node in stage)
