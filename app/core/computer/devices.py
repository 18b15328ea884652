"""What was found in this computer, and whether training can use it. Pure: platforms look, this judges."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, TypeAlias

import msgspec

from app.core.settings.settings import Settings

GB: Final = 1000**3


class Way(StrEnum):
    """How a device computes for PyTorch."""

    CUDA = "cuda"
    ROCM = "rocm"
    XPU = "xpu"
    MPS = "mps"
    PROCESSOR = "cpu"


class Hindrance(StrEnum):
    """Why no build of the engine can use a device, however large it is."""

    OLD_DRIVER = "old_driver"
    UNKNOWN_CHIP = "unknown_chip"
    SYSTEM = "system"
    """There is a build for such devices, but not for this operating system."""


class FoundDevice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that could compute, as the system describes it."""

    name: str
    way: Way
    memory_bytes: int | None = None
    """A card's own memory, or the computer's where it has none of its own; None where nobody says."""
    driver: str = ""
    cores: int | None = None
    """Of a processor, real ones."""
    hindrance: Hindrance | None = None


class FoundComputer(msgspec.Struct, frozen=True, kw_only=True):
    devices: tuple[FoundDevice, ...]
    disk_free_bytes: int | None = None
    """Where the app keeps its work."""


class Shortcoming(StrEnum):
    """What keeps a device from being just right."""

    OLD_DRIVER = "old_driver"
    UNKNOWN_CHIP = "unknown_chip"
    SYSTEM = "system"
    TOO_LITTLE_MEMORY = "too_little_memory"
    LITTLE_MEMORY = "little_memory"
    SLOW = "slow"
    """A processor where there is nothing better."""
    BESIDE_A_CARD = "beside_a_card"
    """A processor whose computer has something many times as fast."""


class Suitable(msgspec.Struct, frozen=True, tag=True):
    pass


class Limited(msgspec.Struct, frozen=True, tag=True):
    why: Shortcoming


class NotSuitable(msgspec.Struct, frozen=True, tag=True):
    why: Shortcoming


Fitness: TypeAlias = Suitable | Limited | NotSuitable


class JudgedDevice(msgspec.Struct, frozen=True):
    device: FoundDevice
    fitness: Fitness


class _Memory(msgspec.Struct, frozen=True):
    """What a device must have for the smallest part of a network's model, and to hold an ordinary one."""

    least_bytes: float
    enough_bytes: float


_MEMORY: Final = {
    # The first of three parts of a model with 1.5 billion weights trains in 7.6 GB; half of that does for small parts.
    Way.CUDA: _Memory(2.0 * GB, 5.5 * GB),
    Way.ROCM: _Memory(2.0 * GB, 5.5 * GB),
    Way.XPU: _Memory(2.0 * GB, 5.5 * GB),
    # Shared with everything else that the person does.
    Way.MPS: _Memory(7.0 * GB, 14.0 * GB),
    Way.PROCESSOR: _Memory(3.5 * GB, 7.0 * GB),
}
_HINDERED: Final = {
    Hindrance.OLD_DRIVER: Shortcoming.OLD_DRIVER,
    Hindrance.UNKNOWN_CHIP: Shortcoming.UNKNOWN_CHIP,
    Hindrance.SYSTEM: Shortcoming.SYSTEM,
}


def judged(devices: Sequence[FoundDevice]) -> tuple[JudgedDevice, ...]:
    """Each with how well it suits, in the order given. A device whose memory nobody knows is not held against it."""
    fits = [(device, _fitness(device)) for device in devices]
    has_card = any(device.way is not Way.PROCESSOR and not isinstance(fit, NotSuitable) for device, fit in fits)
    return tuple(JudgedDevice(device, _beside(device, fit, has_card)) for device, fit in fits)


def _fitness(device: FoundDevice) -> Fitness:
    if device.hindrance is not None:
        return NotSuitable(_HINDERED[device.hindrance])
    needed, memory = _MEMORY[device.way], device.memory_bytes
    if memory is not None and memory < needed.least_bytes:
        return NotSuitable(Shortcoming.TOO_LITTLE_MEMORY)
    if memory is not None and memory < needed.enough_bytes:
        return Limited(Shortcoming.LITTLE_MEMORY)
    return Limited(Shortcoming.SLOW) if device.way is Way.PROCESSOR else Suitable()


def _beside(device: FoundDevice, fitness: Fitness, has_card: bool) -> Fitness:
    if device.way is Way.PROCESSOR and has_card and not isinstance(fitness, NotSuitable):
        return Limited(Shortcoming.BESIDE_A_CARD)
    return fitness


SMALL_PART_BYTES: Final = 10**9
"""What a network of this computer takes of the disk, with room to spare."""


class DiskRoom(msgspec.Struct, frozen=True):
    """What is free where the work lies, what of it must stay free, and what training may take at most."""

    free_bytes: int | None
    keep_free_bytes: int
    may_take_bytes: int

    @property
    def left_bytes(self) -> int:
        """What training can take in truth; at most what it may where nobody knows what is free."""
        if self.free_bytes is None:
            return self.may_take_bytes
        return min(self.may_take_bytes, max(0, self.free_bytes - self.keep_free_bytes))

    @property
    def is_short(self) -> bool:
        """Less is left than a small model's part takes, though more is allowed."""
        return self.left_bytes < min(SMALL_PART_BYTES, self.may_take_bytes)


def disk_room(free_bytes: int | None, settings: Settings) -> DiskRoom:
    """`free_bytes`: on the disk where the work lies."""
    return DiskRoom(free_bytes, settings.gates.disk_least_bytes, settings.disk_limit_bytes)
