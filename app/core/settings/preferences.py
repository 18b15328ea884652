"""What the person wants and what the app remembers: both files, as last read and written."""

import time
from datetime import datetime
from typing import Final

import msgspec

from app.core.hours.schedule import next_opening
from app.core.money.earnings import Earnings
from app.core.notices.memory import NoticeMemory
from app.core.payout.address import NOTHING_KNOWN, KnownHotkeys
from app.core.settings.app_state import AppState
from app.core.settings.change import SettingsCommand, changed
from app.core.settings.settings import Settings
from app.core.settings.stored_file import StoredFile
from app.core.wish import settled

SAVE_STATE_SECONDS: Final = 60.0


class Preferences:
    """Raises SettingsError when made, where the settings are from the future. What can't be saved is not so."""

    def __init__(self, settings_file: StoredFile[Settings], state_file: StoredFile[AppState]) -> None:
        self._settings_file, self._state_file = settings_file, state_file
        settings, state = settings_file.load(), state_file.load()
        self.settings, self.state = settings.value, state.value
        self.first_troubles = [loaded.trouble for loaded in (settings, state) if loaded.trouble is not None]
        """What was wrong with the files."""
        self._state_saved_at = time.monotonic()

    def save(self, settings: Settings) -> None:
        """Raises StorageError; then the old ones stand."""
        self._settings_file.save(settings)
        self.settings = settings

    def change(self, command: SettingsCommand, known: KnownHotkeys = NOTHING_KNOWN) -> None:
        """Raises SettingsError or StorageError; then the old ones stand."""
        self.save(changed(self.settings, command, known))

    def settle_wish(self, now: datetime, gone: bool) -> None:
        """A wish that ends by itself ends when its time has come; `gone` says that no engine is left.

        Raises StorageError, yet the wish has ended all the same: a full disk must not keep a pause from ending.
        """
        zone = now.tzinfo
        assert zone is not None
        schedule = self.settings.schedule
        wish = settled(self.settings.wish, now, gone, lambda after: next_opening(schedule, after, zone))
        if wish == self.settings.wish:
            return
        self.settings = msgspec.structs.replace(self.settings, wish=wish)
        self._settings_file.save(self.settings)

    def finish_first_visit(self) -> None:
        """Raises StorageError."""
        state = msgspec.structs.replace(self.state, first_visit_done=True)
        self._state_file.save(state)
        self.state = state

    def remember_notices(self, notices: NoticeMemory) -> None:
        """Raises StorageError; then it is written with what is saved next, which is not forgotten."""
        self.state = msgspec.structs.replace(self.state, notices=notices)
        self._state_file.save(self.state)

    def state_is_due(self) -> bool:
        return time.monotonic() - self._state_saved_at >= SAVE_STATE_SECONDS

    def save_state(self, earnings: Earnings) -> None:
        """Raises StorageError, after which it is tried again a minute later."""
        self._state_saved_at = time.monotonic()
        state = msgspec.structs.replace(self.state, earnings=earnings)
        if state != self.state:
            self._state_file.save(state)
            self.state = state
