"""Waits until a running app has ended: its process, and the installed program that became it as a newer version."""

from typing import Final

import psutil

_OWN: Final = "train-at-home"


class Ending:
    """Of the app with this process id. Made before it is asked to end: who began it can be told only while it lives."""

    def __init__(self, pid: int) -> None:
        self._left: list[psutil.Process] = []
        try:
            app = psutil.Process(pid)
            self._left.append(app)
            began_it = app.parent()
            if began_it is not None and began_it.name().startswith(_OWN):
                self._left.append(began_it)
        except psutil.Error:
            pass  # gone already, or kept from us: then there is nothing to wait for

    def comes_within(self, seconds: float) -> bool:
        """Whether all of it is gone by then."""
        _gone, self._left = psutil.wait_procs(self._left, timeout=seconds)
        return not self._left
