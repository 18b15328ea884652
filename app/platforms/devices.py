"""What in this computer could train: names, memory and drivers, asked of the system and never of PyTorch.

May take seconds, so it is called in a thread.
"""

import contextlib
import csv
import ctypes
import io
import platform
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import psutil

from app.core.computer.devices import FoundComputer, FoundDevice, Hindrance, Way
from app.platforms import hardware
from app.platforms.hardware import Hardware, accelerators
from app.platforms.nvidia import load_nvml
from app.platforms.portable import disk_free_bytes
from app.platforms.tools import RunTool, run_tool

_NAME_BYTES: Final = 128
_AMD: Final = "0x1002"
_INTEL: Final = "0x8086"
_WINDOWS_SECONDS: Final = 20.0
_WINDOWS_CARDS: Final = (
    *("powershell", "-NoProfile", "-Command"),
    "Get-CimInstance Win32_VideoController | Select-Object Name,DriverVersion | ConvertTo-Csv -NoTypeInformation",
)

_WINDOWS_PROCESSOR: Final = (
    *("reg", "query", r"HKLM\HARDWARE\DESCRIPTION\System\CentralProcessor\0"),
    *("/v", "ProcessorNameString"),
)


class NvidiaCards(msgspec.Struct, frozen=True):
    """All that NVIDIA's driver says of its cards."""

    cards: tuple[FoundDevice, ...] = ()
    cuda_driver: tuple[int, int] | None = None
    capability: tuple[int, int] | None = None
    """Of the weakest card."""


def find_computer(folder: Path, run: RunTool = run_tool) -> FoundComputer:
    """Everything; `folder` is where the work lies."""
    nvidia, system = find_nvidia(load_nvml()), platform.system()
    found = Hardware(
        system=system,
        machine=platform.machine().lower(),
        cuda_driver=nvidia.cuda_driver,
        cuda_capability=nvidia.capability,
        rocm_chips=hardware.find_rocm_chips(),
        intel_gpu=hardware.has_discrete_intel_gpu(),
    )
    others: Sequence[FoundDevice] = ()
    if system == "Linux":
        others = linux_cards(Path("/sys/class/drm"))
    elif system == "Windows":
        others = windows_cards(lambda command: run_tool(command, _WINDOWS_SECONDS))
    elif system == "Darwin":
        others = apple_silicon(found.machine, run)
    devices = with_hindrances((*nvidia.cards, *others, processor(system, run)), found)
    return FoundComputer(devices=devices, disk_free_bytes=disk_free_bytes(folder))


def with_hindrances(devices: Sequence[FoundDevice], found: Hardware) -> tuple[FoundDevice, ...]:
    """Each with why the builds of the engine that there are for this computer can't use it, if they can't."""
    builds = accelerators(found)
    ways = {Way.CUDA: "cu", Way.ROCM: "rocm", Way.XPU: "xpu", Way.MPS: "mps", Way.PROCESSOR: ""}

    def hindrance(way: Way) -> Hindrance | None:
        if any(build.startswith(ways[way]) for build in builds):
            return None
        if way is Way.PROCESSOR:
            return Hindrance.SYSTEM
        if way is Way.CUDA:
            return Hindrance.OLD_DRIVER
        if way is Way.ROCM and found.system != "Linux":
            return Hindrance.SYSTEM
        # A card of another maker beside an NVIDIA one: the engine has one build at a time.
        return Hindrance.UNKNOWN_CHIP

    return tuple(msgspec.structs.replace(device, hindrance=hindrance(device.way)) for device in devices)


def find_nvidia(library: Any) -> NvidiaCards:
    """Asked of NVML, which loads nothing onto a card; `library` is None where there is no driver."""
    if library is None or library.nvmlInit_v2() != 0:
        return NvidiaCards()
    try:
        driver = _text(library.nvmlSystemGetDriverVersion)
        number = ctypes.c_int()
        known = library.nvmlSystemGetCudaDriverVersion_v2(ctypes.byref(number)) == 0
        cards, capabilities = [], []
        for device in _handles(library):
            name = _text(lambda text, length, device=device: library.nvmlDeviceGetName(device, text, length))
            memory = _memory_bytes(library, device)
            cards.append(FoundDevice(name=name or "NVIDIA", way=Way.CUDA, memory_bytes=memory, driver=driver))
            capabilities.append(_capability(library, device))
    finally:
        library.nvmlShutdown()
    whole = [capability for capability in capabilities if capability is not None]
    return NvidiaCards(
        tuple(cards),
        (number.value // 1000, number.value % 1000 // 10) if known and cards else None,
        min(whole, default=None),
    )


class _NvmlMemory(ctypes.Structure):
    _fields_ = [("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong)]


def _handles(library: Any) -> list[Any]:
    count = ctypes.c_uint(0)
    if library.nvmlDeviceGetCount_v2(ctypes.byref(count)) != 0:
        return []
    found = []
    for place in range(min(count.value, 64)):
        device = ctypes.c_void_p()
        if library.nvmlDeviceGetHandleByIndex_v2(ctypes.c_uint(place), ctypes.byref(device)) == 0:
            found.append(device)
    return found


def _text(ask: Callable[..., int]) -> str:
    text = ctypes.create_string_buffer(_NAME_BYTES)
    return text.value.decode("utf-8", "replace") if ask(text, ctypes.c_uint(_NAME_BYTES)) == 0 else ""


def _memory_bytes(library: Any, device: Any) -> int | None:
    memory = _NvmlMemory()
    return int(memory.total) if library.nvmlDeviceGetMemoryInfo(device, ctypes.byref(memory)) == 0 else None


def _capability(library: Any, device: Any) -> tuple[int, int] | None:
    major, minor = ctypes.c_int(), ctypes.c_int()
    failed = library.nvmlDeviceGetCudaComputeCapability(device, ctypes.byref(major), ctypes.byref(minor))
    return None if failed else (major.value, minor.value)


def linux_cards(drm: Path) -> list[FoundDevice]:
    """AMD's cards, and Intel's but the one built into the processor; NVIDIA's driver tells of its own."""
    found = []
    for device in sorted(drm.glob("card[0-9]*/device")):
        if "-" in device.parent.name:
            continue  # a connector of a card
        maker, inside = _read(device / "vendor"), device.resolve().name.endswith("00:02.0")
        if maker == _AMD:
            found.append(
                FoundDevice(
                    name=_read(device / "product_name") or "AMD Radeon",
                    way=Way.ROCM,
                    memory_bytes=_number(_read(device / "mem_info_vram_total")),
                    driver=_driver(device),
                )
            )
        elif maker == _INTEL and not inside:
            name = _read(device / "label") or "Intel Arc"
            found.append(FoundDevice(name=name, way=Way.XPU, driver=_driver(device)))
    return found


def windows_cards(run: RunTool) -> list[FoundDevice]:
    """What is not NVIDIA's and could train; the memory that Windows tells of here ends at 4 GB, so it isn't told."""
    found = []
    for row in list(csv.reader(io.StringIO(run(_WINDOWS_CARDS) or "")))[1:]:
        if len(row) != 2:
            continue
        name, driver = row[0].strip(), row[1].strip()
        if "Radeon" in name or name.startswith("AMD"):
            found.append(FoundDevice(name=name, way=Way.ROCM, driver=driver))
        elif "Arc" in name:
            found.append(FoundDevice(name=name, way=Way.XPU, driver=driver))
    return found


def apple_silicon(machine: str, run: RunTool) -> list[FoundDevice]:
    """The part of Apple's chip that draws; its memory is the computer's."""
    if machine != "arm64":
        return []
    name = (run(("sysctl", "-n", "machdep.cpu.brand_string")) or "").strip() or "Apple silicon"
    return [FoundDevice(name=name, way=Way.MPS, memory_bytes=int(psutil.virtual_memory().total))]


def processor(system: str, run: RunTool, info: Path = Path("/proc/cpuinfo")) -> FoundDevice:
    if system == "Linux":
        lines = _read(info).splitlines()
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    elif system == "Darwin":
        name = (run(("sysctl", "-n", "machdep.cpu.brand_string")) or "").strip()
    else:
        name = processor_of_registry(run(_WINDOWS_PROCESSOR) or "") or platform.processor()
    cores = psutil.cpu_count(logical=False) or psutil.cpu_count()
    memory = int(psutil.virtual_memory().total)
    return FoundDevice(name=name or platform.machine(), way=Way.PROCESSOR, memory_bytes=memory, cores=cores)


def processor_of_registry(answer: str) -> str:
    """What its maker calls it; Windows itself tells Python of a family, a model and a stepping only."""
    for line in answer.splitlines():
        name, kind, value = (*line.split(None, 2), "", "", "")[:3]
        if (name, kind) == ("ProcessorNameString", "REG_SZ"):
            return " ".join(value.split())
    return ""


def _driver(device: Path) -> str:
    """The kernel's module, with its version where it has one of its own."""
    with contextlib.suppress(OSError):
        module = (device / "driver").resolve(strict=True)
        version = _read(module / "module" / "version")
        return f"{module.name} {version}".strip()
    return ""


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
