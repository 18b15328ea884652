"""How late a timer of 10 ms comes in a Qt program: that long, whoever clicks waits at least."""

import json
import sys
import threading
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer

INTERVAL_MS: Final = 10
LIMIT: Final = 2_000_000
BEGIN, END, READY = "begin", "end", "ready"


@dataclass(frozen=True)
class Lateness:
    """In milliseconds."""

    p50: float
    p99: float
    most: float
    count: int


def lateness_of(moments: Sequence[float]) -> Lateness:
    """Of a timer that fired at `moments`, in seconds: each gap beyond the 10 ms that it should have been.

    A timer skips what it missed, so that one long block is one large gap and not many small ones.
    """
    late = sorted(max(0.0, 1000 * (after - before) - INTERVAL_MS) for before, after in pairwise(moments))
    if not late:
        raise ValueError("the timer never fired twice")
    return Lateness(_at(late, 0.5), _at(late, 0.99), late[-1], len(late))


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class TimerRecord(QObject):
    """Fires every 10 ms from now on and notes when."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.moments = array("d")
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._note)
        self._timer.start()

    def close(self) -> None:
        self._timer.stop()

    def _note(self) -> None:
        if len(self.moments) < LIMIT:
            self.moments.append(time.perf_counter())


def told_over_pipes(record: TimerRecord) -> None:
    """Answer over stdin and stdout, in a thread that sleeps meanwhile: “begin” forgets, “end” tells what came since."""

    def listen() -> None:
        first = 0
        print(READY, flush=True)
        for line in sys.stdin:
            if line.strip() == BEGIN:
                first = len(record.moments)
            elif line.strip() == END:
                found = lateness_of(record.moments[first:])
                print(json.dumps([found.p50, found.p99, found.most, found.count]), flush=True)

    threading.Thread(target=listen, name="lateness", daemon=True).start()
