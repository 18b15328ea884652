"""A headless app over the fake engine and the fake network: FOLDER ENGINE_MODE [json|plain|dies]."""

import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2]))

from app.control.headless import run_headless  # noqa: E402
from app.control.logs import log_to_file  # noqa: E402
from app.control.messages import Run  # noqa: E402
from app.control.service import AlreadyRunning, ServiceOptions  # noqa: E402
from app.core.computer.suspension import NoSuspendWatch  # noqa: E402
from app.core.engine.child_process import StopLimits  # noqa: E402
from app.core.engine.process import EngineTimes  # noqa: E402
from app.platforms.paths import profile_paths  # noqa: E402
from app.platforms.services import Computer  # noqa: E402


class DeadlyWatch(NoSuspendWatch):
    """A mistake of the app's own, where nothing catches one."""

    def begin(self, about_to_sleep: Callable[[], None], woke: Callable[[], None]) -> None:
        raise ZeroDivisionError


if __name__ == "__main__":
    folder, mode, how = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    log_to_file(profile_paths(folder))
    options = ServiceOptions(
        profile_folder=folder,
        first=Run(network="local"),
        engine_command=(sys.executable, str(HERE / "fake_engine.py"), mode),
        local_network_command=(sys.executable, str(HERE / "fake_local_network.py"), "good"),
        tick_seconds=0.05,
        times=EngineTimes(stop=StopLimits(asked_seconds=20.0, terminated_seconds=0.3, killed_seconds=5.0)),
        # The battery of the computer that runs the tests is none of theirs.
        computer=lambda: Computer(suspend_watch=DeadlyWatch() if how == "dies" else NoSuspendWatch()),
    )
    ended = run_headless(options, json_lines=how == "json")
    sys.exit(77 if isinstance(ended, AlreadyRunning) else ended)
