"""Parameters and training memory of every preset's stages, without loading one: `python -m benchmarks.presets`."""

import argparse
import json
from pathlib import Path

from engine.shard.memory import GIB, StageMemory, home_computer_verdict, stage_memory
from protocol.runs import DataSpec
from swarm.presets import preset_from_toml

PRESETS = Path(__file__).parents[1] / "resources" / "presets"
NO_DATA = DataSpec(
    train_key="-", train_tokens=0, train_hash="-", held_out_key="-", held_out_tokens=0, held_out_hash="-"
)
"""Shapes need none."""
Row = dict[str, str | int | float]


def stage_memories(preset_path: Path) -> list[StageMemory]:
    """Of every stage in turn, one microbatch's graph held."""
    run = preset_from_toml(preset_path.read_text(encoding="utf-8")).run("preset", NO_DATA)
    return [stage_memory(run, stage) for stage in range(len(run.stages))]


def rows(preset_path: Path) -> list[Row]:
    """One row per stage."""
    return [
        {
            "preset": preset_path.stem,
            "stage": stage,
            "parameters": memory.parameters,
            "state_gib": round(memory.state_bytes / GIB, 2),
            "microbatch_gib": round(memory.microbatch_bytes / GIB, 2),
            "total_gib": round(memory.total_bytes / GIB, 2),
            "verdict": home_computer_verdict(memory.total_bytes),
        }
        for stage, memory in enumerate(stage_memories(preset_path))
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="also write the rows there")
    parser.add_argument("--quick", action="store_true", help="accepted like everywhere; this takes seconds anyway")
    arguments = parser.parse_args()
    table = [row for path in sorted(PRESETS.glob("*.toml")) for row in rows(path)]
    print("| preset | stage | parameters | state GiB | a microbatch GiB | together GiB | |")
    print("|---|---|---|---|---|---|---|")
    for row in table:
        values = (row[key] for key in row if key != "parameters")
        preset, stage, state, microbatch, total, verdict = values
        millions = f"{int(row['parameters']) / 1e6:,.1f} M"
        print(f"| {preset} | {stage} | {millions} | {state} | {microbatch} | {total} | {verdict} |")
    if arguments.json:
        arguments.json.write_text(json.dumps({"rows": table}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
