"""Looks at the snapshot, keeps what is told, and hands notices to whoever delivers them."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec
import structlog

from app.core.notices.kinds import KIND_OF
from app.core.notices.memory import NoticeMemory, NoticesView, latest
from app.core.notices.occasions import Watch, due, watched
from app.core.notices.words import told
from app.core.ports import Notifier
from app.core.settings.settings import Settings
from app.core.snapshot import NoticesChanged, Snapshot, SnapshotEvent
from protocol.errors import UserFacingError

_log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 2.0


class NoticeKeeper:
    """All calls belong to the supervisor's loop. `save` keeps the memory and may raise StorageError."""

    def __init__(
        self,
        notifier: Notifier,
        memory: NoticeMemory,
        save: Callable[[NoticeMemory], None],
        tell: Callable[[SnapshotEvent], None],
    ) -> None:
        self._notifier = notifier
        self._memory = memory
        self._save = save
        self._tell = tell
        self._watch = Watch()
        self._view = NoticesView(dismissed=memory.dismissed)
        self._looked_unix: float | None = None

    def begin(self) -> None:
        self._tell(NoticesChanged(self._view))

    def attend(self, snapshot: Snapshot, settings: Settings, now: datetime) -> None:
        """Level-triggered, each tick."""
        snapshot = msgspec.structs.replace(snapshot, at=now)
        self._watch = watched(self._watch, snapshot)
        if self._looked_unix is not None and 0 <= now.timestamp() - self._looked_unix < LOOK_SECONDS:
            return
        self._looked_unix = now.timestamp()
        memory, notices = due(snapshot, settings.notices, settings.schedule, self._memory, self._watch)
        self._remember(memory)
        for notice in notices:
            said, kind = told(notice, snapshot.money.view, now), KIND_OF[type(notice)]
            _log.info("notice", kind=kind.value, title=said.title, text=said.text)
            self._notifier.show(said.title, said.text, kind.value)

    def person_acted(self, now: datetime) -> None:
        """Somebody asked for something: what follows at once is their own doing."""
        self._watch = msgspec.structs.replace(self._watch, person_acted=now)

    def update_ready(self, version: str) -> None:
        """A newer version was fetched; told again it changes nothing."""
        self._show(msgspec.structs.replace(self._view, update_ready=version))

    def dismiss(self, key: str) -> None:
        """The person took the banner with this key away, for good. Raises StorageError; then it comes back."""
        memory = msgspec.structs.replace(self._memory, dismissed=latest(self._memory.dismissed, (key,)))
        self._save(memory)
        self._memory = memory
        self._show(msgspec.structs.replace(self._view, dismissed=memory.dismissed))

    def close(self) -> None:
        self._notifier.close()

    def _show(self, view: NoticesView) -> None:
        if view != self._view:
            self._view = view
            self._tell(NoticesChanged(view))

    def _remember(self, memory: NoticeMemory) -> None:
        """Before it is told, so that whatever ends the app now, nothing is told twice."""
        if memory == self._memory:
            return
        self._memory = memory
        try:
            self._save(memory)
        except UserFacingError as error:  # whoever keeps the rest of the state tells the person of a full disk
            _log.warning("notices_not_kept", problem=error.title)
