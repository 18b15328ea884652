"""The rule that turns receipts into work: a backward pass counts when the miner that received its gradient says so.

A border between stage s − 1 and s of a microbatch is confirmed when miner d of stage s signed that it sent the
gradient with hash H upstream, and some miner of stage s − 1 signed that it got H from d. Who exactly got it does not
matter: after a death d hands the kept gradient to another peer, and its receipt still names the first. A pass at stage
s > 0 is matched by its border to s − 1, one at stage 0 by its border to stage 1, and in a run of one stage by itself.

A pass is (stage, microbatch, node), whatever leases or lives its receipts name: a microbatch enters a miner's weights
once, so however many receipts two miners sign for each other, a microbatch is worth at most one pass to each.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from protocol.keys import NodeId
from protocol.receipts import Direction, Receipt


class Pass(NamedTuple):
    """One backward pass of one microbatch through one miner's shard, in one run."""

    stage: int
    microbatch: int
    node: NodeId


class Border(NamedTuple):
    """A gradient that crossed into stage − 1: named alike by both sides, or not confirmed."""

    stage: int
    gradient_hash: str
    sender: NodeId
    tokens: int


@dataclass(frozen=True, slots=True)
class MatchedPass:
    """Work done: the receipt that is paid, and whose receipt confirmed it (None in a run of one stage)."""

    key: Pass
    receipt: Receipt
    confirmed_by: NodeId | None


@dataclass(slots=True)
class _Microbatch:
    sent: dict[Border, Receipt] = field(default_factory=dict)
    received: dict[Border, dict[NodeId, Receipt]] = field(default_factory=dict)
    matched: set[Pass] = field(default_factory=set)


class MatchIndex:
    """The receipts of one run seen so far, as far as later ones may confirm them. Rebuilt from the receipt table."""

    def __init__(self, stages: int) -> None:
        self.stages = stages
        self._microbatches: dict[int, _Microbatch] = {}

    def add(self, node: NodeId, receipt: Receipt) -> tuple[MatchedPass, ...]:
        """The passes that this receipt of `node` completes: its own, its peer's, both or none. Repeats give none."""
        if receipt.direction is not Direction.BACKWARD or not 0 <= receipt.stage < self.stages:
            return ()
        known = self._microbatches.setdefault(receipt.microbatch, _Microbatch())
        found = [MatchedPass(_pass(node, receipt), receipt, None)] if self.stages == 1 else []
        sent, received = sent_border(node, receipt), received_border(receipt, self.stages)
        if sent is not None:
            first = known.sent.setdefault(sent, receipt)
            for peer, peer_receipt in known.received.get(sent, {}).items():
                found += _confirmed(sent, first, peer, peer_receipt)
        if received is not None and received.sender != node:
            known.received.setdefault(received, {}).setdefault(node, receipt)
            if received in known.sent:
                found += _confirmed(received, known.sent[received], node, receipt)
        fresh = {one.key: one for one in found if one.key not in known.matched}
        known.matched.update(fresh)
        return tuple(fresh.values())

    def note_matched(self, keys: Iterable[Pass]) -> None:
        """Passes that the ledger holds already: known after a restart, so that no receipt matches them again."""
        for key in keys:
            self._microbatches.setdefault(key.microbatch, _Microbatch()).matched.add(key)

    def forget(self, microbatch: int) -> None:
        """Drop a microbatch of which no receipt can come any more."""
        self._microbatches.pop(microbatch, None)


def match(node: NodeId, receipt: Receipt, index: MatchIndex) -> tuple[MatchedPass, ...]:
    """Add a receipt to `index`; the passes newly matched by it."""
    return index.add(node, receipt)


def match_all(receipts: Iterable[tuple[NodeId, Receipt]], stages: int) -> frozenset[Pass]:
    """The passes that these receipts of one run make work, by the rule as it is worded; time grows with the square."""
    backward = [
        (node, one) for node, one in receipts if one.direction is Direction.BACKWARD and 0 <= one.stage < stages
    ]
    if stages == 1:
        return frozenset(_pass(node, receipt) for node, receipt in backward)
    matched: set[Pass] = set()
    for sender, sent in backward:
        border = sent_border(sender, sent)
        for receiver, received in backward:
            same_microbatch = sent.microbatch == received.microbatch
            if border and receiver != sender and same_microbatch and received_border(received, stages) == border:
                matched.add(_pass(sender, sent))
                if received.stage == 0:
                    matched.add(_pass(receiver, received))
    return frozenset(matched)


def sent_border(node: NodeId, receipt: Receipt) -> Border | None:
    """The border that `node` says it sent this pass's gradient over; None at the first stage."""
    if receipt.stage == 0 or receipt.upstream is None or not receipt.output_hash:
        return None
    return Border(receipt.stage, receipt.output_hash, node, receipt.tokens)


def received_border(receipt: Receipt, stages: int) -> Border | None:
    """The border that the receipt's signer says it got this pass's gradient over; None at the last stage."""
    if receipt.stage == stages - 1 or receipt.downstream is None or not receipt.input_hash:
        return None
    return Border(receipt.stage + 1, receipt.input_hash, receipt.downstream, receipt.tokens)


def _confirmed(border: Border, sent: Receipt, receiver: NodeId, received: Receipt) -> list[MatchedPass]:
    paid = [MatchedPass(_pass(border.sender, sent), sent, receiver)]
    if border.stage == 1:
        paid.append(MatchedPass(_pass(receiver, received), received, border.sender))
    return paid


def _pass(node: NodeId, receipt: Receipt) -> Pass:
    return Pass(receipt.stage, receipt.microbatch, node)
