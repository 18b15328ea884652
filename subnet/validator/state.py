"""What a validator remembers over a restart: how far it has drawn. Everything else is asked again."""

from pathlib import Path

import msgspec

from protocol.errors import MalformedMessage
from protocol.wire import from_json, to_json
from subnet.validator.files import write_atomically

_STATE_FILE = "validator.json"


class ValidatorState(msgspec.Struct, frozen=True, kw_only=True):
    """`cursor` belongs to the orchestrator of that address; another network begins at −1."""

    orchestrator: str
    cursor: int = -1


def load_state(folder: Path, orchestrator: str) -> ValidatorState:
    """A missing, torn or foreign state starts anew: decisions may be posted twice without harm."""
    fresh = ValidatorState(orchestrator=orchestrator)
    try:
        state: ValidatorState = from_json((folder / _STATE_FILE).read_bytes(), ValidatorState)
    except (FileNotFoundError, MalformedMessage):
        return fresh
    return state if state.orchestrator == orchestrator else fresh


def save_state(folder: Path, state: ValidatorState) -> None:
    write_atomically(folder / _STATE_FILE, to_json(state))
