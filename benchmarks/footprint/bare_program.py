"""The program beside which the app is measured: Qt, a tray icon and an empty window, and nothing else.

`python -m benchmarks.footprint.bare_program [--window] [--hidden]`; with `--window` a 10 ms timer's lateness is told.
"""

import sys

from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from benchmarks.footprint.lateness import TimerRecord, TurnRecord, told_over_pipes

CLASS_NAME = "bare-program"


def main() -> int:
    QApplication.setApplicationName(CLASS_NAME)
    QApplication.setDesktopFileName(CLASS_NAME)
    application = QApplication([CLASS_NAME])
    picture = QPixmap(22, 22)
    picture.fill(QColor("teal"))
    icon = QSystemTrayIcon(picture)
    icon.show()
    window = QWidget()
    if "--window" in sys.argv:
        window.resize(400, 300)
        window.show()
        told_over_pipes(TimerRecord(application), TurnRecord(application))
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
