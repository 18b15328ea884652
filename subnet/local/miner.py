"""One miner of the local network: an engine process and whoever holds its hotkey.

What the app's supervisor is to a person's engine, this is to a test's: it answers signature requests and starts the
engine again when it dies.
"""

import asyncio
import contextlib
import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil
import structlog

from chain.keys import Keypair
from protocol.engine_control import (
    EngineEvent,
    Failed,
    HelloApp,
    HelloEngine,
    PhaseChanged,
    ResourcesMeasured,
    RunEnded,
    RunJoined,
    Signature,
    SignatureRequested,
    StartTraining,
    StepFinished,
    StopTraining,
    Troubled,
    decode_event,
    encode_line,
)
from protocol.engine_process import engine_variables
from protocol.errors import MalformedMessage
from subnet.local.child import Child, Exit

log = structlog.get_logger(__name__)

RESTART_SECONDS: Final = 0.5
STOP_SECONDS: Final = 15.0


@dataclass
class MinerRecord:
    """What the host saw of one miner."""

    name: str
    hotkey: str
    stage: int | None = None
    steps: int = 0
    starts: int = 0
    run_ended: bool = False
    failed: str | None = None
    troubles: Counter[str] = field(default_factory=Counter)
    exits: list[int] = field(default_factory=list)
    measured: ResourcesMeasured | None = None
    """By the engine that runs or ran last."""
    arrival: dict[str, float] = field(default_factory=dict)
    """Of the last start: seconds from the process's start until it spoke ("imported") and until it first entered each
    phase; "import_cpu" are the CPU seconds that it had taken when it spoke."""


class LocalMiner:
    """Runs until stopped, through any number of deaths of its engine."""

    def __init__(
        self, name: str, hotkey: Keypair, start: StartTraining, log_file: Path, prefix: Sequence[str] = ()
    ) -> None:
        self.record = MinerRecord(name, hotkey.ss58_address)
        self._hotkey = hotkey
        self._start = start
        self._log_file = log_file
        self._prefix = prefix
        self._stopping = False
        self._started = 0.0
        self.child: Child | None = None
        self.changed = asyncio.Event()

    async def run(self) -> None:
        """Start the engine, again and again, until `stop` or a failure that says it can't go on."""
        while not self._stopping:
            more = engine_variables(os.environ)
            child = Child(self.record.name, ["engine"], self._log_file, self._heard, self._prefix, more)
            await child.start()
            self.child = child
            self.record.starts += 1
            self.record.arrival = {}
            self._started = time.monotonic()
            child.say(encode_line(HelloEngine()))
            child.say(encode_line(self._start))
            exit_ = await child.wait()
            self.record.exits.append(exit_.code)
            self.changed.set()
            if self._stopping or self.record.failed is not None:
                return
            log.info("miner_died", miner=self.record.name, code=exit_.code)
            await asyncio.sleep(RESTART_SECONDS)

    async def stop(self) -> Exit | None:
        """The engine's own ladder: ask, close stdin, terminate, kill."""
        self._stopping = True
        if self.child is None:
            return None
        self.child.say(encode_line(StopTraining(within_seconds=STOP_SECONDS / 2)))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                return await self.child.wait()
        return await self.child.stop()

    def give_up(self) -> None:
        """kill -9 for good: for a network that is not needed any more."""
        self._stopping = True
        self.kill()

    def kill(self) -> None:
        """kill -9 of the engine, which `run` then starts again."""
        if self.child is not None:
            self.child.kill()

    def vanish(self) -> None:
        """kill -9 of the engine, and nobody starts it again."""
        self._stopping = True
        self.kill()

    def _arrived(self, at: str) -> None:
        self.record.arrival.setdefault(at, time.monotonic() - self._started)

    def _heard(self, line: bytes) -> None:
        try:
            self._take(decode_event(line))
        except MalformedMessage as error:
            log.warning("engine_line_unreadable", miner=self.record.name, title=error.title)

    def _take(self, event: EngineEvent) -> None:
        match event:
            case SignatureRequested(request=request, payload=payload):
                assert self.child is not None
                self.child.say(encode_line(Signature(request=request, signature=self._hotkey.sign(payload))))
            case RunJoined(stage=stage):
                self.record.stage = stage
            case StepFinished():
                self.record.steps += 1
            case RunEnded():
                self.record.run_ended = True
            case Troubled(code=code):
                self.record.troubles[code] += 1
            case Failed(title=title, advice=advice):
                self.record.failed = f"{title} {advice}"
            case ResourcesMeasured():
                self.record.measured = event
            case HelloApp(pid=pid):
                self._arrived("imported")
                spent = psutil.Process(pid).cpu_times()
                self.record.arrival["import_cpu"] = spent.user + spent.system
            case PhaseChanged(phase=phase):
                self._arrived(phase.value)
            case _:
                return
        self.changed.set()
