"""What watches over the work, put together: validators' desk, public view, epochs and, where there is a chain, money.

`assembly` hands in what it has and takes routers and periodic tasks back.
"""

import itertools
from dataclasses import dataclass

from litestar import Router
from sqlalchemy import Connection

from chain.keys import Keypair
from chain.network import Chain
from subnet.orchestrator.context import Context, PeriodicTask
from subnet.orchestrator.miners.bells import Bells
from subnet.orchestrator.money.payouts import Paymaster
from subnet.orchestrator.runs.epochs import turn_epochs
from subnet.orchestrator.runs.runs import read_runs
from subnet.orchestrator.web.public_routes import PublicDesk, public_router
from subnet.orchestrator.web.validator_routes import DisputeCourt, ValidatorDesk, ValidatorGate, validator_router

TIDY_SECONDS = 1.0
EPOCH_SECONDS = 1.0
WAITING_TURNS = 10
"""At every tenth turn what waits to count is looked at too."""
PAYOUT_SECONDS = 2.0


@dataclass(frozen=True)
class Oversight:
    routers: tuple[Router, ...]
    tasks: tuple[PeriodicTask, ...]


def oversee(
    context: Context,
    bells: Bells,
    court: DisputeCourt,
    gate: ValidatorGate,
    chain: Chain | None = None,
    pool: Keypair | None = None,
) -> Oversight:
    """`pool` receives the network's emission and pays from it; without it and a chain credit is counted, not paid."""
    desk = ValidatorDesk(context, gate, court, bells)
    paymaster: Paymaster | None = None
    if chain is not None and pool is not None:
        paymaster = Paymaster(context.database, chain, pool, context.clock, context.settings.least_payout_rao)
    public = PublicDesk(context, lambda: None if paymaster is None else paymaster.seconds_to_next)
    pool_address = context.address if pool is None else pool.address

    turns = itertools.count()

    async def epochs() -> None:
        now_ms, looks_at_waiting = context.clock(), next(turns) % WAITING_TURNS == 0

        def write(connection: Connection) -> None:
            for run in read_runs(connection):
                turn_epochs(connection, run, pool_address, now_ms, looks_at_waiting)

        await context.database.write(write)

    tasks = [
        PeriodicTask("audits", TIDY_SECONDS, desk.tidy),
        PeriodicTask("epochs", EPOCH_SECONDS, epochs),
    ]
    if paymaster is not None:
        tasks.append(PeriodicTask("emissions", PAYOUT_SECONDS, paymaster.book))
        tasks.append(PeriodicTask("payouts", PAYOUT_SECONDS, paymaster.pay))
    return Oversight((validator_router(desk), public_router(public)), tuple(tasks))
