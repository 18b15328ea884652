"""Merges in which somebody hands over bytes that no honest program sends: they are that one's fault, and nobody else's
merge, let alone everybody's, ends by them."""

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from protocol import merges as wire
from protocol.errors import MalformedMessage, StorageError
from protocol.hashes import hash_bytes
from protocol.orchestrator_api import upload_key
from protocol.runs import MergeSpec
from protocol.validator_api import DisputeVerdict
from subnet.orchestrator.auditing.validators import see_validator
from subnet.orchestrator.merging.seals import Seals, SpoiltUpload
from subnet.orchestrator.storage.store import ObjectStore
from swarm.merge_reports import gram_to_bytes
from swarm.partitions import split
from swarm.quantisation import scales_to_bytes
from tests.subnet.conftest import Net, make_run
from tests.subnet.merging_miners import STAGE, Merger, phases, swarm_of, until_done

pytestmark = pytest.mark.usefixtures("capable")
OF_STAGE = f"from merges where stage = {STAGE}"


@dataclass
class Spoiler(Merger):
    """Hands over what it is told to; None is what an honest miner would."""

    codes: bytes | None = None
    scales: bytes | None = None
    gram: bytes | None = None
    result: bytes | None = None

    async def _commit(self, merge_id: int) -> wire.MergeAnswer:
        told = await super()._commit(merge_id)
        assert isinstance(told, wire.UploadCommitted)
        parts = []
        for one in told.partitions:
            codes = await self._put_as_long(one.codes, self.codes)
            scales = await self._put_as_long(one.scales, self.scales)
            parts.append(wire.PartitionCommitment(partition=one.partition, codes=codes, scales=scales))
        return wire.UploadCommitted(merge_id=merge_id, partitions=tuple(parts), upload_bytes_per_second=1e6)

    async def _put_as_long(self, ref: wire.ObjectRef, data: bytes | None) -> wire.ObjectRef:
        """Over and over, so that it is as long as what was asked for: any other length is refused without a look."""
        if not data:
            return ref
        put: wire.ObjectRef = await self.miner.put(ref.key, (data * ref.size_bytes)[: ref.size_bytes])
        return put

    async def _report(self, merge_id: int, job: wire.PartitionJob) -> wire.MergeAnswer:
        if self.gram is None:
            return await super()._report(merge_id, job)
        return wire.PartitionReported(merge_id=merge_id, partition=job.partition, gram=self.gram)

    async def summed(self, task: wire.SumWanted, job: wire.PartitionJob) -> bytes:
        return await super().summed(task, job) if self.result is None else self.result


async def turn(merger: Merger) -> None:
    """As an engine works: what it can't do it says so of, and an answer that is refused it does not give again."""
    for task in await merger.tasks():
        try:
            answers = [await one for one in merger._answers(task)]
        except MalformedMessage as error:
            answers = [wire.MergeTrouble(merge_id=task.merge_id, partition=None, code=error.code, title=error.title)]
        await merger.miner.answer(*answers)


async def rounds(net: Any, mergers: list[Merger], count: int, seconds: float = 0.2) -> None:
    for _ in range(count):
        for merger in mergers:
            await turn(merger)
            await merger.miner.beat()
        await net.tick(seconds)


async def swarm_with(net: Any, run: Any, several: int, **spoils: Any) -> tuple[Merger, list[Merger], Spoiler]:
    solo, mergers = await swarm_of(net, run, several)
    spoiler = Spoiler(mergers[0].miner, run, 10, **spoils)
    return solo, [spoiler, *mergers[1:]], spoiler


@pytest.mark.parametrize(
    "spoils",
    [
        {"codes": b"\x88"},
        {"codes": b"\x88", "gram": gram_to_bytes(np.eye(4, dtype=np.int64))},
        {"scales": b"\0\0\xc0\x7f"},
    ],
)
async def test_an_upload_that_nobody_can_read_is_blamed_on_its_miner_and_the_others_merge_without_it(
    net: Any, small_run: Any, spoils: dict[str, bytes], error_of: Any
) -> None:
    _, mergers, spoiler = await swarm_with(net, small_run(), 5, **spoils)
    (task,) = await spoiler.tasks()
    assert error_of(await spoiler.miner.answer(await spoiler._commit(task.merge_id))) == (400, "malformed")
    blames = await net.rows("select distinct node, phase from merge_blames")
    assert blames == [(spoiler.miner.node, "collecting")]
    await rounds(net, mergers[1:], 1)
    assert (await phases(net))[STAGE] == "reporting", "nobody waits for the spoiler"
    await until_done(net, mergers[1:])
    uploaders = {node for (node,) in await net.rows(f"select node from merge_uploads where merge_id = {task.merge_id}")}
    assert uploaders == {merger.miner.node for merger in mergers[1:]}


async def test_who_spoils_a_second_upload_keeps_the_first_that_it_committed(net: Any, small_run: Any) -> None:
    _, mergers, spoiler = await swarm_with(net, small_run(), 3)
    (task,) = await spoiler.tasks()
    await turn(spoiler)
    spoiler.codes = b"\x88"
    await spoiler.miner.answer(await spoiler._commit(task.merge_id))
    assert await net.rows("select count(*) from merge_blames where phase = 'collecting'") == [(1,)]
    await until_done(net, mergers)
    assert await net.rows("select count(distinct node) from merge_uploads") == [(3,)]


async def test_what_is_sealed_is_what_was_looked_at_even_if_its_owner_exchanges_it(tmp_path: Path) -> None:
    class Exchanged(ObjectStore):
        """Its owner puts another object in place as soon as it was checked."""

        def check(self, key: str, expected_hash: str, size_bytes: int) -> None:
            super().check(key, expected_hash, size_bytes)
            for one in self.keys("merges/7/uploads"):
                self.put(one, b"\x88" * self.size(one))

    store, merge = Exchanged(tmp_path), MergeSpec(partitions=1, tile=16)
    (part,) = split(32, 1, 16)
    codes, scales = bytes(16), scales_to_bytes(np.ones(2, dtype=np.float32))
    refs = []
    for kind, data in (("codes", codes), ("scales", scales)):
        key = upload_key(7, "a" * 64, 0, kind)  # type: ignore[arg-type]
        store.put(key, data)
        refs.append(wire.ObjectRef(key, hash_bytes(data), len(data)))
    told = wire.PartitionCommitment(partition=0, codes=refs[0], scales=refs[1])
    seals = Seals(store, 7, merge, (part,))
    with pytest.raises(Exception, match="not what was announced"):
        seals.upload("a" * 64, told)  # its scales went, when its codes were looked at
    assert [store.hash(key) for key in store.keys("merges/7/committed")] == [hash_bytes(codes)]
    assert store.keys("merges/7/held") == []
    store.put(refs[1].key, b"\xff" * 8)
    spoilt = wire.PartitionCommitment(
        partition=0, codes=refs[0], scales=wire.ObjectRef(refs[1].key, hash_bytes(b"\xff" * 8), 8)
    )
    with pytest.raises(SpoiltUpload) as raised:
        seals.upload("a" * 64, spoilt)
    assert raised.value.partition == 0


async def test_a_verdict_for_a_delta_that_can_not_be_read_decides_nothing(net: Any, small_run: Any) -> None:
    _, mergers = await swarm_of(net, small_run(), 3)
    await until_done(net, mergers)
    for merger in mergers:
        steps = [line for step in (3, 4, 5, 6) for line in merger.miner.a_step(step, step % 8)]
        await merger.miner.deliver(*steps)
    mergers[2].lies = True
    await net.database.write(lambda c: see_validator(c, "judge", net.now_ms))
    await rounds(net, mergers, 8)
    disputes = await net.rows("select dispute_id, claims_json from disputes where sampled = 0")
    garbage = b"\1" * 40
    net.store.put("disputes/garbage", garbage)
    wrong = DisputeVerdict(dispute_id=disputes[0][0], right_hash=hash_bytes(garbage), state_key="disputes/garbage")
    await net.database.write(lambda c: net.service.disputes.settle(c, wrong, "judge", net.now_ms))
    await net.tick()
    assert await net.rows(f"select decided_by from disputes where dispute_id = {wrong.dispute_id}") == [(None,)]
    honest = mergers[0].miner.node.encode()
    for dispute_id, claims in disputes:
        right = claims.split(honest + b'":"')[1][:64].decode()
        verdict = DisputeVerdict(dispute_id=dispute_id, right_hash=right)
        await net.database.write(lambda c, one=verdict: net.service.disputes.settle(c, one, "judge", net.now_ms))
    await rounds(net, mergers, 4)
    assert await net.rows(f"select max(version) from fragment_states where stage = {STAGE}") == [(2,)]


async def test_a_report_that_can_not_be_recomputed_ends_its_own_merge_and_the_next_has_all_uploads(
    net: Any, small_run: Any
) -> None:
    solo, mergers = await swarm_of(net, small_run(), 3, lies=(0,))
    for merger in mergers:
        await merger.turn()
    for key in net.store.keys("merges"):
        if "/committed/codes" in key:
            net.store.put(key, b"\x88" * net.store.size(key))  # a disk that rots
    for merger in mergers:
        for task in await merger.tasks():
            assert isinstance(task, wire.ReportWanted)
            for number, job in enumerate(task.jobs):
                gram = gram_to_bytes((number + merger.seed) * np.eye(3, dtype=np.int64))
                await merger.miner.answer(
                    wire.PartitionReported(merge_id=task.merge_id, partition=job.partition, gram=gram)
                )
    await rounds(net, [solo], 8)
    assert await net.rows("select phase from merges where stage = 0") == [("done",)], "others' merges go on"
    assert (await net.rows(f"select phase {OF_STAGE}"))[0] == ("abandoned",)
    mergers[0].lies = False
    await net.tick(3.0)
    await rounds(net, mergers, 8)
    assert await net.rows(f"select phase {OF_STAGE}") == [("abandoned",), ("done",)]
    newest = f"(select max(merge_id) {OF_STAGE})"
    assert await net.rows(f"select count(distinct node) from merge_uploads where merge_id = {newest}") == [(3,)]


@pytest.mark.parametrize(("lost", "waits_in"), [("reports", "weighing"), ("answered", "applying")])
async def test_a_merge_whose_objects_are_lost_is_given_up_and_begun_again(
    net: Any, small_run: Any, lost: str, waits_in: str
) -> None:
    _, mergers = await swarm_of(net, small_run(), 3)
    while (await phases(net))[STAGE] != waits_in:
        for merger in mergers:
            await merger.turn()
        if (await phases(net))[STAGE] != waits_in:
            await net.tick()
    ((merge_id,),) = await net.rows(f"select merge_id {OF_STAGE}")
    net.store.delete_prefix(f"merges/{merge_id}/{lost}")
    await net.tick(times=6)
    assert await net.rows(f"select phase {OF_STAGE}") == [("abandoned",)]
    await net.tick(3.0)
    await rounds(net, mergers, 8)
    assert await net.rows(f"select phase {OF_STAGE}") == [("abandoned",), ("done",)]


async def test_a_full_disk_is_waited_for_and_no_merge_given_up(
    net: Any, small_run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, mergers = await swarm_of(net, small_run(), 3)

    refused = []

    def full(key: str, *_: object) -> None:
        refused.append(key)
        raise StorageError("The store's disk is full or can't be written.")

    with monkeypatch.context() as patched:
        while (await phases(net))[STAGE] in ("collecting", "reporting"):
            if not any([await merger.turn() for merger in mergers]):
                await net.tick()  # a report was drawn to be looked at, which takes a turn
            net.now_ms += 200  # news that nobody rang for is read anew after a second
        patched.setattr(net.store, "put", full)
        await net.tick(times=8)
    assert refused
    await until_done(net, mergers)
    assert await net.rows(f"select phase {OF_STAGE}") == [("done",)]


NOISE = st.one_of(st.none(), st.binary(min_size=1, max_size=48))


@settings(max_examples=5, deadline=None)
@example(codes=b"\x88", scales=None, gram=gram_to_bytes(np.eye(3, dtype=np.int64)), result=None)
@example(codes=None, scales=None, gram=b"", result=b"\1")
@given(codes=NOISE, scales=NOISE, gram=NOISE, result=NOISE)
def test_no_bytes_of_one_miner_stop_a_merge(
    codes: bytes | None, scales: bytes | None, gram: bytes | None, result: bytes | None
) -> None:
    async def play(folder: Path) -> None:
        net = Net(folder)
        await net.open()
        try:
            solo, mergers, _ = await swarm_with(
                net, make_run(), 3, codes=codes, scales=scales, gram=gram, result=result
            )
            await rounds(net, [solo, *mergers], 12, 5.0)  # `net.tick` raises what a periodic task raises
            done = await net.rows("select distinct stage from merges where phase = 'done' order by stage")
            assert done == [(0,), (STAGE,)]
        finally:
            await net.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder)))
