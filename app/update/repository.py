"""What the update server has, believed only as far as it is signed. The seam to python-tuf and to its errors."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tuf.api import exceptions as tuf_errors
from tuf.ngclient import Updater

from app.core.network.known import check_address
from app.core.network.proxy import ProxyFailed, proxy_advice
from app.core.words import _
from app.update.download import Wanted
from app.update.metadata_fetcher import MetadataFetcher, StoppedByProxy
from app.update.releases import LIST_LIMIT_BYTES, LIST_NAME, Release, ReleaseList, UpdateSource, read_list
from protocol.errors import AuthenticationError, IntegrityError, MalformedMessage, Unavailable, storage_error
from protocol.proxies import SYSTEM

METADATA_PATH: Final = "metadata"
TARGETS_PATH: Final = "targets"


class Repository:
    """One look at the server. `folder` keeps the newest signed state seen, so that nobody can show an older one."""

    def __init__(self, source: UpdateSource, folder: Path, proxy: str = SYSTEM) -> None:
        self._url = check_address(source.url)
        self._source = source
        self._folder = folder
        self._proxy = proxy
        self._updater: Updater | None = None

    def refresh(self) -> ReleaseList:
        """The list as it is signed now. Raises Unavailable, AuthenticationError, IntegrityError, StorageError."""
        with _translated(), _private_folder(self._folder):
            updater = Updater(
                metadata_dir=str(self._folder),
                metadata_base_url=f"{self._url}/{METADATA_PATH}/",
                target_dir=str(self._folder),
                target_base_url=f"{self._url}/{TARGETS_PATH}/",
                fetcher=MetadataFetcher(self._proxy),
                bootstrap=self._source.trusted_root,
            )
            updater.refresh()
            self._updater = updater
            return self._read_list(updater)

    def wanted(self, release: Release) -> Wanted:
        """Where the archive is, and its signed size and hash. After `refresh`."""
        assert self._updater is not None
        with _translated():
            target = self._updater.get_targetinfo(release.path)
        sha256 = None if target is None else target.hashes.get("sha256")
        if target is None or sha256 is None:
            raise IntegrityError(
                _("The list names a file that is not signed."), _("Nothing was fetched; try again later.")
            )
        folder, _slash, name = release.path.rpartition("/")
        path = f"{folder}/{sha256}.{name}" if folder else f"{sha256}.{name}"
        return Wanted(url=f"{self._url}/{TARGETS_PATH}/{path}", length_bytes=target.length, sha256=sha256)

    def _read_list(self, updater: Updater) -> ReleaseList:
        target = updater.get_targetinfo(LIST_NAME)
        if target is None:
            return ReleaseList(format=1)
        if target.length > LIST_LIMIT_BYTES:
            raise MalformedMessage(_("The list of versions is too long."))
        handle, path = tempfile.mkstemp(dir=self._folder)
        os.close(handle)
        try:
            updater.download_target(target, path)
            return read_list(Path(path).read_bytes())
        finally:
            Path(path).unlink(missing_ok=True)


@contextmanager
def _private_folder(folder: Path) -> Iterator[None]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    yield


@contextmanager
def _translated() -> Iterator[None]:
    """python-tuf's errors in words for the person."""
    try:
        yield
    except tuf_errors.ExpiredMetadataError as error:
        raise AuthenticationError(
            _("What the update server says is out of date, so it is not believed."),
            _("Check this computer's date; if it is right, try again tomorrow. The app goes on as it is."),
        ) from error
    except (tuf_errors.BadVersionNumberError, tuf_errors.EqualVersionNumberError) as error:
        raise AuthenticationError(
            _("The update server shows an older or mixed state than before, so it is not believed."),
            _("Nothing was changed. The app goes on as it is."),
        ) from error
    except tuf_errors.LengthOrHashMismatchError as error:
        raise IntegrityError(
            _("What the update server sent is not what was signed, so it was thrown away."),
            _("Nothing was changed. Try again later."),
        ) from error
    except StoppedByProxy as error:
        raise ProxyFailed(
            _("The update server can't be reached: the proxy refused or could not be reached."), proxy_advice(), 3600.0
        ) from error
    except tuf_errors.DownloadError as error:
        raise Unavailable(
            _("The update server can't be reached."),
            _("Check the network connection; it is tried again by itself."),
            3600.0,
        ) from error
    except (tuf_errors.RepositoryError, ValueError) as error:
        raise AuthenticationError(
            _("The update server's signatures are not those of the makers of this app, so it is not believed."),
            _("Nothing was changed. The app goes on as it is."),
        ) from error
    except OSError as error:
        title = _("The update can't be kept: {problem}.").format(problem=error.strerror)
        raise storage_error(error, title, _("Check the disk.")) from error
