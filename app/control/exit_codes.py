"""How `train-at-home` ends, for scripts."""

from enum import IntEnum

from app.update.entering import RESTART_EXIT_CODE


class ExitCode(IntEnum):
    OK = 0
    FAILED = 1
    """Something went wrong that has no code of its own; stderr says what, or of an app that serves its log."""
    USAGE = 2
    """The command line could not be understood."""
    NOT_RUNNING = 3
    """No app of this profile runs, so there is nothing to ask."""
    REFUSED = 4
    """The app, or a check of what was typed, said no; stderr says why."""
    ENGINE_FAILED = 5
    """The engine failed in a way that starting it again can't mend."""
    RESTART = RESTART_EXIT_CODE
    """Never seen outside: the app comes back as a newer version."""
    INTERRUPTED = 130
    """Ended by a second Ctrl-C before the handover was done."""
