"""Which keys a miner, or anybody, may get a URL for. Pure."""

from protocol.keys import NodeId
from protocol.orchestrator_api import StoreWish

PUBLIC_PREFIXES = ("runs/", "data/")
"""Token files and merged weights belong to everybody."""


def miner_may(node: NodeId, wish: StoreWish) -> bool:
    """Whether the miner `node` may do what it wishes.

    It writes below its own name only. It reads what is public, what was committed to merges and their coefficients
    (but no other merger's answer, or it could copy it), packets parked for it, and its own.
    """
    parts = wish.key.split("/")
    if wish.method == "PUT":
        return _is_own(node, parts)
    if wish.key.startswith(PUBLIC_PREFIXES):
        return True
    match parts:
        case ["merges", _, "committed" | "coefficients", *_]:
            return True
        case ["parked", receiver, *_]:
            return receiver == node
        case _:
            return _is_own(node, parts)


def anybody_may(key: str) -> bool:
    return key.startswith(PUBLIC_PREFIXES)


def _is_own(node: NodeId, parts: list[str]) -> bool:
    match parts:
        case ["merges", merge_id, "uploads" | "states", owner, _]:
            return owner == node and merge_id.isdigit()
        case ["audits", audit_id, owner, _]:
            return owner == node and audit_id.isdigit()
        case ["parked", _, sender, _]:
            return sender == node
        case _:
            return False
