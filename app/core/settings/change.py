"""The settings after a command: pure, and the place where a command is refused."""

from typing import TypeAlias, assert_never

import msgspec

from app.core import commands
from app.core.gates.gate import Switch
from app.core.hours.changes import checked
from app.core.language.languages import LANGUAGES, SYSTEM, known_language
from app.core.language.speech import _, percent
from app.core.money.settings import checked_money
from app.core.network.known import check_address
from app.core.network.proxy import checked_proxy
from app.core.payout.address import NOTHING_KNOWN, KnownHotkeys
from app.core.payout.words import accepted
from app.core.settings.settings import LEAST_WORK_SHARE, MOST_CARDS, NamedNetwork, OwnAddress, Settings, TryHere
from app.core.settings.typed_limits import with_typed_limits
from app.core.settings.work_folder import checked_work_folder
from protocol.errors import SettingsError

SettingsCommand: TypeAlias = (
    commands.SetWish
    | commands.ChooseNetwork
    | commands.SetPayoutAddress
    | commands.SetSchedule
    | commands.SetGates
    | commands.SetEngineLimits
    | commands.SetConnection
    | commands.SetHideAddress
    | commands.SetProxy
    | commands.SetWorkFolder
    | commands.SetTypedLimits
    | commands.SetAppearance
    | commands.SetMoney
    | commands.ChooseHotkey
    | commands.SetUpdates
    | commands.SetUpdateChannel
    | commands.SetNotices
)


def changed(settings: Settings, command: SettingsCommand, known: KnownHotkeys = NOTHING_KNOWN) -> Settings:
    """Raises SettingsError with advice where the command can't be obeyed. Nobody is paid to a hotkey in `known`."""
    replace = msgspec.structs.replace
    match command:
        case commands.SetWish(wish):
            return replace(settings, wish=wish)
        case commands.ChooseNetwork(choice):
            return replace(settings, network=_checked_choice(choice))
        case commands.SetPayoutAddress(text):
            return replace(settings, payout_address=accepted(text, known))
        case commands.SetSchedule(schedule):
            return replace(settings, schedule=checked(schedule))
        case commands.SetGates(gates):
            return replace(settings, gates=gates)
        case commands.SetEngineLimits():
            return _with_limits(settings, command)
        case commands.SetConnection():
            return _with_connection(settings, command)
        case commands.SetHideAddress(hide):
            return replace(settings, hide_address=hide)
        case commands.SetProxy(text):
            return replace(settings, proxy=checked_proxy(text))
        case commands.SetWorkFolder(text):
            return replace(settings, work_folder=checked_work_folder(text))
        case commands.SetTypedLimits(changes):
            return with_typed_limits(settings, changes)
        case commands.SetAppearance(language, theme):
            return replace(settings, language=_checked_language(language), theme=theme)
        case commands.SetMoney(money):
            return replace(settings, money=checked_money(money))
        case commands.ChooseHotkey(choice):
            return replace(settings, hotkey=choice)
        case commands.SetUpdates(by_themselves):
            return replace(settings, updates_by_themselves=by_themselves)
        case commands.SetUpdateChannel(channel):
            return replace(settings, update_channel=channel)
        case commands.SetNotices(notices):
            return replace(settings, notices=notices)
        case _:
            assert_never(command)


def _checked_language(tag: str) -> str:
    if tag != SYSTEM and known_language(tag) is None:
        names = ", ".join(f"{language.tag} ({language.own_name})" for language in LANGUAGES)
        raise SettingsError(
            _("This app doesn't speak “{tag}”.").format(tag=tag), _("It speaks: {names}.").format(names=names)
        )
    return tag


def _with_limits(settings: Settings, wanted: commands.SetEngineLimits) -> Settings:
    if wanted.threads < 1:
        raise SettingsError(_("The engine needs at least one thread."))
    share = settings.graphics_memory_share if wanted.graphics_memory_share is None else wanted.graphics_memory_share
    if not 0.05 <= share <= 1:
        raise SettingsError(_("The engine needs between 5 and 100 % of the graphics card's memory."))
    cards = settings.graphics_cards if wanted.graphics_cards is None else wanted.graphics_cards
    if not 1 <= cards <= MOST_CARDS:
        raise SettingsError(
            _("Between 1 and {most} graphics cards can compute, not {cards}.").format(most=MOST_CARDS, cards=cards)
        )
    work = settings.work_share if wanted.work_share is None else wanted.work_share
    if not LEAST_WORK_SHARE <= work <= 1:
        raise SettingsError(
            _("The engine can compute between {least} and {most} of the time.").format(
                least=percent(LEAST_WORK_SHARE), most=percent(1)
            )
        )
    return msgspec.structs.replace(
        settings,
        graphics_cards=cards,
        work_share=work,
        device=wanted.device,
        threads=wanted.threads,
        memory_limit_bytes=wanted.memory_limit_bytes,
        graphics_memory_share=share,
        disk_limit_bytes=wanted.disk_limit_bytes,
    )


def _with_connection(settings: Settings, wanted: commands.SetConnection) -> Settings:
    caps = (wanted.upload_bytes_per_second, wanted.download_bytes_per_second, wanted.monthly_bytes)
    if any(cap is not None and not cap > 0 for cap in caps):
        raise SettingsError(
            _("With a limit of nothing this computer could never train."), _("Enter more, or no limit.")
        )
    monthly = wanted.monthly_bytes
    gates = msgspec.structs.replace(
        settings.gates,
        data_quota=Switch.OFF if monthly is None else Switch.ON,
        data_quota_bytes=settings.gates.data_quota_bytes if monthly is None else monthly,
    )
    return msgspec.structs.replace(
        settings,
        gates=gates,
        upload_bytes_per_second=wanted.upload_bytes_per_second,
        download_bytes_per_second=wanted.download_bytes_per_second,
        hide_address=wanted.hide_address,
    )


def _checked_choice(choice: TryHere | NamedNetwork | OwnAddress) -> TryHere | NamedNetwork | OwnAddress:
    return OwnAddress(check_address(choice.url)) if isinstance(choice, OwnAddress) else choice
