"""The processor: always there, the yardstick of every replay."""

import psutil

from engine.devices.base import MeasuredDevice


class CpuDevice(MeasuredDevice):
    name = "cpu"
    probe_size = 256

    def available(self) -> bool:
        return True

    def memory_bytes(self) -> int | None:
        return int(psutil.virtual_memory().total)

    def free_bytes(self) -> int | None:
        """What is free now, and what this process has already taken of it."""
        return int(psutil.virtual_memory().available + psutil.Process().memory_info().rss)
