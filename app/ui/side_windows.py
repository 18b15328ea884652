"""The windows beside Home: earnings, activity, logs, this computer, settings. Closed, they give their memory back."""

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject, Qt, Signal

from app.control.report_gathering import report_here, word_of
from app.core.commands import AskLedger, LookAtAddress
from app.core.ports import AutostartState
from app.core.problems.codes import Problem
from app.core.report.contents import ReportFile
from app.core.settings.settings import Settings
from app.core.snapshot import Snapshot
from app.platforms.kept_work import KeptWork
from app.platforms.paths import ProfilePaths
from app.ui.activity.window import ActivityWindow
from app.ui.backend import Backend, Removal
from app.ui.bridge import Bridge
from app.ui.computer.window import ComputerWindow
from app.ui.computer.work import ComputerWork
from app.ui.earnings.window import EarningsWindow
from app.ui.logs.window import LogsWindow
from app.ui.look.theme import Appearance
from app.ui.settings.remove_dialog import RemoveDialog
from app.ui.settings.window import SettingsWindow
from app.ui.window_slot import WindowSlot


class SideNeeds(msgspec.Struct, frozen=True, kw_only=True):
    """What the windows are made from; without `work` there is none on this computer, without `removing` no removal."""

    backend: Backend
    bridge: Bridge
    appearance: Appearance
    paths: ProfilePaths
    work: ComputerWork | None
    removing: Removal | None
    problems_here: Callable[[], tuple[Problem, ...]]
    """Those of the desktop, which no snapshot knows."""


class SideWindows(QObject):
    """Made once with the desktop, which it asks for what is not a side window's to do."""

    command_requested = Signal(object)
    first_visit_requested = Signal()
    payout_requested = Signal()
    removal_confirmed = Signal(object)
    closed = Signal()
    """One of them was."""

    def __init__(self, needs: SideNeeds, parent: QObject) -> None:
        super().__init__(parent)
        self._needs = needs
        self._snapshot = needs.backend.snapshot
        tell = self._on_window_closed
        self.earnings = WindowSlot(self._make_earnings, tell)
        self.activity = WindowSlot(self._make_activity, tell)
        self.logs = WindowSlot(self._make_logs, tell)
        self.computer = WindowSlot(self._make_computer, tell)
        self.settings = WindowSlot(self._make_settings, tell)
        self.slots = (self.earnings, self.activity, self.logs, self.computer, self.settings)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """In those that are open."""
        self._snapshot = snapshot
        for window in (self.earnings.shown, self.activity.shown, self.settings.shown):
            if window is not None:
                window.show_snapshot(snapshot)
        if (logs := self.logs.shown) is not None:
            logs.show_snapshot(snapshot, self._needs.problems_here())

    def show_changed_settings(self, settings: Settings) -> None:
        for window in (self.earnings.window, self.activity.window, self.settings.window):
            if window is not None:
                window.show_settings(settings)

    def _on_window_closed(self) -> None:
        """A method, so that a window which is closed as all of this ends tells nobody any more."""
        self.closed.emit()

    def give_back(self) -> None:
        """The memory of those that are closed."""
        for slot in self.slots:
            slot.give_back()

    def show_earnings(self) -> None:
        """Open the Earnings window, or bring it to the front, and ask for what is newest."""
        self.earnings.bring()
        self._needs.bridge.ask(AskLedger())
        if self._snapshot.account.payout_address is not None:
            self._needs.bridge.ask(LookAtAddress(self._snapshot.account.payout_address))

    def _make_earnings(self) -> EarningsWindow:
        earnings = EarningsWindow(self._needs.backend.settings)
        earnings.command_requested.connect(self.command_requested)
        earnings.payout_requested.connect(self.payout_requested)
        earnings.dress(self._needs.appearance.colours)
        earnings.show_snapshot(self._snapshot)
        return earnings

    def show_activity(self) -> None:
        """Open the Activity window, or bring it to the front."""
        self.activity.ready().show_snapshot(self._snapshot)
        self.activity.bring()

    def _make_activity(self) -> ActivityWindow:
        activity = ActivityWindow(self._needs.backend.settings)
        activity.dress(self._needs.appearance.colours)
        return activity

    def show_logs(self) -> None:
        """Open the log with the way to a report, or bring it to the front."""
        self.logs.ready().show_snapshot(self._snapshot, self._needs.problems_here())
        self.logs.bring()

    def show_problem(self, problem: Problem) -> None:
        """Open its page among the known problems."""
        self.show_logs()
        self.logs.ready().open_problem(problem)

    def _make_logs(self) -> LogsWindow:
        logs = LogsWindow(self._needs.paths.log_folder, self._compose_report)
        logs.dress(self._needs.appearance.colours)
        return logs

    def _compose_report(self) -> tuple[ReportFile, ...]:
        """Called in a thread; the snapshot is frozen."""
        snapshot = self._snapshot
        return report_here(self._needs.paths, snapshot.at, word_of(snapshot, self._needs.backend.settings))

    def show_computer(self) -> None:
        """Open the window on this computer, or bring it to the front."""
        if self._needs.work is not None:
            self.computer.bring()

    def _make_computer(self) -> ComputerWindow:
        assert self._needs.work is not None
        computer = ComputerWindow(self._needs.work)
        computer.dress(self._needs.appearance.colours)
        return computer

    def show_settings(self) -> None:
        """Open the Settings window, or bring it to the front."""
        self.settings.ready().show_snapshot(self._snapshot)
        self.settings.bring()

    def _make_settings(self) -> SettingsWindow:
        needs = self._needs
        settings = SettingsWindow(needs.backend.settings, needs.paths.state_folder, self._kept_bytes)
        settings.offer_removal(needs.removing is not None)
        settings.command_requested.connect(self.command_requested)
        settings.network_requested.connect(self.first_visit_requested)
        settings.computer_requested.connect(self.show_computer)
        settings.logs_requested.connect(self.show_logs)
        settings.removal_requested.connect(self.offer_removal)
        settings.dress(needs.appearance.colours)
        return settings

    def _kept_bytes(self) -> int:
        return KeptWork(self._needs.paths.engine_folder).size_bytes()

    def offer_removal(self) -> RemoveDialog | None:
        """Ask what is to be removed, and whether; returns at once."""
        removing = self._needs.removing
        if removing is None:
            return None
        starts = self._snapshot.autostart.state is AutostartState.ON
        dialog = RemoveDialog(removing.look, starts, self.settings.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.confirmed.connect(self.removal_confirmed)
        dialog.open()
        return dialog
