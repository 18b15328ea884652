"""From what clocks on the wall show to instants, also in the nights in which they are put back or forward."""

from datetime import UTC, datetime, timedelta, tzinfo


def to_instant(wall: datetime, zone: tzinfo, *, last: bool) -> datetime:
    """The instant (UTC) at which clocks in `zone` show naive `wall`: of two the first or last, of none the jump.

    The last is that after which they show no earlier time any more. Where they are put back to just `wall`, that is the
    first: until two is not until three, though it is two once more by then.
    """
    before, after = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if after < before:
        return _jump_between(after, before, zone)
    shows_earlier = to_wall(after - timedelta(seconds=1), zone) < wall
    return after if last and shows_earlier else before


def to_wall(moment: datetime, zone: tzinfo) -> datetime:
    """What clocks in `zone` show at `moment`; naive."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _jump_between(low: datetime, high: datetime, zone: tzinfo) -> datetime:
    """The one moment in (low, high] at which the offset of `zone` changes, to the second."""
    old = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        if middle.astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high
