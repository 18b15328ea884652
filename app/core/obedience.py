"""Does what the person asks for, or refuses with the reason; whoever asked hears which."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeAlias

import msgspec
import structlog

from app.core import commands
from app.core.computer.autostart import AutostartKeeping
from app.core.hours.changes import tonight_after_all, without_tonight
from app.core.identity.device_key import DeviceKey
from app.core.identity.keeper import IDENTITY_COMMANDS, IdentityKeeper
from app.core.language.speech import _
from app.core.money.keeper import EarningsKeeper, MoneyCommand
from app.core.network.keeper import NetworkKeeper
from app.core.notices.keeper import NoticeKeeper
from app.core.payout.address import KnownHotkeys
from app.core.payout.chain_sight import hotkeys_known
from app.core.ports import Clock
from app.core.publishing import Publisher
from app.core.settings.change import SettingsCommand
from app.core.settings.preferences import Preferences
from app.core.snapshot import TroublesCleared
from app.core.wish import begun
from protocol.errors import Refused, UserFacingError

_log = structlog.get_logger(__name__)

PlainCommand: TypeAlias = (
    SettingsCommand
    | MoneyCommand
    | commands.SetAutostart
    | commands.LookAtAutostart
    | commands.SkipTonight
    | commands.TonightAfterAll
    | commands.RetryNow
    | commands.ClearTroubles
    | commands.DismissBanner
    | commands.FinishFirstVisit
    | commands.FreeDisk
)
"""Those that are obeyed at once; what concerns the key takes a thread."""


class Rooms(msgspec.Struct, frozen=True, kw_only=True):
    """Where commands are carried out."""

    preferences: Preferences
    publisher: Publisher
    network: NetworkKeeper
    money: EarningsKeeper
    key: DeviceKey
    clock: Clock
    identity: IdentityKeeper | None = None
    """None where this app can't change its key."""
    autostart: AutostartKeeping | None = None
    notices: NoticeKeeper
    retry_engine: Callable[[], None]
    free_disk: Callable[[], None]
    """Raises Refused, StorageError."""


class Obedience:
    """Belongs to the supervisor's loop; `obeyed` is called after each command that changed something."""

    def __init__(self, rooms: Rooms, obeyed: Callable[[], None]) -> None:
        self._rooms = rooms
        self._obeyed = obeyed

    def answer(self, command: commands.Command, answer: Future[None]) -> None:
        """`answer` fails with a UserFacingError where the command is refused."""
        try:
            if isinstance(command, IDENTITY_COMMANDS):
                if self._rooms.identity is None:
                    raise Refused(_("This app can't change its key."))
                self._rooms.identity.begin(command, self._rooms.preferences.settings.hotkey, answer)
                return
            self._obey(command)
        except UserFacingError as error:
            answer.set_exception(error)
            return
        except Exception as error:  # noqa: BLE001  one command must not end the thread
            _log.exception("a_command_failed", command=type(command).__name__)
            answer.set_exception(error)
            return
        self._obeyed()
        answer.set_result(None)

    def _obey(self, command: PlainCommand) -> None:
        rooms, now = self._rooms, self._rooms.clock.now()
        rooms.notices.person_acted(now)
        schedule = rooms.preferences.settings.schedule
        match command:
            case commands.RetryNow():
                rooms.network.retry_now()
                rooms.retry_engine()
            case commands.FreeDisk():
                rooms.free_disk()
            case commands.ClearTroubles():
                rooms.publisher.apply(TroublesCleared())
            case commands.DismissBanner(key):
                rooms.notices.dismiss(key)
            case commands.SetAutostart(on):
                if rooms.autostart is not None:
                    rooms.autostart.change(on)
            case commands.LookAtAutostart():
                if rooms.autostart is not None:
                    rooms.autostart.look()
            case commands.LookAtAddress() | commands.ListWallets() | commands.AskLedger():
                rooms.money.obey(command, rooms.publisher.latest)
            case commands.FinishFirstVisit():
                rooms.preferences.finish_first_visit()
            case commands.SkipTonight():
                rooms.preferences.change(commands.SetSchedule(without_tonight(schedule, now)))
            case commands.TonightAfterAll():
                rooms.preferences.change(commands.SetSchedule(tonight_after_all(schedule)))
            case commands.SetWish(wish):
                before = rooms.preferences.settings.wish
                rooms.preferences.change(commands.SetWish(begun(wish, now, before)))
            case _:
                self._change(command)

    def _change(self, command: SettingsCommand) -> None:
        rooms, before = self._rooms, self._rooms.preferences.settings
        rooms.preferences.change(command, self._known_hotkeys())
        settings = rooms.preferences.settings
        if settings.network != before.network:
            rooms.network.choose(settings.network)
            rooms.key.network_changed()
        if settings.proxy != before.proxy:
            rooms.network.ask_anew()
        if settings.hotkey != before.hotkey:
            rooms.key.open()
        if settings.payout_address != before.payout_address:
            rooms.key.show()

    def _known_hotkeys(self) -> KnownHotkeys:
        money = self._rooms.publisher.latest.money
        return hotkeys_known(self._rooms.key.address, money.wallets, money.sight)
