"""One page of the known problems. Its texts are English and pass `_` where they are shown."""

import msgspec


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Written for somebody who never heard of any of it."""

    title: str
    happened: str
    by_itself: str
    """What the app does without being asked."""
    you_can: str
