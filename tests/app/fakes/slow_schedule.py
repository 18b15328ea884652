"""The hours again, written in another way and slowly: every minute of two weeks is read from the wall clock.

A window is open from the minute by which the wall clock has shown its start, until the last minute after which it will
still show a time before its end. That alone says what happens when clocks are put back or forward. What holds at the
end of the hours is what the windows say that are open in their last minute.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import accumulate

from app.core.hours.windows import DaysOff, Level, Schedule, Window

BACK_DAYS, AHEAD_DAYS = 4, 10


class SlowSchedule:
    """Knows every minute from four days before `around` to ten days after."""

    def __init__(self, schedule: Schedule, zone: tzinfo, around: datetime) -> None:
        self.schedule = schedule
        self.begin = around.astimezone(UTC).replace(second=0, microsecond=0) - timedelta(days=BACK_DAYS)
        minutes = (self.begin + timedelta(minutes=count) for count in range((BACK_DAYS + AHEAD_DAYS) * 1440))
        walls = [minute.astimezone(zone).replace(tzinfo=None, fold=0) for minute in minutes]
        self.shown_so_far = list(accumulate(walls, max))
        self.still_to_come = list(accumulate(reversed(walls), min))[::-1]
        self.levels: list[Level | None] = [None] * len(walls)
        self.windows: list[list[Window]] = [[] for _minute in walls]
        for back in range((walls[-1].date() - walls[0].date()).days + 3):
            self._open_windows_of(walls[0].date() + timedelta(days=back - 2))

    def level_at(self, moment: datetime) -> Level | None:
        return self.levels[self._place(moment)]

    def next_change(self, moment: datetime) -> datetime | None:
        """The first minute after `moment` that is open where `moment` is closed, or closed where it is open."""
        place = self._place(moment)
        is_open = self.levels[place] is not None
        for later in range(place + 1, len(self.levels)):
            if (self.levels[later] is not None) != is_open:
                return self.begin + timedelta(minutes=later)
        return None

    def may_begin_at(self, moment: datetime) -> bool:
        """Whether training that doesn't run yet may begin: open now, and for longer than the last start."""
        if self.level_at(moment) is None:
            return False
        closes = self.next_change(moment)
        if closes is None or closes - moment >= timedelta(days=9):
            return True
        own = [each.last_start_minutes for each in self._ending_at(closes) if each.last_start_minutes is not None]
        return closes - moment > timedelta(minutes=min(own) if own else self.schedule.last_start_minutes)

    def hand_over_until(self, moment: datetime) -> datetime | None:
        """Until when may be handed over, at a closed `moment`; None where hours ended longer ago, or never did."""
        places = range(self._place(moment), 0, -1)
        ended = next((place for place in places if self.levels[place - 1] is not None), None)
        if ended is None:
            return None
        closed = self.begin + timedelta(minutes=ended)
        own = [each.overrun_minutes for each in self._ending_at(closed) if each.overrun_minutes is not None]
        until = closed + timedelta(minutes=max(own) if own else self.schedule.overrun_minutes)
        return until if until > moment else None

    def _ending_at(self, closed: datetime) -> list[Window]:
        """The windows whose last minute is the one before `closed`, from when on none is open."""
        return self.windows[self._place(closed) - 1]

    def _place(self, moment: datetime) -> int:
        return int((moment - self.begin).total_seconds() // 60)

    def _open_windows_of(self, day: date) -> None:
        for window in self.schedule.windows:
            start = datetime(day.year, day.month, day.day) + timedelta(minutes=window.start_minute)
            if window.weekday != day.weekday() or self._is_off(day, start):
                continue
            first = bisect_left(self.shown_so_far, start)
            end = bisect_left(self.still_to_come, start + timedelta(minutes=window.length_minutes))
            for place in range(first, end):
                self.windows[place].append(window)
                if self.levels[place] is not Level.FULL:
                    self.levels[place] = window.level

    def _is_off(self, day: date, start: datetime) -> bool:
        for exception in self.schedule.exceptions:
            if isinstance(exception, DaysOff):
                if exception.first <= day <= exception.last:
                    return True
            elif exception.begins <= start < exception.ends:
                return True
        return False
