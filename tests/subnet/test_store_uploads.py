"""The store holds no more than it counts: one upload of a key at a time, and promises that nothing makes smaller."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from protocol import orchestrator_api as api
from subnet.orchestrator.storage.store import ObjectStore
from subnet.orchestrator.web.refusals import Throttled

SIZE = 60_000


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subnet.orchestrator.storage.routes.WRITE_BYTES", 1000)


class Sender:
    """Sends an object but for its last byte, and that once it is told to."""

    def __init__(self, net: Any, url: str, data: bytes) -> None:
        self._data, self._held, self._go_on = data, asyncio.Event(), asyncio.Event()
        self._sending: asyncio.Task[httpx.Response] = asyncio.create_task(net.client.put(url, content=self._pieces()))

    async def _pieces(self) -> AsyncIterator[bytes]:
        yield self._data[:-1]
        self._held.set()  # asked for more, so that is written
        await self._go_on.wait()
        yield self._data[-1:]

    async def begun(self) -> "Sender":
        await self._held.wait()
        return self

    async def ended(self) -> int:
        """The answer's status."""
        self._go_on.set()
        return (await self._sending).status_code


def incoming(folder: Path) -> list[int]:
    """Sizes of what lies half-way in the store."""
    return [path.stat().st_size for path in (folder / "incoming").iterdir()]


async def granted(miner: Any, key: str, size_bytes: int) -> str:
    wish = api.StoreWish(method="PUT", key=key, size_bytes=size_bytes)
    grants = await miner.call(api.STORE_GRANTS_PATH, api.StoreGrantsRequest(wishes=(wish,)), api.StoreGrants)
    return str(grants.urls[0])


async def counted(net: Any) -> int:
    ((size_bytes,),) = await net.rows("select coalesce(sum(size_bytes), 0) from parked")
    return int(size_bytes)


@pytest.fixture
async def packet(net: Any, small_run: Any) -> Any:
    """(sender, receiver, key)"""
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    return alice, bob, api.parked_key(bob.node, alice.node, "packet")


async def test_a_newer_upload_ends_the_older_one_of_its_key_and_takes_its_place_on_the_disk(
    net: Any, packet: Any
) -> None:
    """The sender's line broke and it tries again, before the store could know that nothing more comes."""
    alice, _, key = packet
    url = await granted(alice, key, SIZE)
    crowd = [await Sender(net, url, bytes([number]) * SIZE).begun() for number in range(3)]
    crowd.append(await Sender(net, await granted(alice, key, SIZE), b"x" * SIZE).begun())
    (held,) = incoming(net.folder / "store")
    assert held <= await counted(net) == SIZE
    assert [await sender.ended() for sender in crowd] == [429, 429, 429, 204]
    assert net.store.read(key, SIZE) == b"x" * SIZE
    assert incoming(net.folder / "store") == []


async def test_uploads_of_two_keys_and_two_validators_uploads_of_one_key_leave_each_other_alone(
    net: Any, packet: Any
) -> None:
    alice, bob, key = packet
    dispute = net.store.url("PUT", "disputes/1/state", SIZE, net.now_ms + 1000)
    urls = [dispute, dispute, await granted(alice, key, SIZE)]
    urls.append(await granted(alice, api.parked_key(bob.node, alice.node, "another"), SIZE))
    crowd = [await Sender(net, url, b"x" * SIZE).begun() for url in urls]
    assert [await sender.ended() for sender in crowd] == [204] * 4


async def test_what_is_on_its_way_goes_with_the_row_it_was_counted_by(net: Any, packet: Any) -> None:
    """Else its bytes would be held for as long as somebody trickles them."""
    alice, _, key = packet
    late = await Sender(net, await granted(alice, key, SIZE), b"x" * SIZE).begun()
    await net.tick(net.orchestrator.context.settings.grant_seconds + 1)
    assert await counted(net) == 0 and incoming(net.folder / "store") == []
    assert await late.ended() == 429
    assert not net.store.exists(key)


@pytest.mark.parametrize("removed", ["merges/1/uploads/a", "merges/1"])
def test_what_is_on_its_way_to_a_key_goes_with_it_and_its_neighbours_stay(tmp_path: Path, removed: str) -> None:
    store = ObjectStore(tmp_path)
    with store.receive("merges/1/uploads/a", 10) as upload, store.receive("merges/11/uploads/a", 10) as other:
        upload.write(b"half")
        (store.delete_prefix if removed == "merges/1" else store.delete)(removed)
        assert incoming(tmp_path) == [0]
        with pytest.raises(Throttled):
            upload.finish()
        other.write(b"whole")
        other.finish()
    assert store.keys("merges") == ["merges/11/uploads/a"]


async def test_an_object_that_is_promised_again_for_less_counts_as_before(net: Any, packet: Any) -> None:
    alice, _, key = packet
    await alice.put(key, b"x" * SIZE)
    url = await granted(alice, key, 1)
    assert await counted(net) == SIZE
    assert (await net.client.put(url, content=b"y")).status_code == 204, "it may be replaced all the same"


async def test_an_announced_packet_counts_as_its_grant_lets_it_grow(net: Any, packet: Any) -> None:
    alice, bob, key = packet
    url = await granted(alice, key, SIZE)
    assert (await net.client.put(url, content=b"x")).status_code == 204
    await alice.call(api.PARKED_PATH, api.ParkPacket(receiver=bob.node, key=key, hash="hash", size_bytes=1))
    assert (await net.client.put(url, content=b"x" * SIZE)).status_code == 204
    assert await counted(net) == SIZE


async def test_a_grant_that_outlived_its_room_stores_nothing(net: Any, packet: Any, error_of: Any) -> None:
    alice, _, key = packet
    old = await granted(alice, key, SIZE)
    await net.run_sql("delete from parked")  # it was fetched, and collected before the grant ran out
    assert error_of(await net.client.put(old, content=b"x" * SIZE)) == (403, "refused")
    await granted(alice, key, 1)
    assert error_of(await net.client.put(old, content=b"x" * SIZE)) == (403, "refused")
    assert net.store.keys("parked") == []
