"""What earns and what does not, as miners' journals arrive at the orchestrator."""

from typing import Any

import pytest

from protocol import orchestrator_api as api
from protocol.hashes import hash_bytes
from protocol.receipts import Direction, Line
from subnet.orchestrator.receipts.claims import CLAIMS_PER_MICROBATCH


def train_lease(reply: api.LeaseReply) -> api.Lease:
    (lease,) = [one for one in reply.leases if one.purpose is api.LeasePurpose.TRAIN]
    return lease


async def ledger(net: Any) -> list[tuple[int, int, str]]:
    rows = await net.rows("select microbatch, stage, node from work order by microbatch, stage")
    return [tuple(row) for row in rows]


def sides(alice: Any, bob: Any, microbatch: int, lease_id: int, word: str = "g") -> tuple[Any, Any]:
    """Both miners' lines of one microbatch."""
    gradient = hash_bytes(f"{word} {microbatch}".encode())
    return (
        alice.backward(microbatch, lease_id, input_hash=gradient, output_hash="", downstream=bob.node),
        bob.backward(microbatch, lease_id, input_hash="", output_hash=gradient, upstream=alice.node),
    )


async def test_six_miners_of_one_person_that_sign_for_each_other_earn_nothing(net: Any, small_run: Any) -> None:
    await net.staffed(small_run(), "Alice", "Bob")
    crowd = [await net.miner("Cheat").register() for _ in range(6)]
    first = [one for one in crowd if one.registered.stage == 0]
    second = [one for one in crowd if one.registered.stage == 1]
    for a, b in zip(first, second, strict=True):
        for microbatch in range(8):
            mine, theirs = sides(a, b, microbatch, lease_id=0)
            await b.deliver(*theirs)
            await a.deliver(*mine)
    assert await ledger(net) == []
    assert await net.rows("select * from trained") == []


async def test_a_lease_earns_for_its_own_microbatches_only(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    lease = train_lease(await alice.lease(2))
    for microbatch in range(8):
        mine, theirs = sides(alice, bob, microbatch, lease.lease_id)
        await alice.deliver(*mine)
        await bob.deliver(*theirs)
    assert lease.microbatches == ((0, 2),)
    assert [microbatch for microbatch, _, _ in await ledger(net)] == [0, 0, 1, 1]
    assert (await alice.beat()).share_done == 2 / 8


async def test_a_lease_earns_for_whoever_holds_it(net: Any, small_run: Any) -> None:
    holder, last = await net.staffed(small_run(), "Alice", "Bob")
    thief = await net.miner("Carol").register(holding=api.Holding(run_id="small", stage=0))
    assert thief.registered.stage == 0
    lease = train_lease(await holder.lease(1))
    mine, theirs = sides(thief, last, 0, lease.lease_id)
    await thief.deliver(*mine)
    await last.deliver(*theirs)
    assert await ledger(net) == []


@pytest.mark.parametrize("is_closed", [False, True])
async def test_receipts_that_come_after_their_lease_was_closed_are_paid(
    net: Any, small_run: Any, is_closed: bool
) -> None:
    alice, bob = await net.staffed(small_run(lease_seconds=10.0), "Alice", "Bob")
    lease = train_lease(await alice.lease(2))
    if is_closed:
        await alice.call(api.RETURN_LEASES_PATH, api.ReturnLeases(lease_ids=(lease.lease_id,)))
    mine, theirs = sides(alice, bob, 1, lease.lease_id)
    await alice.deliver(*mine)
    await net.restart()
    await bob.deliver(*theirs)
    assert await ledger(net) == [(1, 0, alice.node), (1, 1, bob.node)]


async def test_a_microbatch_that_was_leased_and_trained_again_is_paid_once(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    lost = train_lease(await alice.lease(1))
    await alice.call(api.RETURN_LEASES_PATH, api.ReturnLeases(lease_ids=(lost.lease_id,)))
    again = train_lease(await alice.lease(1))
    assert again.microbatches == lost.microbatches
    for lease, word in ((again, "second"), (lost, "first")):
        mine, theirs = sides(alice, bob, 0, lease.lease_id, word)
        await bob.deliver(*theirs)
        await alice.deliver(*mine)
    assert await ledger(net) == [(0, 0, alice.node), (0, 1, bob.node)]
    assert await net.rows("select times from trained") == [(2,)]


async def test_the_second_gradient_counts_where_the_first_never_came_home(net: Any, small_run: Any) -> None:
    """The first-stage miner died with the first; its stage-mate's lease brought the microbatch back."""
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    lost = train_lease(await alice.lease(1))
    (promise, *_), unheard = sides(alice, bob, 0, lost.lease_id, "first")
    await alice.deliver(promise)
    await bob.deliver(*unheard)
    await alice.call(api.RETURN_LEASES_PATH, api.ReturnLeases(lease_ids=(lost.lease_id,)))
    again = train_lease(await alice.lease(1))
    mine, theirs = sides(alice, bob, 0, again.lease_id, "second")
    await bob.deliver(*theirs)
    await alice.deliver(*mine)
    assert await ledger(net) == [(0, 0, alice.node), (0, 1, bob.node)]


async def test_a_pass_without_its_forward_pass_is_no_work(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    lease = train_lease(await alice.lease(1))
    mine, theirs = sides(alice, bob, 0, lease.lease_id)
    await alice.deliver(*mine)
    await bob.deliver(*(line for line in theirs if getattr(line, "direction", None) is not Direction.FORWARD))
    assert await ledger(net) == []


@pytest.mark.parametrize("late", ["commitments", "peer"])
async def test_it_does_not_matter_what_comes_last(net: Any, small_run: Any, late: str) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    lease = train_lease(await alice.lease(1))
    (promise_a, *mine), (promise_b, *theirs) = sides(alice, bob, 0, lease.lease_id)
    if late == "commitments":
        await alice.deliver(*mine)
        await bob.deliver(*theirs)
        assert await ledger(net) == []
        await alice.deliver(promise_a)
        assert await ledger(net) == []
        await bob.deliver(promise_b)
    else:
        await bob.deliver(promise_b, *theirs)
        await alice.deliver(promise_a, *mine)
    assert await ledger(net) == [(0, 0, alice.node), (0, 1, bob.node)]


async def test_what_names_a_version_whose_draw_is_known_is_not_paid(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    lease = train_lease(await alice.lease(2))
    mine, theirs = sides(alice, bob, 0, lease.lease_id)
    await alice.deliver(*mine)
    await bob.deliver(*theirs, bob.commitment(1))
    assert await net.rows("select step from auditable_steps where released") == []
    await net.run_sql("update auditable_steps set released = 1")
    mine, theirs = sides(alice, bob, 1, lease.lease_id)
    await alice.deliver(*mine)
    await bob.deliver(*theirs)
    assert [microbatch for microbatch, _, _ in await ledger(net)] == [0, 0]


async def test_what_is_beyond_an_audit_is_not_paid(net: Any, small_run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subnet.orchestrator.receipts.claims.passes_limit", lambda run: 4)
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    lease = train_lease(await alice.lease(4))
    for microbatch in range(4):
        mine, theirs = sides(alice, bob, microbatch, lease.lease_id)
        await alice.deliver(*mine)
        await bob.deliver(*theirs)
    assert [microbatch for microbatch, _, _ in await ledger(net)] == [0, 0, 1, 1]


async def test_a_pass_signed_ten_thousand_times_is_one_claim(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    lease = train_lease(await alice.lease(1))
    await bob.deliver(bob.commitment(0), bob.receipt(microbatch=0, lease_id=lease.lease_id))
    for batch in range(5):
        lines: list[Line] = [
            bob.receipt(
                direction=Direction.BACKWARD,
                lease_id=lease.lease_id,
                output_hash=hash_bytes(f"{batch} {number}".encode()),
                upstream=alice.node,
            )
            for number in range(2000)
        ]
        await bob.deliver(*lines)
    assert await net.rows("select count(*) from claims") == [(1,)]


async def test_a_miner_has_few_claims_to_a_microbatch_however_often_it_is_leased(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    for _ in range(CLAIMS_PER_MICROBATCH + 3):
        lease = train_lease(await alice.lease(1))
        await bob.deliver(*sides(alice, bob, 0, lease.lease_id)[1])
        await alice.call(api.RETURN_LEASES_PATH, api.ReturnLeases(lease_ids=(lease.lease_id,)))
    assert await net.rows("select count(*) from claims") == [(CLAIMS_PER_MICROBATCH,)]


async def test_miners_of_one_address_confirm_each_other_within_one_owner(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    lease = train_lease(await alice.lease(2))
    mine, theirs = sides(alice, bob, 0, lease.lease_id)
    await alice.deliver(*mine)
    await bob.deliver(*theirs)
    await net.run_sql("update miners set payout_coldkey = '5Same'")
    mine, theirs = sides(alice, bob, 1, lease.lease_id)
    await alice.deliver(*mine)
    await bob.deliver(*theirs)
    told = await net.rows("select microbatch, within_owner from work order by microbatch, stage")
    assert told == [(0, 0), (0, 0), (1, 1), (1, 1)]
