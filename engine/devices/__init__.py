"""The hardware a shard can run on, one file per kind, and the choice among what is there."""

from typing import Final

from engine.devices.base import Device, HostCopy, OutOfMemory, memory_errors_translated
from engine.devices.cpu import CpuDevice
from engine.devices.cuda import CudaDevice
from engine.devices.mps import MpsDevice
from engine.devices.xpu import XpuDevice
from protocol.errors import DeviceError

__all__ = ["DEVICE_NAMES", "Device", "HostCopy", "OutOfMemory", "choose", "memory_errors_translated"]

_KINDS: Final = (CudaDevice, XpuDevice, MpsDevice, CpuDevice)
"""In the order of preference."""
DEVICE_NAMES: Final = ("auto", *(kind.name for kind in _KINDS))


def choose(name: str = "auto") -> Device:
    """The device of that name, or the best one there for "auto"; "cuda:1" is the second card. Raises DeviceError if
    there is none such."""
    kind_name, colon, digits = name.partition(":")
    counted = digits.isascii() and digits.isdigit() and kind_name in ("cuda", "xpu") and len(digits) <= 3
    if kind_name not in DEVICE_NAMES or (colon and not counted):
        raise DeviceError(f"There is no device called {name!r}.", f"Choose one of {', '.join(DEVICE_NAMES)}.")
    index = int(digits) if colon else 0
    devices: list[Device] = [kind(index) for kind in _KINDS if kind_name in ("auto", kind.name)]
    for device in devices:
        if device.available():
            return device
    raise DeviceError(
        f"This computer has no {name} device that PyTorch can use.",
        "Choose “auto”, or install the driver and the PyTorch build for it.",
    )
