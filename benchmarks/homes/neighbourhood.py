"""A neighbourhood of emulated homes, there while its block lasts; what a killed run left behind is removed first."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from benchmarks.homes.forwarder import Command, Counts, Plan, Plug, Pull
from benchmarks.homes.links import HomeLink
from protocol.errors import LocalError

ROOT: Final = Path(__file__).parents[2]
NETWORKS: Final = range(1, 250)


class Neighbourhood:
    """Homes by number; `server_address` is this computer as all of them see it."""

    def __init__(self, plan: Plan, process: "subprocess.Popen[bytes]") -> None:
        self.plan = plan
        self._process = process

    @property
    def server_address(self) -> str:
        return self.plan.server_address

    def command_prefix(self, home: int) -> tuple[str, ...]:
        """Put before a command, this runs it inside a home."""
        return ("ip", "netns", "exec", self.plan.namespace(home))

    def counts(self) -> dict[str, Any]:
        """CPU seconds of the forwarder, and bytes and losses: of the server first, then of each home."""
        return self._told(Counts())

    def pull_cable(self, home: int) -> None:
        """Its line is dead when this returns. Nobody is told: no reset, no "unreachable", only silence."""
        self._told(Pull(home))

    def plug_in(self, home: int) -> None:
        """Its line carries packets again when this returns."""
        self._told(Plug(home))

    def _told(self, command: Command) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(command) + b"\n")
        return self._line()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise LocalError("The homes' lines could not be laid.", "See the messages above.")
        found: dict[str, Any] = json.loads(line)
        return found

    def until_ready(self) -> None:
        """Raises LocalError if the forwarder can't build the homes."""
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(self.plan) + b"\n")
        self._line()


def why_not_here() -> str | None:
    """What this computer lacks for emulated homes, in words; None if nothing."""
    if sys.platform != "linux" or not shutil.which("ip") or not Path("/dev/net/tun").exists():
        return "Emulated homes need Linux with network namespaces, TUN devices and the ip command."
    if os.geteuid() != 0:
        return "Emulated homes need root: run this again with sudo."
    return None


@contextmanager
def neighbourhood(homes: Sequence[HomeLink], server: HomeLink | None = None) -> Iterator[Neighbourhood]:
    """Homes, and this computer as the server that all of them reach; raises LocalError where that can't be."""
    if (lack := why_not_here()) is not None:
        raise LocalError("This computer can't emulate homes.", lack)
    _remove_orphans()
    plan = Plan(network=_free_network(), server=server or HomeLink(), homes=tuple(homes))
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.homes.forwarder"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        bufsize=0,
        start_new_session=True,  # an interrupt is for us, who then close its stdin
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        built = Neighbourhood(plan, process)
        built.until_ready()
        yield built
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.wait()
        process.stdout.close()


def _remove_orphans() -> None:
    """Namespaces whose forwarder was killed: its device went with it, so their network is in nobody's use."""
    alive = _networks_in_use()
    for name in _output("ip", "netns", "list").split():
        found = re.fullmatch(r"home-(\d+)-\d+", name)
        if found and int(found[1]) not in alive:
            subprocess.run(["ip", "netns", "del", name], check=False)


def _free_network() -> int:
    taken = _networks_in_use()
    return next(number for number in NETWORKS if number not in taken)


def _networks_in_use() -> set[int]:
    return {int(number) for number in re.findall(r"\bhomes(\d+)\b", _output("ip", "-o", "link"))}


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
