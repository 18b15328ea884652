"""NVIDIA cards by CUDA, and AMD cards by ROCm, whose torch builds answer to the same names."""

import torch

from engine.devices.card import CardDevice


class CudaDevice(CardDevice):
    name = "cuda"

    @property
    def is_rocm(self) -> bool:
        return torch.version.hip is not None

    def available(self) -> bool:
        return torch.cuda.is_available() and (not self.index or self.index < torch.cuda.device_count())

    def memory_bytes(self) -> int | None:
        return int(self._share * torch.cuda.get_device_properties(self.torch_device).total_memory)

    def free_bytes(self) -> int | None:
        """What is free now, and what torch's allocator has already taken of it."""
        free_bytes, all_bytes = torch.cuda.mem_get_info(self.torch_device)
        own_bytes = torch.cuda.memory_reserved(self.torch_device)
        return int(min(free_bytes + own_bytes, self._share * all_bytes))

    def synchronize(self) -> None:
        torch.cuda.synchronize(self.torch_device)

    def empty_cache(self) -> None:
        torch.cuda.empty_cache()

    def limit_memory(self, share: float) -> None:
        self._share = share
        torch.cuda.set_per_process_memory_fraction(share, self.index)
