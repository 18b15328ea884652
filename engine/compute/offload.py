"""Numbers that are needed seldom, kept in files and read through the system's page cache instead of in memory.

A file is unlinked as soon as it is mapped where the system allows that, so that nothing is left behind by a kill;
elsewhere leftovers go when the folder is used next.
"""

import itertools
import os
import weakref
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import structlog
import torch
from torch import Tensor

log = structlog.get_logger(__name__)

Number = TypeVar("Number", bound=np.generic)


class DiskOffload:
    """Puts arrays and tensors on the disk, up to a limit; what has no room there stays where it is."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for leftover in folder.glob("*.mapped"):
            _remove(leftover)
        self._folder = folder
        self._limit = limit_bytes
        self._names = itertools.count()
        self.held_bytes = 0

    def array(self, array: npt.NDArray[Number]) -> npt.NDArray[Number]:
        """`array` itself, or an equal one of file pages, private to its holder."""
        if not array.size or self.held_bytes + array.nbytes > self._limit:
            return array
        path = self._folder / f"{next(self._names)}.mapped"
        try:
            with path.open("wb") as file:
                np.ascontiguousarray(array).tofile(file)
            mapped: npt.NDArray[Number] = np.memmap(path, dtype=array.dtype, mode="c", shape=array.shape)
        except OSError as error:
            log.warning("kept_in_memory", reason=error.strerror)
            _remove(path)
            return array
        if os.name == "posix":
            path.unlink()
        self.held_bytes += array.nbytes
        # Views keep the mapping alive, not the array that was returned.
        weakref.finalize(mapped._mmap, self._released, path, array.nbytes)  # type: ignore[attr-defined]
        return mapped

    def tensor(self, tensor: Tensor) -> Tensor:
        """The same for a tensor; one from a graphics card comes to the processor's memory at least."""
        return torch.from_numpy(self.array(tensor.detach().cpu().contiguous().numpy()))

    def _released(self, path: Path, size: int) -> None:
        self.held_bytes -= size
        _remove(path)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.info("file_stays", name=path.name, reason=error.strerror)
