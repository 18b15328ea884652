"""What a view may ask of the supervisor. Views never change anything else."""

from typing import TypeAlias

import msgspec

from app.core.gates import GateSettings
from app.core.schedule import Schedule
from app.core.settings import NetworkChoice, Theme
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


class SetGates(_Command, frozen=True):
    gates: GateSettings


class SetEngineLimits(_Command, frozen=True, kw_only=True):
    """Takes effect when the engine starts next; a running one is started anew."""

    device: str
    threads: int
    memory_limit_bytes: int | None
    disk_limit_bytes: int


class SetConnection(_Command, frozen=True, kw_only=True):
    """What the engine may take of the connection; None is no cap. A running engine is started anew."""

    upload_bytes_per_second: float | None
    download_bytes_per_second: float | None
    monthly_bytes: int | None
    """Sent and received together."""
    hide_address: bool


class SetAppearance(_Command, frozen=True):
    language: str
    theme: Theme


class SetUpdates(_Command, frozen=True):
    by_themselves: bool


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
    | SetGates
    | SetEngineLimits
    | SetConnection
    | SetAppearance
    | SetUpdates
    | FinishFirstVisit
    | RetryNow
    | ClearTroubles
)
