"""When to try whether compiled layers pay: once a microbatch is trained, and again with another number of threads."""

import asyncio
from pathlib import Path

import structlog

from engine.compute.layer_trial import try_compiled_layers
from engine.compute.room import Room
from engine.compute.thread import ComputeThread
from engine.devices import Device
from engine.devices.compiler import keep_compiled_in
from engine.training.trainer import Trainer

log = structlog.get_logger(__name__)


class LayerTrials:
    """Belongs to the event loop. What is compiled is kept in `folder` for the services to come."""

    def __init__(self, trainer: Trainer, room: Room, device: Device, compute: ComputeThread, folder: Path) -> None:
        self._trainer = trainer
        self._room = room
        self._device = device
        self._compute = compute
        self._folder = folder
        self._again = asyncio.Event()

    def try_again(self) -> None:
        """The number of threads changed."""
        self._again.set()

    async def run(self, began: asyncio.Event) -> None:
        """Until cancelled; nothing is tried before `began` is set."""
        keep_compiled_in(self._folder)
        await began.wait()
        while True:
            self._again.clear()
            found = await try_compiled_layers(
                self._trainer.shard, lambda: self._trainer.weights, self._room, self._device, self._compute
            )
            log.info("layers", outcome=found)
            await self._again.wait()
