"""The end of a log that is being written and rotated: whole lines, bounded, never locked."""

from pathlib import Path

_LOG_NAME = "app.log"


def log_ending(folder: Path, limit_bytes: int) -> tuple[str, ...]:
    """The last whole lines of the app's log, over the newest rotated file where the present one is young."""
    newest, before = folder / _LOG_NAME, folder / f"{_LOG_NAME}.1"
    lines = ending_of(newest, limit_bytes)
    room = limit_bytes - sum(len(line) + 1 for line in lines)
    return (*(ending_of(before, room) if room > 0 else ()), *lines)


def ending_of(path: Path, limit_bytes: int) -> tuple[str, ...]:
    """Nothing where there is no such file. A line that the limit cuts is left out: nobody knows half a secret."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            begin = max(0, size - limit_bytes)
            file.seek(max(0, begin - 1))
            content = file.read(limit_bytes + 1)
    except OSError:
        return ()
    if begin:
        content = content.partition(b"\n")[2]
    return tuple(content.decode("utf-8", "replace").splitlines())
