"""From the pool's emission to money on miners' accounts.

An emission is shared among the epochs that were scored and not paid before, each by its accepted FLOPs; within an epoch
by the mean of its validators' scores. Until an epoch is scored, emissions wait unshared. Pure SQL inside the caller's
transaction.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from protocol.wire import from_json
from subnet.orchestrator.money.postings import Account, balance, post
from subnet.orchestrator.tables.audits import epoch_scores, epochs
from subnet.orchestrator.tables.money import emission_gaps, emission_readings, emissions
from swarm.scores import split_emission


def emissions_read_through(connection: sa.Connection, pool: str) -> int | None:
    """Up to this block the emissions of `pool` are in the ledger; None before the first reading."""
    query = sa.select(emission_readings.c.through_block).where(emission_readings.c.pool == pool)
    found: int | None = connection.execute(query).scalar()
    return found


def begin_emissions(connection: sa.Connection, pool: str, block: int) -> None:
    """Read the emissions of `pool` after `block` from now on. Only the first beginning counts, so that a restart skips
    nothing; a ledger of before beginnings were written down goes on after its newest emission."""
    newest: int | None = connection.execute(sa.select(sa.func.max(emissions.c.block))).scalar()
    is_of_before = newest is not None and connection.execute(sa.select(emission_readings.c.pool)).first() is None
    row = {"pool": pool, "through_block": newest if is_of_before else block}
    connection.execute(sa.insert(emission_readings).prefix_with("OR IGNORE").values(row))


def read_emissions_through(connection: sa.Connection, pool: str, block: int) -> None:
    """Note that everything up to `block` is in the ledger; goes with the entries in one transaction."""
    mine = emission_readings.c.pool == pool
    further = sa.func.max(emission_readings.c.through_block, block)
    connection.execute(sa.update(emission_readings).where(mine).values(through_block=further))


def leave_gap(connection: sa.Connection, pool: str, after: int, through: int) -> None:
    """The emissions of blocks after `after` up to `through` can't be told now: reading goes on behind them, and they
    are booked when a node can tell them."""
    row = {"pool": pool, "after_block": after, "through_block": through}
    connection.execute(sa.insert(emission_gaps).prefix_with("OR IGNORE").values(row))
    read_emissions_through(connection, pool, through)


def gaps_of(connection: sa.Connection, pool: str) -> list[tuple[int, int]]:
    """(after, through) of every stretch that was left out, oldest first."""
    query = sa.select(emission_gaps.c.after_block, emission_gaps.c.through_block).where(emission_gaps.c.pool == pool)
    return [(after, through) for after, through in connection.execute(query.order_by(emission_gaps.c.through_block))]


def fill_gap(connection: sa.Connection, pool: str, through: int, read_through: int) -> None:
    """Note how far a gap was read; goes with the entries in one transaction."""
    mine = (emission_gaps.c.pool == pool, emission_gaps.c.through_block == through)
    if read_through >= through:
        connection.execute(sa.delete(emission_gaps).where(*mine))
    else:
        further = sa.func.max(emission_gaps.c.after_block, read_through)
        connection.execute(sa.update(emission_gaps).where(*mine).values(after_block=further))


def take_emissions(connection: sa.Connection, received: Iterable[tuple[int, int]], now_ms: int) -> None:
    """Book what the chain gave the pool, as (block, rao); known blocks are passed over."""
    for block, rao in received:
        known = sa.select(emissions.c.emission_id).where(emissions.c.block == block)
        if rao <= 0 or connection.execute(known).first() is not None:
            continue
        connection.execute(sa.insert(emissions).values(block=block, rao=rao, unix_ms=now_ms))
        entries = [(Account.EMISSION, "", -rao), (Account.UNSHARED, "", rao)]
        post(connection, f"emission {block}", entries, epoch=0, now_ms=now_ms)


def share_out(connection: sa.Connection, now_ms: int) -> int:
    """Share what is unshared among scored, unpaid epochs; the rao shared. Nothing happens while either is missing."""
    amount = balance(connection, Account.UNSHARED)
    due = _scored_epochs(connection) if amount > 0 else []
    weights: defaultdict[str, float] = defaultdict(float)
    for epoch, shares in due:
        for hotkey, share in shares.items():
            weights[hotkey] += share * epoch.total_credit
    if not any(weight > 0 for weight in weights.values()):
        return 0
    emission_id = int(connection.execute(sa.select(sa.func.max(emissions.c.emission_id))).scalar_one())
    newest = max(epoch.epoch for epoch, _ in due)
    entries = [(Account.MINER, hotkey, rao) for hotkey, rao in split_emission(amount, weights).items()]
    name = f"share {emission_id} " + " ".join(f"{epoch.run_id}:{epoch.epoch}" for epoch, _ in due)
    post(connection, name, [(Account.UNSHARED, "", -amount), *entries], epoch=newest, now_ms=now_ms)
    for epoch, _ in due:
        chosen = sa.update(epochs).where(epochs.c.run_id == epoch.run_id, epochs.c.epoch == epoch.epoch)
        connection.execute(chosen.values(emission_id=emission_id))
    return amount


def _scored_epochs(connection: sa.Connection) -> list[tuple[Any, dict[str, float]]]:
    """Unpaid epochs with at least one validator's scores, and the mean of those."""
    scored = sa.exists().where(epoch_scores.c.run_id == epochs.c.run_id, epoch_scores.c.epoch == epochs.c.epoch)
    unpaid = sa.select(epochs).where(epochs.c.emission_id.is_(None), epochs.c.credits.is_not(None), scored)
    found = []
    for epoch in connection.execute(unpaid.order_by(epochs.c.run_id, epochs.c.epoch)).all():
        query = sa.select(epoch_scores.c.shares).where(
            epoch_scores.c.run_id == epoch.run_id, epoch_scores.c.epoch == epoch.epoch
        )
        given: list[dict[str, float]] = [
            from_json(row, dict[str, float]) for row in connection.execute(query).scalars()
        ]
        mean: defaultdict[str, float] = defaultdict(float)
        for shares in given:
            for hotkey, share in shares.items():
                mean[hotkey] += share / len(given)
        found.append((epoch, dict(mean)))
    return found
