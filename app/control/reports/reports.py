"""What command line, socket and agents are told, made of the one snapshot in the one set of words."""

from datetime import datetime

import msgspec

from app.control.reports.earnings import EarningsReport, earnings_report
from app.core import words
from app.core.decision import Action, Reason
from app.core.engine.phase import EngineStatus
from app.core.gates.gate import GateName, GateState, Switch
from app.core.problems.codes import Problem, gate_problem
from app.core.problems.present import Present, present_problems
from app.core.snapshot import Account, CrewMember, NetworkView, ServiceSide, Snapshot, Trouble
from app.core.wish import Wish


class GateLine(msgspec.Struct, frozen=True, kw_only=True):
    gate: GateName
    label: str
    state: GateState
    switch: Switch
    holds: bool
    next_change: datetime | None
    line: str
    problem: Problem | None = None
    """Its code among the known problems, where it holds and is one."""


class WhyReport(msgspec.Struct, frozen=True, kw_only=True):
    """The decision and everything it was made of."""

    sentence: str
    action: Action
    reason: Reason
    until: datetime | None
    next_change: datetime | None
    wish: Wish
    gates: tuple[GateLine, ...]
    problems: tuple[Present, ...] = ()
    """Known problems that this computer has now, and after them those it had lately."""


class StatusReport(msgspec.Struct, frozen=True, kw_only=True):
    """How things stand, without the curves."""

    at: datetime
    headline: str
    sentence: str
    wish: Wish
    action: Action
    reason: Reason
    until: datetime | None
    engine: EngineStatus
    crew: tuple[CrewMember, ...] = ()
    """Engines of further graphics cards."""
    memory: str = ""
    """That the engine does less at once than it meant to, and why; empty where it does not."""
    service: ServiceSide
    network: NetworkView
    account: Account
    earnings: EarningsReport
    troubles: tuple[Trouble, ...]
    problems: tuple[Present, ...] = ()


def status_report(snapshot: Snapshot) -> StatusReport:
    return StatusReport(
        at=snapshot.at,
        headline=words.headline(snapshot),
        sentence=words.sentence(snapshot),
        wish=snapshot.wish,
        action=snapshot.decision.action,
        reason=snapshot.decision.reason,
        until=snapshot.decision.until,
        engine=snapshot.engine,
        crew=snapshot.crew,
        memory=words.memory_text(snapshot),
        service=snapshot.service,
        network=snapshot.network,
        account=snapshot.account,
        earnings=earnings_report(snapshot),
        troubles=snapshot.troubles,
        problems=present_problems(snapshot),
    )


def why_report(snapshot: Snapshot) -> WhyReport:
    decision = snapshot.decision
    return WhyReport(
        sentence=words.why(decision, snapshot.at),
        action=decision.action,
        reason=decision.reason,
        until=decision.until,
        next_change=decision.next_change,
        wish=snapshot.wish,
        gates=tuple(
            GateLine(
                gate=reading.gate,
                label=words.gate_label(reading.gate),
                state=reading.state,
                switch=reading.switch,
                holds=reading.holds,
                next_change=reading.next_change,
                line=words.gate_line(reading, snapshot.at),
                problem=gate_problem(reading),
            )
            for reading in snapshot.gates
        ),
        problems=present_problems(snapshot),
    )
