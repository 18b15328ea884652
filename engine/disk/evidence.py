"""What a miner keeps so that a step can be audited: the version's weights, the packets of its passes.

Kept until the validator's draw is known, then dropped or handed over. Weights are immutable tensors, so keeping a
version costs memory, not time; packets go to disk when the next step begins.
"""

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import structlog

from engine.disk.files import take_away
from protocol.receipts import Direction, StepId

log = structlog.get_logger(__name__)

GIVEN_UP_STEPS: Final = 1024
"""So many of those for which there was no room are remembered: a miner that is asked for one owns up."""
IN_MEMORY_STEPS: Final = 4
"""Packets of this many newest steps stay in memory; a draw often comes before they would be written."""


@dataclass
class KeptPass:
    """One pass's packets as they crossed the wire; a name in the folder once written."""

    direction: Direction
    microbatch: int
    received: bytes | Path | None
    sent: bytes | Path | None


@dataclass
class KeptStep:
    passes: list[KeptPass] = field(default_factory=list)
    written: bool = False


class EvidenceLocker:
    """Packets by step, bounded in steps and in bytes on disk. Belongs to the event loop."""

    def __init__(self, folder: Path, window_steps: int, disk_limit_bytes: int) -> None:
        self._folder = folder
        self._window = window_steps
        self._disk_limit = disk_limit_bytes
        self._steps: OrderedDict[StepId, KeptStep] = OrderedDict()
        self._wanted: set[StepId] = set()
        self._disk_bytes = 0
        self._sizes: dict[Path, int] = {}
        self._stuck: deque[Path] = deque()
        self._given_up: deque[StepId] = deque(maxlen=GIVEN_UP_STEPS)
        for leftover in folder.glob("*.packet"):
            take_away(leftover)

    def keep(
        self, step: StepId, direction: Direction, microbatch: int, received: bytes | None, sent: bytes | None
    ) -> None:
        """A pass under `step` happened."""
        kept = self._steps.setdefault(step, KeptStep())
        kept.passes.append(KeptPass(direction, microbatch, received, sent))
        if kept.written:
            self._write(step, kept)
        self._tidy()

    def decide(self, decided_through: StepId, wanted: frozenset[StepId]) -> None:
        """The draw's outcome: what is decided and not wanted goes."""
        self._wanted = set(wanted)
        for step in [step for step in self._steps if step <= decided_through and step not in wanted]:
            self._drop(step)

    def passes(self, step: StepId) -> list[KeptPass]:
        """All passes kept for `step`, their packets as bytes."""
        kept = self._steps.get(step)
        if kept is None:
            return []
        return [KeptPass(p.direction, p.microbatch, _bytes(p.received), _bytes(p.sent)) for p in kept.passes]

    def gave_up(self, step: StepId) -> bool:
        """Whether evidence of it went before anybody decided on it: for want of room, or for waiting too long."""
        return step in self._given_up

    def _give_up(self, step: StepId) -> None:
        self._given_up.append(step)
        self._drop(step)

    def _tidy(self) -> None:
        undecided = [step for step in self._steps if step not in self._wanted]
        for step in undecided[: max(0, len(undecided) - self._window)]:
            self._give_up(step)
        for step in list(self._steps)[:-IN_MEMORY_STEPS]:
            if not self._steps[step].written:
                self._write(step, self._steps[step])
        # Where what is left can't be deleted, to give up what is in memory would make no room.
        while self._disk_bytes > self._disk_limit and any(kept.written for kept in self._steps.values()):
            log.warning("evidence_dropped", reason="disk limit")
            # What is asked for already goes last: of the rest most is never asked for.
            self._give_up(next((step for step in self._steps if step not in self._wanted), next(iter(self._steps))))

    def _write(self, step: StepId, kept: KeptStep) -> None:
        """Not synced: after a crash of the machine a step's evidence may be gone, which the validator is told. So may
        that of a step for which a full disk has no room: training goes on."""
        try:
            for number, each in enumerate(kept.passes):
                name = f"{step.life}-{step.step}-{number}"
                each.received = self._to_disk(each.received, f"{name}-in.packet")
                each.sent = self._to_disk(each.sent, f"{name}-out.packet")
            kept.written = True
        except OSError as error:
            log.warning("evidence_dropped", reason=error.strerror)
            self._give_up(step)

    def _to_disk(self, packet: bytes | Path | None, name: str) -> Path | None:
        if not isinstance(packet, bytes):
            return packet
        path = self._folder / name
        try:
            path.write_bytes(packet)
        except OSError:
            take_away(path)
            raise
        self._disk_bytes += len(packet)
        self._sizes[path] = len(packet)
        return path

    def _drop(self, step: StepId) -> None:
        for each in self._steps.pop(step).passes:
            for packet in (each.received, each.sent):
                if isinstance(packet, Path):
                    self._remove(packet)
        if self._stuck:
            self._remove(self._stuck.popleft(), quietly=True)

    def _remove(self, packet: Path, quietly: bool = False) -> None:
        """What can't be deleted now still takes room; with each step that goes one of those is tried again."""
        if take_away(packet, quietly):
            self._disk_bytes -= self._sizes.pop(packet)
        else:
            self._stuck.append(packet)


def _bytes(packet: bytes | Path | None) -> bytes | None:
    """None for a file that somebody took away."""
    try:
        return packet.read_bytes() if isinstance(packet, Path) else packet
    except OSError:
        return None


class KeptWeights:
    """Versions of the weights that a draw may still ask for. Belongs to the compute thread."""

    def __init__(self, window_steps: int) -> None:
        self._window = window_steps
        self._versions: OrderedDict[StepId, Any] = OrderedDict()
        self._wanted: frozenset[StepId] = frozenset()
        self._away: set[StepId] = set()

    def keep(self, step: StepId, weights: Any) -> None:
        self._versions[step] = weights
        loose = [kept for kept in self._versions if kept not in self._wanted]
        for old in loose[: max(0, len(loose) - self._window - 2)]:
            del self._versions[old]

    @property
    def versions(self) -> tuple[Any, ...]:
        """All that are kept, oldest first."""
        return tuple(self._versions.values())

    def went_away(self, step: StepId) -> None:
        """The tensors of this version are held by files already."""
        self._away.add(step)

    def put_away(self, in_memory: int, away: Callable[[Any], Any]) -> None:
        """Let all but the newest `in_memory` versions be held by what `away` makes of their tensors: files. Whoever
        else holds a version sees it there too, since a version is one dictionary."""
        self._away &= self._versions.keys()
        for step in list(self._versions)[:-in_memory]:
            if step not in self._away:
                version = self._versions[step]
                version.update({name: away(tensor) for name, tensor in version.items()})
                self._away.add(step)

    def decide(self, decided_through: StepId, wanted: frozenset[StepId]) -> None:
        """Drop decided versions; one that a wanted step led to stays with it."""
        self._wanted = wanted | {StepId(step.life, step.step + 1) for step in wanted}
        for step in [step for step in self._versions if step < decided_through and step not in self._wanted]:
            del self._versions[step]

    def version(self, step: StepId) -> Any | None:
        return self._versions.get(step)
