"""Where a fetch stands, for whoever shows it: one type per state."""

import msgspec

from app.core.problems.codes import Problem, problem_of_update


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """There is something to fetch; nothing was fetched yet. To be shown before the person agrees."""

    version: str
    variant: str
    """Empty for the app itself."""
    bytes: int
    """Left to download; a download that broke off is continued."""
    unpacked_bytes: int
    seconds: float
    """An estimate, on a line of LINE_BYTES_PER_SECOND."""


class Fetching(msgspec.Struct, frozen=True):
    done_bytes: int
    total_bytes: int


class Verifying(msgspec.Struct, frozen=True):
    """All is here; its hash is compared with the signed one."""


class Unpacking(msgspec.Struct, frozen=True):
    done_bytes: int
    total_bytes: int


class Ready(msgspec.Struct, frozen=True):
    """In place: an engine can start, a version of the app starts the next time."""

    version: str
    variant: str = ""


class UpToDate(msgspec.Struct, frozen=True):
    """There is nothing newer."""

    version: str
    ahead: bool = False
    """It is an early version, and who runs it waits until a stable one is newer."""


class Refused(msgspec.Struct, frozen=True):
    """It can't be done, and nothing was changed by trying."""

    title: str
    advice: str = ""
    code: str = ""
    """What kind of trouble it was; empty where it was none, as when the person stopped it."""

    @property
    def problem(self) -> Problem | None:
        """Its code among the known problems."""
        return problem_of_update(self.code) if self.code else None


State = Offered | Fetching | Verifying | Unpacking | Ready | UpToDate | Refused

LINE_BYTES_PER_SECOND = 50e6 / 8
"""50 Mbit/s, a common line; said together with every estimate."""
_UNPACK_BYTES_PER_SECOND = 60e6


def estimate_seconds(left_bytes: int, unpacked_bytes: int) -> float:
    """How long fetching and unpacking may take."""
    return left_bytes / LINE_BYTES_PER_SECOND + unpacked_bytes / _UNPACK_BYTES_PER_SECOND
