"""What the desktop needs of the rest of the app."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

from app.core.commands import Command
from app.core.removal_plan import Found
from app.core.settings.settings import Settings
from app.core.snapshot import Snapshot


class Backend(Protocol):
    """Of app.core.supervisor.Supervisor; nothing of it waits."""

    @property
    def snapshot(self) -> Snapshot: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def first_visit_done(self) -> bool: ...

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]: ...

    def submit(self, command: Command) -> Future[None]: ...


class Removal(Protocol):
    """Of app.control.removing.Removing."""

    def look(self) -> tuple[Found, ...]:
        """May block."""
        ...
