"""Our own drawings, coloured when loaded: state icons for the tray, glyphs for buttons, the app's icon."""

import sys
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).resolve().parents[3] / "resources" / "icons"
_TRAY_SIZES = (16, 20, 22, 24, 32, 44, 48, 64)
_DRAWN_IN = "#000"


class Tone(StrEnum):
    """Tray colours. Panels may be dark or light and don't say so: each has a contrast of 3 on black and on white."""

    TRAINING = "#12957F"
    WAITING = "#4A86C5"
    SCHEDULED = "#7A8590"
    PAUSED = "#B8770A"
    HELD = "#8B7BA8"
    TROUBLE = "#E04A3F"


def app_icon() -> QIcon:
    """The app's own icon, for windows, docks and task bars."""
    icon = QIcon()
    for size in (32, 64, 128, 256):
        icon.addPixmap(_painted("app", "", size))
    return icon


@lru_cache(maxsize=16)
def tray_icon(state: str, as_template: bool = sys.platform == "darwin") -> QIcon:
    """The icon of tray state `state` ("training", ...). A template is black and left to macOS to colour."""
    icon = QIcon()
    colour = _DRAWN_IN if as_template else Tone[state.upper()].value
    for size in _TRAY_SIZES:
        icon.addPixmap(_painted(f"tray-{state}", colour, size))
    icon.setIsMask(as_template)
    return icon


@lru_cache(maxsize=128)
def glyph(name: str, colour: str, size: int = 20, ratio: float = 2.0) -> QPixmap:
    """A glyph of `size` device-independent pixels in `colour` (#RRGGBB)."""
    file = name if name.startswith("tray-") else f"glyph-{name}"
    pixmap = _painted(file, colour, round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _painted(name: str, colour: str, size: int) -> QPixmap:
    source = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    if colour:
        source = source.replace(_DRAWN_IN, colour)
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
