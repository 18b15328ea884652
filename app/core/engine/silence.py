"""How long an engine has said nothing. One whose loop lives always has something to tell, so long silence is a hang."""

from typing import Final

from protocol import engine_control as wire

SERVING_SECONDS: Final = 600.0
"""Serving a stage, paused too, it tells of every heartbeat: each few seconds, or within a minute why one failed."""
OPENING_SECONDS: Final = 3600.0
"""Before that it may be making or loading a large part of the model on a slow computer, and tell nothing meanwhile."""
LOOK_COUNTS_SECONDS: Final = 10.0
"""More than this between two looks was not listened to: the computer slept, or this app stood still."""

_NOT_SERVING: Final = frozenset(
    {wire.EnginePhase.STARTING, wire.EnginePhase.DOWNLOADING, wire.EnginePhase.SAVING, wire.EnginePhase.STOPPING}
)


class Silence:
    """Of one engine, from its start. Only time in which this app was able to listen counts."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.serving = False
        self._looked_at: float | None = None

    def heard(self, event: wire.EngineEvent) -> None:
        """It said something, whatever it was."""
        self.seconds = 0.0
        match event:
            case wire.RunJoined() | wire.HeartbeatAccepted():
                self.serving = True
            case wire.PhaseChanged(phase=phase) if phase in _NOT_SERVING:
                self.serving = False
            case _:
                pass

    def look(self, now_seconds: float) -> None:
        """Each tick, by a clock that nobody sets."""
        if self._looked_at is not None:
            self.seconds += min(max(0.0, now_seconds - self._looked_at), LOOK_COUNTS_SECONDS)
        self._looked_at = now_seconds
