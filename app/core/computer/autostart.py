"""Asks the system whether the app starts with the person's session, and changes that, without making anybody wait."""

import asyncio
import os
import threading
from collections.abc import Callable

import structlog

from app.core.ports import Autostart, AutostartState
from app.core.snapshot import AutostartChanged, AutostartView, SnapshotEvent, TroubleSeen
from protocol.errors import UserFacingError

_log = structlog.get_logger(__name__)


class AutostartKeeping:
    """Belongs to the loop that made it; `tell` is called there. The system's answer counts, not what was wished."""

    def __init__(self, choose: Callable[[], Autostart], tell: Callable[[SnapshotEvent], None]) -> None:
        self._choose = choose
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self._turn = threading.Lock()
        """Two clicks in a row are obeyed in a row."""
        self._is_watched = False
        """Whether this process comes back in this session though the system did not start it."""

    def look(self) -> None:
        self._in_a_thread(lambda found: None)

    def change(self, on: bool) -> None:
        self._in_a_thread(lambda found: found.enable() if on else found.disable())

    async def stand_down(self) -> None:
        """The app ends in order: nobody is to bring it back."""
        await asyncio.to_thread(self._stand_down)

    def _stand_down(self) -> None:
        with self._turn:
            if not self._is_watched:
                return
            self._is_watched = False
            try:
                self._choose().stand_down()
            except UserFacingError as error:
                _log.warning("the_watch_over_this_session_stays", reason=str(error))

    def _in_a_thread(self, do: Callable[[Autostart], None]) -> None:
        threading.Thread(target=self._do, args=(do,), name="autostart", daemon=True).start()

    def _keep_watched(self, found: Autostart, *, wanted: bool) -> None:
        """Have this process watched over, where that is necessary; or no longer, where a watch was."""
        try:
            if wanted:
                self._is_watched = found.watch_over(os.getpid())
            elif self._is_watched:
                self._is_watched = False
                found.stand_down()
        except UserFacingError as error:
            _log.warning("the_watch_over_this_session_did_not_change", reason=str(error))

    def _do(self, do: Callable[[Autostart], None]) -> None:
        events: list[SnapshotEvent] = []
        try:
            with self._turn:
                found = self._choose()
                try:
                    do(found)
                except UserFacingError as error:
                    events.append(TroubleSeen("autostart", error.title, error.advice))
                view = AutostartView(state=found.state(), way=found.way, brings_back=found.brings_back)
                self._keep_watched(found, wanted=view.state is AutostartState.ON)
            events.append(AutostartChanged(view))
        except Exception:  # noqa: BLE001  the thread's entry
            _log.exception("the_start_with_the_session_is_unknown")
        try:
            self._loop.call_soon_threadsafe(lambda: [self._tell(event) for event in events])
        except RuntimeError:
            pass  # the app ended meanwhile
