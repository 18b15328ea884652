"""What a person may ask of the local network, and the command line that says it."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from protocol.runs import CodecSpec, TokenizerId

BUILT_IN_TEXT: Final = Path(__file__).parents[2] / "resources" / "data" / "tinyshakespeare.txt"


@dataclass(frozen=True)
class LocalOptions:
    """One local network. None leaves a choice to the preset."""

    folder: Path
    preset: str = "local"
    stages: int | None = None
    miners_per_stage: int = 1
    data: Path = BUILT_IN_TEXT
    tokenizer: TokenizerId = "bytes"
    tokens: int | None = None
    seed: int = 0
    codec: CodecSpec | None = None
    bottleneck_width: int | None = None
    in_flight: int | None = None
    microbatches_per_step: int | None = None
    sequences: int | None = None
    local_steps: int | None = None
    fragments: int | None = None
    evaluate_every: int | None = None
    audit_share: float = 0.05
    port: int = 0
    report: Path | None = None
    for_app: bool = False
    carriers: tuple[str, ...] = ("iroh", "store")
    tempo_seconds: float = 20.0
    validator: bool = True
    host: str = "127.0.0.1"
    """Where the orchestrator listens. Miners listen on all addresses of their own unless this is the loopback."""
    prefixes: tuple[tuple[str, ...], ...] = ()
    """Commands that miners run behind, in turn from miner 0 on: `ip netns exec NAME`, say. Without any all run here."""
    duty_cycle: float = 1.0
    """The share of its time that each miner computes."""


def parse(arguments: Sequence[str]) -> LocalOptions:
    """Raises SystemExit with words for a command line that can't be read, as argparse does."""
    given = _parser().parse_args(arguments)
    codec = None
    if given.codec is not None:
        codec = CodecSpec("raw32", 32) if given.codec == "raw32" else CodecSpec("int8", 8)
    return LocalOptions(
        folder=given.folder or Path.home() / ".train-at-home" / "local-network",
        preset=given.preset,
        stages=given.stages,
        miners_per_stage=given.miners_per_stage,
        data=given.data,
        tokenizer=given.tokenizer,
        tokens=given.tokens,
        seed=given.seed,
        codec=codec,
        bottleneck_width=given.bottleneck_width,
        in_flight=given.in_flight,
        microbatches_per_step=given.microbatches_per_step,
        sequences=given.sequences,
        local_steps=given.local_steps,
        audit_share=given.audit_share,
        port=given.port,
        report=given.report,
        for_app=given.for_app,
        carriers=tuple(given.carriers.split(",")),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dev.py local", description="Train a language model on this computer, in a network of its own processes."
    )
    parser.add_argument(
        "--preset", default="local", help="a name in resources/presets, or a TOML file (default: local)"
    )
    parser.add_argument("--stages", type=int, help="pipeline stages (default: the preset's)")
    parser.add_argument("--miners-per-stage", type=int, default=1)
    parser.add_argument("--data", type=Path, default=BUILT_IN_TEXT, help="a text file or a folder of them")
    parser.add_argument("--tokenizer", choices=("bytes", "bpe"), default="bytes")
    parser.add_argument("--tokens", type=int, help="how many tokens to train on (default: the preset's)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--codec", choices=("raw32", "int8"), help="how latents travel (default: the preset's)")
    parser.add_argument("--bottleneck-width", type=int, help="features per token that cross a stage border")
    parser.add_argument("--in-flight", type=int, help="microbatches in the pipeline per first-stage miner")
    parser.add_argument("--microbatches-per-step", type=int, help="microbatches of one optimizer step")
    parser.add_argument("--sequences", type=int, help="sequences per microbatch")
    parser.add_argument("--local-steps", type=int, help="optimizer steps between two merges")
    parser.add_argument("--audit-share", type=float, default=0.05, help="share of steps that the validator audits")
    parser.add_argument("--carriers", default="iroh,store", help="ways between miners, in order: iroh, store")
    parser.add_argument("--port", type=int, default=0, help="the dashboard's port (default: a free one)")
    parser.add_argument(
        "--folder", type=Path, help="where everything is kept (default: ~/.train-at-home/local-network)"
    )
    parser.add_argument("--report", type=Path, help="write a report of the run to this JSON file and end with the run")
    parser.add_argument(
        "--for-app", action="store_true", help="serve an app: print one JSON line, end when stdin closes"
    )
    return parser
