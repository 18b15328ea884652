"""Errors that cross a boundary, each with words a person can act on.

UserFacingError
├── ProtocolError            what arrived is not what this protocol allows
│   ├── VersionMismatch        the other end speaks another version
│   ├── MalformedMessage       unknown, truncated, oversized or self-contradicting
│   ├── IntegrityError         a hash does not fit its bytes
│   └── AuthenticationError    a signature, nonce or token was refused
│       └── ClockWrong           the sender's clock is too far off for a signature to count
├── ServiceError             the other end answered with an error of its own
│   ├── Unavailable            no answer, or "try later"
│   └── Refused                a definite no
└── LocalError               this computer: a file, a disk, a port, a device
    ├── SettingsError          a settings or address value that can't be used
    ├── StorageError           file torn, folder missing
    │   └── DiskFull             no room is left
    └── DeviceError            no memory or no such device
"""

import errno
from typing import Final

import msgspec


class UserFacingError(Exception):
    """Base of all errors that may be shown. `title` says what happened, `advice` what to do about it."""

    code: str = "error"

    def __init__(self, title: str, advice: str = "") -> None:
        super().__init__(f"{title} {advice}".strip())
        self.title = title
        self.advice = advice


class ProtocolError(UserFacingError):
    code = "protocol"


class VersionMismatch(ProtocolError):
    code = "version_mismatch"


class MalformedMessage(ProtocolError):
    code = "malformed"


class IntegrityError(ProtocolError):
    code = "integrity"


class AuthenticationError(ProtocolError):
    code = "authentication"


class ClockWrong(AuthenticationError):
    code = "clock"


class ServiceError(UserFacingError):
    code = "service"


class Unavailable(ServiceError):
    code = "unavailable"

    def __init__(self, title: str, advice: str = "", retry_after_seconds: float = 5.0) -> None:
        super().__init__(title, advice)
        self.retry_after_seconds = retry_after_seconds


class Refused(ServiceError):
    code = "refused"


class LocalError(UserFacingError):
    code = "local"


class SettingsError(LocalError):
    code = "settings"


class StorageError(LocalError):
    code = "storage"


class DiskFull(StorageError):
    code = "disk_full"


class WorkDiskAway(StorageError):
    """The folder that the person chose for the work is not there, most likely since its disk is not connected."""

    code = "work_disk_away"


class DiskLimitTooLow(StorageError):
    """The work would take more of the disk than the person allows."""

    code = "disk_limit"


class DeviceError(LocalError):
    code = "device"


class ErrorBody(msgspec.Struct, frozen=True):
    """An error on the wire: the body of every HTTP error answer, and of a peer's refusal."""

    code: str
    title: str
    advice: str = ""
    retry_after_seconds: float | None = None


_BY_CODE: Final[dict[str, type[UserFacingError]]] = {
    kind.code: kind
    for kind in (
        ProtocolError,
        VersionMismatch,
        MalformedMessage,
        IntegrityError,
        AuthenticationError,
        ClockWrong,
        ServiceError,
        Unavailable,
        Refused,
        LocalError,
        SettingsError,
        StorageError,
        DiskFull,
        WorkDiskAway,
        DiskLimitTooLow,
        DeviceError,
    )
}


_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


def storage_error(error: OSError, title: str, advice: str = "") -> StorageError:
    """What could not be written, told apart from a disk that is full."""
    return (DiskFull if error.errno in _NO_ROOM else StorageError)(title, advice)


def to_body(error: UserFacingError) -> ErrorBody:
    """The wire form of `error`."""
    retry = error.retry_after_seconds if isinstance(error, Unavailable) else None
    return ErrorBody(error.code, error.title, error.advice, retry)


def from_body(body: ErrorBody) -> UserFacingError:
    """The error that `body` describes; a code from the future becomes a plain ServiceError with the same words."""
    kind = _BY_CODE.get(body.code, ServiceError)
    if kind is Unavailable:
        return Unavailable(body.title, body.advice, body.retry_after_seconds or 5.0)
    return kind(body.title, body.advice)
