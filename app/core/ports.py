"""What the supervisor needs of the computer, as small protocols. app.platforms has the real ones, tests their own."""

from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec

from app.core.identity_choice import HotkeyChoice, Password
from protocol.keys import HotkeySigner


class PowerReading(msgspec.Struct, frozen=True):
    """None is "could not be read", never "no". A computer without a battery is on mains."""

    on_mains: bool | None
    battery_share: float | None
    """Charge between 0 and 1; None also where there is no battery."""


class Sensors(Protocol):
    """Readings that cost microseconds and never wait. Each may answer None: not known here."""

    def power(self) -> PowerReading: ...

    def idle_seconds(self) -> float | None: ...

    def network_is_metered(self) -> bool | None: ...

    def running_programs(self) -> frozenset[str] | None:
        """Their names in lower case. Costs milliseconds; asked only where the person watches for some."""
        ...

    def processor_celsius(self) -> float | None: ...

    def free_memory_bytes(self) -> int | None: ...

    def free_disk_bytes(self, folder: Path) -> int | None: ...


class KeepAwake(Protocol):
    """Keeps the computer from falling asleep, never the screen from going dark. May block for a moment."""

    def hold(self) -> bool:
        """Whether it is held now; a second call changes nothing."""
        ...

    def release(self) -> None:
        """A second call changes nothing."""
        ...


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, in the zone that the computer shows its clock in."""
        ...


class IdentityDesk(Protocol):
    """Where the device's key can be saved to and brought back from. Every call may block for long."""

    def export(self, choice: HotkeyChoice, password: Password) -> bytes: ...

    def restore(self, content: bytes, password: Password) -> HotkeyChoice: ...

    def keep_in_file(self, password: Password) -> HotkeyChoice: ...

    def unlock(self, password: Password) -> None: ...


class OpenedKey(msgspec.Struct, frozen=True):
    """The device's identity and where it lies: `storage` is empty for the system's keychain, else says it in words."""

    signer: HotkeySigner
    storage: str = ""
