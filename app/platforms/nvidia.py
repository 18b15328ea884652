"""The heat of NVIDIA's cards, from the tool that comes with their driver on Linux and Windows."""

from typing import Final

from app.core.computer_reading import HeatReading
from app.platforms.portable import is_plausible
from app.platforms.tools import RunTool, run_tool

_COMMAND: Final = ("nvidia-smi", "--query-gpu=temperature.gpu", "--format=csv,noheader,nounits")


class NvidiaThermals:
    def __init__(self, run: RunTool = run_tool) -> None:
        self._run = run

    def read(self) -> HeatReading:
        return HeatReading(graphics_celsius=hottest_card(self._run(_COMMAND)), graphics_source="nvidia-smi")


def hottest_card(printed: str | None) -> float | None:
    """The highest of one number a line; cards that don't tell say [N/A] or [Unknown Error]."""
    found = []
    for line in (printed or "").splitlines():
        try:
            found.append(float(line.strip().replace(",", ".")))
        except ValueError:
            continue
    return max(filter(is_plausible, found), default=None)
