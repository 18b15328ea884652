"""The engine process: `python -m engine`, spoken to over stdin and stdout. The composition root of this room."""

import asyncio
import os
import sys
import time

import structlog
import torch

from edge.process_log import log_to_stderr
from engine.compute.thread import SWITCH_SECONDS
from engine.control import AppPipe, PipedHotkey, take_stdout
from engine.devices import Device, choose
from engine.devices.allocator import tune_allocator
from engine.devices.cpu import CpuDevice
from engine.miner import Miner
from protocol.engine_control import (
    VERSION_EXIT_CODE,
    AppCommand,
    Failed,
    HelloApp,
    HelloEngine,
    Pause,
    Resume,
    SetPace,
    StartTraining,
    StopTraining,
)
from protocol.errors import UserFacingError
from protocol.orchestrator_api import Capabilities
from protocol.version import PROTOCOL_VERSION

FAILED_EXIT_CODE = 1

log = structlog.get_logger(__name__)


def main() -> int:
    """Exit code 0 after an orderly end, 1 after Failed, 3 after a hello of another version."""
    wire = take_stdout()
    log_to_stderr()
    tune_allocator()
    sys.setswitchinterval(SWITCH_SECONDS)

    async def live() -> int:
        pipe = AppPipe(sys.stdin.buffer, wire)
        try:
            return await _converse(pipe)
        except UserFacingError as error:
            pipe.tell(Failed(code=error.code, title=error.title, advice=error.advice))
        except (Exception, asyncio.CancelledError) as error:  # nobody cancels all of this: that is a fault too
            log.exception("engine_crashed")
            pipe.tell(Failed(code="bug", title="The engine met a fault of its own.", advice=type(error).__name__))
        return FAILED_EXIT_CODE

    code = asyncio.run(live())
    # The command reader may sit in a read that nothing will end; its thread must not hold the process.
    os._exit(code)


async def _converse(pipe: AppPipe) -> int:
    hello = await pipe.next_command()
    if hello is None:
        return 0
    if not isinstance(hello, HelloEngine) or hello.protocol_version != PROTOCOL_VERSION:
        return VERSION_EXIT_CODE
    device = choose("auto")
    pipe.tell(HelloApp(pid=os.getpid(), device=device.name, device_memory_bytes=device.memory_bytes()))
    start = await pipe.next_command()
    if not isinstance(start, StartTraining):
        return 0
    device = choose(start.device)
    if isinstance(device, CpuDevice):
        device.may_compile = os.environ.get("TRAIN_AT_HOME_COMPILE") == "cpu"
    device.limit_memory(start.device_memory_share)
    miner = Miner(start, device, PipedHotkey(start.hotkey, pipe), pipe.tell, _measure(device, start))
    life = asyncio.create_task(miner.run())
    obeying = asyncio.create_task(_obey(pipe, miner))
    await asyncio.wait({life, obeying}, return_when=asyncio.FIRST_COMPLETED)
    if not life.done():
        # stdin closed: whoever asked for this work is gone.
        miner.stop(5.0)
    await life
    if obeying.done():
        # A command that could not be obeyed is a fault to be told; the end of the commands is none.
        obeying.result()
    obeying.cancel()
    return 0


async def _obey(pipe: AppPipe, miner: Miner) -> None:
    """Commands until the app is gone. Pauses and resumptions begin in their order, and may take their time: what comes
    after them is heard meanwhile."""
    turns: set[asyncio.Task[None]] = set()
    try:
        while (command := await _next_command(pipe, turns)) is not None:
            match command:
                case Pause():
                    turns.add(asyncio.create_task(miner.pause(), name="pause"))
                case Resume():
                    turns.add(asyncio.create_task(miner.resume(), name="resume"))
                case SetPace():
                    miner.set_pace(command)
                case StopTraining():
                    miner.stop(command.within_seconds)
                case _:
                    log.warning("command_out_of_turn", command=type(command).__name__)
    finally:
        for turn in turns:
            turn.cancel()


async def _next_command(pipe: AppPipe, turns: set[asyncio.Task[None]]) -> AppCommand | None:
    """What the app says next; raises what kept one of `turns` from its end, and takes those that are done out."""
    hearing = asyncio.create_task(pipe.next_command())
    try:
        while not hearing.done():
            await asyncio.wait({hearing, *turns}, return_when=asyncio.FIRST_COMPLETED)
            for turn in [each for each in turns if each.done()]:
                turns.remove(turn)
                turn.result()
        return hearing.result()
    finally:
        hearing.cancel()


def _measure(device: Device, start: StartTraining) -> Capabilities:
    """Compute speed by a short probe: placement needs to tell slow from fast, not a benchmark."""
    torch.set_num_threads(start.threads)
    memory = device.memory_bytes() or 0
    return Capabilities(
        device=device.name,
        memory_bytes=min(memory, start.memory_limit_bytes or memory),
        flops_per_second=start.flops_per_second or _probe(device),
    )


def _probe(device: Device) -> float:
    """FLOPs a second of a short run of fp32 products."""
    size = 512
    matrix = torch.ones(size, size, device=device.torch_device)
    matrix @ matrix
    device.synchronize()
    began = time.perf_counter()
    for _ in range(4):
        matrix @ matrix
    device.synchronize()
    return 4 * 2 * size**3 / (time.perf_counter() - began)


if __name__ == "__main__":
    sys.exit(main())
