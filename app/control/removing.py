"""Removes what the app keeps on this computer: for the terminal, and for the window once its app has ended."""

import sys
import time
from collections.abc import Callable
from typing import Final

from app.control.client import NotRunning, connected
from app.control.messages import Quit
from app.core.identity.choice import DEVICE_KEY, Restored
from app.core.ports import Autostart, AutostartState
from app.core.removal_plan import Found, RemovalChoice, RemovalPlan, removal_plan
from app.core.settings.settings import settings_file
from app.core.words import _
from app.platforms.here import autostart_here
from app.platforms.installation import FromSource, installation
from app.platforms.instance_lock import InstanceLock, LockOutcome
from app.platforms.launch import launch_of_this_app
from app.platforms.paths import ROOT, ProfilePaths, programs_folder
from app.platforms.removal import found_in, take_away, take_empty_folders
from app.platforms.services import NoAutostart
from chain.key_store import KeychainKeyStore
from protocol.errors import Refused, StorageError, UserFacingError

_ENDING_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.1


class Removing:
    """One profile's removal. What belongs to all profiles goes with the person's own only; the start with the session,
    which `choose` finds, too."""

    def __init__(
        self, paths: ProfilePaths, *, own_profile: bool, choose: Callable[[], Autostart] | None = None
    ) -> None:
        self._paths, self._own = paths, own_profile
        self._programs = programs_folder() if own_profile else None
        self._starting = choose or (_own_start if own_profile else NoAutostart)

    def starts_with_session(self) -> bool:
        """Asks the system, which may take seconds."""
        return self._starting().state() is AutostartState.ON

    def look(self) -> tuple[Found, ...]:
        """What lies in the app's folders now, with sizes; looks at every file, so it may take a moment."""
        return found_in(self._paths, self._programs)

    def plan(self, choice: RemovalChoice) -> RemovalPlan:
        return removal_plan(self.look(), with_key=choice.with_key, keep=choice.keep)

    def carry_out(self, choice: RemovalChoice) -> RemovalPlan:
        """End the app if it runs, then take everything; what was taken. Raises Refused, or StorageError at the end."""
        lock = end_the_app(self._paths)
        try:
            # The app wrote its last words while it ended, so the list is made again.
            plan = self.plan(choice)
            if choice.with_key and self._own:
                _forget_keys(self._paths)
            self._starting().disable()  # whatever its state: one that was switched off elsewhere still lies there
            take_all(plan, self._paths)
        finally:
            lock.release()
        take_away(self._paths.lock_path)
        take_empty_folders(self._paths, self._programs, [each.path for each in plan.removed])
        return plan


def end_the_app(paths: ProfilePaths, within_seconds: float = _ENDING_SECONDS) -> InstanceLock:
    """Ask the running app to hand over and quit; the lock says when it is gone, and keeps another from starting."""
    try:
        with connected(paths) as client:
            client.ask(Quit(within_seconds=within_seconds / 2))
    except NotRunning:
        pass
    lock = InstanceLock(paths.lock_path)
    give_up_at = time.monotonic() + within_seconds
    while lock.take() is LockOutcome.HELD_BY_ANOTHER:
        if time.monotonic() > give_up_at:
            raise Refused(_("The app does not end, so nothing was removed."), _("End it in its window and try again."))
        time.sleep(_LOOK_SECONDS)
    return lock


def take_all(plan: RemovalPlan, paths: ProfilePaths) -> None:
    """Everything that can be taken is, and what can't is told at the end. The lock goes last."""
    failed: list[StorageError] = []
    for each in plan.removed:
        if each.path == paths.lock_path:
            continue
        try:
            take_away(each.path)
        except StorageError as error:
            failed.append(error)
    if failed:
        raise StorageError(" ".join(error.title for error in failed), failed[0].advice)


def app_stays_sentence(system: str = sys.platform, *, from_source: bool | None = None) -> str:
    """What is still there, the app itself, and how that goes away here."""
    if from_source is None:
        from_source = isinstance(installation(), FromSource)
    if from_source:
        return _("The app itself stays: delete its folder, {folder}.").format(folder=ROOT)
    match system:
        case "darwin":
            return _("The app itself stays: put Train at Home from the Applications folder into the bin.")
        case "win32":
            return _("The app itself stays: uninstall Train at Home under Settings, Apps.")
        case _:
            return _(
                "The app itself stays: run ~/.local/lib/train-at-home/uninstall.sh, or, where it came as a package, "
                "sudo apt remove train-at-home."
            )


def _own_start() -> Autostart:
    return autostart_here(launch_of_this_app(ROOT))


def _forget_keys(paths: ProfilePaths) -> None:
    """Out of the system's keychain: the key made here, and the one that was brought here if it is in use."""
    try:
        choice = settings_file(paths.config_folder).look().value.hotkey
    except UserFacingError:
        choice = None
    store = KeychainKeyStore()
    for name in (DEVICE_KEY, *((choice.name,) if isinstance(choice, Restored) else ())):
        store.delete(name)
