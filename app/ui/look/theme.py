"""The design system: spacing, type scale, two palettes, one style sheet of them. Follows the system's dark mode."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from app.core.settings.settings import Theme
from app.ui.look.style_sheet import style_sheet

LEAST_TEXT_CONTRAST = 4.5
"""WCAG 2.2, level AA for text."""


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


@dataclass(frozen=True)
class Colours:
    """One palette, as #RRGGBB. Every text colour reaches LEAST_TEXT_CONTRAST on what it stands on."""

    dark: bool
    background: str
    card: str
    sunken: str
    """Behind fields and charts inside a card."""
    border: str
    control_border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_hover: str
    accent_soft: str
    warning: str
    warning_soft: str
    danger: str
    danger_soft: str
    series_loss: str
    series_speed: str


LIGHT = Colours(
    dark=False,
    background="#F4F2EE",
    card="#FFFFFF",
    sunken="#F7F6F3",
    border="#E2DED6",
    control_border="#838788",
    text="#1B2124",
    muted="#586166",
    accent="#0B7468",
    on_accent="#FFFFFF",
    accent_hover="#085C53",
    accent_soft="#DDF0EC",
    warning="#8A5200",
    warning_soft="#FBEFD9",
    danger="#B3261E",
    danger_soft="#FBE6E3",
    series_loss="#0B7468",
    series_speed="#3A62B5",
)

DARK = Colours(
    dark=True,
    background="#14181A",
    card="#1D2326",
    sunken="#181D20",
    border="#2E3639",
    control_border="#78848A",
    text="#EDF1F2",
    muted="#A6B1B6",
    accent="#54CDB7",
    on_accent="#06231E",
    accent_hover="#7BDECB",
    accent_soft="#16332F",
    warning="#F3B75F",
    warning_soft="#382B15",
    danger="#FF948A",
    danger_soft="#3D1F1D",
    series_loss="#54CDB7",
    series_speed="#8FB2FF",
)


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio of two #RRGGBB colours, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


class Appearance(QObject):
    """Dresses one QApplication and tells views when the palette changed, so that painted things follow."""

    changed = Signal(object)

    def __init__(self, application: QApplication, choice: Theme = Theme.SYSTEM) -> None:
        super().__init__(application)
        self._application = application
        self._choice = choice
        self.colours = LIGHT
        application.setStyle("Fusion")
        application.styleHints().colorSchemeChanged.connect(self._on_system_scheme_changed)
        self._dress()

    @property
    def choice(self) -> Theme:
        return self._choice

    def choose(self, choice: Theme) -> None:
        if choice is not self._choice:
            self._choice = choice
            self._dress()

    def _on_system_scheme_changed(self) -> None:
        if self._choice is Theme.SYSTEM:
            self._dress()

    def _dress(self) -> None:
        self.colours = DARK if self._is_dark() else LIGHT
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

    def _is_dark(self) -> bool:
        if self._choice is Theme.SYSTEM:
            return self._application.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return self._choice is Theme.DARK


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
