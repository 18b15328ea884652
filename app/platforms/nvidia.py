"""The heat of NVIDIA's cards: by the library that comes with their driver, else by the tool that comes with it."""

import ctypes
import sys
from typing import Any, Final

import structlog

from app.core.gates.computer_reading import HeatReading
from app.platforms.portable import is_plausible
from app.platforms.tools import RunTool, run_tool

_log = structlog.get_logger(__name__)

_LIBRARIES: Final = ("nvml.dll",) if sys.platform == "win32" else ("libnvidia-ml.so.1",)
_OF_THE_CHIP: Final = 0
_COMMAND: Final = ("nvidia-smi", "--query-gpu=temperature.gpu", "--format=csv,noheader,nounits")


class NvmlThermals:
    """NVML, opened for each reading and closed again: held open it would keep a laptop's second card from sleeping."""

    def __init__(self, library: Any = None) -> None:
        self._library = library
        self._looked = library is not None

    def read(self) -> HeatReading:
        if not self._looked:
            self._library, self._looked = load_nvml(), True
        if self._library is None or self._library.nvmlInit_v2() != 0:
            return HeatReading()
        try:
            found = [celsius for celsius in map(self._celsius, range(self._count())) if celsius is not None]
        finally:
            self._library.nvmlShutdown()
        hottest = max(filter(is_plausible, found), default=None)
        return HeatReading(graphics_celsius=hottest, graphics_source="" if hottest is None else "NVML")

    def _count(self) -> int:
        count = ctypes.c_uint(0)
        return count.value if self._library.nvmlDeviceGetCount_v2(ctypes.byref(count)) == 0 else 0

    def _celsius(self, place: int) -> float | None:
        device, celsius = ctypes.c_void_p(), ctypes.c_uint(0)
        if self._library.nvmlDeviceGetHandleByIndex_v2(ctypes.c_uint(place), ctypes.byref(device)) != 0:
            return None
        failed = self._library.nvmlDeviceGetTemperature(device, ctypes.c_uint(_OF_THE_CHIP), ctypes.byref(celsius))
        return None if failed else float(celsius.value)


class NvidiaToolThermals:
    def __init__(self, run: RunTool = run_tool) -> None:
        self._run = run

    def read(self) -> HeatReading:
        celsius = hottest_card(self._run(_COMMAND))
        return HeatReading(graphics_celsius=celsius, graphics_source="" if celsius is None else "nvidia-smi")


def hottest_card(printed: str | None) -> float | None:
    """The highest of one number a line; cards that don't tell say [N/A] or [Unknown Error]."""
    found = []
    for line in (printed or "").splitlines():
        try:
            found.append(float(line.strip().replace(",", ".")))
        except ValueError:
            continue
    return max(filter(is_plausible, found), default=None)


def load_nvml() -> Any:
    for name in _LIBRARIES:
        try:
            return ctypes.CDLL(name)
        except OSError:
            _log.debug("no_nvidia_driver", library=name)
    return None
