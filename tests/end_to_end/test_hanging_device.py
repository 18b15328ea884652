"""An engine whose device never returns from a pass, in a process of its own as the real one would be."""

import asyncio
import os
from pathlib import Path

import pytest

from subnet.local.miner import LocalMiner
from subnet.local.network import LocalNetwork
from subnet.local.options import LocalOptions

AS_IF_THE_DRIVER_HUNG = """
import sys, threading, time

def hang():
    while not hasattr(sys.modules.get("engine.serving.service"), "Service"):
        time.sleep(0.01)
    from engine.serving import parts, service
    watch, kind = service.watch_for_standstill, parts.trainer_kind
    service.watch_for_standstill = lambda compute: watch(compute, limit_seconds=2.0, look_seconds=0.1)
    parts.trainer_kind = lambda lie: type("Hanging", (kind(lie),), {"backward": lambda *_: threading.Event().wait()})

threading.Thread(target=hang, daemon=True).start()
"""
"""Python runs this before anything else; the engine itself knows nothing of it."""


async def end_of(miner: LocalMiner) -> None:
    """Of its engine's process. The first stage meets its first gradient, and hangs, before the others miss it."""
    while not miner.record.exits:
        await miner.changed.wait()
        miner.changed.clear()


@pytest.mark.skipif(os.name == "nt", reason="needs env, and a Python that heeds PYTHONPATH")
@pytest.mark.timeout(180)
async def test_a_hung_device_ends_its_engine_with_a_reason_while_the_thread_still_hangs(tmp_path: Path) -> None:
    start_up = tmp_path / "start-up"
    start_up.mkdir()
    (start_up / "sitecustomize.py").write_text(AS_IF_THE_DRIVER_HUNG)
    behind = ("env", f"PYTHONPATH={start_up}")
    network = LocalNetwork(
        LocalOptions(folder=tmp_path / "network", stages=2, tokens=200 * 256, validator=False, prefixes=(behind,))
    )
    ends: list[asyncio.Task[None]] = []
    try:
        await network.start()
        async with asyncio.timeout(150):
            ends += [asyncio.create_task(end_of(miner)) for miner in network.miners]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        record = next(miner.record for miner in network.miners if miner.record.exits)
        assert record.exits == [1]
        assert record.failed is not None and record.failed.startswith("The device that computes did not answer")
        assert record.steps == 0
    finally:
        for end in ends:
            end.cancel()
        await network.stop()
