"""The design system: spacing, type scale, palettes, one style sheet of them. Follows the system's dark mode and its
wish for high contrast."""

from enum import IntEnum, StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from app.core.settings.settings import Theme
from app.ui.look.palettes import DARK, LIGHT, Colours, palette_for
from app.ui.look.style_sheet import style_sheet

__all__ = ["DARK", "LIGHT", "Appearance", "Colours", "Space", "TextRole", "set_role", "to_palette"]


class Space(IntEnum):
    """Distances in device-independent pixels; nothing else may appear in a layout."""

    HAIR = 2
    TIGHT = 4
    SMALL = 8
    MEDIUM = 12
    LARGE = 16
    HUGE = 24


class TextRole(StrEnum):
    """What a label is for; the style sheet gives each its size and weight."""

    DISPLAY = "display"
    HEADING = "heading"
    FIGURE = "figure"
    BODY = "body"
    MUTED = "muted"
    CAPTION = "caption"
    ERROR = "error"


class Appearance(QObject):
    """Dresses one QApplication and tells views when the palette changed, so that painted things follow."""

    changed = Signal(object)

    def __init__(self, application: QApplication, choice: Theme = Theme.SYSTEM) -> None:
        super().__init__(application)
        self._application = application
        self._choice = choice
        self._more_contrast: bool | None = None
        self.colours = LIGHT
        application.setStyle("Fusion")
        self._hints = application.styleHints()
        self._hints.colorSchemeChanged.connect(self._on_system_changed)
        self._hints.accessibility().contrastPreferenceChanged.connect(self._on_system_changed)
        self._dress()

    @property
    def choice(self) -> Theme:
        return self._choice

    def choose(self, choice: Theme) -> None:
        if choice is not self._choice:
            self._choice = choice
            self._dress()

    def heed_contrast(self, more_wanted: bool | None) -> None:
        """What the system's own service says of high contrast. Qt doesn't ask it on every desktop."""
        self._more_contrast = more_wanted
        if self._palette() is not self.colours:
            self._dress()

    def _on_system_changed(self) -> None:
        if self._palette() is not self.colours:
            self._dress()

    def _palette(self) -> Colours:
        is_dark = self._hints.colorScheme() is Qt.ColorScheme.Dark
        told_qt = self._hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast
        return palette_for(self._choice, system_is_dark=is_dark, more_contrast=told_qt or bool(self._more_contrast))

    def _dress(self) -> None:
        self.colours = self._palette()
        self._application.setPalette(to_palette(self.colours))
        base_points = self._application.font().pointSizeF()
        self._application.setStyleSheet(style_sheet(self.colours, base_points if base_points > 0 else 10.0))
        self.changed.emit(self.colours)

    def forget_windows(self) -> None:
        """To be called while no window is open. Beneath a style sheet Qt (6.11) keeps about a kilobyte of every combo
        box and number field that there ever was, until the sheet is taken off."""
        sheet = self._application.styleSheet()
        self._application.setStyleSheet("")
        self._application.setStyleSheet(sheet)


def to_palette(colours: Colours) -> QPalette:
    """Qt's own roles, for what no style sheet reaches: menus drawn by the system, tool tips, disabled text."""
    palette = QPalette()
    role = QPalette.ColorRole
    for which, value in {
        role.Window: colours.background,
        role.WindowText: colours.text,
        role.Base: colours.sunken,
        role.AlternateBase: colours.card,
        role.Text: colours.text,
        role.Button: colours.card,
        role.ButtonText: colours.text,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Link: colours.accent,
        role.ToolTipBase: colours.card,
        role.ToolTipText: colours.text,
        role.PlaceholderText: colours.muted,
    }.items():
        palette.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.muted))
    return palette


def set_role(widget: QWidget, name: str, value: str) -> None:
    """Give `widget` the style sheet property `name`, and restyle it if that changed."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
