"""A label that shows one of our drawings."""

from PySide6.QtWidgets import QLabel

from app.ui.look.icons import glyph


class GlyphLabel(QLabel):
    """Shown again, the same drawing costs nothing; Qt alone would lay out the whole window anew."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[str, str, int] | None = None

    def show_glyph(self, name: str, colour: str, size: int) -> None:
        """Drawing `name` in `colour`, `size` device-independent pixels high."""
        if self._shown != (name, colour, size):
            self._shown = (name, colour, size)
            self.setPixmap(glyph(name, colour, size))
