"""A headless app over a real network on this computer: FOLDER [OPTION OF subnet.local ...]."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app.control.headless import run_headless  # noqa: E402
from app.control.logs import log_to_file  # noqa: E402
from app.control.messages import Run  # noqa: E402
from app.control.service import AlreadyRunning, ServiceOptions  # noqa: E402
from app.platforms.paths import profile_paths  # noqa: E402

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    log_to_file(profile_paths(folder))
    options = ServiceOptions(
        profile_folder=folder,
        first=Run(now=True, network="local"),
        local_network_command=(sys.executable, "-m", "subnet.local", *sys.argv[2:]),
        tick_seconds=0.2,
    )
    ended = run_headless(options)
    sys.exit(77 if isinstance(ended, AlreadyRunning) else ended)
