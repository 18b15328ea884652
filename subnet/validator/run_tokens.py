"""The run's train tokens on this disk, fetched once and checked by hash."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from protocol.errors import StorageError
from protocol.hashes import check_hash, hash_bytes
from protocol.runs import RunSpec
from subnet.validator.client import ValidatorClient
from subnet.validator.files import write_atomically
from swarm.data_order import windows


async def fetch_tokens(run: RunSpec, client: ValidatorClient, folder: Path) -> Callable[[int], Tensor]:
    """Train microbatch → token windows [B, T + 1], int64. Raises IntegrityError or StorageError."""
    path = folder / "tokens" / f"{run.data.train_hash}.tokens"
    if not path.exists() or hash_bytes(path.read_bytes()) != run.data.train_hash:
        data = await client.get_object(run.data.train_key, run.data.train_tokens * run.data.token_bytes)
        check_hash(data, run.data.train_hash, "The run's token file")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, data)
        except OSError as error:
            raise StorageError("The run's token file can't be stored.", "Free some disk space.") from error
    return partial(windows_of, run, np.memmap(path, dtype=f"<u{run.data.token_bytes}", mode="r"))


def windows_of(run: RunSpec, tokens: npt.NDArray[np.unsignedinteger], microbatch: int) -> Tensor:
    context = run.model.context
    starts = windows(run.training.seed, microbatch, run.training.sequences, context, run.data.train_tokens)
    gathered = np.stack([tokens[start : start + context + 1] for start in starts])
    return torch.from_numpy(gathered.astype(np.int64))
