import random
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.receipts import Direction, Receipt, StepId
from swarm.matching import MatchedPass, MatchIndex, Pass, match, match_all


def _receipt(
    stage: int,
    gradient_in: str = "",
    gradient_out: str = "",
    up: str | None = None,
    down: str | None = None,
    microbatch: int = 0,
    direction: Direction = Direction.BACKWARD,
    tokens: int = 100,
) -> Receipt:
    return Receipt(
        run_id="r",
        stage=stage,
        microbatch=microbatch,
        lease_id=1,
        direction=direction,
        step=StepId(1, 1),
        input_hash=gradient_in,
        output_hash=gradient_out,
        upstream=up,
        downstream=down,
        tokens=tokens,
        duration_ms=1.0,
        finished_at_unix_ms=0,
    )


FIRST = ("a", _receipt(0, "g1", down="b"))
MIDDLE = ("b", _receipt(1, "g2", "g1", "a", "c"))
LAST = ("c", _receipt(2, "", "g2", "b"))


def _keys(found: tuple[MatchedPass, ...]) -> set[tuple[int, str]]:
    return {(one.key.stage, one.key.node) for one in found}


def test_a_pass_counts_once_both_ends_of_its_border_confirm_it() -> None:
    index = MatchIndex(stages=3)
    assert match(*LAST, index) == ()
    assert _keys(match(*MIDDLE, index)) == {(2, "c")}
    assert _keys(match(*FIRST, index)) == {(0, "a"), (1, "b")}
    assert [match(*one, index) for one in (FIRST, MIDDLE, LAST)] == [(), (), ()]


def test_a_matched_pass_names_its_receipt_and_who_confirmed_it() -> None:
    index = MatchIndex(stages=3)
    index.add(*MIDDLE)
    (last,) = index.add(*LAST)
    assert last == MatchedPass(Pass(2, 0, "c"), LAST[1], "b")


def test_a_run_of_one_stage_needs_no_peer() -> None:
    index = MatchIndex(stages=1)
    assert _keys(index.add("a", _receipt(0))) == {(0, "a")}
    assert index.add("a", _receipt(0)) == ()


def test_a_gradient_kept_and_handed_to_another_peer_still_counts() -> None:
    """b's receipt names a, who died; d got the kept gradient and names b."""
    heir = ("d", _receipt(0, "g1", down="b"))
    index = MatchIndex(stages=3)
    index.add(*MIDDLE)
    assert _keys(index.add(*heir)) == {(0, "d"), (1, "b")}


def test_what_the_other_end_says_otherwise_is_not_work() -> None:
    for other in (
        ("a", _receipt(0, "another gradient", down="b")),
        ("a", _receipt(0, "g1", down="somebody else")),
        ("a", _receipt(0, "g1", down="b", tokens=101)),
        ("a", _receipt(0, "g1", down="b", microbatch=1)),
        ("a", _receipt(0, "g1", down="b", direction=Direction.FORWARD)),
        ("b", _receipt(0, "g1", down="b")),
        ("a", _receipt(7, "g1", down="b")),
        ("a", _receipt(0, "", down="b")),
    ):
        assert match_all([MIDDLE, other], 3) == frozenset()


def test_a_microbatch_is_one_pass_to_a_miner_however_many_receipts_it_signs() -> None:
    index = MatchIndex(stages=3)
    found = []
    for gradient in ("g1", "g1'", "g1''"):
        found += index.add("a", _receipt(0, gradient, down="b"))
        found += index.add("b", _receipt(1, "g2", gradient, "a", "c"))
    assert sorted(one.key for one in found) == [Pass(0, 0, "a"), Pass(1, 0, "b")]


def test_after_a_restart_the_ledgers_passes_are_not_matched_again() -> None:
    index = MatchIndex(stages=3)
    index.note_matched([Pass(1, 0, "b")])
    index.add(*MIDDLE)
    assert _keys(index.add(*FIRST)) == {(0, "a")}
    index.forget(0)
    assert index.add(*FIRST) == ()


_some = st.sampled_from
_receipts = st.lists(
    st.tuples(
        _some(["a", "b", "c"]),
        st.builds(
            _receipt,
            stage=st.integers(0, 2),
            gradient_in=_some(["g", "h", ""]),
            gradient_out=_some(["g", "h", ""]),
            up=_some(["a", "b", None]),
            down=_some(["a", "b", "c", None]),
            microbatch=st.integers(0, 1),
        ),
    ),
    max_size=16,
)


@settings(max_examples=50, deadline=None)
@given(_receipts, st.integers(1, 3), st.integers(0, 1000))
def test_receipts_in_any_order_give_the_work_of_the_rule_as_worded(
    receipts: list[tuple[str, Receipt]], stages: int, seed: int
) -> None:
    index, found = MatchIndex(stages), []
    random.Random(seed).shuffle(receipts)
    for node, receipt in receipts:
        found += index.add(node, receipt)
    keys = [one.key for one in found]
    assert len(keys) == len(set(keys))
    assert set(keys) == match_all(receipts, stages)


def test_a_whole_night_of_honest_receipts_is_all_matched() -> None:
    receipts = []
    for microbatch, stage in product(range(50), range(4)):
        path = [f"s{place}m{(microbatch + place) % 3}" for place in range(4)]
        receipts.append(
            (
                path[stage],
                _receipt(
                    stage,
                    f"{microbatch}.{stage + 1}" if stage < 3 else "",
                    f"{microbatch}.{stage}" if stage else "",
                    path[stage - 1] if stage else None,
                    path[stage + 1] if stage < 3 else None,
                    microbatch,
                ),
            )
        )
    random.Random(0).shuffle(receipts)
    index = MatchIndex(4)
    assert sum(len(index.add(node, receipt)) for node, receipt in receipts) == 200
