"""What limits this computer's work: each gate with its evidence, and the caps that bind the engine."""

from datetime import datetime
from typing import Any

import msgspec

from app.core import words
from app.core.gates.gate import GateName, GateState, Switch
from app.core.gates.words import evidence
from app.core.settings.settings import Settings
from app.core.settings.typed_limits import FORMS
from app.core.settings.words import fields_of
from app.core.snapshot import Snapshot


class LimitLine(msgspec.Struct, frozen=True, kw_only=True):
    """One gate. `measured` and `limit` in its unit: share, seconds, bytes or degrees Celsius."""

    gate: GateName
    label: str
    state: GateState
    switch: Switch
    holds: bool
    warns: bool
    evidence: str
    source: str
    measured: float | None
    limit: float | None
    next_change: datetime | None


class Caps(msgspec.Struct, frozen=True, kw_only=True):
    """What binds the engine while it works; None is no cap."""

    threads: int
    graphics_cards: int = 1
    work_share: float = 1.0
    memory_bytes: int | None
    graphics_memory_share: float
    disk_bytes: int
    disk_keep_free_bytes: int
    upload_bytes_per_second: float | None
    download_bytes_per_second: float | None
    month_bytes: int | None


class ChangedLimit(msgspec.Struct, frozen=True, kw_only=True):
    """By its name in the settings file, the values as they stand there."""

    name: str
    before: Any
    now: Any


class LimitsReport(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    sentence: str
    gates: tuple[LimitLine, ...]
    caps: Caps
    changed: tuple[ChangedLimit, ...] = ()
    """What was just set, of what was asked, and was something else before."""


def limits_report(snapshot: Snapshot, settings: Settings, before: Settings | None = None) -> LimitsReport:
    """`before`: the settings before a change that this is the answer to."""
    gates = settings.gates
    return LimitsReport(
        at=snapshot.at,
        sentence=words.why(snapshot.decision, snapshot.at),
        gates=tuple(
            LimitLine(
                gate=reading.gate,
                label=words.gate_label(reading.gate),
                state=reading.state,
                switch=reading.switch,
                holds=reading.holds,
                warns=reading.warns,
                evidence=evidence(reading, snapshot.at),
                source=reading.source,
                measured=reading.measured,
                limit=reading.limit,
                next_change=reading.next_change,
            )
            for reading in snapshot.gates
        ),
        caps=Caps(
            threads=settings.threads,
            graphics_cards=settings.graphics_cards,
            work_share=settings.work_share,
            memory_bytes=settings.memory_limit_bytes,
            graphics_memory_share=settings.graphics_memory_share,
            disk_bytes=settings.disk_limit_bytes,
            disk_keep_free_bytes=gates.disk_least_bytes,
            upload_bytes_per_second=settings.upload_bytes_per_second,
            download_bytes_per_second=settings.download_bytes_per_second,
            month_bytes=gates.data_quota_bytes if gates.data_quota is Switch.ON else None,
        ),
        changed=() if before is None else _changed(before, settings),
    )


def _changed(before: Settings, now: Settings) -> tuple[ChangedLimit, ...]:
    old, new = fields_of(before), fields_of(now)
    return tuple(ChangedLimit(name=name, before=old[name], now=new[name]) for name in FORMS if old[name] != new[name])
