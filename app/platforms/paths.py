"""Where a profile keeps what: the person's own folders, or all in one throw-away folder."""

from pathlib import Path
from typing import Final

import msgspec
import platformdirs

from app.core.language.speech import _
from protocol.errors import StorageError

APP_NAME: Final = "train-at-home"
ROOT: Final = Path(__file__).resolve().parents[2]
"""Where the packages lie."""


class ProfilePaths(msgspec.Struct, frozen=True, kw_only=True):
    """All of one profile's folders. They exist."""

    config_folder: Path
    """settings.json."""
    state_folder: Path
    """state.json, the instance lock, the control socket, the engine's checkpoints and journals."""
    log_folder: Path

    @property
    def engine_folder(self) -> Path:
        return self.state_folder / "engine"

    @property
    def local_network_folder(self) -> Path:
        return self.state_folder / "local-network"

    @property
    def lock_path(self) -> Path:
        return self.state_folder / "app.lock"


def profile_paths(folder: Path | None = None) -> ProfilePaths:
    """The profile in `folder`, or this person's own. Makes the folders, private; raises StorageError."""
    paths = places_of(folder)
    for made in (paths.config_folder, paths.state_folder, paths.log_folder):
        try:
            made.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                _("{path} can't be made: {problem}.").format(path=made, problem=error.strerror),
                _("Check who may write there."),
            ) from error
    return paths


def places_of(folder: Path | None) -> ProfilePaths:
    """Where a profile would lie; nothing is made."""
    if folder is not None:
        folder = folder.expanduser().resolve()
        return ProfilePaths(config_folder=folder, state_folder=folder / "state", log_folder=folder / "logs")
    dirs = platformdirs.PlatformDirs(APP_NAME, appauthor=False)
    return ProfilePaths(
        config_folder=Path(dirs.user_config_dir),
        state_folder=Path(dirs.user_state_dir),
        log_folder=Path(dirs.user_log_dir),
    )


def programs_folder() -> Path:
    """Where what is fetched after the installation lies, the engine and newer versions; one for all profiles."""
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)) / "programs"
