"""Beside the running service: reports that this version works, and brings the next one while nobody is disturbed."""

import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

import msgspec
import structlog

from app import VERSION
from app.core.decision import Action, Reason
from app.core.engine.phase import ACTIVE, ALIVE, Phase
from app.core.gates.gate import GateName, GateState
from app.core.settings.settings import Settings
from app.core.snapshot import Snapshot
from app.platforms.installation import FromBundle, Installation
from app.update.engine_programs import EnginePrograms
from app.update.here import fetcher_here, update_source
from app.update.programs import Programs
from app.update.states import Ready, Refused, State
from app.update.versions import Version, healthy, left_behind, parse_version, without
from protocol.errors import UserFacingError

if TYPE_CHECKING:
    from app.update.fetching import Fetcher

_log = structlog.get_logger(__name__)

HEALTHY_AFTER_SECONDS: Final = 10.0
"""A version that has listened on its socket for so long works. One whose window fails is gone by then."""
LOOK_SECONDS: Final = 15.0
CHECK_EVERY_SECONDS: Final = 24 * 3600.0
FIRST_CHECK_SECONDS: Final = 300.0
QUIET_AHEAD: Final = timedelta(minutes=10)
"""So long before the next window opens nothing is restarted any more."""
_NOTICE_SECONDS: Final = 15.0
_AT_WORK: Final = ACTIVE - {Phase.STARTING}


class UpdateTimes(msgspec.Struct, frozen=True, kw_only=True):
    """Tests shorten them."""

    healthy_after_seconds: float = HEALTHY_AFTER_SECONDS
    look_seconds: float = LOOK_SECONDS
    first_check_seconds: float = FIRST_CHECK_SECONDS


class Ended(Protocol):
    """What of the supervisor is needed here."""

    @property
    def snapshot(self) -> Snapshot: ...

    @property
    def settings(self) -> Settings: ...

    def stop(self, within_seconds: float) -> None: ...

    def note_update(self, version: str) -> None: ...


def may_restart(snapshot: Snapshot, *, person_looks: bool) -> bool:
    """Whether the app may come back as a newer version now: outside the hours, nothing at work, nobody watching."""
    decision = snapshot.decision
    if person_looks or snapshot.ending or snapshot.engine.phase in ALIVE:
        return False
    if decision.action is Action.RUN or decision.reason is not Reason.HOURS:
        return False
    return decision.until is None or decision.until - snapshot.at > QUIET_AHEAD


def may_download(snapshot: Snapshot) -> bool:
    """Not while it trains, which needs the line, and not where the line is paid by volume."""
    metered = any(gate.gate is GateName.METERED and gate.state is GateState.NO for gate in snapshot.gates)
    return snapshot.engine.phase not in ALIVE and not metered


class UpdateWatch:
    """One thread beside a service. `restart_wanted` says why the service ended, if it was for this."""

    def __init__(
        self,
        *,
        running: Version,
        programs: Programs,
        engine_programs: EnginePrograms,
        fetcher: "Callable[[Callable[[], bool]], Fetcher] | None",
        times: UpdateTimes,
    ) -> None:
        """`fetcher` makes one that stops when its argument says so; None where nothing is fetched by itself."""
        self._running = running
        self._programs = programs
        self._engine_programs = engine_programs
        self._make_fetcher = fetcher
        self._times = times
        self._stop = threading.Event()
        self._cleaned = False
        self._engines_cleaned = False
        self._next_check = 0.0
        self._ready = ""
        """The version that was fetched and waits."""
        self.restart_wanted = False
        self.person_looks = False
        """Written by whoever shows a window."""

    @asynccontextmanager
    async def beside(self, supervisor: Ended) -> AsyncIterator[None]:
        """For as long as the supervisor runs. Its end does not wait for a download: that goes on the next time."""
        threading.Thread(target=self._live, args=(supervisor,), name="updates", daemon=True).start()
        try:
            yield
        finally:
            self._stop.set()

    def _live(self, supervisor: Ended) -> None:
        if self._stop.wait(self._times.healthy_after_seconds):
            return
        self.report_health()
        self._next_check = time.monotonic() + self._times.first_check_seconds
        while not self._stop.wait(self._times.look_seconds):
            with contextlib.suppress(UserFacingError):
                self.look(supervisor)

    def look(self, supervisor: Ended) -> None:
        """One turn; what is to be done follows from the snapshot of now."""
        snapshot = supervisor.snapshot
        if not self._cleaned:
            self.clean_up()
        if snapshot.engine.phase in _AT_WORK and not self._engines_cleaned:
            self._engines_cleaned = True
            self._engine_programs.keep_only_newest()
        if not supervisor.settings.updates_by_themselves:
            return
        if not self._ready and time.monotonic() >= self._next_check and may_download(snapshot):
            self._next_check = time.monotonic() + CHECK_EVERY_SECONDS
            self._bring()
        if self._ready and may_restart(supervisor.snapshot, person_looks=self.person_looks):
            self.restart_wanted = True
            _log.info("restarting_for_update")
            supervisor.stop(_NOTICE_SECONDS)
            self._stop.set()
        elif self._ready:
            supervisor.note_update(self._ready)

    def _bring(self) -> None:
        if self._make_fetcher is None:
            return
        end: State = self._make_fetcher(self._stop.is_set).fetch_app(lambda _state: None)
        if isinstance(end, Ready):
            _log.info("update_ready", version=end.version)
            self._ready = end.version
        elif isinstance(end, Refused):
            _log.warning("update_refused", problem=end.title)

    def report_health(self) -> None:
        """This version works: from now on nothing goes back behind it."""
        with contextlib.suppress(UserFacingError):
            file = self._programs.record_file
            record = file.load().value
            after = healthy(record, self._running)
            if after != record:
                file.save(after)

    def clean_up(self) -> None:
        """Older versions and remains go, unless somebody is just fetching: then the next turn does it."""
        with self._programs.changing():
            file = self._programs.record_file
            record = after = file.load().value
            for version in left_behind(record, self._running):
                self._programs.remove(self._programs.app_folder(version))
                after = without(after, version)
            if after != record:
                file.save(after)
            self._programs.remove_remains()
        self._cleaned = True


def update_watch(place: Installation, programs: Programs) -> UpdateWatch | None:
    """None for a checkout, which its owner updates. Raises SettingsError for a broken bundle."""
    if not isinstance(place, FromBundle):
        return None
    published = update_source(place) is not None
    return UpdateWatch(
        running=parse_version(VERSION),
        programs=programs,
        engine_programs=EnginePrograms(place, programs),
        fetcher=(lambda cancelled: fetcher_here(place, programs, cancelled)) if published else None,
        times=UpdateTimes(),
    )
