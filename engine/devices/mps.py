"""Apple silicon by Metal. Memory is shared with everything else on the Mac."""

import psutil
import torch

from engine.devices.base import MeasuredDevice


class MpsDevice(MeasuredDevice):
    name = "mps"

    def available(self) -> bool:
        return torch.backends.mps.is_available()

    def memory_bytes(self) -> int | None:
        """What Metal recommends as the most for one process, about three quarters of the Mac's memory."""
        return int(self._share * torch.mps.recommended_max_memory())

    def free_bytes(self) -> int | None:
        """What the Mac has free now, and what Metal has already given this process of it."""
        free_bytes = psutil.virtual_memory().available + torch.mps.driver_allocated_memory()
        return int(min(free_bytes, self._share * torch.mps.recommended_max_memory()))

    def synchronize(self) -> None:
        torch.mps.synchronize()

    def empty_cache(self) -> None:
        torch.mps.empty_cache()

    def limit_memory(self, share: float) -> None:
        self._share = share
        torch.mps.set_per_process_memory_fraction(share)
