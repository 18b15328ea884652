"""The desktop's side of the app, put together: appearance, bridge, tray, and windows that are made when first shown."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QWidget

from app.control.computer import ComputerServices
from app.core import words
from app.core.commands import Command, RetryNow
from app.core.network.invitations import COMPUTER_LINK, parse_link
from app.core.network.known import known_networks
from app.core.problems.codes import Problem, with_code
from app.core.removal_plan import RemovalChoice
from app.core.snapshot import NetworkKind, Snapshot
from app.platforms.clock import SystemClock
from app.platforms.paths import ProfilePaths, profile_paths
from app.ui.backend import Backend, Removal
from app.ui.bridge import Bridge
from app.ui.choices import tray_state_of
from app.ui.computer.work import ComputerWork
from app.ui.example.tour import ExampleTour
from app.ui.first_visit.dialog import FirstVisit
from app.ui.home.window import HomeWindow
from app.ui.look.icons import app_icon
from app.ui.look.theme import Appearance
from app.ui.look.translation import _
from app.ui.side_windows import SideNeeds, SideWindows
from app.ui.tray.absence import TrayAbsence
from app.ui.tray.menu import TrayMenu
from app.ui.tray.tray import NoTray, QtTray, Tray
from app.ui.window_slot import WindowSlot
from protocol.errors import UserFacingError


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
        application.setQuitOnLastWindowClosed(False)
        application.setWindowIcon(app_icon())
        self.appearance = Appearance(application, backend.settings.theme)
        self.bridge = Bridge(backend.submit, self)
        self.menu = TrayMenu(self)
        self.absence = TrayAbsence(self)
        self.tray: Tray = self._make_tray() if with_tray else NoTray()
        self._home = WindowSlot(self._make_home, self._on_window_closed)
        self._first_visit = WindowSlot(self._make_first_visit, self._on_first_visit_closed)
        self._snapshot = backend.snapshot
        self._work = None if computer is None else self._work_on(computer)
        self.side = self._make_side(paths or profile_paths(), removing)
        self._windows = (self._first_visit, *self.side.slots, self._home)
        self.example: ExampleTour | None = None
        self.removal: RemovalChoice | None = None
        """What is to be removed once everything has ended."""
        self._ending = False
        self._connect()
        self._unsubscribe = backend.subscribe(self.bridge.publish)
        self._render(backend.snapshot)

    def _make_side(self, paths: ProfilePaths, removing: Removal | None) -> SideWindows:
        needs = SideNeeds(
            backend=self._backend,
            bridge=self.bridge,
            appearance=self.appearance,
            paths=paths,
            work=self._work,
            removing=removing,
            problems_here=self._problems_here,
        )
        return SideWindows(needs, self)

    def _work_on(self, computer: ComputerServices) -> ComputerWork:
        work = ComputerWork(computer, lambda: self._backend.settings, lambda: self._snapshot, self)
        work.engine_arrived.connect(lambda: self.bridge.ask(RetryNow()))
        return work

    @property
    def home(self) -> HomeWindow | None:
        return self._home.window

    @property
    def first_visit(self) -> FirstVisit | None:
        return self._first_visit.window

    def start(self, *, hidden: bool = False) -> None:
        """Show what a person should see first: the first visit, the window, or with `hidden` and a tray nothing."""
        if isinstance(self.tray, QtTray):
            self.tray.start()
        if not self._backend.first_visit_done and self._snapshot.network.kind is NetworkKind.NONE:
            self.show_first_visit()
        elif not hidden or isinstance(self.tray, NoTray):
            self.show_home()
        elif not self.tray.visible:
            self.absence.wait_for_panel()

    def begin_ending(self) -> None:
        """Close the windows; the tray says that work is being handed over, until `close`."""
        self._ending = True
        self.absence.stop_waiting()
        self.menu.show_ending()
        self._close_windows()

    def close(self) -> None:
        """Take everything off the screen."""
        self._ending = True
        self.absence.stop_waiting()
        self._unsubscribe()
        self.bridge.close()
        self._close_windows()
        if self._work is not None:
            self._work.end(wholly=self.removal is not None)
        self.tray.close()

    def _close_windows(self) -> None:
        self._end_example()
        for slot in self._windows:
            slot.close()

    # ── windows ──────────────────────────────────────────────────────────────────────────────────────────────────

    def show_home(self) -> None:
        """Open the Home window, or bring it to the front; an example ends."""
        self._end_example()
        self._home.bring()

    def _make_home(self) -> HomeWindow:
        home = HomeWindow(self._backend.settings)
        home.command_requested.connect(self.ask)
        home.set_up_requested.connect(self.show_first_visit)
        home.dashboard_requested.connect(self.open_dashboard)
        home.earnings_requested.connect(self.side.show_earnings)
        home.activity_requested.connect(self.side.show_activity)
        home.logs_requested.connect(self.side.show_logs)
        home.problem_requested.connect(self.side.show_problem)
        home.settings_requested.connect(self.side.show_settings)
        home.computer_requested.connect(self.side.show_computer)
        home.quit_requested.connect(self._on_quit_requested)
        home.dress(self.appearance.colours)
        home.show_snapshot(self._snapshot)
        return home

    def _problems_here(self) -> tuple[Problem, ...]:
        missing = isinstance(self.tray, QtTray) and not self.tray.visible
        return (Problem.NO_TRAY,) if missing else ()

    def show_first_visit(self) -> FirstVisit:
        """Open it, or bring it to the front with what was answered so far; an example ends."""
        visit = self._first_visit.bring()
        self._end_example()
        return visit

    def _make_first_visit(self) -> FirstVisit:
        try:
            networks = known_networks()
        except UserFacingError as error:
            self._on_command_refused(error.title, error.advice)
            networks = ()
        visit = FirstVisit(self._backend.settings, networks, SystemClock().now, self._work)
        visit.command_requested.connect(self.ask)
        visit.finished.connect(self._on_first_visit_finished)
        visit.look_requested.connect(self.show_example)
        visit.dress(self.appearance.colours)
        self._tell_first_visit(visit)
        return visit

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
            self.side.show_computer()
            return
        try:
            invitation = parse_link(link, known_networks())
        except UserFacingError as error:
            self._on_command_refused(error.title, error.advice)
            return
        self.show_first_visit().propose(invitation)

    def open_dashboard(self) -> None:
        if self._snapshot.dashboard_url:
            QDesktopServices.openUrl(QUrl(self._snapshot.dashboard_url))

    def ask(self, command: Command) -> None:
        """Hand `command` to the supervisor; a refusal is shown in the window."""
        for window in (self.home, self.side.settings.window):
            if window is not None:
                window.show_refusal("", "")
        self.bridge.ask(command)

    def _make_tray(self) -> QtTray:
        tray = QtTray(self.menu.menu, self)
        tray.clicked.connect(self.show_home)
        self.absence.watch(tray)
        return tray

    def _connect(self) -> None:
        self.side.command_requested.connect(self.ask)
        self.side.first_visit_requested.connect(self.show_first_visit)
        self.side.payout_requested.connect(self._on_payout_requested)
        self.side.removal_confirmed.connect(self._on_removal_confirmed)
        self.side.closed.connect(self._on_window_closed)
        self.menu.command_requested.connect(self.ask)
        self.menu.home_requested.connect(self._on_home_requested)
        self.menu.activity_requested.connect(self.side.show_activity)
        self.menu.dashboard_requested.connect(self.open_dashboard)
        self.menu.quit_requested.connect(self._on_quit_requested)
        self.bridge.snapshot_changed.connect(self._render)
        self.notice_arrived.connect(self._on_notice_arrived, Qt.ConnectionType.QueuedConnection)
        self.bridge.command_obeyed.connect(self._on_command_obeyed)
        self.bridge.command_refused.connect(self._on_command_refused)
        self.appearance.changed.connect(self._on_appearance_changed)
        self.absence.told.connect(self._tell_of_tray)
        self.absence.over.connect(self._on_tray_seen_again)
        self.absence.no_panel_came.connect(self._on_no_panel_came)

    def _render(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.tray.show_state(tray_state_of(snapshot), f"{words.headline(snapshot)} — {_('Train at Home')}")
        if not self._ending:
            self.menu.show_snapshot(snapshot)
        if (home := self._home.shown) is not None:
            home.show_snapshot(snapshot)
        self.side.show_snapshot(snapshot)
        if (visit := self._first_visit.shown) is not None:
            self._tell_first_visit(visit)
        if self._work is not None:
            self._work.show_snapshot(snapshot)

    def _on_notice_arrived(self, title: str, text: str) -> None:
        self.tray.notify(title, text)

    def _on_tray_seen_again(self) -> None:
        if self.home is not None:
            self.home.show_refusal("", "")

    def _on_no_panel_came(self) -> None:
        if not self._ending and not self._open_windows():
            self.show_home()

    def _tell_of_tray(self, title: str, advice: str) -> None:
        if not self._ending and self.first_visit is None:
            self._refuse_at_home(title, with_code(advice, Problem.NO_TRAY))
            self.absence.stands(True)

    def _refuse_at_home(self, title: str, advice: str) -> None:
        self.show_home()
        self._home.ready().show_refusal(title, advice)

    def _on_home_requested(self) -> None:
        if self._snapshot.network.kind is NetworkKind.NONE:
            self.show_first_visit()
        else:
            self.show_home()

    def _on_command_obeyed(self) -> None:
        settings = self._backend.settings
        self.appearance.choose(settings.theme)
        self.side.show_changed_settings(settings)
        for window in (self.home, self.first_visit):
            if window is not None:
                window.show_settings(settings)

    def _on_command_refused(self, title: str, advice: str) -> None:
        if (settings := self.side.settings.window) is not None and settings.isActiveWindow():
            settings.show_refusal(title, advice)
            return
        self._refuse_at_home(title, advice)
        self.absence.stands(False)

    def _on_appearance_changed(self) -> None:
        for slot in self._windows:
            slot.dress(self.appearance.colours)
        if self.example is not None:
            self.example.dress(self.appearance.colours)

    def _on_first_visit_finished(self, commands: tuple[Command, ...]) -> None:
        for command in commands:
            self.bridge.ask(command)
        self.show_home()

    def _on_first_visit_closed(self) -> None:
        self._first_visit.give_back()
        self._on_window_closed()

    def _on_removal_confirmed(self, choice: RemovalChoice) -> None:
        self.removal = choice
        self._on_quit_requested()

    def _on_payout_requested(self) -> None:
        self.show_home()
        self._home.ready().edit_payout()

    def _on_window_closed(self) -> None:
        """Without a tray the last window is the app; with one, a closed window gives its memory back."""
        if self._ending:
            return
        self.side.give_back()
        if not self.tray.visible and not self._open_windows():
            self._on_quit_requested()
        else:
            self._home.give_back()
        if not self._open_windows():
            QTimer.singleShot(0, self, self._forget_windows)

    def _open_windows(self) -> Sequence[QWidget]:
        shown = (slot.shown for slot in self._windows)
        examples = () if self.example is None else self.example.windows
        return [window for window in shown if window is not None] + [each for each in examples if each.isVisible()]

    def _forget_windows(self) -> None:
        """Once those that were closed are deleted."""
        if not self._ending and not self._open_windows():
            self.appearance.forget_windows()
            self.windows_gone.emit()

    def _on_quit_requested(self) -> None:
        self.quit_requested.emit()
