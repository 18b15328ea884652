"""The engine's end of the pipe to the app: JSON lines on stdin and the real stdout.

Whatever else prints (native libraries too) lands on stderr, because descriptor 1 is pointed there first. The app's
death closes stdin, and that ends the engine.
"""

import asyncio
import itertools
import os
import sys
import threading
from collections.abc import Callable
from typing import BinaryIO

import structlog

from protocol.engine_control import (
    LINE_LIMIT_BYTES,
    AppCommand,
    EngineEvent,
    Signature,
    SignatureRequested,
    decode_command,
    encode_line,
)
from protocol.errors import AuthenticationError, MalformedMessage

log = structlog.get_logger(__name__)


def take_stdout() -> BinaryIO:
    """The real stdout, for messages only; everything printed from now on goes to stderr."""
    wire = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr
    return wire


class AppPipe:
    """Reads commands in a thread of its own (a pipe can't be awaited on every system) and writes events."""

    def __init__(self, source: BinaryIO, wire: BinaryIO) -> None:
        self._source = source
        self._wire = wire
        self._write_lock = threading.Lock()
        self._loop = asyncio.get_running_loop()
        self._commands: asyncio.Queue[AppCommand | None] = asyncio.Queue()
        self._signatures: dict[int, asyncio.Future[bytes]] = {}
        self._requests = itertools.count(1)
        threading.Thread(target=self._read, name="commands", daemon=True).start()

    async def next_command(self) -> AppCommand | None:
        """The next command that is not an answer to a signature request; None once the app is gone."""
        return await self._commands.get()

    def tell(self, event: EngineEvent) -> None:
        """Write one event; a closed pipe is noticed by the reader."""
        try:
            with self._write_lock:
                self._wire.write(encode_line(event))
        except (BrokenPipeError, ValueError):
            log.info("app_gone")

    async def sign(self, payload: bytes) -> bytes:
        """The hotkey's signature over `payload`; raises AuthenticationError if the app declines."""
        request = next(self._requests)
        future: asyncio.Future[bytes] = self._loop.create_future()
        self._signatures[request] = future
        self.tell(SignatureRequested(request=request, payload=payload))
        try:
            signature = await future
        finally:
            del self._signatures[request]
        if not signature:
            raise AuthenticationError("The key store did not sign.", "Unlock the keychain and try again.")
        return signature

    def _read(self) -> None:
        while line := self._source.readline(LINE_LIMIT_BYTES + 1):
            try:
                command = decode_command(line)
            except MalformedMessage as error:
                log.error("command_unreadable", title=error.title)
                continue
            self._post(self._handle, command)
        self._post(self._commands.put_nowait, None)

    def _post(self, function: Callable[..., None], argument: AppCommand | None) -> None:
        try:
            self._loop.call_soon_threadsafe(function, argument)
        except RuntimeError:
            log.info("engine_ended_before_its_app")

    def _handle(self, command: AppCommand) -> None:
        if isinstance(command, Signature):
            future = self._signatures.get(command.request)
            if future is not None and not future.done():
                future.set_result(command.signature)
            return
        self._commands.put_nowait(command)


class PipedHotkey:
    """The hotkey as the engine sees it: an address, and a pipe to whoever holds the key."""

    def __init__(self, address: str, pipe: AppPipe) -> None:
        self.address = address
        self._pipe = pipe

    async def sign(self, payload: bytes) -> bytes:
        return await self._pipe.sign(payload)
