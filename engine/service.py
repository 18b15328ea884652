"""Serving one stage of one run: everything that lives from one registration to its end, put together here.

`engine.opening` loads what it begins with; `engine.life` runs its loops and ends it.
"""

import asyncio
import gc
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

import structlog
import torch

from engine.auditing.auditee import Auditee
from engine.auditing.cheats import trainer_kind
from engine.carriers.base import Carrier
from engine.compute.layer_trial import try_compiled_layers
from engine.compute.standstill import watch_for_standstill
from engine.compute.thread import ComputeStopped, ComputeThread, Urgency, give_way
from engine.devices import Device, memory_errors_translated
from engine.devices.allocator import return_free_memory
from engine.devices.compiler import keep_compiled_in
from engine.disk.evidence import EvidenceLocker, KeptWeights
from engine.disk.journal import Journal
from engine.disk.state_folder import StateFolder
from engine.merging.merger import Merger
from engine.merging.residuals import ResidualFiles
from engine.network.orchestrator_client import OrchestratorClient
from engine.network.receipts_sender import ReceiptsSender
from engine.pipeline.endings import StageEvents
from engine.pipeline.feeder import Feeder
from engine.pipeline.pace import Pace
from engine.pipeline.passage import Passage
from engine.pipeline.stage import Stage
from engine.pipeline.token_files import TokenFiles
from engine.training.loading import ShardLoad
from engine.training.saving import Saver
from protocol.engine_control import (
    EngineEvent,
    EnginePhase,
    HeartbeatAccepted,
    ResourcesMeasured,
    RunJoined,
    StartTraining,
    StepFinished,
)
from protocol.errors import LocalError, ServiceError, UserFacingError
from protocol.keys import NodeKey
from protocol.miner_events import RoutingTable
from protocol.orchestrator_api import HeartbeatReply, HeartbeatRequest, RegisterReply
from protocol.receipts import StepCommitment
from protocol.runs import RunSpec
from swarm.compression import LinkSpeed, choose_rung

log = structlog.get_logger(__name__)

IDLE_AFTER_SECONDS: Final = 5.0
WAITING_REASON: Final = "Waiting for other computers"

Tell = Callable[[EngineEvent], None]
Enter = Callable[[EnginePhase, str], None]
Trouble = Callable[[Exception], None]


class Service:
    """One stage's service. Belongs to the event loop."""

    def __init__(
        self,
        reply: RegisterReply,
        folder: StateFolder,
        key: NodeKey,
        journal: Journal,
        client: OrchestratorClient,
        carrier: Carrier,
        compute: ComputeThread,
        load: ShardLoad,
        device: Device,
        start: StartTraining,
        tell: Tell,
        enter: Enter,
        trouble: Trouble,
    ) -> None:
        run = reply.run
        self.run: RunSpec = run
        self.heartbeat_seconds = reply.heartbeat_seconds
        self._folder = folder
        self._journal = journal
        self._client = client
        self._carrier = carrier
        self._compute = compute
        self._device = device
        self._tell = tell
        self._enter = enter
        self._trouble = trouble
        self._pace = Pace()
        self._loss: float | None = None
        self.trainer = trainer_kind(start.lie)(
            load.shard, load.weights, load.optimizer, reply.life, KeptWeights(run.audit.window_steps), load.room
        )
        evidence = EvidenceLocker(folder.packets_folder, run.audit.window_steps, start.disk_limit_bytes // 2)
        events = StageEvents(self._on_trained, self._on_stepped, self._on_loss, self._on_failed, self._on_abandoned)
        self.stage = Stage(
            run,
            reply.stage,
            key,
            self.trainer,
            compute,
            carrier,
            journal,
            evidence,
            events,
            queue_limit=max(8, 4 * run.training.in_flight),
        )
        self.merger = Merger(
            run,
            key.node_id,
            load.fragments,
            self.trainer,
            compute,
            client,
            self._on_merged,
            folder.merges_folder,
            start.disk_limit_bytes // 8,
            load.resumed,
            residuals_of(folder, reply, start),
        )
        self._saver = Saver(
            self.trainer,
            compute,
            device,
            folder.checkpoint_file,
            lambda: tuple(fragment.head.version for fragment in self.merger.fragments),
            trouble,
        )
        self.auditee = Auditee(key.node_id, evidence, self.trainer, compute, client)
        self.receipts = ReceiptsSender(key.node_id, journal, client, trouble)
        self.feeder: Feeder | None = None
        self._room = load.room
        self._trained_tokens = 0
        self._layers_due = asyncio.Event()
        self._uplink_bytes_per_second: float | None = None
        self._duty_cycle = start.duty_cycle
        # Until the line is known as little as possible goes over it: one packet too many would block it for minutes.
        self.trainer.rung = len(run.rungs) - 1

    async def begin(self, tokens: TokenFiles | None) -> None:
        """Commit the version that this life starts with; a first stage has `tokens` to feed."""
        self._journal.append(await self._compute.submit(Urgency.CONTROL, self.trainer.first_commitment))
        if tokens is not None:
            self.feeder = Feeder(self.run, self.stage, tokens, self._client, self._trouble)
        self._tell(
            RunJoined(
                run_id=self.run.run_id,
                run_title=self.run.title,
                stage=self.stage.stage,
                stages=len(self.run.stages),
                parameters=sum(tensor.numel() for tensor in self.trainer.weights.values()),
            )
        )
        self._enter(EnginePhase.WAITING_FOR_PEERS, WAITING_REASON)

    def loops(self) -> dict[str, Coroutine[Any, Any, Any]]:
        """What has to run until the service ends."""
        loops: dict[str, Coroutine[Any, Any, Any]] = {
            "receipts": self.receipts.run(),
            "merges": self.merger.run(),
            "audits": self.auditee.run(),
            "checkpoints": self._saver.run(),
            "layers": self._try_layers(),
            "standstill": watch_for_standstill(self._compute),
        }
        if self.feeder is not None:
            loops["feeder"] = self.feeder.run()
        return loops

    def set_table(self, table: RoutingTable) -> None:
        self.stage.set_table(table)

    def heartbeat(self, phase: EnginePhase) -> HeartbeatRequest:
        now = time.monotonic()
        last = self._pace.last()
        if phase is EnginePhase.TRAINING and (last is None or now - last > IDLE_AFTER_SECONDS):
            self._enter(EnginePhase.WAITING_FOR_PEERS, WAITING_REASON)
        return HeartbeatRequest(
            phase=phase,
            step=self.trainer.step,
            queue=self._compute.waiting,
            rate=self._pace.microbatches_per_second(now),
            duty_cycle=self._duty_cycle,
            addresses=self._carrier.addresses,
            upload_bytes_per_second=self._uplink_bytes_per_second or self.merger.upload_bytes_per_second,
            active_leases=self.feeder.lease_ids if self.feeder else (),
            unreachable=tuple(self.stage.peers.unreachable),
            bytes_sent={**self.stage.bytes_sent, **self._client.bytes_sent},
        )

    def mind_uplink(self, bytes_per_second: float) -> None:
        """The line was measured: from now on as much is sent as it keeps up with (swarm.compression)."""
        self._uplink_bytes_per_second = bytes_per_second
        computed = self._trained_tokens / max(1e-9, self._compute.busy_seconds)
        speed = LinkSpeed(computed, bytes_per_second, self._duty_cycle)
        self.trainer.rung = choose_rung(self.run, self.stage.stage, speed, self.trainer.rung)

    def measured(self, month_bytes: int) -> ResourcesMeasured:
        """Where the time and the bytes of this service have gone so far."""
        return ResourcesMeasured(
            computing_seconds=self._compute.busy_seconds,
            idle_seconds=self._compute.idle_seconds,
            loop_cpu_seconds=time.thread_time(),
            process_cpu_seconds=time.process_time(),
            bytes_sent={**self.stage.bytes_sent, **self._client.bytes_sent},
            month_bytes=month_bytes,
            memory_shortages=self._room.shortages,
        )

    def heard_heartbeat(self, named: tuple[int, ...], reply: HeartbeatReply) -> None:
        """`named`: the leases that the heartbeat named; what the reply leaves out has gone to others meanwhile."""
        if reply.open_leases is not None:
            self._let_go(frozenset(named) - frozenset(reply.open_leases))
        self._tell(
            HeartbeatAccepted(
                at_unix_seconds=reply.unix_ms / 1000,
                run_loss=reply.run_loss,
                held_out_loss=reply.held_out_loss,
                run_tokens_per_second=reply.run_tokens_per_second,
                run_share_done=reply.share_done,
                miners=reply.miners,
                credit=reply.credit,
                credited_rao=reply.credited_rao,
                paid_rao=reply.paid_rao,
            )
        )

    # ── pause, stop, save ────────────────────────────────────────────────────────────────────────────────────────

    async def pause(self) -> None:
        """Yield at the next layer, hand leases back, move out of the device's memory."""
        self._compute.pause()
        # Memory first: the network may take its time.
        await self._unless_ending(self._leave_device)
        if self.feeder is not None:
            await self._gently(self.feeder.hand_back())

    async def resume(self) -> None:
        await self._unless_ending(self._return_to_device)
        self._compute.resume()
        if self.feeder is not None:
            self.feeder.resume()

    def set_pace(self, start: StartTraining) -> None:
        """Threads, priority and duty cycle as `start` now has them."""
        self._duty_cycle = start.duty_cycle
        self._compute.set_duty_cycle(start.duty_cycle)
        self._compute.submit(Urgency.CONTROL, lambda: take_pace(start))
        if self._trained_tokens:
            self._layers_due.set()

    async def _try_layers(self) -> None:
        """Once the first microbatch is trained, and again with every other number of threads."""
        keep_compiled_in(self._folder.compiled_folder)
        while True:
            await self._layers_due.wait()
            self._layers_due.clear()
            found = await try_compiled_layers(
                self.trainer.shard, lambda: self.trainer.weights, self._room, self._device, self._compute
            )
            log.info("layers", outcome=found)

    async def _unless_ending(self, job: Callable[[], None]) -> None:
        """A pause may come while this service ends; the next one starts as the miner then is."""
        try:
            await self._compute.submit(Urgency.CONTROL, job)
        except ComputeStopped:
            log.info("service_ended_meanwhile")

    def _leave_device(self) -> None:
        self.trainer.release_graphs()
        gc.collect()
        if self._device.name != "cpu":
            self.trainer.move_to(torch.device("cpu"))
            self._device.empty_cache()
            self.trainer.put_versions_away()
        return_free_memory()

    def _return_to_device(self) -> None:
        if self._device.name != "cpu":
            with memory_errors_translated(self._device):
                self.trainer.move_to(self._device.torch_device)

    async def hand_back(self, until: float) -> None:
        """Take nothing new, return leases, and see what is in flight home while there is time."""
        self.stage.draining = True
        if self.feeder is not None:
            await self._gently(self.feeder.hand_back())
        while self.stage.passages and time.monotonic() < until and not self._compute.paused:
            await self.stage.peers.changed(timeout_seconds=0.1)

    async def hand_in(self, until: float) -> None:
        """See the steps that no merge has yet into one: the orchestrator makes it due for a miner that is stopping."""
        while not self.merger.handed_in and time.monotonic() < until and not self._compute.paused:
            await self.stage.peers.changed(timeout_seconds=0.1)

    def _let_go(self, lease_ids: frozenset[int]) -> None:
        """Others feed these now: what this miner still has of them would be trained twice."""
        if self.feeder is not None and lease_ids:
            log.info("leases_lost", leases=sorted(lease_ids))
            self.feeder.lose(lease_ids)
            self.stage.abandon(lambda passage: passage.lease_id in lease_ids)

    def leases_closed(self, below_lease_id: int) -> None:
        """What is still on its way under a closed lease has been trained along another path."""
        self.stage.memory.forget_leases_below(below_lease_id)
        self.stage.abandon(lambda passage: passage.lease_id < below_lease_id)

    async def save(self) -> bool:
        """Write a checkpoint; False (and a Troubled event) if disk or memory refuse."""
        return await self._saver.save()

    async def settle(self, within_seconds: float) -> int:
        """Bring what is left of the receipts to the orchestrator; returns how many stay for the next start."""
        return await self.receipts.settle(within_seconds)

    async def close(self) -> None:
        await self.stage.close()
        await self._compute.stop()
        await self._gently(self._journal.sync())

    async def _gently(self, work: Coroutine[Any, Any, None]) -> None:
        """For duties that an unreachable network must not keep us from ending."""
        try:
            async with asyncio.timeout(5.0):
                await work
        except (TimeoutError, ServiceError, LocalError) as error:
            log.info("left_undone", reason=str(error))

    # ── what the stage reports ───────────────────────────────────────────────────────────────────────────────────

    def _on_trained(self, passage: Passage, tokens: int) -> None:
        if tokens:
            self._pace.add(time.monotonic(), tokens)
            if not self._trained_tokens:
                self._layers_due.set()
            self._trained_tokens += tokens
            self._enter(EnginePhase.TRAINING, "")
        if self.feeder is not None:
            self.feeder.finished(passage)

    def _on_stepped(self, made: StepCommitment) -> None:
        now = time.monotonic()
        self._tell(
            StepFinished(
                step=made.step.step,
                tokens=len(made.microbatches) * self.run.tokens_per_microbatch,
                tokens_per_second=self._pace.tokens_per_second(now),
                loss=self._loss,
            )
        )

    def _on_merged(self, made: StepCommitment) -> None:
        self._journal.append(made)

    def _on_loss(self, loss: float) -> None:
        self._loss = loss

    def _on_failed(self, passage: Passage, error: Exception) -> None:
        log.warning("pass_failed", microbatch=passage.microbatch, error=str(error))
        if isinstance(error, UserFacingError):
            self._trouble(error)
        self._forget(passage)

    def _on_abandoned(self, passage: Passage) -> None:
        log.info("pass_abandoned", microbatch=passage.microbatch)
        self._forget(passage)

    def _forget(self, passage: Passage) -> None:
        self._compute.submit(Urgency.CONTROL, lambda: self.trainer.drop(passage.microbatch))
        if self.feeder is not None:
            self.feeder.finished(passage)


def residuals_of(folder: StateFolder, reply: RegisterReply, start: StartTraining) -> ResidualFiles:
    """An eighth of the disk limit, as merges' kept objects have: one byte a number of the shard, or two in a merge."""
    limit_bytes = start.disk_limit_bytes // 8
    return ResidualFiles(folder.residuals_folder, reply.run.run_id, reply.stage, limit_bytes)


def take_pace(start: StartTraining) -> None:
    """On the compute thread."""
    torch.set_num_threads(start.threads)
    give_way(start.niceness)
