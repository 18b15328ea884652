"""How the traffic between miners is steered: what receipts and heartbeats tell of rates, choices and reachability.

Kept in memory only: after a restart heartbeats and receipts tell it anew within seconds, and until then tables carry
no rates, so that senders go by what they measure. The decisions are swarm's.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from protocol.keys import NodeId
from protocol.receipts import Direction, Line, Receipt
from subnet.orchestrator.tables.database import after_commit
from swarm.choices import ChoiceBook, favoured, noted
from swarm.placement import REST_SECONDS, Move
from swarm.reachability import Outage, is_left_out, outages

TIME_WEIGHT: Final = 0.1
MOVE_SECONDS: Final = 120.0
"""How long a miner that was asked to move has to register again; then it stays where it is."""
NEWCOMER_MS: Final = 10_000
"""What senders complain of in so long after a registration may still be about the life before it."""
SHORTEST_MS: Final = 0.01
LONGEST_MS: Final = 3_600_000.0


@dataclass(frozen=True, slots=True)
class PassTime:
    """A geometric mean of durations, of which the newest count most.

    Geometric, since a pass that met a busy computer takes forty times as long as the others: an ordinary mean would go
    on for as many passes as it averages, and of those a miner that passes for slow gets one in half a minute.
    """

    passes: int = 0
    log_ms: float = 0.0

    @property
    def ms(self) -> float | None:
        """None before the second pass: the first, which fills caches and finds its memory, counts until then only for
        there having been one."""
        return math.exp(self.log_ms) if self.passes > 1 else None

    def after(self, duration_ms: float) -> "PassTime":
        weight = max(TIME_WEIGHT, 1.0 / max(1, self.passes))
        return PassTime(self.passes + 1, self.log_ms + weight * (math.log(duration_ms) - self.log_ms))


@dataclass(frozen=True, slots=True)
class PassTimes:
    """Of one life's passes. Half a pass tells no rate."""

    life: int
    forward: PassTime = PassTime()
    backward: PassTime = PassTime()

    @property
    def rate(self) -> float | None:
        """Microbatches a second that the miner could do if it never waited."""
        if self.backward.ms is None or self.forward.passes == 1:
            return None  # only a last stage has no forward passes; one alone is not to be told from the first
        return 1000.0 / ((self.forward.ms or 0.0) + self.backward.ms)


@dataclass(frozen=True, slots=True)
class Moving:
    """A miner that should register again, for another stage."""

    life: int
    to_stage: int
    asked_unix_ms: int


class Steering:
    """One per process. All methods belong to its event loop, or to the writer's transaction."""

    def __init__(self) -> None:
        self._times: dict[NodeId, PassTimes] = {}
        self._tables: dict[str, tuple[dict[NodeId, float], ...]] = {}
        self._choices: dict[NodeId, ChoiceBook] = {}
        self._complaints: dict[NodeId, frozenset[NodeId]] = {}
        self._duty_cycles: dict[NodeId, float] = {}
        self._outages: dict[NodeId, Outage] = {}
        self._left_out: frozenset[NodeId] = frozenset()
        self._moving: dict[NodeId, Moving] = {}
        self._moved_unix_ms: dict[NodeId, int] = {}
        self._registered_unix_ms: dict[NodeId, int] = {}

    # ── what is told ─────────────────────────────────────────────────────────────────────────────────────────────

    def note_lines(self, connection: Connection, node: NodeId, lines: Iterable[Line], _now_ms: int) -> None:
        """Hook of ReceiptService: counts once the lines are on disk."""
        passes = [line for line in lines if isinstance(line, Receipt) and line.direction is not Direction.EVALUATE]
        after_commit(connection, lambda: self._note_passes(node, passes))

    def _note_passes(self, node: NodeId, passes: list[Receipt]) -> None:
        for one in passes:
            self._times[node] = _timed(self._times.get(node), one)
            if one.direction is Direction.FORWARD and one.downstream is not None:
                self._note_choice(node, one)

    def _note_choice(self, sender: NodeId, receipt: Receipt) -> None:
        table = self._tables.get(receipt.run_id, ())
        if receipt.stage + 1 < len(table) and receipt.downstream is not None:
            rates, excused = table[receipt.stage + 1], self._complaints.get(sender, frozenset())
            known = self._choices.get(sender, ChoiceBook())
            self._choices[sender] = noted(known, receipt.downstream, rates, excused)

    def note_table(self, run_id: str, stages: tuple[Mapping[NodeId, float], ...]) -> None:
        """The rates that senders are told to follow now."""
        self._tables[run_id] = tuple(dict(rates) for rates in stages)

    def heard(self, node: NodeId, unreachable: Iterable[NodeId], duty_cycle: float = 1.0) -> None:
        """A heartbeat's complaints and its word on how gently the miner works; they replace the last ones."""
        self._complaints[node] = frozenset(unreachable)
        self._duty_cycles[node] = duty_cycle

    def forget(self, node: NodeId) -> None:
        """It left: what it said and showed holds no more."""
        for known in (self._times, self._choices, self._complaints, self._duty_cycles, self._outages):
            known.pop(node, None)

    # ── what follows ─────────────────────────────────────────────────────────────────────────────────────────────

    def rate(self, node: NodeId, life: int) -> float | None:
        """Microbatches a second by the receipts of this life, which tell of passes, and the rests between them."""
        times = self._times.get(node)
        if times is None or times.life != life or times.rate is None:
            return None
        return times.rate * self.duty_cycle(node)

    def duty_cycle(self, node: NodeId) -> float:
        """The share of the time that it computes, by its last heartbeat."""
        return self._duty_cycles.get(node, 1.0)

    def favoured_by(self, node: NodeId) -> NodeId | None:
        """The peer that this sender gives more than the table's shares allow."""
        return favoured(self._choices.get(node, ChoiceBook()))

    def judge_reach(self, stages: tuple[frozenset[NodeId], ...], now_ms: int) -> bool:
        """Decide anew who of a run is left out; True if that changed. `stages`: who is ready, by stage."""
        members: frozenset[NodeId] = frozenset().union(*stages)
        known = {node: outage for node, outage in self._outages.items() if node in members}
        decided = outages(known, stages, self._complaints_of_now(now_ms), now_ms / 1000)
        self._outages = {node: one for node, one in self._outages.items() if node not in members} | decided
        before = self._left_out & members
        now = frozenset(node for node in members if self.is_left_out(node, now_ms))
        self._left_out = (self._left_out - members) | now
        return before != now

    def _complaints_of_now(self, now_ms: int) -> Mapping[NodeId, frozenset[NodeId]]:
        since_ms = now_ms - NEWCOMER_MS
        self._registered_unix_ms = {node: at for node, at in self._registered_unix_ms.items() if at > since_ms}
        newcomers = self._registered_unix_ms.keys()
        return (
            {sender: nodes - newcomers for sender, nodes in self._complaints.items()} if newcomers else self._complaints
        )

    def is_left_out(self, node: NodeId, now_ms: int) -> bool:
        return is_left_out(self._outages, node, now_ms / 1000)

    # ── moves ────────────────────────────────────────────────────────────────────────────────────────────────────

    def ask_to_move(self, move: Move, life: int, now_ms: int) -> None:
        self._moving[move.node] = Moving(life, move.to_stage, now_ms)

    def is_moving(self, node: NodeId, life: int, now_ms: int) -> bool:
        """Whether this life of the miner should register again."""
        moving = self._moving.get(node)
        return moving is not None and moving.life == life and now_ms - moving.asked_unix_ms < MOVE_SECONDS * 1000

    def may_move(self, node: NodeId, now_ms: int) -> bool:
        """Whether it has rested since its last move, or the last asking."""
        asked = self._moving.get(node)
        last_ms = self._moved_unix_ms.get(node, asked.asked_unix_ms if asked else None)
        return last_ms is None or now_ms - last_ms >= REST_SECONDS * 1000

    def stage_to_move_to(self, node: NodeId, now_ms: int) -> int | None:
        """For a miner that registers: where it was asked to go, if it was."""
        moving = self._moving.get(node)
        if moving is None or now_ms - moving.asked_unix_ms >= MOVE_SECONDS * 1000:
            return None
        return moving.to_stage

    def has_registered(self, node: NodeId, now_ms: int) -> None:
        """A new life began: what the last one was asked and showed is past."""
        if self._moving.pop(node, None) is not None:
            self._moved_unix_ms[node] = now_ms
        self.forget(node)
        self._registered_unix_ms[node] = now_ms
        self._complaints = {sender: nodes - {node} for sender, nodes in self._complaints.items()}


def _timed(known: PassTimes | None, receipt: Receipt) -> PassTimes:
    times = known if known is not None and known.life == receipt.step.life else PassTimes(receipt.step.life)
    if not SHORTEST_MS <= receipt.duration_ms <= LONGEST_MS:
        return times
    if receipt.direction is Direction.FORWARD:
        return replace(times, forward=times.forward.after(receipt.duration_ms))
    return replace(times, backward=times.backward.after(receipt.duration_ms))
