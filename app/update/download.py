"""One large file over HTTP: continued where it broke off, bounded, and compared with its signed hash."""

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx
import msgspec
import structlog

from app.core.network.unreached import unreached
from app.core.words import _, bytes_text
from app.update.states import Fetching, State, Verifying
from edge.ways import client
from protocol.errors import DiskFull, IntegrityError, StorageError
from protocol.proxies import SYSTEM

_log = structlog.get_logger(__name__)

TRIES: Final = 5
SPARE_BYTES: Final = 200 * 1000**2
"""Left free on the disk beside what is written."""
_TELL_EVERY_BYTES: Final = 2 * 1024 * 1024

Tell = Callable[[State], None]


class Cancelled(Exception):
    """Whoever asked for it no longer wants it. What came so far is kept."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A file as the signed metadata names it."""

    url: str
    length_bytes: int
    sha256: str

    def part(self, folder: Path) -> Path:
        """Where it grows. Its name is its hash, so what is continued is always the same file."""
        return folder / f"{self.sha256}.part"


def bytes_here(wanted: Wanted, folder: Path) -> int:
    """How much of it came in an earlier try."""
    try:
        size = wanted.part(folder).stat().st_size
    except OSError:
        return 0
    return size if size <= wanted.length_bytes else 0


def download(
    wanted: Wanted,
    folder: Path,
    *,
    tell: Tell,
    cancelled: Callable[[], bool] = lambda: False,
    sleep: Callable[[float], None] = time.sleep,
    proxy: str = SYSTEM,
) -> Path:
    """The whole file, verified. Raises Unavailable, IntegrityError, StorageError or Cancelled."""
    part = wanted.part(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        need_room(folder, wanted.length_bytes - bytes_here(wanted, folder))
        _receive_all(wanted, part, tell, cancelled, sleep, proxy)
        tell(Verifying())
        matches = _sha256(part) == wanted.sha256
        if not matches:
            part.unlink()
    except OSError as error:
        raise _storage_error(folder, error) from error
    if not matches:
        raise IntegrityError(
            _("What was downloaded is not what was signed, so it was thrown away."),
            _("Try again; if it happens again, the server or the way to it is not to be trusted."),
        )
    return part


def need_room(folder: Path, size_bytes: int) -> None:
    """Raises StorageError where `size_bytes` would fill the disk."""
    free = shutil.disk_usage(folder).free
    if free < size_bytes + SPARE_BYTES:
        raise _no_room(folder, size_bytes + SPARE_BYTES - free)


def _receive_all(
    wanted: Wanted,
    part: Path,
    tell: Tell,
    cancelled: Callable[[], bool],
    sleep: Callable[[float], None],
    proxy: str,
) -> None:
    failures = 0
    timeout = httpx.Timeout(30.0)
    with client(proxy, timeout=timeout, follow_redirects=True, max_redirects=5) as asking:
        while (have := bytes_here(wanted, part.parent)) < wanted.length_bytes:
            try:
                _receive(asking, wanted, part, have, tell, cancelled)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                # Whoever got further is not failing, however often the line breaks.
                failures = 1 if bytes_here(wanted, part.parent) > have else failures + 1
                _log.warning("download_broke_off", problem=type(error).__name__, failures=failures)
                if failures >= TRIES:
                    advice = _("What came is kept; try again and it goes on from there.")
                    raise unreached(error, _("The download broke off."), advice) from error
                sleep(min(30.0, 2.0**failures))


def _receive(
    asking: httpx.Client, wanted: Wanted, part: Path, have: int, tell: Tell, cancelled: Callable[[], bool]
) -> None:
    headers = {"Range": f"bytes={have}-", "Accept-Encoding": "identity"} if have else {"Accept-Encoding": "identity"}
    with asking.stream("GET", wanted.url, headers=headers) as response:
        response.raise_for_status()
        continues = response.status_code == httpx.codes.PARTIAL_CONTENT and response.headers.get(
            "content-range", ""
        ).startswith(f"bytes {have}-")
        done = told = have if continues else 0
        with part.open("ab" if continues else "wb") as file:
            for chunk in response.iter_raw():  # without a size: a buffer would be lost when the line breaks
                if cancelled():
                    raise Cancelled
                done += len(chunk)
                if done > wanted.length_bytes:
                    raise httpx.RemoteProtocolError("longer than signed")
                file.write(chunk)
                if done - told >= _TELL_EVERY_BYTES or done == wanted.length_bytes:
                    told = done
                    tell(Fetching(done, wanted.length_bytes))
            file.flush()
            os.fsync(file.fileno())
    if done < wanted.length_bytes:
        raise httpx.RemoteProtocolError("shorter than signed")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _storage_error(folder: Path, error: OSError) -> StorageError:
    if error.errno == errno.ENOSPC:
        return DiskFull(_("The disk is full."), _("Free some space and try again; the download goes on from there."))
    return StorageError(
        _("{place} can't be written: {problem}.").format(place=folder, problem=error.strerror),
        _("Check who may write there."),
    )


def _no_room(folder: Path, missing_bytes: int) -> StorageError:
    return DiskFull(
        _("There is not enough room on the disk of {place}: {size} are missing.").format(
            place=folder, size=bytes_text(missing_bytes)
        ),
        _("Free some space and try again."),
    )
