"""The app as it is, with a 10 ms timer in its window thread: `python -m benchmarks.footprint.timed_app ARGUMENTS`."""

import sys
from typing import Any

from app.__main__ import main
from app.ui import session
from app.ui.application import Desktop
from benchmarks.footprint.lateness import TimerRecord, TurnRecord, told_over_pipes


class TimedDesktop(Desktop):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        told_over_pipes(TimerRecord(self), TurnRecord(self))


if __name__ == "__main__":
    setattr(session, "Desktop", TimedDesktop)  # noqa: B010  the same class, with a clock in it
    sys.exit(main())
