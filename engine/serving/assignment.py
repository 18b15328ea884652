"""What a service begins with: the stage that was given to this miner, and its means to serve it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from engine.carriers.base import Carrier
from engine.devices import Device
from engine.disk.journal import Journal
from engine.disk.state_folder import StateFolder
from engine.merging.residuals import ResidualFiles
from engine.network.orchestrator_client import OrchestratorClient
from protocol.engine_control import EngineEvent, EnginePhase, StartTraining
from protocol.keys import NodeKey
from protocol.orchestrator_api import RegisterReply
from protocol.runs import RunSpec

Tell: TypeAlias = Callable[[EngineEvent], None]
Enter: TypeAlias = Callable[[EnginePhase, str], None]
Trouble: TypeAlias = Callable[[Exception], None]


@dataclass(frozen=True)
class Voice:
    """How a service is heard, by the app and by the life that it is part of."""

    tell: Tell
    enter: Enter
    """A phase, and in words what is waited for."""
    trouble: Trouble
    """What went wrong and does not end the service."""


@dataclass(frozen=True)
class Assignment:
    """All of it outlives the service."""

    reply: RegisterReply
    start: StartTraining
    device: Device
    folder: StateFolder
    key: NodeKey
    journal: Journal
    client: OrchestratorClient
    carrier: Carrier
    voice: Voice

    @property
    def run(self) -> RunSpec:
        return self.reply.run

    def residuals(self, limit_bytes: int) -> ResidualFiles:
        """What merges are still owed: a byte for each number of the shard, or two in a merge."""
        return ResidualFiles(self.folder.residuals_folder, self.run.run_id, self.reply.stage, limit_bytes)
