"""The processor: always there, the yardstick of every replay."""

import psutil

from engine.devices.base import MeasuredDevice
from engine.devices.compiler import cpp_compiler


class CpuDevice(MeasuredDevice):
    name = "cpu"
    probe_size = 256
    may_compile = False
    """Only where somebody asked for it: a person's computer seldom has a C++ compiler, and it gains little there."""

    def available(self) -> bool:
        return True

    def memory_bytes(self) -> int | None:
        return int(psutil.virtual_memory().total)

    def no_compiler(self) -> str | None:
        if not self.may_compile:
            return "on a processor layers are compiled only if that is asked for"
        return None if cpp_compiler() else "this computer has no C++ compiler"

    def unused_bytes(self) -> int:
        """What nobody has taken."""
        return int(psutil.virtual_memory().available)

    def free_bytes(self) -> int | None:
        """What is free now, and what this process has already taken of it."""
        return int(self.unused_bytes() + psutil.Process().memory_info().rss)
