"""The shard on disk, with its optimizer: written whole or not at all; a kill costs the steps since the last one.

One safetensors file. Tensors: weights/NAME, first_moment/NAME, second_moment/NAME, all fp32; moments in eight bits are
codes [n], and first_scale/NAME and second_scale/NAME belong to them. Metadata: where it belongs and which merged states
it stands on.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import msgspec
import torch
from safetensors import SafetensorError, safe_open

from engine.disk.files import replace_by
from engine.shard.model import Weights
from engine.shard.moments import CodedMoment, Moments, coded_zeros
from engine.shard.step import OptimizerState
from engine.shard.weights import check_weights
from protocol.errors import MalformedMessage, StorageError
from protocol.wire import from_json, to_json
from swarm.borders import Shapes

FORMAT: Final = 1
PIECE_BYTES: Final = 4 * 1024**2
_META: Final = "train-at-home"
_DTYPES: Final = {torch.float32: "F32", torch.int8: "I8", torch.uint8: "U8"}


class CheckpointPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Which shard of which run, and the version of every fragment's merged state beneath it."""

    format: int = FORMAT
    run_id: str
    stage: int
    optimizer_steps: int
    fragment_versions: tuple[int, ...]


class Checkpoint(msgspec.Struct, frozen=True):
    place: CheckpointPlace
    weights: Weights
    optimizer: OptimizerState


def save_checkpoint(path: Path, checkpoint: Checkpoint, go_on: Callable[[], None] = lambda: None) -> None:
    """Atomic; raises StorageError (the old one stays), and whatever `go_on` raises, which is asked before each piece.
    Copies no tensor of a processor: a shard may fill its memory."""
    tensors = {f"weights/{name}": tensor for name, tensor in checkpoint.weights.items()}
    for kind, moments in (("first", checkpoint.optimizer.first), ("second", checkpoint.optimizer.second)):
        for name, moment in moments.items():
            if isinstance(moment, CodedMoment):
                tensors |= {f"{kind}_moment/{name}": moment.codes, f"{kind}_scale/{name}": moment.scales}
            else:
                tensors[f"{kind}_moment/{name}"] = moment
    metadata = {_META: to_json(checkpoint.place).decode()}
    replace_by(path, lambda temporary: _write(temporary, tensors, metadata, go_on))


def _write(path: Path, tensors: Weights, metadata: Mapping[str, str], go_on: Callable[[], None]) -> None:
    """A safetensors file (huggingface.co/docs/safetensors): the header's length, the header, then the tensors' bytes.
    The library writes it in one call that nothing can end; this one is asked for minutes of writing on a slow disk."""
    header: dict[str, object] = {"__metadata__": dict(metadata)}
    # The widest numbers first, so that all are aligned.
    ordered, end = sorted(tensors.items(), key=lambda each: -each[1].element_size()), 0
    for key, tensor in ordered:
        begin, end = end, end + tensor.numel() * tensor.element_size()
        dtype = _DTYPES[tensor.dtype]
        header[key] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": [begin, end]}
    encoded = msgspec.json.encode(header)
    encoded += b" " * (-len(encoded) % 8)
    with path.open("wb") as file:
        file.write(len(encoded).to_bytes(8, "little") + encoded)
        for _key, tensor in ordered:
            data = tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data
            for first in range(0, len(data), PIECE_BYTES):
                go_on()
                file.write(data[first : first + PIECE_BYTES])


def read_place(path: Path) -> CheckpointPlace | None:
    """Where the checkpoint belongs; None if there is none or it is torn, which costs only the steps in it."""
    try:
        with safe_open(path, framework="pt") as file:
            return _place(file.metadata())
    except (MalformedMessage, SafetensorError, OSError):
        return None


def load_checkpoint(path: Path, shapes: Shapes, device: torch.device) -> Checkpoint:
    """Raises StorageError if the file is torn, of another format or of another shard."""
    try:
        with safe_open(path, framework="pt") as file:
            place = _place(file.metadata())
            # Copies, one after the other: a mapped file could not be replaced on Windows.
            tensors = {key: file.get_tensor(key).clone() for key in file.keys()}  # noqa: SIM118 - no mapping
    except (OSError, SafetensorError, MalformedMessage) as error:
        raise StorageError("The saved shard can't be read.", "It is fetched from the network again.") from error
    weights = _group(tensors, "weights", shapes, device)
    first, second = (_moments(tensors, kind, shapes, device) for kind in ("first", "second"))
    return Checkpoint(place, weights, OptimizerState(first, second, place.optimizer_steps))


def _group(tensors: Weights, kind: str, shapes: Shapes, device: torch.device) -> Weights:
    prefix = f"{kind}/"
    group = {key.removeprefix(prefix): tensor for key, tensor in tensors.items() if key.startswith(prefix)}
    try:
        return {name: tensor.to(device) for name, tensor in check_weights(group, shapes).items()}
    except MalformedMessage as error:
        raise StorageError("The saved shard is another one's.", "It is fetched from the network again.") from error


def _moments(tensors: Weights, kind: str, shapes: Shapes, device: torch.device) -> Moments:
    """In the form they were saved in."""
    scales = {key.removeprefix(f"{kind}_scale/") for key in tensors if key.startswith(f"{kind}_scale/")}
    if not scales:
        return dict(_group(tensors, f"{kind}_moment", shapes, device))
    moments: Moments = {}
    for name, shape in shapes.items():
        codes, scale = tensors.get(f"{kind}_moment/{name}"), tensors.get(f"{kind}_scale/{name}")
        empty = coded_zeros(torch.empty(shape, device="meta"), first=kind == "first")
        for found, wanted in ((codes, empty.codes), (scale, empty.scales)):
            if found is None or found.shape != wanted.shape or found.dtype != wanted.dtype:
                raise StorageError("The saved shard is another one's.", "It is fetched from the network again.")
        assert codes is not None
        assert scale is not None
        if not bool(((scale >= 0) & torch.isfinite(scale)).all()):
            raise StorageError("The saved shard is damaged.", "It is fetched from the network again.")
        moments[name] = CodedMoment(codes, scale).to(device)
    return moments


def _place(metadata: Mapping[str, str] | None) -> CheckpointPlace:
    place: CheckpointPlace = from_json((metadata or {}).get(_META, "").encode(), CheckpointPlace)
    if place.format != FORMAT:
        raise MalformedMessage("The saved shard is of another format.")
    return place
