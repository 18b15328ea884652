"""The hardware a shard can run on, one file per kind, and the choice among what is there."""

from typing import Final

from engine.devices.base import Device, OutOfMemory, memory_errors_translated
from engine.devices.cpu import CpuDevice
from engine.devices.cuda import CudaDevice
from engine.devices.mps import MpsDevice
from engine.devices.xpu import XpuDevice
from protocol.errors import DeviceError

__all__ = ["DEVICE_NAMES", "Device", "OutOfMemory", "choose", "memory_errors_translated"]

_KINDS: Final = (CudaDevice, XpuDevice, MpsDevice, CpuDevice)
"""In the order of preference."""
DEVICE_NAMES: Final = ("auto", *(kind.name for kind in _KINDS))


def choose(name: str = "auto") -> Device:
    """The device of that name, or the best one there for "auto". Raises DeviceError if there is none such."""
    kinds = {kind.name: kind for kind in _KINDS}
    if name != "auto" and name not in kinds:
        raise DeviceError(f"There is no device called {name!r}.", f"Choose one of {', '.join(DEVICE_NAMES)}.")
    devices: list[Device] = [kind() for kind in _KINDS if name in ("auto", kind.name)]
    for device in devices:
        if device.available():
            return device
    raise DeviceError(
        f"This computer has no {name} device that PyTorch can use.",
        "Choose “auto”, or install the driver and the PyTorch build for it.",
    )
