"""The system's allocator, told what training needs.

glibc gives each thread an arena of 64 MB pieces and hands a piece back as soon as it is empty: with several graphs
alive the same pages are taken and returned at every pass, and cleared by the kernel each time. Measured on a shard of
width 256: a quarter of a pass's time in the first passes, 1,000 page faults a pass long after. One arena that is not
trimmed has neither; what it holds goes back when the engine pauses.
"""

import ctypes
import sys
from functools import cache
from typing import Any, Final

_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
"""Names of mallopt(3)."""
LARGE_BYTES: Final = 32 * 1024**2
"""Tensors of this size are mapped one by one and unmapped when freed; glibc takes no larger limit."""
KEPT_BYTES: Final = 2**31 - 1


@cache
def _glibc() -> Any | None:
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "gnu_get_libc_version") else None


def tune_allocator() -> bool:
    """Call before other threads begin; False where the system's allocator has no such settings."""
    library = _glibc()
    if library is None:
        return False
    settings = ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, LARGE_BYTES), (_TRIM_THRESHOLD, KEPT_BYTES))
    taken = [library.mallopt(name, value) == 1 for name, value in settings]
    return all(taken)


def return_free_memory() -> None:
    """Give what is free back to the system (pause)."""
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)
