"""What a validator remembers over a restart: how far it has drawn, and which way miners' audited updates went."""

from pathlib import Path

import msgspec

from protocol.errors import MalformedMessage
from protocol.keys import NodeId
from protocol.wire import from_json, to_json
from subnet.validator.files import write_atomically
from subnet.validator.judgement import Direction

_STATE_FILE = "validator.json"


class _Saved(msgspec.Struct, kw_only=True):
    orchestrator: str
    cursor: int = -1
    directions: dict[NodeId, Direction] = {}


class StateFile:
    """Belongs to one orchestrator's address; with another one, or torn, it starts anew, which harms nobody: decisions
    may be posted twice, and directions are judged over audits to come."""

    def __init__(self, folder: Path, orchestrator: str) -> None:
        self._path = folder / _STATE_FILE
        self._saved = _Saved(orchestrator=orchestrator)
        try:
            saved: _Saved = from_json(self._path.read_bytes(), _Saved)
        except (FileNotFoundError, MalformedMessage):
            return
        if saved.orchestrator == orchestrator:
            self._saved = saved

    @property
    def cursor(self) -> int:
        return self._saved.cursor

    def drew_through(self, cursor: int) -> None:
        self._saved.cursor = max(cursor, self._saved.cursor)
        self._save()

    def direction(self, node: NodeId) -> Direction:
        return self._saved.directions.get(node, Direction())

    def moved(self, node: NodeId, direction: Direction) -> None:
        self._saved.directions[node] = direction
        self._save()

    def _save(self) -> None:
        write_atomically(self._path, to_json(self._saved))
