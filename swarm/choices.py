"""Whether a sender's choices follow the shares of its table: so that nobody feeds only its friends.

For each packet the share of every peer, by the table of that moment, is added up as what it was due. An honest sender
departs from that by a few packets (`swarm.routing.LEAD`), and by what a refusing or failing peer leaves to the others.
So a peer counts as favoured only where it got half as much again as it was due, and then some. What a sender says it
can't reach is excused: it is not due anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Final

from protocol.keys import NodeId
from swarm.routing import LEAD

LEAST_CHOICES: Final = 100
KEPT_CHOICES: Final = 1000
"""Older choices fade: at this number all counts are halved."""
TOLERATED_FACTOR: Final = 1.5
DEVIATIONS: Final = 4.0
SLACK: Final = 3 * (LEAD + 1)


@dataclass(frozen=True, slots=True)
class ChoiceBook:
    """One sender's choices: what each peer was due and what it got, in packets."""

    due: Mapping[NodeId, float] = field(default_factory=dict)
    given: Mapping[NodeId, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        return sum(self.given.values())


def noted(
    book: ChoiceBook, chosen: NodeId, rates: Mapping[NodeId, float], excused: frozenset[NodeId] = frozenset()
) -> ChoiceBook:
    """`book` after one packet to `chosen`, by the table's `rates` of all peers of the stage.

    Says nothing, and changes nothing, where the table knows a rate of not everybody, or `chosen` is not in it.
    """
    able = {node: rate for node, rate in rates.items() if node not in excused or node == chosen}
    if chosen not in able or min(able.values()) <= 0:
        return book
    total = sum(able.values())
    fade = 0.5 if book.total >= KEPT_CHOICES else 1.0
    due = {node: fade * count for node, count in book.due.items()}
    given = {node: fade * count for node, count in book.given.items()}
    for node, rate in able.items():
        due[node] = due.get(node, 0.0) + rate / total
    given[chosen] = given.get(chosen, 0.0) + 1.0
    return ChoiceBook(due, given)


def favoured(book: ChoiceBook) -> NodeId | None:
    """The peer that got most beyond what chance and an honest router could give it; None if there is none."""
    if book.total < LEAST_CHOICES:
        return None
    excess = {node: count - _allowed(book.due.get(node, 0.0)) for node, count in book.given.items()}
    worst = max(excess, key=lambda node: (excess[node], node))
    return worst if excess[worst] > 0 else None


def _allowed(due: float) -> float:
    return TOLERATED_FACTOR * due + DEVIATIONS * sqrt(due) + SLACK
