"""What the network's answers stand for: the one seam where httpx's errors, and refusals by status, become ours."""

import asyncio
from typing import Final

import httpx
import msgspec

from engine.network.silence import Silenced
from protocol.errors import (
    ErrorBody,
    MalformedMessage,
    ProtocolError,
    Refused,
    Unavailable,
    UserFacingError,
    from_body,
)

TRY_LATER: Final = frozenset(
    {
        httpx.codes.REQUEST_TIMEOUT,
        httpx.codes.CONFLICT,
        httpx.codes.TOO_EARLY,
        httpx.codes.TOO_MANY_REQUESTS,
    }
)
"""No refusals: what stands before the network, or a store with two writers of one key, asks for patience."""
RETRY_SECONDS: Final = 5.0
LEAST_RETRY_SECONDS: Final = 1.0
LONGEST_RETRY_SECONDS: Final = 600.0
AUTHORIZATION: Final = "Authorization"
_LOST: Final = frozenset({httpx.codes.UNAUTHORIZED, httpx.codes.CONFLICT})


class SessionLost(Refused):
    """The orchestrator no longer knows this session; register again."""

    code = "session_lost"


class ProxyFailed(Unavailable):
    """The proxy refused or could not be reached, so the network was not even asked."""

    code = "proxy"


def unavailable(url: str, error: Exception) -> Unavailable:
    if isinstance(error, httpx.ProxyError):
        return ProxyFailed(
            f"The proxy on the way to {url} refused or could not be reached.",
            "Check the proxy in Settings, or ask whoever runs it.",
        )
    return Unavailable(f"The network at {url} does not answer.", "Check the address and the internet connection.")


def raise_for(response: httpx.Response) -> None:
    """The error that an answer stands for, in its own words where it has any."""
    # Only a request that names the session can hear that it is lost: a store may be another company's.
    if AUTHORIZATION in response.request.headers and response.status_code in _LOST:
        raise SessionLost("The network no longer knows this session.", "It registers again.")
    told: UserFacingError | None
    try:
        told = from_body(msgspec.json.decode(response.content, type=ErrorBody))
    except (msgspec.DecodeError, UnicodeDecodeError):
        told = None
    if isinstance(told, ProtocolError | Unavailable | Refused):
        raise told
    if told is not None:
        # Its full disk is not this computer's.
        afar = Unavailable if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR else Refused
        raise afar(told.title, told.advice)
    if response.status_code in TRY_LATER:
        title = f"The network asks for patience (status {response.status_code})."
        raise Unavailable(title, "It is tried again.", _retry_after_seconds(response))
    if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        title = f"The network has a problem of its own (status {response.status_code})."
        raise Unavailable(title, "It is tried again.", _retry_after_seconds(response))
    if response.status_code == httpx.codes.NOT_FOUND:
        raise MalformedMessage("What answers at this address is not a Train at Home network.", "Check the address.")
    raise Refused(f"The network refused a request (status {response.status_code}).", "Update this program.")


def _retry_after_seconds(response: httpx.Response) -> float:
    """What the answer asks for in seconds; a date there would be by another clock."""
    told = response.headers.get("Retry-After", "")
    if not (told.isascii() and told.isdigit()):
        return RETRY_SECONDS
    return min(LONGEST_RETRY_SECONDS, max(LEAST_RETRY_SECONDS, float(told)))


async def pause_before_retry(error: Unavailable, attempt: int) -> None:
    """Wait as long as was asked for, and longer from attempt to attempt, at most half a minute. What a pause broke off
    waits for that pause's end."""
    if isinstance(error, Silenced):
        await error.over()
        return
    await asyncio.sleep(min(30.0, error.retry_after_seconds * 0.2 * 2 ** min(attempt, 6)))
