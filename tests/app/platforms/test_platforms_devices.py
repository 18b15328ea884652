"""Devices are read from what drivers and systems really print, and never by loading PyTorch."""

import ctypes
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from app.core.computer.devices import FoundDevice, Hindrance, Way
from app.platforms.devices import (
    apple_silicon,
    find_nvidia,
    linux_cards,
    processor,
    windows_cards,
    with_hindrances,
)
from app.platforms.hardware import Hardware
from app.platforms.tools import run_tool

ROOT = Path(__file__).resolve().parents[3]


class FakeNvml:
    """NVML as ctypes calls it: fills what it is handed and returns 0, or a number for "no"."""

    def __init__(self, names: Sequence[str], *, memory: int = 12 * 10**9, cuda: int = 12_080, broken: str = "") -> None:
        self._names, self._memory, self._cuda, self._broken = names, memory, cuda, broken
        self.open = 0

    def nvmlInit_v2(self) -> int:
        self.open += 1
        return 0

    def nvmlShutdown(self) -> int:
        self.open -= 1
        return 0

    def nvmlSystemGetDriverVersion(self, text: Any, length: Any) -> int:
        text.value = b"570.86.16"
        return 0

    def nvmlSystemGetCudaDriverVersion_v2(self, number: Any) -> int:
        number._obj.value = self._cuda
        return 0

    def nvmlDeviceGetCount_v2(self, count: Any) -> int:
        count._obj.value = len(self._names)
        return 0

    def nvmlDeviceGetHandleByIndex_v2(self, place: ctypes.c_uint, device: Any) -> int:
        device._obj.value = place.value + 1
        return 0

    def nvmlDeviceGetName(self, device: Any, text: Any, length: Any) -> int:
        text.value = self._names[device.value - 1].encode()
        return 9 if self._broken == "name" else 0

    def nvmlDeviceGetMemoryInfo(self, device: Any, memory: Any) -> int:
        memory._obj.total = self._memory
        return 9 if self._broken == "memory" else 0

    def nvmlDeviceGetCudaComputeCapability(self, device: Any, major: Any, minor: Any) -> int:
        major._obj.value, minor._obj.value = 8, 9 - device.value
        return 0


def test_each_card_of_nvidia_has_its_name_memory_and_driver() -> None:
    library = FakeNvml(["NVIDIA GeForce RTX 4070", "NVIDIA GeForce GTX 1650"])
    found = find_nvidia(library)
    assert [card.name for card in found.cards] == ["NVIDIA GeForce RTX 4070", "NVIDIA GeForce GTX 1650"]
    assert found.cards[0].memory_bytes == 12 * 10**9
    assert found.cards[0].driver == "570.86.16"
    assert found.cuda_driver == (12, 8)
    assert found.capability == (8, 7)
    assert library.open == 0  # held open it would keep a laptop's card from sleeping


@pytest.mark.parametrize("broken", ["name", "memory"])
def test_what_a_driver_does_not_tell_is_left_out(broken: str) -> None:
    (card,) = find_nvidia(FakeNvml(["RTX"], broken=broken)).cards
    assert (card.name, card.memory_bytes) == (("NVIDIA", 12 * 10**9) if broken == "name" else ("RTX", None))


def test_without_a_driver_or_a_card_there_is_nothing() -> None:
    assert find_nvidia(None).cards == ()
    assert find_nvidia(FakeNvml([])).cuda_driver is None


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.skipif(sys.platform == "win32", reason="a file can't have a colon in its name there")
def test_cards_of_amd_and_intel_are_read_from_the_kernel(tmp_path: Path) -> None:
    devices, drm = tmp_path / "pci", tmp_path / "drm"
    module = tmp_path / "drivers" / "amdgpu"
    write(module / "module" / "version", "6.10.5\n")
    for place, (vendor, address) in enumerate(
        (("0x1002", "0000:03:00.0"), ("0x8086", "0000:00:02.0"), ("0x8086", "0000:05:00.0"), ("0x10de", "0000:07:00.0"))
    ):
        write(devices / address / "vendor", vendor + "\n")
        (drm / f"card{place}").mkdir(parents=True)
        (drm / f"card{place}" / "device").symlink_to(devices / address)
        (drm / f"card{place}-DP-1").mkdir()
        (drm / f"card{place}-DP-1" / "device").symlink_to(devices / address)
    write(devices / "0000:03:00.0" / "product_name", "Radeon RX 7900 XTX\n")
    write(devices / "0000:03:00.0" / "mem_info_vram_total", "25753026560\n")
    (devices / "0000:03:00.0" / "driver").symlink_to(module)
    assert linux_cards(drm) == [
        FoundDevice(name="Radeon RX 7900 XTX", way=Way.ROCM, memory_bytes=25753026560, driver="amdgpu 6.10.5"),
        FoundDevice(name="Intel Arc", way=Way.XPU),
    ]


def test_cards_of_windows_are_read_from_its_list() -> None:
    printed = (
        '"Name","DriverVersion"\r\n"AMD Radeon RX 6800","31.0.24027.1012"\r\n'
        '"Intel(R) Arc(TM) A770 Graphics","32.0.101.6078"\r\n"NVIDIA GeForce RTX 3060","32.0.15.6094"\r\n'
        '"Microsoft Basic Display Adapter","10.0"\r\ngarbage\r\n'
    )
    found = windows_cards(lambda command: printed)
    assert [(card.name, card.way) for card in found] == [
        ("AMD Radeon RX 6800", Way.ROCM),
        ("Intel(R) Arc(TM) A770 Graphics", Way.XPU),
    ]
    assert windows_cards(lambda command: None) == []


def test_a_mac_with_apple_silicon_computes_with_metal_and_an_older_one_does_not() -> None:
    (chip,) = apple_silicon("arm64", lambda command: "Apple M2 Pro\n")
    assert (chip.name, chip.way) == ("Apple M2 Pro", Way.MPS)
    assert apple_silicon("x86_64", lambda command: "Intel") == []


def test_the_processor_is_always_there_even_where_nobody_names_it(tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text("processor : 0\nmodel name\t: AMD Ryzen 7 5800X 8-Core Processor\n")
    assert processor("Linux", lambda command: None, info).name == "AMD Ryzen 7 5800X 8-Core Processor"
    nameless = processor("Linux", lambda command: None, tmp_path / "missing")
    assert nameless.name
    assert nameless.memory_bytes
    assert nameless.cores


def hindrance_of(way: Way, found: Hardware) -> Hindrance | None:
    (device,) = with_hindrances([FoundDevice(name="x", way=way)], found)
    return device.hindrance


@pytest.mark.parametrize(
    ("way", "found", "hindrance"),
    [
        (Way.CUDA, Hardware("Linux", "x86_64", (12, 8), (8, 9)), None),
        (Way.CUDA, Hardware("Linux", "x86_64", (11, 4), (8, 9)), Hindrance.OLD_DRIVER),
        (Way.ROCM, Hardware("Linux", "x86_64", rocm_chips=(110000,)), None),
        (Way.ROCM, Hardware("Linux", "x86_64", rocm_chips=(80003,)), Hindrance.UNKNOWN_CHIP),
        (Way.ROCM, Hardware("Windows", "amd64"), Hindrance.SYSTEM),
        (Way.XPU, Hardware("Linux", "x86_64", intel_gpu=True), None),
        (Way.MPS, Hardware("Darwin", "arm64"), None),
        (Way.PROCESSOR, Hardware("Linux", "x86_64"), None),
        (Way.PROCESSOR, Hardware("Darwin", "arm64"), None),
        (Way.PROCESSOR, Hardware("Darwin", "x86_64"), Hindrance.SYSTEM),
    ],
)
def test_what_no_build_of_the_engine_can_use_is_hindered(
    way: Way, found: Hardware, hindrance: Hindrance | None
) -> None:
    assert hindrance_of(way, found) is hindrance


def test_looking_at_the_computer_loads_no_torch() -> None:
    code = (
        "import sys; from pathlib import Path; from app.platforms.devices import find_computer; "
        "found = find_computer(Path('.')); assert found.devices and found.disk_free_bytes; "
        "sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr


REGISTRY = """
HKEY_LOCAL_MACHINE\\HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0
    ProcessorNameString    REG_SZ    AMD Ryzen 7 7840U w/ Radeon  780M Graphics

"""


def test_windows_names_the_processor_as_its_maker_does() -> None:
    asked: list[Sequence[str]] = []

    def run(command: Sequence[str]) -> str:
        asked.append(command)
        return REGISTRY

    assert processor("Windows", run).name == "AMD Ryzen 7 7840U w/ Radeon 780M Graphics"
    assert asked[0][:2] == ("reg", "query")


@pytest.mark.parametrize("answer", [None, "", "ERROR: The system was unable to find the key.", "ProcessorNameString"])
def test_where_the_registry_does_not_tell_windows_own_name_stands(answer: str | None) -> None:
    assert processor("Windows", lambda command: answer).name in (platform.processor(), platform.machine())


@pytest.mark.skipif(sys.platform != "win32", reason="asks Windows itself")
def test_windows_itself_tells_the_makers_name() -> None:
    assert "Stepping" not in processor("Windows", run_tool).name
