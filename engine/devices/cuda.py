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
        return int(torch.cuda.get_device_properties(self.torch_device).total_memory)

    def free_bytes(self) -> int | None:
        return int(torch.cuda.mem_get_info(self.torch_device)[0])

    def synchronize(self) -> None:
        torch.cuda.synchronize(self.torch_device)

    def empty_cache(self) -> None:
        torch.cuda.empty_cache()

    def limit_memory(self, share: float) -> None:
        torch.cuda.set_per_process_memory_fraction(share, self.torch_device)
