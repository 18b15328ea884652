"""A validator's life: draw and decide at once, judge in turn, score epochs, set weights.

Three loops side by side, so that no long audit keeps miners from dropping what was not drawn, or anybody from being
paid; and within the judging loop each dispute and each audit fails for itself. Everything is asked anew
after a restart of either end, and everything said may be said twice; a kill at any moment costs a repetition.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import structlog
from torch import Tensor

from chain.keys import Keypair
from chain.network import Chain
from engine.shard.model import parameter_shapes
from protocol.errors import ProtocolError, Refused, Unavailable, UserFacingError, VersionMismatch
from protocol.hashes import check_hash
from protocol.merges import ObjectRef
from protocol.runs import RunSpec
from protocol.validator_api import DisputeVerdict, Finding, OpenAudit, OpenDispute, StepDecision, Verdict, dispute_key
from subnet.validator.client import MissingObject, SessionLost, ValidatorClient
from subnet.validator.disputes import DisputeFiles, recompute_partition
from subnet.validator.draw import AuditDraw
from subnet.validator.evidence import Evidence, packet_limits
from subnet.validator.judgement import Judgement, judge
from subnet.validator.run_tokens import fetch_tokens
from subnet.validator.state import StateFile
from subnet.validator.turns import Turns
from subnet.validator.weights import chain_weights, score_epoch
from swarm.run_problems import checked_run

_log = structlog.get_logger()
STEPS_AT_ONCE: Final = 500
POLL_SECONDS: Final = 0.5
LONGEST_WAIT_SECONDS: Final = 30.0
OBJECT_LIMIT_BYTES: Final = 8 * 1024**3


class Validator:
    """One process's work. `chain` and `key` are for weights; without a chain none are set."""

    def __init__(
        self, client: ValidatorClient, draw: AuditDraw, folder: Path, key: Keypair | None, chain: Chain | None
    ) -> None:
        self._client = client
        self._draw = draw
        self._folder = folder
        self._key = key
        self._chain = chain
        self._runs: dict[str, RunSpec] = {}
        self._tokens: dict[str, Callable[[int], Tensor]] = {}
        self._state: StateFile | None = None
        self._audit_turns, self._dispute_turns = Turns(), Turns()
        self._signing_in = asyncio.Lock()
        self._signed_in = False
        self.closing = asyncio.Event()

    async def run(self) -> None:
        """Until `closing` is set; raises VersionMismatch, which no retry can mend."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._repeat("draw", self.draw_steps))
            group.create_task(self._repeat("judge", self.judge_all))
            group.create_task(self._repeat("score", self.score_epochs))

    async def _repeat(self, name: str, work: Callable[[], Awaitable[bool]]) -> None:
        """Again and again; at once while `work` says that there is more."""
        failures = 0
        while not self.closing.is_set():
            more = False
            try:
                await self._sign_in()
                more = await work()
                failures = 0
            except VersionMismatch:
                self.closing.set()
                raise
            except SessionLost:
                self._signed_in = False
            except UserFacingError as error:
                failures += 1
                _log.warning("validator_trouble", loop=name, code=error.code, title=error.title)
            except Exception:  # noqa: BLE001 - per-message loop: one bad answer must not end the validator
                failures += 1
                _log.exception("validator_failed", loop=name)
            if not more:
                await self._pause(min(LONGEST_WAIT_SECONDS, POLL_SECONDS * 2 ** min(failures, 6)))

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.closing.wait()
        except TimeoutError:
            pass

    async def _sign_in(self) -> None:
        async with self._signing_in:
            if self._signed_in:
                return
            hello, session = await self._client.register()
            self._runs = {run.run_id: run for run in session.runs}
            self._state = StateFile(self._folder, hello.address)
            self._signed_in = True
            _log.info("validator_registered", network=hello.network, runs=len(self._runs))

    # ── the draw ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def draw_steps(self) -> bool:
        """Decide on what has become auditable; whether there may be more."""
        assert self._state is not None
        steps = await self._client.steps(self._state.cursor, STEPS_AT_ONCE)
        if not steps:
            return False
        # A version that no pass was made on (one that a merge replaced at once, say) leaves nothing to recompute.
        decisions = tuple(
            StepDecision(step.node, step.step, step.passes > 0 and self._draw.audits(step.node, step.step))
            for step in steps
        )
        await self._client.decide(decisions)
        self._state.drew_through(max(step.cursor for step in steps))
        return len(steps) == STEPS_AT_ONCE

    # ── judging ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def judge_all(self) -> bool:
        """Whatever is ready: disputes first, since a merge may wait for one. Whether there may be more."""
        disputes = await self._client.disputes()
        done = [
            await self._settle_in_turn(dispute)
            for dispute in self._dispute_turns.in_order(disputes, lambda one: one.dispute_id, time.monotonic())
        ]
        audits = await self._client.audits()
        done += [
            await self._judge_in_turn(audit)
            for audit in self._audit_turns.in_order(audits, lambda one: one.audit_id, time.monotonic())
        ]
        return any(done)

    async def _settle_in_turn(self, dispute: OpenDispute) -> bool:
        """Whether it came to an end; one that fails waits behind the others."""
        try:
            return await self._settle(dispute)
        except (SessionLost, Unavailable):
            self._dispute_turns.failed(dispute.dispute_id, time.monotonic())
            raise
        except Exception:  # noqa: BLE001 - per-item loop: one dispute must not keep the others waiting
            self._dispute_turns.failed(dispute.dispute_id, time.monotonic())
            _log.exception("dispute_failed", dispute=dispute.dispute_id)
            return False

    async def _judge_in_turn(self, audit: OpenAudit) -> bool:
        """Whether it has its verdict. One that fails waits behind the others, and is excused in the end: whatever its
        miner did wrong has a verdict, so the fault is this side's."""
        try:
            await self._judge(audit)
        except (SessionLost, Unavailable):
            self._audit_turns.failed(audit.audit_id, time.monotonic())
            raise
        except Exception:  # noqa: BLE001 - per-item loop: one audit must not keep the others waiting
            _log.exception("audit_failed", audit=audit.audit_id, node=audit.node, step=audit.step.step)
            if not self._audit_turns.failed(audit.audit_id, time.monotonic()):
                return False
            return await self._excuse(audit)
        return True

    async def _excuse(self, audit: OpenAudit) -> bool:
        try:
            await self._client.give_verdict(_inconclusive(audit, "The validator could not recompute this step."))
        except (Refused, ProtocolError) as error:
            _log.warning("excuse_refused", audit=audit.audit_id, title=error.title)
            return False
        return True

    async def _judge(self, audit: OpenAudit) -> None:
        assert self._state is not None
        run = self._run(audit.run_id)
        try:
            evidence = None if audit.missing is not None else await self._fetch_evidence(run, audit)
            tokens_of = await self._tokens_of(run)
        except MissingObject as error:
            # The orchestrator saw it when the miner handed over, so it was lost on this side.
            await self._client.give_verdict(_inconclusive(audit, error.title))
            return
        direction = self._state.direction(audit.node)
        judgement: Judgement = await asyncio.to_thread(judge, run, audit, evidence, tokens_of, direction)
        await self._client.give_verdict(judgement.verdict)
        if judgement.direction != direction:
            self._state.moved(audit.node, judgement.direction)
        _log.info(
            "verdict",
            audit=audit.audit_id,
            hotkey=audit.hotkey,
            step=audit.step.step,
            finding=judgement.verdict.finding,
        )

    def _run(self, run_id: str) -> RunSpec:
        """Raises SessionLost for a run that was opened since: signing in again tells of it. Raises MalformedMessage for
        one that can't be trained, or is out of all proportion: nothing of it is recomputed."""
        if run_id not in self._runs:
            raise SessionLost("A run was opened since this validator signed in.")
        return checked_run(self._runs[run_id], 0)

    async def _tokens_of(self, run: RunSpec) -> Callable[[int], Tensor]:
        if run.run_id not in self._tokens:
            self._tokens[run.run_id] = await fetch_tokens(run, self._client, self._folder)
        return self._tokens[run.run_id]

    async def _fetch_evidence(self, run: RunSpec, audit: OpenAudit) -> Evidence:
        shapes = parameter_shapes(run.model, run.stages, audit.stage)
        weights_bytes = 4 * sum(_numbers(shape) for shape in shapes.values())
        limits = dict.fromkeys(filter(None, (audit.weights_key, audit.next_weights_key)), weights_bytes)
        found = await self._client.get_objects(limits | packet_limits(run, audit))
        return Evidence(
            weights=found.get(audit.weights_key or "", b""),
            next_weights=None if audit.next_weights_key is None else found[audit.next_weights_key],
            packets=found,
        )

    # ── merges ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _settle(self, dispute: OpenDispute) -> bool:
        """False if there is nothing to go by yet."""
        run, job, base = self._run(dispute.run_id), dispute.job, dispute.base
        if job.coefficients is None:
            return False
        try:
            files = DisputeFiles(
                codes=tuple([await self._get_ref(upload.codes) for upload in job.uploads]),
                coefficients=await self._get_ref(job.coefficients),
            )
        except MissingObject as error:
            _log.warning("dispute_unsettled", dispute=dispute.dispute_id, title=error.title)
            return False
        right = await asyncio.to_thread(recompute_partition, run, base, job, files)
        key = None
        if not right.is_claimed(dispute):
            key = dispute_key(dispute.dispute_id, "state")
            await self._client.put_object(key, right.data)
        verdict = DisputeVerdict(dispute_id=dispute.dispute_id, right_hash=right.hash, state_key=key)
        await self._client.settle_dispute(verdict)
        _log.info("dispute_settled", dispute=dispute.dispute_id, claimed=key is None)
        return True

    async def _get_ref(self, ref: ObjectRef) -> bytes:
        return await self._get(ref.key, ref.hash)

    async def _get(self, key: str, expected_hash: str) -> bytes:
        data = await self._client.get_object(key, OBJECT_LIMIT_BYTES)
        check_hash(data, expected_hash, f"The object {key}")
        return data

    # ── scores ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def score_epochs(self) -> bool:
        """Weights before scores: an epoch that has its scores is not listed again. Whether there were any."""
        scored = [(epoch, score_epoch(epoch)) for epoch in await self._client.closed_epochs()]
        if not scored:
            return False
        await self._set_weights(chain_weights(scored))
        for _, scores in scored:
            await self._client.post_scores(scores)
        return True

    async def _set_weights(self, weights: dict[str, float]) -> None:
        if self._chain is None or self._key is None or not weights:
            return
        try:
            await self._chain.set_weights(self._key, weights)
        except Refused as error:
            # Not staked or too soon after the last time: the ledger's split does not depend on it.
            _log.warning("weights_refused", title=error.title)
        except Unavailable as error:
            _log.warning("chain_unavailable", title=error.title)


def _inconclusive(audit: OpenAudit, reason: str) -> Verdict:
    return Verdict(audit_id=audit.audit_id, finding=Finding.INCONCLUSIVE, explanation=reason)


def _numbers(shape: tuple[int, ...]) -> int:
    product = 1
    for size in shape:
        product *= size
    return product
