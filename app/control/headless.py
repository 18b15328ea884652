"""`train-at-home run` without a window: the service in this process, a view on the terminal, signals obeyed."""

import signal
import sys
from types import FrameType
from typing import Final, TextIO

from app.control.exit_codes import ExitCode
from app.control.live_view import view_for
from app.control.service import AlreadyRunning, Service, ServiceOptions, open_service
from app.core.engine.phase import Phase
from app.core.language.speech import _
from app.core.snapshot import Snapshot
from protocol.errors import SettingsError

NOTICE_SECONDS: Final = 15.0
"""For the engine's handover. Service managers give 30 s: the rest is for the ladder's other rungs and the network."""
_LOOK_SECONDS: Final = 0.25


def run_headless(
    options: ServiceOptions, *, json_lines: bool = False, stream: TextIO | None = None
) -> ExitCode | AlreadyRunning:
    """Run until told to end. Raises SettingsError where nobody said which network to join."""
    opened = open_service(options)
    if isinstance(opened, AlreadyRunning):
        return opened
    if opened.supervisor.settings.network is None:
        opened.release()
        raise SettingsError(_("No network was chosen yet."), _("Add --network local to try it on this computer."))
    ending = _Ending(opened)
    previous = [(number, signal.signal(number, ending.on_signal)) for number in _signals()]
    try:
        opened.start()
        return _watch(opened, ending, json_lines, stream or sys.stdout)
    finally:
        opened.close(NOTICE_SECONDS)
        for number, handler in previous:
            signal.signal(number, handler)


class _Ending:
    """What signals have asked for so far."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.asked = False
        self.hurried = False

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """The first hands over; another Ctrl-C cuts that short."""
        if not self.asked:
            self.asked = True
            self._service.supervisor.stop(NOTICE_SECONDS)
        elif number == signal.SIGINT:
            self.hurried = True
            self._service.supervisor.hurry()


def _watch(service: Service, ending: _Ending, json_lines: bool, stream: TextIO) -> ExitCode:
    view = view_for(stream, json_lines=json_lines)
    code = ExitCode.OK
    try:
        while not service.wait(_LOOK_SECONDS):
            snapshot = service.supervisor.snapshot
            view.show(snapshot)
            if _is_beyond_help(snapshot) and not ending.asked:
                code, ending.asked = ExitCode.ENGINE_FAILED, True
                service.supervisor.stop(NOTICE_SECONDS)
        view.show(service.supervisor.snapshot)
    finally:
        view.close()
    if ending.asked and not service.supervisor.died:
        return ExitCode.INTERRUPTED if ending.hurried else code
    return ExitCode(service.exit_code(code))


def _is_beyond_help(snapshot: Snapshot) -> bool:
    """A service manager should rather see an exit than an app that waits for a reinstallation."""
    return snapshot.engine.phase is Phase.FAILED and snapshot.engine.retry_at is None


def _signals() -> list[int]:
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    return [getattr(signal, name) for name in names if hasattr(signal, name)]
