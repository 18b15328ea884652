"""Steers every run that trains: who is left out of its tables, and which miner moves to another stage."""

from sqlalchemy import Connection

from subnet.orchestrator.context import Context
from subnet.orchestrator.miners.bells import Bells
from subnet.orchestrator.miners.miners import MinerRecord, power, ready_miners, stage_loads
from subnet.orchestrator.runs.runs import RunPhase, RunRecord, read_runs
from swarm.placement import Move, best_move


class SteeringDriver:
    """`tick` is a periodic task."""

    def __init__(self, context: Context, bells: Bells) -> None:
        self._context = context
        self._bells = bells
        self._looked_ms: dict[str, int] = {}

    async def tick(self) -> None:
        """Decide anew, and have the miners of a run told where something changed."""
        now_ms = self._context.clock()
        for run, ready in await self._context.database.read(_training):
            changed = self._context.steering.judge_reach(_by_stage(run, ready), now_ms)
            if changed or self._move_somebody(run, ready, now_ms):
                self._bells.ring(run.run_id)

    def _move_somebody(self, run: RunRecord, ready: list[MinerRecord], now_ms: int) -> bool:
        """At most one miner at a time and in `move_seconds`, since each move costs the download of a shard."""
        steering = self._context.steering
        looked_ms = self._looked_ms.setdefault(run.run_id, now_ms)
        if now_ms - looked_ms < self._context.settings.move_seconds * 1000:
            return False
        self._looked_ms[run.run_id] = now_ms
        if any(steering.is_moving(miner.node, miner.life, now_ms) for miner in ready):
            return False
        move = self._best_move(run, ready, now_ms)
        if move is None:
            return False
        life = next(miner.life for miner in ready if miner.node == move.node)
        steering.ask_to_move(move, life, now_ms)
        return True

    def _best_move(self, run: RunRecord, ready: list[MinerRecord], now_ms: int) -> Move | None:
        steering = self._context.steering
        rested = frozenset(miner.node for miner in ready if steering.may_move(miner.node, now_ms))
        return best_move(stage_loads(run.spec), [power(miner, steering) for miner in ready], rested)


def _training(connection: Connection) -> list[tuple[RunRecord, list[MinerRecord]]]:
    runs = [run for run in read_runs(connection) if run.phase is RunPhase.TRAINING]
    return [(run, ready_miners(connection, run.run_id)) for run in runs]


def _by_stage(run: RunRecord, ready: list[MinerRecord]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(miner.node for miner in ready if miner.stage == stage) for stage in range(run.stages))
