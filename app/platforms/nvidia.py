"""The heat and the power of NVIDIA's cards: by the library that comes with their driver; the heat else by the tool that
comes with it."""

import ctypes
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import structlog

from app.core.gates.computer_reading import HeatReading
from app.platforms.portable import is_plausible
from app.platforms.tools import RunTool, run_tool

_log = structlog.get_logger(__name__)

_LIBRARIES: Final = ("nvml.dll",) if sys.platform == "win32" else ("libnvidia-ml.so.1",)
_OF_THE_CHIP: Final = 0
_POWER_SECONDS: Final = 5.0
_STALE_SECONDS: Final = 30.0
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


class NvmlPower:
    """What each card draws, in watts; None for one that doesn't tell, which a laptop's may not. Opened for each reading
    as above, and in a thread of its own: a driver that must first wake a card takes seconds."""

    def __init__(
        self,
        library: Any = None,
        *,
        load: Callable[[], Any] | None = None,
        begin: Callable[[Callable[[], None]], None] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._library, self._load = library, load or load_nvml
        self._looked = library is not None
        self._begin, self._monotonic = begin or _in_a_thread, monotonic
        self._watts: tuple[float | None, ...] = (None,)
        self._read_at = self._asked_at = float("-inf")
        self._asking = False

    def watts(self) -> Sequence[float | None]:
        """As last heard; it may not be known yet. Empty without a card."""
        if not self._looked:
            self._library, self._looked = self._load(), True
        if self._library is None:
            return ()
        now = self._monotonic()
        if not self._asking and now - self._asked_at >= _POWER_SECONDS:
            self._asking, self._asked_at = True, now
            self._begin(self._ask)
        return self._watts if now - self._read_at < _STALE_SECONDS else (None,)

    def _ask(self) -> None:
        try:
            self._watts = self._read()
            self._read_at = self._monotonic()
        finally:
            self._asking = False

    def _read(self) -> tuple[float | None, ...]:
        if self._library.nvmlInit_v2() != 0:
            return ()  # the library without a driver behind it: no card can be at work
        try:
            count = ctypes.c_uint(0)
            if self._library.nvmlDeviceGetCount_v2(ctypes.byref(count)) != 0:
                return (None,)
            return tuple(map(self._of_card, range(min(count.value, 64))))
        finally:
            self._library.nvmlShutdown()

    def _of_card(self, place: int) -> float | None:
        device, milliwatts = ctypes.c_void_p(), ctypes.c_uint(0)
        if self._library.nvmlDeviceGetHandleByIndex_v2(ctypes.c_uint(place), ctypes.byref(device)) != 0:
            return None
        failed = self._library.nvmlDeviceGetPowerUsage(device, ctypes.byref(milliwatts))
        return None if failed else milliwatts.value / 1000


def _in_a_thread(ask: Callable[[], None]) -> None:
    threading.Thread(target=ask, name="nvidia-power", daemon=True).start()


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
