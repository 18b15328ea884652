"""Obeys what is asked about the device's key. The work blocks, so each request has a thread of its own."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Final, TypeAlias, assert_never

import structlog

from app.core import commands
from app.core.identity import file as identity_file
from app.core.identity.choice import HotkeyChoice, InKeyFile
from app.core.language.speech import _
from app.core.ports import IdentityDesk
from app.core.settings.stored_file import write_atomically
from protocol.errors import StorageError

_log = structlog.get_logger(__name__)

IdentityCommand: TypeAlias = (
    commands.ExportIdentity | commands.RestoreIdentity | commands.KeepKeyInFile | commands.UnlockKey
)
IDENTITY_COMMANDS: Final = (
    commands.ExportIdentity,
    commands.RestoreIdentity,
    commands.KeepKeyInFile,
    commands.UnlockKey,
)


class IdentityKeeper:
    """Belongs to the loop that calls `begin`; `choose` is called there with the key to use from now on."""

    def __init__(self, desk: IdentityDesk, *, choose: Callable[[HotkeyChoice], None]) -> None:
        self._desk = desk
        self._choose = choose

    def begin(self, command: IdentityCommand, present: HotkeyChoice, answer: Future[None]) -> None:
        """Answer `command` when its work is done; `present` is the key in use."""
        loop = asyncio.get_running_loop()

        def work() -> None:
            try:
                outcome: HotkeyChoice | Exception | None = self._work(command, present)
            except Exception as error:  # noqa: BLE001  the thread's entry
                outcome = error
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._finish, outcome, answer)

        threading.Thread(target=work, name="identity", daemon=True).start()

    def _work(self, command: IdentityCommand, present: HotkeyChoice) -> HotkeyChoice | None:
        match command:
            case commands.ExportIdentity(path, password):
                write_atomically(path, self._desk.export(present, password))
                return None
            case commands.RestoreIdentity(path, password):
                return self._desk.restore(_content(path), password)
            case commands.KeepKeyInFile(password):
                return self._desk.keep_in_file(password)
            case commands.UnlockKey(password):
                self._desk.unlock(password)
                return InKeyFile()
            case _:
                assert_never(command)

    def _finish(self, outcome: HotkeyChoice | Exception | None, answer: Future[None]) -> None:
        try:
            if isinstance(outcome, Exception):
                raise outcome
            if outcome is not None:
                self._choose(outcome)
        except Exception as error:  # noqa: BLE001  whatever it is, the asker hears it
            # Only the kind: the words of a foreign error may hold what must not be logged.
            _log.info("an_identity_request_failed", kind=type(error).__name__)
            answer.set_exception(error)
        else:
            answer.set_result(None)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(identity_file.SIZE_LIMIT_BYTES + 1)
    except OSError as error:
        raise StorageError(
            _("{name} can't be read: {problem}.").format(name=path.name, problem=error.strerror),
            _("Choose the file again."),
        ) from error
