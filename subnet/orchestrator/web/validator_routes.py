"""What validators ask and say, and the one thing that miners say to audits: here is the evidence."""

import asyncio
from collections.abc import Iterable
from typing import Annotated, Final, Protocol

import sqlalchemy as sa
import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.params import Parameter

from protocol import validator_api as api
from protocol.bounds import NUMBER_LIMIT
from protocol.errors import AuthenticationError, Refused, Unavailable, VersionMismatch
from protocol.keys import NodeId
from protocol.merges import PartitionJob, StateHead
from protocol.orchestrator_api import EVIDENCE_PATH, EvidenceRequest, StoreGrants, StoreGrantsRequest, StoreWish
from protocol.version import PROTOCOL_VERSION
from protocol.wire import from_json
from subnet.orchestrator.auditing import draws, handing_over, validators, verdicts
from subnet.orchestrator.auditing.draw_patience import DrawPatience
from subnet.orchestrator.auditing.files import open_audit
from subnet.orchestrator.context import Context
from subnet.orchestrator.http import AnyRequest, signed_parts
from subnet.orchestrator.miners.bells import Bells
from subnet.orchestrator.runs import epochs
from subnet.orchestrator.runs.runs import read_runs
from subnet.orchestrator.tables.schema import disputes, merges, miners
from subnet.orchestrator.web.refusals import TooLarge
from subnet.orchestrator.web.sessions import SESSION_SECONDS, Session, SessionKind

Cursor = Annotated[int, Parameter(ge=-NUMBER_LIMIT, le=NUMBER_LIMIT)]
STEPS_LIMIT: Final = 1000
AUDITS_LIMIT: Final = 8
DISPUTES_LIMIT: Final = 8
WISHES_LIMIT: Final = 1000
SEEN_EVERY_MS: Final = 5_000
_log = structlog.get_logger()


class ValidatorGate(Protocol):
    """Whom the network lists as a validator."""

    async def admits(self, hotkey: str) -> bool: ...


class NamedValidators:
    """A fixed list, as in a local network."""

    def __init__(self, hotkeys: Iterable[str]) -> None:
        self._hotkeys = frozenset(hotkeys)

    async def admits(self, hotkey: str) -> bool:
        return hotkey in self._hotkeys


class DisputeCourt(Protocol):
    """Whoever leads the merges and takes a validator's word on one."""

    async def dispute_decided(
        self, dispute_id: int, right_hash: str, state_key: str | None, decided_by: str
    ) -> None: ...


class ValidatorDesk:
    """What the handlers share."""

    def __init__(self, context: Context, gate: ValidatorGate, court: DisputeCourt, bells: Bells) -> None:
        self.gate = gate
        self.court = court
        self._context = context
        self._bells = bells
        self._seen_ms: dict[str, int] = {}
        self._patience = DrawPatience()

    async def check_listed(self, validator: Session) -> None:
        """End a session of before whose hotkey the network lists no longer; raises AuthenticationError.

        Where the chain can't be asked nobody knows, and the session stays.
        """
        try:
            if await self.gate.admits(validator.hotkey):
                return
        except Unavailable:
            return
        await self._context.database.write(lambda c: self._context.sessions.close(c, validator))
        _log.warning("validator_session_ended", hotkey=validator.hotkey)
        raise AuthenticationError("The session has ended.", "Register again.")

    async def see(self, validator: Session) -> None:
        """Note that it is at work, and let its session go on; not at every request."""
        now_ms = self._context.clock()
        if now_ms - self._seen_ms.get(validator.hotkey, -SEEN_EVERY_MS) < SEEN_EVERY_MS:
            return
        self._seen_ms[validator.hotkey] = now_ms
        await self._context.sessions.prolong(validator, now_ms)
        await self._context.database.write(lambda c: validators.see_validator(c, validator.hotkey, now_ms))

    def tell(self, connection: sa.Connection, nodes: frozenset[NodeId]) -> None:
        """Once the transaction stands, let the miners know what is asked of them now."""
        if not nodes:
            return
        query = sa.select(miners.c.run_id).where(miners.c.node.in_(nodes)).distinct()
        for run_id in connection.execute(query).scalars().all():
            self._bells.ring_after(connection, run_id)

    def released(self, connection: sa.Connection, now_ms: int) -> frozenset[NodeId]:
        """Within the writer's transaction: let go of steps; the nodes concerned."""
        waited_through = self._patience.waited_through(draws.newest_cursor(connection), now_ms)
        return draws.release_steps(connection, now_ms, waited_through)

    async def tidy(self) -> None:
        """Periodic: release what is decided or too old, close what is overdue."""
        now_ms = self._context.clock()

        def work(connection: sa.Connection) -> None:
            handing_over.close_overdue(connection, now_ms)
            self.tell(connection, self.released(connection, now_ms))

        await self._context.database.write(work)


async def require_validator(request: AnyRequest, context: Context, desk: ValidatorDesk) -> Session:
    """The validator's session; raises AuthenticationError (401) without a living one. At each request, since a session
    outlives restarts and is prolonged for ever, and whoever it was opened for need not be a validator any more."""
    found = context.sessions.find(request.headers.get("authorization", ""), SessionKind.VALIDATOR, context.clock())
    await desk.check_listed(found)
    return found


@post(api.VALIDATOR_REGISTER_PATH, status_code=200)
async def register_validator(
    request: AnyRequest, data: api.ValidatorRegister, context: Context, desk: ValidatorDesk
) -> api.ValidatorSession:
    """Open a session for a hotkey that the network lists as a validator."""
    signed, now_ms = await signed_parts(request), context.clock()
    hotkey = context.sessions.check_signed(signed)
    if data.protocol_version != PROTOCOL_VERSION:
        raise VersionMismatch(
            f"The validator speaks version {data.protocol_version}, this network {PROTOCOL_VERSION}.",
            "Update the validator.",
        )
    if not await desk.gate.admits(hotkey):
        raise Refused(f"{hotkey} is no validator of this network.", "Stake on it first, or use another hotkey.")

    def write(connection: sa.Connection) -> str:
        context.sessions.remember_nonce(connection, signed, hotkey)
        validators.see_validator(connection, hotkey, now_ms)
        return context.sessions.open(connection, SessionKind.VALIDATOR, hotkey, "", now_ms)

    token = await context.database.write(write)
    runs = await context.database.read(read_runs)
    return api.ValidatorSession(
        session_token=token, session_seconds=SESSION_SECONDS, runs=tuple(run.spec for run in runs)
    )


@get(api.STEPS_PATH)
async def steps(
    context: Context, desk: ValidatorDesk, validator: Session, after: Cursor = -1, limit: Cursor = STEPS_LIMIT
) -> api.AuditableSteps:
    """Steps that this validator has still to decide on."""
    await desk.see(validator)
    wanted = max(1, min(limit, STEPS_LIMIT))
    found = await context.database.read(lambda c: draws.undecided_steps(c, validator.hotkey, after, wanted))
    return api.AuditableSteps(steps=found)


@post(api.DECISIONS_PATH, status_code=204)
async def decide(data: api.Decisions, context: Context, desk: ValidatorDesk, validator: Session) -> None:
    """Take a secret draw's outcome; miners hear at once what they may drop."""
    now_ms = context.clock()

    def write(connection: sa.Connection) -> None:
        concerned = draws.decide(connection, validator.hotkey, data.decisions, now_ms)
        desk.tell(connection, concerned | desk.released(connection, now_ms))

    await context.database.write(write)


@get(api.AUDITS_PATH)
async def ready_audits(context: Context, desk: ValidatorDesk, validator: Session) -> api.OpenAudits:
    """Audits that this validator drew and can judge now."""
    await desk.see(validator)

    def read(connection: sa.Connection) -> tuple[api.OpenAudit, ...]:
        rows = verdicts.ready_audits(connection, validator.hotkey, AUDITS_LIMIT)
        return tuple(open_audit(connection, row) for row in rows)

    return api.OpenAudits(audits=await context.database.read(read))


@post(api.VERDICTS_PATH, status_code=204)
async def give_verdicts(data: api.Verdicts, context: Context, validator: Session) -> None:
    """Take verdicts. Evidence of what passed goes; the rest stays for the miner to check the verdict against."""
    now_ms = context.clock()

    def write(connection: sa.Connection) -> list[api.Verdict]:
        def is_first(verdict: api.Verdict) -> bool:
            return verdicts.give_verdict(connection, context.events, validator.hotkey, verdict, now_ms)

        return [verdict for verdict in data.verdicts if is_first(verdict)]

    # The first verdict on an audit stands: a later one must not take away what that can be checked against.
    for verdict in await context.database.write(write):
        if verdict.finding in verdicts.PASSING:
            await asyncio.to_thread(context.store.delete_prefix, f"audits/{verdict.audit_id}")


@post(EVIDENCE_PATH, status_code=204)
async def hand_over_evidence(data: EvidenceRequest, context: Context, miner: Session) -> None:
    """A miner has uploaded what an audit asked for, or says why it can't."""
    keys = handing_over.check_evidence(miner.node, data)
    missing = [key for key in keys if not await asyncio.to_thread(context.store.exists, key)]
    if missing:
        raise Refused(f"The evidence {missing[0]} is not in the store.", "Upload it, then hand over again.")
    await context.database.write(lambda c: handing_over.take_evidence(c, miner.node, data))


@get(api.DISPUTES_PATH)
async def open_disputes(context: Context, desk: ValidatorDesk, validator: Session) -> api.OpenDisputes:
    """Partitions of merges to be recomputed, those that a merge waits for first; none whose objects have gone."""
    await desk.see(validator)

    def read(connection: sa.Connection) -> tuple[api.OpenDispute, ...]:
        query = (
            sa.select(disputes)
            .join(merges, merges.c.merge_id == disputes.c.merge_id)
            .where(sa.or_(disputes.c.decided_unix_ms.is_(None), disputes.c.provisional), merges.c.collected.is_(False))
        )
        rows = connection.execute(query.order_by(disputes.c.sampled, disputes.c.dispute_id).limit(DISPUTES_LIMIT))
        return tuple(
            api.OpenDispute(
                dispute_id=row.dispute_id,
                merge_id=row.merge_id,
                run_id=row.run_id,
                base=from_json(row.base_json, StateHead),
                job=from_json(row.job_json, PartitionJob),
                claims=from_json(row.claims_json, dict[NodeId, str]),
            )
            for row in rows
        )

    return api.OpenDisputes(disputes=await context.database.read(read))


@post(api.DISPUTE_VERDICTS_PATH, status_code=204)
async def settle_disputes(data: api.DisputeVerdicts, context: Context, desk: ValidatorDesk, validator: Session) -> None:
    """Take the right hashes of disputed partitions."""
    for verdict in data.verdicts:
        await desk.court.dispute_decided(verdict.dispute_id, verdict.right_hash, verdict.state_key, validator.hotkey)


@get(api.EPOCH_PATH)
async def unscored_epochs(context: Context, validator: Session) -> api.EpochList:
    """Settled epochs that this validator has not scored."""
    found = await context.database.read(lambda c: epochs.unscored_epochs(c, validator.hotkey))
    return api.EpochList(epochs=found)


@post(api.SCORES_PATH, status_code=204)
async def post_scores(data: api.EpochScores, context: Context, validator: Session) -> None:
    """Take the scores of an epoch; the first stand."""
    now_ms = context.clock()
    await context.database.write(lambda c: epochs.take_scores(c, validator.hotkey, data, now_ms))


@post(api.VALIDATOR_GRANTS_PATH, status_code=200)
async def grants(data: StoreGrantsRequest, context: Context, validator: Session) -> StoreGrants:
    """Signed URLs: a validator reads everything and writes below `disputes/` only."""
    if len(data.wishes) > WISHES_LIMIT:
        raise TooLarge(f"At most {WISHES_LIMIT} wishes go into one request.")
    if not all(_may(wish) for wish in data.wishes):
        raise Refused("A validator writes recomputed states only.")
    expires_ms = context.clock() + int(context.settings.grant_seconds * 1000)
    urls = tuple(context.store.url(wish.method, wish.key, wish.size_bytes, expires_ms) for wish in data.wishes)
    return StoreGrants(urls=urls, expires_unix_ms=expires_ms)


def _may(wish: StoreWish) -> bool:
    return wish.method == "GET" or wish.key.startswith("disputes/")


def validator_router(desk: ValidatorDesk) -> Router:
    """All handlers of this room."""
    return Router(
        path="/",
        route_handlers=[
            register_validator, steps, decide, ready_audits, give_verdicts, hand_over_evidence,
            open_disputes, settle_disputes, unscored_epochs, post_scores, grants,
        ],
        dependencies={"desk": Provide(lambda: desk, sync_to_thread=False), "validator": Provide(require_validator)},
        signature_types=[ValidatorDesk],
        tags=["validators"],
    )  # fmt: skip
