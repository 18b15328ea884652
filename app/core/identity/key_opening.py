"""Opens the device's hotkey without ever making the supervisor wait for a locked keychain."""

import asyncio
import threading
from collections.abc import Callable
from typing import Final

import structlog

from app.core.engine.phase import Failure
from app.core.language.speech import _
from app.core.ports import OpenedKey
from protocol.errors import UserFacingError

_log = structlog.get_logger(__name__)

RETRY_SECONDS: Final = 30.0
KEYCHAIN: Final = "keychain"
"""What chain.key_store calls a locked one."""


class KeyOpening:
    """Belongs to the loop that calls `begin`; `on_key` and `on_failure` are called there."""

    def __init__(
        self,
        open_key: Callable[[], OpenedKey],
        *,
        on_key: Callable[[OpenedKey], None],
        on_failure: Callable[[Failure], None],
    ) -> None:
        self._open_key = open_key
        self._on_key = on_key
        self._on_failure = on_failure
        self._given_up = False

    def give_up(self) -> None:
        """Another key is wanted by now: what this one still answers is passed over."""
        self._given_up = True

    def begin(self) -> None:
        """In a thread of its own: a locked keychain may keep it waiting for a password all night."""
        if self._given_up:
            return
        loop = asyncio.get_running_loop()

        def open_it() -> None:
            try:
                opened: OpenedKey | Exception = self._open_key()
            except Exception as error:  # noqa: BLE001  the thread's entry
                opened = error
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._on_answer, opened)

        threading.Thread(target=open_it, name="keychain", daemon=True).start()

    def _on_answer(self, opened: OpenedKey | Exception) -> None:
        if self._given_up:
            return
        if isinstance(opened, OpenedKey):
            self._on_key(opened)
            return
        if isinstance(opened, UserFacingError):
            self._on_failure(Failure(_code_of(opened), opened.title, opened.advice))
        else:
            # Only the kind: the words of a foreign error may hold what must not be logged.
            _log.error("the_key_can_not_be_opened", kind=type(opened).__name__)
            title, advice = _("This device's key can't be opened."), _("It is tried again by itself.")
            self._on_failure(Failure("key", title, advice))
        asyncio.get_running_loop().call_later(RETRY_SECONDS, self.begin)


def _code_of(error: UserFacingError) -> str:
    """A locked keychain the person can open; whatever else it was, there is no key."""
    return error.code if error.code == KEYCHAIN else "key"
