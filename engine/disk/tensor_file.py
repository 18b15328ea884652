"""Tensors written as a safetensors file a piece at a time, where the library would first have them all side by side.

Eight bytes with the header's length, the header as JSON, then the numbers of one tensor after another, little-endian.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

import torch
from torch import Tensor

PIECE_NUMBERS: Final = 1 << 20
_TYPES: Final = {torch.float32: "F32", torch.int8: "I8", torch.uint8: "U8"}
_ALIGNMENT: Final = 8
Source: TypeAlias = Callable[[], Tensor]
"""A tensor, looked up when its turn comes; its shape and type are always the same."""


def write_tensors(
    path: Path, sources: Mapping[str, Source], metadata: Mapping[str, str], watch: Callable[[], None] = lambda: None
) -> None:
    """`watch` is called before each piece and may raise. Raises OSError."""
    # Wide types first, so that every number lies at a multiple of its size.
    names = sorted(sources, key=lambda name: -sources[name]().itemsize)
    with path.open("wb") as file:
        file.write(_header(names, sources, metadata))
        for name in names:
            for piece in sources[name]().detach().reshape(-1).split(PIECE_NUMBERS):
                watch()
                array = piece.cpu().numpy()
                file.write(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())


def _header(names: list[str], sources: Mapping[str, Source], metadata: Mapping[str, str]) -> bytes:
    entries: dict[str, object] = {"__metadata__": dict(metadata)}
    end = 0
    for name in names:
        tensor = sources[name]()
        begin, end = end, end + tensor.nbytes
        entries[name] = {
            "dtype": _TYPES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [begin, end],
        }
    text = json.dumps(entries, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    return len(text).to_bytes(8, "little") + text
