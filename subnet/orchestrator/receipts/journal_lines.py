"""Checks of arrived journal lines that need no database: signatures, numbers, places. Slow ones run in a thread."""

from itertools import pairwise
from math import isfinite
from typing import Final

import msgspec

from protocol.bounds import LOSS_LIMIT, NUMBER_LIMIT
from protocol.errors import MalformedMessage
from protocol.hashes import HASH_DIGITS
from protocol.keys import NodeId, is_node_id
from protocol.orchestrator_api import ReceiptBatch
from protocol.receipts import JournalEntry, Line, Receipt, StepCommitment, StepId, check_entry
from subnet.orchestrator.web.refusals import TooLarge

BATCH_LIMIT: Final = 2000


class CheckedLine(msgspec.Struct, frozen=True):
    """An entry whose signature holds and whose numbers are numbers."""

    entry: JournalEntry
    line: Line


def check_order(batch: ReceiptBatch) -> None:
    """Raises TooLarge or MalformedMessage unless the entries follow one another without a gap."""
    if len(batch.entries) > BATCH_LIMIT:
        raise TooLarge(f"A batch of {len(batch.entries)} receipts arrived; the limit is {BATCH_LIMIT}.")
    if any(later.sequence != entry.sequence + 1 for entry, later in pairwise(batch.entries)):
        raise MalformedMessage("A batch of receipts has gaps.", "Send the journal in order.")
    if batch.entries and not 0 <= batch.entries[0].sequence <= NUMBER_LIMIT:
        raise MalformedMessage("A receipt's place in the journal is impossible.")


def check_lines(node: NodeId, entries: tuple[JournalEntry, ...]) -> list[CheckedLine]:
    """All entries, read; raises AuthenticationError or MalformedMessage at the first that is not as it should be."""
    checked = []
    for entry in entries:
        line = check_entry(node, entry)
        match line:
            case Receipt():
                _check_receipt(line)
            case StepCommitment():
                _check_commitment(line)
        checked.append(CheckedLine(entry, line))
    return checked


def _check_receipt(receipt: Receipt) -> None:
    _check_counts(receipt.stage, receipt.microbatch, receipt.lease_id, receipt.tokens, receipt.finished_at_unix_ms)
    _check_step(receipt.step)
    _check_finite(receipt.duration_ms)
    if receipt.duration_ms < 0:
        raise MalformedMessage("A receipt's pass took less than no time.")
    if receipt.loss_sum is not None:
        _check_loss(receipt.loss_sum, receipt.tokens)
    for text in (receipt.input_hash, receipt.output_hash):
        if text and not _is_hash(text):
            raise MalformedMessage("A receipt names a hash that is none.")
    for node in (receipt.upstream, receipt.downstream):
        if node is not None and not is_node_id(node):
            raise MalformedMessage("A receipt names a node that is none.")


def _check_commitment(commitment: StepCommitment) -> None:
    _check_counts(commitment.stage, commitment.merge_id or 0, *commitment.microbatches)
    _check_step(commitment.step)
    _check_finite(commitment.learning_rate)
    _check_finite(commitment.clip_scale)
    if not _is_hash(commitment.weights_hash):
        raise MalformedMessage("A step commits to a hash that is none.")


def _check_counts(*numbers: int) -> None:
    if any(not 0 <= number <= NUMBER_LIMIT for number in numbers):
        raise MalformedMessage("A journal line holds an impossible number.")


def _check_step(step: StepId) -> None:
    _check_counts(step.life, step.step)


def _check_finite(number: float) -> None:
    if not isfinite(number):
        raise MalformedMessage("A journal line holds a number that is not finite.", "Training has diverged.")


def _check_loss(loss_sum: float, tokens: int) -> None:
    _check_finite(loss_sum)
    if not 0.0 <= loss_sum <= LOSS_LIMIT * tokens:
        raise MalformedMessage("A receipt tells of a loss that no model has.", "Training has diverged.")


def _is_hash(text: str) -> bool:
    return len(text) == HASH_DIGITS and all(digit in "0123456789abcdef" for digit in text)
