"""Validators by their stake: a ValidatorGate that asks the chain, and is asked at every request of a validator."""

import asyncio
from collections.abc import Iterable
from typing import Final

import structlog

from chain.network import Chain
from protocol.errors import Unavailable, UserFacingError
from subnet.orchestrator.clocks import SteadyClock, steady_clock

STAKES_KEPT_MS: Final = 60_000
"""The chain is not asked for stakes more often than this, however many validators or strangers ask here."""
_log = structlog.get_logger()


class StakedValidators:
    """Whoever has at least so much stake on the subnet, besides those named.

    What was read last answers while the stakes are read anew, and for as long as the chain is away: a chain may take a
    minute to answer, which no request has.
    """

    def __init__(
        self, chain: Chain, least_stake_rao: int, named: Iterable[str] = (), steady: SteadyClock = steady_clock
    ) -> None:
        self._chain = chain
        self._least_stake_rao = least_stake_rao
        self._named = frozenset(named)
        self._steady = steady
        self._staked: frozenset[str] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._begun_ms = 0
        self._has_tried = False

    async def admits(self, hotkey: str) -> bool:
        """Raises Unavailable while nothing was read yet."""
        if hotkey in self._named:
            return True
        reading = self._begun()
        if not self._has_tried:
            # Shielded, since whoever asks may give up, and others wait for the same answer.
            await asyncio.shield(reading)
        if self._staked is None:
            raise Unavailable("The chain does not say who is a validator.", "It is asked again in a minute.")
        return hotkey in self._staked

    def _begun(self) -> asyncio.Task[None]:
        """The reading under way, or the last one where the next is not due."""
        now_ms = self._steady()
        if self._reading is None or (self._reading.done() and now_ms - self._begun_ms >= STAKES_KEPT_MS):
            self._reading, self._begun_ms = asyncio.create_task(self._read(), name="stakes"), now_ms
        return self._reading

    async def _read(self) -> None:
        try:
            neurons = (await self._chain.metagraph()).neurons
        except UserFacingError as error:
            _log.warning("stakes_not_read", title=error.title)
        else:
            least_rao = self._least_stake_rao
            self._staked = frozenset(one.hotkey for one in neurons if one.stake_rao >= least_rao > 0)
        finally:
            self._has_tried = True
