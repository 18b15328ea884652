"""Keeps the computer awake through wakepy: IOKit on macOS, SetThreadExecutionState on Windows, D-Bus on Linux."""

from typing import Any

import structlog

from app.core.ports import KeepAwake

_log = structlog.get_logger(__name__)


class WakepyKeepAwake:
    """app.core.ports.KeepAwake. Called from one thread only, since Windows ties the wish to the thread."""

    def __init__(self) -> None:
        self._mode: Any = None

    def hold(self) -> bool:
        if self._mode is None:
            from wakepy import keep  # its D-Bus library is not needed before the first training

            self._mode = keep.running(on_fail="pass")
            self._mode.__enter__()
            if not self._mode.active:
                _log.warning("the_computer_can_not_be_kept_awake")
                self.release()  # so that another call asks anew
        return self._mode is not None

    def release(self) -> None:
        if self._mode is not None:
            mode, self._mode = self._mode, None
            mode.__exit__(None, None, None)


class EveryKeepAwake:
    """Several ways at once, as each desktop listens to another; held where one of them holds."""

    def __init__(self, *ways: KeepAwake) -> None:
        self._ways = ways

    def hold(self) -> bool:
        held = [way.hold() for way in self._ways]
        return any(held)

    def release(self) -> None:
        for way in self._ways:
            way.release()
