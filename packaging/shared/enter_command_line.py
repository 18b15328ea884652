"""The bundle's command line: what `python -m app.control` is in a checkout.

It also answers `-m` for the app's own small processes, as a checkout's Python does: a question to the chain is one, and
on Windows the watcher over the app, which loads nothing that it doesn't need.
"""

import sys

from app.platforms.windows import bring_back

if __name__ == "__main__":
    match sys.argv[1:]:
        case ["-m", bring_back.MODULE, *rest]:
            sys.exit(bring_back.main(rest))
        case ["-m", "app.control.chain_child"]:
            from app.control.chain_child import main as answer_about_the_chain

            sys.exit(answer_about_the_chain())
        case _:
            from app.update.entering import enter

            sys.exit(enter("app.control.__main__", serves=False))
