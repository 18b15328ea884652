"""Whether a phone shares its line with this Mac: what the network's own answer to DHCP says of it.

macOS tells "expensive" only to programs that keep a monitor of its Network framework. A phone gives itself away in the
lease that it hands out: Android by a word made for that, an iPhone by the subnet that it always gives to others.
"""

import re
import time
from collections.abc import Callable
from typing import Final

from app.core.gates.computer_reading import MeteredReading
from app.platforms.tools import RunTool, run_tool

_ROUTES: Final = ("netstat", "-rn", "-f", "inet")
_SOURCE: Final = "ipconfig"
_ANDROID: Final = "ANDROID_METERED"
"""Option 43 of the lease, since Android 9."""
_IPHONE: Final = re.compile(r"^router \(ip_mult\): \{172\.20\.10\.1\b", re.MULTILINE)
_LEASE: Final = re.compile(r"^yiaddr = \d", re.MULTILINE)
_TUNNELS: Final = ("utun", "ipsec", "ppp", "gif", "stf")
_KEPT_SECONDS: Final = 20.0
"""Two programs are started for each answer, and a line changes when somebody changes it."""


class SharedLine:
    def __init__(self, run: RunTool = run_tool, clock: Callable[[], float] = time.monotonic) -> None:
        self._run, self._clock = run, clock
        self._told = MeteredReading()
        self._told_at: float | None = None

    def read(self) -> MeteredReading:
        now = self._clock()
        if self._told_at is None or now - self._told_at >= _KEPT_SECONDS:
            self._told, self._told_at = self._asked(), now
        return self._told

    def _asked(self) -> MeteredReading:
        device = device_of_routes(self._run(_ROUTES) or "")
        lease = self._run((_SOURCE, "getpacket", device)) if device else None
        metered = metered_of_lease(lease or "")
        return MeteredReading(metered, "" if metered is None else _SOURCE)


def device_of_routes(printed: str) -> str:
    """The device that packets to the internet leave by, under a tunnel too; empty where there is none. The table has
    the way that is taken before those of other devices."""
    for line in printed.splitlines():
        words = line.split()
        if len(words) >= 4 and words[0] == "default" and not words[3].startswith(_TUNNELS):
            return words[3]
    return ""


def metered_of_lease(printed: str) -> bool | None:
    """None where the address did not come with a lease, so that nothing tells."""
    if _LEASE.search(printed) is None:
        return None
    return _ANDROID in printed or _IPHONE.search(printed) is not None
