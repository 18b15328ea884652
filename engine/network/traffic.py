"""What this engine may send and receive: caps on both rates and a month's allowance, which no kill makes forget.

The file holds a number that is always ahead of what was used: before the margin is gone the next one is written.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from engine.disk.files import replace_file
from protocol.engine_control import DATA_USED_FILE, DataUsed, StartTraining
from protocol.errors import LocalError, MalformedMessage, StorageError
from protocol.wire import from_json, to_json
from swarm.allowances import Bucket, MonthlyUse

log = structlog.get_logger(__name__)

MARGIN_BYTES: Final = 4 * 1024**2
"""Written ahead of use, so at most this much is counted too much after a kill."""
GOODBYE_SHARE: Final = 0.01
"""Of a month's allowance is kept for heartbeats and the way out."""
PACKET_OVERHEAD: Final = 1.1
"""UDP, IP and QUIC on top of what is handed to them, acknowledgements included: 1.09 was measured at 0.1 % loss."""
REQUEST_OVERHEAD_BYTES: Final = 700
"""Headers of a request and its answer, and TCP's own packets."""


def this_month() -> str:
    """By the computer's own calendar, as the person reads it."""
    return datetime.now().strftime("%Y-%m")


class Traffic:
    """Belongs to the event loop."""

    def __init__(
        self,
        folder: Path,
        upload_bytes_per_second: float | None = None,
        download_bytes_per_second: float | None = None,
        monthly_bytes: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        month: Callable[[], str] = this_month,
    ) -> None:
        """Raises LocalError for a count that can't be read: an allowance must not begin anew by a torn file."""
        self._path = folder / DATA_USED_FILE
        self._up = Bucket(upload_bytes_per_second) if upload_bytes_per_second else None
        self._down = Bucket(download_bytes_per_second) if download_bytes_per_second else None
        self._limit_bytes = monthly_bytes
        self._clock = clock
        self._month = month
        known = _load(self._path)
        self._use = MonthlyUse(known.month, known.used_bytes, known.behind)
        self._reserved = self._use
        self._writing: asyncio.Task[None] | None = None
        self.used_up: Callable[[], None] = lambda: None
        """Called as the month's allowance comes to its end."""

    @classmethod
    def asked_for(cls, start: StartTraining) -> "Traffic":
        """With the limits of an order; raises LocalError."""
        return cls(
            Path(start.state_folder),
            start.upload_bytes_per_second,
            start.download_bytes_per_second,
            start.monthly_bytes,
        )

    @property
    def used_bytes(self) -> int:
        """Of this month, both ways."""
        return self._use.after(self._month(), 0).used_bytes

    @property
    def exhausted(self) -> bool:
        """Nothing but goodbyes may go any more this month."""
        return self._limit_bytes is not None and self.used_bytes >= self._limit_bytes * (1 - GOODBYE_SHARE)

    async def sending(self, size_bytes: int) -> None:
        """Before so many bytes go out: waits as the cap asks, and counts them."""
        self._count(size_bytes)
        if self._up is not None:
            wait_seconds, self._up = self._up.spent(size_bytes, self._clock())
            await asyncio.sleep(wait_seconds)

    def sent_urgently(self, size_bytes: int) -> None:
        """Count what must not wait, such as a heartbeat; those that come after wait for it."""
        self._count(size_bytes)
        if self._up is not None:
            _, self._up = self._up.spent(size_bytes, self._clock())

    async def received(self, size_bytes: int) -> None:
        """After so many bytes came in: waits as the cap asks, so that the sender is held back, and counts them."""
        await asyncio.sleep(self.received_for(size_bytes))

    def received_for(self, size_bytes: int) -> float:
        """Count what came in, and say how long the cap asks to hold it back."""
        self._count(size_bytes)
        if self._down is None:
            return 0.0
        wait_seconds, self._down = self._down.spent(size_bytes, self._clock())
        return wait_seconds

    def received_urgently(self, size_bytes: int) -> None:
        """Count what must not be held back, such as an event; those that come after wait for it."""
        self._count(size_bytes)
        if self._down is not None:
            _, self._down = self._down.spent(size_bytes, self._clock())

    async def close(self) -> None:
        """Write down what was used, exactly."""
        if self._writing is not None:
            await asyncio.gather(self._writing, return_exceptions=True)
        await self._write(self._use)

    def _count(self, size_bytes: int) -> None:
        had_some = not self.exhausted
        self._use = self._use.after(self._month(), size_bytes)
        if had_some and self.exhausted:
            self.used_up()
        ahead = (self._reserved.month, self._reserved.behind) == (self._use.month, self._use.behind)
        if (not ahead or self._use.used_bytes > self._reserved.used_bytes - MARGIN_BYTES // 2) and (
            self._writing is None or self._writing.done()
        ):
            ahead_of_use = replace(self._use, used_bytes=self._use.used_bytes + MARGIN_BYTES)
            self._writing = asyncio.create_task(self._write(ahead_of_use))

    async def _write(self, use: MonthlyUse) -> None:
        data = to_json(DataUsed(month=use.month, used_bytes=use.used_bytes, behind=use.behind))
        try:
            await asyncio.to_thread(replace_file, self._path, data)
        except StorageError as error:
            log.warning("data_use_not_written", title=error.title)
            return
        self._reserved = use


def _load(path: Path) -> DataUsed:
    try:
        found: DataUsed = from_json(path.read_bytes(), DataUsed)
    except FileNotFoundError:
        return DataUsed(month="", used_bytes=0)
    except (OSError, MalformedMessage) as error:
        raise LocalError(
            "What this month's data allowance has been used for can't be read.",
            f"Remove {path} to count from nothing.",
        ) from error
    return found
