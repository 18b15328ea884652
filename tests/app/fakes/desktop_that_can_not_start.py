"""The desktop app's own start, with a person who reads what the window says and closes it with the key named first.

Started by a test with the repository's root as PYTHONPATH: Qt's application can be made once in a process only.
"""

import sys
import threading
import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

import app.__main__
from app.ui.failed_start import FailedStart

LOOK_MS = 50


def look_for_window(key: Qt.Key) -> None:
    """In Qt's thread, until the window is there."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, FailedStart) and widget.isVisible():
            print(f"{widget.heading.text()} | {widget.advice.text()}", flush=True)
            QTest.keyClick(widget, key)
            return
    QTimer.singleShot(LOOK_MS, lambda: look_for_window(key))


def wait_for_application(key: Qt.Key) -> None:
    while (application := QApplication.instance()) is None:
        time.sleep(LOOK_MS / 1000)
    QTimer.singleShot(0, application, lambda: look_for_window(key))


if __name__ == "__main__":
    threading.Thread(target=wait_for_application, args=(Qt.Key[sys.argv[1]],), daemon=True).start()
    sys.exit(app.__main__.main(sys.argv[2:]))
