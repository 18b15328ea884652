"""Draws an SVG at sizes: `python -m devtools.release.icons app.svg 16=a.png 32=b.png`, or `ico=app.ico`."""

import struct
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ICO_SIZES: Final = (16, 20, 24, 32, 40, 48, 64, 128, 256)


def drawn(svg: Path, size: int) -> bytes:
    """A PNG of `size` pixels a side."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(svg)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # Qt's stubs want bytes, Qt a string
    return bytes(buffer.data().data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """Windows' icon file: a table of sizes, then the PNGs."""
    offset = 6 + 16 * len(pictures)
    table, content = b"", b""
    for size, png in pictures.items():
        side = size % 256  # 256 is written as 0
        table += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(png), offset + len(content))
        content += png
    return struct.pack("<HHH", 0, 1, len(pictures)) + table + content


def main(arguments: list[str]) -> int:
    _application = QGuiApplication(sys.argv[:1])
    svg = Path(arguments[0])
    for pair in arguments[1:]:
        size, _, path = pair.partition("=")
        content = ico({side: drawn(svg, side) for side in ICO_SIZES}) if size == "ico" else drawn(svg, int(size))
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
