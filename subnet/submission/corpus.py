"""The text that a run trains on: a file, or all text files of a folder, joined in order of their names."""

from pathlib import Path
from typing import Final

from protocol.errors import SettingsError, StorageError

TEXT_SUFFIXES: Final = frozenset({".txt", ".md", ".rst", ".py", ".html", ".json", ".csv", ".tex", ".xml"})
CORPUS_LIMIT_BYTES: Final = 4 * 1024**3
SEPARATOR: Final = b"\n\n"


def read_corpus(path: Path) -> bytes:
    """The bytes of all texts at `path`; raises SettingsError if there are none or too many, StorageError if one can't
    be read."""
    if not path.exists():
        raise SettingsError(f"There is no file or folder {path}.", "Check the path for a typing mistake.")
    files = [path] if path.is_file() else sorted(each for each in path.rglob("*") if _is_text(each))
    try:
        size = sum(each.stat().st_size for each in files)
        if size > CORPUS_LIMIT_BYTES:
            raise SettingsError(f"The text has {size / 1e9:.1f} GB; the limit is 4 GB.", "Give a part of it.")
        text = SEPARATOR.join(each.read_bytes() for each in files)
    except OSError as error:
        raise StorageError(f"A text in {path} can't be read.", f"Check its permissions. ({error.strerror})") from error
    if not text:
        raise SettingsError(f"There is no text in {path}.", f"Text files end in {', '.join(sorted(TEXT_SUFFIXES))}.")
    return text


def _is_text(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in TEXT_SUFFIXES
