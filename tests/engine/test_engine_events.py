"""The miner's event stream: what it knows it hears, what comes from the future it passes over."""

import httpx

from chain.keys import Keypair, KeySigner
from engine.network.orchestrator_client import OrchestratorClient
from protocol.miner_events import LeasesClosed

STREAM = (
    'event: leases_closed\r\ndata: {"type": "leases_closed", "below_lease_id": 3}\r\n\r\n'
    ": still here\r\n\r\n"
    'event: moon_phase\r\ndata: {"type": "moon_phase", "share": 0.5}\r\n\r\n'
    'event: leases_closed\r\ndata: {"type": "leases_closed", "below_lease_id": 4}\r\n\r\n'
)


async def test_an_event_from_the_future_is_passed_over_and_the_rest_is_heard() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Type": "text/event-stream"}, text=STREAM)

    client = OrchestratorClient("http://network", KeySigner(Keypair.generate()), httpx.MockTransport(answer))
    try:
        heard = [event async for event in client.events()]
    finally:
        await client.close()
    assert heard == [LeasesClosed(below_lease_id=3), LeasesClosed(below_lease_id=4)]
