"""The engine bundle's program. It answers `-m MODULE ...` like Python, for the processes that a computer needs.

So whoever starts a process as `sys.executable -m engine` does the same in a checkout and in a bundle.
"""

import sys
from collections.abc import Callable
from importlib import import_module

MODULES = ("engine", "engine.speed_check", "subnet.local", "subnet.orchestrator", "subnet.validator")
USAGE_EXIT_CODE = 2


def main(arguments: list[str]) -> int:
    if len(arguments) < 2 or arguments[0] != "-m" or arguments[1] not in MODULES:
        print(f"Usage: {sys.argv[0]} -m {{{','.join(MODULES)}}} [...]", file=sys.stderr)
        return USAGE_EXIT_CODE
    sys.argv = [arguments[1], *arguments[2:]]
    run: Callable[[], int] = import_module(f"{arguments[1]}.__main__").main
    return run() or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
