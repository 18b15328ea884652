"""The desktop's side of the app, put together: appearance, bridge, tray, and windows that are made when first shown."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, Protocol

import structlog
from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from app.control.computer import ComputerServices
from app.control.report_gathering import report_here, word_of
from app.core import words
from app.core.commands import AskLedger, Command, LookAtAddress, RetryNow
from app.core.network.invitations import COMPUTER_LINK, parse_link
from app.core.network.known import known_networks
from app.core.ports import AutostartState
from app.core.problems.codes import Problem, with_code
from app.core.removal_plan import Found, RemovalChoice
from app.core.report.contents import ReportFile
from app.core.settings.settings import Settings
from app.core.snapshot import NetworkKind, Snapshot
from app.platforms.clock import SystemClock
from app.platforms.paths import ProfilePaths, profile_paths
from app.ui.activity.window import ActivityWindow
from app.ui.bridge import Bridge
from app.ui.choices import tray_state_of
from app.ui.computer.window import ComputerWindow
from app.ui.computer.work import ComputerWork
from app.ui.earnings.window import EarningsWindow
from app.ui.example.tour import ExampleTour
from app.ui.first_visit.dialog import FirstVisit
from app.ui.home.window import HomeWindow
from app.ui.logs.window import LogsWindow
from app.ui.look.icons import app_icon
from app.ui.look.theme import Appearance
from app.ui.look.translation import _
from app.ui.settings.remove_dialog import RemoveDialog
from app.ui.settings.window import SettingsWindow
from app.ui.tray.menu import TrayMenu
from app.ui.tray.tray import NoTray, QtTray, Tray
from protocol.errors import UserFacingError

_SIDE_WINDOWS: Final = ("earnings", "activity", "logs", "computer", "settings")
"""What gives its memory back as soon as it is closed."""
_LATE_PANEL_MS: Final = 20_000
"""How long an app that is started hidden waits for the panel of a desktop that is just coming up."""

_log = structlog.get_logger(__name__)


class Removal(Protocol):
    """What the desktop needs of app.control.removing.Removing."""

    def look(self) -> tuple[Found, ...]:
        """May block."""
        ...


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
    windows_gone = Signal()
    """Every window was closed and is deleted."""

    def __init__(
        self,
        application: QApplication,
        backend: Backend,
        *,
        with_tray: bool = True,
        paths: ProfilePaths | None = None,
        computer: ComputerServices | None = None,
        removing: Removal | None = None,
    ) -> None:
        """Without `computer` nothing looks at this computer, without `removing` nothing offers to remove."""
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
        self.example: ExampleTour | None = None
        self.earnings: EarningsWindow | None = None
        self.activity: ActivityWindow | None = None
        self.logs: LogsWindow | None = None
        self.computer: ComputerWindow | None = None
        self.settings: SettingsWindow | None = None
        self.removal: RemovalChoice | None = None
        """What is to be removed once everything has ended."""
        self._removing = removing
        self._work: ComputerWork | None = None
        if computer is not None:
            self._work = ComputerWork(computer, lambda: backend.settings, lambda: self._snapshot, self)
            self._work.engine_arrived.connect(lambda: self.bridge.ask(RetryNow()))
        self._snapshot = backend.snapshot
        self._ending = False
        self._told_of_tray = False
        self._late_panel = QTimer(self)
        self._late_panel.setSingleShot(True)
        self._late_panel.timeout.connect(self._on_no_panel_came)
        self._connect()
        self._unsubscribe = backend.subscribe(self.bridge.publish)
        self._render(backend.snapshot)

    def start(self, *, hidden: bool = False) -> None:
        """Show what a person should see first: the first visit, the window, or with `hidden` and a tray nothing."""
        if isinstance(self.tray, QtTray):
            self.tray.start()
        if not self._backend.first_visit_done and self._snapshot.network.kind is NetworkKind.NONE:
            self.show_first_visit()
        elif not hidden or isinstance(self.tray, NoTray):
            self.show_home()
        elif not self.tray.visible:
            self._late_panel.start(_LATE_PANEL_MS)

    def begin_ending(self) -> None:
        """Close the windows; the tray says that work is being handed over, until `close`."""
        self._ending = True
        self._late_panel.stop()
        self.menu.show_ending()
        self._close_windows()

    def close(self) -> None:
        """Take everything off the screen."""
        self._ending = True
        self._late_panel.stop()
        self._unsubscribe()
        self.bridge.close()
        self._close_windows()
        if self._work is not None:
            self._work.end(wholly=self.removal is not None)
        self.tray.close()

    def _close_windows(self) -> None:
        self._end_example()
        for window in (self.first_visit, *(getattr(self, name) for name in _SIDE_WINDOWS), self.home):
            if window is not None:
                window.close()

    def show_home(self) -> None:
        """Open the Home window, or bring it to the front."""
        self._end_example()
        if self.home is None:
            self.home = HomeWindow(self._backend.settings)
            self.home.command_requested.connect(self.ask)
            self.home.set_up_requested.connect(self.show_first_visit)
            self.home.dashboard_requested.connect(self.open_dashboard)
            self.home.earnings_requested.connect(self.show_earnings)
            self.home.activity_requested.connect(self.show_activity)
            self.home.logs_requested.connect(self.show_logs)
            self.home.problem_requested.connect(self.show_problem)
            self.home.settings_requested.connect(self.show_settings)
            self.home.computer_requested.connect(self.show_computer)
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
            self.logs.dress(self.appearance.colours)
        self.logs.show_snapshot(self._snapshot, self._problems_here())
        _raise(self.logs)

    def show_problem(self, problem: Problem) -> None:
        """Open its page among the known problems."""
        self.show_logs()
        if self.logs is not None:
            self.logs.open_problem(problem)

    def _problems_here(self) -> tuple[Problem, ...]:
        """Those of the desktop, which no snapshot knows."""
        missing = isinstance(self.tray, QtTray) and not self.tray.visible
        return (Problem.NO_TRAY,) if missing else ()

    def show_computer(self) -> None:
        """Open the window on this computer, or bring it to the front."""
        if self._work is None:
            return
        if self.computer is None:
            self.computer = ComputerWindow(self._work)
            self.computer.closed.connect(self._on_window_closed, Qt.ConnectionType.QueuedConnection)
            self.computer.dress(self.appearance.colours)
        _raise(self.computer)

    def show_settings(self) -> None:
        """Open the Settings window, or bring it to the front."""
        if self.settings is None:
            self.settings = SettingsWindow(self._backend.settings, self._paths.state_folder)
            self.settings.offer_removal(self._removing is not None)
            self.settings.command_requested.connect(self.ask)
            self.settings.network_requested.connect(self.show_first_visit)
            self.settings.computer_requested.connect(self.show_computer)
            self.settings.logs_requested.connect(self.show_logs)
            self.settings.removal_requested.connect(self.offer_removal)
            self.settings.closed.connect(self._on_window_closed, Qt.ConnectionType.QueuedConnection)
            self.settings.dress(self.appearance.colours)
        self.settings.show_snapshot(self._snapshot)
        _raise(self.settings)

    def offer_removal(self) -> RemoveDialog | None:
        """Ask what is to be removed, and whether; returns at once."""
        if self._removing is None:
            return None
        starts = self._snapshot.autostart.state is AutostartState.ON
        dialog = RemoveDialog(self._removing.look, starts, self.settings)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.confirmed.connect(self._on_removal_confirmed)
        dialog.open()
        return dialog

    def _on_removal_confirmed(self, choice: RemovalChoice) -> None:
        self.removal = choice
        self._on_quit_requested()

    def _compose_report(self) -> tuple[ReportFile, ...]:
        """Called in a thread; the snapshot is frozen."""
        snapshot = self._snapshot
        return report_here(self._paths, snapshot.at, word_of(snapshot, self._backend.settings))

    def show_first_visit(self) -> None:
        """Open it, or bring it to the front with what was answered so far; an example ends."""
        if self.first_visit is None:
            try:
                networks = known_networks()
            except UserFacingError as error:
                self._on_command_refused(error.title, error.advice)
                networks = ()
            self.first_visit = FirstVisit(self._backend.settings, networks, SystemClock().now, self._work)
            self.first_visit.command_requested.connect(self.ask)
            self.first_visit.finished.connect(self._on_first_visit_finished)
            self.first_visit.look_requested.connect(self.show_example)
            self.first_visit.closed.connect(self._on_first_visit_closed, Qt.ConnectionType.QueuedConnection)
            self.first_visit.dress(self.appearance.colours)
            self._tell_first_visit(self.first_visit)
        _raise(self.first_visit)
        self._end_example()

    def show_example(self) -> None:
        """A made-up week in windows of their own, each marked; the first visit waits behind them."""
        if self.example is None:
            self.example = ExampleTour(SystemClock().now(), self.appearance.colours, self)
            self.example.set_up_requested.connect(self.show_first_visit)
        self.example.show()
        if self.first_visit is not None:
            self.first_visit.hide()

    def _end_example(self) -> None:
        if self.example is not None:
            self.example.end()
            self.example = None

    def _tell_first_visit(self, visit: FirstVisit) -> None:
        visit.show_snapshot(self._snapshot)
        visit.show_tray(self.tray.visible)

    def show_asked(self, link: str | None) -> None:
        """What somebody rang for: the window, or what a link invites to, which the person may then choose."""
        if link is None:
            self.show_home()
            return
        if link == COMPUTER_LINK:
            self.show_computer()
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
        for window in (self.home, self.settings):
            if window is not None:
                window.show_refusal("", "")
        self.bridge.ask(command)

    def _make_tray(self) -> QtTray:
        tray = QtTray(self.menu.menu, self)
        tray.clicked.connect(self.show_home)
        tray.appeared.connect(self._on_tray_appeared)
        tray.out_of_sight.connect(self._on_tray_out_of_sight)
        tray.gone.connect(self._on_tray_gone)
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
        self.tray.show_state(tray_state_of(snapshot), f"{words.headline(snapshot)} — {_('Train at Home')}")
        if not self._ending:
            self.menu.show_snapshot(snapshot)
        for window in (self.home, self.earnings, self.activity, self.settings):
            if window is not None and window.isVisible():
                window.show_snapshot(snapshot)
        if self.logs is not None and self.logs.isVisible():
            self.logs.show_snapshot(snapshot, self._problems_here())
        if self.first_visit is not None and self.first_visit.isVisible():
            self._tell_first_visit(self.first_visit)
        if self._work is not None:
            self._work.show_snapshot(snapshot)

    def _on_notice_arrived(self, title: str, text: str) -> None:
        self.tray.notify(title, text)

    def _on_tray_appeared(self) -> None:
        self._late_panel.stop()
        if self._told_of_tray and self.home is not None:
            self.home.show_refusal("", "")
        self._told_of_tray = False

    def _on_no_panel_came(self) -> None:
        if not self._ending and not self._open_windows():
            self.show_home()

    def _on_tray_out_of_sight(self) -> None:
        self._tell_of_tray(
            _("Your system hides the icon of this app."),
            _(
                "Its bar has no room left, so this window does everything; closing it ends the app. "
                "With fewer icons in the bar it comes back."
            ),
        )

    def _on_tray_gone(self) -> None:
        self._tell_of_tray(
            _("The icon of this app has gone from your screen."),
            _(
                "The bar that showed it has ended, or shows no icons any more, so this window does everything; "
                "closing it ends the app. Once the bar is back, so is the icon."
            ),
        )

    def _tell_of_tray(self, title: str, advice: str) -> None:
        """What a person can't reach through the icon they must be able to reach otherwise, and know why."""
        if self._ending or self.first_visit is not None:
            return
        self.show_home()
        if self.home is not None:
            self.home.show_refusal(title, with_code(advice, Problem.NO_TRAY))
            self._told_of_tray = True

    def _on_home_requested(self) -> None:
        if self._snapshot.network.kind is NetworkKind.NONE:
            self.show_first_visit()
        else:
            self.show_home()

    def _on_command_obeyed(self) -> None:
        settings = self._backend.settings
        self.appearance.choose(settings.theme)
        for window in (self.home, self.earnings, self.activity, self.settings, self.first_visit):
            if window is not None:
                window.show_settings(settings)

    def _on_command_refused(self, title: str, advice: str) -> None:
        if self.settings is not None and self.settings.isActiveWindow():
            self.settings.show_refusal(title, advice)
            return
        self.show_home()
        if self.home is not None:
            self.home.show_refusal(title, advice)
            self._told_of_tray = False

    def _on_appearance_changed(self) -> None:
        for window in (self.home, self.first_visit, *(getattr(self, name) for name in _SIDE_WINDOWS)):
            if window is not None:
                window.dress(self.appearance.colours)
        if self.example is not None:
            self.example.dress(self.appearance.colours)

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
        for name in _SIDE_WINDOWS:
            window = getattr(self, name)
            if window is not None and not window.isVisible():
                window.deleteLater()
                setattr(self, name, None)
        if not self.tray.visible and not self._open_windows():
            self._on_quit_requested()
        elif self.home is not None and not self.home.isVisible():
            self.home.deleteLater()
            self.home = None
        if not self._open_windows():
            QTimer.singleShot(0, self, self._forget_windows)

    def _open_windows(self) -> list[QWidget]:
        windows: list[QWidget | None] = [self.home, self.first_visit]
        windows += [getattr(self, name) for name in _SIDE_WINDOWS]
        windows += [] if self.example is None else self.example.windows
        return [window for window in windows if window is not None and window.isVisible()]

    def _forget_windows(self) -> None:
        """Once those that were closed are deleted."""
        if not self._ending and not self._open_windows():
            self.appearance.forget_windows()
            self.windows_gone.emit()

    def _on_quit_requested(self) -> None:
        self.quit_requested.emit()


def _raise(window: QMainWindow | FirstVisit) -> None:
    window.show()
    window.raise_()
    window.activateWindow()
