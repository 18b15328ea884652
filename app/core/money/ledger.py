"""The books of this computer in memory: lines go in, in any order and any number of times; sums come out the same."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, assert_never

import msgspec

from app.core.money.lines import (
    LATEST_UNIX_MS,
    Credit,
    CreditMark,
    EnergySource,
    LedgerHeard,
    Line,
    Order,
    Paid,
    PayoutAddressChanged,
    Session,
    SessionKept,
    Slice,
    SliceKept,
    Standing,
    TariffSet,
)

SESSIONS_LIMIT: Final = 10_000
CREDITS_LIMIT: Final = 20_000
PAID_LIMIT: Final = 5_000
CHANGES_LIMIT: Final = 200
FINE_SLICES_SECONDS: Final = 100 * 86_400
"""After this a session's slices become one."""
WEAKNESS: Final = (EnergySource.MEASURED, EnergySource.TYPED, EnergySource.ESTIMATED)

Purse = tuple[str, str]
"""A network's name and a hotkey."""


class Books(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger at one moment, for views in other threads."""

    sessions: tuple[Session, ...] = ()
    """Oldest first, as everything here."""
    slices: tuple[Slice, ...] = ()
    credits: tuple[tuple[str, Credit], ...] = ()
    """With the network's name."""
    paid: tuple[tuple[str, Paid], ...] = ()
    standings: tuple[tuple[str, Standing], ...] = ()
    """The latest of each network and hotkey."""
    tariffs: tuple[TariffSet, ...] = ()
    payout_changes: tuple[PayoutAddressChanged, ...] = ()


@dataclass
class Ledger:
    """Changed by `take` only."""

    sessions: dict[int, Session] = field(default_factory=dict)
    slices: dict[tuple[int, int], Slice] = field(default_factory=dict)
    marks: dict[tuple[str, str, str], CreditMark] = field(default_factory=dict)
    credits: dict[tuple[Purse, int, int, int], int] = field(default_factory=dict)
    paid: dict[tuple[Purse, str], Paid] = field(default_factory=dict)
    standings: dict[Purse, Standing] = field(default_factory=dict)
    tariffs: dict[Order, TariffSet] = field(default_factory=dict)
    payout_changes: dict[Order, PayoutAddressChanged] = field(default_factory=dict)

    def take(self, line: Line) -> None:
        match line:
            case SessionKept(session=session):
                self.sessions[session.key] = session
            case SliceKept(slice=kept, marks=marks):
                self.slices[(kept.session, kept.quarter_unix)] = kept
                for mark in marks:
                    key = (mark.network, mark.hotkey, mark.run_id)
                    if key not in self.marks or mark.at_unix >= self.marks[key].at_unix:
                        self.marks[key] = mark
            case LedgerHeard():
                self._hear(line)
            case TariffSet():
                self.tariffs[line.order] = line
            case PayoutAddressChanged():
                self.payout_changes[line.order] = line
            case _:
                assert_never(line)

    def take_all(self, lines: Iterable[Line]) -> "Ledger":
        for line in lines:
            self.take(line)
        return self

    def _hear(self, line: LedgerHeard) -> None:
        """Earlier versions wrote down whatever time a network told: what no calendar can show is passed over."""
        purse = (line.network, line.hotkey)
        for credit in line.credits:
            if credit.unix_ms < LATEST_UNIX_MS:
                key = (purse, credit.epoch, credit.unix_ms, credit.rao)
                self.credits[key] = max(credit.times, self.credits.get(key, 0))
        for paid in line.paid:
            if paid.unix_ms < LATEST_UNIX_MS:
                self.paid[(purse, paid.transaction)] = self._placed(purse, paid)
        known = self.standings.get(purse)
        if known is None or line.standing.order >= known.order:
            waiting = tuple(each for each in line.standing.waiting if each.unix_ms < LATEST_UNIX_MS)
            self.standings[purse] = msgspec.structs.replace(line.standing, waiting=waiting)

    def news(self, line: LedgerHeard) -> LedgerHeard | None:
        """`line` without what is known already; None where nothing is left but the time of asking."""
        purse = (line.network, line.hotkey)
        credits = tuple(
            credit
            for credit in line.credits
            if credit.times > self.credits.get((purse, credit.epoch, credit.unix_ms, credit.rao), 0)
        )
        paid = tuple(paid for paid in line.paid if self._is_news(purse, paid))
        known = self.standings.get(purse)
        asked = {"at_unix": line.standing.at_unix, "put_back": line.standing.put_back}
        same = known is not None and msgspec.structs.replace(known, **asked) == line.standing
        if same and not credits and not paid:
            return None
        return msgspec.structs.replace(line, credits=credits, paid=paid)

    def _is_news(self, purse: Purse, paid: Paid) -> bool:
        known = self.paid.get((purse, paid.transaction))
        return known is None or _place(self._placed(purse, paid)) != _place(known)

    def _placed(self, purse: Purse, paid: Paid) -> Paid:
        """`paid` with the place that is known already, if that says more: an older answer may arrive later."""
        known = self.paid.get((purse, paid.transaction), paid)
        further = max(paid, known, key=_place)
        return msgspec.structs.replace(paid, block=further.block, index=further.index)

    def lines(self) -> Iterator[Line]:
        """The whole ledger as lines that make it again."""
        yield from (SessionKept(session=session) for session in self.sessions.values())
        slices = list(self.slices.values())
        if slices:
            # All marks stand with the last slice: they are the same for the ledger as a whole.
            yield from (SliceKept(slice=kept) for kept in slices[:-1])
            yield SliceKept(slice=slices[-1], marks=tuple(self.marks.values()))
        for purse, standing in self.standings.items():
            credits = tuple(
                Credit(epoch=epoch, unix_ms=unix_ms, rao=rao, times=times)
                for (whose, epoch, unix_ms, rao), times in self.credits.items()
                if whose == purse
            )
            paid = tuple(paid for (whose, _), paid in self.paid.items() if whose == purse)
            yield LedgerHeard(network=purse[0], hotkey=purse[1], standing=standing, credits=credits, paid=paid)
        yield from self.tariffs.values()
        yield from self.payout_changes.values()

    def books(self) -> Books:
        credits = sorted(
            (unix_ms, whose[0], epoch, rao, times) for (whose, epoch, unix_ms, rao), times in self.credits.items()
        )
        paid = sorted(((whose[0], paid) for (whose, _), paid in self.paid.items()), key=lambda pair: pair[1].unix_ms)
        return Books(
            sessions=tuple(self.sessions[key] for key in sorted(self.sessions)),
            slices=tuple(self.slices[key] for key in sorted(self.slices)),
            credits=tuple(
                (network, Credit(epoch=epoch, unix_ms=unix_ms, rao=rao, times=times))
                for unix_ms, network, epoch, rao, times in credits
            ),
            paid=tuple(paid),
            standings=tuple((purse[0], standing) for purse, standing in self.standings.items()),
            tariffs=tuple(self._tariffs()),
            payout_changes=tuple(self.payout_changes[order] for order in sorted(self.payout_changes)),
        )

    def _tariffs(self) -> list[TariffSet]:
        """By the moments from which they hold: one that was set later ends every one that was to begin after it."""
        found: list[TariffSet] = []
        for order in sorted(self.tariffs):
            tariff = self.tariffs[order]
            while found and found[-1].from_unix >= tariff.from_unix:
                found.pop()
            found.append(tariff)
        return found

    def shorten(self, now_unix: float) -> None:
        """Keep within limits and lose no sum of work: what is old gets coarser. Money stays in the standings' sums."""
        self._merge_sessions()
        fine: dict[tuple[int, int], Slice] = {}
        for kept in self.slices.values():
            session = self.sessions.get(kept.session)
            old = session is not None and now_unix - session.ended_unix > FINE_SLICES_SECONDS
            moved = _at(kept, kept.session // 1000) if old else kept
            key = (moved.session, moved.quarter_unix)
            fine[key] = merged(fine[key], moved) if key in fine else moved
        self.slices = fine
        self.credits = dict(list(self.credits.items())[-CREDITS_LIMIT:])
        self.paid = dict(list(self.paid.items())[-PAID_LIMIT:])
        for order in sorted(self.payout_changes)[: max(0, len(self.payout_changes) - CHANGES_LIMIT)]:
            del self.payout_changes[order]

    def _merge_sessions(self) -> None:
        surplus = len(self.sessions) - SESSIONS_LIMIT
        if surplus <= 0:
            return
        keys = sorted(self.sessions)
        target, gone = keys[surplus], set(keys[:surplus])
        slices = [_at(kept, target // 1000, target) if kept.session in gone else kept for kept in self.slices.values()]
        self.slices = {}
        for kept in slices:
            key = (kept.session, kept.quarter_unix)
            self.slices[key] = merged(self.slices[key], kept) if key in self.slices else kept
        for old in gone:
            del self.sessions[old]


def merged(first: Slice, second: Slice) -> Slice:
    """The sum of two slices, in the place of the first."""
    return msgspec.structs.replace(
        first,
        trained_seconds=first.trained_seconds + second.trained_seconds,
        tokens=first.tokens + second.tokens,
        megaflops=first.megaflops + second.megaflops,
        joules=first.joules + second.joules,
        source=weakest(first, second),
    )


def weakest(first: Slice, second: Slice) -> EnergySource:
    """Where the energy of both together comes from."""
    sources = [part.source for part in (first, second) if part.joules > 0] or [second.source]
    return max(sources, key=WEAKNESS.index)


def _place(paid: Paid) -> tuple[int, int]:
    """A payout's place on the chain; one that is unknown comes before all."""
    return (-1 if paid.block is None else paid.block, -1 if paid.index is None else paid.index)


def quarter_of(unix_seconds: float) -> int:
    return int(unix_seconds // 900) * 900


def _at(kept: Slice, unix_seconds: float, session: int | None = None) -> Slice:
    changes = {"quarter_unix": quarter_of(unix_seconds)} | ({} if session is None else {"session": session})
    return msgspec.structs.replace(kept, **changes)
