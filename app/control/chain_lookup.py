"""Starts the child process that asks the chain, and reads its one answer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from app.core.language.speech import _
from app.core.network.known import KnownNetwork
from app.core.payout.chain_sight import ChainAnswer, ChainQuestion
from app.core.snapshot import NetworkKind, NetworkView
from protocol.errors import ErrorBody, MalformedMessage, Unavailable, from_body
from protocol.wire import from_json, to_json

CHILD_SECONDS: Final = 40.0
ANSWER_LIMIT_BYTES: Final = 64 * 1024


def chain_lookup(
    command: Sequence[str], environment: Callable[[], Mapping[str, str]], seconds: float = CHILD_SECONDS
) -> Callable[[ChainQuestion], Awaitable[ChainAnswer]]:
    """A function that asks, in a child with the environment of that moment; it raises UserFacingErrors and never leaves
    a process behind."""

    async def look(question: ChainQuestion) -> ChainAnswer:
        try:
            child = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=dict(environment()),
            )
        except OSError as error:
            raise Unavailable(
                _("The chain's client can't be started: {problem}.").format(problem=error.strerror)
            ) from error
        try:
            async with asyncio.timeout(seconds):
                written, _errors = await child.communicate(to_json(question))
        except TimeoutError as error:
            raise Unavailable(_("The chain did not answer in time."), _("It is asked again later.")) from error
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        return _read(written, child.returncode)

    return look


def _read(written: bytes, code: int | None) -> ChainAnswer:
    if code == 0:
        found: ChainAnswer = from_json(written, ChainAnswer, ANSWER_LIMIT_BYTES)
        return found
    try:
        body: ErrorBody = from_json(written, ErrorBody, ANSWER_LIMIT_BYTES)
    except MalformedMessage as error:
        raise Unavailable(_("The chain's client ended without an answer."), _("It is asked again later.")) from error
    raise from_body(body)


def chain_of(network: NetworkView, known: Sequence[KnownNetwork], local_folder: Path) -> str | None:
    """The chain behind a network, as ChainQuestion names it; None where nobody said."""
    if network.kind is NetworkKind.THIS_COMPUTER:
        return f"local:{local_folder / 'chain.sqlite'}"
    found = next((each for each in known if network.kind is NetworkKind.NAMED and each.name == network.name), None)
    if found is None or found.netuid is None:
        return None
    return f"bittensor:{found.netuid}" + (f"@{found.chain_endpoint}" if found.chain_endpoint else "")
