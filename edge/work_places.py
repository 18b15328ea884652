"""Where an engine's work lies: in its state folder, or, what is large of it, in a folder of the person's choice.

The state folder remembers the place, so that app and engine agree on it whatever the settings say by then.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

OWN_FOLDER: Final = "train-at-home"
"""Within the chosen folder everything of ours lies in one of this name."""
PLACES_FILE: Final = "work_places"
"""In a state folder: a path a line, the state folder itself as a dot. Absent where nothing ever lay elsewhere."""
LARGE_WORK: Final = ("checkpoint.safetensors", "packets", "offload", "merges", "residuals", "compiled", "data")
"""What may lie in another folder, and can be fetched or made again. Key and journal never do: credit hangs on them."""
_FILE_LIMIT_BYTES: Final = 64 * 1024
_HERE: Final = "."


def place_within(work_folder: str, state_folder: Path) -> Path:
    """Each engine has its own, also where several profiles choose one folder."""
    mark = hashlib.sha256(str(state_folder).encode()).hexdigest()[:12]
    return Path(work_folder) / OWN_FOLDER / f"{state_folder.name}-{mark}"


def remembered_places(state_folder: Path) -> tuple[Path, ...]:
    """Where its work lies: one place, or, where moving it was broken off, several. What is no place of ours is
    passed over."""
    try:
        with (state_folder / PLACES_FILE).open("rb") as file:
            lines = file.read(_FILE_LIMIT_BYTES).decode().splitlines()
    except (OSError, UnicodeDecodeError):
        return (state_folder,)
    return tuple(state_folder if line == _HERE else Path(line) for line in lines if line == _HERE or _is_ours(line))


def places_text(state_folder: Path, places: Iterable[Path]) -> str:
    """What PLACES_FILE says of these."""
    return "".join(f"{_HERE if place == state_folder else place}\n" for place in places)


def _is_ours(line: str) -> bool:
    return "\0" not in line and Path(line).is_absolute() and Path(line).parent.name == OWN_FOLDER
