"""A real service over the fakes, outside its hours, in the test's own process: what commands speak to."""

import sys
from pathlib import Path
from typing import Any

from app.control.messages import Run
from app.control.service import Service, ServiceOptions, open_service

HERE = Path(__file__).resolve().parent


def started_service(profile: Path, **options: Any) -> Service:
    """Running; whoever asked for it closes it. It trains only in the minute after 03:00. `options`: further ones."""
    opened = open_service(
        ServiceOptions(
            profile_folder=profile,
            first=Run(network="local", hours="03:00-03:01"),
            engine_command=(sys.executable, str(HERE / "fake_engine.py"), "good"),
            local_network_command=(sys.executable, str(HERE / "fake_local_network.py"), "good"),
            tick_seconds=0.05,
            **options,
        )
    )
    assert isinstance(opened, Service)
    opened.start()
    return opened
