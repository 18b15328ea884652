"""A first-stage miner's other duty: take leases and keep the pipeline as full as it needs, and no fuller."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from engine.network.answers import pause_before_retry
from engine.network.orchestrator_client import OrchestratorClient
from engine.pipeline.passage import Passage, PassageState
from engine.pipeline.stage import Stage
from engine.pipeline.token_files import TokenFiles
from protocol.errors import Unavailable
from protocol.orchestrator_api import Lease, LeasePurpose
from protocol.packets import PacketKind
from protocol.runs import RunSpec
from swarm import in_flight
from swarm.ranges import Queue

log = structlog.get_logger(__name__)

IDLE_SECONDS: Final = 0.5
EVALUATIONS_IN_FLIGHT: Final = 4


@dataclass
class OpenLease:
    """What is left to feed of a lease, and what of it is on its way."""

    lease: Lease
    to_feed: Queue
    away: set[int] = field(default_factory=set)

    @property
    def done(self) -> bool:
        return not self.to_feed and not self.away


class Feeder:
    """Belongs to the event loop. `finished` is called by the stage's events for every microbatch of this miner."""

    def __init__(
        self,
        run: RunSpec,
        stage: Stage,
        tokens: TokenFiles,
        client: OrchestratorClient,
        troubled: Callable[[Exception], None],
    ) -> None:
        self._run = run
        self._stage = stage
        self._tokens = tokens
        self._client = client
        self._troubled = troubled
        self._leases: dict[int, OpenLease] = {}
        self._wake = asyncio.Event()
        self._halted = False
        self._begun = 0
        self._home = 0
        self._flight = in_flight.FlightState()

    @property
    def lease_ids(self) -> tuple[int, ...]:
        return tuple(self._leases)

    async def run(self) -> None:
        """Until cancelled."""
        attempt = 0
        while True:
            self._wake.clear()
            try:
                wait_seconds = 3600.0 if self._halted else await self._fill()
                attempt = 0
            except Unavailable as error:
                attempt += 1
                self._troubled(error)
                await pause_before_retry(error, attempt)
                continue
            try:
                # Not wait_for, which before Python 3.12 forgets a cancellation that comes together with the wake.
                async with asyncio.timeout(wait_seconds):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def finished(self, passage: Passage) -> None:
        """A microbatch has come home: room for the next one."""
        if passage.kind is PacketKind.FORWARD:
            self._home += 1
            if passage.state is PassageState.DONE:
                now = time.monotonic()
                self._flight = in_flight.delivered(self._flight, now, now - passage.arrived)
        open_lease = self._leases.get(passage.lease_id)
        if open_lease is not None:
            open_lease.away.discard(passage.microbatch)
            if open_lease.done:
                del self._leases[passage.lease_id]
        self._wake.set()

    async def hand_back(self) -> None:
        """Feed no more; what is not on its way goes back at once, so that another miner can feed it."""
        self._halted = True
        lease_ids = self.lease_ids
        for open_lease in self._leases.values():
            open_lease.to_feed.clear()
        if lease_ids:
            await self._client.return_leases(lease_ids)

    def lose(self, lease_ids: frozenset[int]) -> None:
        """These leases have gone to others: nothing more of them is fed."""
        for lease_id in lease_ids & self._leases.keys():
            self._leases[lease_id].to_feed.clear()
        self._leases = {key: lease for key, lease in self._leases.items() if not lease.done}
        self._wake.set()

    def resume(self) -> None:
        self._halted = False
        self._leases = {key: lease for key, lease in self._leases.items() if not lease.done}
        self._wake.set()

    @property
    def in_flight_bound(self) -> int:
        """Microbatches that may be under way just now."""
        return in_flight.allowed(self._flight, time.monotonic(), self._run.training.in_flight)

    async def _fill(self) -> float:
        """Feed what there is room for; returns how long to wait if nothing else happens."""
        self._feed(LeasePurpose.EVALUATE, PacketKind.EVALUATE, EVALUATIONS_IN_FLIGHT)
        self._feed(LeasePurpose.TRAIN, PacketKind.FORWARD, self.in_flight_bound)
        ahead = sum(lease.to_feed.left for lease in self._leases.values())
        if ahead > self._run.training.in_flight:
            return IDLE_SECONDS
        reply = await self._client.lease(self._run.training.lease_microbatches)
        if self._halted:
            # Asked for before the halt, and not wanted any more.
            if reply.leases:
                await self._client.return_leases(tuple(lease.lease_id for lease in reply.leases))
            return IDLE_SECONDS
        for lease in reply.leases:
            if lease.lease_id not in self._leases:
                self._leases[lease.lease_id] = OpenLease(lease, Queue(lease.microbatches))
        if reply.leases:
            self._feed(LeasePurpose.EVALUATE, PacketKind.EVALUATE, EVALUATIONS_IN_FLIGHT)
            self._feed(LeasePurpose.TRAIN, PacketKind.FORWARD, self.in_flight_bound)
            return IDLE_SECONDS
        return reply.retry_after_seconds or IDLE_SECONDS

    def _feed(self, purpose: LeasePurpose, kind: PacketKind, limit: int) -> None:
        leases = [lease for lease in self._leases.values() if lease.lease.purpose is purpose]
        room = limit - sum(len(lease.away) for lease in leases)
        train = purpose is LeasePurpose.TRAIN
        for lease in leases:
            while room > 0 and lease.to_feed and not (train and self._would_be_stale()):
                microbatch = lease.to_feed.take()
                if self._stage.feed(kind, microbatch, lease.lease.lease_id, self._tokens.parcel(kind, microbatch)):
                    lease.away.add(microbatch)
                    room -= 1
                    self._begun += train
            if lease.done:
                del self._leases[lease.lease.lease_id]

    def _would_be_stale(self) -> bool:
        """Whether the next microbatch would begin a step too early: its gradient would be for weights too old."""
        training = self._run.training
        step, complete = self._begun // training.microbatches_per_step, self._home // training.microbatches_per_step
        return step > complete + training.steps_ahead
