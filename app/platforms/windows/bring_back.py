"""The watcher over the app on Windows: `python -m app.platforms.windows.bring_back PROCESS SECONDS FOLDER COMMAND...`.

Waits for the process to end, or to be told that it ends in order, and starts COMMAND in FOLDER where it died. It lives
as long as the app, so it imports nothing but what Python has: 8 MB.
"""

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

MODULE: Final = "app.platforms.windows.bring_back"
WATCHING: Final = b"watching"
ENDS_VARIABLE: Final = "TRAIN_AT_HOME_ENDS"
"""When the apps before this one died, in seconds since 1970; handed from watcher to app to watcher."""
GIVE_UP_TIMES, GIVE_UP_SECONDS = 10, 900
"""An app that dies so often in so short a time needs a person, not another start. As on Linux."""
_OF_ONE_START: Final = ("TRAIN_AT_HOME_LAUNCHER", "TRAIN_AT_HOME_VERSION")
"""What a bundle's programs hand on to the version they become; the next start chooses anew."""
_SYNCHRONIZE, _QUERY_LIMITED, _MODIFY_STATE = 0x0010_0000, 0x1000, 0x0002
_FOREVER: Final = 0xFFFF_FFFF
_FIRST: Final = 0


def ends_to_remember(exit_code: int, earlier: Sequence[float], now_s: float) -> tuple[float, ...] | None:
    """Where the app is to come back, the ends that count with this one; None where it ended in order or too often."""
    if exit_code == 0:
        return None
    recent = (*(end for end in earlier if 0 <= now_s - end < GIVE_UP_SECONDS), now_s)
    return recent if len(recent) <= GIVE_UP_TIMES else None


def written(ends: Sequence[float]) -> str:
    return ",".join(f"{end:.0f}" for end in ends)


def read(text: str) -> tuple[float, ...]:
    """Of what `written` wrote; anything else is nothing."""
    return tuple(float(part) for part in text.split(",") if part.isascii() and part.isdigit())[-GIVE_UP_TIMES:]


def stand_down_name(process: int) -> str:
    """Of the event that says the app of this process ends in order. It is there exactly while somebody watches."""
    return f"Local\\org.train-at-home.app.{process}.stands-down"


class Synchronisation:
    """Windows' events and processes; what was opened is closed with the block that `synchronisation` gives it to."""

    def __init__(self) -> None:
        self._kernel: Any = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined, unused-ignore]
        for name in ("CreateEventW", "OpenEventW", "OpenProcess"):
            getattr(self._kernel, name).restype = ctypes.c_void_p  # as wide as an address
        self._opened: list[ctypes.c_void_p] = []

    def create_event(self, name: str) -> ctypes.c_void_p | None:
        return self._kept(self._kernel.CreateEventW(None, 1, 0, ctypes.c_wchar_p(name)))

    def open_event(self, name: str) -> ctypes.c_void_p | None:
        """None where there is none of that name."""
        return self._kept(self._kernel.OpenEventW(_SYNCHRONIZE | _MODIFY_STATE, 0, ctypes.c_wchar_p(name)))

    def set_event(self, event: ctypes.c_void_p) -> None:
        self._kernel.SetEvent(event)

    def open_process(self, process: int) -> ctypes.c_void_p | None:
        return self._kept(self._kernel.OpenProcess(_SYNCHRONIZE | _QUERY_LIMITED, 0, process))

    def wait_for_any(self, *handles: ctypes.c_void_p) -> int:
        """Which of them it was; the first where several are."""
        several = (ctypes.c_void_p * len(handles))(*(handle.value for handle in handles))
        return int(self._kernel.WaitForMultipleObjects(len(handles), several, 0, _FOREVER))

    def exit_code(self, process: ctypes.c_void_p) -> int:
        code = ctypes.c_uint32(0)
        return int(code.value) if self._kernel.GetExitCodeProcess(process, ctypes.byref(code)) else 1

    def close(self) -> None:
        for handle in self._opened:
            self._kernel.CloseHandle(handle)

    def _kept(self, handle: int | None) -> ctypes.c_void_p | None:
        if not handle:
            return None
        self._opened.append(ctypes.c_void_p(handle))
        return self._opened[-1]


@contextmanager
def synchronisation() -> Iterator[Synchronisation]:
    opened = Synchronisation()
    try:
        yield opened
    finally:
        opened.close()


def died(process_id: int, tell_watching: Callable[[], None]) -> int | None:
    """Wait for the process; its exit code, or None where it ends in order or was gone before."""
    with synchronisation() as kernel:
        stands_down = kernel.create_event(stand_down_name(process_id))
        process = kernel.open_process(process_id)
        if stands_down is None or process is None:
            return None
        tell_watching()
        first = kernel.wait_for_any(stands_down, process)
        return None if first == _FIRST else kernel.exit_code(process)


def main(arguments: Sequence[str]) -> int:
    process, seconds, folder, *command = arguments
    code = died(int(process), _tell_watching)
    ends = None if code is None else ends_to_remember(code, read(os.environ.get(ENDS_VARIABLE, "")), time.time())
    if ends is None:
        return 0
    time.sleep(float(seconds))
    environment = {name: value for name, value in os.environ.items() if name not in _OF_ONE_START}
    environment |= {ENDS_VARIABLE: written(ends), "PYINSTALLER_RESET_ENVIRONMENT": "1"}
    subprocess.Popen(command, cwd=folder, env=environment, creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0))
    return 0


def _tell_watching() -> None:
    sys.stdout.buffer.write(WATCHING + b"\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
