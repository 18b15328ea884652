"""All gates as they stand at a tick: read, steadied and eased, with what of earlier ticks that takes."""

from datetime import datetime
from pathlib import Path

from app.core.gates.easing import eased
from app.core.gates.gate import GateReading
from app.core.gates.keeping import Reach, Surroundings, read_gates
from app.core.gates.steadiness import LastNo, steadied
from app.core.ports import Sensors
from app.core.settings.settings import Settings


class GateWatch:
    """Belongs to the supervisor's loop."""

    def __init__(self, sensors: Sensors, lot: float) -> None:
        """`lot` spreads over [0, 1) what would otherwise befall many computers at one instant."""
        self._sensors = sensors
        self._lot = lot
        self._noes: tuple[LastNo, ...] = ()
        self._warm: tuple[LastNo, ...] = ()

    def read(
        self, settings: Settings, reach: Reach, work_disk: Path, now: datetime, around: Surroundings
    ) -> tuple[GateReading, ...]:
        """Every gate at `now` (aware). `work_disk` is where the engine's work lies, `reach` what is known of the
        network."""
        chosen = settings.network is not None
        readings = read_gates(self._sensors, settings.gates, settings.schedule, chosen, reach, work_disk, now, around)
        gates, self._noes = steadied(readings, self._noes, now, self._lot)
        gates, self._warm = eased(gates, self._warm, now)
        return gates
