"""A process that dies at a chosen moment of its writing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from subnet.orchestrator.tables.database import Database

Result = TypeVar("Result")


class Killed(BaseException):
    """The process is gone at this point."""


@dataclass
class Fuse:
    """Burns down by one at each moment that is counted; the process dies when it is out. None burns not at all."""

    left: int | None = None

    def burn(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Killed


class MortalDatabase(Database):
    """May die right before or right after a transaction."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fuse = Fuse()

    async def write(self, work: Callable[[sa.Connection], Result]) -> Result:
        self.fuse.burn()
        result = await super().write(work)
        self.fuse.burn()
        return result
