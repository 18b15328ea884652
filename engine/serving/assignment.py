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

    @property
    def packets_disk_bytes(self) -> int:
        """For evidence: half of the disk limit."""
        return self.start.disk_limit_bytes // 2

    @property
    def merges_disk_bytes(self) -> int:
        return self.start.disk_limit_bytes // 8

    @property
    def residuals(self) -> ResidualFiles:
        """An eighth of the disk limit: one byte a number of the shard, or two in a merge."""
        limit_bytes = self.start.disk_limit_bytes // 8
        return ResidualFiles(self.folder.residuals_folder, self.run.run_id, self.reply.stage, limit_bytes)
