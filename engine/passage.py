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
from protocol.packets import PacketKind, Section
from protocol.receipts import StepId
from protocol.runs import CodecSpec


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

PassageKey: TypeAlias = tuple[bool, int]
"""(is it an evaluation, microbatch)."""


class IllegalMove(Exception):
    """A transition that the table does not have: a bug, never a peer's doing."""


NOTHING_CODED: Final = CodecSpec("raw32", 32)


@dataclass(frozen=True)
class Parcel:
    """What goes on the wire, ready to be addressed: sections, payload, its hash."""

    sections: tuple[Section, ...]
    payload: bytes
    payload_hash: str
    codec: CodecSpec = NOTHING_CODED
    """Of the latent in it; token ids alone have none."""


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
    attempts: int = 0
    avoided: set[NodeId] = field(default_factory=set)

    @property
    def key(self) -> PassageKey:
        return (self.kind is PacketKind.EVALUATE, self.microbatch)

    def move(self, state: PassageState) -> None:
        """Raises IllegalMove and changes nothing unless the table allows it."""
        if state not in TRANSITIONS[self.state]:
            raise IllegalMove(f"{self.state.name} to {state.name}, microbatch {self.microbatch}")
        self.state = state


@dataclass(frozen=True)
class Overdue:
    """A passage whose gradient should have come; `gone` if its peer is out of the routing table."""

    passage: Passage
    gone: bool


def overdue(passages: list[Passage], present: frozenset[NodeId], now: float, patience_seconds: float) -> list[Overdue]:
    """Passages that are with a peer that left, or with one for longer than `patience_seconds`."""
    found = []
    for passage in passages:
        if passage.state is not PassageState.AWAY:
            continue
        gone = passage.downstream not in present
        if gone or now - passage.sent_at > patience_seconds * (1 + passage.attempts):
            found.append(Overdue(passage, gone))
    return found
