"""A whole network on this computer, and kill -9 of each kind of its processes in turn while it trains.

Three stages of two miners, orchestrator and validator, over the real protocol. Afterwards the books are held against
the journals: nothing acknowledged is lost, nothing counts twice, nothing else counts at all.
"""

import json
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.disk.journal import read_journal
from engine.disk.state_folder import StateFolder
from protocol.public_api import RunStatus
from protocol.receipts import Direction, JournalEntry, Line, Receipt
from protocol.wire import from_msgpack
from subnet.local.network import LocalNetwork
from subnet.local.options import LocalOptions
from subnet.local.report import build_report, read_books
from swarm.matching import Claim, Lease, may_claim, settle
from tests.end_to_end.watching import node_of, rows, until

TOKENS = 12 * 64 * 320
LOST_WORK_SECONDS = 5.0
LEFT_BEHIND_NATS = 0.35
FEW_LOSSES = 5


@dataclass(frozen=True)
class Kill:
    """When a miner was killed, by the clock that receipts carry."""

    node: str
    unix_ms: int


def journal_of(network: LocalNetwork, number: int) -> list[JournalEntry]:
    return read_journal(StateFolder(network.miner_folder(number) / "engine").journal_file)


async def until_trained(network: LocalNetwork, share: float) -> RunStatus:
    return await until(
        network, lambda status: status.tokens_done >= share * status.tokens_total, f"{share:.0%} trained"
    )


async def kill_everything_in_turn(network: LocalNetwork) -> list[Kill]:
    """A miner of each stage, the orchestrator, the validator, each while tokens flow."""
    kills = []
    for share, victim in ((0.1, 0), (0.25, 2), (0.4, "orchestrator"), (0.5, 4), (0.6, "validator"), (0.7, 1)):
        await until_trained(network, share)
        if isinstance(victim, str):
            network.kill(victim)
        else:
            kills.append(Kill(node_of(network, victim), time.time_ns() // 1_000_000))
            network.miners[victim].kill()
    return kills


@pytest.mark.timeout(600)
async def test_no_kill_loses_a_credit_or_counts_one_twice(tmp_path: Path) -> None:
    options = LocalOptions(
        folder=tmp_path, preset="local", stages=3, miners_per_stage=2, tokens=TOKENS, local_steps=20, audit_share=0.05
    )
    network = LocalNetwork(options)
    try:
        await network.start()
        kills = await kill_everything_in_turn(network)
        status = await until(network, lambda status: status.phase == "finished", "the end of the run")
    finally:
        await network.stop()
    check_receipts_against_journals(network)
    check_ledger_against_receipts(network)
    check_that_kills_cost_little(network, kills)
    check_what_was_learned(network, status)


def check_receipts_against_journals(network: LocalNetwork) -> None:
    """Every acknowledged journal line stands exactly once in the table, and every row comes from some journal."""
    stored = rows(network, "SELECT node, sequence, body FROM receipts")
    table = {(node, sequence): body for node, sequence, body in stored}
    assert len(stored) == len(table)
    acknowledged = dict(rows(network, "SELECT node, acknowledged_sequence FROM miners"))
    written = {}
    for number in range(len(network.miners)):
        node = node_of(network, number)
        for entry in journal_of(network, number):
            written[node, entry.sequence] = entry.body
            if entry.sequence <= acknowledged[node]:
                assert table.get((node, entry.sequence)) == entry.body
    assert set(table) <= set(written)
    assert len(table) > 1000


def check_ledger_against_receipts(network: LocalNetwork) -> None:
    """Every stage that a whole chain of receipts leads to has exactly one ledger entry for the microbatch, of a miner
    of such a chain, and no other work has one."""
    assert network.run is not None
    ledger = rows(network, "SELECT microbatch, stage, node FROM work")
    by_place = {(microbatch, stage): node for microbatch, stage, node in ledger}
    assert len(by_place) == len(ledger)
    by_microbatch = claims_by_microbatch(network)
    places = set()
    for microbatch, claims in by_microbatch.items():
        earned = {one.claim.stage for one in settle(claims, len(network.run.stages), {}).credited}
        places |= {(microbatch, stage) for stage in earned}
        for stage in earned:
            node = by_place.get((microbatch, stage))
            assert node in {claim.node for claim in claims if claim.stage == stage}, (microbatch, stage, node)
    assert set(by_place) == places
    receipts = rows(network, "SELECT count(DISTINCT microbatch) FROM receipts WHERE direction = 'backward'")
    assert len(by_place) >= 0.99 * len(network.run.stages) * receipts[0][0]


def claims_by_microbatch(network: LocalNetwork) -> dict[int, list[Claim]]:
    """All that the receipts claim, from the receipts, leases and commitments."""
    leases = {
        lease_id: Lease(node, tuple((start, end) for start, end in json.loads(granted)))
        for lease_id, node, granted in rows(
            network, "SELECT lease_id, node, granted_json FROM leases WHERE purpose = 'train'"
        )
    }
    committed = set(rows(network, "SELECT node, step_life, step FROM step_commitments"))
    found: dict[int, list[Claim]] = {}
    went_forward = set()
    stored = rows(network, "SELECT node, sequence, body FROM receipts WHERE kind = 'receipt' ORDER BY node, sequence")
    for node, sequence, body in stored:
        line = from_msgpack(body, Line)
        assert isinstance(line, Receipt)
        if line.direction is Direction.FORWARD:
            went_forward.add((node, line.microbatch, line.step))
        if line.direction is not Direction.BACKWARD or (node, line.microbatch, line.step) not in went_forward:
            continue
        if may_claim(node, line.stage, line.microbatch, leases.get(line.lease_id)):
            found.setdefault(line.microbatch, []).append(
                Claim(
                    node=node,
                    stage=line.stage,
                    lease_id=line.lease_id,
                    step=line.step,
                    sequence=sequence,
                    tokens=line.tokens,
                    sent_hash=line.output_hash,
                    received_hash=line.input_hash,
                    downstream=line.downstream,
                    is_leased=line.stage == 0,
                    is_committed=(node, line.step.life, line.step.step) in committed,
                )
            )
    return found


def check_that_kills_cost_little(network: LocalNetwork, kills: list[Kill]) -> None:
    """A pass that the stage before says it got a gradient of was done; where its own receipt is missing, it was done
    in the last five seconds before the kill."""
    for kill in kills:
        missing = rows(
            network,
            "SELECT finished_at_unix_ms FROM receipts AS told WHERE direction = 'backward'"
            f" AND downstream = '{kill.node}' AND finished_at_unix_ms <= {kill.unix_ms}"
            " AND NOT EXISTS (SELECT 1 FROM receipts AS own WHERE own.direction = 'backward'"
            f" AND own.node = '{kill.node}' AND own.microbatch = told.microbatch)",
        )
        assert all(kill.unix_ms - finished_ms <= LOST_WORK_SECONDS * 1000 for (finished_ms,) in missing)


def check_what_was_learned(network: LocalNetwork, status: RunStatus) -> None:
    """The loss went on falling, all tokens were trained, few of them twice, and the books balance."""
    assert network.run is not None
    books = read_books(network.orchestrator_folder / "orchestrator.sqlite", network.run.run_id)
    records = [miner.record for miner in network.miners]
    report = build_report(network.run, "local", status, books, records, 1.0)
    assert report.books_balance
    assert report.not_trained == ()
    assert report.trained_twice_share < 0.05
    assert report.held_out_before is not None
    assert report.held_out_after is not None
    assert report.held_out_after < report.held_out_before - 1.5
    check_that_the_loss_went_on_falling(network)
    check_that_nobody_was_left_behind(network)
    assert sum(record.starts for record in records) == len(records) + 4
    assert all(verdict.finding in ("honest", "inconclusive") for verdict in status.verdicts)


def check_that_the_loss_went_on_falling(network: LocalNetwork) -> None:
    """By order of training, not of arrival: the medians of the run's quarters fall one after the other. A median, since
    a microbatch on its way past a miner that has just come back says little of the rest."""
    losses = [loss for _unix_ms, _node, loss in training_losses(network)]
    quarter = len(losses) // 4
    medians = [statistics.median(losses[number * quarter : (number + 1) * quarter]) for number in range(4)]
    assert medians == sorted(medians, reverse=True), medians


def check_that_nobody_was_left_behind(network: LocalNetwork) -> None:
    """In the last quarter, on the same kind of text, no last-stage miner is far worse than the other: one that begins
    from a state that the others left long ago is a nat or more behind."""
    told = training_losses(network)
    late = told[-(len(told) // 4) :]
    by_node = {node: [loss for _, one, loss in late if one == node] for node in {node for _, node, _ in late}}
    means = [statistics.fmean(losses) for losses in by_node.values() if len(losses) >= FEW_LOSSES]
    assert max(means) - min(means) < LEFT_BEHIND_NATS, means


def training_losses(network: LocalNetwork) -> list[tuple[int, str, float]]:
    """(when, last-stage node, loss) of every forward pass that had one, in order of time."""
    found = []
    for node, body in rows(network, "SELECT node, body FROM receipts WHERE kind = 'receipt'"):
        line = from_msgpack(body, Line)
        assert isinstance(line, Receipt)
        if line.direction is Direction.FORWARD and line.loss_sum is not None:
            found.append((line.finished_at_unix_ms, node, line.loss_sum / line.tokens))
    return sorted(found)
