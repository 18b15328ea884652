"""One short code for each trouble, which stays the same for ever: people write it down and look it up.

A code that is no longer told is never given to another trouble.
"""

import re
from collections.abc import Mapping
from enum import StrEnum, unique
from typing import Final

from app.core.computer.devices import Shortcoming
from app.core.gates.gate import GateName, GateReading
from app.core.language.speech import _


@unique
class Problem(StrEnum):
    """In the order in which they are listed: the engine, this computer, files and keys, the network, money, updates."""

    ENGINE_NOT_STARTED = "TAH-10"
    ENGINE_ENDED_BY_SYSTEM = "TAH-11"
    ENGINE_CRASHED = "TAH-12"
    ENGINE_LEFT = "TAH-13"
    ENGINE_SILENT = "TAH-14"
    ENGINE_FAULT = "TAH-15"
    ENGINE_OF_ANOTHER_VERSION = "TAH-16"
    OUT_OF_MEMORY = "TAH-17"
    DEVICE_UNUSABLE = "TAH-18"
    COMPILER_FAILED = "TAH-19"
    DRIVER_TOO_OLD = "TAH-20"
    CHIP_UNKNOWN = "TAH-21"
    DEVICE_NOT_ON_THIS_SYSTEM = "TAH-22"
    MEMORY_TOO_SMALL = "TAH-23"
    DISK_FULL = "TAH-24"
    DISK_NEARLY_FULL = "TAH-25"
    MEMORY_SHORT = "TAH-26"
    TOO_HOT = "TAH-27"
    CLOCK_WRONG = "TAH-28"
    CAN_NOT_STAY_AWAKE = "TAH-29"
    FILE_TROUBLE = "TAH-30"
    SETTING_UNUSABLE = "TAH-31"
    EARNINGS_NOT_WRITTEN = "TAH-32"
    ACTIVITY_NOT_WRITTEN = "TAH-33"
    KEYCHAIN_LOCKED = "TAH-34"
    KEY_NOT_OPEN = "TAH-35"
    AUTOSTART_REFUSED = "TAH-36"
    NO_TRAY = "TAH-37"
    DEVICE_STANDS_STILL = "TAH-38"
    WORK_DISK_AWAY = "TAH-39"
    OFFLINE = "TAH-40"
    NETWORK_UNREACHABLE = "TAH-41"
    NETWORK_REFUSED = "TAH-42"
    SIGNATURE_REFUSED = "TAH-43"
    NETWORK_FAULT = "TAH-44"
    ANSWER_NOT_UNDERSTOOD = "TAH-45"
    DAMAGED_ON_THE_WAY = "TAH-46"
    CONNECTION_LOST = "TAH-47"
    PEER_UNREACHABLE = "TAH-48"
    NETWORK_HERE_ENDED = "TAH-49"
    APP_TOO_OLD = "TAH-50"
    DATA_USED_UP = "TAH-51"
    WORK_TOO_LATE = "TAH-52"
    LEDGER_UNREACHABLE = "TAH-53"
    PAYOUT_HELD = "TAH-54"
    PROXY_FAILED = "TAH-55"
    DISK_LIMIT_LOW = "TAH-56"
    ADDRESS_INVALID = "TAH-60"
    ADDRESS_OF_ANOTHER_NETWORK = "TAH-61"
    SECRET_PASTED = "TAH-62"
    HOTKEY_PASTED = "TAH-63"
    UPDATE_REFUSED = "TAH-70"
    UPDATE_UNREACHABLE = "TAH-71"
    UPDATE_UNUSABLE = "TAH-72"
    OTHER = "TAH-99"


BY_TROUBLE: Final[Mapping[str, Problem]] = {
    # Of the engine's process, as app.core.engine names it.
    "not_started": Problem.ENGINE_NOT_STARTED,
    "killed": Problem.ENGINE_ENDED_BY_SYSTEM,
    "crashed": Problem.ENGINE_CRASHED,
    "exited": Problem.ENGINE_LEFT,
    "silent": Problem.ENGINE_SILENT,
    "no_hello": Problem.ENGINE_SILENT,
    "bug": Problem.ENGINE_FAULT,
    "engine_version": Problem.ENGINE_OF_ANOTHER_VERSION,
    # What the engine says of itself.
    "out_of_memory": Problem.OUT_OF_MEMORY,
    "device": Problem.DEVICE_UNUSABLE,
    "compute_stands_still": Problem.DEVICE_STANDS_STILL,
    "compiler_failed": Problem.COMPILER_FAILED,
    "session_lost": Problem.CONNECTION_LOST,
    "peer_unreachable": Problem.PEER_UNREACHABLE,
    "stale_gradient": Problem.WORK_TOO_LATE,
    "lease_closed": Problem.WORK_TOO_LATE,
    "gradient_gone": Problem.WORK_TOO_LATE,
    "data_quota": Problem.DATA_USED_UP,
    # Errors that any part may meet, as protocol.errors names them.
    "version_mismatch": Problem.APP_TOO_OLD,
    "protocol": Problem.ANSWER_NOT_UNDERSTOOD,
    "malformed": Problem.ANSWER_NOT_UNDERSTOOD,
    "integrity": Problem.DAMAGED_ON_THE_WAY,
    "authentication": Problem.SIGNATURE_REFUSED,
    "clock": Problem.CLOCK_WRONG,
    "service": Problem.NETWORK_FAULT,
    "unavailable": Problem.NETWORK_UNREACHABLE,
    "proxy": Problem.PROXY_FAILED,
    "refused": Problem.NETWORK_REFUSED,
    "settings": Problem.SETTING_UNUSABLE,
    "storage": Problem.FILE_TROUBLE,
    "disk_full": Problem.DISK_FULL,
    "work_disk_away": Problem.WORK_DISK_AWAY,
    "disk_limit": Problem.DISK_LIMIT_LOW,
    "local": Problem.OTHER,
    "error": Problem.OTHER,
    # Of the app itself.
    "stay_awake": Problem.CAN_NOT_STAY_AWAKE,
    "local_network": Problem.NETWORK_HERE_ENDED,
    "keychain": Problem.KEYCHAIN_LOCKED,
    "key": Problem.KEY_NOT_OPEN,
    "autostart": Problem.AUTOSTART_REFUSED,
    "earnings_record": Problem.EARNINGS_NOT_WRITTEN,
    "activity_record": Problem.ACTIVITY_NOT_WRITTEN,
}
"""By the word that the parts of the app use among themselves."""

_BY_UPDATE: Final[Mapping[str, Problem]] = {
    "authentication": Problem.UPDATE_REFUSED,
    "integrity": Problem.UPDATE_REFUSED,
    "unavailable": Problem.UPDATE_UNREACHABLE,
    "proxy": Problem.PROXY_FAILED,
    "storage": Problem.FILE_TROUBLE,
    "disk_full": Problem.DISK_FULL,
    "settings": Problem.UPDATE_UNUSABLE,
    "malformed": Problem.UPDATE_UNUSABLE,
}

BY_GATE: Final[Mapping[GateName, Problem]] = {
    GateName.UPDATE: Problem.APP_TOO_OLD,
    GateName.DATA_QUOTA: Problem.DATA_USED_UP,
    GateName.TEMPERATURE: Problem.TOO_HOT,
    GateName.GRAPHICS_TEMPERATURE: Problem.TOO_HOT,
    GateName.FANS: Problem.TOO_HOT,
    GateName.MEMORY: Problem.MEMORY_SHORT,
    GateName.DISK: Problem.DISK_NEARLY_FULL,
    GateName.NETWORK: Problem.OFFLINE,
}
"""The conditions that are troubles where they hold; the others are the person's own rules, or pass with the hour."""

BY_SHORTCOMING: Final[Mapping[Shortcoming, Problem]] = {
    Shortcoming.OLD_DRIVER: Problem.DRIVER_TOO_OLD,
    Shortcoming.UNKNOWN_CHIP: Problem.CHIP_UNKNOWN,
    Shortcoming.SYSTEM: Problem.DEVICE_NOT_ON_THIS_SYSTEM,
    Shortcoming.TOO_LITTLE_MEMORY: Problem.MEMORY_TOO_SMALL,
}
"""Why a device can't train. One that trains slowly has no problem."""

_TYPED: Final = re.compile(r"(?:tah)?[\s\-‐‑–_]*(\d{1,4})", re.IGNORECASE)


def problem_of(code: str) -> Problem:
    """Of a trouble or a failure; a word that this version doesn't know is some other trouble."""
    return BY_TROUBLE.get(code, Problem.OTHER)


def problem_of_update(code: str) -> Problem:
    """Of an update or an engine that could not be fetched."""
    return _BY_UPDATE.get(code, Problem.UPDATE_UNUSABLE)


def problem_typed(text: str) -> Problem | None:
    """What a person means by “TAH-12”, “tah 12” or “12”; None where there is no such code."""
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        return None
    code = f"TAH-{int(found.group(1))}"
    return next((problem for problem in Problem if problem.value == code), None)


def gate_problem(reading: GateReading) -> Problem | None:
    """The code of a condition that holds; None where it holds nothing, or is a rule of the person's own."""
    return BY_GATE.get(reading.gate) if reading.holds else None


def with_code(text: str, problem: Problem | None) -> str:
    """`text` with the code quietly behind it."""
    return text if problem is None else _("{text} ({code})").format(text=text, code=problem.value)
