"""One bad audit, dispute or epoch keeps a validator from nothing else."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.errors import Refused
from protocol.hashes import hash_bytes
from protocol.merges import ObjectRef, PartitionJob, StateHead
from protocol.packets import Section, decode_packet, encode_packet
from protocol.receipts import Direction as Way
from protocol.validator_api import EpochCredits, Finding, OpenAudit, OpenDispute, Verdict
from subnet.validator.client import TooLarge
from subnet.validator.draw import AuditDraw
from subnet.validator.evidence import Evidence, packet_limit_bytes, packet_limits
from subnet.validator.judgement import Direction, judge
from subnet.validator.rehearsal import Pipeline, make_run, tokens_of
from subnet.validator.state import StateFile
from subnet.validator.turns import FIRST_WAIT_SECONDS, GIVEN_UP_AFTER, LONGEST_WAIT_SECONDS, Turns
from subnet.validator.validator import Validator

torch.set_num_threads(1)
RUN = make_run(2, 40, 2)


def audits_of(pipeline: Pipeline, steps: int, stage: int = 1) -> list[tuple[OpenAudit, Evidence]]:
    found = [(audit, evidence) for at, audit, evidence in pipeline.audits(steps) if at == stage]
    return [
        (msgspec.structs.replace(audit, audit_id=number), evidence)
        for number, (audit, evidence) in enumerate(found, start=1)
    ]


def signed_anew(pipeline: Pipeline, audit: OpenAudit, evidence: Evidence, sections: Callable[[int], Any]) -> Evidence:
    """The same bytes, which the receipts name, under headers that the miner made when it was asked for them."""
    key = next(stage.key for stage in pipeline.stages if stage.key.node_id == audit.node)
    packets = dict(evidence.packets)
    for ref in audit.packets:
        if ref.sent_key:
            packet = decode_packet(packets[ref.sent_key])
            header = msgspec.structs.replace(packet.header, sections=sections(len(packet.payload)))
            packets[ref.sent_key] = encode_packet(key, header, packet.payload)
    return replace(evidence, packets=packets)


@pytest.mark.parametrize("names", [("codes",), ("scales",), ("tokens",), ("codes", "tokens"), ("tokens", "codes")])
def test_a_packet_whose_header_was_signed_anew_is_its_miners_fault(names: tuple[str, ...]) -> None:
    pipeline = Pipeline(RUN)
    audit, evidence = audits_of(pipeline, 1)[0]

    def sections(payload: int) -> tuple[Section, ...]:
        sizes = [payload - (len(names) - 1), *([1] * (len(names) - 1))]
        return tuple(Section(name, "u8", (size,)) for name, size in zip(names, sizes, strict=False))  # type: ignore[arg-type]

    verdict = judge(
        RUN, audit, signed_anew(pipeline, audit, evidence, sections), partial(tokens_of, RUN), Direction()
    ).verdict
    assert verdict.finding in {Finding.TOKENS, Finding.PACKET_HASH, Finding.FORWARD}


@dataclass
class Network:
    """What a validator's client tells and takes, without a network."""

    audits_open: dict[int, OpenAudit] = field(default_factory=dict)
    evidence: dict[int, Evidence] = field(default_factory=dict)
    disputes_open: tuple[OpenDispute, ...] = ()
    epochs: tuple[EpochCredits, ...] = ()
    verdicts: list[Verdict] = field(default_factory=list)
    scored: list[int] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)
    refusing: set[int] = field(default_factory=set)

    async def disputes(self) -> tuple[OpenDispute, ...]:
        return self.disputes_open

    async def audits(self) -> tuple[OpenAudit, ...]:
        return tuple(self.audits_open.values())

    async def get_object(self, key: str, _limit_bytes: int) -> bytes:
        raise TooLarge(f"The object {key} is larger than it may be.")

    async def get_objects(self, limits: dict[str, int]) -> dict[str, bytes]:
        number = next(int(key.split("/")[0]) for key in limits)
        if number in self.broken:
            raise ZeroDivisionError("a fault of our own")
        evidence = self.evidence[number]
        weights = {f"{number}/w": evidence.weights, f"{number}/n": evidence.next_weights or b""}
        return {key: weights.get(key) or evidence.packets[key.split("/", 1)[1]] for key in limits}

    async def give_verdict(self, verdict: Verdict) -> None:
        if verdict.audit_id in self.refusing:
            raise Refused("This audit is another validator's.")
        self.verdicts.append(verdict)
        del self.audits_open[verdict.audit_id]

    async def closed_epochs(self) -> tuple[EpochCredits, ...]:
        return tuple(epoch for epoch in self.epochs if epoch.epoch not in self.scored)

    async def post_scores(self, scores: Any) -> None:
        self.scored.append(scores.epoch)

    def add(self, audit: OpenAudit, evidence: Evidence) -> None:
        number = audit.audit_id
        packets = tuple(
            msgspec.structs.replace(
                ref,
                received_key=ref.received_key and f"{number}/{ref.received_key}",
                sent_key=ref.sent_key and f"{number}/{ref.sent_key}",
            )
            for ref in audit.packets
        )
        self.audits_open[number] = msgspec.structs.replace(
            audit, weights_key=f"{number}/w", next_weights_key=f"{number}/n", packets=packets
        )
        self.evidence[number] = evidence


def broken_dispute() -> OpenDispute:
    """One whose coefficients are longer than they may be."""
    job = PartitionJob(partition=0, uploads=(), coefficients=ObjectRef("coefficients", hash_bytes(b""), 1))
    base = StateHead(stage=0, fragment=0, version=0)
    return OpenDispute(dispute_id=1, merge_id=1, run_id="tiny", base=base, job=job, claims={})


def signed_in(network: Network, folder: Path) -> Validator:
    validator = Validator(network, AuditDraw(b"x" * 32, 1.0), folder, None, None)  # type: ignore[arg-type]
    validator._signed_in = True
    validator._runs = {RUN.run_id: RUN}
    validator._tokens = {RUN.run_id: partial(tokens_of, RUN)}
    validator._state = StateFile(folder, "network")
    return validator


async def test_a_poisoned_audit_is_judged_and_those_behind_it_too(tmp_path: Path) -> None:
    pipeline, network = Pipeline(RUN), Network()
    (poisoned, evidence), honest = audits_of(pipeline, 2)
    network.add(poisoned, signed_anew(pipeline, poisoned, evidence, lambda size: (Section("codes", "u8", (size,)),)))
    network.add(*honest)
    assert await signed_in(network, tmp_path).judge_all()
    assert [(one.audit_id, one.finding) for one in network.verdicts] == [(1, Finding.TOKENS), (2, Finding.HONEST)]


async def test_a_run_out_of_all_proportion_is_not_recomputed(tmp_path: Path) -> None:
    network = Network()
    network.add(*audits_of(Pipeline(RUN), 1)[0])
    validator = signed_in(network, tmp_path)
    huge = msgspec.structs.replace(RUN, model=msgspec.structs.replace(RUN.model, layers=10**9))
    validator._runs = {RUN.run_id: huge}
    assert await validator.judge_all() is False
    assert not network.verdicts and 1 in network.audits_open


async def test_an_audit_that_fails_on_our_side_waits_behind_the_others_and_is_excused_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, now = Network(broken={1}), [0.0]
    monkeypatch.setattr("subnet.validator.validator.time.monotonic", lambda: now[0])
    for audit, evidence in audits_of(Pipeline(RUN), 2):
        network.add(audit, evidence)
    validator = signed_in(network, tmp_path)
    assert await validator.judge_all()
    assert [one.audit_id for one in network.verdicts] == [2]
    for _ in range(GIVEN_UP_AFTER):
        assert 1 in network.audits_open
        now[0] += LONGEST_WAIT_SECONDS
        await validator.judge_all()
        if 1 not in network.audits_open:
            break
    assert network.verdicts[-1].audit_id == 1
    assert network.verdicts[-1].finding is Finding.INCONCLUSIVE


async def test_an_audit_whose_excuse_is_refused_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, now = Network(broken={1}, refusing={1}), [0.0]
    monkeypatch.setattr("subnet.validator.validator.time.monotonic", lambda: now[0])
    (first, evidence), second = audits_of(Pipeline(RUN), 2)
    network.add(first, evidence)
    validator = signed_in(network, tmp_path)
    for _ in range(GIVEN_UP_AFTER + 2):
        assert not await validator.judge_all()
        now[0] += LONGEST_WAIT_SECONDS
    network.add(*second)
    assert await validator.judge_all()
    assert [one.audit_id for one in network.verdicts] == [2]


async def test_a_dispute_that_cannot_be_recomputed_keeps_no_audit_waiting(tmp_path: Path) -> None:
    network = Network()
    network.disputes_open = (broken_dispute(),)
    for audit, evidence in audits_of(Pipeline(RUN), 1):
        network.add(audit, evidence)
    assert await signed_in(network, tmp_path).judge_all()
    assert [one.finding for one in network.verdicts] == [Finding.HONEST]


async def test_epochs_are_scored_while_no_audit_can_be_judged(tmp_path: Path) -> None:
    epoch = EpochCredits(run_id="tiny", epoch=3, credit={"5A": 1.0}, marked_down=(), pool_hotkey="pool")
    network = Network(broken={1}, epochs=(epoch,))
    ((audit, evidence),) = audits_of(Pipeline(RUN), 1)
    network.add(audit, evidence)
    network.disputes_open = (broken_dispute(),)
    validator = signed_in(network, tmp_path)
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        group.create_task(validator._repeat("judge", validator.judge_all))
        group.create_task(validator._repeat("score", validator.score_epochs))
        while not network.scored:
            await asyncio.sleep(0.01)
        validator.closing.set()
    assert network.scored == [3]
    assert network.verdicts == []


def test_only_packets_that_were_signed_for_are_fetched_and_none_longer_than_the_run_makes_them() -> None:
    audit, evidence = audits_of(Pipeline(RUN), 1)[0]
    honest = packet_limits(RUN, audit)
    named = {key for ref in audit.packets for key in (ref.received_key, ref.sent_key) if key}
    assert set(honest) == named
    assert all(len(evidence.packets[key]) <= limit for key, limit in honest.items())
    assert packet_limit_bytes(RUN) < 2**20
    more = tuple(
        msgspec.structs.replace(audit.packets[0], received_key=f"more/{number}/in", sent_key=f"more/{number}/out")
        for number in range(10_000)
    )
    elsewhere = tuple(msgspec.structs.replace(one, microbatch=39) for one in more)
    swollen = msgspec.structs.replace(audit, packets=(*audit.packets, *more, *elsewhere))
    assert packet_limits(RUN, swollen) == honest
    assert {ref.direction for ref in audit.packets} == {Way.FORWARD.value, Way.BACKWARD.value}


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 5), max_size=30), st.integers(0, 5))
def test_whoever_failed_waits_and_comes_after_whoever_did_not(failures: list[int], extra: int) -> None:
    turns, items = Turns(), list(range(6))
    for one in failures:
        turns.failed(one, 0.0)
    assert turns.in_order(items, lambda one: one, FIRST_WAIT_SECONDS / 2) == [
        one for one in items if one not in failures
    ]
    later = turns.in_order(items, lambda one: one, LONGEST_WAIT_SECONDS)
    counts = [failures.count(one) for one in later]
    assert counts == sorted(counts)
    assert sorted(later) == items
    assert turns.failed(extra, 0.0) == (failures.count(extra) + 1 >= GIVEN_UP_AFTER)
    turns.in_order([], lambda one: one, 0.0)
    assert turns.in_order(items, lambda one: one, 0.0) == items
