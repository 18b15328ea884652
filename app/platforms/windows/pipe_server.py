"""Serves a named pipe in asyncio's loop, as `asyncio.start_unix_server` serves a socket."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog

from app.platforms.windows.named_pipe import disconnect, new_instance

_log = structlog.get_logger(__name__)

LETTING_GO_SECONDS: Final = 2.0
"""A client of an app that was killed keeps the name alive until it has noticed."""
_TRYING_AGAIN_SECONDS: Final = 0.1

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class PipeServer:
    """Made by `start_pipe_server`.

    asyncio serves pipes too (`ProactorEventLoop.start_serving_pipe`), but gives each instance the system's rights, by
    which everybody may read, and takes no other maker of instances. So the instances are made here, and of asyncio are
    used the two parts below that it has no public name for: waiting for a client, and the transport.
    """

    def __init__(self, name: str, serve: Serve, limit_bytes: int) -> None:
        """Raises OSError where the name is taken."""
        self._name = name
        self._serve = serve
        self._limit_bytes = limit_bytes
        self._loop: Any = asyncio.get_running_loop()
        self._listening = self._instance(first=True)
        self._accepting = asyncio.create_task(self._accept(), name="control pipe")

    def close(self) -> None:
        """Listen no more. Who is connected stays so."""
        self._accepting.cancel()

    async def wait_closed(self) -> None:
        await asyncio.wait([self._accepting])
        self._listening.close()

    async def _accept(self) -> None:
        while True:
            try:
                await self._loop._proactor.accept_pipe(self._listening)
                taken, self._listening = self._listening, self._instance(first=False)
            except OSError as error:
                # The client left at once, or there is no further instance. This one is kept and listens again: were
                # the last one closed, anybody could take the name.
                _log.info("a_control_pipe_listens_again", problem=str(error))
                disconnect(self._listening.fileno())
                await asyncio.sleep(_TRYING_AGAIN_SECONDS)
                continue
            self._begin(taken)

    def _begin(self, taken: Any) -> None:
        reader = asyncio.StreamReader(self._limit_bytes, self._loop)
        protocol = asyncio.StreamReaderProtocol(reader, self._serve, self._loop)
        self._loop._make_duplex_pipe_transport(taken, protocol)

    def _instance(self, *, first: bool) -> Any:
        from asyncio.windows_utils import PipeHandle  # type: ignore[attr-defined, unused-ignore]  # elsewhere not there

        return PipeHandle(new_instance(self._name, first=first))


async def start_pipe_server(name: str, serve: Serve, *, limit_bytes: int) -> PipeServer:
    """Each client gets a call of `serve`. Raises OSError where the name stays taken."""
    loop = asyncio.get_running_loop()
    until = loop.time() + LETTING_GO_SECONDS
    while True:
        try:
            return PipeServer(name, serve, limit_bytes)
        except PermissionError:
            if loop.time() >= until:
                raise
        await asyncio.sleep(_TRYING_AGAIN_SECONDS)
