"""What graphics cards share: memory of their own, and copies that neither side waits for before it must."""

import importlib.util

import torch
from torch import Tensor

from engine.devices.base import HostCopy, MeasuredDevice


class CardDevice(MeasuredDevice):
    """Copies go by way of pinned memory, which a card reads and writes by itself. What leaves goes on a stream beside
    the one that computes, so that work queued meanwhile doesn't wait for it."""

    has_own_memory = True
    _outgoing: torch.Stream | None = None

    def to_device(self, tensor: Tensor) -> Tensor:
        if tensor.device.type != "cpu":
            return tensor.to(self.torch_device)
        # Pinned for this card: each thread begins with the first one. torch keeps the pinned copy from being used
        # again before the card has read it.
        with torch.accelerator.device_index(self.index):
            return tensor.pin_memory().to(self.torch_device, non_blocking=True)

    def to_host(self, tensor: Tensor) -> HostCopy:
        if tensor.device.type == "cpu":
            return HostCopy(tensor)
        if self._outgoing is None:
            self._outgoing = torch.Stream(self.torch_device)
        stream, arrived = self._outgoing, torch.Event(self.torch_device)
        with torch.accelerator.device_index(self.index):
            copy = torch.empty(tensor.shape, dtype=tensor.dtype, pin_memory=True)
        stream.wait_stream(torch.accelerator.current_stream(self.torch_device))
        with stream:
            copy.copy_(tensor, non_blocking=True)
        arrived.record(stream)
        # Its memory must not be taken for something else while the copy is under way.
        tensor.record_stream(stream)
        return HostCopy(copy, arrived.synchronize)

    def no_compiler(self) -> str | None:
        return None if importlib.util.find_spec("triton") else "there is no Triton for this build of PyTorch"
