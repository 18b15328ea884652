"""Intel's graphics cards by XPU."""

import torch

from engine.devices.card import CardDevice


class XpuDevice(CardDevice):
    name = "xpu"

    def available(self) -> bool:
        return torch.xpu.is_available() and (not self.index or self.index < torch.xpu.device_count())

    def memory_bytes(self) -> int | None:
        return int(torch.xpu.get_device_properties(self.torch_device).total_memory)

    def free_bytes(self) -> int | None:
        return int(torch.xpu.mem_get_info(self.torch_device)[0])

    def synchronize(self) -> None:
        torch.xpu.synchronize(self.torch_device)

    def empty_cache(self) -> None:
        torch.xpu.empty_cache()

    def limit_memory(self, share: float) -> None:
        torch.xpu.set_per_process_memory_fraction(share, self.torch_device)
