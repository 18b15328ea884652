"""From what is seen of the engine to lines for the books. Pure: the ledger and a small memory in, lines out."""

from typing import Final

import msgspec

from app.core.money.ledger import Ledger, quarter_of, weakest
from app.core.money.lines import CreditMark, EnergySource, Line, Session, SessionKept, Slice, SliceKept

SAME_SESSION_SECONDS: Final = 600.0
LONGEST_LOOK_SECONDS: Final = 30.0
"""What passed between two looks counts up to this: a computer that slept did not work."""
FAR_AHEAD_SECONDS: Final = 24 * 3600.0
"""A session that begins so much later than now began under a wrong clock: what is done now belongs to today."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """How the engine stands at one moment."""

    at_unix: float
    alive: bool
    training: bool
    network: str
    is_play: bool = False
    hotkey: str = ""
    run_title: str = ""
    device: str = ""
    process: int | None = None
    tokens: int = 0
    """Trained by that process."""
    crew_tokens: int = 0
    """Trained by the engines of further cards since the app was started."""
    watts: float = 0.0
    source: EnergySource = EnergySource.ESTIMATED
    marks: tuple[CreditMark, ...] = ()
    """Totals of this hotkey's credit by run, as the service last told them."""


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What must be remembered from one look to the next. Losing it loses no credit."""

    at_unix: float | None = None
    session: int | None = None
    process: int | None = None
    tokens: int = 0
    crew_tokens: int = 0


def observed(ledger: Ledger, tally: Tally, seen: Seen) -> tuple[Tally, tuple[Line, ...]]:
    """What `seen` adds to the books; the lines are not taken yet."""
    if not seen.alive:
        # What the service said with its last breath still belongs to the session that is ending.
        lines = () if tally.session is None else _lines(ledger, tally, seen, ledger.sessions[tally.session])
        return Tally(at_unix=seen.at_unix, crew_tokens=seen.crew_tokens), lines
    session = _session(ledger, tally, seen)
    if tally.session != session.key:
        tally = Tally(process=tally.process, tokens=tally.tokens, crew_tokens=tally.crew_tokens)
    lines = _lines(ledger, tally, seen, session)
    tally = Tally(
        at_unix=seen.at_unix,
        session=session.key,
        process=seen.process,
        tokens=seen.tokens,
        crew_tokens=seen.crew_tokens,
    )
    return tally, lines


def _session(ledger: Ledger, tally: Tally, seen: Seen) -> Session:
    current = ledger.sessions.get(tally.session) if tally.session is not None else None
    if current is not None and current.began_unix - seen.at_unix > FAR_AHEAD_SECONDS:
        current = None
    if current is None:
        before = (each for each in ledger.sessions.values() if each.ended_unix <= seen.at_unix)
        last = max(before, key=lambda each: each.ended_unix, default=None)
        current = last if last is not None and seen.at_unix - last.ended_unix <= SAME_SESSION_SECONDS else None
    if current is not None and (current.network, current.hotkey) == (seen.network, seen.hotkey):
        return current
    key = round(seen.at_unix * 1000)
    while key in ledger.sessions:
        key += 1  # the clock was put back
    return Session(key=key, ended_unix=key / 1000, network=seen.network, is_play=seen.is_play, hotkey=seen.hotkey)


def _lines(ledger: Ledger, tally: Tally, seen: Seen, session: Session) -> tuple[Line, ...]:
    session = msgspec.structs.replace(
        session,
        ended_unix=max(session.ended_unix, seen.at_unix) if seen.alive else session.ended_unix,
        run_title=seen.run_title or session.run_title,
        device=seen.device or session.device,
    )
    elapsed = 0.0 if tally.at_unix is None else min(max(seen.at_unix - tally.at_unix, 0.0), LONGEST_LOOK_SECONDS)
    marks = _newer(ledger, seen.marks)
    quarter = quarter_of(max(seen.at_unix, session.began_unix))
    empty = Slice(session=session.key, quarter_unix=quarter, source=seen.source)
    before = ledger.slices.get((session.key, quarter), empty)
    joules = seen.watts * elapsed if seen.alive else 0.0
    now = msgspec.structs.replace(
        before,
        trained_seconds=before.trained_seconds + (elapsed if seen.training else 0.0),
        tokens=before.tokens + _new_tokens(tally, seen),
        megaflops=before.megaflops + sum(gained for _, gained in marks),
        joules=before.joules + joules,
        source=weakest(before, msgspec.structs.replace(empty, joules=joules)),
    )
    if now == before == empty and not marks:
        return (SessionKept(session=session),)
    return SessionKept(session=session), SliceKept(slice=now, marks=tuple(mark for mark, _ in marks))


def _newer(ledger: Ledger, marks: tuple[CreditMark, ...]) -> list[tuple[CreditMark, int]]:
    """The marks that say something new, and by how much each run's credit changed."""
    newer = []
    for mark in marks:
        known = ledger.marks.get((mark.network, mark.hotkey, mark.run_id))
        if known is None or mark.at_unix > known.at_unix:
            newer.append((mark, mark.megaflops - (0 if known is None else known.megaflops)))
    return newer


def _new_tokens(tally: Tally, seen: Seen) -> int:
    crew = max(0, seen.crew_tokens - tally.crew_tokens)
    if not seen.alive:  # the last that its process told
        return crew + max(0, seen.tokens - tally.tokens)
    same = seen.process == tally.process and seen.tokens >= tally.tokens
    return crew + (seen.tokens - tally.tokens if same else seen.tokens)
