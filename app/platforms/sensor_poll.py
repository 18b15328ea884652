"""Reads all sensors in a thread of its own, so that a service that hangs makes readings old and holds up nobody."""

import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

import msgspec
import structlog

from app.core.gates.computer_reading import (
    ComputerReading,
    FansReading,
    FullScreenReading,
    HeatReading,
    IdleReading,
    OthersReading,
)
from app.core.ports import Asked
from app.platforms import portable
from app.platforms.services import Computer

_log = structlog.get_logger(__name__)
R = TypeVar("R")

POLL_SECONDS: Final = 2.0
STALE_SECONDS: Final = 30.0
"""An older reading is none: whatever reads it hangs."""
FIRST_SECONDS: Final = 2.0
"""How long the first reading, and the first after sleep, is waited for: nobody may start on what isn't known yet."""


class PolledSensors:
    """app.core.ports.Sensors of a `Computer`. The thread begins with the first reading and ends with `close`."""

    def __init__(
        self, computer: Computer, *, poll_seconds: float = POLL_SECONDS, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._computer = computer
        self._poll_seconds = poll_seconds
        self._monotonic = monotonic
        self._lock = threading.Condition()
        self._asked: Asked | None = None
        self._asks_anew = False
        self._wanted = 0
        """Counts what was asked to be read anew; `_done` follows it."""
        self._done = -1
        self._reading = ComputerReading()
        self._read_at = float("-inf")
        self._waited_for = -1
        self._closed = False
        self._thread: threading.Thread | None = None

    def read(self, asked: Asked) -> ComputerReading:
        with self._lock:
            if asked != self._asked:
                self._asked, self._asks_anew = asked, True  # what is new in it is unknown for a moment
                self._lock.notify_all()
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._poll, name="sensors", daemon=True)
                self._thread.start()
            if self._done < self._wanted and self._waited_for < self._wanted:
                wanted = self._waited_for = self._wanted
                self._lock.wait_for(lambda: self._done >= wanted or self._closed, FIRST_SECONDS)
            fresh = self._done >= self._wanted and self._monotonic() - self._read_at < STALE_SECONDS
            return self._reading if fresh else ComputerReading()

    def refresh(self) -> None:
        with self._lock:
            self._wanted += 1
            self._lock.notify_all()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._lock.notify_all()
        if self._thread is not None:
            self._thread.join(FIRST_SECONDS)

    def _poll(self) -> None:
        try:
            self._poll_until_closed()
        finally:
            self._computer.close()

    def _poll_until_closed(self) -> None:
        while True:
            with self._lock:
                asked, wanted, self._asks_anew = self._asked, self._wanted, False
            if asked is not None:
                reading = read_computer(self._computer, asked)
                with self._lock:
                    self._reading, self._read_at, self._done = reading, self._monotonic(), wanted
                    self._lock.notify_all()
            with self._lock:
                if self._wanted == wanted and not self._asks_anew and not self._closed:
                    self._lock.wait(self._poll_seconds)
                if self._closed:
                    return


def read_computer(computer: Computer, asked: Asked) -> ComputerReading:
    """Everything once, one after the other. A source that breaks against its promise is told and counts as silent."""
    return ComputerReading(
        power=_read(computer.power.read, ComputerReading().power),
        idle=_read(computer.idle.read, IdleReading()) if asked.idle else IdleReading(),
        metered=_read(computer.metered.read, ComputerReading().metered),
        link=_read(computer.link.read, ComputerReading().link),
        full_screen=_read(computer.full_screen.read, FullScreenReading()) if asked.full_screen else FullScreenReading(),
        others=_read(computer.others.read, OthersReading()) if asked.others else OthersReading(),
        heat=_heat(computer, asked),
        fans=_read(computer.fans.read, FansReading()) if asked.fans else FansReading(),
        programs=_read(computer.programs.read, None) if asked.programs else None,
        memory_free_bytes=portable.memory_free_bytes(),
        disk_free_bytes=portable.disk_free_bytes(asked.folder),
    )


def _heat(computer: Computer, asked: Asked) -> HeatReading:
    processor = _read(computer.thermals.read, HeatReading())
    graphics = _read(computer.graphics_thermals.read, HeatReading()) if asked.graphics_heat else HeatReading()
    return msgspec.structs.replace(
        processor, graphics_celsius=graphics.graphics_celsius, graphics_source=graphics.graphics_source
    )


def _read(read: Callable[[], R], nothing: R) -> R:
    try:
        return read()
    except Exception:  # noqa: BLE001  one sensor must not blind the others
        _log.exception("a_sensor_broke")
        return nothing
