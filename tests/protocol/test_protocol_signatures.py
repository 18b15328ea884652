"""Requests, receipts and node keys: only the right signer, once, now, for the right receiver."""

from typing import TypedDict, Unpack

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.errors import AuthenticationError, MalformedMessage
from protocol.keys import NodeKey, is_node_id, verify_node
from protocol.receipts import Direction, JournalEntry, Receipt, StepId, check_entry, sign_line
from protocol.requests import FRESHNESS_MS, NonceMemory, check_request, sign_request

NOW_MS = 1_790_000_000_000
KEY = NodeKey(b"\x07" * 32)


class FakeHotkey:
    """Signs by hashing with its own address: enough to tell one signer and text from another."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def sign(self, payload: bytes) -> bytes:
        return fake_signature(self.address, payload)


def fake_signature(address: str, payload: bytes) -> bytes:
    from hashlib import blake2b

    return blake2b(payload, key=address.encode()).digest()


def verify(address: str, payload: bytes, signature: bytes) -> bool:
    return fake_signature(address, payload) == signature


async def signed(now_ms: int = NOW_MS, receiver: str = "orchestrator") -> dict[str, str]:
    return await sign_request(FakeHotkey("miner"), "POST", "/v1/register", "a=1", b"body", now_ms, receiver)


class Changes(TypedDict, total=False):
    method: str
    path: str
    query: str
    body: bytes
    now_ms: int


def check(headers: dict[str, str], nonces: NonceMemory | None = None, **changes: Unpack[Changes]) -> str:
    request: Changes = {"method": "POST", "path": "/v1/register", "query": "a=1", "body": b"body", "now_ms": NOW_MS}
    request.update(changes)
    return check_request(headers, **request, receiver="orchestrator", verify=verify, nonces=nonces or NonceMemory())


async def test_a_signed_request_names_its_signer() -> None:
    assert check(await signed()) == "miner"


@pytest.mark.parametrize(
    "change",
    [{"method": "PUT"}, {"path": "/v1/leave"}, {"query": "a=2"}, {"query": ""}, {"body": b"other"}],
)
async def test_no_part_of_a_request_can_be_changed(change: Changes) -> None:
    with pytest.raises(AuthenticationError, match="not the hotkey's"):
        check(await signed(), **change)


async def test_a_request_for_another_receiver_is_refused() -> None:
    with pytest.raises(AuthenticationError, match="another receiver"):
        check(await signed(receiver="somebody else"))


async def test_a_repeated_request_is_refused() -> None:
    nonces, headers = NonceMemory(), await signed()
    check(headers, nonces)
    with pytest.raises(AuthenticationError, match="sent before"):
        check(headers, nonces)


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_clock_an_hour_off_is_named_with_what_to_do(hours: int) -> None:
    with pytest.raises(AuthenticationError, match="off by 60 minutes") as refusal:
        check(await signed(now_ms=NOW_MS + hours * 3_600_000))
    assert "automatic time" in refusal.value.advice


@pytest.mark.parametrize("name", ["Epistula-Timestamp", "Epistula-Uuid", "Epistula-Request-Signature"])
@pytest.mark.parametrize("value", ["", "x" * 500, "zz"])
async def test_unusable_headers_are_refused(name: str, value: str) -> None:
    headers = await signed()
    headers[name] = value
    with pytest.raises(AuthenticationError):
        check(headers)


async def test_a_line_break_can_not_be_smuggled_into_the_signed_text() -> None:
    with pytest.raises(MalformedMessage):
        await sign_request(FakeHotkey("m"), "POST", "/v1\n/x", "", b"", NOW_MS, "o")


def test_nonces_are_forgotten_when_they_could_not_be_fresh_any_more() -> None:
    memory = NonceMemory()
    assert memory.remember("a", NOW_MS)
    assert not memory.remember("a", NOW_MS + FRESHNESS_MS)
    assert memory.remember("b", NOW_MS + 3 * FRESHNESS_MS)
    assert memory.remember("a", NOW_MS + 3 * FRESHNESS_MS)


def receipt(**changes: object) -> Receipt:
    plain = Receipt(
        run_id="r",
        stage=0,
        microbatch=1,
        lease_id=1,
        direction=Direction.BACKWARD,
        step=StepId(1, 5),
        input_hash="",
        output_hash="",
        upstream=None,
        downstream=None,
        tokens=64,
        duration_ms=1.0,
        finished_at_unix_ms=1,
    )
    return msgspec.structs.replace(plain, **changes)


@given(microbatch=st.integers(0, 2**50), sequence=st.integers(0, 2**60), duration=st.floats(0, 1e9))
@settings(max_examples=50, deadline=None)
def test_a_signed_line_comes_back_as_it_was_written(microbatch: int, sequence: int, duration: float) -> None:
    line = receipt(microbatch=microbatch, duration_ms=duration)
    assert check_entry(KEY.node_id, sign_line(KEY, sequence, line)) == line


def test_a_line_can_not_move_to_another_place_or_node() -> None:
    entry = sign_line(KEY, 5, receipt())
    with pytest.raises(AuthenticationError):
        check_entry(KEY.node_id, JournalEntry(6, entry.body, entry.signature))
    with pytest.raises(AuthenticationError):
        check_entry(NodeKey(b"\x08" * 32).node_id, entry)


def test_node_keys_tell_no_secret() -> None:
    assert KEY.secret.hex() not in repr(KEY) and is_node_id(KEY.node_id)
    assert not is_node_id("xyz") and not is_node_id(KEY.node_id.upper())


@pytest.mark.parametrize("node", ["", "00", "zz" * 32])
def test_a_node_id_that_is_none_verifies_nothing(node: str) -> None:
    with pytest.raises(AuthenticationError):
        verify_node(node, b"x", b"y" * 64)
