"""An engine's process begins with what its allocator is to do, whoever starts it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from protocol.engine_process import engine_variables

THP = Path("/sys/kernel/mm/transparent_hugepage/enabled")
TAKES_MEMORY = """
kept = bytearray(64 * 1024 * 1024)
lines = open("/proc/self/smaps_rollup").read().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("AnonHugePages")))
"""


def test_what_the_person_has_set_stays() -> None:
    assert engine_variables({}) == {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
    others = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}
    assert engine_variables(others) == {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=0:glibc.malloc.hugetlb=1"}
    assert engine_variables({"GLIBC_TUNABLES": "glibc.malloc.hugetlb=0"}) == {}


@pytest.mark.skipif(sys.platform != "linux", reason="another system's allocator")
def test_a_process_started_with_them_gets_large_pages_where_the_system_gives_them() -> None:
    if not THP.exists() or "[madvise]" not in THP.read_text() or os.confstr("CS_GNU_LIBC_VERSION") is None:
        pytest.skip("this system gives large pages to all or to nobody")
    environment = {name: value for name, value in os.environ.items() if name != "GLIBC_TUNABLES"}
    kilobytes = []
    for more in ({}, engine_variables(environment)):
        command = [sys.executable, "-c", TAKES_MEMORY]
        done = subprocess.run(command, env=environment | more, capture_output=True, check=True, timeout=60)
        kilobytes.append(int(done.stdout))
    assert kilobytes[0] == 0 and kilobytes[1] >= 32 * 1024
