"""How fast a run is said to go."""

from pathlib import Path

import sqlalchemy as sa

from chain.keys import Keypair, verify
from protocol.runs import DataSpec, ModelSpec, RunSpec, TrainingSpec, even_stages
from subnet.orchestrator.assembly import _open_context
from subnet.orchestrator.context import Settings
from subnet.orchestrator.miners.bells import Bells
from subnet.orchestrator.runs.driver import RunDriver
from subnet.orchestrator.runs.runs import RunPhase, open_run, read_run
from subnet.orchestrator.runs.speed import LOOK_MS, SHORTEST_MS, WINDOW_MS, Speedometer
from subnet.orchestrator.tables.schema import runs

HOTKEY = Keypair.from_seed(b"h" * 32).address
MODEL = ModelSpec(
    vocabulary=256, width=32, layers=2, heads=2, kv_heads=2, mlp_width=64, context=16, bottleneck_width=32
)
RUN = RunSpec(
    run_id="small",
    title="Small model",
    model=MODEL,
    stages=even_stages(2, 2),
    training=TrainingSpec(sequences=4, microbatches=1000),
    data=DataSpec(
        train_key="t", train_tokens=9999, train_hash="", held_out_key="h", held_out_tokens=999, held_out_hash=""
    ),
)


def test_a_steady_run_goes_as_fast_as_it_does() -> None:
    meter = Speedometer()
    said = [meter.read("run", 500 * second, 1000 * second) for second in range(60)]
    assert said[0] is None
    assert said[SHORTEST_MS // 1000 :] == [500.0] * (60 - SHORTEST_MS // 1000)


def test_a_run_that_stands_still_comes_to_zero_within_the_window() -> None:
    meter = Speedometer()
    for second in range(10):
        meter.read("run", 500 * second, 1000 * second)
    end_ms = 9000 + WINDOW_MS + LOOK_MS
    said = [meter.read("run", 4500, now_ms) for now_ms in range(10_000, end_ms + 1, LOOK_MS)]
    assert said[-1] == 0.0


def test_a_clock_that_is_put_back_begins_anew() -> None:
    meter = Speedometer()
    for second in range(10):
        meter.read("run", 500 * second, 100_000 + 1000 * second)
    assert meter.read("run", 5000, 50_000) is None
    assert meter.read("run", 5000 + 400 * 3, 53_000) == 400.0


async def test_the_driver_writes_down_how_fast_a_run(tmp_path: Path) -> None:
    now = [1_700_000_000_000]
    context = await _open_context(
        Settings(folder=tmp_path, network="test"), HOTKEY, verify, lambda: now[0], lambda: now[0]
    )
    database = context.database

    async def change(**values: object) -> None:
        await database.write(lambda c: c.execute(sa.update(runs).values(values)) and None)

    await database.write(lambda c: open_run(c, context.events, RUN, now[0]))
    await change(phase=RunPhase.TRAINING.value)
    driver = RunDriver(context, Bells())
    for second in range(6):
        await change(tokens_done=640 * second)
        await driver.tick()
        now[0] += 1000
    assert (await database.read(lambda c: read_run(c, "small"))).tokens_per_second == 640.0
    await context.database.close()
