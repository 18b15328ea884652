"""Training over emulated home links against the same processes over bare loopback, and against plain PyTorch.

Three stages of two miners, each miner in a home of its own: 50 ms round trip, 0.1 % of packets lost, rates by load. An
arm's load is the seconds of uplink that an inner stage's uncompressed fp32, both directions, would need per second of
that arm's own loopback run; so a load of 25 is a line 25 times too thin. Downlinks are five times the uplinks. Plain
PyTorch is one process per core that runs all stages and never talks. Rates are counted over a window of steady
training, from first-stage receipts; the merge at a run's end lies outside it. Needs root on Linux.

Here six homes, the orchestrator and the emulator share one processor, which they don't elsewhere. With `--share 0.2`
each miner computes a fifth of the time, as if on a computer of its own with room beside it for what goes out and comes
in; plain PyTorch is then as many processes that rest as much.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from benchmarks.homes.links import HomeLink
from benchmarks.homes.nat import NatKind
from benchmarks.homes.neighbourhood import Neighbourhood, neighbourhood, why_not_here
from benchmarks.packet_costs import seconds_per_pass
from benchmarks.plain_processes import plain_tokens_per_second
from benchmarks.swarm_window import Window, watch
from benchmarks.tables import Row, arguments, commit, finish
from protocol.runs import CodecSpec, RungSpec
from subnet.local.network import LocalNetwork
from subnet.local.options import BUILT_IN_TEXT, LocalOptions

STAGES: Final = 3
MINERS_PER_STAGE: Final = 2
WIDTHS: Final = (256, 512)
"""Of the model. A wider one computes more for each byte that crosses, and for each packet."""
LAYERS: Final = 6
CONTEXT: Final = 64
SEQUENCES: Final = 16
"""Of a microbatch, 1,024 tokens. Four times as many, as in the presets of real runs, come to the same ratios
(docs/experiments.md), and a window holds fewer of them."""
CROSSING_SECONDS: Final = 0.0125
"""Two lines each way: 50 ms there and back."""
LOSS: Final = 0.001
DOWN_OVER_UP: Final = 5.0
TEXT_BYTES: Final = 12_000
"""The first measurement of the held-out loss has to pass the thin lines too."""
WARM_SECONDS: Final = 30.0
"""From the first gradient that came home: the number in flight is found and the allocator's pages are taken by then.
In the quarter minute before, the kernel takes up to three times as much of the processor as later."""
PATIENCE_WINDOWS: Final = 5.0
"""How long the first gradient may take to come home, in lengths of the window."""
QUICK_PATIENCE_WINDOWS: Final = 2.0
"""Of the thinnest line nothing comes home in a quick window, however long it is waited for."""
RAW: Final = CodecSpec("raw32", 32)

PRESET: Final = """
title = "Home links"
words = "The shape that is timed over emulated home links."
[model]
vocabulary = 256
width = {width}
layers = {layers}
heads = {heads}
kv_heads = {heads}
mlp_width = {mlp_width}
context = {context}
bottleneck_width = {rank}
auxiliary_heads = true
[pipeline]
stages = {stages}
[training]
sequences = {sequences}
microbatches = 1000000
microbatches_per_step = {per_step}
in_flight = {in_flight}
steps_ahead = 1
lease_microbatches = 64
evaluate_every = 0
[optimizer]
peak_learning_rate = 1e-3
floor_learning_rate = 1e-4
[merge]
fragments = 1
partitions = 1
local_steps = 100000
[codec]
codec_id = "{codec_id}"
bits = {bits}
"""


@dataclass(frozen=True)
class Recipe:
    """How an arm trains; its loopback run has the same. `rung` None sends every feature by `codec`."""

    name: str
    width: int = WIDTHS[0]
    codec: CodecSpec = RAW
    rung: RungSpec | None = None
    sequences: int = SEQUENCES
    per_step: int = 16
    in_flight: int = 16

    def preset(self) -> str:
        text = PRESET.format(
            width=self.width,
            layers=LAYERS,
            heads=self.heads,
            mlp_width=self.mlp_width,
            rank=self.rung.rank if self.rung else self.width,
            context=CONTEXT,
            stages=STAGES,
            sequences=self.sequences,
            per_step=self.per_step,
            in_flight=self.in_flight,
            codec_id=self.codec.codec_id,
            bits=self.codec.bits,
        )
        return text if self.rung is None else text + _ladder(self.rung)

    @property
    def heads(self) -> int:
        return self.width // 64

    @property
    def mlp_width(self) -> int:
        """Two and two thirds of the width, in whole 32s."""
        return self.width * 8 // 3 // 32 * 32


def _ladder(rung: RungSpec) -> str:
    codec, back = rung.codec, rung.gradient_codec
    return f"""
[[ladder.rungs]]
rank = {rung.rank}
codec = {{codec_id = "{codec.codec_id}", bits = {codec.bits}}}
gradient_codec = {{codec_id = "{back.codec_id}", bits = {back.bits}}}
"""


def _grid(rank: int, bits: int, gradient_bits: int) -> RungSpec:
    return RungSpec(rank, CodecSpec("grid", bits), CodecSpec("grid", gradient_bits))


def uncompressed(width: int = WIDTHS[0], sequences: int = SEQUENCES) -> Recipe:
    return Recipe("1x", width, sequences=sequences)


def ours(load: int, width: int = WIDTHS[0], sequences: int = SEQUENCES) -> Recipe:
    """What a sender takes at that load: every feature in 4 bits, an eighth of them, a thirty-second."""
    rank = {2: width, 25: width // 8, 130: width // 32}[load]
    return Recipe(f"ours for load {load}", width, rung=_grid(rank, 4, 4), sequences=sequences)


@dataclass(frozen=True)
class Arm:
    """A recipe over links of a load; load None is bare loopback."""

    recipe: Recipe
    load: float | None = None
    behind_nat: bool = False
    least: float | None = None
    """What the ratio to the recipe's loopback run has to reach."""
    below: float | None = None
    """What it has to stay below, or the links are too fast to count."""

    @property
    def name(self) -> str:
        if self.load is None:
            return f"{self.recipe.name}, loopback"
        return f"{self.recipe.name}, load {self.load:g}{', behind NAT' if self.behind_nat else ''}"


def arms_of(width: int = WIDTHS[0], sequences: int = SEQUENCES) -> tuple[Arm, ...]:
    """Each recipe over bare loopback, then over links."""
    whole = uncompressed(width, sequences)
    load_2, load_25, load_130 = (ours(load, width, sequences) for load in (2, 25, 130))
    return (
        Arm(whole),
        Arm(whole, 2, below=0.6),
        Arm(whole, 25, below=0.1),
        Arm(load_2),
        Arm(load_2, 2, least=0.95),
        Arm(load_25),
        Arm(load_25, 25, least=0.90),
        Arm(load_130),
        Arm(load_130, 130, behind_nat=True, least=0.85),
    )


QUICK: Final = ("ours for load 25", "1x, load 25")
"""What the names of quick arms begin with; the 1x row takes the other's loopback run for its own."""


def main() -> None:
    given = _parse()
    if (lack := why_not_here()) is not None:
        raise SystemExit(lack)
    arms = chosen_arms(given.quick, given.arms, given.width, given.sequences)
    kept: dict[str, list[Window]] = {arm.name: [] for arm in arms}
    plain: list[float] = []
    for turn in range(1 if given.quick else given.rounds):
        plain.append(_plain(given))
        print(f"round {turn}: plain PyTorch {plain[-1]:,.0f} tokens/s", flush=True)
        for arm in arms:
            window = _run(arm, _loopback_speed(arm, kept), given)
            kept[arm.name].append(window)
            print(f"round {turn}: {arm.name}: {window.tokens_per_second:,.0f} tokens/s", flush=True)
            if given.append is not None:
                _append(given, arm, window)
    rows = [row for arm in arms if kept[arm.name] for row in _rows(arm, kept, plain)]
    finish("Home links", rows, list(range(len(plain))), given.json)


def chosen_arms(quick: bool, words: str | None, width: int = WIDTHS[0], sequences: int = SEQUENCES) -> list[Arm]:
    """Loopback runs first, since they set the others' rates; those of chosen arms come along unasked."""
    arms = [arm for arm in arms_of(width, sequences) if not quick or arm.name.startswith(QUICK)]
    arms = [arm for arm in arms if not words or any(word in arm.name for word in words.split(";"))]
    bases = [Arm(arm.recipe) for arm in arms if not quick] or [Arm(ours(25, width, sequences))]
    return list(dict.fromkeys(sorted((*bases, *arms), key=lambda arm: arm.load is not None)))


def _parse() -> argparse.Namespace:
    parser = arguments(__doc__ or "")
    parser.add_argument("--width", type=int, choices=WIDTHS, default=WIDTHS[0], help="of the model")
    parser.add_argument("--sequences", type=int, default=SEQUENCES, help=f"of {CONTEXT} tokens in a microbatch")
    parser.add_argument("--share", type=float, default=1.0, help="of its time that each miner computes, 0.05 to 1")
    parser.add_argument("--rounds", type=int, default=5, help="the median of so many is told")
    parser.add_argument("--seconds", type=float, help="length of the window that is counted (default: 30, quick 6)")
    parser.add_argument(
        "--arms", help="only arms with one of these between the commas of their names; separate by semicolons"
    )
    parser.add_argument("--append", type=Path, help="append each arm's figures to this file as they come")
    given = parser.parse_args()
    if given.seconds is None:
        given.seconds = 6.0 if given.quick else 30.0
    return given


def _plain(given: argparse.Namespace) -> float:
    seconds, shape = 0.0 if given.quick else 20.0, _plain_shape(given.width, given.sequences)
    if given.share == 1:
        return plain_tokens_per_second(shape, seconds)
    return plain_tokens_per_second({**shape, "duty-cycle": given.share}, seconds, processes=STAGES * MINERS_PER_STAGE)


def _plain_shape(width: int, sequences: int) -> dict[str, int]:
    recipe = uncompressed(width)
    return {
        "width": width,
        "layers": LAYERS,
        "heads": recipe.heads,
        "kv-heads": recipe.heads,
        "mlp-width": recipe.mlp_width,
        "context": CONTEXT,
        "sequences": sequences,
    }


def _append(given: argparse.Namespace, arm: Arm, window: Window) -> None:
    line = {
        "commit": commit(),
        "arm": arm.name,
        "width": arm.recipe.width,
        "sequences": arm.recipe.sequences,
        "share": given.share,
        **asdict(window),
    }
    with given.append.open("a") as file:
        file.write(json.dumps(line) + "\n")


# ── one arm ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def uplink_bytes_per_second(loopback_tokens_per_second: float, load: float, width: int) -> float:
    """Of one home, by the definition of load: an inner stage's miner sends fp32 of `width` forward and back."""
    per_miner = loopback_tokens_per_second / MINERS_PER_STAGE
    return per_miner * 2 * 4 * width / load


def _loopback_speed(arm: Arm, kept: dict[str, list[Window]]) -> float:
    own = kept.get(Arm(arm.recipe).name) or next((runs for name, runs in kept.items() if "loopback" in name), [])
    return statistics.median(run.tokens_per_second for run in own) if own else 0.0


def _run(arm: Arm, loopback: float, given: argparse.Namespace) -> Window:
    """One network, from its start to the end of the window."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="home-links-")))
        homes: Neighbourhood | None = None
        if arm.load is not None:
            up = uplink_bytes_per_second(loopback, arm.load, arm.recipe.width)
            home = HomeLink(
                up_bytes_per_second=up,
                down_bytes_per_second=up * DOWN_OVER_UP,
                delay_seconds=CROSSING_SECONDS,
                loss=LOSS,
                nat=NatKind.HOME if arm.behind_nat else None,
            )
            server = HomeLink(delay_seconds=CROSSING_SECONDS, loss=LOSS)
            homes = stack.enter_context(neighbourhood([home] * STAGES * MINERS_PER_STAGE, server))
        window = asyncio.run(_train(_options(arm, folder, homes, given.share), homes, given))
    return window if arm.load is None else replace(window, uplink_bytes_per_second=up)


def _options(arm: Arm, folder: Path, homes: Neighbourhood | None, share: float = 1.0) -> LocalOptions:
    preset, text = folder / "preset.toml", folder / "text.txt"
    preset.write_text(arm.recipe.preset())
    text.write_bytes(BUILT_IN_TEXT.read_bytes()[:TEXT_BYTES])
    more: dict[str, Any] = {}
    if homes is not None:
        prefixes = tuple(homes.command_prefix(home) for home in range(len(homes.plan.homes)))
        more = {"host": homes.server_address, "prefixes": prefixes}
    return LocalOptions(
        folder=folder / "network",
        preset=str(preset),
        miners_per_stage=MINERS_PER_STAGE,
        data=text,
        audit_share=0.0,
        validator=False,
        duty_cycle=share,
        **more,
    )


async def _train(options: LocalOptions, homes: Neighbourhood | None, given: argparse.Namespace) -> Window:
    network = LocalNetwork(options)
    try:
        began = time.monotonic()
        await network.start()
        warm_seconds = given.seconds / 4 if given.quick else WARM_SECONDS
        patience_seconds = given.seconds * (QUICK_PATIENCE_WINDOWS if given.quick else PATIENCE_WINDOWS)
        window = await watch(network, homes, given.seconds, warm_seconds, patience_seconds)
        print(f"  {time.monotonic() - began:.0f} s with its start", flush=True)
        return window
    finally:
        for miner in network.miners:
            miner.give_up()
        await network.stop()


# ── the table ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _rows(arm: Arm, kept: dict[str, list[Window]], plain: Sequence[float]) -> list[Row]:
    windows = kept[arm.name]
    speed = statistics.median(window.tokens_per_second for window in windows)
    spread = statistics.stdev(window.tokens_per_second for window in windows) if len(windows) > 1 else None
    plain_speed = statistics.median(plain)
    if arm.load is None:
        return [Row(f"{arm.name}, to plain PyTorch", speed, "tokens/s", plain_speed, spread)]
    base = _loopback_speed(arm, kept)
    ratio = speed / base if base else 0.0
    target, met = "", None
    if arm.least is not None:
        target, met = f">= {arm.least:g}", ratio >= arm.least
    elif arm.below is not None:
        target, met = f"< {arm.below:g}", ratio < arm.below
    rows = [Row(arm.name, speed, "tokens/s", base, spread, target, met)]
    if arm.load == 2 and arm.least is not None:
        good = speed >= 0.85 * plain_speed
        rows.append(Row(f"{arm.name}, to plain PyTorch", speed, "tokens/s", plain_speed, spread, ">= 0.85", good))
    return rows + _details(arm, windows[-1])


def _details(arm: Arm, window: Window) -> list[Row]:
    """Of the last run: bytes on each link, idle time, and what else takes time."""
    name, fp32 = f"  {arm.name}", 4.0 * arm.recipe.width
    rows = [Row(f"{name}: uplink", window.uplink_bytes_per_second / 1e3, "kB/s")]
    if not window.tokens_per_second:
        return rows  # there is nothing to divide by
    for stage, size in enumerate(window.forward_bytes_per_token):
        rows.append(Row(f"{name}: link {stage} to {stage + 1}", size, "bytes/token", fp32))
    for stage, size in enumerate(window.backward_bytes_per_token, start=1):
        rows.append(Row(f"{name}: link {stage} to {stage - 1}", size, "bytes/token", fp32))
    rows += [
        Row(f"{name}: all that left an inner home", window.wire_bytes_per_token, "bytes/token", 2 * fp32),
        Row(f"{name}: compute thread idle, least of the miners", window.idle_shares[0], "of its time"),
        Row(f"{name}: compute thread idle, mean", statistics.fmean(window.idle_shares), "of its time"),
        Row(f"{name}: event loops' CPU (packets, signatures, receipts)", window.loop_cpu_share, "of all CPU"),
        Row(f"{name}: signing, hashing, checking, receipts", _books_share(arm, window), "of all CPU"),
        Row(f"{name}: the emulator's own CPU", window.emulator_cores, "cores"),
        Row(f"{name}: the orchestrator's CPU", window.orchestrator_cores, "cores"),
    ]
    return rows


def _books_share(arm: Arm, window: Window) -> float:
    """By unit costs: every stage has a forward and a backward pass for each microbatch."""
    tokens = arm.recipe.sequences * CONTEXT
    sizes = (*window.forward_bytes_per_token, *window.backward_bytes_per_token)
    seconds = 2 * STAGES * seconds_per_pass(round(statistics.fmean(sizes) * tokens))
    return seconds / max(1e-12, window.cpu_seconds_per_token * tokens)


if __name__ == "__main__":
    main()
