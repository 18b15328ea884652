"""Who chooses the next peer in the contest: our router, and the two baselines it has to beat.

All three learn of failures in the same way and leave a failed peer out for as long (swarm.routing.failed); they
differ in which of the others they take.
"""

import math
import random
from dataclasses import dataclass
from typing import Protocol

from protocol.miner_events import PeerEntry
from swarm import routing


@dataclass(frozen=True, slots=True)
class Status:
    """What a miner tells of itself: activations waiting or in work, places taken and free in its cache."""

    queue: int
    held: int
    room: int


class Policy(Protocol):
    """One sender's choices. `now` in virtual seconds; peers by their node id."""

    def set_table(self, entries: tuple[PeerEntry, ...]) -> None: ...
    def candidates(self, now: float) -> tuple[str, ...]:
        """Whom to ask for its status while the forward pass is computed."""
        ...

    def asked(self, peer: str, status: Status) -> None: ...
    def choose(self, now: float, avoided: frozenset[str]) -> str | None: ...
    def heard(self, peer: str, now: float, status: Status) -> None: ...
    def overheard(self, peer: str, now: float, status: Status) -> None: ...
    def answered(self, peer: str, now: float, seconds: float) -> None: ...
    def failed(self, peer: str, now: float) -> None: ...
    def withdrawn(self, peer: str) -> None: ...


class Ours:
    """swarm.routing, as engine/pipeline/peers.py holds it."""

    def __init__(self, seed: int) -> None:
        self.state = routing.RouterState(seed=seed)
        self._asked: dict[str, routing.Load] = {}

    def set_table(self, entries: tuple[PeerEntry, ...]) -> None:
        self.state = routing.with_table(self.state, entries)

    def choose(self, now: float, avoided: frozenset[str]) -> str | None:
        peer, self.state = routing.choose(self.state, now, 0, avoided, self._asked)
        self._asked = {}
        return peer

    def candidates(self, now: float) -> tuple[str, ...]:
        self._asked = {}
        return routing.candidates(self.state, now, 0)

    def asked(self, peer: str, status: Status) -> None:
        self._asked[peer] = routing.Load(status.queue, status.held, status.room <= 0)

    def heard(self, peer: str, now: float, status: Status) -> None:
        pass

    def overheard(self, peer: str, now: float, status: Status) -> None:
        pass

    def answered(self, peer: str, now: float, seconds: float) -> None:
        self.state = routing.answered(self.state, peer, now, seconds)

    def failed(self, peer: str, now: float) -> None:
        self.state = routing.failed(self.state, peer, now)

    def withdrawn(self, peer: str) -> None:
        self.state = routing.withdrawn(self.state, peer)


class _Baseline(Ours):
    """The router's book of failures, with another choice among those that are not banned."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._rng = random.Random(seed)
        self.known: dict[str, Status] = {}

    def choose(self, now: float, avoided: frozenset[str]) -> str | None:
        able = [node for node, peer in self.state.peers.items() if peer.banned_until <= now and node not in avoided]
        return self._rng.choices(able, self._weights(able))[0] if able else None

    def candidates(self, now: float) -> tuple[str, ...]:
        return ()

    def _weights(self, able: list[str]) -> list[float]:
        return [1.0] * len(able)


class UniformRandom(_Baseline):
    """Any peer that is there, as the contest's own example does."""


class WeightedChoice(_Baseline):
    """log(free cache) + 1 / (1 + queue), as IOTA's miners do; full ones are left out, unknown ones a fall-back."""

    def heard(self, peer: str, now: float, status: Status) -> None:
        self.known[peer] = status

    overheard = heard

    def _weights(self, able: list[str]) -> list[float]:
        weights = [self._weight(self.known.get(node)) for node in able]
        return weights if sum(weights) > 0 else [1.0] * len(able)

    @staticmethod
    def _weight(status: Status | None) -> float:
        if status is None or status.room <= 0:
            return 0.0
        return math.log(status.room) + 1.0 / (1.0 + status.queue)
