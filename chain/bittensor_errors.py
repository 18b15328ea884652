"""The seam where the substrate client's errors become ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from chain.network import Forgotten
from protocol.errors import Refused, Unavailable

_DEFINITE: Final = (
    "Invalid Transaction",
    "Transaction is outdated",
    "Transaction has a bad signature",
    "Inability to pay",
)

_DISCARDED: Final = "State already discarded"


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Unavailable where asking again may help, Refused where it won't."""
    from async_substrate_interface.errors import StateDiscardedError, SubstrateRequestException
    from scalecodec.exceptions import RemainingScaleBytesNotEmptyException
    from websockets.exceptions import WebSocketException

    try:
        yield
    except StateDiscardedError as error:
        raise _forgotten() from error
    except SubstrateRequestException as error:
        if _DISCARDED in str(error):
            raise _forgotten() from error
        if any(words in str(error) for words in _DEFINITE):
            raise Refused(f"The chain refused: {_brief(error)}.", "Look at the account's balance and stake.") from error
        raise Unavailable(f"The chain's node answered with an error: {_brief(error)}.", "Try again.") from error
    except (OSError, TimeoutError, WebSocketException) as error:
        raise Unavailable(
            f"The chain's node {url} can't be reached.", "See whether you are online; it is tried again."
        ) from error
    except (ValueError, KeyError, NotImplementedError, RemainingScaleBytesNotEmptyException) as error:
        raise Refused("The chain speaks a version that this program does not know.", "Update this program.") from error


def _forgotten() -> Forgotten:
    return Forgotten("This node has forgotten that block.", "Use an archive node, or ask for newer blocks.")


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
