"""Where a newcomer begins: at the freshest weights there are.

Its stage merges what it has as soon as the newcomer says that it downloads; that merge is waited for and its result
fetched. Only a checkpoint on the very merged state of now is taken as it is.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from engine.disk.checkpoint import CheckpointPlace
from engine.merging.fragments import Fragment, fetch_state
from engine.network.downloads import Downloads
from engine.network.orchestrator_client import OrchestratorClient
from protocol.merges import ObjectRef, StateHead
from protocol.orchestrator_api import RegisterReply
from swarm import merge_arithmetic as arithmetic
from swarm.partitions import PartitionSlice

log = structlog.get_logger(__name__)

NEWER_STATE_SECONDS: Final = 10.0
"""How long a newcomer waits for its stage's merge; more would be better spent on training."""
POLL_SECONDS: Final = 0.2

Announce = Callable[[], Awaitable[None]]
"""Tell the orchestrator that this miner downloads."""


def still_stands(place: CheckpointPlace | None, reply: RegisterReply) -> bool:
    """Whether a checkpoint is of this shard and on the merged state of now: then even its steps since that state count,
    and go into the next merge. Of an older one nothing is taken: others have left its weights behind, and moments that
    are some merges old cost more than none (docs/experiments.md, "What a newcomer begins with"). Pure."""
    if place is None or (place.run_id, place.stage) != (reply.run.run_id, reply.stage):
        return False
    return place.fragment_versions == tuple(
        head.version for head in sorted(reply.heads, key=lambda head: head.fragment)
    )


async def freshest_heads(client: OrchestratorClient, announce: Announce) -> tuple[StateHead, ...]:
    """The heads to begin from: those of the merge that this arrival makes due, if it comes in time."""
    await announce()
    loop = asyncio.get_running_loop()
    deadline = loop.time() + NEWER_STATE_SECONDS
    while (found := await client.heads()).newer_soon and loop.time() < deadline:
        await asyncio.sleep(POLL_SECONDS)
    log.info("begins_from", versions=[head.version for head in found.heads], newer_soon=found.newer_soon)
    return found.heads


async def catch_up(
    parts: list[Fragment], heads: tuple[StateHead, ...], downloads: Downloads, texts: tuple[str, ...] = ()
) -> None:
    """Bring seeded fragments to `heads`, outer momentum included; version 0 needs nothing. `texts`: the hashes of what
    may be fetched beside it."""

    async def fetch(head: StateHead, number: int, part: PartitionSlice) -> bytes:
        return await downloads.fetch(_state(head, number, part))

    newer = [head for head in heads if head.version > 0]
    states = [_state(head, number, part) for head in newer for number, part in enumerate(parts[head.fragment].slices)]
    downloads.keep_only({*texts, *(state.hash for state in states)})
    downloads.announce(sum(state.size_bytes for state in states))
    for head in newer:
        part = parts[head.fragment]
        part.anchor, part.momentum = await fetch_state(part, head, fetch)
        part.head = head


def _state(head: StateHead, number: int, part: PartitionSlice) -> ObjectRef:
    """Its size is the most that it may have: a momentum of zeros is left out."""
    return ObjectRef(head.keys[number], head.hashes[number], max(arithmetic.state_sizes(part.numbers)))
