"""What compression between stages costs in loss, with everything counted that crosses the wire.

Eight layers in eight stages, real text, the same optimizer, schedule, data order and tokens for all arms. The row that
matters is *nothing sent*: stages hear only the token ids. An arm is worth what it keeps of the gap between that and
everything sent; where the gap is small the table says nothing and says so.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from benchmarks.border_arms import CONTEXT, SEQUENCES, Arm, Border, arms_for, run_for, rung_name
from benchmarks.tables import Row, arguments, commit, finish, mean_and_spread
from benchmarks.whole_model import Outcome, train
from protocol.runs import OptimizerSpec
from subnet.local.options import BUILT_IN_TEXT
from subnet.submission.prepare import HELD_OUT_SHARE

FULL_STEPS: Final = {256: 1200, 512: 400}
FULL_SEQUENCES: Final = {256: SEQUENCES, 512: 4 * SEQUENCES}
"""In a step. Wider matrices take so long to make orthogonal that more tokens for each of them cost least."""
QUICK_STEPS: Final = 24
QUICK_OPTIMIZER: Final = "muon"
QUICK_ARMS: Final = "1x;8x;32x;128x;256x;IOTA's cut, 128x;nothing sent"
"""One arm takes some 14 s of a core."""
QUICK_WIDTH: Final = 64
FLOAT_BYTES: Final = 4
HOME_UPLINK_BYTES: Final = 20e6 / 8
"""20 Mbit/s."""
OPTIMIZERS: Final = {
    kind: OptimizerSpec(kind=kind, peak_learning_rate=2e-3, floor_learning_rate=2e-4, warmup_share=0.05)
    for kind in ("adamw", "muon")
}
LEAST_GAP: Final = 0.08
LEAST_ERRORS: Final = 10.0
MIXED_LIMIT: Final = 1.005
KEPT_TARGETS: Final = {32: 0.95, 128: 0.80}


@dataclass
class Figures:
    """One arm's outcomes by seed."""

    arm: Arm
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    @property
    def losses(self) -> list[float]:
        return [outcome.held_out_loss for _, outcome in sorted(self.outcomes.items())]


@dataclass(frozen=True)
class Length:
    """What a table's arms have in common: how wide, how many steps, and how many sequences in each."""

    width: int
    steps: int
    sequences: int


def texts() -> tuple[Tensor, Tensor]:
    """The training split's ids [n], and the held-out split's whole windows [N, T + 1]."""
    ids = torch.from_numpy(np.frombuffer(BUILT_IN_TEXT.read_bytes(), dtype=np.uint8).astype(np.int64))
    held_out = max(1, int(len(ids) * HELD_OUT_SHARE))
    rest = ids[-held_out:]
    count = (len(rest) - 1) // CONTEXT // SEQUENCES * SEQUENCES
    windows = torch.stack([rest[at * CONTEXT : (at + 1) * CONTEXT + 1] for at in range(count)])
    return ids[:-held_out], windows


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--widths", default="256", help="comma-separated")
    parser.add_argument("--optimizers", help="comma-separated (default: adamw,muon, quick muon)")
    parser.add_argument("--arms", help="names, separated by semicolons (default: the table's)")
    parser.add_argument("--steps", type=int, help="(default: by width)")
    parser.add_argument("--sequences", type=int, help=f"of {CONTEXT} tokens in a step (default: by width)")
    parser.add_argument(
        "--append", type=Path, help="keep outcomes in this file, and take from it what is there already"
    )
    given = parser.parse_args()
    torch.set_num_threads(1)
    seeds = [0] if given.quick else [int(seed) for seed in given.seeds.split(",")]
    widths = [QUICK_WIDTH] if given.quick else [int(width) for width in given.widths.split(",")]
    optimizers = given.optimizers or (QUICK_OPTIMIZER if given.quick else "adamw,muon")
    names = given.arms or (QUICK_ARMS if given.quick else None)
    rows: list[Row] = []
    for width in widths:
        steps = given.steps or (QUICK_STEPS if given.quick else FULL_STEPS[width])
        sequences = given.sequences or (SEQUENCES if given.quick else FULL_SEQUENCES[width])
        for optimizer in (OPTIMIZERS[kind] for kind in optimizers.split(",")):
            figures = [Figures(arm) for arm in arms_for(width) if _is_wanted(arm, names)]
            _measure(figures, optimizer, Length(width, steps, sequences), seeds, given.append)
            rows += _rows(figures, optimizer, width)
    finish("Compression between eight stages", rows, seeds, given.json)


def _is_wanted(arm: Arm, names: str | None) -> bool:
    return not arm.aside if names is None else arm.name in names.split(";")


def _measure(
    figures: list[Figures], optimizer: OptimizerSpec, length: Length, seeds: list[int], kept: Path | None
) -> None:
    """Seed by seed, so that an interrupted run has whole rows of pairs."""
    text, held_out = texts()
    for seed in seeds:
        for each in figures:
            key = {"arm": each.arm.name, "optimizer": optimizer.kind, **asdict(length), "seed": seed}
            outcome = known(kept, key)
            if outcome is None:
                run = run_for(each.arm, length.width, length.steps, seed, length.sequences)
                outcome = train(run, each.arm, optimizer, text, held_out)
                if kept is not None:
                    with kept.open("a") as file:
                        file.write(json.dumps({"commit": commit(), **key, **asdict(outcome)}) + "\n")
            each.outcomes[seed] = outcome
            print(f"{key}: {outcome.held_out_loss:.4f}, {outcome.tokens_per_second:,.0f} tokens/s", flush=True)


def known(kept: Path | None, key: dict[str, Any]) -> Outcome | None:
    """The newest outcome of that key in the file `kept`."""
    if kept is None or not kept.exists():
        return None
    for line in reversed(kept.read_text().splitlines()):
        found = json.loads(line)
        found.setdefault("sequences", SEQUENCES)  # as long as all steps had as many
        if all(found[name] == value for name, value in key.items()):
            return Outcome(**{name: found[name] for name in Outcome.__dataclass_fields__ if name in found})
    return None


def _rows(figures: list[Figures], optimizer: OptimizerSpec, width: int) -> list[Row]:
    by_border = {each.arm.border: each for each in figures if not each.arm.mixed}
    whole, nothing = by_border.get(Border.WHOLE), by_border.get(Border.NOTHING)
    place = f"{optimizer.kind}, width {width}"
    rows = []
    base = mean_and_spread(whole.losses)[0] if whole else None
    for each in figures:
        loss, spread = mean_and_spread(each.losses)
        rows.append(Row(f"{place}, {each.arm.name}: loss", loss, "nats/token", base, spread))
        per_token = mean_and_spread([outcome.bytes_per_token for outcome in each.outcomes.values()])[0]
        whole_bytes = 2 * FLOAT_BYTES * width
        rows.append(Row(f"{place}, {each.arm.name}: fp32 over bytes written", whole_bytes / per_token, "x"))
        seconds = 1e6 * per_token / HOME_UPLINK_BYTES
        rows.append(Row(f"{place}, {each.arm.name}: uplink of an inner stage", seconds, "s per M tokens at 20 Mbit/s"))
        if whole is not None and nothing is not None and each is not whole and each is not nothing:
            rows += _kept(place, each, whole, nothing)
        if whole is not None and each is not whole:
            rows.append(_steps_to(place, each, whole))
    if whole is not None and nothing is not None:
        rows = _gap(place, whole, nothing) + rows
    return rows + _mixed(place, figures)


def _mixed(place: str, figures: list[Figures]) -> list[Row]:
    """One set of weights for all links against a model that never knew another rung, seed by seed."""
    rows = []
    for mixed in (each for each in figures if each.arm.mixed):
        for each in figures:
            if each.arm.mixed or each.arm.rungs[0] not in mixed.arm.rungs or each.arm.border is not Border.OURS:
                continue
            name, pairs = rung_name(each.arm.rungs[0]), sorted(mixed.outcomes.keys() & each.outcomes.keys())
            shared = [mixed.outcomes[seed].by_rung[name] for seed in pairs]
            own = mean_and_spread([each.outcomes[seed].held_out_loss for seed in pairs])[0]
            loss, spread = mean_and_spread(shared)
            title = f"{place}, {mixed.arm.name}, all borders at {name}: loss"
            rows.append(Row(title, loss, "nats/token", own, spread, f"≤ {MIXED_LIMIT} x", loss <= MIXED_LIMIT * own))
    return rows


def _gap(place: str, whole: Figures, nothing: Figures) -> list[Row]:
    """Whether the table counts: what there is to lose, in parts of the loss and in standard errors of the pairs."""
    pairs = [silent - full for silent, full in zip(nothing.losses, whole.losses, strict=True)]
    gap, spread = mean_and_spread(pairs)
    share = gap / mean_and_spread(whole.losses)[0]
    rows = [Row(f"{place}: nothing sent is worse by", share, "of the loss", target="≥ 0.08", met=share >= LEAST_GAP)]
    if spread:
        errors = gap / (spread / len(pairs) ** 0.5)
        rows.append(Row(f"{place}: that gap", errors, "standard errors", target="≥ 10", met=errors >= LEAST_ERRORS))
    return rows


def _kept(place: str, each: Figures, whole: Figures, nothing: Figures) -> list[Row]:
    shares = [
        (silent - loss) / (silent - full)
        for loss, silent, full in zip(each.losses, nothing.losses, whole.losses, strict=True)
    ]
    share, spread = mean_and_spread(shares)
    counts = mean_and_spread(nothing.losses)[0] >= (1 + LEAST_GAP) * mean_and_spread(whole.losses)[0]
    wanted = KEPT_TARGETS.get(each.arm.ratio) if each.arm.border is Border.OURS and counts else None
    return [
        Row(
            f"{place}, {each.arm.name}: share of the gap kept",
            share,
            "",
            spread=spread,
            target="" if wanted is None else f"≥ {wanted}",
            met=None if wanted is None else share >= wanted,
        )
    ]


def _steps_to(place: str, each: Figures, whole: Figures) -> Row:
    """How much of the uncut run its loss is worth: the share of steps after which the uncut one had come as far."""
    shares = []
    for seed, outcome in each.outcomes.items():
        curve, goal = whole.outcomes[seed].curve, outcome.curve[-1]
        reached = next((number for number, loss in enumerate(curve, start=1) if loss <= goal), len(curve))
        shares.append(reached / len(curve))
    return Row(f"{place}, {each.arm.name}: 1x was there after", mean_and_spread(shares)[0], "of the steps")


if __name__ == "__main__":
    main()
