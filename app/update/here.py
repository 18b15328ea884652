"""What of this room belongs to this installation: one fetcher, made from what the build wrote into the bundle."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from app import VERSION
from app.core.settings.settings import Settings
from app.platforms import installation
from app.platforms.hardware import find_hardware
from app.platforms.installation import FromBundle, Installation, program_name, read_build, read_trusted_root
from app.update.programs import Programs, program_path
from app.update.releases import UpdateSource
from app.update.versions import parse_version
from protocol.version import PROTOCOL_VERSION

if TYPE_CHECKING:
    from app.update.fetching import Fetcher

WINDOW_PROGRAM: Final = program_path(program_name(installation.WINDOW_PROGRAM))


def update_source(place: Installation) -> UpdateSource | None:
    """None for a checkout, and for a build that nobody publishes for. Raises SettingsError for a broken bundle."""
    if not isinstance(place, FromBundle):
        return None
    build, root = read_build(place), read_trusted_root(place)
    if build.updates_url is None or root is None:
        return None
    return UpdateSource(url=build.updates_url, trusted_root=root)


def fetcher_here(
    place: Installation,
    programs: Programs,
    settings: Settings,
    cancelled: Callable[[], bool] = lambda: False,
) -> "Fetcher":
    """For the versions, and the way to them, that are set. Raises SettingsError for a broken bundle."""
    from app.update.fetching import Fetcher  # loads httpx and tuf; an app that fetches nothing does without

    return Fetcher(
        source=update_source(place),
        programs=programs,
        find_hardware=find_hardware,
        running=parse_version(VERSION),
        protocol_version=PROTOCOL_VERSION,
        window_program=str(WINDOW_PROGRAM),
        channel=settings.update_channel,
        proxy=settings.proxy,
        cancelled=cancelled,
    )
