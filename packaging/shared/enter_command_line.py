"""The bundle's command line: what `python -m app.control` is in a checkout."""

import sys

from app.update.entering import enter

if __name__ == "__main__":
    sys.exit(enter("app.control.__main__", serves=False))
