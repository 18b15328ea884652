"""What miners and validators hand over to a merge: looked at to its last number, then given a key that nobody outside
can write. Blocks on the disk and computes: call it from a thread.

An object is looked at where nobody can exchange it any more, with the very decoder that mergers use, one partition at a
time. So what others are told to read can always be read, and one bad upload is one miner's fault and not the merge's.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from protocol.errors import IntegrityError, MalformedMessage
from protocol.hashes import HASH_DIGITS
from protocol.keys import NodeId
from protocol.merges import ObjectRef, PartitionCommitment, UploadRef
from protocol.orchestrator_api import state_key, upload_key
from protocol.runs import MergeSpec
from subnet.orchestrator.storage.store import ObjectStore
from swarm.merge_arithmetic import state_sizes
from swarm.merged_deltas import delta_from_bytes, largest_size
from swarm.partitions import PartitionSlice
from swarm.quantisation import codes_bytes_size, codes_from_bytes, scales_from_bytes

Kind = Literal["codes", "scales"]
Look = Callable[[bytes], object]
"""Raises MalformedMessage for bytes that no honest miner sends."""


class SpoiltUpload(MalformedMessage):
    """An upload is what its miner announced, and no honest miner would have announced that."""

    def __init__(self, partition: int, told: MalformedMessage) -> None:
        super().__init__(told.title, told.advice)
        self.partition = partition


class Seals:
    """One merge's objects; raises Unknown, IntegrityError or MalformedMessage for what can't count."""

    def __init__(self, store: ObjectStore, merge_id: int, merge: MergeSpec, slices: tuple[PartitionSlice, ...]) -> None:
        self._store = store
        self._merge_id = merge_id
        self._merge = merge
        self._slices = slices

    def upload(self, node: NodeId, told: PartitionCommitment) -> UploadRef:
        """One partition of an upload; raises SpoiltUpload if it is as announced, and yet no merger could read it."""
        part, merge, number = self._slices[told.partition], self._merge, told.partition
        size_bytes = codes_bytes_size(part.numbers, merge.tile, merge.upload)

        def look_at_codes(data: bytes) -> object:
            return codes_from_bytes(data, part.numbers, merge.tile, merge.upload)

        try:
            codes = self._uploaded(node, number, "codes", told.codes, size_bytes, look_at_codes)
            scales = self._uploaded(
                node, number, "scales", told.scales, 4 * part.tiles, lambda data: scales_from_bytes(data, part.tiles)
            )
        except _Unreadable as error:
            raise SpoiltUpload(number, error.told) from error
        return UploadRef(node=node, codes=codes, scales=scales)

    def _uploaded(
        self,
        node: NodeId,
        partition: int,
        kind: Literal["codes", "scales"],
        told: ObjectRef,
        size_bytes: int,
        look: Look,
    ) -> ObjectRef:
        if told.key != upload_key(self._merge_id, node, partition, kind) or told.size_bytes != size_bytes:
            raise MalformedMessage("An upload does not have the key or size that was asked for.")
        # The name says as what it was looked at: the same bytes may be another thing elsewhere.
        key = f"merges/{self._merge_id}/committed/{kind}-{partition}-{_content_name(told.hash)}"
        if not self._store.exists(key):
            self._seal(told.key, key, told.hash, size_bytes, look)
        return ObjectRef(key, told.hash, size_bytes)

    def result(self, node: NodeId, partition: int, told: ObjectRef, whole: bool) -> None:
        """What a merger, or a stage's only miner, made of a partition: a delta, or the `whole` state."""
        if told.key != state_key(self._merge_id, node, partition):
            raise MalformedMessage("A result does not have the key that was asked for.")
        if not self._fits(partition, told.size_bytes, whole):
            raise MalformedMessage("A result does not have the size that was asked for.")
        self._result(partition, told.key, told.hash, told.size_bytes, whole)

    def right_result(self, partition: int, right_hash: str, handed_key: str | None, whole: bool) -> None:
        """What a dispute's decision names: a merger's result, or what the validator handed over under `handed_key`."""
        store, sealed = self._store, sealed_result_key(self._merge_id, right_hash)
        if not store.exists(sealed) and handed_key is None:
            raise IntegrityError("Nobody handed over a state of that hash.", "Upload the recomputed state.")
        source = sealed if store.exists(sealed) or handed_key is None else handed_key
        size_bytes = store.size(source)
        if not self._fits(partition, size_bytes, whole):
            raise MalformedMessage("A recomputed result does not have the size that was asked for.")
        self._result(partition, source, right_hash, size_bytes, whole)

    def _fits(self, partition: int, size_bytes: int, whole: bool) -> bool:
        part = self._slices[partition]
        if whole:
            return size_bytes in state_sizes(part.numbers)
        return size_bytes <= largest_size(part.numbers, self._merge.tile)

    def _result(self, partition: int, key: str, digest: str, size_bytes: int, whole: bool) -> None:
        """The key says nothing of the partition, so that what is sealed already is looked at for this one as well."""
        part, sealed = self._slices[partition], sealed_result_key(self._merge_id, digest)

        def look(data: bytes) -> object:
            return None if whole else delta_from_bytes(data, part.numbers, self._merge.tile)

        try:
            if not self._store.exists(sealed):
                self._seal(key, sealed, digest, size_bytes, look)
            elif self._store.size(sealed) != size_bytes:
                raise IntegrityError(f"The object {key} is not what was announced.", "Upload it again.")
            elif not whole:
                self._look(sealed, size_bytes, look)
        except _Unreadable as error:
            raise error.told from error

    def _seal(self, key: str, sealed: str, digest: str, size_bytes: int, look: Look) -> None:
        with self._held(key) as held:
            self._store.check(held, digest, size_bytes)
            self._look(held, size_bytes, look)
            self._store.link(held, sealed)

    def _look(self, key: str, size_bytes: int, look: Look) -> None:
        data = self._store.read(key, size_bytes)
        try:
            look(data)
        except MalformedMessage as error:
            raise _Unreadable(error) from error

    @contextmanager
    def _held(self, key: str) -> Iterator[str]:
        """The object under a key of ours for a while: under its own its owner could put another one meanwhile."""
        held = f"merges/{self._merge_id}/held/{secrets.token_hex(16)}"
        self._store.link(key, held)
        try:
            yield held
        finally:
            self._store.delete(held)


class _Unreadable(Exception):
    """The decoder's own word, apart from what else is malformed."""

    def __init__(self, told: MalformedMessage) -> None:
        super().__init__(told.title)
        self.told = told


def report_key(merge_id: int, digest: str) -> str:
    return f"merges/{merge_id}/reports/{_content_name(digest)}"


def sealed_result_key(merge_id: int, digest: str) -> str:
    """Where an answered delta or state lies, by its content."""
    return f"merges/{merge_id}/answered/{_content_name(digest)}"


def _content_name(digest: str) -> str:
    if len(digest) != HASH_DIGITS or not digest.isalnum():
        raise MalformedMessage("A hash is none.")
    return digest
