"""What the app remembers between starts without anybody having set it; kept in state.json. Losing it loses no money."""

from pathlib import Path
from typing import Final

import msgspec

from app import VERSION
from app.core.money.earnings import Earnings
from app.core.notices.memory import NoticeMemory
from app.core.settings.stored_file import StoredFile

SCHEMA_VERSION: Final = 1


class AppState(msgspec.Struct, frozen=True, kw_only=True):
    schema_version: int = SCHEMA_VERSION
    written_by: str = VERSION
    first_visit_done: bool = False
    """Whether the welcome was seen through; views may still ask for what is missing."""
    earnings: Earnings = Earnings()
    """As last heard from the service."""
    notices: NoticeMemory = NoticeMemory()
    """What the person was told already."""


def state_file(folder: Path) -> StoredFile[AppState]:
    """The memory of the profile whose state lies in `folder`."""
    return StoredFile(folder / "state.json", AppState, SCHEMA_VERSION)
