"""A computer made of plain fields, for tests and for screenshots: it says what it was told to say."""

from datetime import datetime, timedelta
from pathlib import Path

from app.core.ports import PowerReading


class PretendSensors:
    """app.core.ports.Sensors: on mains, idle, cool and roomy unless a field says otherwise."""

    def __init__(self) -> None:
        self.on_mains: bool | None = True
        self.battery_share: float | None = None
        self.idle: float | None = None
        self.metered: bool | None = False
        self.programs: frozenset[str] | None = frozenset()
        self.celsius: float | None = 50.0
        self.memory_bytes: int | None = 8 * 1024**3
        self.disk_bytes: int | None = 100 * 1024**3

    def power(self) -> PowerReading:
        return PowerReading(self.on_mains, self.battery_share)

    def idle_seconds(self) -> float | None:
        return self.idle

    def network_is_metered(self) -> bool | None:
        return self.metered

    def running_programs(self) -> frozenset[str] | None:
        return self.programs

    def processor_celsius(self) -> float | None:
        return self.celsius

    def free_memory_bytes(self) -> int | None:
        return self.memory_bytes

    def free_disk_bytes(self, folder: Path) -> int | None:
        return self.disk_bytes


class PretendKeepAwake:
    """app.core.ports.KeepAwake that only remembers."""

    def __init__(self) -> None:
        self.held = False

    def hold(self) -> bool:
        self.held = True
        return True

    def release(self) -> None:
        self.held = False


class PretendClock:
    """app.core.ports.Clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment

    def move(self, by: timedelta) -> None:
        self.moment += by
