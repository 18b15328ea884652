"""This miner's connection to the orchestrator's rendezvous, kept open so that peers can be told where it is."""

import asyncio
import socket
from typing import Any, Final
from urllib.parse import urlsplit

import structlog

from engine.carriers.base import PeerUnreachable
from engine.carriers.iroh_carrier import IrohCarrier
from engine.network.orchestrator_client import OrchestratorClient
from protocol.errors import MalformedMessage, Unavailable
from protocol.sockets import dialable, host_in_url

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
                families = await _resolved(urlsplit(url).hostname or "", hello.rendezvous.port)
                await carrier.meet(hello.rendezvous.node, families[attempt % len(families)])
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


async def _resolved(host: str, port: int) -> list[tuple[str, ...]]:
    """The host's addresses by family, IPv4 first: behind its routers a miner does not know its own address, while an
    IPv6 address is the same inside and outside. At least one family; raises PeerUnreachable."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    except OSError as error:
        raise PeerUnreachable("The network's rendezvous can't be found.") from error
    by_family = [
        dialable(f"{host_in_url(str(place[0]))}:{port}" for kind, *_, place in found if kind is family)
        for family in (socket.AF_INET, socket.AF_INET6)
    ]
    if not any(by_family):
        raise PeerUnreachable("The network's rendezvous has no address.")
    return [addresses for addresses in by_family if addresses]
