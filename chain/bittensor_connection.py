"""One connection to a subtensor node: made when first needed, dropped when broken, its errors turned into ours.

The library and its types cost about 55 MB and half a second, so nothing of it is imported before the first question.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Final

from chain.bittensor_errors import translated
from protocol.errors import Refused, SettingsError, Unavailable

_CLOSE_SECONDS: Final = 2.0


class NodeConnection:
    """Lends out an AsyncSubstrateInterface."""

    def __init__(self, url: str, timeout_seconds: float) -> None:
        self._url = url
        self._timeout_seconds = timeout_seconds
        self._connection: Any = None
        self._connecting = asyncio.Lock()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Any]:
        """The connection, for one question and no longer than the time limit."""
        try:
            with translated(self._url):
                async with asyncio.timeout(self._timeout_seconds):
                    yield await self._connected()
        except (Refused, SettingsError):
            raise
        except asyncio.CancelledError as error:
            await self.close()
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            # Nobody cancelled us: the library shares one request among callers, and another caller gave it up.
            raise Unavailable("The chain's answer was lost.", "Try again.") from error
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await _closed(connection)

    async def _connected(self) -> Any:
        async with self._connecting:
            if self._connection is None:
                fresh = _outspoken()(self._url, ss58_format=42, max_retries=1, ws_shutdown_timer=None)
                try:
                    await fresh.initialize()
                    # The types load in a task of its own; whoever waits for it otherwise sees a bare cancellation.
                    assert fresh.startup_runtime_task is not None
                    await fresh.startup_runtime_task
                except BaseException:
                    await _closed(fresh)
                    raise
                self._connection = fresh
            return self._connection


@cache
def _outspoken() -> Any:
    """The library's client, but that a node's error to a question about storage is one.

    By itself (2.2) it reads such an answer as "nothing is stored": an emission would pass for none, and the reading go
    on after it.
    """
    from async_substrate_interface import AsyncSubstrateInterface
    from async_substrate_interface.errors import SubstrateRequestException

    class Outspoken(AsyncSubstrateInterface):
        async def _process_response(
            self, response: dict[str, Any], subscription_id: int | str, value_scale_type: str | None = None, *more: Any,
            **named: Any,
        ) -> tuple[Any, bool]:  # fmt: skip
            if value_scale_type and (error := response.get("error")) is not None:
                raise SubstrateRequestException(error.get("message", "") if isinstance(error, dict) else str(error))
            return await super()._process_response(response, subscription_id, value_scale_type, *more, **named)

    return Outspoken


async def _closed(connection: Any) -> None:
    """Closes what may be broken: the error that matters is on its way up already."""
    startup, connection.startup_runtime_task = connection.startup_runtime_task, None
    if startup is not None:
        startup.cancel()
        await asyncio.gather(startup, return_exceptions=True)
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            with translated(connection.url):
                await connection.close()
    except (Unavailable, Refused, TimeoutError):
        return
