"""What earlier services left in a state folder and nobody will ask for, taken away before a new one begins.

Otherwise it would stay beside what the new one is allowed, and the person's limit would bind each by itself only.
"""

from collections.abc import Container
from pathlib import Path
from typing import Final

from engine.disk.checkpoint import read_place
from engine.disk.files import take_away
from engine.disk.state_folder import StateFolder

TEXT_SUFFIX: Final = ".tokens"


def tidy(folder: StateFolder, shard: tuple[str, int], texts: Container[str], checkpoint_bytes: int) -> None:
    """`shard`: run and stage that begin now; `texts`: the hashes of those it reads. Evidence and objects of merges are
    of a life that has ended; a checkpoint goes that is of another shard or larger than is allowed now. What can't be
    taken away stays, and is tried again by the next service."""
    for path in (*folder.packets_folder.glob("*.packet"), *folder.merges_folder.glob("*")):
        take_away(path)
    for path in folder.data_folder.glob(f"*{TEXT_SUFFIX}"):
        if path.stem not in texts:
            take_away(path)
    place = read_place(folder.checkpoint_file)
    if place is None or (place.run_id, place.stage) != shard or _size_of(folder.checkpoint_file) > checkpoint_bytes:
        take_away(folder.checkpoint_file)


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
