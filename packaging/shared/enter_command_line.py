"""The bundle's command line: what `python -m app.control` is in a checkout.

It also answers `-m app.control.chain_child`, as a checkout's Python does: a question to the chain has its own process.
"""

import sys

from app.control.chain_child import main as answer_about_the_chain
from app.update.entering import enter

if __name__ == "__main__":
    if sys.argv[1:] == ["-m", "app.control.chain_child"]:
        sys.exit(answer_about_the_chain())
    sys.exit(enter("app.control.__main__", serves=False))
