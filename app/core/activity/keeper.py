"""Keeps the diary of this computer: looks at the snapshot, writes changes down, tells the views."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from app.core.activity.lines import Line, Off
from app.core.activity.store import ActivityStore, shortened
from app.core.activity.watch import Watch, did_of, looked
from app.core.ports import Clock
from app.core.snapshot import ActivityChanged, Snapshot, SnapshotEvent, TroubleSeen
from protocol.errors import DiskFull, UserFacingError


class ActivityKeeper:
    """All calls belong to the supervisor's loop. Without a path everything stays in memory."""

    def __init__(self, path: Path | None, *, tell: Callable[[SnapshotEvent], None], clock: Clock) -> None:
        self._store = None if path is None else ActivityStore(path)
        self._tell = tell
        self._clock = clock
        self._watch = Watch()
        self._lines: tuple[Line, ...] = ()
        self._unsaved: tuple[Line, ...] = ()
        self._write_failed = False

    def begin(self) -> None:
        """Read what earlier starts wrote."""
        if self._store is not None:
            try:
                self._lines = self._store.load(_ms(self._clock.now()))
            except UserFacingError as error:
                self._tell(_seen(error))
            self._tell(ActivityChanged(self._lines))

    def attend(self, snapshot: Snapshot, now: datetime) -> None:
        """Level-triggered, each tick; writes only where something changed, or once in a quarter of an hour."""
        self._watch, lines = looked(self._watch, did_of(snapshot), _ms(now))
        self._keep(lines, now)

    def close(self, now: datetime) -> None:
        """From now on the app does not run."""
        if self._watch.line is not None:
            self._keep((Line(at_ms=_ms(now), did=Off()),), now)

    def _keep(self, lines: tuple[Line, ...], now: datetime) -> None:
        if not lines:
            return
        self._lines = shortened((*self._lines, *lines), _ms(now))
        self._unsaved = shortened((*self._unsaved, *lines), _ms(now))
        self._save()
        self._tell(ActivityChanged(self._lines))

    def _save(self) -> None:
        """What can't be written now is tried again with the next line."""
        if self._store is None:
            return
        try:
            self._store.add(self._unsaved)
            self._unsaved = ()
            self._store.tidy(self._lines)
            self._write_failed = False
        except UserFacingError as error:
            if not self._write_failed:  # once, not at every change of a night with a full disk
                self._tell(_seen(error))
            self._write_failed = True


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _seen(error: UserFacingError) -> TroubleSeen:
    """The diary can't be read or written; a full disk has its own name."""
    return TroubleSeen(error.code if isinstance(error, DiskFull) else "activity_record", error.title, error.advice)
