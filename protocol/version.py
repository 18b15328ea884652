"""The version of everything in this package; both ends of every connection say theirs first."""

from typing import Final

PROTOCOL_VERSION: Final = 2
"""Raised whenever a peer of the older version could misread a message. A mismatch is refused, never guessed at."""
