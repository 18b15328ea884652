"""Checkpoints: copied in a moment and written beside the training where memory has room, else from where they lie."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import structlog

from engine.compute.thread import ComputeThread, Urgency
from engine.devices import Device, memory_errors_translated
from engine.disk.allotment import PLENTY, DiskAllotment
from engine.disk.checkpoint import Checkpoint, CheckpointPlace, save_checkpoint, write_checkpoint
from engine.disk.files import replace_by
from engine.shard.model import Weights
from engine.shard.step import OptimizerState
from engine.training.trainer import Trainer
from protocol.errors import LocalError

log = structlog.get_logger(__name__)

CHECKPOINT_SECONDS: Final = 30.0
HELD_UP_SHARE: Final = 0.1
"""Of the time, the most that checkpoints may keep from training."""
T = TypeVar("T")


class LeftOff(Exception):
    """A pause came before the checkpoint was written; the next one is tried at its time."""


class Saver:
    """Saves one service's shard. Belongs to the event loop."""

    def __init__(
        self,
        trainer: Trainer,
        compute: ComputeThread,
        device: Device,
        path: Path,
        merged_versions: Callable[[], tuple[int, ...]],
        trouble: Callable[[Exception], None],
        allotment: DiskAllotment = PLENTY,
    ) -> None:
        self._trainer = trainer
        self._compute = compute
        self._device = device
        self._path = path
        self._merged_versions = merged_versions
        self._trouble = trouble
        self._allotment = allotment
        self._in_turn = asyncio.Lock()
        self._succeeds = True
        self._saved_step = 0
        self._held_up_seconds = 0.0

    async def run(self) -> None:
        """Until cancelled; not during pauses."""
        while True:
            await asyncio.sleep(max(CHECKPOINT_SECONDS, self._held_up_seconds / HELD_UP_SHARE))
            await self._compute.silence.over()
            if self._trainer.step.step != self._saved_step:
                await self.save()

    async def save(self) -> bool:
        """Write a checkpoint; False if disk or memory refuse, which is told once until one succeeds, or if a pause came
        first. Goes on to its end where whoever asked is cancelled, so that no older one can overtake a newer one."""
        return await asyncio.shield(asyncio.ensure_future(self._save()))

    async def _save(self) -> bool:
        async with self._in_turn:
            try:
                with memory_errors_translated(self._device):
                    await self._write()
            except LeftOff:
                log.info("checkpoint_left_off")
                return False
            except LocalError as error:
                if self._succeeds:
                    self._trouble(error)
                self._succeeds = False
                return False
            self._succeeds = True
            return True

    async def _write(self) -> None:
        self._allotment.check_checkpoint()
        step, watch = self._trainer.step.step, self._watch()
        # Read before the weights are: a merge that comes between makes the checkpoint old, not wrong.
        versions = self._merged_versions()
        copied = await self._on_compute_thread(self._trainer.snapshot)
        if copied is not None:
            await asyncio.to_thread(save_checkpoint, self._path, self._checkpoint(versions, *copied), watch)
        else:
            await self._write_in_place(versions, watch)
        self._saved_step = step

    def _watch(self) -> Callable[[], None]:
        """Raises LeftOff once a pause has begun; one that reigns already is of somebody who stops, and has to save."""
        silence, reigned = self._compute.silence, self._compute.silence.reigns

        def watch() -> None:
            if silence.reigns and not reigned:
                raise LeftOff

        return watch

    async def _write_in_place(self, versions: tuple[int, ...], watch: Callable[[], None]) -> None:
        """Nothing is trained while the numbers are written from where they are; only the disk is waited for beside."""
        loop = asyncio.get_running_loop()

        def fill(temporary: Path) -> None:
            def write() -> None:
                trainer = self._trainer
                write_checkpoint(temporary, self._checkpoint(versions, trainer.weights, trainer.optimizer), watch)

            asyncio.run_coroutine_threadsafe(self._on_compute_thread(write), loop).result()

        await asyncio.to_thread(replace_by, self._path, fill)

    def _checkpoint(self, versions: tuple[int, ...], weights: Weights, optimizer: OptimizerState) -> Checkpoint:
        shard = self._trainer.shard
        place = CheckpointPlace(
            run_id=shard.run.run_id, stage=shard.stage, optimizer_steps=optimizer.step, fragment_versions=versions
        )
        return Checkpoint(place, weights, optimizer)

    async def _on_compute_thread(self, job: Callable[[], T]) -> T:
        """What the job returns; how long it holds up the training counts."""

        def timed() -> T:
            began = time.monotonic()
            try:
                return job()
            finally:
                self._held_up_seconds = time.monotonic() - began

        return await self._compute.submit(Urgency.CONTROL, timed)
