"""A desktop program that has nothing but our tray, and says line by line what becomes of it. It looks more often."""

import sys

from PySide6.QtWidgets import QApplication, QMenu

from app.ui.choices import State
from app.ui.tray import tray as tray_module
from app.ui.tray.tray import QtTray


def main() -> int:
    tray_module.LOOK_EVERY_MS = tray_module.LOOK_AT_REST_EVERY_MS = 100
    application = QApplication(sys.argv)
    application.setQuitOnLastWindowClosed(False)
    menu = QMenu()
    menu.addAction("Open")
    tray = QtTray(menu)
    tray.appeared.connect(lambda: print("appeared", flush=True))
    tray.out_of_sight.connect(lambda: print("out of sight", flush=True))
    tray.gone.connect(lambda: print("gone", flush=True))
    tray.clicked.connect(lambda: print("clicked", flush=True))
    tray.show_state(State.WAITING, "Waiting")
    tray.start()
    print("started", flush=True)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
