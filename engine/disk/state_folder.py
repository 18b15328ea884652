"""Where a miner keeps what must survive: its node key, its journal, its checkpoint, its data."""

from dataclasses import dataclass
from pathlib import Path

from engine.disk.files import remove_leftovers, replace_file
from protocol.errors import StorageError
from protocol.keys import SECRET_BYTES, NodeKey


@dataclass(frozen=True)
class StateFolder:
    root: Path

    @property
    def key_file(self) -> Path:
        return self.root / "node.key"

    @property
    def journal_file(self) -> Path:
        return self.root / "journal"

    @property
    def checkpoint_file(self) -> Path:
        return self.root / "checkpoint.safetensors"

    @property
    def packets_folder(self) -> Path:
        return self.root / "packets"

    @property
    def offload_folder(self) -> Path:
        """For what has no room in memory."""
        return self.root / "offload"

    @property
    def merges_folder(self) -> Path:
        return self.root / "merges"

    @property
    def residuals_folder(self) -> Path:
        """For what quantising took away and merges are still owed."""
        return self.root / "residuals"

    @property
    def compiled_folder(self) -> Path:
        """What a compiler made of layers, for the next start."""
        return self.root / "compiled"

    @property
    def data_folder(self) -> Path:
        return self.root / "data"


def open_state_folder(path: str) -> StateFolder:
    """Make the folder if need be; raises StorageError if it can't be used."""
    folder = StateFolder(Path(path))
    try:
        made = (folder.packets_folder, folder.merges_folder, folder.residuals_folder, folder.data_folder)
        for each in (folder.root, *made):
            each.mkdir(parents=True, exist_ok=True)
            remove_leftovers(each)
    except OSError as error:
        raise StorageError(f"The folder {path} can't be used.", f"Choose another one. ({error.strerror})") from error
    return folder


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
