"""The orchestrator's events, each brought to whom it concerns."""

import asyncio
import time
from typing import Final

from engine.carriers.iroh_carrier import IrohCarrier
from engine.carriers.store_carrier import StoreCarrier
from engine.life.ending import Ending
from engine.life.telling import Telling
from engine.network.answers import pause_before_retry
from engine.network.orchestrator_client import OrchestratorClient
from engine.serving.service import Service
from protocol.engine_control import RunEnded
from protocol.errors import Unavailable
from protocol.miner_events import (
    AuditTasks,
    LeasesClosed,
    MergeTasks,
    MinerEvent,
    PacketParked,
    PeersToDial,
    Reassigned,
    RoutingTable,
    RunFinished,
)

HAND_BACK_SECONDS: Final = 15.0
"""How long a miner that moves to another stage sees home what is in flight."""
STREAM_AGAIN_SECONDS: Final = 0.1


class Hearing:
    """Belongs to the event loop."""

    def __init__(
        self, client: OrchestratorClient, store: StoreCarrier, iroh: IrohCarrier | None, telling: Telling
    ) -> None:
        self.finished_run: str | None = None
        """The run that has come to its end, if one has."""
        self._client = client
        self._store = store
        self._iroh = iroh
        self._telling = telling

    async def hear(self, service: Service) -> Ending:
        """Until the miner is wanted elsewhere; a broken stream is opened again and starts with the present state."""
        attempt = 0
        while True:
            try:
                async for event in self._client.events():
                    attempt = 0
                    if isinstance(event, Reassigned):
                        # While it still beats: who is waited for need not be waited for in vain.
                        await service.hand_back(until=time.monotonic() + HAND_BACK_SECONDS)
                        return Ending.REASSIGNED
                    self._handle(event, service)
                raise Unavailable("The network closed the event stream.")
            except Unavailable as error:
                attempt += 1
                self._telling.trouble(error)
                if attempt == 1:
                    # A miner without a stream is soon taken for dead; most streams that break open again at once.
                    await asyncio.sleep(STREAM_AGAIN_SECONDS)
                else:
                    await pause_before_retry(error, attempt)

    def _handle(self, event: MinerEvent, service: Service) -> None:
        match event:
            case RoutingTable():
                service.set_table(event)
            case MergeTasks():
                service.merger.take(event.tasks)
            case AuditTasks():
                service.auditee.take(event)
            case LeasesClosed():
                service.leases_closed(event.below_lease_id)
            case PeersToDial():
                for peer in event.peers:
                    if self._iroh is not None:
                        self._iroh.dial(peer)
            case PacketParked():
                self._store.notice(event)
            case RunFinished():
                if self.finished_run != event.run_id:
                    self.finished_run = event.run_id
                    self._telling.tell(RunEnded(run_id=event.run_id, held_out_loss=event.held_out_loss))
