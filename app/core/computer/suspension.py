"""Before the computer sleeps the engine saves and ends; after it has slept a fresh one starts.

A graphics card forgets what it was doing while the computer sleeps, so an engine from before is never gone on with.
Where the system says nothing before it sleeps, or the engine was too slow, the time spent asleep tells afterwards.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from app.core.ports import SuspendWatch

SLEPT_SECONDS: Final = 2.0
"""Less is the noise between two of the system's clocks."""
NEVER_SLEPT_SECONDS: Final = 60.0
"""A sleep that was announced so long ago and never came was called off, whatever became of that news."""
SAVE_SECONDS: Final = 3.5
"""What the engine gets to save before sleep; systems wait about five seconds for everybody."""


class NoSuspendWatch:
    """app.core.ports.SuspendWatch of a system that says nothing beforehand."""

    def begin(self, about_to_sleep: Callable[[], None], woke: Callable[[], None]) -> None:
        pass

    def may_sleep(self) -> None:
        pass

    def end(self) -> None:
        pass


class Suspension:
    """Belongs to the supervisor's loop. `asleep_seconds` counts what the computer slept since it was switched on."""

    def __init__(
        self,
        watch: SuspendWatch,
        asleep_seconds: Callable[[], float],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._watch = watch
        self._monotonic = monotonic
        self._announced_at = 0.0
        self._asleep_seconds = asleep_seconds
        self._seen = asleep_seconds()
        self._engine_began = self._seen
        self._waits_for_us = False
        self.falling_asleep = False

    def begin(
        self, loop: asyncio.AbstractEventLoop, *, about_to_sleep: Callable[[], None], woke: Callable[[], None]
    ) -> None:
        """Both are called in `loop`, after it is known here; the system that tells us does so in any thread."""

        def soon(first: Callable[[], None], then: Callable[[], None]) -> None:
            try:
                loop.call_soon_threadsafe(first)
                loop.call_soon_threadsafe(then)
            except RuntimeError:
                pass  # the app ended meanwhile

        self._watch.begin(lambda: soon(self.fall_asleep, about_to_sleep), lambda: soon(self.wake, woke))

    def fall_asleep(self) -> None:
        self.falling_asleep = self._waits_for_us = True
        self._announced_at = self._monotonic()

    def wake(self) -> None:
        self.falling_asleep = False

    def end(self) -> None:
        self._watch.end()

    def has_slept(self) -> bool:
        """Whether it slept since this was last asked; then everything that was known of the world is old."""
        now = self._asleep_seconds()
        slept, self._seen = now - self._seen > SLEPT_SECONDS, now
        if slept or self._monotonic() - self._announced_at > NEVER_SLEPT_SECONDS:
            self.falling_asleep = False  # whatever became of the news that it woke
        return slept

    def engine_starts(self) -> None:
        self._engine_began = self._asleep_seconds()

    def engine_is_stale(self) -> bool:
        """Whether the computer slept since the engine was started."""
        return self._asleep_seconds() - self._engine_began > SLEPT_SECONDS

    def let_sleep(self, engine_alive: bool) -> None:
        """Each tick: the system need not wait any longer once the engine is gone."""
        if self._waits_for_us and not engine_alive:
            self._waits_for_us = False
            self._watch.may_sleep()
