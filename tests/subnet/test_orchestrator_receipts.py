"""Journal lines: each acknowledged one stands once, and what follows from it follows once."""

from math import inf, nan
from typing import Any

import pytest
from sqlalchemy import Connection

from protocol import orchestrator_api as api
from protocol.hashes import hash_bytes
from protocol.receipts import Direction, JournalEntry, StepId, sign_line
from swarm.work import credit


async def trained(alice: Any, bob: Any, microbatch: int, lease_id: int) -> None:
    """Both miners' receipts of one whole microbatch, as honest ones sign them."""
    gradient = hash_bytes(f"gradient {microbatch}".encode())
    latent = hash_bytes(f"latent {microbatch}".encode())
    common = {"microbatch": microbatch, "lease_id": lease_id}
    await alice.deliver(
        alice.commitment(0),
        alice.receipt(**common, output_hash=latent, downstream=bob.node),
        alice.receipt(**common, direction=Direction.BACKWARD, input_hash=gradient, output_hash="", downstream=bob.node),
    )
    await bob.deliver(
        bob.commitment(0),
        bob.receipt(**common, input_hash=latent, output_hash="", upstream=alice.node, loss_sum=16.0),
        bob.receipt(**common, direction=Direction.BACKWARD, input_hash="", output_hash=gradient, upstream=alice.node),
    )


async def test_a_repeated_receipt_is_stored_once(net: Any, small_run: Any) -> None:
    (alice, _) = await net.staffed(small_run(), "Alice", "Bob")
    entries = alice.note(alice.receipt(), alice.receipt(microbatch=1))
    for _ in range(3):
        answer = await alice.send(*entries)
        assert (answer.status_code, answer.json()) == (200, {"through_sequence": 1})
    assert await net.rows(f"select sequence from receipts where node = '{alice.node}'") == [(0,), (1,)]


async def test_a_repeat_with_something_new_stores_the_new_only(net: Any, small_run: Any) -> None:
    (alice, _) = await net.staffed(small_run(), "Alice", "Bob")
    await alice.deliver(alice.receipt())
    alice.note(alice.receipt(microbatch=1))
    assert (await alice.send(*alice.journal)).json() == {"through_sequence": 1}
    assert await net.rows(f"select count(*) from receipts where node = '{alice.node}'") == [(2,)]


async def test_another_line_in_a_known_place_is_a_forgery(net: Any, small_run: Any, error_of: Any) -> None:
    (alice, _) = await net.staffed(small_run(), "Alice", "Bob")
    await alice.deliver(alice.receipt())
    forged = sign_line(alice.key, 0, alice.receipt(microbatch=5))
    assert error_of(await alice.send(forged)) == (403, "refused")
    assert await net.rows(f"select microbatch from receipts where node = '{alice.node}'") == [(0,)]


async def test_a_journal_with_a_gap_is_asked_to_start_again(net: Any, small_run: Any, error_of: Any) -> None:
    (alice, _) = await net.staffed(small_run(), "Alice", "Bob")
    ahead = sign_line(alice.key, 7, alice.receipt())
    assert error_of(await alice.send(ahead)) == (409, "refused")
    torn = (sign_line(alice.key, 0, alice.receipt()), sign_line(alice.key, 2, alice.receipt()))
    assert error_of(await alice.send(*torn)) == (400, "malformed")


async def test_a_receipt_with_a_broken_signature_is_refused(net: Any, small_run: Any, error_of: Any) -> None:
    (alice, bob) = await net.staffed(small_run(), "Alice", "Bob")
    good = sign_line(alice.key, 0, alice.receipt())
    broken = JournalEntry(0, good.body, bytes(64))
    assert error_of(await alice.send(broken)) == (401, "authentication")
    of_another = sign_line(bob.key, 0, alice.receipt())
    assert error_of(await alice.send(of_another)) == (401, "authentication")
    garbage = JournalEntry(0, b"\x81\xa1", good.signature)
    assert error_of(await alice.send(garbage))[0] in (400, 401)
    assert await net.rows(f"select count(*) from receipts where node = '{alice.node}'") == [(0,)]


async def test_nobody_sends_the_journal_of_another(net: Any, small_run: Any, error_of: Any) -> None:
    (alice, bob) = await net.staffed(small_run(), "Alice", "Bob")
    entries = bob.note(bob.receipt())
    batch = api.ReceiptBatch(node=bob.node, entries=entries)
    assert error_of(await alice.post(api.RECEIPTS_PATH, batch)) == (403, "refused")


@pytest.mark.parametrize(
    "wrong",
    [
        {"loss_sum": nan},
        {"loss_sum": inf},
        {"duration_ms": nan},
        {"duration_ms": -1.0},
        {"tokens": 7},
        {"tokens": 10**9},
        {"microbatch": 8},
        {"microbatch": -1},
        {"input_hash": "abc"},
        {"downstream": "nobody"},
    ],
)
async def test_impossible_numbers_are_refused(net: Any, small_run: Any, error_of: Any, wrong: dict[str, Any]) -> None:
    (alice, _) = await net.staffed(small_run(), "Alice", "Bob")
    answer = await alice.send(sign_line(alice.key, 0, alice.receipt(**wrong)))
    assert error_of(answer) == (400, "malformed")
    assert await net.rows(f"select count(*) from receipts where node = '{alice.node}'") == [(0,)]


async def test_a_stage_life_or_run_that_was_not_given_is_refused(net: Any, small_run: Any, error_of: Any) -> None:
    (alice, _) = await net.staffed(small_run(), "Alice", "Bob")
    wrongs = ({"stage": 1}, {"step": StepId(9, 0)})
    for wrong in wrongs:
        assert error_of(await alice.send(sign_line(alice.key, 0, alice.receipt(**wrong)))) == (403, "refused")
    unknown = await alice.send(sign_line(alice.key, 0, alice.receipt(run_id="elsewhere")))
    assert error_of(unknown) == (404, "refused")


async def test_one_bad_line_keeps_the_whole_batch_out(net: Any, small_run: Any, error_of: Any) -> None:
    (alice, _) = await net.staffed(small_run(), "Alice", "Bob")
    batch = (sign_line(alice.key, 0, alice.receipt()), sign_line(alice.key, 1, alice.receipt(duration_ms=nan)))
    assert error_of(await alice.send(*batch)) == (400, "malformed")
    assert await net.rows(f"select count(*) from receipts where node = '{alice.node}'") == [(0,)]


async def test_a_batch_over_the_limit_is_refused(net: Any, small_run: Any, error_of: Any) -> None:
    (alice, _) = await net.staffed(small_run(), "Alice", "Bob")
    entry = sign_line(alice.key, 0, alice.receipt())
    batch = tuple(JournalEntry(place, entry.body, entry.signature) for place in range(2001))
    assert error_of(await alice.send(*batch)) == (413, "malformed")


async def test_a_backward_pass_that_both_peers_confirm_is_work_once(net: Any, small_run: Any) -> None:
    run = small_run()
    alice, bob = await net.staffed(run, "Alice", "Bob")
    lease = (await alice.lease()).leases[0]
    await trained(alice, bob, 0, lease.lease_id)
    worth = [credit(run, stage, 8) for stage in (0, 1)]
    entries = await net.rows("select stage, node, tokens, credit from work order by stage")
    assert entries == [(0, alice.node, 8, worth[0]), (1, bob.node, 8, worth[1])]
    assert (await alice.beat()).credit == worth[0]
    await trained(alice, bob, 0, lease.lease_id)  # the same microbatch a second time is worth nothing more
    assert len(await net.rows("select * from work")) == 2
    assert await net.rows("select credit, passes from work_totals order by credit") == sorted(
        [(worth[0], 1), (worth[1], 1)]
    )


async def test_a_pass_that_nobody_confirms_is_no_work(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    lease = (await alice.lease()).leases[0]
    await alice.deliver(*alice.backward(0, lease.lease_id, downstream=bob.node, output_hash=""))
    assert await net.rows("select * from work") == []


async def test_work_is_matched_across_a_restart(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    lease = (await alice.lease()).leases[0]
    gradient = hash_bytes(b"gradient")
    place = (0, lease.lease_id)
    await alice.deliver(*alice.backward(*place, input_hash=gradient, output_hash="", downstream=bob.node))
    await net.restart()
    await bob.deliver(*bob.backward(*place, input_hash="", output_hash=gradient, upstream=alice.node))
    assert len(await net.rows("select * from work")) == 2


async def test_the_training_loss_reaches_the_event_log_and_the_heartbeat(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    lease = (await alice.lease()).leases[0]
    await trained(alice, bob, 0, lease.lease_id)
    assert (await alice.beat()).run_loss == 2.0
    losses = [row for (row,) in await net.rows("select body from event_log where tag = 'loss' order by event_id")]
    assert b'"point":[8,2.0,' in losses[-1]


async def test_a_full_database_says_so_and_keeps_what_it_acknowledged(net: Any, small_run: Any, error_of: Any) -> None:
    alice, _ = await net.staffed(small_run(), "Alice", "Bob")
    await alice.deliver(alice.receipt())
    ((pages,),) = await net.rows("pragma page_count")
    await net.database.write(lambda c: _limit(c, pages))
    entries = alice.note(*(alice.receipt(microbatch=place % 8) for place in range(400)))
    assert error_of(await alice.send(*entries)) == (507, "storage")
    assert await net.rows(f"select count(*) from receipts where node = '{alice.node}'") == [(1,)]
    await net.database.write(lambda c: _limit(c, pages + 10_000))
    assert (await alice.send(*entries)).json() == {"through_sequence": 400}


def _limit(connection: Connection, pages: int) -> None:
    connection.exec_driver_sql(f"pragma max_page_count = {pages}")
