"""The bundle's program with tray and window: what `python -m app` is in a checkout."""

import sys

from app.update.entering import enter

if __name__ == "__main__":
    sys.exit(enter("app.__main__", serves=True))
