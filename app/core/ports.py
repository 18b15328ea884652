"""What the supervisor needs of the computer, as small protocols. app.platforms has the real ones, tests their own."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeAlias

import msgspec

from app.core.gates.computer_reading import ComputerReading
from app.core.identity.choice import HotkeyChoice, Password
from protocol.keys import HotkeySigner


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a reading must contain. What costs more than a glance, or looks over a shoulder, is read only on request."""

    folder: Path
    """On whose disk the free space counts."""
    idle: bool = False
    full_screen: bool = False
    others: bool = False
    fans: bool = False
    programs: bool = False
    graphics_heat: bool = False
    """Asking a graphics card that sleeps wakes it."""


class Sensors(Protocol):
    """What the computer says of itself, read elsewhere so that a service that hangs holds up nobody."""

    def read(self, asked: Asked) -> ComputerReading:
        """The latest reading. Costs microseconds, but for the first and the one after `refresh`: up to two seconds."""
        ...

    def refresh(self) -> None:
        """What was read is no longer true: the computer slept."""
        ...

    def close(self) -> None: ...


class KeepAwake(Protocol):
    """Keeps the computer from falling asleep, never the screen from going dark. May block for a moment."""

    def hold(self) -> bool:
        """Whether it is held now; a second call changes nothing."""
        ...

    def release(self) -> None:
        """A second call changes nothing."""
        ...


class SuspendWatch(Protocol):
    """Tells before the computer sleeps, where the system says so. Both functions are called in any thread."""

    def begin(self, about_to_sleep: Callable[[], None], woke: Callable[[], None]) -> None:
        """From now on the system waits for `may_sleep`, as long as it allows, before it sleeps."""
        ...

    def may_sleep(self) -> None:
        """Everything is saved; nothing where the system doesn't wait."""
        ...

    def end(self) -> None: ...


class Notifier(Protocol):
    """Brings a notice before the person's eyes, in whatever way this computer has. Never waits."""

    def show(self, title: str, text: str, topic: str) -> None:
        """A later notice of the same `topic` may take this one's place."""
        ...

    def close(self) -> None:
        """Wait a moment for what is under way."""
        ...


class NoNotifier:
    def show(self, title: str, text: str, topic: str) -> None:
        """Nobody is there to see it."""

    def close(self) -> None:
        """Nothing is under way."""


class AutostartState(StrEnum):
    OFF = "off"
    ON = "on"
    UNAVAILABLE = "unavailable"
    """This system has no way that we know of."""


class Autostart(Protocol):
    """Starting with the person's session. Off until asked; what the system says counts, not what we remember."""

    way: str
    """How, in words for the person."""
    brings_back: bool
    """Whether the system also starts an app anew that died."""

    def state(self) -> AutostartState: ...

    def enable(self) -> None:
        """From the next start of the session on. Raises StorageError or Refused."""
        ...

    def disable(self) -> None:
        """A second call changes nothing. Raises StorageError or Refused."""
        ...

    def watch_over(self, process: int) -> bool:
        """Have the app of that process brought back in this session too, where the system did not start it itself;
        whether that was taken. Raises StorageError."""
        ...

    def stand_down(self) -> None:
        """It ends in order, and is to stay away. Raises StorageError."""
        ...


class KeptWork(Protocol):
    """What engines keep on the disk and could fetch or make again."""

    def set_aside(self) -> Callable[[], None]:
        """At once, so that no engine finds it any more; what is returned deletes it and may take minutes. Raises
        StorageError."""
        ...


class NoKeptWork:
    def set_aside(self) -> Callable[[], None]:
        """There is none."""
        return lambda: None


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, in the zone that the computer shows its clock in."""
        ...


class ChildLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What binds a child process and all that it starts."""

    niceness: int = 5
    """As Unix counts it: what is the person's goes first. The engine's arithmetic steps back further by itself."""
    memory_bytes: int | None = None
    """What was allowed to it. A process that takes far more is refused memory, not the computer."""


EndAll: TypeAlias = Callable[[], None]
"""Ends whatever is left of a child and of all that it started. Never raises, and may be called again."""
BindChild: TypeAlias = Callable[[int, ChildLimits], EndAll | None]
"""Sets the limits on a process by its id; tells how to end it with all that it started, where a signal to its group
can't. Never raises: one that is gone already needs no limits."""


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
    for_play: bool = False
    """Good for a network of this computer only; another network needs another key."""
