"""Where the engine's processes start from: the checkout's Python, or the engine bundle that was fetched."""

from collections.abc import Sequence

from app.core.engine.outcomes import NotStarted
from app.core.words import _
from app.platforms.installation import FromSource, Installation
from app.update.programs import Programs
from protocol.version import PROTOCOL_VERSION


class EnginePrograms:
    """Both answer `-m MODULE`: Python does, and the engine bundle's one program does for the modules it has."""

    def __init__(self, place: Installation, programs: Programs) -> None:
        self._place = place
        self._programs = programs

    def module(self, name: str) -> Sequence[str] | NotStarted:
        """The command line that runs module `name`; NotStarted, in words, where no engine was fetched yet."""
        if isinstance(self._place, FromSource):
            return (self._place.python, "-m", name)
        program = self._programs.engine_program(PROTOCOL_VERSION)
        if program is None:
            return NotStarted(
                _("The training engine is not on this computer yet."),
                _("Fetch it under This computer, or with `train-at-home engine`: its size is shown first."),
            )
        return (str(program), "-m", name)

    def keep_only_newest(self) -> None:
        """The newest has started, so the others may go. Takes seconds."""
        newest = self._programs.engine_program(PROTOCOL_VERSION)
        for _bundle, folder in self._programs.engines():
            if newest is not None and folder != newest.parent:
                self._programs.remove(folder)
