"""What every benchmark prints and writes: rows of figure, baseline and ratio, with the machine and the commit."""

import argparse
import json
import platform
import statistics
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import psutil
import torch
from rich.console import Console
from rich.table import Table

Arm = TypeVar("Arm")
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Row:
    """One figure. `ratio` is value over baseline; `met` says whether the target, in words, was reached."""

    name: str
    value: float
    unit: str
    baseline: float | None = None
    spread: float | None = None
    target: str = ""
    met: bool | None = None

    @property
    def ratio(self) -> float | None:
        return None if not self.baseline else self.value / self.baseline


def arguments(description: str) -> argparse.ArgumentParser:
    """The flags that all programs share."""
    parser = argparse.ArgumentParser(description=description.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="ends in two minutes; shows that it works, proves nothing")
    parser.add_argument("--json", type=Path, help="write the table to this file")
    parser.add_argument("--seeds", default="0,1,2", help="comma-separated")
    return parser


def compare_losses(
    description: str,
    title: str,
    arms: Sequence[Arm],
    loss_of: Callable[[Arm, int, int], float],
    quick_tokens: int,
    full_tokens: int,
) -> None:
    """The whole of a program that holds the losses of some arms against the first's; `loss_of` takes an arm, tokens
    and a seed, and arms are named by their str()."""
    given = arguments(description).parse_args()
    torch.set_num_threads(1)
    seeds = [0] if given.quick else [int(seed) for seed in given.seeds.split(",")]
    tokens = quick_tokens if given.quick else full_tokens
    rows: list[Row] = []
    for arm in arms:
        loss, spread = mean_and_spread([loss_of(arm, tokens, seed) for seed in seeds])
        print(f"{arm}: {loss:.4f}", flush=True)
        rows.append(Row(f"{arm}: held-out loss", loss, "nats/token", rows[0].value if rows else None, spread))
    finish(f"{title}, {tokens:,} tokens", rows, seeds, given.json)


def finish(title: str, rows: Sequence[Row], seeds: Sequence[int], path: Path | None) -> None:
    """Print the table, and write it if a file was named."""
    table = Table(title=title)
    for column in ("", "value", "±", "unit", "baseline", "ratio", "target", "met"):
        table.add_column(column, justify="left" if column in ("", "unit", "target") else "right")
    for row in rows:
        table.add_row(
            row.name,
            f"{row.value:,.4g}",
            "" if row.spread is None else f"{row.spread:.2g}",
            row.unit,
            "" if row.baseline is None else f"{row.baseline:,.4g}",
            "" if row.ratio is None else f"{row.ratio:.3f}",
            row.target,
            {None: "", True: "yes", False: "NO"}[row.met],
        )
    Console(width=140).print(table)
    if path is not None:
        content = {
            "machine": machine(),
            "commit": commit(),
            "seeds": list(seeds),
            "rows": [{**asdict(row), "ratio": row.ratio} for row in rows],
        }
        path.write_text(json.dumps(content, indent=2))


def machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    return f"{platform.system()} {platform.machine()}, {psutil.cpu_count()} cores, {memory:.0f} GiB"


def commit() -> str:
    answer = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return answer.stdout.strip() or "unknown"


def mean_and_spread(values: Sequence[float]) -> tuple[float, float | None]:
    """Mean, and the standard deviation over seeds where there are several."""
    return statistics.fmean(values), statistics.stdev(values) if len(values) > 1 else None
