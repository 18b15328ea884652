"""A discrete-event simulator of the routing contest: an event heap and a virtual clock, no wall clock, no asyncio.

Miners behave as those of engine/pipeline do: the holder of an activation chooses the next peer with swarm's code,
keeps its output until the gradient is back, sends it to another peer when the first is silent, takes a gradient once,
and gives a repeat the gradient it keeps. The rules and what they leave open stand in `contest_setting`.
"""

import heapq
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial
from typing import Final

from benchmarks.contest_policies import Policy, Status
from benchmarks.contest_setting import (
    Dropout,
    Setting,
    bound_seconds,
    dropouts,
    duty_cycles,
    speeds,
    stage_of_miners,
)
from engine.pipeline.passage import ASKINGS, gradient_patience_seconds
from protocol.miner_events import PeerEntry
from swarm.patience import RoundTrips, measured, patience_seconds
from swarm.placement import REST_SECONDS, MinerPower, StageLoad, best_move

FIRST_REPLY_SECONDS: Final = 1.0
LEAST_REPLY_SECONDS: Final = 0.2
RETRY_SECONDS: Final = 0.2
SPEED_WEIGHT: Final = 0.2


class Held(Enum):
    """Where an activation stands at one miner; from AWAY on it has a place in the cache."""

    QUEUED = auto()
    AWAY = auto()
    RETURNING = auto()


@dataclass(slots=True)
class Holding:
    activation: int
    upstream: "Miner | None"
    state: Held = Held.QUEUED
    downstream: str | None = None
    delivered: bool = False
    sent_at: float = 0.0
    sending: int = 0
    attempts: int = 0
    avoided: set[str] = field(default_factory=set)


class Miner:
    def __init__(self, number: int, stage: int, speed: float, duty_cycle: float, policy: Policy) -> None:
        self.node = f"{number:064x}"
        self.number, self.stage, self.speed, self.duty_cycle, self.policy = number, stage, speed, duty_cycle, policy
        self.online = True
        self.gradients, self.replies = RoundTrips(), RoundTrips()
        self.shown_seconds: float | None = None
        self.told_duty_cycle = duty_cycle
        self.moved_at: float | None = None
        self.resting = False
        self.life = 0
        self.empty()

    def empty(self) -> None:
        self.life += 1
        self.busy = self.resting = False
        self.cached = 0
        self.forward: deque[Holding] = deque()
        self.backward: deque[Holding] = deque()
        self.held: dict[int, Holding] = {}
        self.finished: set[int] = set()

    @property
    def shown_rate(self) -> float | None:
        """Activations a second, by receipts, which tell of passes, and by heartbeats, which tell of rests."""
        return None if self.shown_seconds is None else self.told_duty_cycle / self.shown_seconds

    def status(self, cache: int) -> Status:
        return Status(len(self.forward) + len(self.backward) + self.busy, self.cached, cache - self.cached)


@dataclass
class Outcome:
    """What one task came to; times in virtual seconds, the rest are counts."""

    seconds: float
    trained: int
    trained_twice: int
    lost: int
    leased_again: int
    passes: int
    repeated_passes: int
    resent: int
    """Packets that went to another peer."""
    doubled: int
    """Of them, those whose first peer still answered, but was late."""
    questions: int
    """Asked of candidates before a packet left."""
    moves: int


class Contest:
    """One task: run() plays it to its end."""

    def __init__(self, setting: Setting, policy_of: Callable[[int], Policy], moves: bool = False) -> None:
        """With `moves` miners are moved between stages by swarm.placement, at the borders of epochs."""
        self.setting = setting
        self._moves = moves
        self.now = 0.0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()
        self._rng = setting.rng("jitter")
        self.miners = [
            Miner(number, stage, speed, duty_cycle, policy_of(setting.seed * 1000 + number))
            for number, (stage, speed, duty_cycle) in enumerate(
                zip(stage_of_miners(setting), speeds(setting), duty_cycles(setting), strict=True)
            )
        ]
        self.by_node = {miner.node: miner for miner in self.miners}
        self._present = {miner.node for miner in self.miners}
        self._fresh = itertools.count()
        self._fed_up_to = 0
        self._returned: deque[int] = deque()
        self._fed_by: dict[int, Miner] = {}
        self._trained: dict[int, int] = {}
        self._epoch_done = 0
        self._passes: dict[tuple[int, int, bool], int] = {}
        self._counts = dict.fromkeys(
            ("resent", "leased_again", "passes", "repeated", "doubled", "questions", "moves"), 0
        )

    # ── the course of a task ─────────────────────────────────────────────────────────────────────────────────────

    def run(self) -> Outcome:
        counted = 0.0
        for epoch in range(self.setting.epochs):
            began = self.now
            self._begin(epoch)
            while self._epoch_done < self.setting.activations:
                self.now, _, happen = heapq.heappop(self._events)
                happen()
            counted += self.now - began
            self._clear()
            if self._moves:
                self._rebalance()
        left = set(range(self._fed_up_to)) - set(self._trained) - set(self._returned)
        return Outcome(
            seconds=counted,
            trained=len(self._trained),
            trained_twice=sum(times > 1 for times in self._trained.values()),
            lost=len(left),
            leased_again=self._counts["leased_again"],
            passes=self._counts["passes"],
            repeated_passes=self._counts["repeated"],
            resent=self._counts["resent"],
            doubled=self._counts["doubled"],
            questions=self._counts["questions"],
            moves=self._counts["moves"],
        )

    def _begin(self, epoch: int) -> None:
        self._epoch_done = 0
        for miner in self.miners:
            miner.online = True
        self._present = set(self.by_node)
        self._push_tables()
        for dropout in dropouts(self.setting, epoch):
            self._after(dropout.at, partial(self._drop, dropout))
        self._after(self.setting.table_seconds, self._table_turn)
        self._after(self.setting.status_seconds, self._status_turn)
        for miner in self.miners:
            self._start(miner)

    def _clear(self) -> None:
        """The contest's merge: queues and caches are emptied, what was in flight is leased again."""
        self._events.clear()
        self._passes.clear()
        for miner in self.miners:
            for holding in miner.held.values():
                if holding.downstream is not None and holding.state is not Held.RETURNING:
                    miner.policy.withdrawn(holding.downstream)
            miner.empty()
        self._lease_again(list(self._fed_by), counted=False)

    def _rebalance(self) -> None:
        """The orchestrator's decision and its rest of ten minutes, with what a new life has yet to show.

        Left out: that it moves one miner a minute at most, and the download of a shard. All moves of an epoch come at
        its border, where caches are empty, and cost no time.
        """
        loads = (StageLoad(0, 1.0, 0.0),) * self.setting.stages
        while (move := best_move(loads, [self._power(miner) for miner in self.miners], self._rested())) is not None:
            miner = self.by_node[move.node]
            miner.stage, miner.moved_at, miner.shown_seconds = move.to_stage, self.now, None
            self._counts["moves"] += 1

    def _power(self, miner: Miner) -> MinerPower:
        flops_per_second = miner.speed / self.setting.service_seconds
        return MinerPower(miner.node, 0, flops_per_second, None, miner.stage, miner.shown_rate, miner.told_duty_cycle)

    def _rested(self) -> frozenset[str]:
        return frozenset(
            miner.node for miner in self.miners if miner.moved_at is None or self.now - miner.moved_at >= REST_SECONDS
        )

    def _after(self, seconds: float, happen: Callable[[], None]) -> None:
        heapq.heappush(self._events, (self.now + seconds, next(self._count), happen))

    # ── computing ────────────────────────────────────────────────────────────────────────────────────────────────

    def _start(self, miner: Miner) -> None:
        if miner.busy or miner.resting or not miner.online:
            return
        if miner.backward:
            self._work(miner, miner.backward.popleft(), self.setting.backward_seconds, self._backward_done)
        elif miner.cached >= self.setting.cache:
            return
        elif miner.forward:
            self._work(miner, miner.forward.popleft(), self.setting.forward_seconds, self._forward_done)
        elif miner.stage == 0:
            self._work(miner, self._feed(miner), self.setting.forward_seconds, self._forward_done)

    def _work(
        self, miner: Miner, holding: Holding, seconds: float, done: Callable[[Miner, Holding, float], None]
    ) -> None:
        miner.busy = True
        taken = seconds / miner.speed * self._rng.uniform(1 - self.setting.jitter, 1 + self.setting.jitter)
        life = miner.life

        def end() -> None:
            if miner.life == life:
                miner.busy = False
                self._rest(miner, taken)
                if miner.held.get(holding.activation) is holding:
                    self._note_pass(miner, holding, done == self._backward_done)
                    done(miner, holding, taken)
                self._start(miner)

        self._after(taken, end)
        if holding.state is Held.QUEUED and miner.stage < self.setting.stages - 1:
            for node in miner.policy.candidates(self.now):
                self._ask(miner, life, self.by_node[node])

    def _rest(self, miner: Miner, taken: float) -> None:
        """As much as brings the share of passes to the duty cycle (engine.compute.pacing)."""
        if miner.duty_cycle >= 1:
            return
        miner.resting, life = True, miner.life

        def end() -> None:
            if miner.life == life:
                miner.resting = False
                self._start(miner)

        self._after(taken * (1 / miner.duty_cycle - 1), end)

    def _ask(self, miner: Miner, life: int, peer: Miner) -> None:
        """A question without a payload, answered at once by whoever is there."""
        self._counts["questions"] += 1

        def arrive() -> None:
            if peer.online:
                status = peer.status(self.setting.cache)
                self._after(self.setting.link_seconds, lambda: hear(status))

        def hear(status: Status) -> None:
            if miner.life == life:
                miner.policy.asked(peer.node, status)

        self._after(self.setting.link_seconds, arrive)

    def _feed(self, miner: Miner) -> Holding:
        """The next activation that nobody works on; it is leased to this miner."""
        activation = self._returned.popleft() if self._returned else next(self._fresh)
        self._fed_up_to = max(self._fed_up_to, activation + 1)
        holding = miner.held[activation] = Holding(activation, None)
        self._fed_by[activation] = miner
        self._after(self.setting.stale_seconds, lambda: self._stale(activation, holding))
        return holding

    def _forward_done(self, miner: Miner, holding: Holding, taken: float) -> None:
        miner.cached += 1
        holding.state = Held.AWAY
        if miner.stage == self.setting.stages - 1:
            holding.state = Held.RETURNING
            miner.backward.append(holding)
        else:
            self._deliver(miner, holding)

    def _backward_done(self, miner: Miner, holding: Holding, taken: float) -> None:
        miner.cached -= 1
        del miner.held[holding.activation]
        miner.finished.add(holding.activation)
        own = taken * self.setting.service_seconds / self.setting.backward_seconds
        old = miner.shown_seconds
        miner.shown_seconds = own if old is None else old + SPEED_WEIGHT * (own - old)
        if miner.stage > 0:
            self._return(miner, holding.activation, holding.upstream)
            return
        self._trained[holding.activation] = self._trained.get(holding.activation, 0) + 1
        if self._trained[holding.activation] == 1:
            self._epoch_done += 1
        self._fed_by.pop(holding.activation, None)

    def _note_pass(self, miner: Miner, holding: Holding, is_backward: bool) -> None:
        key = (holding.activation, miner.stage, is_backward)
        self._counts["passes"] += 1
        self._counts["repeated"] += key in self._passes
        self._passes[key] = 1

    # ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _deliver(self, miner: Miner, holding: Holding) -> None:
        """Give the output to a peer of the next stage; without one, look again soon."""
        holding.sending += 1
        holding.downstream = miner.policy.choose(self.now, frozenset(holding.avoided))
        sending, life = holding.sending, miner.life
        if holding.downstream is None:
            holding.avoided.clear()
            self._after(RETRY_SECONDS, lambda: self._again(miner, life, holding, sending))
            return
        holding.sent_at = self.now
        self._send(miner, holding)

    def _send(self, miner: Miner, holding: Holding) -> None:
        """The packet goes to its peer: for the first time, or to ask whether it still has it."""
        assert holding.downstream is not None
        peer, sending, life, sent_at = self.by_node[holding.downstream], holding.sending, miner.life, self.now
        holding.delivered = False
        self._after(self.setting.link_seconds, lambda: self._arrive(peer, miner, life, holding, sending, sent_at))
        silent = patience_seconds(miner.replies, 0, FIRST_REPLY_SECONDS, LEAST_REPLY_SECONDS)
        self._after(silent, lambda: self._unanswered(miner, life, holding, sending))
        late = gradient_patience_seconds(miner.gradients, holding.attempts)
        self._after(late, lambda: self._overdue(miner, life, holding, sending))

    def _waits(self, miner: Miner, life: int, holding: Holding, sending: int) -> bool:
        """Whether this very sending still waits for its gradient."""
        return (
            miner.life == life
            and holding.sending == sending
            and holding.state is Held.AWAY
            and (miner.held.get(holding.activation) is holding)
        )

    def _again(self, miner: Miner, life: int, holding: Holding, sending: int) -> None:
        if self._waits(miner, life, holding, sending):
            self._deliver(miner, holding)

    def _arrive(self, peer: Miner, sender: Miner, life: int, holding: Holding, sending: int, sent_at: float) -> None:
        if not peer.online or peer.stage != sender.stage + 1:
            return
        known = peer.held.get(holding.activation)
        if known is not None:
            known.upstream = sender
        elif holding.activation in peer.finished:
            self._return(peer, holding.activation, sender)
        else:
            taken = peer.held[holding.activation] = Holding(holding.activation, sender)
            peer.forward.append(taken)
            self._start(peer)
        status = peer.status(self.setting.cache)
        self._after(
            self.setting.link_seconds, lambda: self._replied(sender, life, holding, sending, peer, status, sent_at)
        )

    def _replied(
        self, miner: Miner, life: int, holding: Holding, sending: int, peer: Miner, status: Status, sent_at: float
    ) -> None:
        if miner.life != life:
            return
        miner.policy.heard(peer.node, self.now, status)
        if holding.sending == sending:
            miner.replies = measured(miner.replies, self.now - sent_at)
            holding.delivered = True

    def _unanswered(self, miner: Miner, life: int, holding: Holding, sending: int) -> None:
        """No reply to a packet: its peer has failed, and so has all else that it was given.

        The engine asks once more after each of the others, since a carrier may fail where a peer has not.
        """
        if holding.delivered or not self._waits(miner, life, holding, sending):
            return
        failed = holding.downstream
        assert failed is not None
        miner.policy.failed(failed, self.now)
        for other in list(miner.held.values()):
            if other.downstream == failed and other.state is Held.AWAY:
                if other is not holding:
                    miner.policy.withdrawn(failed)
                self._elsewhere(miner, other)

    def _overdue(self, miner: Miner, life: int, holding: Holding, sending: int) -> None:
        """The gradient is late: ask the peer whether it still has the packet; after two askings try another peer."""
        if not self._waits(miner, life, holding, sending) or holding.downstream is None:
            return
        holding.attempts += 1
        if holding.attempts <= ASKINGS:
            holding.sending += 1
            self._send(miner, holding)
            return
        self._counts["doubled"] += 1
        miner.policy.withdrawn(holding.downstream)
        self._elsewhere(miner, holding)

    def _elsewhere(self, miner: Miner, holding: Holding) -> None:
        self._counts["resent"] += 1
        assert holding.downstream is not None
        holding.avoided.add(holding.downstream)
        self._deliver(miner, holding)

    def _return(self, miner: Miner, activation: int, upstream: Miner | None) -> None:
        assert upstream is not None
        status = miner.status(self.setting.cache)
        self._after(self.setting.link_seconds, lambda: self._gradient(upstream, activation, miner, status))

    def _gradient(self, miner: Miner, activation: int, sender: Miner, status: Status) -> None:
        """The first gradient counts; another one, or one for what is not held any more, is dropped."""
        if not miner.online:
            return
        miner.policy.heard(sender.node, self.now, status)
        holding = miner.held.get(activation)
        if holding is None or holding.state is not Held.AWAY:
            return
        holding.state = Held.RETURNING
        if holding.downstream is not None:
            if holding.downstream == sender.node:
                seconds = self.now - holding.sent_at
                miner.policy.answered(sender.node, self.now, seconds)
                miner.gradients = measured(miner.gradients, seconds)
            else:
                miner.policy.withdrawn(holding.downstream)
        miner.backward.append(holding)
        self._start(miner)

    # ── coming, going, leases ────────────────────────────────────────────────────────────────────────────────────

    def _drop(self, dropout: Dropout) -> None:
        miner = self.miners[dropout.miner]
        miner.online = False
        fed = [activation for activation, feeder in self._fed_by.items() if feeder is miner]
        miner.empty()
        life = miner.life
        away = dropout.until - dropout.at
        if away > self.setting.gone_after_seconds:
            self._after(self.setting.gone_after_seconds, lambda: self._gone(miner, life, fed))
        self._after(away, lambda: self._rejoin(miner, fed))

    def _gone(self, miner: Miner, life: int, fed: list[int]) -> None:
        if miner.life == life and not miner.online:
            self._present.discard(miner.node)
            self._lease_again(fed)
            self._push_tables()

    def _rejoin(self, miner: Miner, fed: list[int]) -> None:
        """Registering again tells the orchestrator that what it had been leased is in nobody's hands."""
        self._lease_again([activation for activation in fed if self._fed_by.get(activation) is miner])
        miner.online = True
        self._present.add(miner.node)
        self._push_tables()
        self._start(miner)

    def _lease_again(self, activations: list[int], counted: bool = True) -> None:
        for activation in activations:
            if self._fed_by.pop(activation, None) is not None:
                self._returned.append(activation)
                self._counts["leased_again"] += counted

    def _stale(self, activation: int, fed: Holding) -> None:
        """Too old: dropped from every cache and leased again."""
        feeder = self._fed_by.get(activation)
        if feeder is None or feeder.held.get(activation) is not fed:
            return
        for miner in self.miners:
            holding = miner.held.pop(activation, None)
            miner.finished.discard(activation)
            if holding is None:
                continue
            if holding.state is Held.AWAY and holding.downstream is not None:
                miner.policy.withdrawn(holding.downstream)
            miner.cached -= holding.state is not Held.QUEUED
            for queue in (miner.forward, miner.backward):
                if holding in queue:
                    queue.remove(holding)
            self._start(miner)
        self._lease_again([activation])

    def _table_turn(self) -> None:
        self._push_tables()
        self._after(self.setting.table_seconds, self._table_turn)

    def _push_tables(self) -> None:
        entries = [
            tuple(
                PeerEntry(node=miner.node, addresses=(), rate=miner.shown_rate or 0.0)
                for miner in self.miners
                if miner.stage == stage and miner.node in self._present
            )
            for stage in range(self.setting.stages)
        ]
        for miner in self.miners:
            if miner.stage + 1 < self.setting.stages:
                miner.policy.set_table(entries[miner.stage + 1])

    def _status_turn(self) -> None:
        """Everybody tells the stage before how full it is."""
        for peer in self.miners:
            status = peer.status(self.setting.cache)
            if peer.online:
                for miner in self.miners:
                    if miner.stage == peer.stage - 1:
                        miner.policy.overheard(peer.node, self.now, status)
        self._after(self.setting.status_seconds, self._status_turn)


def ratio_to_bound(setting: Setting, outcome: Outcome) -> float:
    """The bound's time over this one's."""
    return bound_seconds(setting) / outcome.seconds
