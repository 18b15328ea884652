"""`train-at-home remove`: lists what the app keeps on this computer, asks, ends the app in order, and takes it away."""

import sys
import time
from typing import Annotated, Final

import typer
from rich.console import Console

from app.control.client import NotRunning, ask
from app.control.commands.asking import Profile, told
from app.control.messages import Quit
from app.core.identity.choice import DEVICE_KEY, Restored
from app.core.ports import Autostart, AutostartState
from app.core.removal_plan import RemovalPlan, removal_plan, what_text
from app.core.settings.settings import settings_file
from app.core.words import _, bytes_text
from app.platforms.here import autostart_here
from app.platforms.installation import FromSource, installation
from app.platforms.instance_lock import InstanceLock, LockOutcome
from app.platforms.launch import launch_of_this_app
from app.platforms.paths import ROOT, ProfilePaths, profile_paths, programs_folder
from app.platforms.removal import found_in, take_away, take_empty_folders
from chain.key_store import KeychainKeyStore
from protocol.errors import Refused, StorageError, UserFacingError

_ENDING_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.1


def remove(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    with_key: Annotated[
        bool, typer.Option("--with-key", help="This computer's key too. What is still owed belongs to it.")
    ] = False,
    profile_folder: Profile = None,
) -> None:
    """Remove all that the app keeps on this computer: engine, work, logs, settings, its start with your session."""
    with told():
        paths = profile_paths(profile_folder)
        programs = programs_folder() if profile_folder is None else None
        starting = autostart_here(launch_of_this_app(ROOT)) if profile_folder is None else None
        plan = removal_plan(found_in(paths, programs), with_key=with_key)
        _list(plan, Console(), starts=starting is not None and starting.state() is AutostartState.ON)
        if not yes and not _agreed(with_key):
            print(_("Nothing was removed."))
            raise typer.Exit(0)
        lock = end_the_app(paths)
        try:
            # The app wrote its last words while it ended, so the list is made again.
            plan = removal_plan(found_in(paths, programs), with_key=with_key)
            if with_key and profile_folder is None:
                _forget_keys(paths)
            if starting is not None:
                starting_off(starting)
            take_all(plan, paths)
        finally:
            lock.release()
        take_away(paths.lock_path)
        take_empty_folders(paths, programs)
    print(_("Removed: {size}.").format(size=bytes_text(plan.size_bytes)))
    print(app_stays_sentence())


def end_the_app(paths: ProfilePaths, within_seconds: float = _ENDING_SECONDS) -> InstanceLock:
    """Ask the running app to hand over and quit; the lock says when it is gone, and keeps another from starting."""
    try:
        ask(paths, Quit(within_seconds=within_seconds / 2))
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


def starting_off(found: Autostart) -> None:
    if found.state() is AutostartState.ON:
        found.disable()


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


def _list(plan: RemovalPlan, console: Console, *, starts: bool) -> None:
    def say(text: str) -> None:
        console.print(text, markup=False, highlight=False, soft_wrap=True)

    say(_("This is removed:"))
    for each in plan.removed:
        say(f"  {bytes_text(each.size_bytes):>9}  {each.path}  ({what_text(each.what)})")
    if starts:
        say("             " + _("its start with your session"))
    for path in (*plan.keys_kept, *plan.not_ours):
        say(_("This stays: {path}").format(path=path))
    if plan.keys_kept:
        say(_("What is still owed to this computer belongs to its key, so that stays; --with-key takes it too."))


def _agreed(with_key: bool) -> bool:
    if with_key:
        print(_("With this computer's key goes what is still owed to it, unless you have saved a copy."))
    if not sys.stdin.isatty():
        raise Refused(_("There is nobody to ask."), _("Say --yes if it is to be removed."))
    return typer.confirm(_("Remove all of it?"), default=False)


def _forget_keys(paths: ProfilePaths) -> None:
    """Out of the system's keychain: the key made here, and the one that was brought here if it is in use."""
    try:
        choice = settings_file(paths.config_folder).look().value.hotkey
    except UserFacingError:
        choice = None
    store = KeychainKeyStore()
    for name in (DEVICE_KEY, *((choice.name,) if isinstance(choice, Restored) else ())):
        store.delete(name)
