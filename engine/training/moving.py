"""Numbers that are brought from one device to another, for all who hold them."""

from collections.abc import Iterable
from typing import Any

import torch


def move(groups: Iterable[dict[str, Any]], device: torch.device) -> None:
    """Replace what the dictionaries hold, tensors or coded moments, by equal ones on `device`: everything, or nothing
    where memory runs out. What several of them share is brought over once and shared there."""
    distinct = list({id(group): group for group in groups}.values())
    there: dict[int, Any] = {}
    for group in distinct:
        for held in group.values():
            if id(held) not in there:
                there[id(held)] = held.to(device)
    for group in distinct:
        group.update({name: there[id(held)] for name, held in group.items()})
