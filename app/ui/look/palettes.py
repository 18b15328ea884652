"""The colours of every look, and how they contrast."""

from dataclasses import dataclass
from typing import Final

from app.core.settings.settings import Theme

LEAST_TEXT_CONTRAST: Final = 4.5
"""WCAG 2.2, level AA for text."""
HIGH_TEXT_CONTRAST: Final = 7.0
"""WCAG 2.2, level AAA for text."""
LEAST_EDGE_CONTRAST: Final = 3.0
"""WCAG 2.2 for the edges of controls and for what is drawn."""


@dataclass(frozen=True)
class Colours:
    """One palette, as #RRGGBB. Every text colour reaches `least_text_contrast` on what it stands on."""

    dark: bool
    least_text_contrast: float
    background: str
    card: str
    sunken: str
    """Behind fields and charts inside a card."""
    groove: str
    """Beneath what is pressed or can't be used, behind the part of a bar that is done, and the lines behind a curve."""
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
    least_text_contrast=LEAST_TEXT_CONTRAST,
    background="#F4F2EE",
    card="#FFFFFF",
    sunken="#F7F6F3",
    groove="#E2DED6",
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
    least_text_contrast=LEAST_TEXT_CONTRAST,
    background="#14181A",
    card="#1D2326",
    sunken="#181D20",
    groove="#2E3639",
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


CONTRAST_LIGHT = Colours(
    dark=False,
    least_text_contrast=HIGH_TEXT_CONTRAST,
    background="#FFFFFF",
    card="#FFFFFF",
    sunken="#F2F2F2",
    groove="#D6D6D6",
    border="#6B6B6B",
    control_border="#000000",
    text="#000000",
    muted="#333333",
    accent="#004D44",
    on_accent="#FFFFFF",
    accent_hover="#00332D",
    accent_soft="#D5F5EF",
    warning="#5C3500",
    warning_soft="#FFF0D6",
    danger="#8A0F0A",
    danger_soft="#FFE5E2",
    series_loss="#004D44",
    series_speed="#123A8C",
)

CONTRAST_DARK = Colours(
    dark=True,
    least_text_contrast=HIGH_TEXT_CONTRAST,
    background="#000000",
    card="#000000",
    sunken="#1A1A1A",
    groove="#3A3A3A",
    border="#8C8C8C",
    control_border="#FFFFFF",
    text="#FFFFFF",
    muted="#DDDDDD",
    accent="#5CF0D6",
    on_accent="#000000",
    accent_hover="#A6FFEF",
    accent_soft="#00332B",
    warning="#FFC857",
    warning_soft="#2B1D00",
    danger="#FFA79E",
    danger_soft="#3A0500",
    series_loss="#5CF0D6",
    series_speed="#9DBBFF",
)

LOOKS: Final = {"light": LIGHT, "dark": DARK, "contrast, light": CONTRAST_LIGHT, "contrast, dark": CONTRAST_DARK}


def palette_for(choice: Theme, *, system_is_dark: bool, more_contrast: bool) -> Colours:
    """What to dress in: what the person chose, and else what the system asks for."""
    match choice:
        case Theme.LIGHT:
            return LIGHT
        case Theme.DARK:
            return DARK
        case Theme.CONTRAST:
            more_contrast = True
        case Theme.SYSTEM:
            pass
    if more_contrast:
        return CONTRAST_DARK if system_is_dark else CONTRAST_LIGHT
    return DARK if system_is_dark else LIGHT


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio of two #RRGGBB colours, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
