"""The settings after a command: pure, and the place where a command is refused."""

from typing import TypeAlias, assert_never

import msgspec

from app.core import commands
from app.core.gates import Switch
from app.core.networks import check_address
from app.core.settings import NamedNetwork, OwnAddress, Settings, TryHere
from chain import addresses
from protocol.errors import SettingsError

SettingsCommand: TypeAlias = (
    commands.SetWish
    | commands.ChooseNetwork
    | commands.SetPayoutAddress
    | commands.SetSchedule
    | commands.SetGates
    | commands.SetEngineLimits
    | commands.SetConnection
    | commands.SetAppearance
    | commands.SetUpdates
)


def changed(settings: Settings, command: SettingsCommand) -> Settings:
    """Raises SettingsError with advice where the command can't be obeyed."""
    replace = msgspec.structs.replace
    match command:
        case commands.SetWish(wish):
            return replace(settings, wish=wish)
        case commands.ChooseNetwork(choice):
            return replace(settings, network=_checked_choice(choice))
        case commands.SetPayoutAddress(text):
            address = None if text is None or not text.strip() else addresses.check_address(text)
            return replace(settings, payout_address=address)
        case commands.SetSchedule(schedule):
            if schedule.enabled and not schedule.windows:
                raise SettingsError("With no hours at all this computer would never train.", "Add hours, or allow any.")
            return replace(settings, schedule=schedule)
        case commands.SetGates(gates):
            return replace(settings, gates=gates)
        case commands.SetEngineLimits(device=device, threads=threads, memory_limit_bytes=memory, disk_limit_bytes=disk):
            if threads < 1:
                raise SettingsError("The engine needs at least one thread.")
            limits = {"memory_limit_bytes": memory, "disk_limit_bytes": disk}
            return replace(settings, device=device, threads=threads, **limits)
        case commands.SetConnection():
            return _with_connection(settings, command)
        case commands.SetAppearance(language, theme):
            return replace(settings, language=language, theme=theme)
        case commands.SetUpdates(by_themselves):
            return replace(settings, updates_by_themselves=by_themselves)
        case _:
            assert_never(command)


def _with_connection(settings: Settings, wanted: commands.SetConnection) -> Settings:
    caps = (wanted.upload_bytes_per_second, wanted.download_bytes_per_second, wanted.monthly_bytes)
    if any(cap is not None and not cap > 0 for cap in caps):
        raise SettingsError("With a limit of nothing this computer could never train.", "Enter more, or no limit.")
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
