"""The desktop's side of the app, put together: appearance, bridge, tray, and windows that are made when first shown."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

import structlog
from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from app.control.report_gathering import report_here, word_of
from app.core import words
from app.core.commands import AskLedger, Command, LookAtAddress
from app.core.network.invitations import parse_link
from app.core.network.known import known_networks
from app.core.report.contents import ReportFile
from app.core.settings.settings import Settings
from app.core.snapshot import NetworkKind, Snapshot
from app.platforms.paths import ProfilePaths, profile_paths
from app.ui.activity.window import ActivityWindow
from app.ui.bridge import Bridge
from app.ui.choices import state_of
from app.ui.earnings.window import EarningsWindow
from app.ui.first_visit.dialog import FirstVisit
from app.ui.home.window import HomeWindow
from app.ui.logs.window import LogsWindow
from app.ui.look.icons import app_icon
from app.ui.look.theme import Appearance
from app.ui.look.translation import _
from app.ui.tray.menu import TrayMenu
from app.ui.tray.tray import NoTray, QtTray, Tray
from protocol.errors import UserFacingError

_log = structlog.get_logger(__name__)


class Backend(Protocol):
    """What the desktop needs of app.core.supervisor.Supervisor; nothing of it waits."""

    @property
    def snapshot(self) -> Snapshot: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def first_visit_done(self) -> bool: ...

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]: ...

    def submit(self, command: Command) -> Future[None]: ...


class Desktop(QObject):
    """Lives as long as the QApplication. `quit_requested` leaves the stopping to whoever started the supervisor."""

    quit_requested = Signal()
    notice_arrived = Signal(str, str)
    """Title and text of what the system itself can't show; may be emitted from any thread."""

    def __init__(
        self, application: QApplication, backend: Backend, *, with_tray: bool = True, paths: ProfilePaths | None = None
    ) -> None:
        super().__init__(application)
        self._application, self._backend = application, backend
        self._paths = paths or profile_paths()
        application.setQuitOnLastWindowClosed(False)
        application.setWindowIcon(app_icon())
        self.appearance = Appearance(application, backend.settings.theme)
        self.bridge = Bridge(backend.submit, self)
        self.menu = TrayMenu(self)
        self.tray: Tray = self._make_tray() if with_tray else NoTray()
        self.home: HomeWindow | None = None
        self.first_visit: FirstVisit | None = None
        self.earnings: EarningsWindow | None = None
        self.activity: ActivityWindow | None = None
        self.logs: LogsWindow | None = None
        self._snapshot = backend.snapshot
        self._ending = False
        self._connect()
        self._unsubscribe = backend.subscribe(self.bridge.publish)
        self._render(backend.snapshot)

    def start(self, *, hidden: bool = False) -> None:
        """Show what a person should see first: the first visit, the window, or with `hidden` and a tray nothing."""
        if isinstance(self.tray, QtTray):
            self.tray.start()
        if not self._backend.first_visit_done and self._snapshot.network.kind is NetworkKind.NONE:
            self.show_first_visit()
        elif not (hidden and self.tray.visible):
            self.show_home()

    def begin_ending(self) -> None:
        """Close the windows; the tray says that work is being handed over, until `close`."""
        self._ending = True
        self.menu.show_ending()
        for window in (self.first_visit, self.earnings, self.activity, self.logs, self.home):
            if window is not None:
                window.close()

    def close(self) -> None:
        """Take everything off the screen."""
        self._ending = True
        self._unsubscribe()
        self.bridge.close()
        for window in (self.first_visit, self.earnings, self.activity, self.logs, self.home):
            if window is not None:
                window.close()
        self.tray.close()

    def show_home(self) -> None:
        """Open the Home window, or bring it to the front."""
        if self.home is None:
            self.home = HomeWindow(self._backend.settings)
            self.home.command_requested.connect(self.ask)
            self.home.set_up_requested.connect(self.show_first_visit)
            self.home.dashboard_requested.connect(self.open_dashboard)
            self.home.earnings_requested.connect(self.show_earnings)
            self.home.activity_requested.connect(self.show_activity)
            self.home.logs_requested.connect(self.show_logs)
            self.home.quit_requested.connect(self._on_quit_requested)
            self.home.closed.connect(self._on_window_closed, Qt.ConnectionType.QueuedConnection)
            self.home.dress(self.appearance.colours)
            self.home.show_snapshot(self._snapshot)
        _raise(self.home)

    def show_earnings(self) -> None:
        """Open the Earnings window, or bring it to the front, and ask for what is newest."""
        if self.earnings is None:
            self.earnings = EarningsWindow(self._backend.settings)
            self.earnings.command_requested.connect(self.ask)
            self.earnings.payout_requested.connect(self._on_payout_requested)
            self.earnings.closed.connect(self._on_window_closed, Qt.ConnectionType.QueuedConnection)
            self.earnings.dress(self.appearance.colours)
            self.earnings.show_snapshot(self._snapshot)
        _raise(self.earnings)
        self.bridge.ask(AskLedger())
        if self._snapshot.account.payout_address is not None:
            self.bridge.ask(LookAtAddress(self._snapshot.account.payout_address))

    def show_activity(self) -> None:
        """Open the Activity window, or bring it to the front."""
        if self.activity is None:
            self.activity = ActivityWindow(self._backend.settings)
            self.activity.closed.connect(self._on_window_closed, Qt.ConnectionType.QueuedConnection)
            self.activity.dress(self.appearance.colours)
        self.activity.show_snapshot(self._snapshot)
        _raise(self.activity)

    def show_logs(self) -> None:
        """Open the log with the way to a report, or bring it to the front."""
        if self.logs is None:
            self.logs = LogsWindow(self._paths.log_folder, self._compose_report)
            self.logs.closed.connect(self._on_window_closed, Qt.ConnectionType.QueuedConnection)
        _raise(self.logs)

    def _compose_report(self) -> tuple[ReportFile, ...]:
        """Called in a thread; the snapshot is frozen."""
        snapshot = self._snapshot
        return report_here(self._paths, snapshot.at, word_of(snapshot, self._backend.settings))

    def show_first_visit(self) -> None:
        if self.first_visit is None:
            try:
                networks = known_networks()
            except UserFacingError as error:
                self._on_command_refused(error.title, error.advice)
                networks = ()
            self.first_visit = FirstVisit(self._backend.settings, networks, self._snapshot.at)
            self.first_visit.finished.connect(self._on_first_visit_finished)
            self.first_visit.closed.connect(self._on_first_visit_closed, Qt.ConnectionType.QueuedConnection)
            self.first_visit.dress(self.appearance.colours)
        _raise(self.first_visit)

    def show_asked(self, link: str | None) -> None:
        """What somebody rang for: the window, or what a link invites to, which the person may then choose."""
        if link is None:
            self.show_home()
            return
        try:
            invitation = parse_link(link, known_networks())
        except UserFacingError as error:
            self._on_command_refused(error.title, error.advice)
            return
        self.show_first_visit()
        if self.first_visit is not None:
            self.first_visit.propose(invitation)

    def open_dashboard(self) -> None:
        if self._snapshot.dashboard_url:
            QDesktopServices.openUrl(QUrl(self._snapshot.dashboard_url))

    def ask(self, command: Command) -> None:
        """Hand `command` to the supervisor; a refusal is shown in the window."""
        if self.home is not None:
            self.home.show_refusal("", "")
        self.bridge.ask(command)

    def _make_tray(self) -> QtTray:
        tray = QtTray(self.menu.menu, self)
        tray.clicked.connect(self.show_home)
        return tray

    def _connect(self) -> None:
        self.menu.command_requested.connect(self.ask)
        self.menu.home_requested.connect(self._on_home_requested)
        self.menu.activity_requested.connect(self.show_activity)
        self.menu.dashboard_requested.connect(self.open_dashboard)
        self.menu.quit_requested.connect(self._on_quit_requested)
        self.bridge.snapshot_changed.connect(self._render)
        self.notice_arrived.connect(self._on_notice_arrived, Qt.ConnectionType.QueuedConnection)
        self.bridge.command_obeyed.connect(self._on_command_obeyed)
        self.bridge.command_refused.connect(self._on_command_refused)
        self.appearance.changed.connect(self._on_appearance_changed)

    def _render(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        state = state_of(snapshot)
        self.tray.show_state(state, f"{words.headline(snapshot)} — {_('Train at Home')}")
        if not self._ending:
            self.menu.show_snapshot(snapshot)
        if self.home is not None and self.home.isVisible():
            self.home.show_snapshot(snapshot)
        if self.earnings is not None and self.earnings.isVisible():
            self.earnings.show_snapshot(snapshot)
        if self.activity is not None and self.activity.isVisible():
            self.activity.show_snapshot(snapshot)

    def _on_notice_arrived(self, title: str, text: str) -> None:
        self.tray.notify(title, text)

    def _on_home_requested(self) -> None:
        if self._snapshot.network.kind is NetworkKind.NONE:
            self.show_first_visit()
        else:
            self.show_home()

    def _on_command_obeyed(self) -> None:
        settings = self._backend.settings
        self.appearance.choose(settings.theme)
        if self.home is not None:
            self.home.show_settings(settings)
        if self.earnings is not None:
            self.earnings.show_settings(settings)
        if self.activity is not None:
            self.activity.show_settings(settings)

    def _on_command_refused(self, title: str, advice: str) -> None:
        self.show_home()
        if self.home is not None:
            self.home.show_refusal(title, advice)

    def _on_appearance_changed(self) -> None:
        for window in (self.home, self.earnings, self.activity, self.first_visit):
            if window is not None:
                window.dress(self.appearance.colours)

    def _on_first_visit_finished(self, commands: tuple[Command, ...]) -> None:
        for command in commands:
            self.bridge.ask(command)
        self.show_home()

    def _on_first_visit_closed(self) -> None:
        if self.first_visit is not None:
            self.first_visit.deleteLater()
            self.first_visit = None
        self._on_window_closed()

    def _on_payout_requested(self) -> None:
        self.show_home()
        if self.home is not None:
            self.home.edit_payout()

    def _on_window_closed(self) -> None:
        """Without a tray the last window is the app; with one, a closed window gives its memory back."""
        if self._ending:
            return
        if self.earnings is not None and not self.earnings.isVisible():
            self.earnings.deleteLater()
            self.earnings = None
        if self.activity is not None and not self.activity.isVisible():
            self.activity.deleteLater()
            self.activity = None
        if self.logs is not None and not self.logs.isVisible():
            self.logs.deleteLater()
            self.logs = None
        if not self.tray.visible and not self._open_windows():
            self._on_quit_requested()
        elif self.home is not None and not self.home.isVisible():
            self.home.deleteLater()
            self.home = None
        if not self._open_windows():
            QTimer.singleShot(0, self, self._forget_windows)

    def _open_windows(self) -> list[QWidget]:
        windows: tuple[QWidget | None, ...] = (self.home, self.earnings, self.activity, self.logs, self.first_visit)
        return [window for window in windows if window is not None and window.isVisible()]

    def _forget_windows(self) -> None:
        """Once those that were closed are deleted."""
        if not self._ending and not self._open_windows():
            self.appearance.forget_windows()

    def _on_quit_requested(self) -> None:
        self.quit_requested.emit()


def _raise(window: QMainWindow | FirstVisit) -> None:
    window.show()
    window.raise_()
    window.activateWindow()
