"""A made-up week of this app for who only wants to look: pure, and nothing of it is real, kept or sent."""

import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from app.core.activity.lines import HEARTBEAT_MS, Held, Kept, Line, Trained, Waited, WaitingFor
from app.core.decision import Reason, decide
from app.core.engine.phase import EngineStatus, Phase
from app.core.gates.gate import GateName, GateReading, Switch, at_least, at_most, hours_gate, plain
from app.core.hours.schedule import Closed, parse_hours
from app.core.hours.windows import Schedule
from app.core.language.speech import _
from app.core.money.earnings import Earnings, RunCredit
from app.core.money.ledger import Books
from app.core.money.lines import Credit, EnergySource, Paid, Session, Slice, Standing, TariffSet
from app.core.money.prices import MoneyView
from app.core.money.side import MoneySide
from app.core.money.tariff import FlatTariff
from app.core.settings.settings import NamedNetwork, Settings
from app.core.snapshot import Account, NetworkKind, NetworkPhase, NetworkView, Point, ServiceSide, Snapshot
from app.core.wish import Auto
from chain.addresses import encode_address

NETWORK: Final = "example"
EXAMPLE_ADDRESS: Final = encode_address(bytes(32))
"""Of a key that nobody can have."""
_RUN: Final = "example"
_NIGHTS: Final = 7
_QUARTER: Final = timedelta(minutes=15)
_BEGINS, _ENDS, _NOW = 22, 7, timedelta(hours=6, minutes=30)
_TOKENS_PER_SECOND: Final = 1_240.0
_RAO_A_NIGHT: Final = 3_100_000
_PAID_BEFORE: Final = 2
"""Nights ago."""


def example_settings() -> Settings:
    """What somebody with such a week would have set."""
    return Settings(network=NamedNetwork(NETWORK), schedule=_schedule(), payout_address=EXAMPLE_ADDRESS)


def example_snapshot(today: datetime) -> Snapshot:
    """At half past six on the morning of `today`, which is aware: a night is nearly over, six more lie behind it."""
    at = today.replace(hour=0, minute=0, second=0, microsecond=0, fold=0) + _NOW
    gates, books = _gates(at), _books(at)
    total_rao = sum(credit.rao for _network, credit in books.credits)
    return Snapshot(
        at=at,
        gates=gates,
        decision=decide(Auto(), gates, at),
        engine=_engine(at),
        service=ServiceSide(heartbeat_at=at, run_loss=2.61, held_out_loss=2.7, run_share_done=0.37, miners=42),
        earnings=Earnings(
            runs=(RunCredit(_RUN, 9.4e17, 8.1e17),),
            credited_rao=total_rao,
            paid_rao=sum(paid.rao for _network, paid in books.paid),
            credited_at_nightfall_rao=total_rao - _RAO_A_NIGHT,
            heard_at=at,
        ),
        money=MoneySide(books=books, view=MoneyView()),
        activity=tuple(_lines(at)),
        network=NetworkView(
            kind=NetworkKind.NAMED, name=NETWORK, title=_("An example network"), phase=NetworkPhase.READY
        ),
        account=Account(payout_address=EXAMPLE_ADDRESS),
        loss_points=_curve(at, lambda share: 2.61 + 1.9 * math.exp(-3.5 * share) + 0.03 * math.sin(40 * share)),
        speed_points=_curve(at, lambda share: _TOKENS_PER_SECOND * (1 + 0.03 * math.sin(25 * share))),
    )


def _schedule() -> Schedule:
    return parse_hours(f"{_BEGINS}:00-0{_ENDS}:00")


def _gates(at: datetime) -> tuple[GateReading, ...]:
    zone = at.tzinfo
    assert zone is not None, "an aware time"
    return (
        hours_gate(_schedule(), at, zone, at_work=True),
        plain(GateName.MAINS, Switch.AUTOMATIC, True),
        at_most(GateName.TEMPERATURE, Switch.AUTOMATIC, 61.0, 95.0),
        at_least(GateName.MEMORY, Switch.AUTOMATIC, 9e9, 512 * 1024**2),
        at_least(GateName.DISK, Switch.AUTOMATIC, 120e9, 2e9),
        plain(GateName.NETWORK, Switch.AUTOMATIC, True),
    )


def _engine(at: datetime) -> EngineStatus:
    return EngineStatus(
        phase=Phase.TRAINING,
        device="cuda",
        run_id=_RUN,
        run_title=_("An example training"),
        stage=2,
        stages=6,
        parameters=254_000_000,
        step=18_240,
        tokens_per_second=_TOKENS_PER_SECOND,
        phase_since=at - timedelta(hours=4),
    )


def _nights(at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """From when to when it trained, oldest first; the last night goes on."""
    morning = at - _NOW
    for ago in reversed(range(_NIGHTS)):
        begins = morning - timedelta(days=ago, hours=24 - _BEGINS)
        yield begins, min(at, morning - timedelta(days=ago) + timedelta(hours=_ENDS))


def _did(moment: datetime, night: int) -> Kept:
    """At `moment` of the night of that number: one had a while on battery, one a person who stayed up."""
    if _ENDS <= moment.hour < _BEGINS:
        return Held(Reason.HOURS, Closed.OUTSIDE)
    if night == 1 and moment.hour in (2, 3):
        return Held(Reason.MAINS)
    if night == 4 and moment.hour in (_BEGINS, _BEGINS + 1):
        return Held(Reason.FULL_SCREEN)
    if moment.hour == _BEGINS and moment.minute == 0:
        return Waited(WaitingFor.BEGINNING)
    return Trained()


def _moments(at: datetime) -> Iterator[tuple[datetime, int]]:
    """Each quarter of an hour of the week, as long as it really was, with the number of its night."""
    first, _end = next(_nights(at))
    moment = first.astimezone(UTC)
    while moment <= at.astimezone(UTC):
        local = moment.astimezone(at.tzinfo)
        yield local, (local.replace(tzinfo=None) - first.replace(tzinfo=None)) // timedelta(days=1)
        moment += _QUARTER


def _lines(at: datetime) -> Iterator[Line]:
    assert round(_QUARTER.total_seconds() * 1000) <= HEARTBEAT_MS
    for place, (moment, night) in enumerate(_moments(at)):
        yield Line(at_ms=round(moment.timestamp() * 1000), did=_did(moment, night), starts=place == 0)


def _books(at: datetime) -> Books:
    nights = tuple(_nights(at))
    sessions = tuple(_session(begins, ends) for begins, ends in nights)
    slices = tuple(
        _slice(sessions[night], moment)
        for moment, night in _moments(at)
        if night < len(sessions) and isinstance(_did(moment, night), Trained) and moment < at
    )
    credits = tuple(
        Credit(epoch=100 + night, unix_ms=_ms(ends - timedelta(minutes=20)), rao=_RAO_A_NIGHT + 90_000 * (night % 3))
        for night, (_begins, ends) in enumerate(nights)
    )
    paid_rao = sum(credit.rao for credit in credits[:-_PAID_BEFORE])
    paid = Paid(transaction="0x" + "0" * 64, unix_ms=_ms(at - timedelta(days=_PAID_BEFORE)), rao=paid_rao)
    credited_rao = sum(credit.rao for credit in credits)
    standing = Standing(
        at_unix=at.timestamp() - 60,
        credited_rao=credited_rao,
        pending_rao=credited_rao - paid_rao,
        held_rao=0,
        paid_rao=paid_rao,
        payout_address=EXAMPLE_ADDRESS,
    )
    return Books(
        sessions=sessions,
        slices=slices,
        credits=tuple((NETWORK, credit) for credit in credits),
        paid=((NETWORK, paid),),
        standings=((NETWORK, standing),),
        tariffs=(TariffSet(from_unix=0, currency=MoneyView().currency, tariff=FlatTariff(0.3)),),
    )


def _session(begins: datetime, ends: datetime) -> Session:
    return Session(
        key=_ms(begins),
        ended_unix=ends.timestamp(),
        network=NETWORK,
        run_title=_("An example training"),
        device="cuda",
    )


def _slice(session: Session, moment: datetime) -> Slice:
    seconds = _QUARTER.total_seconds()
    return Slice(
        session=session.key,
        quarter_unix=round(moment.timestamp()),
        trained_seconds=seconds,
        tokens=round(_TOKENS_PER_SECOND * seconds),
        megaflops=4 * 10**9,
        joules=140.0 * seconds,
        source=EnergySource.ESTIMATED,
    )


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _curve(at: datetime, height: Callable[[float], float]) -> tuple[Point, ...]:
    """Over the last four hours; `height` of a share between 0 and 1."""
    begin, count = at.timestamp() - 4 * 3600, 160
    return tuple(Point(begin + 4 * 3600 * place / count, height(place / count)) for place in range(count + 1))
