"""A shard's room: the plan of what is kept in memory, and what happens when that was too much after all."""

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
import structlog
import torch
from torch import Tensor

from engine.compute.offload import DiskOffload
from engine.devices import Device, OutOfMemory, memory_errors_translated
from engine.devices.cpu import CpuDevice
from engine.disk.allotment import PLENTY, DiskAllotment, allot, disk_needs
from engine.shard.plan import MemoryPlan, plan, shard_needs
from protocol.errors import DeviceError
from protocol.runs import RunSpec

log = structlog.get_logger(__name__)

T = TypeVar("T")
Number = TypeVar("Number", bound=np.generic)
FREE_SHARE: Final = 0.9
"""Of what is free: the rest is for what others ask for meanwhile."""
HOST_SHARE: Final = 0.5
"""Of what is free beside a card, for a copy that is soon gone."""
UNKNOWN_MEMORY_BYTES: Final = 8 * 1000**3
AMPLE: Final = MemoryPlan(
    rows=2**31,
    graphs=64,
    recompute_layers=False,
    eight_bit_moments=False,
    anchor_on_disk=False,
    versions_in_memory=2**31,
    peak_bytes=0,
    budget_bytes=0,
)
"""For tests and shards that no memory is too small for."""


class Room:
    """Belongs to the compute thread."""

    def __init__(
        self,
        plan: MemoryPlan = AMPLE,
        device: Device | None = None,
        offload: DiskOffload | None = None,
        allotment: DiskAllotment = PLENTY,
    ) -> None:
        self.plan = plan
        self.allotment = allotment
        self.device = device or CpuDevice()
        self._offload = offload
        self.shortages = 0
        """How often the plan was lowered. Read from any thread."""

    def within(self, attempt: Callable[[], T], let_go: Callable[[], None]) -> T:
        """What `attempt` returns. Where memory runs out inside, `let_go` is called, the plan lowered one notch and the
        attempt made again, so `attempt` must leave nothing half done; raises OutOfMemory below the last notch."""
        while True:
            try:
                with memory_errors_translated(self.device):
                    return attempt()
            except OutOfMemory:
                lower = self.plan.lowered()
                if lower is None:
                    raise
            # Out here the failed attempt's frames are gone, and the tensors in them.
            log.warning("out_of_memory", now=lower.words if lower.budget_bytes else "")
            self.plan = lower
            self.shortages += 1
            let_go()
            gc.collect()
            self.device.empty_cache()

    def spares(self, count: int) -> bool:
        """Whether so many bytes more than planned are within the budget; none are where the plan asked for too much."""
        if not self.plan.budget_bytes:
            return True
        return not self.shortages and self.plan.peak_bytes + count <= self.plan.budget_bytes

    def spares_here(self, count: int) -> bool:
        """The same of the processor's memory, of which a card's plan says nothing."""
        if not self.device.has_own_memory or not self.plan.budget_bytes:
            return self.spares(count)
        return count <= HOST_SHARE * CpuDevice().unused_bytes()

    @property
    def keeps_all_versions(self) -> bool:
        """Whether nothing is ever put away."""
        return self._offload is None

    @property
    def holds_old_versions(self) -> bool:
        """Whether a step may leave the old version in memory."""
        return self.plan.versions_in_memory > 1 or self._offload is None

    def array(self, array: npt.NDArray[Number]) -> npt.NDArray[Number]:
        """What merges need once in a while: on the disk, if the plan says so."""
        return array if self._offload is None or not self.plan.anchor_on_disk else self._offload.array(array)

    def put_away(self, tensor: Tensor) -> Tensor:
        """An equal tensor that takes no memory, or the same where there is no room on the disk."""
        return tensor if self._offload is None else self._offload.tensor(tensor)


def make_room(
    run: RunSpec, stage: int, device: Device, memory_limit_bytes: int | None, folder: Path, disk_limit_bytes: int
) -> Room:
    """The plan for a shard on this device as it is now, and on the disk; raises DiskLimitTooLow, and DeviceError for a
    shard that could never fit the device."""
    gc.collect()
    device.empty_cache()  # of the shard before, if there was one
    all_bytes = min(device.memory_bytes() or UNKNOWN_MEMORY_BYTES, memory_limit_bytes or sys.maxsize)
    found_bytes = device.free_bytes()
    free_bytes = min(all_bytes, int(FREE_SHARE * (all_bytes if found_bytes is None else found_bytes)))
    dtype = device.compute_dtype() if run.training.compute == "fastest" else torch.float32
    needs = shard_needs(run, stage, dtype, anchor_beside=not device.has_own_memory)
    made = plan(needs, free_bytes)
    if not made.fits:
        # Other programs may end; what the device has not at all, it will not have later either.
        made = plan(needs, all_bytes)
        if not made.fits:
            raise DeviceError(
                made.words, "Let this computer hold a smaller shard, or allow more memory in the settings."
            )
        log.warning("memory_is_short", free_bytes=free_bytes)
    allotment = allot(disk_needs(run, stage, made), disk_limit_bytes)
    log.info("memory_planned", plan=made.words)
    return Room(made, device, DiskOffload(folder, allotment.offload), allotment)
