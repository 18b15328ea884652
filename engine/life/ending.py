"""Why a service came to its end: what comes next depends on it."""

from enum import Enum, auto


class Ending(Enum):
    STOPPED = auto()
    SESSION_LOST = auto()
    REASSIGNED = auto()
