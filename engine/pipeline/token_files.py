"""The run's token files on this disk: fetched once, checked by hash, read as windows and never held in memory."""

import asyncio
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.disk.files import file_hash
from engine.disk.tidying import TEXT_SUFFIX
from engine.network.downloads import Downloads
from engine.pipeline.passage import Parcel
from protocol.hashes import checked_hash, hash_bytes
from protocol.merges import ObjectRef
from protocol.packets import Dtype, PacketKind, Section
from protocol.runs import RunSpec
from swarm.data_order import held_out_windows, windows

_DTYPES: dict[int, Dtype] = {1: "u8", 2: "u16", 4: "u32"}


class TokenFiles:
    """Windows of context + 1 tokens each: the last of a window is a target only."""

    def __init__(self, run: RunSpec, train: bytes | memoryview, held_out: bytes | memoryview) -> None:
        self._run = run
        dtype = f"<u{run.data.token_bytes}"
        self._train = np.frombuffer(train, dtype)
        self._held_out = np.frombuffer(held_out, dtype)

    def parcel(self, kind: PacketKind, microbatch: int) -> Parcel:
        """The tokens [B, T + 1] of a microbatch, as a payload section."""
        run, context = self._run, self._run.model.context
        if kind is PacketKind.EVALUATE:
            starts = held_out_windows(microbatch, run.training.sequences, context, run.data.held_out_tokens)
            tokens_BT = _gather(self._held_out, starts, context)
        else:
            starts = windows(run.training.seed, microbatch, run.training.sequences, context, run.data.train_tokens)
            tokens_BT = _gather(self._train, starts, context)
        payload = tokens_BT.tobytes()
        section = Section("tokens", _DTYPES[run.data.token_bytes], tokens_BT.shape)
        return Parcel((section,), payload, hash_bytes(payload))


def _gather(
    tokens: npt.NDArray[np.unsignedinteger], starts: tuple[int, ...], context: int
) -> npt.NDArray[np.unsignedinteger]:
    return np.stack([tokens[start : start + context + 1] for start in starts])


async def fetch_token_files(run: RunSpec, folder: Path, downloads: Downloads) -> TokenFiles:
    """Both files, from this disk where they are whole, else from the store: never more than the run says, which is what
    the disk's room was reckoned with (engine.disk.allotment)."""
    data = run.data
    train = ObjectRef(data.train_key, data.train_hash, data.train_tokens * data.token_bytes)
    held_out = ObjectRef(data.held_out_key, data.held_out_hash, data.held_out_tokens * data.token_bytes)
    return TokenFiles(run, await _fetch(folder, downloads, train), await _fetch(folder, downloads, held_out))


async def _fetch(folder: Path, downloads: Downloads, ref: ObjectRef) -> memoryview:
    path = folder / f"{checked_hash(ref.hash)}{TEXT_SUFFIX}"
    if await asyncio.to_thread(file_hash, path) != ref.hash:
        downloads.announce(ref.size_bytes)
        await downloads.fetch_file(ref, path)
    return np.memmap(path, np.uint8, "r").data
