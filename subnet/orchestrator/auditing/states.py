"""The states of an audit: a step that was drawn, from the draw to its verdict.

drawable ─► auditable ─ every validator at work decided, or the window passed ─► released
                            └ drawn ─► WANTED ─ miner handed over, or time is up ─► READY ─ verdict ─► JUDGED
"""

from enum import StrEnum


class AuditState(StrEnum):
    WANTED = "wanted"
    READY = "ready"
    JUDGED = "judged"
