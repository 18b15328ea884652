"""One run of the desktop app: Qt around a service that was opened before, until both have ended in order."""

import os
import sys

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import VERSION
from app.control.computer import ComputerHere
from app.control.exit_codes import ExitCode
from app.control.logs import close_log
from app.control.removing import Removing
from app.control.service import Service
from app.core.removal_plan import RemovalChoice
from app.platforms.here import contrast_here
from app.ui.application import Desktop
from app.ui.doorbell import Doorbell
from app.ui.garbage import SETTLED_AFTER_MS, GarbageRounds, set_aside, settle
from app.ui.lifetime import Lifetime
from app.ui.links import LinkedApplication
from app.ui.look.contrast_watch import ContrastWatch
from app.ui.look.spoken import tell_roles
from app.ui.look.translation import teach_qt
from app.ui.onlooker import Onlooker, sight_now
from app.ui.settings.removal_end import RemovalEnd
from app.ui.signals import EndingSignals
from app.update.entering import come_back

_GTK_DESKTOPS = {"GNOME", "Unity", "MATE", "XFCE", "X-Cinnamon", "Cinnamon", "Budgie", "Pantheon", "LXDE"}
_LOOK_MS = 5000


class _Rings(QObject):
    """Carries a ring into Qt's thread."""

    rung = Signal(object)
    """With a link, or None."""


class _ServiceEnding:
    """app.ui.lifetime.Ending over a Service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def stop(self, within_seconds: float) -> None:
        self._service.supervisor.stop(within_seconds)

    def hurry(self) -> None:
        self._service.supervisor.hurry()

    def wait(self) -> object:
        return self._service.wait()


def run_session(service: Service, doorbell: Doorbell, *, hidden: bool) -> int:
    """Show the app and block until it has ended. The service is started and ended here."""
    application = new_application()
    GarbageRounds(application)
    teach_qt(application)
    service.start()
    removing = Removing(service.paths, own_profile=service.own_profile)
    desktop = Desktop(
        application,
        service.supervisor,
        paths=service.paths,
        computer=ComputerHere(service.paths),
        removing=removing,
    )
    contrast = _follow_contrast(application, desktop)
    lifetime = Lifetime(_ServiceEnding(service), desktop)
    signals = EndingSignals(desktop)
    rings = _Rings(desktop)
    rings.rung.connect(desktop.show_asked, Qt.ConnectionType.QueuedConnection)
    application.link_opened.connect(desktop.show_asked)
    signals.arrived.connect(lambda number: _end(desktop, lifetime, number))
    desktop.quit_requested.connect(lambda: _end(desktop, lifetime, None))
    follow_session(application, lifetime)
    lifetime.ended.connect(application.quit)
    lifetime.start()
    desktop.start(hidden=hidden)
    doorbell.answered_by(rings.rung.emit)
    service.notices_stand_in(desktop.notice_arrived.emit)
    onlooker = Onlooker()
    looking = QTimer(desktop, interval=_LOOK_MS)
    looking.timeout.connect(lambda: _look(onlooker, service))
    looking.start()
    set_aside()
    QTimer.singleShot(SETTLED_AFTER_MS, desktop, lambda: set_aside() if _window_open() else settle())
    desktop.windows_gone.connect(settle)
    try:
        code = application.exec()
    finally:
        looking.stop()
        contrast.close()
        doorbell.answered_by(None)
        service.notices_stand_in(None)
        desktop.close()
        service.close()
        signals.close()
    if desktop.removal is not None:
        return _remove(removing, desktop.removal)
    come_back(shown=onlooker.window)
    return service.exit_code(code)


def new_application() -> LinkedApplication:
    """Qt's application under our name; there can be one in a process."""
    _choose_platform_theme()
    tell_roles()
    QApplication.setApplicationName("train-at-home")
    QApplication.setApplicationDisplayName("Train at Home")
    QApplication.setApplicationVersion(VERSION)
    QApplication.setDesktopFileName("train-at-home")
    return LinkedApplication(sys.argv[:1])


def follow_session(application: QGuiApplication, lifetime: Lifetime) -> None:
    """A log-out that is only being asked about ends nothing; one that happens is handed over in."""
    application.commitDataRequest.connect(lambda _manager: lifetime.on_session_may_end())
    application.aboutToQuit.connect(lifetime.on_about_to_quit)


def _follow_contrast(application: QApplication, desktop: Desktop) -> ContrastWatch:
    watch = ContrastWatch(application, contrast_here().more_wanted, desktop)
    watch.answered.connect(desktop.appearance.heed_contrast)
    watch.look()
    return watch


def _remove(removing: Removing, choice: RemovalChoice) -> int:
    """The app has ended and its lock is free; nothing writes into its folders any more."""
    close_log()
    RemovalEnd(lambda: removing.carry_out(choice)).exec()
    return ExitCode.OK  # even where something stayed, which was told: services are begun anew after a failure


def _look(onlooker: Onlooker, service: Service) -> None:
    """Nobody likes a window that vanishes and comes back: the app restarts for an update only unseen."""
    if not service.restart_wanted:  # its windows close then
        onlooker.see(sight_now())
        service.note_person_looks(onlooker.looks)


def _window_open() -> bool:
    return any(widget.isVisible() for widget in QApplication.topLevelWidgets())


def _end(desktop: Desktop, lifetime: Lifetime, number: int | None) -> None:
    desktop.begin_ending()
    if number is None:
        lifetime.end()
    else:
        lifetime.on_signal(number)


def _choose_platform_theme() -> None:
    """GTK's theme plugin would load all of GTK, 65 MB, for colours and fonts that the desktop portal tells as well."""
    desktops = set(os.environ.get("XDG_CURRENT_DESKTOP", "").split(":"))
    if sys.platform == "linux" and desktops & _GTK_DESKTOPS:
        os.environ.setdefault("QT_QPA_PLATFORMTHEME", "xdgdesktopportal")
