"""States, events and actions of one merge (see swarm.merge_phases), as plain data that can be stored as messages.

Events bear the names of the answers in protocol.merges that they stand for, with the node that gave them.
"""

from enum import StrEnum
from typing import TypeAlias

import msgspec

from protocol.keys import NodeId

Answers: TypeAlias = dict[int, dict[NodeId, str]]
"""By partition and merger the hash of what it answered."""


class State(msgspec.Struct, frozen=True, kw_only=True, tag_field="state"):
    """Base of the states."""


class Event(msgspec.Struct, frozen=True, tag_field="event"):
    """Base of what can happen."""


class Action(msgspec.Struct, frozen=True, tag_field="action"):
    """Base of what the orchestrator does about it."""


class MergePlan(msgspec.Struct, frozen=True, kw_only=True):
    """What stays the same throughout. `phase_seconds` is one phase's time, from measured bandwidth."""

    merge_id: int
    partitions: int
    mergers_per_partition: int
    nonce: bytes
    """Secret of the orchestrator; mergers and samples are drawn from it."""
    phase_seconds: float
    sample_share: float = 0.05
    """Of the partitions on which all agree, how many a validator recomputes all the same."""
    extensions: int = 3
    """How often a phase's deadline moves on before the merge is abandoned."""


class AbandonReason(StrEnum):
    NO_UPLOADS = "no_uploads"
    NO_MINERS = "no_miners"
    OUT_OF_TIME = "out_of_time"
    UNWORKABLE = "unworkable"
    """The orchestrator's own part in it fails again and again."""


class DisputeReason(StrEnum):
    DISAGREEMENT = "disagreement"
    SINGLE_ANSWER = "single_answer"
    """Its other mergers are gone, so that nobody confirms it."""
    SAMPLE = "sample"


class Collecting(State, frozen=True, kw_only=True, tag="collecting"):
    """Miners quantise, upload and commit."""

    plan: MergePlan
    members: tuple[NodeId, ...]
    """All miners that the stage had at the start."""
    alive: tuple[NodeId, ...]
    committed: dict[NodeId, tuple[str, ...]] = {}
    """Hashes by partition; the last word before the list is frozen counts."""
    deadline: float


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """The list as it was when it froze, and what was drawn from it."""

    uploads: tuple[NodeId, ...]
    """The order of coefficients and of reports' rows."""
    seed: bytes


class Drawn(State, frozen=True, kw_only=True):
    """Base of the two phases in which mergers work."""

    plan: MergePlan
    list: Frozen
    alive: tuple[NodeId, ...]
    mergers: tuple[tuple[NodeId, ...], ...]
    """By partition, those whose answer is awaited or there."""
    used: tuple[tuple[NodeId, ...], ...]
    """By partition, everybody who was ever asked."""
    answers: Answers = {}
    disputed: tuple[int, ...] = ()
    settled: dict[int, str] = {}
    deadline: float
    extended: int = 0


class Reporting(Drawn, frozen=True, tag="reporting"):
    """Mergers report norms and dot products; answers are hashes of grams."""


class Weighing(State, frozen=True, kw_only=True, tag="weighing"):
    """The orchestrator works out the coefficients."""

    plan: MergePlan
    list: Frozen
    alive: tuple[NodeId, ...]
    mergers: tuple[tuple[NodeId, ...], ...]


class Summing(Drawn, frozen=True, tag="summing"):
    """Mergers multiply, add and step; answers are hashes of states."""


class Applying(State, frozen=True, kw_only=True, tag="applying"):
    """Miners take over the merged fragment and say its hash."""

    plan: MergePlan
    alive: tuple[NodeId, ...]
    states: tuple[str, ...]
    applied: dict[NodeId, str] = {}
    deadline: float


class Solo(State, frozen=True, kw_only=True, tag="solo"):
    """A stage of one miner steps alone."""

    plan: MergePlan
    miner: NodeId
    deadline: float


class Done(State, frozen=True, kw_only=True, tag="done"):
    """The fragment's new state, by partition, and the hash that each miner has applied."""

    states: tuple[str, ...]
    applied: dict[NodeId, str] = {}


class Abandoned(State, frozen=True, kw_only=True, tag="abandoned"):
    """The fragment stays as it was; miners go on from their own weights."""

    reason: AbandonReason


MergeState: TypeAlias = Collecting | Reporting | Weighing | Summing | Applying | Solo | Done | Abandoned


class Committed(Event, frozen=True, tag="committed"):
    """A miner's upload is whole in the store; one hash per partition."""

    node: NodeId
    hashes: tuple[str, ...]


class PartitionReported(Event, frozen=True, tag="reported"):
    node: NodeId
    partition: int
    gram_hash: str


class CoefficientsPublished(Event, frozen=True, tag="coefficients_published"):
    """The orchestrator has put them into the store."""


class PartitionSummed(Event, frozen=True, tag="summed"):
    node: NodeId
    partition: int
    state_hash: str


class MergerGaveUp(Event, frozen=True, tag="gave_up"):
    """A merger can't do a partition: an object is missing, or its disk is full."""

    node: NodeId
    partition: int


class DisputeSettled(Event, frozen=True, tag="dispute_settled"):
    """A recomputation's result: decides a partition that waits for it."""

    partition: int
    right_hash: str


class FragmentApplied(Event, frozen=True, tag="applied"):
    node: NodeId
    hash: str


class SoloPublished(Event, frozen=True, tag="solo_published"):
    node: NodeId
    hashes: tuple[str, ...]


class MinerVanished(Event, frozen=True, tag="vanished"):
    node: NodeId


class Unworkable(Event, frozen=True, tag="unworkable"):
    """The orchestrator can't do its own part. Ends the merge even when its result is decided: nobody has it yet."""


class DeadlineReached(Event, frozen=True, tag="deadline"):
    """The clock was looked at; nothing happens before the state's deadline."""


MergeEvent: TypeAlias = (
    Committed
    | PartitionReported
    | CoefficientsPublished
    | PartitionSummed
    | MergerGaveUp
    | DisputeSettled
    | FragmentApplied
    | SoloPublished
    | MinerVanished
    | DeadlineReached
    | Unworkable
)


class TasksChanged(Action, frozen=True, tag="tasks_changed"):
    """Tell these miners anew what is asked of them."""

    nodes: tuple[NodeId, ...]


class PublishCoefficients(Action, frozen=True, tag="publish_coefficients"):
    """Work out and store the coefficients of `uploads` from the reports with these hashes, by partition."""

    uploads: tuple[NodeId, ...]
    gram_hashes: tuple[str, ...]


class RecomputeReport(Action, frozen=True, tag="recompute_report"):
    """Reports differ, there is but one, or they are a sample: recompute the gram from the store, then say
    DisputeSettled."""

    partition: int
    claims: dict[NodeId, str]


class Dispute(Action, frozen=True, tag="dispute"):
    """Have a validator recompute a partition's state; unless it is a SAMPLE the merge waits for DisputeSettled."""

    partition: int
    claims: dict[NodeId, str]
    reason: DisputeReason


class Blame(Action, frozen=True, tag="blame"):
    """These mergers' answers were not what the recomputation gave."""

    partition: int
    nodes: tuple[NodeId, ...]


class PublishState(Action, frozen=True, tag="publish_state"):
    """The fragment's next state, by partition."""

    hashes: tuple[str, ...]


class Abandon(Action, frozen=True, tag="abandon"):
    reason: AbandonReason


MergeAction: TypeAlias = TasksChanged | PublishCoefficients | RecomputeReport | Dispute | Blame | PublishState | Abandon
Outcome: TypeAlias = tuple[MergeState, tuple[MergeAction, ...]]
