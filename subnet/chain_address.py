"""The chain that a command line names: `local:PATH`, or `bittensor:NETUID` with an optional `@URL`."""

from pathlib import Path

from chain.local_chain import LocalChain
from chain.network import Chain
from protocol.errors import SettingsError


def open_chain(address: str) -> Chain:
    """Raises SettingsError for an address that is none, StorageError for a local chain that is missing or torn."""
    kind, _, rest = address.partition(":")
    if kind == "local" and rest:
        return LocalChain(Path(rest))
    if kind == "bittensor":
        netuid, _, url = rest.partition("@")
        if netuid.isascii() and netuid.isdigit():
            # Its client loads far more than the local one.
            from chain.bittensor_client import FINNEY_URL, BittensorChain

            return BittensorChain(int(netuid), url or FINNEY_URL)
    raise SettingsError(f"{address!r} names no chain.", "Give local:PATH or bittensor:NETUID.")
