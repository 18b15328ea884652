"""What the app asks for: an engine for the hardware found, or a newer version of itself. Blocks; call it in a thread.

fetcher = Fetcher(...)
offer = fetcher.offer_engine()            # Offered, Ready or Refused: nothing was fetched
if isinstance(offer, Offered) and the person agrees:
    end = fetcher.fetch_engine(tell)      # tells Fetching, Verifying, Unpacking; returns Ready or Refused
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from app.core.settings.settings import UpdateChannel
from app.core.words import _
from app.platforms.hardware import Hardware, accelerators
from app.update.download import Cancelled, Tell, Wanted, bytes_here, download
from app.update.programs import EngineBundle, Programs
from app.update.releases import (
    EngineRelease,
    Release,
    ReleaseList,
    UpdateSource,
    apps_for,
    engine_for,
    engines_for,
    is_ahead,
    newer_app,
    system_name,
)
from app.update.repository import Repository
from app.update.states import Offered, Ready, Refused, UpToDate, estimate_seconds
from app.update.unpack import unpack
from app.update.versions import Version, parse_version, with_brought
from protocol.errors import MalformedMessage, UserFacingError
from protocol.proxies import SYSTEM

T = TypeVar("T")


class Fetcher:
    """For one installation. `source` None: nobody publishes for this build, which every answer then says."""

    def __init__(
        self,
        *,
        source: UpdateSource | None,
        programs: Programs,
        find_hardware: Callable[[], Hardware],
        running: Version,
        protocol_version: int,
        window_program: str,
        channel: UpdateChannel = UpdateChannel.STABLE,
        proxy: str = SYSTEM,
        cancelled: Callable[[], bool] = lambda: False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`window_program` is what an app's archive must hold to be one."""
        self._source = source
        self._programs = programs
        self._find_hardware = find_hardware
        self._running = running
        self._protocol_version = protocol_version
        self._window_program = window_program
        self._channel = channel
        self._proxy = proxy
        self._cancelled = cancelled
        self._sleep = sleep

    def offer_engine(self, variant: str | None = None) -> Offered | Ready | Refused:
        """What would be fetched, and how large it is. `variant` overrides what the hardware says."""
        return self._told(lambda: self._offer_engine(variant))

    def fetch_engine(self, tell: Tell, variant: str | None = None) -> Offered | Ready | Refused:
        """Fetch it; the person has agreed. Engines that lie here stay until the new one has started."""
        return self._told(lambda: self._fetch_engine(tell, variant))

    def offer_app(self) -> Offered | UpToDate | Ready | Refused:
        """Whether there is a newer version; Ready where it lies here already and waits for the next start."""
        return self._told(self._offer_app)

    def fetch_app(self, tell: Tell) -> Offered | UpToDate | Ready | Refused:
        """Fetch it. It is the one that starts from the next start on."""
        return self._told(lambda: self._fetch_app(tell))

    def _offer_engine(self, variant: str | None) -> Offered | Ready:
        release, repository = self._engine_release(variant)
        if self._programs.engine_folder(_described(release)).exists():
            return Ready(release.version, release.variant)
        return self._offered(release, repository.wanted(release), release.variant)

    def _fetch_engine(self, tell: Tell, variant: str | None) -> Ready:
        with self._programs.changing():
            release, repository = self._engine_release(variant)
            bundle = _described(release)
            folder = self._programs.engine_folder(bundle)
            if not folder.exists():
                self._bring(
                    repository.wanted(release),
                    release,
                    folder,
                    tell,
                    lambda made: self._programs.describe_engine(made, bundle),
                )
            return Ready(release.version, release.variant)

    def _engine_release(self, variant: str | None) -> tuple[EngineRelease, Repository]:
        repository = self._repository()
        releases, hardware = repository.refresh(), self._find_hardware()
        variants = accelerators(hardware) if variant is None else [variant]
        system = system_name(hardware)
        engines = engines_for(releases, self._channel, system, self._running)
        release = engine_for(engines, system, variants, self._protocol_version)
        if release is None:
            raise MalformedMessage(
                _("There is no engine for this computer yet."), _("Look again later, or update the app first.")
            )
        return release, repository

    def _offer_app(self) -> Offered | UpToDate | Ready:
        repository = self._repository()
        releases = repository.refresh()
        release = self._newer(releases)
        if release is None:
            return self._up_to_date(releases)
        if self._lies_ready(release):
            return Ready(release.version)
        return self._offered(release, repository.wanted(release), "")

    def _fetch_app(self, tell: Tell) -> UpToDate | Ready:
        with self._programs.changing():
            repository = self._repository()
            releases = repository.refresh()
            release = self._newer(releases)
            if release is None:
                return self._up_to_date(releases)
            if not self._lies_ready(release):
                version = parse_version(release.version)
                self._bring(
                    repository.wanted(release), release, self._programs.app_folder(version), tell, self._check_app
                )
                record = self._programs.record_file
                early = release not in releases.app
                record.save(with_brought(record.load().value, version, early=early))
            return Ready(release.version)

    def _newer(self, releases: ReleaseList) -> Release | None:
        record = self._programs.record_file.load().value
        fit = apps_for(releases, self._channel)
        return newer_app(fit, system_name(self._find_hardware()), self._running, record)

    def _up_to_date(self, releases: ReleaseList) -> UpToDate:
        waits = self._channel is UpdateChannel.STABLE
        ahead = waits and is_ahead(releases, system_name(self._find_hardware()), self._running)
        return UpToDate(str(self._running), ahead)

    def _lies_ready(self, release: Release) -> bool:
        record = self._programs.record_file.load().value
        known = any(item.version == release.version for item in record.brought)
        return known and self._programs.app_folder(parse_version(release.version)).exists()

    def _check_app(self, folder: Path) -> None:
        if not (folder / self._window_program).is_file():
            raise MalformedMessage(_("The archive holds no app."), _("Nothing was changed."))

    def _bring(
        self, wanted: Wanted, release: Release, folder: Path, tell: Tell, finish: Callable[[Path], None]
    ) -> None:
        self._programs.remove_remains()
        part = download(
            wanted,
            self._programs.downloads_folder,
            tell=tell,
            cancelled=self._cancelled,
            sleep=self._sleep,
            proxy=self._proxy,
        )
        try:
            unpack(
                part,
                folder,
                unpacked_bytes=release.unpacked_bytes,
                tell=tell,
                cancelled=self._cancelled,
                finish=finish,
            )
        except MalformedMessage:
            part.unlink(missing_ok=True)
            raise
        part.unlink(missing_ok=True)

    def _offered(self, release: Release, wanted: Wanted, variant: str) -> Offered:
        left = wanted.length_bytes - bytes_here(wanted, self._programs.downloads_folder)
        return Offered(
            version=release.version,
            variant=variant,
            bytes=left,
            unpacked_bytes=release.unpacked_bytes,
            seconds=estimate_seconds(left, release.unpacked_bytes),
        )

    def _repository(self) -> Repository:
        if self._source is None:
            raise MalformedMessage(
                _("This build of the app has no address to fetch from."),
                _("It was built from source: fetch the newest source and build it again."),
            )
        return Repository(self._source, self._programs.metadata_folder, self._proxy)

    @staticmethod
    def _told(act: Callable[[], T]) -> T | Refused:
        try:
            return act()
        except Cancelled:
            return Refused(_("Stopped, as you asked."), _("What came is kept; it goes on from there the next time."))
        except UserFacingError as error:
            return Refused(error.title, error.advice, error.code)


def _described(release: EngineRelease) -> EngineBundle:
    return EngineBundle(version=release.version, variant=release.variant, protocol_version=release.protocol_version)
