"""Whoever measures its line moves bytes that nobody keeps, and nobody can make the orchestrator move too many."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.public_api import LINE_PATH, LINE_TRANSFER_LIMIT_BYTES
from subnet.orchestrator.web import line_routes
from subnet.orchestrator.web.line_routes import AT_ONCE, AT_ONCE_OF_ONE, TRANSFER_SECONDS, LineDesk, LineLimits, home_of
from subnet.orchestrator.web.refusals import Throttled
from tests.subnet.conftest import Net

NOW_MS = 1_800_000_000_000
SMALL = LineLimits(
    address_most_bytes=1000, address_bytes_per_second=10.0, all_most_bytes=2500, all_bytes_per_second=100.0
)


async def test_as_many_bytes_come_down_as_were_asked_for_and_they_can_not_be_compressed(net: Net) -> None:
    answer = await net.client.get(LINE_PATH, params={"bytes": 200_000})
    assert answer.status_code == 200
    assert len(answer.content) == 200_000
    assert answer.headers["content-length"] == "200000"
    assert "no-store" in answer.headers["cache-control"]
    assert len(set(answer.content)) == 256


async def test_what_goes_up_is_kept_nowhere(net: Net) -> None:
    before = sorted(net.folder.rglob("*"))
    answer = await net.client.post(LINE_PATH, content=b"x" * 300_000)
    assert answer.status_code == 204
    assert sorted(net.folder.rglob("*")) == before


@pytest.mark.parametrize("wanted", ["0", "-1", str(LINE_TRANSFER_LIMIT_BYTES + 1), "many", ""])
async def test_a_size_that_is_none_or_too_large_is_refused_before_anything_moves(net: Net, wanted: str) -> None:
    answer = await net.client.get(LINE_PATH, params={"bytes": wanted})
    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed"


async def test_more_than_a_measurement_needs_is_refused_by_its_announcement(net: Net) -> None:
    def read() -> bytes:
        raise AssertionError("nothing of it may be read")

    async def never() -> AsyncIterator[bytes]:
        yield read()

    answer = await net.client.post(
        LINE_PATH, content=never(), headers={"content-length": str(LINE_TRANSFER_LIMIT_BYTES + 1)}
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["", "many", "-5", "1" * 400, "²"])
async def test_an_upload_of_unknown_length_is_refused(net: Net, length: str) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"x"

    headers = [(b"content-length", length.encode())] if length else []
    answer = await net.client.post(LINE_PATH, content=pieces(), headers=headers)
    assert answer.status_code in (400, 413)


async def test_more_bytes_than_were_announced_end_it(net: Net) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"x" * 100

    answer = await net.client.post(LINE_PATH, content=pieces(), headers={"content-length": "99"})
    assert answer.status_code == 413


async def test_uploads_that_never_come_to_an_end_are_ended_and_keep_nobody_away(
    net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hanging() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    monkeypatch.setattr(line_routes, "TRANSFER_SECONDS", 0.05)
    for _ in range(AT_ONCE_OF_ONE + 1):
        answer = await net.client.post(LINE_PATH, content=hanging(), headers={"content-length": "100"})
        assert answer.status_code == 429
        assert "longer than a measurement" in answer.json()["title"]


async def test_who_measures_again_and_again_is_told_when_to_come_back(net: Net) -> None:
    most = LineLimits().address_most_bytes // LINE_TRANSFER_LIMIT_BYTES
    for _ in range(most):
        assert (await net.client.get(LINE_PATH, params={"bytes": LINE_TRANSFER_LIMIT_BYTES})).status_code == 200
    answer = await net.client.get(LINE_PATH, params={"bytes": LINE_TRANSFER_LIMIT_BYTES})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 60
    net.now_ms += 1000 * int(answer.headers["retry-after"]) + 1000
    assert (await net.client.get(LINE_PATH, params={"bytes": LINE_TRANSFER_LIMIT_BYTES})).status_code == 200


def moved(desk: LineDesk, address: str, size_bytes: int, now_ms: int = NOW_MS) -> None:
    desk.leave(desk.admit(address, size_bytes, now_ms))


def test_one_home_has_an_allowance_and_all_together_have_one() -> None:
    desk = LineDesk(SMALL, NOW_MS)
    moved(desk, "10.0.0.1", 1000)
    with pytest.raises(Throttled) as refused:
        moved(desk, "10.0.0.1", 100)
    assert refused.value.retry_after_seconds == pytest.approx(10.0)
    moved(desk, "10.0.0.2", 1000)
    with pytest.raises(Throttled):
        moved(desk, "10.0.0.3", 1000)  # of its own it has moved nothing
    moved(desk, "10.0.0.1", 100, NOW_MS + 10_000)


def test_a_clock_that_is_put_back_gives_nothing_and_takes_nothing() -> None:
    desk = LineDesk(SMALL, NOW_MS)
    moved(desk, "10.0.0.1", 900)
    moved(desk, "10.0.0.1", 100, NOW_MS - 10**9)
    with pytest.raises(Throttled):
        moved(desk, "10.0.0.1", 100, NOW_MS - 10**9)


def test_only_some_measure_at_once_and_nobody_keeps_the_others_out() -> None:
    desk = LineDesk(LineLimits(), NOW_MS)
    numbers = [desk.admit("10.0.0.1", 1, NOW_MS) for _ in range(AT_ONCE_OF_ONE)]
    with pytest.raises(Throttled):
        desk.admit("10.0.0.1", 1, NOW_MS)
    for other in range(AT_ONCE - AT_ONCE_OF_ONE):
        desk.admit(f"10.0.1.{other}", 1, NOW_MS)
    with pytest.raises(Throttled):
        desk.admit("10.0.2.1", 1, NOW_MS)
    desk.leave(numbers[0])
    desk.admit("10.0.2.1", 1, NOW_MS)
    # A transfer that hangs stops to count.
    desk.admit("10.0.2.2", 1, NOW_MS + round(TRANSFER_SECONDS * 1000))


def test_what_is_remembered_of_addresses_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_routes, "ADDRESSES_REMEMBERED", 3)
    desk = LineDesk(LineLimits(), NOW_MS)
    for other in range(10):
        moved(desk, f"10.0.0.{other}", 1)
    assert len(desk._addresses) == 3


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
    ],
)
def test_a_home_is_known_by_what_all_its_addresses_share(one: str, other: str, same: bool) -> None:
    assert (home_of(one) == home_of(other)) is same


@given(st.text(max_size=300))
def test_whatever_stands_for_an_address_is_short(address: str) -> None:
    assert len(home_of(address)) <= 64
