"""How large what arrives may be. A number that no database can hold and a text without end are refused where they are
read, before anything is done with them. Each bound leaves honest values room to grow.

Lists that only an orchestrator sends have no bound of their own: the whole message has one (protocol.wire).
"""

from typing import Annotated, Final, TypeAlias

from msgspec import Meta

NUMBER_LIMIT: Final = 2**53
"""Whole numbers above it are nobody's honest count; JavaScript can't hold them, and SQLite none above 2^63."""

Count: TypeAlias = Annotated[int, Meta(ge=0, le=NUMBER_LIMIT)]
"""How many, which one, or when in Unix milliseconds."""
CountOrNone: TypeAlias = Annotated[int, Meta(ge=-1, le=NUMBER_LIMIT)]
"""A Count, or −1 for "none yet"."""
Rao: TypeAlias = Annotated[int, Meta(ge=-(2**62), le=2**62)]
"""Money. All there will ever be is above NUMBER_LIMIT."""

Speed: TypeAlias = Annotated[float, Meta(ge=0.0, le=1e18)]
"""Bytes or tokens a second: also on one computer, where a transfer takes no time."""
FlopsPerSecond: TypeAlias = Annotated[float, Meta(gt=0.0, le=1e18)]
"""A thousand times the fastest device there is."""
PassRate: TypeAlias = Annotated[float, Meta(ge=0.0, le=1e9)]
"""Microbatches a second."""
Credit: TypeAlias = Annotated[float, Meta(ge=0.0, le=1e36)]
"""Accepted FLOPs."""
Share: TypeAlias = Annotated[float, Meta(ge=0.0, le=1.001)]
"""Of a whole; sums of shares are not always exact."""
Seconds: TypeAlias = Annotated[float, Meta(ge=0.0, le=1e9)]

LOSS_LIMIT: Final = 1e4
Loss: TypeAlias = Annotated[float, Meta(ge=0.0, le=LOSS_LIMIT)]
"""Nats per token. A model that has learnt nothing is at 12, one that has diverged hardly at a thousand."""

HashText: TypeAlias = Annotated[str, Meta(max_length=64)]
"""BLAKE3 in hex (protocol.hashes), or nothing where there is nothing to hash."""
Name: TypeAlias = Annotated[str, Meta(max_length=200)]
"""A run, a hotkey, a device, a kind of error."""
ObjectKey: TypeAlias = Annotated[str, Meta(max_length=480)]
"""In the object store."""
SocketText: TypeAlias = Annotated[str, Meta(max_length=256)]
"""Where a computer can be dialled."""
Words: TypeAlias = Annotated[str, Meta(max_length=4000)]
"""For a person to read."""
SignatureBytes: TypeAlias = Annotated[bytes, Meta(max_length=64)]
