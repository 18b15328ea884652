"""`python -m engine.speed_check [--device NAME] [--threads N] [--seconds S]`: prints protocol.speed_check's lines.

With an order for it in the environment (protocol.speed_check.LINE_ORDER) the internet line is measured too.
"""

import argparse
import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable

import structlog
import torch

from edge.process_log import log_to_stderr
from engine.control import take_stdout
from engine.devices import choose
from engine.devices.allocator import tune_allocator
from engine.speed_check.line import FoundLine, find_line, with_line
from engine.speed_check.measuring import speed_lines
from protocol.errors import UserFacingError
from protocol.speed_check import (
    LINE_LIMIT_BYTES,
    LINE_ORDER,
    LONGEST_SECONDS,
    CheckFailed,
    LineBegan,
    LineOrder,
    SpeedLine,
    encode_line,
)
from protocol.wire import from_json

FAILED_EXIT_CODE = 1

log = structlog.get_logger(__name__)


def main() -> int:
    """Exit code 0 after Ended, 1 after CheckFailed."""
    options = _parser().parse_args()
    wire = take_stdout()
    log_to_stderr()
    tune_allocator()
    threading.Thread(target=_end_with_stdin, name="stdin", daemon=True).start()

    def tell(line: SpeedLine) -> None:
        wire.write(encode_line(line))

    try:
        torch.set_num_threads(options.threads)
        device = choose(options.device)
        found = _line(os.environ.get(LINE_ORDER, ""), tell)
        for line in with_line(speed_lines(device, options.seconds, time.perf_counter), found):
            tell(line)
    except BrokenPipeError:
        return FAILED_EXIT_CODE
    except UserFacingError as error:
        tell(CheckFailed(code=error.code, title=error.title[:1000], advice=error.advice[:1000]))
        return FAILED_EXIT_CODE
    except Exception as error:
        log.exception("speed_check_failed")
        advice = "The log says more."
        tell(
            CheckFailed(code="bug", title=f"The check met a fault of its own ({type(error).__name__}).", advice=advice)
        )
        return FAILED_EXIT_CODE
    return 0


def _line(text: str, tell: Callable[[SpeedLine], None]) -> FoundLine | None:
    """None where it is not to be measured. Raises MalformedMessage."""
    if not text:
        return None
    order: LineOrder = from_json(text.encode("utf-8", "surrogateescape"), LineOrder, LINE_LIMIT_BYTES)
    tell(LineBegan())
    found = asyncio.run(find_line(order, time.perf_counter))
    tell(found.told)
    return found


def _end_with_stdin() -> None:
    """Whoever started this is gone, or wants it gone."""
    while os.read(0, 4096):
        pass
    os._exit(FAILED_EXIT_CODE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m engine.speed_check", description="How fast this computer trains.")
    parser.add_argument("--device", default="auto", help="as in the settings: auto, cpu, cuda, cuda:1, mps, xpu")
    parser.add_argument("--threads", type=_threads, default=1, help="of the processor")
    parser.add_argument("--seconds", type=_seconds, default=20.0, help="to measure for")
    return parser


def _threads(text: str) -> int:
    return int(_within(int(text), 1, 256))


def _seconds(text: str) -> float:
    return _within(float(text), 0.1, LONGEST_SECONDS)


def _within(number: float, least: float, most: float) -> float:
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{number} is not between {least} and {most}")
    return number


if __name__ == "__main__":
    sys.exit(main())
