"""Which known problems are there now, and which were lately: a pure function of the snapshot."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from app.core import words
from app.core.decision import Action, Decision, Reason
from app.core.engine.phase import Phase
from app.core.gates.gate import GateReading
from app.core.notices.banners import PayoutHeld, banners
from app.core.problems.codes import Problem, gate_problem
from app.core.problems.pages import page_of
from app.core.snapshot import NetworkKind, NetworkPhase, Snapshot


class Present(msgspec.Struct, frozen=True, kw_only=True):
    """One problem that this computer has or had."""

    code: Problem
    sentence: str
    """What is told of it elsewhere, so that a person finds it again."""
    now: bool
    """Whether it is there at this moment; else it was among the latest troubles and may be over."""


def present_problems(snapshot: Snapshot, also: Iterable[Problem] = ()) -> tuple[Present, ...]:
    """Each once, those of this moment first. `also` are those that no snapshot knows: of the desktop's icons."""
    found: dict[Problem, Present] = {}
    for each in (*_now(snapshot), *(Present(code=code, sentence=page_of(code).title, now=True) for code in also)):
        found.setdefault(each.code, each)
    for trouble in reversed(snapshot.troubles):
        found.setdefault(trouble.problem, Present(code=trouble.problem, sentence=trouble.title, now=False))
    return tuple(found.values())


def _now(snapshot: Snapshot) -> Iterator[Present]:
    failures = [snapshot.account.key_failure]
    if snapshot.network.phase is NetworkPhase.FAILED or snapshot.network.kind is not NetworkKind.THIS_COMPUTER:
        failures.append(snapshot.network.failure)
    engines = (snapshot.engine, *(member.status for member in snapshot.crew))
    failures += [engine.failure for engine in engines if engine.phase is Phase.FAILED]
    for failure in failures:
        if failure is not None:
            yield Present(code=failure.problem, sentence=failure.title, now=True)
    for reading in snapshot.gates:
        problem = gate_problem(reading)
        if problem is not None:
            yield Present(code=problem, sentence=_sentence_of(reading, snapshot.at), now=True)
    if snapshot.money.unreachable:
        yield Present(code=Problem.LEDGER_UNREACHABLE, sentence=snapshot.money.unreachable, now=True)
    for banner in banners(snapshot):
        if isinstance(banner, PayoutHeld):
            yield Present(code=Problem.PAYOUT_HELD, sentence=page_of(Problem.PAYOUT_HELD).title, now=True)


def _sentence_of(reading: GateReading, now: datetime) -> str:
    """As if it were the only condition that holds."""
    reason = Reason(reading.gate.value)
    alone = Decision(action=Action.HOLD, reason=reason, until=reading.next_change, holding=(reading,))
    return words.why(alone, now)
