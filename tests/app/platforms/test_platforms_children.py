"""What a child starts ends with it, whatever the system calls a family of processes."""

import asyncio
import struct
import sys

import psutil

from app.core.engine.child_process import ChildProcess, StopLimits
from app.core.engine.outcomes import StopRung
from app.core.ports import ChildLimits
from app.platforms.child_limits import bind_child
from app.platforms.windows.job import limits_on

QUICK = StopLimits(asked_seconds=0.1, terminated_seconds=5.0, killed_seconds=5.0)
PARENT = """
import subprocess, sys
sys.stdin.readline()  # by now it has its limits
child = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
print(child.pid, flush=True)
{then}
"""


async def ended_grandchild(then: str) -> tuple[StopRung, psutil.Process]:
    """A child that started another and then did what is said; it is stopped, and the other is told."""
    told: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    child = await ChildProcess.spawn(
        [sys.executable, "-c", PARENT.format(then=then)],
        lambda line: told.set_result(int(line)),
        name="parent",
        bind=lambda pid: bind_child(pid, ChildLimits(memory_bytes=8 * 1024**3)),
    )
    assert isinstance(child, ChildProcess)
    child.send(b"go\n")
    async with asyncio.timeout(30):
        grandchild = psutil.Process(await told)
        rung = await child.stop(lambda: None, QUICK)
    return rung, grandchild


async def test_a_child_that_had_to_be_killed_takes_with_it_what_it_started() -> None:
    rung, grandchild = await ended_grandchild("import threading; threading.Event().wait()")
    assert rung is not StopRung.ASKED
    grandchild.wait(timeout=10)


async def test_a_child_that_left_by_itself_leaves_nothing_behind() -> None:
    _rung, grandchild = await ended_grandchild("sys.exit(3)")
    grandchild.wait(timeout=10)


def test_windows_is_told_the_memory_that_all_of_a_job_may_take_together() -> None:
    limits = limits_on(5 * 1024**3)
    assert len(limits) == 144
    assert struct.unpack_from("<I", limits, 16) == (0x200,), "JOB_OBJECT_LIMIT_JOB_MEMORY"
    assert struct.unpack_from("<QQ", limits, 112) == (0, 5 * 1024**3), "ProcessMemoryLimit, JobMemoryLimit"
    assert struct.unpack_from("<I", limits_on(None), 16) == (0,)
