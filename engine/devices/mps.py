"""Apple silicon by Metal. Memory is shared with everything else on the Mac."""

import torch

from engine.devices.base import MeasuredDevice


class MpsDevice(MeasuredDevice):
    name = "mps"

    def available(self) -> bool:
        return torch.backends.mps.is_available()

    def memory_bytes(self) -> int | None:
        """What Metal recommends as the most for one process, about three quarters of the Mac's memory."""
        return int(torch.mps.recommended_max_memory())

    def free_bytes(self) -> int | None:
        return int(torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory())

    def synchronize(self) -> None:
        torch.mps.synchronize()

    def empty_cache(self) -> None:
        torch.mps.empty_cache()

    def limit_memory(self, share: float) -> None:
        torch.mps.set_per_process_memory_fraction(share)
