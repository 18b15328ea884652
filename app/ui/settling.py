"""Python's collector of circular garbage passes over what is there for good, and so never stops the window for long.

A collection of everything takes 40 ms and more with this app's libraries, far longer where the engine wants the
processors as well; one that passes over them takes less than one.
"""

import gc
from typing import Final

SETTLED_AFTER_MS: Final = 10_000
"""By then what a start loads is loaded."""


def set_aside() -> None:
    """Let the collector pass over all that is there now. This takes no time at all."""
    gc.freeze()


def settle() -> None:
    """Collect everything, what was set aside too, and then set aside what is left.

    To be called when nobody looks: it finds what was in use when it was set aside and is garbage now.
    """
    gc.unfreeze()
    gc.collect()
    set_aside()
