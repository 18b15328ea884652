"""Where a shard's numbers are: on the device while it trains, off it in a pause, when the memory is the person's."""

import gc
from collections.abc import Callable

import structlog
import torch

from engine.compute.thread import ComputeStopped, ComputeThread, Urgency
from engine.devices import Device, memory_errors_translated
from engine.devices.allocator import return_free_memory
from engine.training.trainer import Trainer

log = structlog.get_logger(__name__)


class Residence:
    """Belongs to the event loop; numbers move on the compute thread."""

    def __init__(self, trainer: Trainer, device: Device, compute: ComputeThread) -> None:
        self._trainer = trainer
        self._device = device
        self._compute = compute

    async def leave(self) -> None:
        await self._unless_ending(self._leave)

    async def come_back(self) -> None:
        await self._unless_ending(self._come_back)

    async def _unless_ending(self, job: Callable[[], None]) -> None:
        """A pause may come while this service ends; the next one starts as the miner then is."""
        try:
            await self._compute.submit(Urgency.CONTROL, job)
        except ComputeStopped:
            log.info("service_ended_meanwhile")

    def _leave(self) -> None:
        self._trainer.release_graphs()
        gc.collect()
        if self._device.name != "cpu":
            self._trainer.move_to(torch.device("cpu"))
            self._device.empty_cache()
            self._trainer.put_versions_away()
        return_free_memory()

    def _come_back(self) -> None:
        if self._device.name != "cpu":
            with memory_errors_translated(self._device):
                self._trainer.move_to(self._device.torch_device)
