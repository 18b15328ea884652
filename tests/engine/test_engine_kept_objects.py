"""Objects of merges are not fetched twice, whatever their size; what does not fit is let go, oldest first."""

from pathlib import Path

from engine.merging.kept_objects import KeptObjects
from protocol.hashes import hash_bytes

OBJECTS = {hash_bytes(data): data for data in (bytes([number]) * 100 for number in range(6))}


async def _filled(kept: KeptObjects, merge_id: int = 1) -> KeptObjects:
    for name, data in OBJECTS.items():
        await kept.keep(merge_id, name, data)
    return kept


async def test_what_does_not_fit_in_memory_is_read_from_disk(tmp_path: Path) -> None:
    kept = await _filled(KeptObjects(tmp_path, disk_bytes=10_000, memory_bytes=250))
    assert len(list(tmp_path.iterdir())) == 4
    for name, data in OBJECTS.items():
        assert await kept.get(name) == data
    assert await kept.get("ab" * 32) is None


async def test_without_room_the_oldest_goes(tmp_path: Path) -> None:
    names = list(OBJECTS)
    kept = await _filled(KeptObjects(tmp_path, disk_bytes=200, memory_bytes=250))
    assert [await kept.get(name) is not None for name in names] == [False, False, True, True, True, True]
    kept = await _filled(KeptObjects(None, memory_bytes=250))
    assert [await kept.get(name) is not None for name in names] == [False] * 4 + [True] * 2


async def test_a_merge_that_is_over_leaves_nothing_but_what_another_needs(tmp_path: Path) -> None:
    kept = await _filled(KeptObjects(tmp_path, disk_bytes=10_000, memory_bytes=250))
    first, *others = OBJECTS
    await kept.keep(2, first, OBJECTS[first])
    await kept.let_go(1)
    assert await kept.get(first) == OBJECTS[first]
    assert [await kept.get(name) for name in others] == [None] * 5
    await kept.let_go(2)
    assert not list(tmp_path.iterdir())


async def test_a_torn_file_is_not_there_and_an_earlier_life_leaves_none(tmp_path: Path) -> None:
    kept = await _filled(KeptObjects(tmp_path, disk_bytes=10_000, memory_bytes=250))
    first = next(iter(OBJECTS))
    (tmp_path / first).write_bytes(b"torn")
    assert await kept.get(first) is None
    KeptObjects(tmp_path, disk_bytes=10_000)
    assert not list(tmp_path.iterdir())
