"""The computer's own clock and time zone, daylight saving included, whatever the zone is called."""

import time
from datetime import UTC, datetime, timedelta, tzinfo

_ZERO = timedelta(0)


class SystemZone(tzinfo):
    """The zone of the system's clock by the C library's rules: no zone name is needed, which Windows and macOS hide."""

    def utcoffset(self, moment: datetime | None) -> timedelta:
        if moment is None:
            return _ZERO
        naive = moment.replace(tzinfo=None)
        return naive.astimezone().utcoffset() or _ZERO

    def dst(self, moment: datetime | None) -> timedelta | None:
        return None

    def tzname(self, moment: datetime | None) -> str | None:
        return None if moment is None else moment.replace(tzinfo=None).astimezone().tzname()

    def fromutc(self, moment: datetime) -> datetime:
        """Keeps `fold`, which tzinfo's own does not for zones like this."""
        return datetime.fromtimestamp(moment.replace(tzinfo=UTC).timestamp()).replace(tzinfo=self)

    def __repr__(self) -> str:
        return "SystemZone()"


class SystemClock:
    """Now, in the system's zone; follows a change of zone while the app runs."""

    def __init__(self) -> None:
        self._zone = SystemZone()

    def now(self) -> datetime:
        if hasattr(time, "tzset"):
            time.tzset()
        return datetime.now(UTC).astimezone(self._zone)
