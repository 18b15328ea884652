"""A run's text: fetched once, checked, and read from the disk."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from engine.pipeline.token_files import fetch_token_files
from protocol.hashes import hash_bytes
from protocol.merges import ObjectRef
from protocol.packets import PacketKind
from protocol.runs import RunSpec

TEXT = np.arange(20_000, dtype=np.uint32).astype("u1").tobytes()


class Store:
    """engine.network.downloads.Downloads, of a dictionary."""

    def __init__(self, *objects: bytes) -> None:
        self.objects = {hash_bytes(each): each for each in objects}
        self.fetched: list[ObjectRef] = []

    def announce(self, size_bytes: int) -> None:
        """Nobody watches."""

    async def fetch_file(self, ref: ObjectRef, target: Path) -> None:
        self.fetched.append(ref)
        target.write_bytes(self.objects[ref.hash])


@pytest.fixture
def run(tiny_run: Callable[..., RunSpec]) -> RunSpec:
    made = tiny_run()
    data = msgspec.structs.replace(
        made.data,
        token_bytes=1,
        train_tokens=len(TEXT),
        train_hash=hash_bytes(TEXT),
        held_out_tokens=512,
        held_out_hash=hash_bytes(TEXT[:512]),
    )
    return msgspec.structs.replace(made, data=data)


async def test_a_text_is_fetched_once_and_read_from_the_disk(run: RunSpec, tmp_path: Path) -> None:
    store = Store(TEXT, TEXT[:512])
    first = await fetch_token_files(run, tmp_path, store)  # type: ignore[arg-type]
    again = await fetch_token_files(run, tmp_path, store)  # type: ignore[arg-type]
    assert len(store.fetched) == 2, "each file once"
    for kind in (PacketKind.FORWARD, PacketKind.EVALUATE):
        assert first.parcel(kind, 3).payload_hash == again.parcel(kind, 3).payload_hash
    assert first.parcel(PacketKind.EVALUATE, 0).payload[:8] == TEXT[:8]


async def test_a_file_that_is_torn_is_fetched_again(run: RunSpec, tmp_path: Path) -> None:
    store = Store(TEXT, TEXT[:512])
    (tmp_path / f"{run.data.train_hash}.tokens").write_bytes(TEXT[:100])
    await fetch_token_files(run, tmp_path, store)  # type: ignore[arg-type]
    assert len(store.fetched) == 2
    assert (tmp_path / f"{run.data.train_hash}.tokens").read_bytes() == TEXT
