"""Whether “Increase contrast” is on in macOS' accessibility settings, as its own tool prints it."""

from typing import Final

from app.platforms.tools import RunTool, run_tool

_INCREASE: Final = ("defaults", "read", "com.apple.universalaccess", "increaseContrast")


class DefaultsContrast:
    def __init__(self, run: RunTool = run_tool) -> None:
        self._run = run

    def more_wanted(self) -> bool | None:
        return contrast_of_defaults(self._run(_INCREASE))


def contrast_of_defaults(printed: str | None) -> bool | None:
    """The tool fails where the switch was never touched, and where it may not be read."""
    return None if printed is None else {"0": False, "1": True}.get(printed.strip())
