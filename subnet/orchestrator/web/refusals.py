"""Refusals whose HTTP status says more than their class in protocol.errors; on the wire they keep that class's code."""

from protocol.errors import (
    AuthenticationError,
    IntegrityError,
    MalformedMessage,
    Refused,
    StorageError,
    Unavailable,
    UserFacingError,
    VersionMismatch,
)


class Unknown(Refused):
    """What was asked for does not exist: a run, an object, a miner."""


class Conflict(Refused):
    """The asker's picture is out of date: it has to register again."""


class TooLarge(MalformedMessage):
    """More bytes than were announced or are ever allowed."""


class Throttled(Unavailable):
    """Too many requests of one asker."""


_STATUS: tuple[tuple[type[UserFacingError], int], ...] = (
    (Unknown, 404),
    (Conflict, 409),
    (TooLarge, 413),
    (Throttled, 429),
    (VersionMismatch, 426),
    (MalformedMessage, 400),
    (IntegrityError, 400),
    (AuthenticationError, 401),
    (Unavailable, 503),
    (Refused, 403),
    (StorageError, 507),
)


def status_of(error: UserFacingError) -> int:
    """The HTTP status that the docstring of protocol.orchestrator_api promises for `error`."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
