"""Beside the running service: reports that this version works, and brings the next one while nobody is disturbed."""

import contextlib
import math
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

import msgspec
import structlog

from app import VERSION
from app.core.decision import Action, Reason
from app.core.engine.phase import ACTIVE, ALIVE, Phase
from app.core.gates.gate import GateName, GateState
from app.core.notices.occasions import update_is_required
from app.core.settings.settings import Settings, UpdateChannel
from app.core.snapshot import Snapshot
from app.platforms.installation import FromBundle, Installation
from app.update.engine_programs import EnginePrograms
from app.update.here import fetcher_here, update_source
from app.update.programs import Programs
from app.update.states import Ready, Refused, State
from app.update.versions import Version, early_in_waiting, healthy, left_behind, parse_version, without
from protocol.errors import UserFacingError

if TYPE_CHECKING:
    from app.update.fetching import Fetcher

_log = structlog.get_logger(__name__)

HEALTHY_AFTER_SECONDS: Final = 10.0
"""A version that has listened on its socket for so long works. One whose window fails is gone by then."""
LOOK_SECONDS: Final = 15.0
CHECK_EVERY_SECONDS: Final = 24 * 3600.0
REQUIRED_CHECK_SECONDS: Final = 1800.0
"""So often at most while the network asks for a newer version than this one."""
FIRST_CHECK_SECONDS: Final = 300.0
QUIET_AHEAD: Final = timedelta(minutes=10)
"""So long before the next window opens nothing is restarted any more."""
PATIENCE: Final = timedelta(days=1)
"""So long an update waits for a moment when nothing would be missed; then one must do that costs little."""
FETCH_PATIENCE_SECONDS: Final = 2 * 3600.0
"""So long a look for a newer version waits for the end of training, which may not come before the app's own."""
SMALL_HOURS: Final = range(3, 5)
"""Of the person's clock: when training that never ends hands over for an update, and comes back a minute later."""
_NOTICE_SECONDS: Final = 15.0
_AT_WORK: Final = ACTIVE - {Phase.STARTING}
_CLOSED: Final = frozenset({Reason.HOURS, Reason.TURNED_OFF, Reason.PAUSED, Reason.FINISHED})
"""The person's own times without training; other reasons to wait may be over in a moment."""
_BUSY: Final = frozenset({Phase.STARTING, Phase.DOWNLOADING, Phase.TRAINING, Phase.SAVING, Phase.STOPPING})


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


def may_restart(snapshot: Snapshot, *, person_looks: bool, waited: timedelta = timedelta()) -> bool:
    """Whether the app may come back now as the newer version that has `waited` here; never under somebody's eyes."""
    if person_looks or snapshot.ending:
        return False
    match snapshot.decision.action:
        case Action.HOLD if not _any_alive(snapshot):
            return _may_in_between(snapshot, waited)
        case Action.RUN:
            return waited >= PATIENCE and _never_ends(snapshot) and _is_lull(snapshot)
        case _:
            return False


def _may_in_between(snapshot: Snapshot, waited: timedelta) -> bool:
    """Nothing trains. What holds for want of the update can't be disturbed by it."""
    decision = snapshot.decision
    if any(gate.gate is GateName.UPDATE for gate in decision.holding):
        return True
    if decision.reason not in _CLOSED and waited < PATIENCE:
        return False
    return decision.until is None or decision.until - snapshot.at > QUIET_AHEAD


def _never_ends(snapshot: Snapshot) -> bool:
    """Whether training goes on longer than an update should wait for its end."""
    until = snapshot.decision.until
    return until is None or until - snapshot.at > PATIENCE


def _is_lull(snapshot: Snapshot) -> bool:
    """Whether no engine has anything in hand, or at least everybody sleeps."""
    return not _phases(snapshot) & _BUSY or snapshot.at.hour in SMALL_HOURS


def may_fetch(snapshot: Snapshot, *, due_for_seconds: float, asked_before_seconds: float) -> bool:
    """Whether to look for a newer version now: when it was due, `due_for_seconds` ago, or soon where the network asks
    for one. Training needs the line, so its end is waited for, but not for ever; never where it is paid by volume."""
    if any(gate.gate is GateName.METERED and gate.state is GateState.NO for gate in snapshot.gates):
        return False
    if _any_alive(snapshot):
        return due_for_seconds >= FETCH_PATIENCE_SECONDS
    soon = update_is_required(snapshot) and asked_before_seconds >= REQUIRED_CHECK_SECONDS
    return soon or due_for_seconds >= 0


def _any_alive(snapshot: Snapshot) -> bool:
    return not _phases(snapshot).isdisjoint(ALIVE)


def _phases(snapshot: Snapshot) -> frozenset[Phase]:
    """Of all engines."""
    return frozenset({snapshot.engine.phase, *(member.status.phase for member in snapshot.crew)})


class UpdateWatch:
    """One thread beside a service. `restart_wanted` says why the service ended, if it was for this."""

    def __init__(
        self,
        *,
        running: Version,
        programs: Programs,
        engine_programs: EnginePrograms,
        fetcher: "Callable[[Settings, Callable[[], bool]], Fetcher] | None",
        times: UpdateTimes,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`fetcher` makes one for the settings that stops when it is told; None where nothing is fetched by itself."""
        self._running = running
        self._programs = programs
        self._engine_programs = engine_programs
        self._make_fetcher = fetcher
        self._times = times
        self._stop = threading.Event()
        self._cleaned = False
        self._engines_cleaned = False
        self._monotonic = monotonic
        self._next_check = monotonic()
        self._last_check = -math.inf
        self._channel: UpdateChannel | None = None
        """As it was at the last look."""
        self._ready = ""
        """The version that was fetched and waits."""
        self._ready_since: datetime | None = None
        self.restart_wanted = False
        self.person_looks = False
        """Written by whoever shows windows."""

    @asynccontextmanager
    async def beside(self, supervisor: Ended) -> AsyncIterator[None]:
        """For as long as the supervisor runs. Its end does not wait for a download: that goes on the next time."""
        threading.Thread(target=self._live, args=(supervisor,), name="updates", daemon=True).start()
        try:
            yield
        finally:
            self._stop.set()
            with contextlib.suppress(UserFacingError):  # what was chosen a moment ago counts at the next start too
                self._heed_channel(supervisor)

    def _live(self, supervisor: Ended) -> None:
        if self._stop.wait(self._times.healthy_after_seconds):
            return
        self.report_health()
        self._next_check = self._monotonic() + self._times.first_check_seconds
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
        self._heed_channel(supervisor)
        if not supervisor.settings.updates_by_themselves:
            return
        if not self._ready and self._should_fetch(snapshot):
            self._last_check = self._monotonic()
            self._next_check = self._last_check + CHECK_EVERY_SECONDS
            self._bring(supervisor.settings)
        now = supervisor.snapshot
        if self._ready and may_restart(now, person_looks=self.person_looks, waited=self._waited(now.at)):
            self.restart_wanted = True
            _log.info("restarting_for_update")
            supervisor.stop(_NOTICE_SECONDS)
            self._stop.set()
        elif self._ready:
            supervisor.note_update(self._ready)

    def _should_fetch(self, snapshot: Snapshot) -> bool:
        now = self._monotonic()
        return may_fetch(snapshot, due_for_seconds=now - self._next_check, asked_before_seconds=now - self._last_check)

    def _waited(self, now: datetime) -> timedelta:
        """How long it has been ready; from anew where the clock was put back."""
        if self._ready_since is None or self._ready_since > now:
            self._ready_since = now
        return now - self._ready_since

    def _heed_channel(self, supervisor: Ended) -> None:
        """Who turns to early versions gets one soon; who turns back to stable ones begins none that merely waits."""
        before, channel = self._channel, supervisor.settings.update_channel
        if channel is before:
            return
        if before is not None:
            self._next_check = self._monotonic()
        if channel is UpdateChannel.STABLE:
            withdrawn = self._withdraw_early()
            if self._ready in withdrawn:
                self._ready, self._ready_since = "", None
            if withdrawn:
                supervisor.note_update(self._ready)
        self._channel = channel

    def _withdraw_early(self) -> tuple[str, ...]:
        """Raises UserFacingError where somebody is just fetching; then the next turn does it."""
        with self._programs.changing():
            file = self._programs.record_file
            record = after = file.load().value
            waiting = early_in_waiting(record, self._running)
            for version in waiting:
                after = without(after, version)
            if after != record:
                file.save(after)
            for version in waiting:
                self._programs.remove(self._programs.app_folder(version))
        return tuple(map(str, waiting))

    def _bring(self, settings: Settings) -> None:
        if self._make_fetcher is None:
            return
        end: State = self._make_fetcher(settings, self._stop.is_set).fetch_app(lambda _state: None)
        if isinstance(end, Ready):
            _log.info("update_ready", version=end.version)
            self._ready = end.version
        elif isinstance(end, Refused):
            code = None if end.problem is None else end.problem.value
            _log.warning("update_refused", problem=code, title=end.title)

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
        fetcher=(lambda settings, cancelled: fetcher_here(place, programs, settings, cancelled)) if published else None,
        times=UpdateTimes(),
    )
