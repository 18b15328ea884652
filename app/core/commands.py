"""What a view may ask of the supervisor. Views never change anything else."""

from pathlib import Path
from typing import TypeAlias

import msgspec

from app.core.gates.gate import GateSettings
from app.core.hours.windows import Schedule
from app.core.identity.choice import HotkeyChoice, Password
from app.core.money.settings import MoneySettings
from app.core.notices.settings import NoticeSettings
from app.core.settings.settings import NetworkChoice, Theme, UpdateChannel
from app.core.wish import Wish


class _Command(msgspec.Struct, frozen=True, tag=True):
    """Base of all commands."""


class SetWish(_Command, frozen=True):
    wish: Wish


class ChooseNetwork(_Command, frozen=True):
    """Join another network; what runs for the present one is stopped first."""

    choice: NetworkChoice


class SetPayoutAddress(_Command, frozen=True):
    """As typed; refused with words when it is no address, above all when it is a secret. None forgets the address."""

    text: str | None


class SetSchedule(_Command, frozen=True):
    schedule: Schedule


class SkipTonight(_Command, frozen=True):
    """The hours that run now, or else the next ones, are left out, once."""


class TonightAfterAll(_Command, frozen=True):
    """Takes SkipTonight back."""


class SetGates(_Command, frozen=True):
    gates: GateSettings


class SetEngineLimits(_Command, frozen=True, kw_only=True):
    """A running engine is started anew with these; but for its share of the time, which changes at once."""

    device: str
    threads: int
    memory_limit_bytes: int | None
    disk_limit_bytes: int
    graphics_memory_share: float | None = None
    """None leaves it as it is."""
    graphics_cards: int | None = None
    """The same."""
    work_share: float | None = None
    """The same."""


class SetConnection(_Command, frozen=True, kw_only=True):
    """What the engine may take of the connection; None is no cap. A running engine is started anew."""

    upload_bytes_per_second: float | None
    download_bytes_per_second: float | None
    monthly_bytes: int | None
    """Sent and received together."""
    hide_address: bool


class SetHideAddress(_Command, frozen=True):
    """Whether others are met only through the network's store; the rest of the connection stays as it is."""

    hide: bool


class SetProxy(_Command, frozen=True):
    """As typed: system, none or an address; refused with words otherwise. A running engine is started anew."""

    text: str


class SetWorkFolder(_Command, frozen=True):
    """As typed: a folder, or none for beside the app's other data. A running engine is started anew, and takes its work
    along."""

    text: str


class FreeDisk(_Command, frozen=True):
    """What engines keep and could fetch again goes from the disk; refused while one is at work."""


class SetTypedLimits(_Command, frozen=True):
    """Limits and caps by their names in the settings file, each with a text as a person types it; all or none."""

    changes: tuple[tuple[str, str], ...]


class SetAppearance(_Command, frozen=True):
    language: str
    theme: Theme


class SetAutostart(_Command, frozen=True):
    """Whether the app starts with the person's session, from the next one on; the system keeps it."""

    on: bool


class LookAtAutostart(_Command, frozen=True):
    """Somebody else may have changed it."""


class SetMoney(_Command, frozen=True):
    """How money is shown and what electricity costs."""

    money: MoneySettings


class LookAtAddress(_Command, frozen=True):
    """Ask the chain what it shows of a public address; the answer comes in `snapshot.money.sight`."""

    address: str


class ListWallets(_Command, frozen=True):
    """Look which hotkeys lie in this computer's wallet folder; they come in `snapshot.money.wallets`."""


class AskLedger(_Command, frozen=True):
    """Ask the network's ledger and the chain's pool now."""


class ChooseHotkey(_Command, frozen=True):
    """Sign with another key from now on; a running engine is started anew."""

    choice: HotkeyChoice


class ExportIdentity(_Command, frozen=True):
    """Save a copy of the key in use, which `password` opens."""

    path: Path
    password: Password


class RestoreIdentity(_Command, frozen=True):
    """Use the key of such a copy from now on; the one made here is kept."""

    path: Path
    password: Password


class KeepKeyInFile(_Command, frozen=True):
    """The person's consent where there is no keychain: make a key in a file that `password` opens, and use it."""

    password: Password


class UnlockKey(_Command, frozen=True):
    """Open that file until the app ends."""

    password: Password


class SetUpdates(_Command, frozen=True):
    by_themselves: bool


class SetUpdateChannel(_Command, frozen=True):
    channel: UpdateChannel


class SetNotices(_Command, frozen=True):
    """What the person is told without asking, and when not."""

    notices: NoticeSettings


class DismissBanner(_Command, frozen=True):
    """The person has read the banner with this key."""

    key: str


class FinishFirstVisit(_Command, frozen=True):
    """The welcome was seen through."""


class RetryNow(_Command, frozen=True):
    """Don't wait for the retry time of what failed."""


class ClearTroubles(_Command, frozen=True):
    """The person has read them."""


Command: TypeAlias = (
    SetWish
    | ChooseNetwork
    | SetPayoutAddress
    | SetSchedule
    | SkipTonight
    | TonightAfterAll
    | SetGates
    | SetEngineLimits
    | SetConnection
    | SetHideAddress
    | SetProxy
    | SetWorkFolder
    | FreeDisk
    | SetTypedLimits
    | SetAppearance
    | SetAutostart
    | LookAtAutostart
    | SetMoney
    | LookAtAddress
    | ListWallets
    | AskLedger
    | ChooseHotkey
    | ExportIdentity
    | RestoreIdentity
    | KeepKeyInFile
    | UnlockKey
    | SetUpdates
    | SetUpdateChannel
    | SetNotices
    | DismissBanner
    | FinishFirstVisit
    | RetryNow
    | ClearTroubles
)
