import random
from itertools import pairwise, product

from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.receipts import StepId
from protocol.runs import DataSpec, ModelSpec, RunSpec, TrainingSpec, even_stages
from swarm.audit_sizes import passes_limit
from swarm.matching import Claim, Lease, Settlement, may_claim, settle


def _claim(
    node: str,
    stage: int,
    gradient_in: str = "",
    gradient_out: str = "",
    down: str | None = None,
    tokens: int = 100,
    lease_id: int = 1,
    leased: bool = True,
    committed: bool = True,
    owner: str = "",
    sequence: int = 0,
) -> Claim:
    return Claim(
        node=node,
        stage=stage,
        lease_id=lease_id,
        step=StepId(1, 1),
        sequence=sequence,
        tokens=tokens,
        sent_hash=gradient_out,
        received_hash=gradient_in,
        downstream=down,
        is_leased=leased and stage == 0,
        is_committed=committed,
        owners=frozenset({owner or f"owner of {node}"}),
    )


FIRST = _claim("a", 0, "g1", down="b")
MIDDLE = _claim("b", 1, "g2", "g1", "c")
LAST = _claim("c", 2, "", "g2")


def _paid(outcome: Settlement) -> set[tuple[int, str]]:
    return {(one.claim.stage, one.claim.node) for one in outcome.credited}


def _in_turn(arrivals: list[Claim], stages: int) -> dict[int, str]:
    """What the ledger holds after the claims came one by one."""
    known: list[Claim] = []
    ledger: dict[int, str] = {}
    for claim in arrivals:
        known.append(claim)
        for one in settle(known, stages, ledger).credited:
            assert one.claim.stage not in ledger
            ledger[one.claim.stage] = one.claim.node
    return ledger


def test_passes_are_paid_once_a_chain_leads_to_them_from_a_leased_first_stage() -> None:
    assert _paid(settle([LAST], 3, {})) == set()
    assert _paid(settle([LAST, MIDDLE], 3, {})) == set()
    assert _paid(settle([LAST, FIRST], 3, {})) == set()
    assert _paid(settle([MIDDLE, FIRST], 3, {})) == {(0, "a"), (1, "b")}
    assert _paid(settle([LAST, MIDDLE, FIRST], 3, {})) == {(0, "a"), (1, "b"), (2, "c")}
    assert settle([LAST, MIDDLE, FIRST], 3, {0: "a", 1: "b", 2: "c"}) == Settlement((), ())


def test_what_no_lease_stands_behind_is_not_work() -> None:
    assert settle([_claim("a", 0, "g1", down="b", leased=False), MIDDLE, LAST], 3, {}) == Settlement((), ())
    assert settle([_claim("a", 0, leased=False)], 1, {}) == Settlement((), ())


def test_a_version_that_was_not_committed_to_breaks_its_chain() -> None:
    silent = _claim("b", 1, "g2", "g1", "c", committed=False)
    assert _paid(settle([FIRST, silent, LAST], 3, {})) == set()
    assert _paid(settle([FIRST, MIDDLE, _claim("c", 2, "", "g2", committed=False)], 3, {})) == {(0, "a"), (1, "b")}


def test_a_run_of_one_stage_needs_no_peer_but_nobody_vouches_for_it() -> None:
    outcome = settle([_claim("a", 0)], 1, {})
    assert _paid(outcome) == {(0, "a")}
    assert outcome.credited[0].within_owner


def test_a_gradient_kept_and_handed_to_another_peer_still_counts() -> None:
    """b's receipt names a, who died; d got the kept gradient, under a lease of its own, and names b."""
    heir = _claim("d", 0, "g1", down="b", lease_id=2)
    assert _paid(settle([MIDDLE, heir], 3, {})) == {(0, "d"), (1, "b")}


def test_what_the_other_end_says_otherwise_is_not_work() -> None:
    for other in (
        _claim("a", 0, "another gradient", down="b"),
        _claim("a", 0, "g1", down="somebody else"),
        _claim("a", 0, "g1", down="b", tokens=101),
        _claim("b", 0, "g1", down="b"),
        _claim("a", 0, "", down="b"),
        _claim("a", 2, "g1", down="b"),
    ):
        assert _paid(settle([MIDDLE, other], 3, {})) == set()


def test_each_stage_is_paid_once_and_who_comes_later_is_surplus() -> None:
    again = [_claim("x", 0, "h1", down="y", lease_id=2), _claim("y", 1, "h2", "h1", "z"), _claim("z", 2, "", "h2")]
    outcome = settle([FIRST, MIDDLE, LAST, *again], 3, {0: "a", 1: "b", 2: "c"})
    assert outcome.credited == ()
    assert {one.node for one in outcome.surplus} == {"x", "y", "z"}


def test_of_two_whole_chains_the_one_that_is_paid_already_is_carried_on() -> None:
    again = [_claim("x", 0, "h1", down="y"), _claim("y", 1, "h2", "h1", "z"), _claim("A", 2, "", "h2")]
    again[1] = _claim("y", 1, "h2", "h1", "A")
    assert _paid(settle([FIRST, MIDDLE, LAST, *again], 3, {0: "a", 1: "b"})) == {(2, "c")}
    # Had c never come back, A did that stage's work.
    assert _paid(settle([FIRST, MIDDLE, *again], 3, {0: "a", 1: "b"})) == {(2, "A")}


def test_a_pass_is_one_owners_affair_unless_a_stranger_confirms_it() -> None:
    def owned(*owners: str) -> list[bool]:
        a, b, c = owners
        chain = [
            _claim("a", 0, "g1", down="b", owner=a),
            _claim("b", 1, "g2", "g1", "c", owner=b),
            _claim("c", 2, "", "g2", owner=c),
        ]
        return [one.within_owner for one in settle(chain, 3, {}).credited]

    assert owned("x", "y", "z") == [False, False, False]
    assert owned("x", "x", "x") == [True, True, True]
    assert owned("x", "x", "z") == [True, True, False]
    assert owned("x", "y", "y") == [False, False, True]


def test_a_lease_covers_its_own_microbatches_and_its_holders_first_stage() -> None:
    lease = Lease("a", ((4, 8),))
    assert may_claim("a", 0, 4, lease)
    assert may_claim("b", 1, 7, lease)
    assert not may_claim("b", 0, 4, lease)
    assert not may_claim("a", 0, 8, lease)
    assert not may_claim("a", 0, 4, None)


def test_an_audit_is_bounded_by_what_the_run_makes_of_a_step() -> None:
    model = ModelSpec(vocabulary=16, width=8, layers=2, heads=2, kv_heads=2, mlp_width=8, context=4, bottleneck_width=8)
    data = DataSpec(train_key="", train_tokens=0, train_hash="", held_out_key="", held_out_tokens=0, held_out_hash="")
    training = TrainingSpec(sequences=1, microbatches=1, microbatches_per_step=8, in_flight=4)
    run = RunSpec(run_id="r", title="", model=model, stages=even_stages(2, 2), training=training, data=data)
    assert passes_limit(run) >= 10 * (8 + 2 * 4)


_some = st.sampled_from
_claims = st.lists(
    st.builds(
        _claim,
        node=_some(["a", "b", "c", "d"]),
        stage=st.integers(0, 2),
        gradient_in=_some(["g", "h", ""]),
        gradient_out=_some(["g", "h", ""]),
        down=_some(["a", "b", "c", "d", None]),
        lease_id=st.integers(1, 2),
        leased=st.booleans(),
        committed=_some([True, True, True, False]),
    ),
    max_size=14,
)


def _candidates(claims: list[Claim], stages: int) -> dict[int, set[str]]:
    """The rule as it is worded, found by trying every chain."""
    found: dict[int, set[str]] = {}
    usable = [one for one in claims if one.is_committed]
    roots = [one for one in usable if one.stage == 0 and one.is_leased]
    if stages == 1:
        return {0: {one.node for one in roots}} if roots else {}
    for length in range(2, stages + 1):
        for chain in product(roots, *([usable] * (length - 1))):
            if all(
                after.stage == before.stage + 1
                and after.node != before.node
                and before.downstream == after.node
                and before.received_hash == after.sent_hash != ""
                and before.tokens == after.tokens
                for before, after in pairwise(chain)
            ):
                for one in chain:
                    found.setdefault(one.stage, set()).add(one.node)
    return found


@settings(max_examples=200, deadline=None)
@given(_claims, st.integers(1, 3), st.randoms(use_true_random=False))
def test_claims_in_any_order_pay_the_same_stages_once_and_only_whole_chains(
    claims: list[Claim], stages: int, order: random.Random
) -> None:
    claims = [one for one in claims if one.stage < stages]
    candidates = _candidates(claims, stages)
    for _ in range(3):
        order.shuffle(claims)
        ledger = _in_turn(claims, stages)
        assert set(ledger) == set(candidates)
        assert all(node in candidates[stage] for stage, node in ledger.items())
    repeated = settle([*claims, *claims], stages, ledger)
    assert repeated.credited == ()
    assert {(one.stage, one.node) for one in repeated.surplus} == {
        (stage, node) for stage, nodes in candidates.items() for node in nodes if ledger[stage] != node
    }


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 5), st.randoms(use_true_random=False))
def test_honest_claims_in_any_order_are_all_paid(stages: int, order: random.Random) -> None:
    path = [f"node {stage}" for stage in range(stages)]
    claims = [
        _claim(
            path[stage],
            stage,
            f"g{stage + 1}" if stage < stages - 1 else "",
            f"g{stage}" if stage else "",
            path[stage + 1] if stage < stages - 1 else None,
        )
        for stage in range(stages)
    ]
    order.shuffle(claims)
    assert _in_turn(claims, stages) == dict(enumerate(path))
