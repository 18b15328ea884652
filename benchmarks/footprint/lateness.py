"""How late a timer of 10 ms comes in a Qt program: that long, whoever clicks waits at least.

Beside it the processor time that the window's thread takes for each turn of its loop: the part of the wait that is the
program's own doing, whatever else the machine has to do.
"""

import json
import sys
import threading
import time
from array import array
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Qt, QTimer

INTERVAL_MS: Final = 10
LIMIT: Final = 2_000_000
BEGIN, END, READY = "begin", "end", "ready"


@dataclass(frozen=True)
class Lateness:
    """In milliseconds, of moments or of turns."""

    p50: float
    p99: float
    most: float
    count: int


@dataclass(frozen=True)
class Told:
    """What a program says of itself at the end."""

    late: Lateness
    turns: Lateness
    """Processor time of each turn."""


def lateness_of(moments: Sequence[float]) -> Lateness:
    """Of a timer that fired at `moments`, in seconds: each gap beyond the 10 ms that it should have been.

    A timer skips what it missed, so that one long block is one large gap and not many small ones.
    """
    late = [max(0.0, 1000 * (after - before) - INTERVAL_MS) for before, after in pairwise(moments)]
    if not late:
        raise ValueError("the timer never fired twice")
    return spread_of(late)


def spread_of(milliseconds: Sequence[float]) -> Lateness:
    """Of at least one."""
    ordered = sorted(milliseconds)
    return Lateness(_at(ordered, 0.5), _at(ordered, 0.99), ordered[-1], len(ordered))


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


class TurnRecord(QObject):
    """Notes how much processor time this thread took from one wait for events to the next."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.milliseconds = array("d")
        self._began: float | None = None
        self._dispatcher = QAbstractEventDispatcher.instance()
        assert self._dispatcher is not None, "a thread without a loop has no turns"
        self._dispatcher.aboutToBlock.connect(self._note)

    def _note(self) -> None:
        now = time.thread_time()
        if self._began is not None and len(self.milliseconds) < LIMIT:
            self.milliseconds.append(1000 * (now - self._began))
        self._began = now


def told_over_pipes(record: TimerRecord, turns: TurnRecord) -> None:
    """Answer over stdin and stdout, in a thread that sleeps meanwhile: “begin” forgets, “end” tells what came since."""

    def listen() -> None:
        first = first_turn = 0
        print(READY, flush=True)
        for line in sys.stdin:
            if line.strip() == BEGIN:
                first, first_turn = len(record.moments), len(turns.milliseconds)
            elif line.strip() == END:
                told = Told(lateness_of(record.moments[first:]), spread_of(turns.milliseconds[first_turn:]))
                print(json.dumps([astuple(told.late), astuple(told.turns)]), flush=True)

    threading.Thread(target=listen, name="lateness", daemon=True).start()


def told_in(line: str) -> Told:
    """What `told_over_pipes` printed."""
    late, turns = json.loads(line)
    return Told(Lateness(*late), Lateness(*turns))
