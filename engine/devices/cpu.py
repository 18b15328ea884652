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
