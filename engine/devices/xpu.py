"""Intel's graphics cards by XPU."""

import torch

from engine.devices.card import CardDevice


class XpuDevice(CardDevice):
    name = "xpu"

    def available(self) -> bool:
        return torch.xpu.is_available() and (not self.index or self.index < torch.xpu.device_count())

    def memory_bytes(self) -> int | None:
        return int(self._share * torch.xpu.get_device_properties(self.torch_device).total_memory)

    def free_bytes(self) -> int | None:
        """What is free now, and what torch's allocator has already taken of it; not every driver tells."""
        try:
            free_bytes, all_bytes = torch.xpu.mem_get_info(self.torch_device)
        except RuntimeError:
            return None
        own_bytes = torch.xpu.memory_reserved(self.torch_device)
        return int(min(free_bytes + own_bytes, self._share * all_bytes))

    def synchronize(self) -> None:
        torch.xpu.synchronize(self.torch_device)

    def empty_cache(self) -> None:
        torch.xpu.empty_cache()

    def limit_memory(self, share: float) -> None:
        self._share = share
        torch.xpu.set_per_process_memory_fraction(share, self.index)
