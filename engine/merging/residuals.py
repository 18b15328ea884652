"""What quantising took away and this miner still owes, on disk, so that a restart does not lose it.

Blocks on the disk: call it from a thread. A fragment has two files at most. One is what is owed on the merged state
that it stands on. The other, written once an upload is whole and before its merge hears of it, is what will be owed if
that merge counts it. Nothing is owed twice:

    killed before the merge hears of an upload   the first holds, for no merge counts what it has not heard of
    killed before a counting merge is taken over  at its take-over the second holds, and where that is missing nothing
    killed before the new first is written        it names a state that is left behind, and is dropped

A file is a line of JSON, then piece after piece scales and codes in eight bits (swarm.quantisation): an error of less
than half a hundredth of what is an error itself.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, Literal

import msgspec
import numpy as np
import structlog

from engine.disk.files import replace_by, take_away
from protocol.errors import MalformedMessage, StorageError
from protocol.hashes import hash_bytes
from protocol.merges import StateHead
from protocol.runs import DenseCodes
from protocol.wire import from_json, to_json
from swarm.quantisation import (
    Floats,
    codes_from_bytes,
    codes_to_bytes,
    dequantise,
    quantise,
    scales_from_bytes,
    scales_to_bytes,
)
from swarm.quantisation import PseudoGradient as Coded

log = structlog.get_logger(__name__)

FORMAT: Final = 1
TILE: Final = 256
PIECE_NUMBERS: Final = 1 << 20
_FORM: Final = DenseCodes(bits=8)
_STAMP_BYTES: Final = 4096
Kind = Literal["owed", "sent"]


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """What a file is of: the merged state beneath, and with what was sent, the merge that it was sent to."""

    format: int = FORMAT
    run_id: str
    stage: int
    fragment: int
    version: int
    state: str
    """BLAKE3 of the state's hashes: another network's version of the same number is another state."""
    merge_id: int | None
    numbers: int


class ResidualFiles:
    """Of one stage, with at most `limit_bytes` on the disk; what does not fit or can't be written is not kept."""

    def __init__(self, folder: Path, run_id: str, stage: int, limit_bytes: int) -> None:
        self._folder = folder
        self._run_id = run_id
        self._stage = stage
        self._limit_bytes = limit_bytes

    def keep_owed(self, head: StateHead, residual: Floats) -> None:
        """From now on `residual` is owed on `head`; what was sent to the merge that made it is settled."""
        self._keep("owed", self._stamp(head, residual.size, None), residual)
        take_away(self._path("sent", head.fragment))

    def keep_sent(self, head: StateHead, merge_id: int, residual: Floats) -> None:
        """If this merge, on `head`, counts the upload, `residual` is what is owed then."""
        self._keep("sent", self._stamp(head, residual.size, merge_id), residual)

    def owed(self, head: StateHead, numbers: int) -> Floats | None:
        """What is owed on `head`; None if nothing is known of it."""
        return self._find("owed", self._stamp(head, numbers, None))

    def sent(self, head: StateHead, merge_id: int, numbers: int) -> Floats | None:
        """What is owed after this merge, on `head`, has counted the upload; None if nothing is known of it."""
        return self._find("sent", self._stamp(head, numbers, merge_id))

    def drop_strangers(self) -> None:
        """Remove what belongs to another run or stage."""
        for path in self._files():
            stamp = _stamp_of(path)
            if stamp is None or (stamp.run_id, stamp.stage) != (self._run_id, self._stage):
                log.info("residual_dropped", file=path.name, reason="of another run or stage")
                take_away(path)

    def _stamp(self, head: StateHead, numbers: int, merge_id: int | None) -> Stamp:
        return Stamp(
            run_id=self._run_id,
            stage=self._stage,
            fragment=head.fragment,
            version=head.version,
            state=hash_bytes("".join(head.hashes).encode()),
            merge_id=merge_id,
            numbers=numbers,
        )

    def _path(self, kind: Kind, fragment: int) -> Path:
        return self._folder / f"{kind}-{fragment}"

    def _files(self) -> list[Path]:
        return sorted([*self._folder.glob("owed-*"), *self._folder.glob("sent-*")])

    def _keep(self, kind: Kind, stamp: Stamp, residual: Floats) -> None:
        path = self._path(kind, stamp.fragment)
        # What was there is of another state: even where the new one can't be kept it must not be found again.
        take_away(path)
        try:
            if residual.any():
                self._write(path, to_json(stamp) + b"\n", residual)
        except (OSError, StorageError, MalformedMessage) as error:
            log.warning("residual_not_kept", file=path.name, reason=str(error))

    def _write(self, path: Path, line: bytes, residual: Floats) -> None:
        size_bytes = len(line) + sum(piece_bytes for _, piece_bytes in _pieces(residual.size))
        if sum(each.stat().st_size for each in self._files()) + size_bytes > self._limit_bytes:
            raise StorageError("There is no room for it within the disk limit.", "Allow more disk space.")

        def fill(temporary: Path) -> None:
            with temporary.open("xb") as file:
                file.write(line)
                for start, _ in _pieces(residual.size):
                    coded, _ = quantise(residual[start : start + PIECE_NUMBERS], TILE, _FORM)
                    file.write(scales_to_bytes(coded.scales) + codes_to_bytes(coded.codes, TILE, _FORM))

        replace_by(path, fill)

    def _find(self, kind: Kind, wanted: Stamp) -> Floats | None:
        path = self._path(kind, wanted.fragment)
        found = _stamp_of(path)
        if found is None:
            return None
        try:
            if found != wanted:
                raise MalformedMessage("It is of another merged state.")
            with path.open("rb") as file:
                file.readline(_STAMP_BYTES)
                return _read(file, wanted.numbers)
        except (OSError, MalformedMessage) as error:
            log.info("residual_dropped", file=path.name, version=found.version, reason=str(error))
            take_away(path)
            return None


def _pieces(numbers: int) -> Iterator[tuple[int, int]]:
    """Where each piece starts, and its bytes."""
    for start in range(0, numbers, PIECE_NUMBERS):
        count = min(PIECE_NUMBERS, numbers - start)
        yield start, 4 * -(-count // TILE) + count


def _read(file: IO[bytes], numbers: int) -> Floats:
    residual = np.empty(numbers, dtype=np.float32)
    for start, size_bytes in _pieces(numbers):
        data, part = file.read(size_bytes), residual[start : start + PIECE_NUMBERS]
        scales_bytes = 4 * -(-part.size // TILE)
        scales = scales_from_bytes(data[:scales_bytes], scales_bytes // 4)
        part[:] = dequantise(Coded(codes_from_bytes(data[scales_bytes:], part.size, TILE, _FORM), scales, TILE))
    if file.read(1):
        raise MalformedMessage("It is longer than it should be.")
    return residual


def _stamp_of(path: Path) -> Stamp | None:
    """None for a file that is not there, torn, or of another format."""
    try:
        with path.open("rb") as file:
            stamp: Stamp = from_json(file.readline(_STAMP_BYTES), Stamp)
    except (OSError, MalformedMessage):
        return None
    return stamp if stamp.format == FORMAT else None
