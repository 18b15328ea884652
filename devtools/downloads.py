"""How much was downloaded, read from what pip and apt-get say while they work."""

from __future__ import annotations  # so that an old Python gets as far as the sentence that names what it lacks

import os
import re

FACTOR = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9}
PIP = re.compile(r"^\s*Downloading (\S+) \(([\d.]+) ?(k|M|G|)B\)")
PIP_LOCAL = re.compile(r"^\s*Processing (\S+\.whl)")
APT = re.compile(r"^Need to get ([\d.,]+) (k|M|G|)B")
WORTH_A_LINE_BYTES = 20e6


class Downloads:
    """Adds up bytes, and names the large pieces while they come."""

    def __init__(self) -> None:
        self.network_bytes = 0.0
        self.local_bytes = 0.0

    def read(self, line: str) -> str | None:
        """Count one line of output; returns words for a person when the file is large, else None."""
        if found := APT.match(line):
            self.network_bytes += float(found.group(1).replace(",", "")) * FACTOR[found.group(2)]
        elif found := PIP_LOCAL.match(line):
            self.local_bytes += os.path.getsize(found.group(1)) if os.path.exists(found.group(1)) else 0
        elif found := PIP.match(line):
            size_bytes = float(found.group(2)) * FACTOR[found.group(3)]
            self.network_bytes += size_bytes
            if size_bytes >= WORTH_A_LINE_BYTES:
                name = found.group(1).rpartition("/")[2].partition("-")[0].replace("_", "-")
                return f"    {name} ({size_bytes / 1e6:.0f} MB)"
        return None

    def summary(self) -> str:
        """Words for the end of a setup."""
        words = f"{self.network_bytes / 1e6:.0f} MB downloaded"
        return words + (f", {self.local_bytes / 1e6:.0f} MB taken from local folders" if self.local_bytes else "")
