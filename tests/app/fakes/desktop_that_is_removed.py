"""The whole desktop over fakes, in a profile of its own: somebody opens the settings and removes everything.

Started by a test with the repository's root as PYTHONPATH: Qt's application can be made once in a process only.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.control.logs import log_to_file
from app.control.messages import Run
from app.control.service import AlreadyRunning, ServiceOptions, open_service
from app.platforms.paths import profile_paths
from app.platforms.services import Computer
from app.ui import session
from app.ui.doorbell import Doorbell
from app.ui.home.window import HomeWindow
from app.ui.links import LinkedApplication
from app.ui.settings.removal_end import RemovalEnd
from app.ui.settings.remove_dialog import RemoveDialog
from app.ui.settings.window import SettingsWindow

Shown = TypeVar("Shown", bound=QWidget)
HERE = Path(__file__).resolve().parent


class Hand:
    """Clicks what is there, in order, looking ten times a second."""

    def __init__(self) -> None:
        self._steps: list[Callable[[], bool]] = [
            self.open_settings,
            self.open_removal,
            self.go_on,
            self.mean_it,
            self.close,
        ]

    def look(self) -> None:
        if self._steps and self._steps[0]():
            self._steps.pop(0)

    def open_settings(self) -> bool:
        home = shown(HomeWindow)
        if home is not None:
            home.settings_card.all_settings.click()
        return home is not None

    def open_removal(self) -> bool:
        settings = shown(SettingsWindow)
        if settings is not None:
            settings.remove.click()
        return settings is not None

    def go_on(self) -> bool:
        dialog = shown(RemoveDialog)
        if dialog is None or not dialog.save.isEnabled():
            return False
        dialog.save.click()
        return True

    def mean_it(self) -> bool:
        dialog = shown(RemoveDialog)
        assert dialog is not None
        dialog.save.click()
        return True

    def close(self) -> bool:
        end = shown(RemovalEnd)
        if end is None or not end.cancel.isEnabled():
            return False
        print(end.message.text(), flush=True)
        end.cancel.click()
        return True


def shown(kind: type[Shown]) -> Shown | None:
    return next((each for each in QApplication.allWidgets() if isinstance(each, kind) and each.isVisible()), None)


def main(profile: Path) -> int:
    log_to_file(profile_paths(profile))
    opened = open_service(
        ServiceOptions(
            profile_folder=profile,
            first=Run(network="local", now=True),
            engine_command=(sys.executable, str(HERE / "fake_engine.py"), "good"),
            local_network_command=(sys.executable, str(HERE / "fake_local_network.py"), "good"),
            tick_seconds=0.05,
            computer=Computer,  # the battery of the computer that runs the tests is none of theirs
        )
    )
    assert not isinstance(opened, AlreadyRunning)
    hand = Hand()
    timer: list[QTimer] = []

    class Application(LinkedApplication):
        def __init__(self, arguments: list[str]) -> None:
            super().__init__(arguments)
            timer.append(QTimer(self, interval=100))
            timer[0].timeout.connect(hand.look)
            timer[0].start()

    vars(session)["LinkedApplication"] = Application
    return session.run_session(opened, Doorbell(), hidden=False)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
