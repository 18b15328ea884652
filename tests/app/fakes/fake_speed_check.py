"""A speed check that measures nothing. Its one argument says how it behaves; what follows is what real ones take."""

import os
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from protocol.speed_check import (
    LINE_ORDER,
    Began,
    CheckFailed,
    Ended,
    LineBegan,
    LineEnough,
    LineMeasured,
    LineNotMeasured,
    LineSpeed,
    LineTrouble,
    SpeedLine,
    Stretch,
    encode_line,
)

LINES: dict[str, SpeedLine] = {
    "line": LineMeasured(up=LineSpeed(1_500_000.0), down=LineSpeed(11_875_000.0)),
    "no_line": LineNotMeasured(trouble=LineTrouble.UNREACHABLE),
}
ENOUGH = LineEnough(run_title="Tales", times_smaller=32.0, share=1.0)


def say(*lines: SpeedLine) -> None:
    for line in lines:
        os.write(1, encode_line(line))


def main(mode: str) -> int:
    if mode == "no_device":
        say(CheckFailed(code="device", title="There is no such device.", advice="Choose another."))
        return 1
    if mode == "babbles":
        os.write(1, b"hello\n" * 100)
        threading.Event().wait(30)
    if mode in LINES and os.environ.get(LINE_ORDER):
        say(LineBegan(), LINES[mode])
    say(Began(device="cuda", parameters=50_000_000))
    say(*(Stretch(done_share=n / 10, tokens_per_second=20_000.0 + 100 * n) for n in range(1, 10)))
    if mode in ("hangs", "ignores"):
        if mode == "hangs":
            while os.read(0, 4096):
                pass
            return 1
        threading.Event().wait(30)
    if mode == "killed":
        os._exit(137)
    if mode == "mutters":
        os.write(1, b"a native library prints\n\xff\xfe{}\n")
    if mode == "stops_short":
        return 0
    if mode == "exits":
        return 7
    if mode == "line":
        say(ENOUGH)
    say(Ended(tokens=400_000))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
