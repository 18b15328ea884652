"""What the rooms of a miner's merging share: its fragments, its objects, and the ways to the store and the trainer."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch

from engine.compute.thread import ComputeThread, Urgency
from engine.merging.fragments import Fragment, MergedShard
from engine.merging.kept_objects import KeptObjects
from engine.merging.pieces import Pieces
from engine.merging.residuals import ResidualFiles
from engine.network.orchestrator_client import OrchestratorClient
from protocol.errors import Refused, Unavailable
from protocol.hashes import hash_bytes
from protocol.keys import NodeId
from protocol.merges import ObjectRef, SoloWanted, StateHead, SumWanted
from protocol.orchestrator_api import state_key
from protocol.receipts import StepCommitment
from protocol.runs import MergeSpec


@dataclass(frozen=True)
class Workbench:
    """Belongs to the event loop."""

    merge: MergeSpec
    node: NodeId
    fragments: list[Fragment]
    trainer: MergedShard
    compute: ComputeThread
    client: OrchestratorClient
    committed: Callable[[StepCommitment], None]
    kept: KeptObjects
    residuals: ResidualFiles | None
    pieces: Pieces

    def standing_on(self, base: StateHead) -> Fragment:
        """The fragment, if it stands on `base`. If this miner missed a merge, taking its result over is asked of it as
        well, and comes first: weights left behind would pull the next pseudo-gradient back to where the others were."""
        fragment = self.fragments[base.fragment]
        if fragment.head.version < base.version:
            raise Unavailable("The merged state is taken over first.")
        if fragment.head.version > base.version:
            raise Refused("This merge is over.", "")
        return fragment

    async def weights_now(self, fragment: Fragment) -> tuple[torch.Tensor, int]:
        """The fragment [n], and this miner's own steps in it."""
        await self.pieces.unless_dropped()
        return await self.compute.submit(
            Urgency.CONTROL, lambda: (self.trainer.fragment_vector(fragment.names), self.trainer.own_steps)
        )

    async def put_in_place(
        self, fragment: Fragment, merged: torch.Tensor, since: torch.Tensor | None, merge_id: int
    ) -> None:
        """The merged fragment [n] becomes the trainer's, with what it did since `since` [n] on top."""
        made = await self.compute.submit(
            Urgency.CONTROL, lambda: self.trainer.apply_fragment(fragment.names, merged, since, merge_id)
        )
        self.committed(made)

    async def upload_result(self, task: SoloWanted | SumWanted, partition: int, data: bytes) -> ObjectRef:
        """A state or a delta of one partition."""
        ref = ObjectRef(state_key(task.merge_id, self.node, partition), hash_bytes(data), len(data))
        await self.pieces.upload(task, partial(self.client.put_object, ref.key, data))
        await self.kept.keep(task.merge_id, ref.hash, data)
        return ref

    async def fetch_once(self, ref: ObjectRef) -> bytes:
        """An object that won't be asked for again; what this miner made itself is here."""
        kept = await self.kept.get(ref.hash)
        return kept if kept is not None else await self.pieces.through_pauses(lambda: self.client.get_object(ref))
