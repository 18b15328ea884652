"""Where a miner keeps what must survive: its node key, its journal, its checkpoint, its data."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import structlog

from edge.work_places import LARGE_WORK, PLACES_FILE, place_within, places_text, remembered_places
from engine.disk.files import remove_leftovers, replace_file
from engine.disk.moving import Watch, move_work, unwatched
from protocol.errors import StorageError, WorkDiskAway
from protocol.keys import SECRET_BYTES, NodeKey

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class StateFolder:
    root: Path
    place: Path | None = None
    """Of what is large, where that is another folder."""

    @property
    def large(self) -> Path:
        return self.root if self.place is None else self.place

    @property
    def key_file(self) -> Path:
        return self.root / "node.key"

    @property
    def journal_file(self) -> Path:
        return self.root / "journal"

    @property
    def checkpoint_file(self) -> Path:
        return self.large / "checkpoint.safetensors"

    @property
    def packets_folder(self) -> Path:
        return self.large / "packets"

    @property
    def offload_folder(self) -> Path:
        """For what has no room in memory."""
        return self.large / "offload"

    @property
    def merges_folder(self) -> Path:
        return self.large / "merges"

    @property
    def residuals_folder(self) -> Path:
        """For what quantising took away and merges are still owed."""
        return self.large / "residuals"

    @property
    def compiled_folder(self) -> Path:
        """What a compiler made of layers, for the next start."""
        return self.large / "compiled"

    @property
    def data_folder(self) -> Path:
        return self.large / "data"


def open_state_folder(path: str, work_folder: str | None = None, watch: Watch = unwatched) -> StateFolder:
    """Make the folder if need be, and bring what is large to where it shall lie, which may take minutes. Raises
    StorageError where that, or the folder itself, can't be used, and what `watch` raises; nothing is lost then."""
    root = Path(path)
    if work_folder is not None and not Path(work_folder).is_dir():
        # Made anew on the disk below, it would begin at nothing.
        raise WorkDiskAway(
            f"The folder for the work, {work_folder}, is not there.",
            "Connect its disk, or choose another folder in Settings.",
        )
    folder = StateFolder(root, None if work_folder is None else place_within(work_folder, root))
    try:
        root.mkdir(parents=True, exist_ok=True)
        _bring_work(folder, watch)
        made = (folder.packets_folder, folder.merges_folder, folder.residuals_folder, folder.data_folder)
        for each in (folder.root, folder.large, *made):
            each.mkdir(parents=True, exist_ok=True)
            remove_leftovers(each)
    except OSError as error:
        raise StorageError(f"The folder {path} can't be used.", f"Choose another one. ({error.strerror})") from error
    return folder


def _bring_work(folder: StateFolder, watch: Watch) -> None:
    """Written down first, moved then: whoever is broken off knows all places in which something may lie."""
    places = tuple(place for place in remembered_places(folder.root) if place != folder.large)
    if not places:
        return
    _remember(folder, folder.large, *places)
    for place in places:
        if place.is_dir():
            log.info("work_moves", source=str(place), target=str(folder.large))
            move_work(LARGE_WORK, place, folder.large, watch)
            if place != folder.root:
                _leave(place)
        else:
            log.warning("work_left_behind", place=str(place))  # its disk is gone, so it begins without
    _remember(folder, folder.large)


def _leave(place: Path) -> None:
    """Take away what is empty now; where somebody else put something, that stays."""
    remove_leftovers(place)
    for folder in (place, place.parent):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _remember(folder: StateFolder, *places: Path) -> None:
    replace_file(folder.root / PLACES_FILE, places_text(folder.root, places).encode())


def load_node_key(folder: StateFolder) -> NodeKey:
    """The key of this folder, made at the first start. A damaged one is refused, since receipts may hang on it."""
    if not folder.key_file.exists():
        key = NodeKey.generate()
        replace_file(folder.key_file, key.secret, private=True)
        return key
    secret = folder.key_file.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise StorageError(
            "This computer's node key is damaged.", f"Move {folder.key_file} away; receipts not yet sent will be lost."
        )
    return NodeKey(secret)
