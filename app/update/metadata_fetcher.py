"""How python-tuf gets its metadata: over httpx like everything else here, which brings its own root certificates.

python-tuf's own fetcher asks OpenSSL for the system's, and a bundle's OpenSSL looks where the system that built it
had them.
"""

from collections.abc import Iterator
from typing import Final

import httpx
from tuf.api.exceptions import DownloadError, DownloadHTTPError, SlowRetrievalError
from tuf.ngclient import FetcherInterface

from edge.ways import client

_TIMEOUT_SECONDS: Final = 30.0
_CHUNK_BYTES: Final = 64 * 1024


class StoppedByProxy(DownloadError):
    """The proxy refused or could not be reached."""


class MetadataFetcher(FetcherInterface):
    """python-tuf bounds the length of what this yields."""

    def __init__(self, proxy: str) -> None:
        super().__init__()
        self._proxy = proxy

    def _fetch(self, url: str) -> Iterator[bytes]:
        try:
            with (
                client(self._proxy, timeout=_TIMEOUT_SECONDS, follow_redirects=True, max_redirects=5) as asking,
                asking.stream("GET", url) as response,
            ):
                if response.is_error:
                    raise DownloadHTTPError(f"the server answered {response.status_code}", response.status_code)
                yield from response.iter_bytes(_CHUNK_BYTES)
        except httpx.TimeoutException as error:
            raise SlowRetrievalError("the server is too slow") from error
        except httpx.ProxyError as error:
            raise StoppedByProxy("the proxy refused or could not be reached") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DownloadError(f"download failed: {type(error).__name__}") from error
