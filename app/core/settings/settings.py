"""What the person set, each field documented; kept in settings.json. What the app itself remembers: app_state.py."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import msgspec

from app import VERSION
from app.core.gates.gate import GateSettings, Switch
from app.core.hours.windows import Schedule
from app.core.identity.choice import HotkeyChoice, MadeHere
from app.core.money.settings import MoneySettings
from app.core.notices.settings import NoticeSettings
from app.core.settings.limit_fields import LIMIT_GROUPS, with_field
from app.core.settings.stored_file import StoredFile
from app.core.wish import Auto, Off, Wish
from protocol.proxies import SYSTEM, ProxySetting

SCHEMA_VERSION: Final = 1
"""Raised when an older app would misread the file; stored_file.py then needs a migration from the version before."""


class TryHere(msgspec.Struct, frozen=True, tag_field="network", tag="this_computer"):
    """A whole network on this computer, started and stopped by the app."""

    miners_per_stage: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1


class NamedNetwork(msgspec.Struct, frozen=True, tag_field="network", tag="named"):
    """One of resources/networks.toml."""

    name: str


class OwnAddress(msgspec.Struct, frozen=True, tag_field="network", tag="address"):
    """The expert's way: an orchestrator's URL, checked by networks.check_address."""

    url: str


NetworkChoice: TypeAlias = TryHere | NamedNetwork | OwnAddress


MOST_CARDS: Final = 8
"""Graphics cards that may compute at once."""
LEAST_WORK_SHARE: Final = 0.1
"""Below it passes come so seldom that neighbours would look for somebody quicker."""
LEAST_GRAPHICS_SHARE: Final = 0.05
NOWHERE: Final = "http://unreadable.invalid:9"
"""A proxy that can't be there: going past one that can't be read would show what it may be there to hide."""


class Theme(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"
    """High contrast, dark or light as the system is."""


class UpdateChannel(StrEnum):
    """Which versions of the app are taken."""

    STABLE = "stable"
    EARLY = "early"
    """New ones first, with what is still wrong with them; beside the stable ones."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. Change by `msgspec.structs.replace`, keep by `settings_file(folder).save`."""

    schema_version: int = SCHEMA_VERSION
    written_by: str = VERSION
    network: NetworkChoice | None = None
    """Where to train; None until the first visit is done."""
    wish: Wish = Auto()
    """What the person last asked for; outlives a restart."""
    schedule: Schedule = Schedule()
    """The hours in which this computer may train."""
    gates: GateSettings = GateSettings()
    """What else must be true of the computer."""
    payout_address: str | None = None
    """The coldkey's ss58 address that earnings go to; never a key. Credit earned without one is kept."""
    device: str = "auto"
    """What to compute on: auto, cpu, cuda, mps or xpu."""
    graphics_cards: Annotated[int, msgspec.Meta(ge=1, le=MOST_CARDS)] = 1
    """How many of the computer's graphics cards compute at most, each with an engine of its own, `device` the first."""
    threads: Annotated[int, msgspec.Meta(ge=1, le=256)] = 1
    """CPU threads of the engine's arithmetic."""
    work_share: Annotated[float, msgspec.Meta(ge=LEAST_WORK_SHARE, le=1.0)] = 1.0
    """Of the time, how much the engine computes at most; it rests between passes for the remainder."""
    memory_limit_bytes: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """The engine's most memory; None leaves it to the engine."""
    graphics_memory_share: Annotated[float, msgspec.Meta(ge=LEAST_GRAPHICS_SHARE, le=1.0)] = 1.0
    """Of a graphics card's memory, what the engine may take."""
    disk_limit_bytes: Annotated[int, msgspec.Meta(ge=0)] = 30 * 10**9
    """The most room for checkpoints, packets and journals."""
    work_folder: str | None = None
    """Where what is large of the engine's work lies; None for beside the app's other data. Its key never lies there."""
    upload_bytes_per_second: Annotated[float, msgspec.Meta(gt=0)] | None = None
    """The most the engine sends; None for no cap. What it may send and receive in a month stands in `gates`."""
    download_bytes_per_second: Annotated[float, msgspec.Meta(gt=0)] | None = None
    hide_address: bool = False
    """Meet other computers in the network's store only, which is slower and tells them no address of this one."""
    proxy: ProxySetting = SYSTEM
    """Through which proxy all HTTP goes: system, none or an address, never with a name or password in it."""
    hotkey: HotkeyChoice = MadeHere()
    """Which key this computer signs its work with; never the key itself."""
    money: MoneySettings = MoneySettings()
    """How amounts are shown, and what electricity costs."""
    updates_by_themselves: bool = True
    """Look for a newer version of the app daily, fetch it, and begin it while nobody is disturbed."""
    update_channel: UpdateChannel = UpdateChannel.STABLE
    """Going back to stable takes nothing away: what runs stays until a stable version is newer."""
    notices: NoticeSettings = NoticeSettings()
    """What the person is told without asking, and when not."""
    language: str = "system"
    """An IETF language tag, or system."""
    theme: Theme = Theme.SYSTEM


def _strict_gates() -> GateSettings:
    """All that a person may ask for asked for, each number as strict as it can be set. Whether the network answers and
    speaks this version is nobody's wish, so those two stay as they are."""
    gates = GateSettings(data_quota=Switch.ON, data_quota_bytes=10**8)
    for field in (field for group in LIMIT_GROUPS for field in group.fields):
        number = field.number
        strictest = None if number is None else number.least if number.holds_above else number.most
        gates = with_field(gates, field, Switch.ON, strictest)
    return gates


def careful_settings() -> Settings:
    """What stands in for what can't be read: the person may have set it to keep the computer from something, so it
    waits, hides and saves until they have set it again. Caps are so low that an engine says what it lacks, if it runs.
    """
    return Settings(
        wish=Off(),
        # Hours that can't be read must not become "at any hour".
        schedule=Schedule(enabled=True, overrun_minutes=0),
        gates=_strict_gates(),
        device="cpu",
        work_share=LEAST_WORK_SHARE,
        memory_limit_bytes=2 * 10**9,
        graphics_memory_share=LEAST_GRAPHICS_SHARE,
        disk_limit_bytes=10**8,
        upload_bytes_per_second=12_500.0,
        download_bytes_per_second=12_500.0,
        hide_address=True,
        proxy=NOWHERE,
        money=MoneySettings(hidden=True),
        updates_by_themselves=False,
    )


def settings_file(folder: Path) -> StoredFile[Settings]:
    """The settings of the profile whose configuration lies in `folder`."""
    return StoredFile(folder / "settings.json", Settings, SCHEMA_VERSION, fallback=careful_settings())
