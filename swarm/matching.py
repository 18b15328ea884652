"""The rule that turns receipts into work: whose backward passes of one microbatch are paid.

Every backward receipt that may earn is a claim. Claims hang together in chains, from the first stage on:

    stage 0      signed under a lease of its own that covers the microbatch
      │            got the gradient with hash H from d
    stage 1      d: sent the gradient with hash H
      │            got the gradient with hash H' from e
    stage 2      e: sent the gradient with hash H'

A border is confirmed when both sides name the same sender, hash and tokens. Who exactly got it does not matter: after
a death d hands the kept gradient to another peer, and its receipt still names the first. A pass counts when confirmed
borders lead to it from a leased first stage; one at stage 0 when its own border is confirmed; in a run of one stage
by its lease. A claim whose version its miner did not commit to can't be audited, and is nothing.

Of one microbatch each stage is paid once, to the first whose chain is whole: who trained it again after a lost lease,
or says so, is surplus. Claims may arrive in any order: which stages are paid in the end does not depend on it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from protocol.keys import NodeId
from protocol.receipts import StepId
from swarm.ranges import Ranges, contains


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One backward receipt that may earn, and what is known of it."""

    node: NodeId
    stage: int
    lease_id: int
    step: StepId
    sequence: int
    """Its place in the node's journal."""
    tokens: int
    sent_hash: str
    """Of the gradient that went upstream; empty at the first stage."""
    received_hash: str
    """Of the gradient that came; empty at the last stage."""
    downstream: NodeId | None
    is_leased: bool
    """A first stage's: the lease it names was its own and had the microbatch."""
    is_committed: bool
    """The version it names was committed to."""
    owners: frozenset[str] = frozenset()
    """The addresses behind the node: hotkey, payout coldkey."""


@dataclass(frozen=True, slots=True)
class Lease:
    """What was granted, whatever has become of it since."""

    holder: NodeId
    granted: Ranges


@dataclass(frozen=True, slots=True)
class CreditedPass:
    """Work done. `within_owner`: nobody but miners of its own owner confirms it."""

    claim: Claim
    within_owner: bool


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the claims of one microbatch come to. `surplus` hangs together too, but its stages were paid to others."""

    credited: tuple[CreditedPass, ...]
    surplus: tuple[Claim, ...]


def may_claim(node: NodeId, stage: int, microbatch: int, lease: Lease | None) -> bool:
    """Whether a backward receipt that names `lease` may earn: somebody was to train the microbatch under it, and at the
    first stage that was the signer."""
    return lease is not None and contains(lease.granted, microbatch) and (stage > 0 or lease.holder == node)


def settle(claims: Iterable[Claim], stages: int, paid: Mapping[int, NodeId]) -> Settlement:
    """Who is paid now for one microbatch, given all claims to it and the stages that were paid before."""
    confirmed = _confirmed(claims, stages)
    credited: list[CreditedPass] = []
    surplus: list[Claim] = []
    before: NodeId | None = None
    for stage in range(stages):
        found = confirmed[stage]
        winner = paid.get(stage)
        if winner is None and found:
            claim = min(found, key=lambda one: _rank(one, found[one], before))
            credited.append(CreditedPass(claim, _is_within_owner(claim, found[claim])))
            winner = claim.node
        surplus += [one for one in found if one.node != winner]
        before = winner
    return Settlement(tuple(credited), tuple(surplus))


def _confirmed(claims: Iterable[Claim], stages: int) -> list[dict[Claim, list[Claim]]]:
    """By stage: the claims that count, each with those of its neighbours that confirm it."""
    by_border: defaultdict[tuple[int, NodeId | None, str, int], list[Claim]] = defaultdict(list)
    found: list[dict[Claim, list[Claim]]] = [{} for _ in range(stages)]
    reached: list[Claim] = []
    for claim in claims:
        if not claim.is_committed:
            continue
        if claim.stage == 0 and claim.is_leased:
            reached.append(claim)
        elif claim.stage > 0 and claim.sent_hash:
            by_border[claim.stage, claim.node, claim.sent_hash, claim.tokens].append(claim)
    if stages == 1:
        return [{claim: [] for claim in reached}]
    for stage in range(1, stages):
        for receiver in reached:
            border = (stage, receiver.downstream, receiver.received_hash, receiver.tokens)
            for sender in by_border.get(border, ()) if receiver.received_hash else ():
                if sender.node != receiver.node:
                    found[stage].setdefault(sender, []).append(receiver)
                    if stage == 1:
                        found[0].setdefault(receiver, []).append(sender)
        reached = list(found[stage])
    return found


def _rank(claim: Claim, confirmed_by: list[Claim], before: NodeId | None) -> tuple[bool, bool, int, NodeId, int]:
    """Those first that carry on the chain that is paid, then those with a stranger's word."""
    carries_on = before is None or any(one.node == before for one in confirmed_by)
    return (not carries_on, _is_within_owner(claim, confirmed_by), claim.lease_id, claim.node, claim.sequence)


def _is_within_owner(claim: Claim, confirmed_by: list[Claim]) -> bool:
    return all(claim.owners & one.owners for one in confirmed_by)
