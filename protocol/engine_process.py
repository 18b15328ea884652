"""What an engine's process needs around it from its very start, for whoever starts one."""

from collections.abc import Mapping
from typing import Final

ALLOCATOR_VARIABLE: Final = "GLIBC_TUNABLES"
LARGE_PAGES: Final = "glibc.malloc.hugetlb=1"


def engine_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """What to add to the environment: on Linux, glibc's allocator asks for large pages where the system gives them on
    request (mostly it does). They save a training process three per cent of its time and nearly all page faults of its
    first half minute. glibc reads this as the process begins, so the engine can't set it by itself; elsewhere nobody
    reads it. What the person has set stays."""
    given = environment.get(ALLOCATOR_VARIABLE, "")
    if "glibc.malloc.hugetlb" in given:
        return {}
    return {ALLOCATOR_VARIABLE: ":".join(filter(None, (given, LARGE_PAGES)))}
