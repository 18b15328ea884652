"""What the miners' requests do, each in one transaction."""

from collections.abc import Callable

from sqlalchemy import Connection, func, update

from protocol.errors import MalformedMessage, Refused, VersionMismatch
from protocol.keys import NodeId, is_node_id, verify_node
from protocol.orchestrator_api import (
    HeartbeatReply,
    HeartbeatRequest,
    LeaseReply,
    ParkPacket,
    RegisterReply,
    RegisterRequest,
    StageHeads,
    binding_text,
)
from protocol.version import PROTOCOL_VERSION
from subnet.orchestrator.context import Context
from subnet.orchestrator.merging.schedule import newer_soon
from subnet.orchestrator.merging.state_heads import stage_heads
from subnet.orchestrator.miners.attendance import Announce, Attendance
from subnet.orchestrator.miners.bells import Bells
from subnet.orchestrator.miners.meetings import Meetings
from subnet.orchestrator.miners.miners import (
    MinerRecord,
    all_stages_manned,
    choose_run,
    count_online,
    enrol,
    place,
    read_miner,
)
from subnet.orchestrator.receipts.ledger import hotkey_credit
from subnet.orchestrator.receipts.receipts import acknowledged_sequence
from subnet.orchestrator.runs.leases import lease_training, open_leases, return_leases
from subnet.orchestrator.runs.measurements import Moment, lease_measuring
from subnet.orchestrator.runs.runs import RunPhase, RunRecord, fragments_of, read_run
from subnet.orchestrator.tables.schema import parked
from subnet.orchestrator.web.refusals import Conflict, Throttled, Unknown
from subnet.orchestrator.web.sessions import SESSION_SECONDS, Session, SessionKind, SignedHeaders

Purse = Callable[[Connection, str], tuple[int, int]]
"""(connection, hotkey) → rao ever credited, and of them paid."""

RETRY_SECONDS = 0.5
FINISHED_RETRY_SECONDS = 10.0


class MinerDesk:
    """One per orchestrator; the routes call it."""

    def __init__(
        self,
        context: Context,
        bells: Bells,
        attendance: Attendance,
        announce: Announce,
        purse: Purse,
        meetings: Meetings,
    ) -> None:
        self._context = context
        self._bells = bells
        self._attendance = attendance
        self._announce = announce
        self._purse = purse
        self._meetings = meetings

    async def register(self, signed: SignedHeaders, request: RegisterRequest) -> RegisterReply:
        """Open a session and place the miner; a new life of its node begins."""
        context, now_ms = self._context, self._context.clock()
        if request.protocol_version != PROTOCOL_VERSION:
            raise VersionMismatch(
                f"This program speaks version {request.protocol_version}, the network {PROTOCOL_VERSION}.",
                "Update this program.",
            )
        hotkey = context.sessions.check_signed(signed)
        node = request.binding.node
        if not is_node_id(node):
            raise MalformedMessage("The node's id is none.", "Update this program.")
        verify_node(node, binding_text(hotkey, context.address), request.binding.signature)

        def write(connection: Connection) -> RegisterReply:
            context.sessions.remember_nonce(connection, signed, hotkey)
            return self._enrol(connection, hotkey, request, now_ms)

        reply = await context.database.write(write)
        context.steering.has_registered(node, now_ms)
        self._attendance.arrived(node)
        return reply

    def _enrol(self, connection: Connection, hotkey: str, request: RegisterRequest, now_ms: int) -> RegisterReply:
        node = request.binding.node
        known = read_miner(connection, node)
        run = choose_run(connection, request)
        steering = self._context.steering
        wanted = steering.stage_to_move_to(node, now_ms) if known is not None and known.run_id == run.run_id else None
        stage = place(connection, run, request, steering, wanted)
        if known is not None and known.hotkey == hotkey:
            self._attendance.detach(connection, known)
        life = enrol(connection, run, stage, hotkey, request, now_ms)
        token = self._context.sessions.open(connection, SessionKind.MINER, hotkey, node, now_ms)
        self._announce(connection, node, now_ms)
        self._bells.ring_after(connection, run.run_id)
        return RegisterReply(
            session_token=token,
            session_seconds=SESSION_SECONDS,
            run=run.spec,
            stage=stage,
            life=life,
            heads=stage_heads(connection, run.run_id, stage, fragments_of(run.spec, stage)),
            acknowledged_sequence=acknowledged_sequence(connection, node),
            heartbeat_seconds=self._context.settings.heartbeat_seconds,
            share_done=run.share_done,
        )

    async def heartbeat(self, session: Session, request: HeartbeatRequest) -> HeartbeatReply:
        """Note that the miner is there; tell it how its run goes and what it has earned."""
        now_ms = self._context.clock()
        await self._attendance.heard(session.node, request)
        await self._context.sessions.prolong(session, now_ms)

        def read(connection: Connection) -> HeartbeatReply:
            run = read_run(connection, self._miner(connection, session.node).run_id)
            credited, paid = self._purse(connection, session.hotkey)
            return HeartbeatReply(
                unix_ms=now_ms,
                run_loss=run.loss,
                held_out_loss=run.held_out_loss,
                run_tokens_per_second=run.tokens_per_second,
                share_done=run.share_done,
                miners=count_online(connection, run.run_id),
                credit=hotkey_credit(connection, session.hotkey),
                credited_rao=credited,
                paid_rao=paid,
                open_leases=open_leases(connection, session.node, request.active_leases),
            )

        return await self._context.database.read(read)

    def stream_opened(self, node: NodeId) -> None:
        self._attendance.stream_opened(node)

    def stream_ended(self, node: NodeId) -> None:
        self._attendance.stream_ended(node)

    async def heads(self, session: Session) -> StageHeads:
        """What a newcomer begins from, and whether to wait for something newer."""

        def read(connection: Connection) -> StageHeads:
            miner = self._miner(connection, session.node)
            run = read_run(connection, miner.run_id)
            return StageHeads(
                heads=stage_heads(connection, run.run_id, miner.stage, fragments_of(run.spec, miner.stage)),
                newer_soon=newer_soon(connection, run, miner.stage),
            )

        return await self._context.database.read(read)

    async def lease(self, session: Session, microbatches: int) -> LeaseReply:
        """Something to feed, if there is and the pipeline is whole."""
        now_ms = self._context.clock()
        if microbatches < 1:
            raise MalformedMessage("A lease has at least one microbatch.")

        def read(connection: Connection) -> tuple[RunRecord, bool]:
            miner = self._miner(connection, session.node)
            if miner.stage != 0:
                raise Refused("Only first-stage miners feed the pipeline.")
            run = read_run(connection, miner.run_id)
            return run, all_stages_manned(connection, run)

        run, manned = await self._context.database.read(read)
        if run.phase is RunPhase.FINISHED:
            return LeaseReply(leases=(), retry_after_seconds=FINISHED_RETRY_SECONDS)
        if not manned:
            return LeaseReply(leases=(), retry_after_seconds=RETRY_SECONDS)
        return await self._context.database.write(
            lambda connection: self._lease(connection, run, session.node, microbatches, now_ms)
        )

    def _lease(
        self, connection: Connection, known: RunRecord, node: NodeId, microbatches: int, now_ms: int
    ) -> LeaseReply:
        run = read_run(connection, known.run_id)
        granted = [lease_measuring(connection, run, node, now_ms, frozenset(Moment))]
        if run.phase is RunPhase.TRAINING:
            granted.append(lease_training(connection, run, node, microbatches, now_ms))
        leases = tuple(lease for lease in granted if lease is not None)
        return LeaseReply(leases=leases, retry_after_seconds=None if leases else RETRY_SECONDS)

    async def give_back(self, session: Session, lease_ids: tuple[int, ...]) -> None:
        """Leases that won't be fed go to others at once."""
        now_ms = self._context.clock()

        def write(connection: Connection) -> None:
            run = read_run(connection, self._miner(connection, session.node).run_id)
            return_leases(connection, run, session.node, lease_ids, now_ms)
            self._bells.ring_after(connection, run.run_id)

        await self._context.database.write(write)

    async def park(self, session: Session, request: ParkPacket) -> None:
        """A packet lies in the store for a peer that can't be reached: tell the peer."""
        if request.key.split("/")[:3] != ["parked", request.receiver, session.node]:
            raise Refused("A parked packet lies below the names of its receiver and sender.")
        if self._context.store.size(request.key) != request.size_bytes:
            raise MalformedMessage("The parked packet does not have the announced size.", "Upload it again.")
        now_ms = self._context.clock()

        def write(connection: Connection) -> None:
            receiver = read_miner(connection, request.receiver)
            if receiver is None:
                raise Unknown("There is no such peer.")
            # Never less than was promised: until the grant has run out so much may still come.
            size_bytes = func.max(parked.c.size_bytes, request.size_bytes)
            told = {"hash": request.hash, "size_bytes": size_bytes, "created_unix_ms": now_ms}
            promised = update(parked).where(parked.c.key == request.key, parked.c.sender == session.node)
            if connection.execute(promised.values(**told, fetched=False, announced=True)).rowcount == 0:
                raise Refused("This packet was given no room in the store.", "Ask for a grant first.")
            self._bells.ring_after(connection, receiver.run_id)

        await self._context.database.write(write)

    async def dial(self, session: Session, peer: NodeId) -> None:
        """Two miners of one run can't reach each other: tell both to dial at once, if both take connections."""

        def read(connection: Connection) -> str | None:
            own, other = self._miner(connection, session.node), read_miner(connection, peer)
            if other is None or other.run_id != own.run_id or other.node == own.node:
                raise Unknown("There is no such peer.")
            return own.run_id if own.addresses and other.addresses else None

        run_id = await self._context.database.read(read)
        if run_id is None:
            return
        if not self._meetings.wish(session.node, peer, self._context.clock()):
            raise Throttled("Too many miners are being introduced to this one.", "Ask again later.", 5.0)
        self._bells.ring(run_id)

    async def leave(self, session: Session) -> None:
        """An orderly goodbye."""

        def write(connection: Connection) -> None:
            self._attendance.depart(connection, [session.node])
            self._context.sessions.close(connection, session)

        await self._context.database.write(write)
        self._attendance.forget(session.node)

    def _miner(self, connection: Connection, node: NodeId) -> MinerRecord:
        miner = read_miner(connection, node)
        if miner is None:
            raise Conflict("This miner is not known any more.", "Register again.")
        return miner
