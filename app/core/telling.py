"""When a decision makes a new picture: where something other than a measured figure changed, or the last one is old."""

from datetime import datetime, timedelta
from typing import Final

from app.core.decision import Decision
from app.core.gates.gate import GateReading
from app.core.money.earnings import night_began
from app.core.publishing import Publisher
from app.core.settings.settings import Settings
from app.core.snapshot import Decided

STALE_AFTER: Final = timedelta(seconds=60)
"""A picture in which nothing changed is drawn again after this while, so that its times of day stay right, and what
was measured is never older."""


class DecisionTeller:
    """Belongs to the supervisor's loop."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._told_at: datetime | None = None

    def tell(self, settings: Settings, gates: tuple[GateReading, ...], decision: Decision, now: datetime) -> None:
        """Of what was decided at `now` (aware, in the zone of the hours)."""
        zone = now.tzinfo
        assert zone is not None
        old = self._publisher.latest
        night = night_began(settings.schedule, now, zone)
        same = (old.wish, _heart(old.decision)) == (settings.wish, _heart(decision))
        new_night = old.earnings.night_began is None or night > old.earnings.night_began
        # By when it was read, not by when the picture last changed: an engine that trains changes it all the time.
        stale = self._told_at is None or not timedelta(0) <= now - self._told_at < STALE_AFTER
        if not same or new_night or stale or _answers(old.gates) != _answers(gates):
            self._told_at = now
            self._publisher.apply(Decided(settings.wish, gates, decision, night))


def _heart(decision: Decision) -> tuple[object, ...]:
    """What of a decision a view shows."""
    return (decision.action, decision.reason, decision.until, decision.level, decision.eased_by)


def _answers(gates: tuple[GateReading, ...]) -> list[tuple[object, ...]]:
    """Readings without what was measured, which changes all the time."""
    return [
        (each.gate, each.state, each.switch, each.next_change, each.source, each.detail, each.hours, each.gently)
        for each in gates
    ]
