"""`python -m engine.speed_check [--device NAME] [--threads N] [--seconds S]`: prints protocol.speed_check's lines.

With `--line-to URL --line-folder FOLDER` the internet line to that network is measured too, and counted in the folder.
"""

import argparse
import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog
import torch

from engine.control import take_stdout
from engine.devices import choose
from engine.devices.allocator import tune_allocator
from engine.process_log import log_to_stderr
from engine.speed_check.line import FoundLine, LineOrder, find_line, with_line
from engine.speed_check.measuring import speed_lines
from protocol.errors import UserFacingError
from protocol.speed_check import LONGEST_SECONDS, CheckFailed, LineBegan, SpeedLine, encode_line

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
        found = _line(options, tell)
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


def _line(options: argparse.Namespace, tell: Callable[[SpeedLine], None]) -> FoundLine | None:
    """None where it is not to be measured."""
    if options.line_to is None:
        return None
    tell(LineBegan())
    order = LineOrder(options.line_to, options.line_folder, options.line_up, options.line_down)
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
    parser.add_argument("--line-to", metavar="URL", help="measure the internet line to this orchestrator too")
    parser.add_argument("--line-folder", type=Path, default=Path("."), help="where what that takes is counted")
    parser.add_argument("--line-up", type=_rate, metavar="BYTES", help="to send in a second at most")
    parser.add_argument("--line-down", type=_rate, metavar="BYTES", help="to receive in a second at most")
    return parser


def _threads(text: str) -> int:
    return int(_within(int(text), 1, 256))


def _seconds(text: str) -> float:
    return _within(float(text), 0.1, LONGEST_SECONDS)


def _rate(text: str) -> float:
    return _within(float(text), 1e-9, 1e12)


def _within(number: float, least: float, most: float) -> float:
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{number} is not between {least} and {most}")
    return number


if __name__ == "__main__":
    sys.exit(main())
