"""How python-tuf gets its metadata: over httpx like everything else here, which brings its own root certificates.

python-tuf's own fetcher asks OpenSSL for the system's, and a bundle's OpenSSL looks where the system that built it
had them.
"""

from collections.abc import Iterator
from typing import Final

import httpx
from tuf.api.exceptions import DownloadError, DownloadHTTPError, SlowRetrievalError
from tuf.ngclient import FetcherInterface

_TIMEOUT_SECONDS: Final = 30.0
_CHUNK_BYTES: Final = 64 * 1024


class MetadataFetcher(FetcherInterface):
    """python-tuf bounds the length of what this yields."""

    def _fetch(self, url: str) -> Iterator[bytes]:
        try:
            with (
                httpx.Client(timeout=_TIMEOUT_SECONDS, follow_redirects=True, max_redirects=5) as client,
                client.stream("GET", url) as response,
            ):
                if response.is_error:
                    raise DownloadHTTPError(f"the server answered {response.status_code}", response.status_code)
                yield from response.iter_bytes(_CHUNK_BYTES)
        except httpx.TimeoutException as error:
            raise SlowRetrievalError("the server is too slow") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DownloadError(f"download failed: {type(error).__name__}") from error
