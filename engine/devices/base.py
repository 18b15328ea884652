"""What the engine needs to know of a device, and the measured choice of the type it computes in."""

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

import torch
from torch import Tensor

from engine.shard.layer import CompiledLayer
from protocol.errors import DeviceError

PROBE_ROUNDS: Final = 3
BFLOAT16_GAIN: Final = 1.2
"""bf16 must be this many times as fast as fp32 to be worth its rounding; on many processors it is far slower."""


class HostCopy:
    """A tensor on its way to the processor's memory."""

    def __init__(self, tensor: Tensor, wait: Callable[[], None] = lambda: None) -> None:
        self._tensor, self._wait = tensor, wait

    def arrived(self) -> Tensor:
        """The tensor, waited for: what it holds before is anything."""
        self._wait()
        return self._tensor


class Device(Protocol):
    """One kind of hardware that torch computes on. Methods but `available` may be called only where it says yes."""

    name: str
    has_own_memory: bool
    """Whether what it computes on has to be copied there."""
    layers: dict[Hashable, CompiledLayer | None]
    """What trials of compiled layers came to, by all that they were tried for (engine.compute.layer_trial)."""

    @property
    def torch_device(self) -> torch.device: ...

    def available(self) -> bool:
        """Whether this torch build and this computer have it."""
        ...

    def memory_bytes(self) -> int | None:
        """All the memory that training may use, None where it can't be told."""
        ...

    def free_bytes(self) -> int | None:
        """What of it a shard may take now, None where it can't be told. What this process holds counts as free: a
        shard is planned when the one before it is gone."""
        ...

    def compute_dtype(self) -> torch.dtype:
        """The type that matrices are multiplied in, measured once."""
        ...

    def limit_memory(self, share: float) -> None:
        """Take no more than this share of a card's memory, ever; from then on that is all the memory there is."""
        ...

    def to_device(self, tensor: Tensor) -> Tensor:
        """The tensor there, for whatever is queued on the device from now on; itself if it is there."""
        ...

    def to_host(self, tensor: Tensor) -> HostCopy:
        """Begin to bring the tensor, as what is queued so far makes it, to the processor's memory."""
        ...

    def no_compiler(self) -> str | None:
        """Why layers can't be compiled for it; None where they can."""
        ...

    def synchronize(self) -> None:
        """Wait until everything queued is done."""
        ...

    def empty_cache(self) -> None:
        """Give unused memory back to the system."""
        ...


class MeasuredDevice:
    """What all devices share: the probe."""

    name = ""
    has_own_memory = False
    probe_size = 2048
    """Side of the matrices probed; on a card smaller products would measure how long a launch takes."""
    _dtype: torch.dtype | None = None
    _share = 1.0
    """Of a card's memory, what this process may take."""

    def __init__(self, index: int = 0) -> None:
        self.index = index
        self.layers: dict[Hashable, CompiledLayer | None] = {}

    @property
    def torch_device(self) -> torch.device:
        return torch.device(self.name, self.index) if self.index else torch.device(self.name)

    def limit_memory(self, share: float) -> None:
        """Nothing limits a process here but the plan."""

    def to_device(self, tensor: Tensor) -> Tensor:
        return tensor.to(self.torch_device)

    def to_host(self, tensor: Tensor) -> HostCopy:
        """Nothing to wait for where the copy, if any, is made at once."""
        return HostCopy(tensor.cpu())

    def no_compiler(self) -> str | None:
        return "PyTorch has no compiler for this device"

    def synchronize(self) -> None:
        """Nothing is queued where work is done at once."""

    def empty_cache(self) -> None:
        """Nothing is cached."""

    def compute_dtype(self) -> torch.dtype:
        if self._dtype is None:
            self._dtype = faster_dtype(self.seconds_of_products(torch.float32), self._bfloat16_seconds())
        return self._dtype

    def _bfloat16_seconds(self) -> float | None:
        try:
            return self.seconds_of_products(torch.bfloat16)
        except (RuntimeError, TypeError, NotImplementedError):
            return None  # this device or driver has no bf16 at all

    def seconds_of_products(self, dtype: torch.dtype) -> float:
        """The shortest of a few timings of one square product, after one that warms up."""
        matrix = torch.ones(self.probe_size, self.probe_size, dtype=dtype, device=self.torch_device)
        durations = []
        for _ in range(PROBE_ROUNDS + 1):
            self.synchronize()
            start = time.perf_counter()
            matrix @ matrix
            self.synchronize()
            durations.append(time.perf_counter() - start)
        return min(durations[1:])


def faster_dtype(float32_seconds: float, bfloat16_seconds: float | None) -> torch.dtype:
    """bf16 where it was measured to be clearly faster than fp32, else fp32."""
    if bfloat16_seconds is not None and bfloat16_seconds * BFLOAT16_GAIN <= float32_seconds:
        return torch.bfloat16
    return torch.float32


class OutOfMemory(DeviceError):
    """There was no room for a tensor; what was begun has changed nothing that counts and may be tried with less."""

    code = "out_of_memory"


_OUT_OF_MEMORY_WORDS: Final = (
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "failed to allocate",
    "status_alloc_failed",
)


@contextmanager
def memory_errors_translated(device: Device) -> Iterator[None]:
    """Turns torch's out-of-memory errors, which differ by device, into OutOfMemory; others pass through."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        words = str(error).lower()
        if isinstance(error, MemoryError | torch.OutOfMemoryError) or any(w in words for w in _OUT_OF_MEMORY_WORDS):
            raise OutOfMemory(
                f"The device {device.name} has no memory left for this shard.",
                "Close other programs that use it, or let this computer hold a smaller shard.",
            ) from error
        raise
