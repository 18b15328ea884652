"""A microbatch's passage through one stage: its states and the only ways from one to the next.

    QUEUED ─ forward computed ─► OUTGOING ─ peer holds it ─► AWAY ─ gradient came ─► RETURNING ─ computed ─► DONE
                                     ▲                         │
                                     └──── peer lost ──────────┘
    last stage: QUEUED ─ computed ─► DONE        evaluation: OUTGOING ─ peer holds it ─► DONE

Pure: no I/O, the clock is passed in.
"""

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final, TypeAlias

from protocol.keys import NodeId
from protocol.packets import Packet, PacketHeader, PacketKind, Section
from protocol.receipts import StepId
from protocol.runs import CodecSpec
from swarm.patience import RoundTrips, patience_seconds
from swarm.routing import Load


class PassageState(Enum):
    QUEUED = auto()
    OUTGOING = auto()
    AWAY = auto()
    RETURNING = auto()
    DONE = auto()
    FAILED = auto()


TRANSITIONS: Final[dict[PassageState, frozenset[PassageState]]] = {
    PassageState.QUEUED: frozenset({PassageState.OUTGOING, PassageState.DONE, PassageState.FAILED}),
    PassageState.OUTGOING: frozenset({PassageState.AWAY, PassageState.DONE, PassageState.RETURNING}),
    PassageState.AWAY: frozenset({PassageState.OUTGOING, PassageState.RETURNING}),
    PassageState.RETURNING: frozenset({PassageState.DONE, PassageState.FAILED}),
    PassageState.DONE: frozenset(),
    PassageState.FAILED: frozenset(),
}

PassageKey: TypeAlias = tuple[bool, int, int]
"""(is it an evaluation, microbatch, lease). A microbatch is trained once whatever lease it comes under, which is 0 here
then; it is measured anew under each."""


def passage_key(kind: PacketKind, microbatch: int, lease_id: int) -> PassageKey:
    is_evaluation = kind is PacketKind.EVALUATE
    return is_evaluation, microbatch, lease_id if is_evaluation else 0


class IllegalMove(Exception):
    """A transition that the table does not have: a bug, never a peer's doing."""


MOST_REPEATERS: Final = 3
"""Each costs a gradient sent once more; a microbatch whose stage lost more peers than that comes again."""
NOTHING_CODED: Final = CodecSpec("raw32", 32)


@dataclass(frozen=True)
class Parcel:
    """What goes on the wire, ready to be addressed: sections, payload, its hash."""

    sections: tuple[Section, ...]
    payload: bytes
    payload_hash: str
    codec: CodecSpec = NOTHING_CODED
    """Of the latent in it; token ids alone have none."""

    def as_packet(self, kind: PacketKind = PacketKind.FORWARD) -> Packet:
        """As if it had arrived, from nobody: what a first stage feeds itself is read by everybody's rules."""
        header = PacketHeader(
            kind=kind,
            run_id="",
            microbatch=0,
            lease_id=0,
            sender="",
            receiver="",
            from_stage=0,
            to_stage=0,
            step=StepId(0, 0),
            codec_id=self.codec.codec_id,
            codec_bits=self.codec.bits,
            sections=self.sections,
            payload_hash=self.payload_hash,
        )
        return Packet(header, self.payload)


@dataclass
class Passage:
    """One microbatch at this stage. The input is kept until the gradient is back, so a lost peer costs one resend."""

    kind: PacketKind
    microbatch: int
    lease_id: int
    arrived: float
    upstream: NodeId | None
    input_hash: str = ""
    tokens: int = 0
    state: PassageState = PassageState.QUEUED
    output: Parcel | None = None
    downstream: NodeId | None = None
    gradient: Parcel | None = None
    step: StepId | None = None
    sent_at: float = 0.0
    asked_at: float = 0.0
    """When its peer was last sent or asked anything about it."""
    attempts: int = 0
    """How often it was asked after or sent to another peer."""
    loads: dict[NodeId, Load] = field(default_factory=dict)
    """What candidates for the next stage have said of themselves while this stage computed."""
    avoided: set[NodeId] = field(default_factory=set)
    given_to: set[NodeId] = field(default_factory=set)
    """All whom its output was sent to: nobody else's gradient is taken for it."""
    gone_at: set[NodeId] = field(default_factory=set)
    """Who has trained it and no longer has its gradient."""
    repeaters: list[NodeId] = field(default_factory=list)
    """Who sent its input after the first: that one may have died, or somebody wants its gradient to go astray."""
    newest_lease_id: int = 0
    """Of all leases that it came under; 0 while it has come under `lease_id` alone."""

    @property
    def key(self) -> PassageKey:
        return passage_key(self.kind, self.microbatch, self.lease_id)

    @property
    def upstreams(self) -> tuple[NodeId, ...]:
        """Who gets its gradient: all that asked for it. Which of them is honest is not for this stage to tell."""
        return (*(() if self.upstream is None else (self.upstream,)), *self.repeaters)

    @property
    def open_until_lease_id(self) -> int:
        """While this lease is open the microbatch may come again."""
        return max(self.lease_id, self.newest_lease_id)

    def repeated_by(self, node: NodeId, lease_id: int) -> None:
        self.newest_lease_id = max(self.newest_lease_id, lease_id)
        if node not in self.upstreams and len(self.repeaters) < MOST_REPEATERS:
            self.repeaters.append(node)

    def move(self, state: PassageState) -> None:
        """Raises IllegalMove and changes nothing unless the table allows it."""
        if state not in TRANSITIONS[self.state]:
            raise IllegalMove(f"{self.state.name} to {state.name}, microbatch {self.microbatch}")
        self.state = state


FIRST_PATIENCE_SECONDS: Final = 20.0
"""How long a gradient may take before anything is known of round trips; the first pass of a process is slow."""
LEAST_BEFORE_ASKING_SECONDS: Final = 1.0
"""A first question is cheap, and while a dead peer is not known to be dead its sender may have nothing else to do."""
LEAST_PATIENCE_SECONDS: Final = 4.0
ASKINGS: Final = 2
"""How often a peer that is late is asked whether it still has a microbatch, before another gets it as well."""


class Remedy(Enum):
    ASK = auto()
    """The peer may have died, or may only be slow: nobody computes twice what one question can tell."""
    SEND_ELSEWHERE = auto()


@dataclass(frozen=True)
class Overdue:
    """A passage whose gradient should have come, and what to do about it."""

    passage: Passage
    remedy: Remedy


def gradient_patience_seconds(answers: RoundTrips, attempts: int) -> float:
    """How long a gradient may take, asked after `attempts` times so far, before the next remedy."""
    least = LEAST_PATIENCE_SECONDS if attempts else LEAST_BEFORE_ASKING_SECONDS
    return patience_seconds(answers, attempts, FIRST_PATIENCE_SECONDS, least)


def overdue(
    passages: list[Passage], present: frozenset[NodeId], failed: frozenset[NodeId], answers: RoundTrips, now: float
) -> list[Overdue]:
    """Passages with a peer that left the table, that has `failed` since, or that is later than answers usually are."""
    found = []
    for passage in passages:
        if passage.state is not PassageState.AWAY:
            continue
        is_late = now - passage.asked_at > gradient_patience_seconds(answers, passage.attempts)
        if passage.downstream not in present or (is_late and passage.attempts >= ASKINGS):
            found.append(Overdue(passage, Remedy.SEND_ELSEWHERE))
        elif is_late or (passage.downstream in failed and not passage.attempts):
            found.append(Overdue(passage, Remedy.ASK))
    return found
