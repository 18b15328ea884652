"""When Python's collector of circular garbage may run: in Qt's thread, between two events, and never for long.

Left to itself it runs wherever something is allocated. That is another thread at times, where a window must not be
deleted, and at times a handler that Qt calls while it goes through all widgets to dress them anew: what the collector
deletes there, Qt comes by a moment later.

A collection of everything takes 40 ms and more with this app's libraries, far longer where the engine wants the
processors as well; one that passes over what is there for good takes less than one.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer

SETTLED_AFTER_MS: Final = 10_000
"""By then what a start loads is loaded."""

_ROUND_MS: Final = 2000


class GarbageRounds(QObject):
    """While it is open, circular garbage is collected by its timer and nowhere else."""

    def __init__(self, parent: QObject | None = None) -> None:
        """To be made in Qt's thread."""
        super().__init__(parent)
        gc.disable()
        self._rounds = QTimer(self, interval=_ROUND_MS)
        self._rounds.setTimerType(Qt.TimerType.VeryCoarseTimer)  # wakes along with others
        self._rounds.timeout.connect(collect_due)
        self._rounds.start()

    def close(self) -> None:
        """Leave the collector to itself again."""
        self._rounds.stop()
        gc.enable()


def collect_due() -> None:
    """Collect what Python would have collected by now if it were left to itself: it counts on while it may not."""
    counts, thresholds = gc.get_count(), gc.get_threshold()
    if counts[0] <= thresholds[0]:
        return
    due = [age for age, (count, limit) in enumerate(zip(counts, thresholds, strict=True)) if limit and count > limit]
    gc.collect(max(due, default=0))


def set_aside() -> None:
    """Let the collector pass over all that is there now. This takes no time at all."""
    gc.freeze()


def settle() -> None:
    """Collect everything, what was set aside too, and then set aside what is left.

    To be called when nobody looks: it finds what was in use when it was set aside and is garbage now.
    """
    gc.unfreeze()
    gc.collect()
    set_aside()
