"""What a computer could train on: looked up without loading anything big, and which of our bundles fits.

dev.py reads this too, with whatever Python it was started by, so nothing but the standard library and old syntax here.
"""

from __future__ import annotations  # dev.py may be started by an old Python

import contextlib
import glob
import os
import platform
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

# AMD chips that PyTorch's ROCm wheels carry code for, as the kernel's `gfx_target_version` writes them.
ROCM_CHIPS = frozenset((90008, 90010, 90402, 90500, 100300, 110000, 110001, 110002, 110500, 110501, 120000, 120001))


class Hardware(NamedTuple):
    """What decides what trains here."""

    system: str
    machine: str
    cuda_driver: tuple[int, int] | None = None
    """Highest CUDA version that NVIDIA's driver serves."""
    cuda_capability: tuple[int, int] | None = None
    """Compute capability of the weakest card."""
    rocm_chips: tuple[int, ...] = ()
    intel_gpu: bool = False
    """Whether a discrete Intel GPU is there."""


def find_hardware() -> Hardware:
    """Look, without loading anything big, at what torch could compute on."""
    driver, capability = find_cuda()
    return Hardware(
        system=platform.system(),
        machine=platform.machine().lower(),
        cuda_driver=driver,
        cuda_capability=capability,
        rocm_chips=find_rocm_chips(),
        intel_gpu=has_discrete_intel_gpu(),
    )


def find_cuda() -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """((driver major, minor), (weakest capability major, minor)) from NVIDIA's own driver library, or (None, None)."""
    import ctypes  # a cut-down Python lacks it, and that is said before this is called

    try:
        cuda = ctypes.CDLL("nvcuda.dll" if platform.system() == "Windows" else "libcuda.so.1")
        if cuda.cuInit(0):
            return None, None
        number = ctypes.c_int()
        cuda.cuDriverGetVersion(ctypes.byref(number))
        driver = (number.value // 1000, number.value % 1000 // 10)
        count = ctypes.c_int()
        cuda.cuDeviceGetCount(ctypes.byref(count))
        capabilities: list[tuple[int, int]] = []
        major, minor = ctypes.c_int(), ctypes.c_int()
        for device in range(count.value):
            cuda.cuDeviceGetAttribute(ctypes.byref(major), 75, device)  # CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
            cuda.cuDeviceGetAttribute(ctypes.byref(minor), 76, device)  # ... _MINOR
            capabilities.append((major.value, minor.value))
        return (driver, min(capabilities)) if capabilities else (None, None)
    except (OSError, AttributeError):
        return None, None


def find_rocm_chips() -> tuple[int, ...]:
    """`gfx_target_version` of every AMD GPU that the kernel's compute driver shows (Linux only)."""
    chips = []
    for properties in glob.glob("/sys/class/kfd/kfd/topology/nodes/*/properties"):
        try:
            text = Path(properties).read_text(encoding="ascii", errors="replace")
        except OSError:
            continue
        found = re.search(r"^gfx_target_version (\d+)$", text, re.MULTILINE)
        if found and int(found.group(1)):
            chips.append(int(found.group(1)))
    return tuple(sorted(chips))


def has_discrete_intel_gpu() -> bool:
    """Whether an Intel Arc or data-centre GPU is here. The one built into the processor always sits at 00:02.0."""
    for device in glob.glob("/sys/class/drm/card[0-9]*/device"):
        try:
            vendor = (Path(device) / "vendor").read_text(encoding="ascii").strip()
        except OSError:
            continue
        if vendor == "0x8086" and not os.path.realpath(device).endswith("00:02.0"):
            return True
    if platform.system() == "Windows":
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            question = "(Get-CimInstance Win32_VideoController).Name"
            answer = subprocess.check_output(["powershell", "-NoProfile", "-Command", question], timeout=20)
            return b"Arc(TM)" in answer
    return False


def accelerators(hardware: Hardware) -> list[str]:
    """The builds of torch that fit, best first; empty where there is none at all. Pure: any machine can be tested here.

    A name is one of "cu130", "cu129", "cu126", "rocm7.2", "rocm7.1", "xpu", "mps" and "cpu".
    """
    if hardware.system == "Darwin":  # one build, with Metal in it, and none for Intel processors
        return ["mps"] if hardware.machine == "arm64" else []
    if hardware.cuda_driver and hardware.cuda_capability and hardware.cuda_driver >= (12, 0):
        return [*cuda_builds(hardware.cuda_driver, hardware.cuda_capability), "cpu"]
    if hardware.system == "Linux" and ROCM_CHIPS.intersection(hardware.rocm_chips):
        return ["rocm7.2", "rocm7.1", "cpu"]
    if hardware.intel_gpu:
        return ["xpu", "cpu"]
    return ["cpu"]


def cuda_builds(driver: tuple[int, int], capability: tuple[int, int]) -> list[str]:
    """CUDA 13 dropped cards before Turing (7.5) and needs a driver of its own; cards since Blackwell need 12.8."""
    if driver >= (13, 0) and capability >= (7, 5):
        return ["cu130"]
    return ["cu129", "cu126"] if capability >= (10, 0) else ["cu126"]
