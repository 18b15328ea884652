"""A miner that was taken for gone speaks up again: it is there again, whatever befell the writing of its heartbeats."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from protocol import orchestrator_api as api
from protocol.engine_control import EnginePhase
from protocol.wire import to_json


@pytest.fixture
async def crew(net: Any, small_run: Any) -> Any:
    """Alice, who was silent for too long, and Bob."""
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    await net.tick(net.orchestrator.context.settings.gone_after_seconds / 2)
    await bob.beat()
    await net.tick(net.orchestrator.context.settings.gone_after_seconds / 2 + 1)
    assert await online(net) == {bob.node}
    return alice, bob


async def online(net: Any) -> set[str]:
    return {node for (node,) in await net.rows("select node from miners where online = 1")}


@contextmanager
def nothing_can_be_written(net: Any) -> Iterator[None]:
    """As on a disk that is read-only for a while. Not by `write`, which could not take that back."""
    connection = net.database._connection.connection.driver_connection
    connection.execute("pragma query_only = on")
    try:
        yield
    finally:
        connection.execute("pragma query_only = off")


async def test_a_return_that_could_not_be_written_is_made_up_for_by_the_next_heartbeat(net: Any, crew: Any) -> None:
    alice, bob = crew
    with nothing_can_be_written(net):
        for _ in range(2):
            answer = await net.client.post(api.HEARTBEAT_PATH, content=beat_of(alice), headers=alice.headers)
            assert answer.status_code == 507
    await alice.beat()
    assert await online(net) == {alice.node, bob.node}


async def test_a_heartbeat_that_falls_alone_does_not_take_its_return_along(net: Any, crew: Any) -> None:
    alice, bob = crew
    await net.run_sql(
        f"create trigger refusing before update on miners when new.node = '{alice.node}'"
        " begin select raise(abort, 'not this one'); end"
    )
    await alice.beat()
    assert await online(net) == {bob.node}
    await net.run_sql("drop trigger refusing")
    await alice.beat()
    assert await online(net) == {alice.node, bob.node}


def beat_of(miner: Any) -> bytes:
    return to_json(
        api.HeartbeatRequest(
            phase=EnginePhase.TRAINING, step=miner.step, queue=0, rate=1.0, addresses=("127.0.0.1:4433",)
        )
    )
