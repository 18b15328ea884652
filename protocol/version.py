"""The version of everything in this package; both ends of every connection say theirs first."""

from typing import Final

PROTOCOL_VERSION: Final = 5
"""Raised whenever a peer of the older version could misread a message, or compute another number from it. A mismatch is
refused, never guessed at."""
