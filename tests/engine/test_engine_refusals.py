"""What an answer's status means: a lost session, a wait, or a definite no."""

import httpx
import pytest

from engine.network.answers import SessionLost
from engine.network.orchestrator_client import OrchestratorClient
from protocol import orchestrator_api as api
from protocol.errors import Refused, ServiceError, Unavailable, to_body
from protocol.hashes import hash_bytes
from protocol.merges import ObjectRef
from protocol.wire import to_json

STORE = "https://bucket.store.example/object?signature=1"
OBJECT = ObjectRef("k", hash_bytes(b""), 0)


def client_of(answer: httpx.Response, from_store: bool = False, store: str = STORE) -> OrchestratorClient:
    """Of a network, or of its store, that answers everything with `answer`."""

    def answered(request: httpx.Request) -> httpx.Response:
        if from_store and request.url.path == api.STORE_GRANTS_PATH:
            return httpx.Response(200, content=to_json(api.StoreGrants(urls=(store,), expires_unix_ms=1)))
        return answer

    return OrchestratorClient("http://network.example", None, httpx.MockTransport(answered))


@pytest.mark.parametrize("status", [401, 409])
@pytest.mark.parametrize("store", [STORE, "/store/object"])
async def test_a_store_says_nothing_of_the_session(status: int, store: str) -> None:
    client = client_of(httpx.Response(status, content=b"<Error><Code>OperationAborted</Code></Error>"), True, store)
    for moved in (client.put_object("k", b"data"), client.get_object(OBJECT), anext(client.stream_object(OBJECT))):
        with pytest.raises(ServiceError) as raised:
            await moved
        assert not isinstance(raised.value, SessionLost)
        assert isinstance(raised.value, Unavailable) is (status == 409), "two writers of one key: one tries again"
    await client.close()


@pytest.mark.parametrize("status", [401, 409])
async def test_whoever_names_the_session_hears_that_it_is_lost(status: int) -> None:
    client = client_of(httpx.Response(status, content=to_json(to_body(Refused("Who are you?")))))
    for asked in (client.lease(4), client.heads(), client.leave("stopped"), anext(client.events())):
        with pytest.raises(SessionLost):
            await asked
    await client.close()


@pytest.mark.parametrize("status", [408, 425, 429, 502, 503])
@pytest.mark.parametrize(
    ("told", "seconds"),
    [("2", 2.0), ("0", 1.0), (None, 5.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 5.0), ("-1", 5.0), ("9" * 400, 600.0)],
)
async def test_whatever_asks_for_patience_gets_it(status: int, told: str | None, seconds: float) -> None:
    """A refusal would end the engine, and what it had not saved with it."""
    headers = {} if told is None else {"Retry-After": told}
    client = client_of(httpx.Response(status, content=b"slow down", headers=headers))
    with pytest.raises(Unavailable) as raised:
        await client.lease(4)
    assert raised.value.retry_after_seconds == seconds
    await client.close()


async def test_the_networks_own_words_count_before_its_status() -> None:
    client = client_of(httpx.Response(429, content=to_json(to_body(Unavailable("Too many requests.", "", 7.0)))))
    with pytest.raises(Unavailable, match="Too many requests") as raised:
        await client.lease(4)
    assert raised.value.retry_after_seconds == 7.0
    await client.close()


async def test_a_definite_no_stays_one() -> None:
    client = client_of(httpx.Response(403, content=b"no"))
    with pytest.raises(Refused):
        await client.lease(4)
    await client.close()
