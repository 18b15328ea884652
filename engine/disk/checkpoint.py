"""The shard on disk, with its optimizer: written whole or not at all; a kill costs the steps since the last one.

One safetensors file. Tensors: weights/NAME, first_moment/NAME, second_moment/NAME, all fp32; moments in eight bits are
codes [n], and first_scale/NAME and second_scale/NAME belong to them. Metadata: where it belongs and which merged states
it stands on.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from engine.disk.files import replace_by
from engine.disk.tensor_file import Source, write_tensors
from engine.shard.model import Weights
from engine.shard.moments import CodedMoment, Moment, Moments, coded_zeros
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


def save_checkpoint(path: Path, checkpoint: Checkpoint, watch: Callable[[], None] = lambda: None) -> None:
    """Atomic; raises StorageError (the old one stays), and whatever `watch` raises, which is called between pieces."""
    replace_by(path, lambda temporary: write_checkpoint(temporary, checkpoint, watch))


def write_checkpoint(path: Path, checkpoint: Checkpoint, watch: Callable[[], None] = lambda: None) -> None:
    """The file as it is filled; raises OSError. A piece of a tensor at a time is looked up and copied, since a shard
    may fill the memory; `watch` is called between pieces and may raise."""
    weights, optimizer = checkpoint.weights, checkpoint.optimizer
    sources: dict[str, Source] = {f"weights/{name}": partial(_tensor, weights, name) for name in weights}
    for kind, moments in (("first", optimizer.first), ("second", optimizer.second)):
        for name, moment in moments.items():
            sources[f"{kind}_moment/{name}"] = partial(_tensor, moments, name)
            if isinstance(moment, CodedMoment):
                sources[f"{kind}_scale/{name}"] = partial(_scales, moments, name)
    write_tensors(path, sources, {_META: to_json(checkpoint.place).decode()}, watch)


def _tensor(group: Mapping[str, Moment], name: str) -> Tensor:
    """As it lies now: what is put away or brought to another device meanwhile is another tensor of equal numbers."""
    held = group[name]
    return held.codes if isinstance(held, CodedMoment) else held


def _scales(group: Mapping[str, Moment], name: str) -> Tensor:
    held = group[name]
    assert isinstance(held, CodedMoment)
    return held.scales


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
