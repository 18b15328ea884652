"""Gradients of microbatches gathered into optimizer steps, each of which makes a new version.

Everything here runs on the compute thread.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from torch import Tensor

from engine.compute.room import Room
from engine.devices import OutOfMemory
from engine.shard.model import Weights
from engine.shard.step import Step, gather_gradients, learning_rate
from engine.shard.weights import weights_hash
from engine.training.norm_shares import NormShares
from engine.training.versions import Versions
from protocol.errors import DeviceError
from protocol.receipts import StepCommitment
from protocol.runs import RunSpec

log = structlog.get_logger(__name__)


@dataclass
class DueStep:
    """A step whose gradients are together; `step` once its size is known."""

    gradients: Weights
    members: tuple[int, ...]
    rate: float
    scale: float = 1.0
    step: Step | None = None


class Steps:
    """`release_graphs` frees what passes in flight hold and can make again, `let_go` that and a notch of the plan."""

    def __init__(
        self,
        run: RunSpec,
        versions: Versions,
        shares: NormShares,
        room: Room,
        release_graphs: Callable[[], None],
        let_go: Callable[[], None],
    ) -> None:
        self._run = run
        self._versions = versions
        self._shares = shares
        self._room = room
        self._release_graphs = release_graphs
        self._let_go = let_go
        self._gathered: Weights | None = None
        self._members: list[int] = []
        self._due: DueStep | None = None

    @property
    def is_due(self) -> bool:
        """A step waits for memory. Safe from any thread."""
        return self._due is not None

    @property
    def still_read(self) -> frozenset[str] | None:
        """Of the newest version, what a step that was begun still reads; None where none was."""
        return None if self._due is None or self._due.step is None else self._due.step.still_to_move

    def gather(self, microbatch: int, gradients: Weights) -> tuple[StepCommitment, ...]:
        """Add one microbatch's gradients, which are used up; take a step when there are enough.

        A step that runs out of memory waits, half done, and is finished here the next time: before that microbatch's
        gradients are added, so that it may run out of memory again and that pass have changed nothing.
        """
        made = self.finish()
        wanted = self._run.training.microbatches_per_step
        self._gathered = gather_gradients(self._gathered, gradients, 1.0 / wanted)
        self._members.append(microbatch)
        if len(self._members) < wanted:
            return made
        share = sum(self._members) / wanted / self._run.training.microbatches
        rate = learning_rate(self._run.optimizer, share)
        self._due = DueStep(self._gathered, tuple(self._members), rate)
        self._gathered, self._members = None, []
        try:
            return (*made, *self._room.within(self.finish, self._let_go))
        except OutOfMemory:
            log.warning("step_waits_for_memory")
            return made

    def finish(self) -> tuple[StepCommitment, ...]:
        """The version that a due step makes, if there is one. Raises DeviceError, and lets the step go, for a gradient
        that is not a number."""
        due, versions = self._due, self._versions
        if due is None:
            return ()
        weights, optimizer = self._begun(due).finish()
        digest = weights_hash(weights)  # the last that may run out of memory
        if not self._room.holds_old_versions:
            versions.newest_went_away()
        versions.optimizer, self._due = optimizer, None
        return (versions.advance(weights, digest, due.members, due.rate, due.scale),)

    def let_due_go(self) -> None:
        """A merge came while a step waited for memory: the version that it was begun on is not the newest any more."""
        if self._due is not None:
            log.warning("step_let_go", reason="a merge came while it waited for memory")
            self._due = None

    def holders(self) -> list[Weights]:
        """Dictionaries of numbers, for whoever brings them to another device."""
        found = [self._gathered or {}]
        if self._due is not None:
            found.append(self._due.gradients)
            if self._due.step is not None:
                found.append(self._due.step.made)
        return found

    def _begun(self, due: DueStep) -> Step:
        if due.step is None:
            try:
                due.scale = self._shares.clip_scale(due.gradients, self._run.optimizer.clip_norm)
            except DeviceError:
                self._due = None
                raise
            retire = None
            if not self._room.holds_old_versions:
                self._release_graphs()
                retire = self._retire
            newest, rule = self._versions, self._run.optimizer
            due.step = Step(newest.weights, newest.optimizer, due.gradients, rule, due.rate, due.scale, retire)
        return due.step

    def _retire(self, _name: str, old: Tensor) -> Tensor:
        return self._room.put_away(old)
