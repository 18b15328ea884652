"""Windows calls before it sleeps and after it wakes, and waits about two seconds for the call to return."""

import ctypes
import threading
from collections.abc import Callable
from typing import Any, Final

import structlog

_log = structlog.get_logger(__name__)

_CALLBACK: Final = 2
_SUSPEND, _RESUME = 0x4, 0x12
WAIT_SECONDS: Final = 1.8


class WindowsSuspendWatch:
    """app.core.ports.SuspendWatch."""

    def __init__(self) -> None:
        self._saved = threading.Event()
        self._handle = ctypes.c_void_p()
        self._kept: tuple[Any, ...] = ()
        """What Windows calls must outlive the subscription."""

    def begin(self, about_to_sleep: Callable[[], None], woke: Callable[[], None]) -> None:
        def on_power(_context: Any, kind: int, _setting: Any) -> int:
            self.hear(kind, about_to_sleep, woke)
            return 0

        prototype: Any = ctypes.WINFUNCTYPE(  # type: ignore[attr-defined, unused-ignore]
            ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p
        )
        call = prototype(on_power)
        parameters = (ctypes.c_void_p * 2)(ctypes.cast(call, ctypes.c_void_p), None)
        self._kept = (call, parameters)
        failed = self._library().PowerRegisterSuspendResumeNotification(
            _CALLBACK, parameters, ctypes.byref(self._handle)
        )
        if failed:
            _log.info("windows_tells_nothing_of_sleep", code=failed)

    def hear(self, kind: int, about_to_sleep: Callable[[], None], woke: Callable[[], None]) -> None:
        """One notice. Returning from the one before sleep is what lets the computer sleep."""
        if kind == _SUSPEND:
            self._saved.clear()
            about_to_sleep()
            self._saved.wait(WAIT_SECONDS)
        elif kind == _RESUME:
            woke()

    def may_sleep(self) -> None:
        self._saved.set()

    def end(self) -> None:
        self._saved.set()
        if self._handle:
            self._library().PowerUnregisterSuspendResumeNotification(self._handle)
            self._handle = ctypes.c_void_p()

    @staticmethod
    def _library() -> Any:
        return ctypes.WinDLL("powrprof")  # type: ignore[attr-defined, unused-ignore]
