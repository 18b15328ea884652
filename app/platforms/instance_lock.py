"""One app per profile. The lock is the operating system's, so a killed app leaves nothing to clean up."""

from enum import StrEnum
from pathlib import Path

import filelock

from app.core.language.speech import _
from protocol.errors import StorageError


class LockOutcome(StrEnum):
    TAKEN = "taken"
    HELD_BY_ANOTHER = "held_by_another"


class InstanceLock:
    """Taken before any socket is touched and held until the process ends or `release` is called."""

    def __init__(self, path: Path) -> None:
        # A "soft" lock, the fallback, would outlive a killed process.
        self._lock = filelock.FileLock(path, timeout=0, thread_local=False, fallback_to_soft=False)

    def take(self) -> LockOutcome:
        """Raises StorageError where locks can't be had at all."""
        try:
            self._lock.acquire()
        except filelock.Timeout:
            return LockOutcome.HELD_BY_ANOTHER
        except (OSError, NotImplementedError) as error:
            raise StorageError(
                _("{path} can't be locked: {problem}.").format(path=self._lock.lock_file, problem=error),
                _("Choose another folder."),
            ) from error
        return LockOutcome.TAKEN

    def release(self) -> None:
        self._lock.release()
