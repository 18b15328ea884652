"""A miner's life: register, take a shard, serve its stage, and leave without losing anything.

open folder and key ─► register ─► build shard ─► serve (events, heartbeats, receipts, feeding, merges, audits)
     ▲                                              │ session lost or moved to another stage
     └──────────────────────────────────────────────┘            stop ─► hand back, save, settle, leave
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from enum import Enum, auto
from functools import partial
from typing import Any, Final

import msgspec
import structlog

from engine.carriers.base import Carrier, Fallback
from engine.carriers.iroh_carrier import IrohCarrier
from engine.carriers.metered import Metered
from engine.carriers.rendezvous import keep_meeting
from engine.carriers.store_carrier import StoreCarrier
from engine.devices import Device
from engine.disk.checkpoint import read_place
from engine.disk.journal import Journal
from engine.disk.state_folder import StateFolder, load_node_key, open_state_folder
from engine.network.orchestrator_client import OrchestratorClient, SessionLost, pause_before_retry
from engine.network.silence import Silence, Silenced
from engine.network.traffic import Traffic
from engine.service import Service, open_service
from protocol.engine_control import (
    EngineEvent,
    EnginePhase,
    PhaseChanged,
    RunEnded,
    SetPace,
    StartTraining,
    Stopped,
    Troubled,
)
from protocol.errors import LocalError, ProtocolError, ServiceError, Unavailable, UserFacingError
from protocol.keys import HotkeySigner, NodeId, NodeKey
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
from protocol.orchestrator_api import (
    Capabilities,
    HeartbeatRequest,
    Holding,
    NodeBinding,
    RegisterReply,
    RegisterRequest,
    binding_text,
)
from protocol.packets import Busy, PacketReply
from protocol.receipts import StepId

log = structlog.get_logger(__name__)

Tell = Callable[[EngineEvent], None]
SETTLE_SECONDS: Final = 5.0
HAND_BACK_SECONDS: Final = 15.0
"""How long a miner that moves to another stage sees home what is in flight."""
REGISTER_AGAIN_SECONDS: Final = 1.0
STREAM_AGAIN_SECONDS: Final = 0.1
HAND_BACK_SHARE: Final = 0.4
"""Of the time that a stop may take, until what is in flight has to be home."""
HAND_IN_SHARE: Final = 0.75
"""Until the last steps have to be in a merge."""
NEWCOMER_SECONDS: Final = 5.0
"""How long a connection of a node that no table names is kept waiting for one that does."""
OPENING_ATTEMPT: Final = 3
"""A service that could not be opened is tried again after a longer pause, since that begins with a registration."""


class Ending(Enum):
    """Why a service came to its end."""

    STOPPED = auto()
    SESSION_LOST = auto()
    REASSIGNED = auto()


class PausedBy(Enum):
    """Who wants this engine silent; it goes on when nobody does."""

    PERSON = auto()
    ALLOWANCE = auto()
    """The month's data are used up."""


class AllowanceUsedUp(LocalError):
    """Told once; the pause that follows ends by itself."""

    code = "data_quota"

    def __init__(self) -> None:
        super().__init__("This month's data allowance is used up.", "Training goes on next month.")


class Miner:
    """One engine process's life. Belongs to the event loop."""

    def __init__(
        self, start: StartTraining, device: Device, signer: HotkeySigner, tell: Tell, capabilities: Capabilities
    ) -> None:
        self._start = start
        self._device = device
        self._signer = signer
        self._tell = tell
        self._capabilities = capabilities
        self._stop = asyncio.Event()
        self._stop_within = 20.0
        self._paused_by: frozenset[PausedBy] = frozenset()
        self._silence = Silence()
        self._turning = asyncio.Lock()
        self._minding: asyncio.Task[None] | None = None
        self._service: Service | None = None
        self._phase = EnginePhase.STARTING
        self._reason = ""
        self._finished_run: str | None = None
        self._iroh: IrohCarrier | None = None
        self._client: OrchestratorClient | None = None
        self._traffic: Traffic | None = None
        self._beat_now = asyncio.Event()

    # ── what the app asks ────────────────────────────────────────────────────────────────────────────────────────

    def stop(self, within_seconds: float) -> None:
        self._stop_within = within_seconds
        self._stop.set()

    async def pause(self) -> None:
        """Silent at once; returns when what computes has come to rest as well. Of several pauses and resumptions under
        way the last one holds."""
        await self._pause_by(self._paused_by | {PausedBy.PERSON})

    async def resume(self) -> None:
        """The person's pause is over; that of a used up allowance is not."""
        await self._pause_by(self._paused_by - {PausedBy.PERSON})

    def set_pace(self, pace: SetPace) -> None:
        """From now on, for this service and those to come."""
        changes = {name: getattr(pace, name) for name in pace.__struct_fields__ if getattr(pace, name) is not None}
        self._start = msgspec.structs.replace(self._start, **changes)
        if self._service is not None:
            self._service.set_pace(self._start)
        self._beat_now.set()  # others give it work by how gently it goes

    # ── the life ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Until stopped; raises UserFacingErrors that no retry can mend."""
        self._enter(EnginePhase.STARTING)
        folder = open_state_folder(self._start.state_folder)
        key = load_node_key(folder)
        journal = Journal(folder.journal_file, key)
        traffic = self._traffic = Traffic.asked_for(self._start)
        url = self._start.orchestrator_url
        client = self._client = OrchestratorClient(
            url, self._signer, traffic=traffic, silence=self._silence, proxy=self._start.proxy
        )
        traffic.used_up = self._allowance_used_up
        await self._mind_allowance()
        store_carrier = StoreCarrier(key.node_id, client)
        carrier = Fallback(self._carriers(key, client, store_carrier))
        try:
            await carrier.open(self._receive)
            ending = Ending.SESSION_LOST
            while ending is not Ending.STOPPED:
                ending = await self._one_service(folder, key, journal, client, carrier, store_carrier)
                if ending is Ending.SESSION_LOST:
                    # An orchestrator that forgets at once what it has just granted must not be asked without a breath.
                    await self._until_stopped(asyncio.sleep(REGISTER_AGAIN_SECONDS))
        finally:
            await carrier.close()
            await client.close()
            await traffic.close()
            journal.close()

    def _carriers(self, key: NodeKey, client: OrchestratorClient, store_carrier: StoreCarrier) -> tuple[Carrier, ...]:
        """In the order asked for. Without iroh no address of this computer is told to anybody."""
        if "iroh" in self._start.carriers:
            introduce = partial(_introduce, client)
            self._iroh = IrohCarrier(key, self._start.bind_address, introduce, self._is_expected)
        direct = None if self._iroh is None or self._traffic is None else Metered(self._iroh, self._traffic)
        known: dict[str, Carrier | None] = {"iroh": direct, "store": store_carrier}
        return tuple(carrier for name in self._start.carriers if (carrier := known[name]) is not None)

    async def _is_expected(self, node: NodeId) -> bool:
        """Whether the table names `node`; a newcomer may be here before the table that does. Without a service nobody
        can tell, and nobody's packet is taken."""
        until = time.monotonic() + NEWCOMER_SECONDS
        while (service := self._service) is not None and not service.stage.peers.knows(node):
            left = until - time.monotonic()
            if left <= 0:
                log.info("stranger_sent_away", node=node[:8])
                return False
            await service.stage.peers.changed(left)
        return True

    async def _receive(self, packet: bytes, sender: NodeId | None) -> PacketReply:
        """The carriers' inbox; between two services there is no room for anything."""
        if self._service is None:
            return Busy(1.0)
        return await self._service.stage.receive(packet, sender)

    async def _one_service(
        self,
        folder: StateFolder,
        key: NodeKey,
        journal: Journal,
        client: OrchestratorClient,
        carrier: Fallback,
        store_carrier: StoreCarrier,
    ) -> Ending:
        reply = await self._until_stopped(self._register(folder, key, client, carrier))
        if reply is None:
            self._tell(Stopped(saved=False, unacknowledged_receipts=journal.unacknowledged))
            return Ending.STOPPED
        journal.acknowledge(reply.acknowledged_sequence)
        opening = open_service(
            self._start,
            self._device,
            reply,
            folder,
            key,
            journal,
            client,
            carrier,
            self._tell,
            self._enter,
            self._trouble,
            lambda: self._announce_download(client, carrier, reply),
            self._silence,
        )
        beating = asyncio.create_task(self._beat_while_opening(client, carrier, reply), name="early heartbeats")
        try:
            service = self._service = await self._until_stopped(self._silence.unbroken(opening))
        except SessionLost:
            return Ending.SESSION_LOST
        except Silenced as silenced:
            # After a pause the network is another one: what was fetched stays here, and a registration tells the rest.
            await self._until_stopped(silenced.over())
            return Ending.SESSION_LOST
        except Unavailable as error:
            self._trouble(error)
            await self._until_stopped(pause_before_retry(error, OPENING_ATTEMPT))
            return Ending.SESSION_LOST
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
        if service is None:
            return Ending.SESSION_LOST
        try:
            if self._paused_by:
                await self._until_stopped(self._keep_in_step())
            return await self._serve(service, client, store_carrier)
        finally:
            self._service = None

    async def _register(
        self, folder: StateFolder, key: NodeKey, client: OrchestratorClient, carrier: Fallback
    ) -> RegisterReply:
        """Until it succeeds; only what time can mend is tried again."""
        attempt = 0
        while True:
            try:
                hello = await client.greet()
                request = RegisterRequest(
                    binding=NodeBinding(
                        node=key.node_id, signature=key.sign(binding_text(self._signer.address, hello.address))
                    ),
                    payout_coldkey=self._start.payout_coldkey,
                    addresses=carrier.addresses,
                    capabilities=self._capabilities,
                    holding=_holding(folder),
                )
                return await client.register(request)
            except Unavailable as error:
                attempt += 1
                self._trouble(error)
                await pause_before_retry(error, attempt)

    async def _until_stopped(self, work: Coroutine[Any, Any, Any]) -> Any | None:
        """The result of `work`, or None if the app asked to stop first."""
        task = asyncio.create_task(work)
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if task.done():
            return task.result()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return None

    async def _serve(self, service: Service, client: OrchestratorClient, store_carrier: StoreCarrier) -> Ending:
        """All of a service's loops side by side, until the first of them ends."""
        loops = [
            asyncio.create_task(work, name=name)
            for name, work in {
                "events": self._hear(service, client, store_carrier),
                "heartbeats": self._beat(service, client),
                "stop": self._leave_in_order(service),
                **(
                    {"rendezvous": keep_meeting(self._iroh, client, self._start.orchestrator_url)} if self._iroh else {}
                ),
                **service.loops(),
            }.items()
        ]
        try:
            done, _pending = await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
            ending = _first_ending(done)
        except SessionLost:
            ending = Ending.SESSION_LOST
        finally:
            for task in loops:
                task.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
        await self._end(service, client, ending)
        return ending

    async def _leave_in_order(self, service: Service) -> Ending:
        """Once asked to stop: take nothing new, see home what is in flight, and the last steps into a merge. All else
        goes on meanwhile, since peers and merges still answer."""
        await self._stop.wait()
        asked = time.monotonic()
        self._enter(EnginePhase.STOPPING)
        await service.hand_back(until=asked + HAND_BACK_SHARE * self._stop_within)
        if self._finished_run != service.run.run_id:
            await service.hand_in(until=asked + HAND_IN_SHARE * self._stop_within)
        self._stop_within -= time.monotonic() - asked
        return Ending.STOPPED

    async def _end(self, service: Service, client: OrchestratorClient, ending: Ending) -> None:
        """Save, settle, say goodbye: in this order, with what is left of the time."""
        deadline = time.monotonic() + (self._stop_within if ending is Ending.STOPPED else SETTLE_SECONDS)
        self._enter(EnginePhase.SAVING)
        saved = await service.save()
        left = await service.settle(max(1.0, deadline - time.monotonic()))
        if ending is Ending.STOPPED:
            try:
                await client.leave("stopped")
            except (ServiceError, UserFacingError) as error:
                log.info("left_without_goodbye", title=error.title)
        await service.close()
        if ending is Ending.STOPPED:
            self._tell(Stopped(saved=saved, unacknowledged_receipts=left))

    # ── loops ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _hear(self, service: Service, client: OrchestratorClient, store_carrier: StoreCarrier) -> Ending:
        """The orchestrator's events; a broken stream is opened again and starts with the present state."""
        attempt = 0
        while True:
            try:
                async for event in client.events():
                    attempt = 0
                    if isinstance(event, Reassigned):
                        # While it still beats: who is waited for need not be waited for in vain.
                        await service.hand_back(until=time.monotonic() + HAND_BACK_SECONDS)
                        return Ending.REASSIGNED
                    await self._handle(event, service, store_carrier)
                raise Unavailable("The network closed the event stream.")
            except Unavailable as error:
                attempt += 1
                self._trouble(error)
                if attempt == 1:
                    # A miner without a stream is soon taken for dead; most streams that break open again at once.
                    await asyncio.sleep(STREAM_AGAIN_SECONDS)
                else:
                    await pause_before_retry(error, attempt)

    async def _handle(self, event: MinerEvent, service: Service, store_carrier: StoreCarrier) -> None:
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
                store_carrier.notice(event)
            case RunFinished():
                if self._finished_run != event.run_id:
                    self._finished_run = event.run_id
                    self._tell(RunEnded(run_id=event.run_id, held_out_loss=event.held_out_loss))

    async def _beat(self, service: Service, client: OrchestratorClient) -> Ending:
        """Heartbeats, at once when the phase changes; the first few unanswered ones are tried again quietly."""
        attempt = 0
        while True:
            self._beat_now.clear()
            request = self._heartbeat(service)
            try:
                reply = await client.heartbeat(request)
            except Unavailable as error:
                attempt += 1
                self._trouble(error)
                await pause_before_retry(error, attempt)
                continue
            attempt = 0
            service.heard_heartbeat(request.active_leases, reply)
            self._tell(service.measured(self._traffic.used_bytes if self._traffic else 0))
            await self._mind_allowance()
            try:
                async with asyncio.timeout(service.heartbeat_seconds):
                    await self._beat_now.wait()
            except TimeoutError:
                continue

    def _heartbeat(self, service: Service) -> HeartbeatRequest:
        uplink, cap = self._uplink_bytes_per_second(), self._start.upload_bytes_per_second
        if uplink is not None:
            service.mind_uplink(min(uplink, cap or uplink))
        return service.heartbeat(self._told_phase)

    def _uplink_bytes_per_second(self) -> float | None:
        """The line's, by whichever way more went over it: what either way takes the other one lacks."""
        meters = [each.uplink for each in (self._iroh, self._client) if each is not None]
        now = time.monotonic()
        return max((speed for meter in meters if (speed := meter.bytes_per_second(now)) is not None), default=None)

    async def _announce_download(self, client: OrchestratorClient, carrier: Fallback, reply: RegisterReply) -> None:
        self._enter(EnginePhase.DOWNLOADING)
        await client.heartbeat(self._early_heartbeat(carrier, reply))

    async def _beat_while_opening(self, client: OrchestratorClient, carrier: Fallback, reply: RegisterReply) -> None:
        """A download may take hours; whoever is silent for as long would be taken for gone."""
        while True:
            await asyncio.sleep(reply.heartbeat_seconds)
            await self._mind_allowance()
            try:
                await client.heartbeat(self._early_heartbeat(carrier, reply))
            except (ServiceError, UserFacingError) as error:
                # What opens the service meets the same, and decides.
                log.info("early_heartbeat_unheard", title=error.title)

    def _early_heartbeat(self, carrier: Fallback, reply: RegisterReply) -> HeartbeatRequest:
        """Of a miner that has no shard yet."""
        step = StepId(reply.life, 0)
        return HeartbeatRequest(
            phase=self._told_phase,
            step=step,
            queue=0,
            rate=0.0,
            duty_cycle=self._start.duty_cycle,
            addresses=carrier.addresses,
        )

    # ── pauses ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _pause_by(self, who: frozenset[PausedBy]) -> None:
        self._paused_by = who
        if who:
            self._silence.begin()
        self._beat_now.set()
        await self._keep_in_step()

    async def _keep_in_step(self) -> None:
        """Bring the service to where the newest wish wants it, and tell. Whoever comes while that takes its time waits
        and finds the wish of then."""
        async with self._turning:
            if self._paused_by:
                if self._service is not None:
                    await self._service.pause()
            else:
                if self._service is not None:
                    await self._service.resume()
                self._silence.end()
            if not self._paused_by:
                self._enter(EnginePhase.WAITING_FOR_PEERS)
            elif PausedBy.ALLOWANCE in self._paused_by:
                self._enter(EnginePhase.PAUSED, AllowanceUsedUp().title)
            else:
                self._enter(EnginePhase.PAUSED)

    def _allowance_used_up(self) -> None:
        """Between two heartbeats a fast line would move many times the allowance."""
        self._minding = asyncio.create_task(self._mind_allowance())

    async def _mind_allowance(self) -> None:
        """Pause when the month's data allowance is used up, and end that pause in the next month."""
        exhausted = self._traffic is not None and self._traffic.exhausted
        if exhausted is (PausedBy.ALLOWANCE in self._paused_by):
            return
        if exhausted:
            self._trouble(AllowanceUsedUp())
            await self._pause_by(self._paused_by | {PausedBy.ALLOWANCE})
        else:
            await self._pause_by(self._paused_by - {PausedBy.ALLOWANCE})

    @property
    def _told_phase(self) -> EnginePhase:
        """To the network, which asks nothing of a miner that is paused."""
        return EnginePhase.PAUSED if self._paused_by else self._phase

    # ── telling ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _enter(self, phase: EnginePhase, reason: str = "") -> None:
        ready = (EnginePhase.TRAINING, EnginePhase.WAITING_FOR_PEERS)
        if (self._paused_by and phase in (*ready, EnginePhase.DOWNLOADING)) or (
            self._stop.is_set() and phase in (*ready, EnginePhase.PAUSED)
        ):
            return
        another_pause = phase is EnginePhase.PAUSED and reason != self._reason
        if phase is not self._phase or phase is EnginePhase.STARTING or another_pause:
            self._phase, self._reason = phase, reason
            self._beat_now.set()
            self._tell(PhaseChanged(phase=phase, reason=reason))

    def _trouble(self, error: Exception) -> None:
        if isinstance(error, UserFacingError):
            log.warning("trouble", code=error.code, title=error.title)
            self._tell(Troubled(code=error.code, title=error.title, advice=error.advice))
        else:
            log.error("trouble", error=repr(error))


async def _introduce(client: OrchestratorClient, peer: NodeId) -> None:
    """Best effort: without it the peer may still be reached, or another way is taken."""
    try:
        await client.introduce(peer)
    except (ServiceError, ProtocolError) as error:
        log.info("not_introduced", title=error.title)


def _holding(folder: StateFolder) -> Holding | None:
    place = read_place(folder.checkpoint_file)
    return Holding(run_id=place.run_id, stage=place.stage) if place else None


def _first_ending(done: set[asyncio.Task[Ending]]) -> Ending:
    """What the finished loops say; an exception among them is raised."""
    endings = [task.result() for task in done]
    return Ending.STOPPED if Ending.STOPPED in endings else endings[0]
