"""Intel's graphics cards by XPU."""

import torch

from engine.devices.base import MeasuredDevice


class XpuDevice(MeasuredDevice):
    name = "xpu"

    def available(self) -> bool:
        return torch.xpu.is_available()

    def memory_bytes(self) -> int | None:
        return int(torch.xpu.get_device_properties(self.torch_device).total_memory)

    def free_bytes(self) -> int | None:
        return int(torch.xpu.mem_get_info(self.torch_device)[0])

    def synchronize(self) -> None:
        torch.xpu.synchronize()

    def empty_cache(self) -> None:
        torch.xpu.empty_cache()
