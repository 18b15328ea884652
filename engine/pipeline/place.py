"""Where in a run's pipeline this miner stands."""

from dataclasses import dataclass

from protocol.runs import RunSpec


@dataclass(frozen=True)
class StagePlace:
    run: RunSpec
    stage: int

    @property
    def is_first(self) -> bool:
        return self.stage == 0

    @property
    def is_last(self) -> bool:
        return self.stage == len(self.run.stages) - 1
