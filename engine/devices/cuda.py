"""NVIDIA cards by CUDA, and AMD cards by ROCm, whose torch builds answer to the same names."""

import torch

from engine.devices.base import MeasuredDevice


class CudaDevice(MeasuredDevice):
    name = "cuda"

    @property
    def is_rocm(self) -> bool:
        return torch.version.hip is not None

    def available(self) -> bool:
        return torch.cuda.is_available()

    def memory_bytes(self) -> int | None:
        return int(torch.cuda.get_device_properties(self.torch_device).total_memory)

    def free_bytes(self) -> int | None:
        return int(torch.cuda.mem_get_info(self.torch_device)[0])

    def synchronize(self) -> None:
        torch.cuda.synchronize()

    def empty_cache(self) -> None:
        torch.cuda.empty_cache()
