"""What a miner has for as long as it lives: its folder and key, its journal, and its ways to the network."""

import time
from dataclasses import dataclass
from functools import partial

import structlog

from engine.carriers.base import Carrier, Fallback
from engine.carriers.iroh_carrier import IrohCarrier, IsExpected, MostBytes, any_packet
from engine.carriers.metered import Metered
from engine.carriers.store_carrier import StoreCarrier
from engine.disk.journal import Journal
from engine.disk.state_folder import StateFolder, load_node_key
from engine.network.orchestrator_client import OrchestratorClient
from engine.network.silence import Silence
from engine.network.traffic import Traffic
from protocol.engine_control import StartTraining
from protocol.errors import ProtocolError, ServiceError
from protocol.keys import HotkeySigner, NodeId, NodeKey

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Equipment:
    folder: StateFolder
    key: NodeKey
    journal: Journal
    traffic: Traffic
    client: OrchestratorClient
    iroh: IrohCarrier | None
    store: StoreCarrier
    carrier: Fallback

    def uplink_bytes_per_second(self) -> float | None:
        """The line's, by whichever way more went over it: what either way takes the other one lacks."""
        meters = [each.uplink for each in (self.iroh, self.client) if each is not None]
        now = time.monotonic()
        return max((speed for meter in meters if (speed := meter.bytes_per_second(now)) is not None), default=None)

    async def close(self) -> None:
        await self.carrier.close()
        await self.client.close()
        await self.traffic.close()
        self.journal.close()


def open_equipment(
    start: StartTraining,
    folder: StateFolder,
    signer: HotkeySigner,
    silence: Silence,
    is_expected: IsExpected,
    most_payload_bytes: MostBytes = any_packet,
) -> Equipment:
    """Raises UserFacingErrors that no retry can mend. The carriers are not open yet."""
    key = load_node_key(folder)
    journal = Journal(folder.journal_file, key)
    traffic = Traffic.asked_for(start)
    client = OrchestratorClient(start.orchestrator_url, signer, traffic=traffic, silence=silence, proxy=start.proxy)
    store, iroh = StoreCarrier(key.node_id, client), None
    if "iroh" in start.carriers:
        introduce = partial(_introduce, client)
        iroh = IrohCarrier(key, start.bind_address, introduce, is_expected, most_payload_bytes)
    carrier = Fallback(_in_order(start.carriers, iroh, store, traffic))
    return Equipment(folder, key, journal, traffic, client, iroh, store, carrier)


def _in_order(
    asked_for: tuple[str, ...], iroh: IrohCarrier | None, store: StoreCarrier, traffic: Traffic
) -> tuple[Carrier, ...]:
    """Without iroh no address of this computer is told to anybody."""
    direct = None if iroh is None else Metered(iroh, traffic)
    known: dict[str, Carrier | None] = {"iroh": direct, "store": store}
    return tuple(carrier for name in asked_for if (carrier := known[name]) is not None)


async def _introduce(client: OrchestratorClient, peer: NodeId) -> None:
    """Best effort: without it the peer may still be reached, or another way is taken."""
    try:
        await client.introduce(peer)
    except (ServiceError, ProtocolError) as error:
        log.info("not_introduced", title=error.title)
