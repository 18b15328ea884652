"""The shard on disk, with its optimizer: written whole or not at all; a kill costs the steps since the last one.

One safetensors file. Tensors: weights/NAME, first_moment/NAME, second_moment/NAME (fp32). Metadata: where it belongs
and which merged states it stands on.
"""

from pathlib import Path
from typing import Final

import msgspec
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from engine.files import replace_file
from engine.shard.model import Weights
from engine.shard.step import OptimizerState
from engine.shard.weights import check_weights
from protocol.errors import MalformedMessage, StorageError
from protocol.wire import from_json, to_json
from swarm.borders import Shapes

FORMAT: Final = 1
_META: Final = "train-at-home"


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


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Atomic; raises StorageError (the old one stays)."""
    tensors = {}
    for kind, group in (
        ("weights", checkpoint.weights),
        ("first_moment", checkpoint.optimizer.first),
        ("second_moment", checkpoint.optimizer.second),
    ):
        tensors.update({f"{kind}/{name}": tensor.detach().cpu().contiguous() for name, tensor in group.items()})
    replace_file(path, save(tensors, metadata={_META: to_json(checkpoint.place).decode()}))


def read_place(path: Path) -> CheckpointPlace | None:
    """Where the checkpoint belongs; None if there is none or it is torn, which costs only the steps in it."""
    try:
        return _place(path.read_bytes()) if path.exists() else None
    except (MalformedMessage, StorageError, OSError):
        return None


def load_checkpoint(path: Path, shapes: Shapes, device: torch.device) -> Checkpoint:
    """Raises StorageError if the file is torn, of another format or of another shard."""
    try:
        data = path.read_bytes()
        tensors = load(data)
        place = _place(data)
    except (OSError, SafetensorError, MalformedMessage) as error:
        raise StorageError("The saved shard can't be read.", "It is fetched from the network again.") from error
    weights, first, second = (
        _group(tensors, kind, shapes, device) for kind in ("weights", "first_moment", "second_moment")
    )
    return Checkpoint(place, weights, OptimizerState(first, second, place.optimizer_steps))


def _group(tensors: Weights, kind: str, shapes: Shapes, device: torch.device) -> Weights:
    prefix = f"{kind}/"
    group = {key.removeprefix(prefix): tensor for key, tensor in tensors.items() if key.startswith(prefix)}
    try:
        return {name: tensor.to(device) for name, tensor in check_weights(group, shapes).items()}
    except MalformedMessage as error:
        raise StorageError("The saved shard is another one's.", "It is fetched from the network again.") from error


def _place(data: bytes) -> CheckpointPlace:
    """The metadata stand in the file's JSON header, whose length is its first eight bytes."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 + length:
        raise MalformedMessage("The saved shard is cut off.")
    header = from_json(data[8 : 8 + length], dict[str, dict[str, object]])
    text = header.get("__metadata__", {}).get(_META, "")
    place: CheckpointPlace = from_json(str(text).encode(), CheckpointPlace)
    if place.format != FORMAT:
        raise MalformedMessage("The saved shard is of another format.")
    return place
