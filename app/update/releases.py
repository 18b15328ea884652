"""The signed list of what there is to fetch, and which of it fits this computer. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from app.core.language.speech import _
from app.core.settings.settings import UpdateChannel
from app.platforms.hardware import Hardware
from app.update.versions import LaunchRecord, Version, is_given_up, is_variant, parse_version
from protocol.errors import MalformedMessage
from protocol.wire import from_json

LIST_NAME: Final = "releases.json"
"""The list's name among the signed files."""
FORMAT: Final = 1
LIST_LIMIT_BYTES: Final = 1024 * 1024
UNPACKED_LIMIT_BYTES: Final = 32 * 1000**3
"""More than any build of torch takes; a list that names more is wrong."""

_TITLES: Final = {
    "cpu": "the processor",
    "cu126": "NVIDIA graphics cards",
    "cu129": "NVIDIA graphics cards",
    "cu130": "NVIDIA graphics cards",
    "rocm7.1": "AMD graphics cards",
    "rocm7.2": "AMD graphics cards",
    "xpu": "Intel graphics cards",
    "mps": "Apple silicon",
}


class UpdateSource(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to ask, and whose signatures count."""

    url: str
    trusted_root: bytes
    """TUF's root metadata as it came with the app; later roots must be signed by the keys that this one names."""


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """One archive. Its size and hash stand in the signed metadata, not here."""

    path: str
    """Its name among the signed files."""
    system: str
    """Such as "linux-x86_64"."""
    version: str
    protocol_version: int
    unpacked_bytes: int

    def __post_init__(self) -> None:
        parse_version(self.version)
        if not 0 < self.unpacked_bytes <= UNPACKED_LIMIT_BYTES:
            raise ValueError("unpacked_bytes is out of bounds")
        if not 0 < len(self.path) <= 200 or self.path.startswith("/") or ".." in self.path:
            raise ValueError("path is no name of a signed file")


class EngineRelease(Release, frozen=True, kw_only=True):
    variant: str
    """One of the names of app.platforms.hardware.accelerators; part of a folder's name."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not is_variant(self.variant):
            raise ValueError("variant is no name")


class ReleaseList(msgspec.Struct, frozen=True, kw_only=True):
    """releases.json. Unknown fields are let pass, so that an older app can read a newer list."""

    format: int
    app: tuple[Release, ...] = ()
    engine: tuple[EngineRelease, ...] = ()
    early_app: tuple[Release, ...] = ()
    """Lists of their own and no mark on a release: an app that knows no channels passes them by."""
    early_engine: tuple[EngineRelease, ...] = ()


def read_list(content: bytes) -> ReleaseList:
    """Raises MalformedMessage for a list of another format or a broken one."""
    found: ReleaseList = from_json(content, ReleaseList, LIST_LIMIT_BYTES)
    if found.format != FORMAT:
        raise MalformedMessage(_("The list of versions is of a later kind."), _("Install the newest app by hand once."))
    return found


def system_name(hardware: Hardware) -> str:
    """How archives name this kind of computer."""
    system = "macos" if hardware.system == "Darwin" else hardware.system.lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(hardware.machine, hardware.machine)
    return f"{system}-{machine}"


def engine_for(
    engines: Iterable[EngineRelease], system: str, variants: Sequence[str], protocol_version: int
) -> EngineRelease | None:
    """The newest engine that speaks our protocol, for the first of `variants` (best first) that there is one for."""
    fit = [engine for engine in engines if engine.system == system and engine.protocol_version == protocol_version]
    for variant in variants:
        of_variant = [engine for engine in fit if engine.variant == variant]
        if of_variant:
            return max(of_variant, key=lambda engine: parse_version(engine.version))
    return None


def newer_app(releases: Iterable[Release], system: str, running: Version, record: LaunchRecord) -> Release | None:
    """The newest app above the one that runs, leaving out what failed to start here."""
    fit = [
        release
        for release in releases
        if release.system == system
        and parse_version(release.version) > running
        and not is_given_up(record, parse_version(release.version))
    ]
    return max(fit, key=lambda release: parse_version(release.version), default=None)


def apps_for(releases: ReleaseList, channel: UpdateChannel) -> tuple[Release, ...]:
    """What an app on `channel` may become."""
    return releases.app + (releases.early_app if channel is UpdateChannel.EARLY else ())


def engines_for(
    releases: ReleaseList, channel: UpdateChannel, system: str, running: Version
) -> tuple[EngineRelease, ...]:
    """What an app on `channel` may train with. One that is ahead of all stable ones may need an early engine still."""
    early = channel is UpdateChannel.EARLY or is_ahead(releases, system, running)
    return releases.engine + (releases.early_engine if early else ())


def is_ahead(releases: ReleaseList, system: str, running: Version) -> bool:
    """Whether `running` is an early version that no stable one has caught up with."""
    stable = (parse_version(each.version) for each in releases.app if each.system == system)
    early = (parse_version(each.version) for each in releases.early_app if each.system == system)
    return running in early and all(version < running for version in stable)


def variant_title(variant: str) -> str:
    """What it computes on."""
    return _(_TITLES[variant]) if variant in _TITLES else variant
