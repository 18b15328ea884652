"""A picture made from an address, so that two addresses that look alike in letters don't look alike."""

from hashlib import blake2b
from math import cos, pi, sin
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.look.spoken import Role
from app.ui.look.translation import _

_HUES: Final = 12
_RINGS: Final = (1, 6, 12)
"""Dots from the middle outwards; the two rings mirror left and right, which the eye compares easily."""
_NAMES: Final = (
    "red", "orange", "yellow", "lime", "green", "mint", "cyan", "sky", "blue", "violet", "magenta", "rose",
)  # fmt: skip


def dots_of(address: str) -> tuple[int | None, ...]:
    """The hue of each dot from the middle outwards, None for an empty one; the same for the same address always."""
    digest = blake2b(address.encode(), digest_size=32, person=b"identicon").digest()
    first, second = digest[0] % _HUES, (digest[0] + 3 + digest[1] % 7) % _HUES
    palette = (first, first, second, second, (first + 6) % _HUES, None)
    chosen = [palette[byte % len(palette)] for byte in digest[2:14]]
    middle, inner, outer = chosen[0], chosen[1:5], chosen[5:12]
    dots: list[int | None] = [first if middle is None else middle]
    dots += [inner[min(place, 6 - place)] for place in range(6)]
    dots += [outer[min(place, 12 - place)] for place in range(12)]
    return tuple(dots)


def spoken(address: str) -> str:
    """The picture in words: its colours in order of how often they appear."""
    dots = [dot for dot in dots_of(address) if dot is not None]
    hues = sorted(set(dots), key=lambda hue: (-dots.count(hue), hue))
    return _(", ").join(f"{dots.count(hue)} {_(_NAMES[hue])}" for hue in hues)


class Identicon(QWidget):
    """Paints one; empty while there is no address."""

    spoken_role = Role.Graphic

    def __init__(self, size: int = 56) -> None:
        super().__init__()
        self._size = size
        self._address = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_address(None)

    def show_address(self, address: str | None) -> None:
        self._address = address or ""
        if address:
            name = _("Picture of the address {first}…{last}").format(first=address[:6], last=address[-6:])
            self.setAccessibleName(name)
            self.setAccessibleDescription(_("Dots: {colours}").format(colours=spoken(address)))
        else:
            self.setAccessibleName(_("No address"))
            self.setAccessibleDescription("")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dark = self.palette().window().color().lightness() < 128
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QColor(self.palette().mid().color()))
        painter.setBrush(QColor("#20282B" if dark else "#FFFFFF"))
        painter.drawEllipse(area)
        if not self._address:
            return
        painter.setPen(QColor(0, 0, 0, 0))
        for place, hue in zip(_places(area), dots_of(self._address), strict=True):
            if hue is not None:
                painter.setBrush(QColor.fromHsl(hue * 360 // _HUES, 150, 165 if dark else 120))
                painter.drawEllipse(place, area.width() * 0.095, area.width() * 0.095)


def _places(area: QRectF) -> list[QPointF]:
    places = []
    for ring, count in enumerate(_RINGS):
        radius = area.width() * 0.195 * ring
        for step in range(count):
            angle = 2 * pi * step / count - pi / 2
            places.append(area.center() + QPointF(radius * cos(angle), radius * sin(angle)))
    return places
