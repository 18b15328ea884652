"""One stage's service, put together from its parts, and what is asked of it as a whole."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, Final

import structlog
import torch

from engine.auditing.auditee import Auditee
from engine.compute.standstill import watch_for_standstill
from engine.compute.thread import ComputeThread, Urgency, give_way
from engine.disk.evidence import EvidenceLocker
from engine.network.receipts_sender import ReceiptsSender
from engine.pipeline.feeder import Feeder
from engine.pipeline.token_files import TokenFiles
from engine.serving.assignment import Assignment
from engine.serving.layer_trials import LayerTrials
from engine.serving.parts import merger_of, saver_of, stage_of, trainer_of
from engine.serving.progress import Progress
from engine.serving.residence import Residence
from engine.training.loading import ShardLoad
from protocol.engine_control import EnginePhase, HeartbeatAccepted, ResourcesMeasured, RunJoined, StartTraining
from protocol.errors import LocalError, ServiceError
from protocol.miner_events import RoutingTable
from protocol.orchestrator_api import HeartbeatReply, HeartbeatRequest
from swarm.compression import LinkSpeed, choose_rung

log = structlog.get_logger(__name__)

WAITING_REASON: Final = "Waiting for other computers"
GENTLY_SECONDS: Final = 5.0
"""What a duty may take that an unreachable network must not keep us from ending for."""


class Service:
    """Belongs to the event loop. With `tokens` it feeds a first stage."""

    def __init__(self, given: Assignment, load: ShardLoad, compute: ComputeThread, tokens: TokenFiles | None) -> None:
        self.run = given.run
        self.heartbeat_seconds = given.reply.heartbeat_seconds
        self._given = given
        self._compute = compute
        self._room = load.room
        self._duty_cycle = given.start.duty_cycle
        self._uplink_bytes_per_second: float | None = None
        self.trainer = trainer_of(given, load)
        self._progress = Progress(self.run, self.trainer, compute, given.voice)
        packets, evidence_bytes = given.folder.packets_folder, load.room.allotment.evidence
        evidence = EvidenceLocker(packets, self.run.audit.window_steps, evidence_bytes)
        self.stage = stage_of(given, self.trainer, compute, evidence, self._progress)
        self.merger = merger_of(given, load, self.trainer, compute)
        self._saver = saver_of(given, self.trainer, compute, self.merger, load.room.allotment)
        self.auditee = Auditee(given.key.node_id, evidence, self.trainer, compute, given.client)
        self.receipts = ReceiptsSender(given.key.node_id, given.journal, given.client, given.voice.trouble)
        self.feeder: Feeder | None = None
        if tokens is not None:
            self.feeder = Feeder(self.run, self.stage, tokens, given.client, given.voice.trouble)
        self._progress.feeder = self.feeder
        self._residence = Residence(self.trainer, given.device, compute)
        self._layers = LayerTrials(self.trainer, load.room, given.device, compute, given.folder.compiled_folder)

    async def begin(self) -> None:
        """Commit the version that this life starts with."""
        self._given.journal.append(await self._compute.submit(Urgency.CONTROL, self.trainer.first_commitment))
        self._given.voice.tell(
            RunJoined(
                run_id=self.run.run_id,
                run_title=self.run.title,
                stage=self.stage.stage,
                stages=len(self.run.stages),
                parameters=sum(tensor.numel() for tensor in self.trainer.weights.values()),
            )
        )
        self._given.voice.enter(EnginePhase.WAITING_FOR_PEERS, WAITING_REASON)

    def loops(self) -> dict[str, Coroutine[Any, Any, Any]]:
        """What has to run until the service ends."""
        loops: dict[str, Coroutine[Any, Any, Any]] = {
            "receipts": self.receipts.run(),
            "merges": self.merger.run(),
            "audits": self.auditee.run(),
            "checkpoints": self._saver.run(),
            "layers": self._layers.run(self._progress.began),
            "standstill": watch_for_standstill(self._compute),
        }
        if self.feeder is not None:
            loops["feeder"] = self.feeder.run()
        return loops

    # ── what the network hears and says ──────────────────────────────────────────────────────────────────────────

    def set_table(self, table: RoutingTable) -> None:
        self.stage.set_table(table)

    def heartbeat(self, phase: EnginePhase) -> HeartbeatRequest:
        if phase is EnginePhase.TRAINING and self._progress.is_idle():
            self._given.voice.enter(EnginePhase.WAITING_FOR_PEERS, WAITING_REASON)
        return HeartbeatRequest(
            phase=phase,
            step=self.trainer.step,
            queue=self._compute.waiting,
            rate=self._progress.microbatches_per_second(),
            duty_cycle=self._duty_cycle,
            addresses=self._given.carrier.addresses,
            upload_bytes_per_second=self._uplink_bytes_per_second or self.merger.upload_bytes_per_second,
            active_leases=self.feeder.lease_ids if self.feeder else (),
            unreachable=tuple(self.stage.peers.unreachable),
            bytes_sent={**self.stage.bytes_sent, **self._given.client.bytes_sent},
        )

    def heard_heartbeat(self, named: tuple[int, ...], reply: HeartbeatReply) -> None:
        """`named`: the leases that the heartbeat named; what the reply leaves out has gone to others meanwhile."""
        if reply.open_leases is not None:
            self._let_go(frozenset(named) - frozenset(reply.open_leases))
        self._given.voice.tell(
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

    def measured(self, month_bytes: int) -> ResourcesMeasured:
        """Where the time and the bytes of this service have gone so far."""
        return ResourcesMeasured(
            computing_seconds=self._compute.busy_seconds,
            idle_seconds=self._compute.idle_seconds,
            loop_cpu_seconds=time.thread_time(),
            process_cpu_seconds=time.process_time(),
            bytes_sent={**self.stage.bytes_sent, **self._given.client.bytes_sent},
            month_bytes=month_bytes,
            memory_shortages=self._room.shortages,
        )

    def mind_uplink(self, bytes_per_second: float) -> None:
        """The line was measured: from now on as much is sent as it keeps up with (swarm.compression)."""
        self._uplink_bytes_per_second = bytes_per_second
        computed = self._progress.trained_tokens / max(1e-9, self._compute.busy_seconds)
        speed = LinkSpeed(computed, bytes_per_second, self._duty_cycle)
        self.trainer.rung = choose_rung(self.run, self.stage.stage, speed, self.trainer.rung)

    def leases_closed(self, below_lease_id: int) -> None:
        """What is still on its way under a closed lease has been trained along another path."""
        self.stage.memory.forget_leases_below(below_lease_id)
        self.stage.abandon(lambda passage: passage.lease_id < below_lease_id)

    def _let_go(self, lease_ids: frozenset[int]) -> None:
        """Others feed these now: what this miner still has of them would be trained twice."""
        if self.feeder is not None and lease_ids:
            log.info("leases_lost", leases=sorted(lease_ids))
            self.feeder.lose(lease_ids)
            self.stage.abandon(lambda passage: passage.lease_id in lease_ids)

    # ── pace, pause, and the end ─────────────────────────────────────────────────────────────────────────────────

    def set_pace(self, start: StartTraining) -> None:
        """Threads, priority and duty cycle as `start` now has them."""
        self._duty_cycle = start.duty_cycle
        self._compute.set_duty_cycle(start.duty_cycle)
        self._compute.submit(Urgency.CONTROL, lambda: take_pace(start))
        self._layers.try_again()

    async def pause(self) -> None:
        """Yield at the next layer, hand leases back, move out of the device's memory."""
        self._compute.pause()
        # Memory first: the network may take its time.
        await self._residence.leave()
        if self.feeder is not None:
            await _gently(self.feeder.hand_back())

    async def resume(self) -> None:
        await self._residence.come_back()
        self._compute.resume()
        if self.feeder is not None:
            self.feeder.resume()

    async def hand_back(self, until: float) -> None:
        """Take nothing new, return leases, and see what is in flight home while there is time."""
        self.stage.draining = True
        if self.feeder is not None:
            await _gently(self.feeder.hand_back())
        while self.stage.passages and time.monotonic() < until and not self._compute.paused:
            await self.stage.peers.changed(timeout_seconds=0.1)

    async def hand_in(self, until: float) -> None:
        """See the steps that no merge has yet into one: the orchestrator makes it due for a miner that is stopping."""
        while not self.merger.handed_in and time.monotonic() < until and not self._compute.paused:
            await self.stage.peers.changed(timeout_seconds=0.1)

    async def save(self) -> bool:
        """Write a checkpoint; False (and a Troubled event) if disk or memory refuse."""
        return await self._saver.save()

    async def settle(self, within_seconds: float) -> int:
        """Bring what is left of the receipts to the orchestrator; returns how many stay for the next start."""
        return await self.receipts.settle(within_seconds)

    async def close(self) -> None:
        await self.stage.close()
        await self._compute.stop()
        await _gently(self._given.journal.sync())


async def _gently(work: Coroutine[Any, Any, None]) -> None:
    """For duties that an unreachable network must not keep us from ending."""
    try:
        async with asyncio.timeout(GENTLY_SECONDS):
            await work
    except (TimeoutError, ServiceError, LocalError) as error:
        log.info("left_undone", reason=str(error))


def take_pace(start: StartTraining) -> None:
    """On the compute thread."""
    torch.set_num_threads(start.threads)
    give_way(start.niceness)
