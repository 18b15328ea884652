"""This miner's connection to the orchestrator's rendezvous, kept open so that peers can be told where it is."""

import asyncio
import socket
from typing import Any, Final
from urllib.parse import urlsplit

import structlog

from engine.carriers.base import PeerUnreachable
from engine.carriers.iroh_carrier import IrohCarrier
from engine.orchestrator_client import OrchestratorClient
from protocol.errors import MalformedMessage, Unavailable

log = structlog.get_logger(__name__)

LONGEST_PAUSE_SECONDS: Final = 30.0


async def keep_meeting(carrier: IrohCarrier, client: OrchestratorClient, url: str) -> Any:
    """Connected for as long as it runs, where the orchestrator has a rendezvous; never returns."""
    attempt = 0
    while True:
        hello, began = client.hello, asyncio.get_running_loop().time()
        try:
            if hello is None or hello.rendezvous is None:
                await asyncio.Event().wait()
            else:
                host = await _resolved(urlsplit(url).hostname or "")
                await carrier.meet(hello.rendezvous.node, f"{host}:{hello.rendezvous.port}")
        except PeerUnreachable as error:
            if asyncio.get_running_loop().time() - began > LONGEST_PAUSE_SECONDS:
                attempt = 0
            attempt += 1
            log.info("rendezvous_lost", title=error.title, attempt=attempt)
        await asyncio.sleep(min(LONGEST_PAUSE_SECONDS, 0.5 * 2 ** min(attempt, 8)))
        try:
            await client.greet()
        except (Unavailable, MalformedMessage) as error:
            log.info("rendezvous_unknown", title=error.title)


async def _resolved(host: str) -> str:
    """The host's IPv4 address; raises PeerUnreachable."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, family=socket.AF_INET)
    except OSError as error:
        raise PeerUnreachable("The network's rendezvous can't be found.") from error
    return str(found[0][4][0])
