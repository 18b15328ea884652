"""Arriving in the middle of a run: broken downloads go on, whole ones are checked, the freshest state is waited for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, cast

import pytest

from engine.disk.checkpoint import CheckpointPlace
from engine.network import downloads
from engine.network.downloads import Downloads
from engine.network.orchestrator_client import OrchestratorClient
from engine.training import arrival
from engine.training.arrival import freshest_heads, still_stands
from protocol.errors import IntegrityError, Unavailable
from protocol.hashes import hash_bytes
from protocol.merges import ObjectRef, StateHead
from protocol.orchestrator_api import RegisterReply, StageHeads
from protocol.runs import RunSpec

DATA = bytes(range(256)) * 40


def ref(data: bytes = DATA, key: str = "state") -> ObjectRef:
    return ObjectRef(key, hash_bytes(data), len(data))


class Store:
    """Streams objects in small chunks; every stream but the last `breaks` of them ends after `each_bytes`."""

    def __init__(self, breaks: int = 0, each_bytes: int = 3000, data: bytes = DATA) -> None:
        self.breaks, self.each_bytes, self.data = breaks, each_bytes, data
        self.offsets: list[int] = []
        self.sent_bytes = 0

    async def stream_object(self, wanted: ObjectRef, offset: int = 0) -> AsyncIterator[bytes]:
        self.offsets.append(offset)
        end = len(self.data)
        if self.breaks:
            self.breaks -= 1
            end = min(end, offset + self.each_bytes)
        for start in range(offset, end, 1000):
            chunk = self.data[start : min(end, start + 1000)]
            self.sent_bytes += len(chunk)
            yield chunk
        if end < len(self.data):
            raise Unavailable("The connection broke.", retry_after_seconds=0.0)


def fetching(folder: Path, store: Store) -> tuple[Downloads, list[tuple[int, int]]]:
    told: list[tuple[int, int]] = []
    made = Downloads(folder, cast(OrchestratorClient, cast(Any, store)), lambda done, total: told.append((done, total)))
    made.announce(len(DATA))
    return made, told


async def test_a_broken_download_goes_on_where_it_broke(tmp_path: Path) -> None:
    store = Store(breaks=3)
    fetch, told = fetching(tmp_path, store)
    assert await fetch.fetch(ref()) == DATA
    assert store.offsets == [0, 3000, 6000, 9000]
    assert store.sent_bytes == len(DATA)
    assert told == sorted(told) and told[-1] == (len(DATA), len(DATA))


async def test_a_killed_process_leaves_what_the_next_one_continues(tmp_path: Path) -> None:
    store = Store(breaks=100, each_bytes=0)
    (tmp_path / f"{ref().hash}{downloads.SUFFIX}").write_bytes(DATA[:5000])
    fetch, _ = fetching(tmp_path, store)
    with pytest.raises(Unavailable):
        await fetch.fetch(ref())
    fetch, _ = fetching(tmp_path, second := Store())
    assert await fetch.fetch(ref()) == DATA
    assert second.offsets == [5000]


async def test_an_object_that_is_here_is_not_fetched_again(tmp_path: Path) -> None:
    fetch, _ = fetching(tmp_path, Store())
    await fetch.fetch(ref())
    again, told = fetching(tmp_path, idle := Store())
    assert await again.fetch(ref()) == DATA
    assert idle.offsets == [] and told[-1] == (len(DATA), len(DATA))
    again.clear()
    assert list(tmp_path.iterdir()) == []


async def test_a_part_that_is_not_of_the_object_is_found_out_and_fetched_anew(tmp_path: Path) -> None:
    (tmp_path / f"{ref().hash}{downloads.SUFFIX}").write_bytes(b"x" * 5000)
    fetch, _ = fetching(tmp_path, store := Store())
    with pytest.raises(IntegrityError):
        await fetch.fetch(ref())
    assert await fetch.fetch(ref()) == DATA
    assert store.offsets == [5000, 0]


async def test_what_is_here_of_an_older_state_goes_before_the_new_one_comes(tmp_path: Path) -> None:
    older, wanted = tmp_path / f"{'a' * 64}{downloads.SUFFIX}", tmp_path / f"{ref().hash}{downloads.SUFFIX}"
    older.write_bytes(DATA)
    wanted.write_bytes(DATA[:5000])
    fetch, _ = fetching(tmp_path, store := Store())
    fetch.keep_only({ref().hash})
    assert not older.exists()
    assert await fetch.fetch(ref()) == DATA
    assert store.offsets == [5000]


def reply_with(run: RunSpec, *versions: int, stage: int = 0) -> RegisterReply:
    heads = tuple(StateHead(stage=stage, fragment=number, version=one) for number, one in enumerate(versions))
    return RegisterReply(
        session_token="t",
        session_seconds=60.0,
        run=run,
        stage=stage,
        life=2,
        heads=heads,
        acknowledged_sequence=-1,
        heartbeat_seconds=1.0,
        share_done=0.0,
    )


def place_at(*versions: int, run_id: str = "tiny", stage: int = 0) -> CheckpointPlace:
    return CheckpointPlace(run_id=run_id, stage=stage, optimizer_steps=7, fragment_versions=versions)


def test_a_checkpoint_stands_only_on_the_very_state_of_now(tiny_run: Callable[..., RunSpec]) -> None:
    run = tiny_run()
    assert still_stands(place_at(3, 2), reply_with(run, 3, 2))
    assert not still_stands(None, reply_with(run, 3, 2))
    assert not still_stands(place_at(3, 2), reply_with(run, 3, 3))
    assert not still_stands(place_at(3, 2, stage=1), reply_with(run, 3, 2))
    assert not still_stands(place_at(3, 2, run_id="another"), reply_with(run, 3, 2))


class Desk:
    """An orchestrator whose stage merges once a newcomer has said that it downloads."""

    def __init__(self, polls: int) -> None:
        self.polls = polls
        self.announced = False

    async def announce(self) -> None:
        self.announced = True

    async def heads(self) -> StageHeads:
        assert self.announced
        self.polls -= 1
        head = StateHead(stage=0, fragment=0, version=1 if self.polls <= 0 else 0)
        return StageHeads(heads=(head,), newer_soon=self.polls > 0)


async def test_the_merge_made_for_a_newcomer_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrival, "POLL_SECONDS", 0.0)
    desk = Desk(polls=4)
    (head,) = await freshest_heads(cast(OrchestratorClient, cast(Any, desk)), desk.announce)
    assert head.version == 1


async def test_a_merge_that_never_comes_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrival, "POLL_SECONDS", 0.0)
    monkeypatch.setattr(arrival, "NEWER_STATE_SECONDS", 0.05)
    desk = Desk(polls=10**9)
    async with asyncio.timeout(20):
        (head,) = await freshest_heads(cast(OrchestratorClient, cast(Any, desk)), desk.announce)
    assert head.version == 0
