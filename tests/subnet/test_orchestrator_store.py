"""Objects behind signed URLs: whole or not at all, and only for those who may."""

import errno
import os
import posixpath
import time
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol import orchestrator_api as api
from protocol.errors import MalformedMessage
from protocol.public_api import PUBLIC_GRANTS_PATH, RunState, run_state_path
from protocol.wire import from_json
from subnet.orchestrator.merging.fragment_sizes import fragment_numbers
from subnet.orchestrator.storage.policy import anybody_may, miner_may
from subnet.orchestrator.storage.store import ObjectStore, check_key
from swarm.partitions import split

NODE, OTHER = "ab" * 32, "cd" * 32


def put_wish(key: str) -> api.StoreWish:
    return api.StoreWish(method="PUT", key=key, size_bytes=1)


def get_wish(key: str) -> api.StoreWish:
    return api.StoreWish(method="GET", key=key)


async def test_what_is_put_can_be_got(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    key = api.parked_key(bob.node, alice.node, "packet")
    await alice.put(key, b"x" * 60_000)
    assert net.store.read(key, 10**7) == b"x" * 60_000
    assert await alice.get("data/train") == net.store.read("data/train", 10**6)


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../secret", "a/../b", "a//b", "a/.hidden", "a\\b", "a/b\n", "x" * 500, "a/./b", "ä"]
)
def test_a_key_that_could_leave_the_store_is_refused(key: str) -> None:
    with pytest.raises(MalformedMessage):
        check_key(key)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=40))
def test_whatever_key_passes_stays_inside(text: str) -> None:
    try:
        key = check_key(text)
    except MalformedMessage:
        return
    root = PurePosixPath("/store")
    assert posixpath.normpath(root / key) == str(root / key)
    assert str(root / key).startswith("/store/")


def test_a_miner_writes_below_its_own_name_only() -> None:
    for key in (
        api.upload_key(1, NODE, 0, "codes"),
        api.state_key(1, NODE, 0),
        api.evidence_key(1, NODE, "weights"),
        api.parked_key(OTHER, NODE, "p"),
    ):
        assert miner_may(NODE, put_wish(key))
    for key in (
        api.upload_key(1, OTHER, 0, "codes"),
        api.state_key(1, OTHER, 0),
        api.evidence_key(1, OTHER, "weights"),
        api.parked_key(NODE, OTHER, "p"),
        "merges/1/committed/x",
        "merges/1/coefficients/x",
        "runs/r/state/s0/f0/v1/p0",
        "data/train",
    ):
        assert not miner_may(NODE, put_wish(key)), key


def test_a_merger_can_not_read_what_another_merger_answered() -> None:
    for key in ("runs/r/x", "data/train", "merges/1/committed/x", "merges/1/coefficients/x"):
        assert miner_may(NODE, get_wish(key))
    assert miner_may(NODE, get_wish(api.parked_key(NODE, OTHER, "p")))
    for key in (
        "merges/1/answered/x",
        "merges/1/reports/x",
        api.state_key(1, OTHER, 0),
        api.parked_key(OTHER, OTHER, "p"),
    ):
        assert not miner_may(NODE, get_wish(key)), key
    assert anybody_may("runs/r/state") and not anybody_may("merges/1/committed/x")


async def test_a_grant_that_is_not_due_is_refused(net: Any, small_run: Any, error_of: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    wishes = api.StoreGrantsRequest(wishes=(put_wish(api.state_key(1, bob.node, 0)),))
    assert error_of(await alice.post(api.STORE_GRANTS_PATH, wishes)) == (403, "refused")
    traversal = api.StoreGrantsRequest(wishes=(get_wish("runs/../store_secret"),))
    assert error_of(await alice.post(api.STORE_GRANTS_PATH, traversal)) == (400, "malformed")


async def test_a_changed_or_old_url_opens_nothing(net: Any, error_of: Any) -> None:
    net.store.put("data/train", b"text")
    url = net.store.url("GET", "data/train", 0, net.now_ms + 1000)
    assert (await net.client.get(url)).content == b"text"
    assert error_of(await net.client.get(url.replace("train", "other"))) == (401, "authentication")
    assert error_of(await net.client.put(url, content=b"x")) == (401, "authentication")
    assert error_of(await net.client.get(url.replace("size=0", "size=9"))) == (401, "authentication")
    net.now_ms += 2000
    assert error_of(await net.client.get(url)) == (401, "authentication")


async def test_more_bytes_than_granted_are_refused_and_leave_nothing(net: Any, error_of: Any) -> None:
    url = net.store.url("PUT", "runs/x", 10, net.now_ms + 1000)

    async def too_long() -> Any:
        for _ in range(5):
            yield b"abc"

    assert error_of(await net.client.put(url, content=b"x" * 11)) == (413, "malformed")
    assert error_of(await net.client.put(url, content=too_long())) == (413, "malformed")
    assert not net.store.exists("runs/x")
    assert list((net.folder / "store" / "incoming").iterdir()) == []


async def test_an_object_that_is_not_there_is_unknown(net: Any, error_of: Any) -> None:
    url = net.store.url("GET", "runs/none", 0, net.now_ms + 1000)
    assert error_of(await net.client.get(url)) == (404, "refused")


async def test_a_full_disk_says_so_and_keeps_the_old_object(
    net: Any, error_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    net.store.put("runs/x", b"old")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    url = net.store.url("PUT", "runs/x", 10, net.now_ms + 1000)
    with monkeypatch.context() as patched:
        patched.setattr("subnet.orchestrator.storage.store.os.fsync", full)
        assert error_of(await net.client.put(url, content=b"new")) == (507, "storage")
    assert net.store.read("runs/x", 10) == b"old"
    assert (await net.client.put(url, content=b"new")).status_code == 204
    assert net.store.read("runs/x", 10) == b"new"


def test_what_a_kill_left_half_written_is_gone_with_the_next_start(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path)
    torn = store.begin("runs/x", 100)
    torn.write(b"half")
    torn._file.close()  # as a kill does
    again = ObjectStore(tmp_path)
    assert not again.exists("runs/x")
    assert list((tmp_path / "incoming").iterdir()) == []


def test_a_sealed_object_is_not_changed_by_writing_to_its_first_key(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path)
    store.put("merges/1/uploads/a", b"committed")
    store.link("merges/1/uploads/a", "merges/1/committed/a")
    store.put("merges/1/uploads/a", b"changed my mind")
    assert store.read("merges/1/committed/a", 100) == b"committed"


async def test_a_parked_packet_reaches_its_receiver_once(net: Any, small_run: Any, error_of: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    ref = await alice.put(api.parked_key(bob.node, alice.node, "packet-1"), b"latents")
    told = api.ParkPacket(receiver=bob.node, key=ref.key, hash=ref.hash, size_bytes=ref.size_bytes)
    await alice.call(api.PARKED_PATH, told)
    event = (await bob.events())["packet_parked"]
    assert (event.key, event.hash, event.sender) == (ref.key, ref.hash, alice.node)
    assert await bob.get(ref.key) == b"latents"
    assert "packet_parked" not in await bob.events()
    theft = api.ParkPacket(receiver=alice.node, key=ref.key, hash=ref.hash, size_bytes=ref.size_bytes)
    assert error_of(await bob.post(api.PARKED_PATH, theft)) == (403, "refused")
    await net.tick(400.0)
    assert not net.store.exists(ref.key)


async def refusal(miner: Any, *wishes: tuple[str, int]) -> tuple[int, str]:
    """(status, code) of the answer to wishes to write (key, bytes)."""
    asked = tuple(api.StoreWish(method="PUT", key=key, size_bytes=size) for key, size in wishes)
    answer = await miner.post(api.STORE_GRANTS_PATH, api.StoreGrantsRequest(wishes=asked))
    return answer.status_code, "" if answer.status_code == 200 else answer.json()["code"]


async def test_nobody_stores_what_nobody_asks_for(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    for key in (
        api.upload_key(9999, alice.node, 0, "codes"),
        api.state_key(9999, alice.node, 0),
        api.state_key(10**30, alice.node, 0),
        api.evidence_key(9999, alice.node, "weights"),
        api.parked_key(OTHER, alice.node, "packet"),
    ):
        assert (await refusal(alice, (key, 100)))[0] in (403, 404), key
    assert await refusal(alice, (api.parked_key(bob.node, alice.node, "p"), 100)) == (200, "")
    await bob.call(api.LEAVE_PATH, api.LeaveRequest())
    assert await refusal(alice, (api.parked_key(bob.node, alice.node, "q"), 100)) == (404, "refused")
    assert net.store.keys("merges") == net.store.keys("audits") == net.store.keys("parked") == []


async def open_merge(net: Any, miner: Any) -> int:
    """Of the first stage, for its only miner."""
    for step in range(4):
        await miner.deliver(*miner.a_step(step, step))
    await net.tick()
    ((merge_id,),) = await net.rows("select merge_id from merges where stage = 0")
    return int(merge_id)


async def test_a_merge_takes_its_objects_at_their_size_and_no_others(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    merge_id = await open_merge(net, alice)
    run = alice.registered.run
    part = split(fragment_numbers(run, 0)[0], run.merge.partitions, run.merge.tile)[0]
    whole = 8 * part.numbers
    assert await refusal(alice, (api.state_key(merge_id, alice.node, 0), whole)) == (200, "")
    assert await refusal(alice, (api.state_key(merge_id, alice.node, 0), whole + 1)) == (413, "malformed")
    assert await refusal(alice, (api.upload_key(merge_id, alice.node, 0, "scales"), 4 * part.tiles)) == (200, "")
    assert (await refusal(alice, (api.upload_key(merge_id, alice.node, 0, "scales"), 4 * part.tiles + 1)))[0] == 413
    for name in (f"merges/{merge_id}/uploads/{alice.node}/junk", f"merges/{merge_id}/states/{alice.node}/99"):
        assert await refusal(alice, (name, 1)) == (403, "refused")
    assert await refusal(bob, (api.state_key(merge_id, bob.node, 0), 1)) == (403, "refused")
    await net.run_sql(f"update merges set finished_unix_ms = {net.now_ms} where merge_id = {merge_id}")
    assert await refusal(alice, (api.state_key(merge_id, alice.node, 0), 1)) == (403, "refused")


async def test_an_audit_takes_weights_and_the_packets_of_its_passes(net: Any, small_run: Any) -> None:
    alice, _ = await net.staffed(small_run(), "Alice", "Bob")
    await alice.deliver(alice.receipt(), alice.commitment(0, (0,)))
    await net.run_sql(
        "insert into audits (audit_id, validator, run_id, stage, node, hotkey, life, step, state, opened_unix_ms,"
        " deadline_unix_ms, through_sequence, excused)"
        f" values (1, 'v', 'small', 0, '{alice.node}', 'h', {alice.registered.life}, 0, 'wanted', 0, 0, 0, 0)"
    )
    parameters = sum(fragment_numbers(alice.registered.run, 0))
    for name, size in (("weights", 4 * parameters), ("next", 4 * parameters), ("0-in", 1000), ("0-out", 1000)):
        assert await refusal(alice, (api.evidence_key(1, alice.node, name), size)) == (200, ""), name
    for name, size in (("weights", 2**34), ("junk", 1), ("99-in", 1), ("0-in", 2**28)):
        assert (await refusal(alice, (api.evidence_key(1, alice.node, name), size)))[0] in (403, 413), name
    await net.run_sql("update audits set state = 'ready'")
    assert await refusal(alice, (api.evidence_key(1, alice.node, "weights"), 1)) == (404, "refused")


async def test_one_request_is_bounded_and_names_an_object_once(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    key = api.parked_key(bob.node, alice.node, "p")
    assert await refusal(alice, (key, 1), (key, 1)) == (400, "malformed")
    assert await refusal(alice, (key, -1)) == (400, "malformed")
    large = 16 * 1024**3
    assert await refusal(alice, *((f"{key}{number}", large) for number in range(3))) == (413, "malformed")
    assert await net.rows("select * from parked") == []


async def test_packets_have_a_quota_in_number_and_bytes(
    net: Any, small_run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    mate = await net.miner("Carol").register(holding=api.Holding(run_id="small", stage=0))
    monkeypatch.setattr("subnet.orchestrator.storage.room.PARKED_SENDER_BYTES", 100_000)
    monkeypatch.setattr("subnet.orchestrator.storage.room.PARKED_BYTES", 150_000)
    first, second = (api.parked_key(bob.node, alice.node, name) for name in ("first", "second"))
    await alice.put(first, bytes(60_000))
    assert await refusal(alice, (second, 60_000)) == (429, "unavailable")
    await alice.put(first, bytes(60_000))  # again, in the place of the first
    await mate.put(api.parked_key(bob.node, mate.node, "p"), bytes(60_000))
    assert await refusal(mate, (api.parked_key(bob.node, mate.node, "q"), 40_000)) == (429, "unavailable")
    await net.tick(700.0)
    for miner in (alice, bob, mate):
        await miner.beat()
    assert await refusal(alice, (second, 60_000)) == (200, ""), "what was never announced is gone"
    assert net.store.keys("parked") == []


async def test_what_no_row_stands_for_is_swept_from_the_store(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    merge_id = await open_merge(net, alice)
    kept = [api.state_key(merge_id, alice.node, 0), api.parked_key(bob.node, alice.node, "kept")]
    for key in kept:
        await alice.put(key, b"1234")
    for key in ("merges/9999/uploads/a/junk", "audits/9999/a/junk", "parked/nobody/a/junk"):
        net.store.put(key, b"left by a version of before")
    garbage = next(task for task in net.orchestrator.tasks if task.name == "garbage")
    await garbage.run()
    assert net.store.keys("merges/9999"), "whoever brought it just now may still be at it"
    long_ago(net.store, "merges", "audits")
    await garbage.run()
    found = [key for area in ("merges", "audits", "parked") for key in net.store.keys(area)]
    assert found == kept


def long_ago(store: Any, *areas: str) -> None:
    """As if nothing had come into the folders below these for an hour."""
    for area in areas:
        for name in store.names(area):
            os.utime(store.path(f"{area}/{name}"), (time.time() - 3600,) * 2)


async def test_evidence_is_kept_for_a_day_after_it_was_judged(net: Any, small_run: Any) -> None:
    alice, _ = await net.staffed(small_run(), "Alice", "Bob")
    net.store.put(api.evidence_key(1, alice.node, "weights"), b"weights")
    await net.run_sql(
        "insert into audits (audit_id, validator, run_id, stage, node, hotkey, life, step, state, opened_unix_ms,"
        " deadline_unix_ms, through_sequence, excused)"
        f" values (1, 'v', 'small', 0, '{alice.node}', 'h', 1, 0, 'judged', 0, {net.now_ms}, 0, 0)"
    )
    garbage = next(task for task in net.orchestrator.tasks if task.name == "garbage")
    for hours, there in ((1, 1), (22, 1), (2, 0)):
        net.now_ms += hours * 3600 * 1000
        long_ago(net.store, "audits")
        await garbage.run()
        assert len(net.store.keys("audits")) == there


async def test_everybody_can_read_the_merged_model_and_nothing_else(net: Any, small_run: Any, error_of: Any) -> None:
    run = await net.found(small_run())
    answer = await net.client.get(run_state_path(run.run_id))
    state = from_json(answer.content, RunState)
    assert state.run == run and [[head.version for head in stage] for stage in state.stages] == [[0], [0]]
    granted = await net.client.post(PUBLIC_GRANTS_PATH, json={"keys": ["data/train"]})
    url = from_json(granted.content, api.StoreGrants).urls[0]
    assert (await net.client.get(url)).status_code == 200
    refused = await net.client.post(PUBLIC_GRANTS_PATH, json={"keys": ["merges/1/committed/x"]})
    assert error_of(refused) == (403, "refused")
    assert error_of(await net.client.get(run_state_path("elsewhere"))) == (404, "refused")
