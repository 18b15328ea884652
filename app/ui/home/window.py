"""The Home window: every card rendering one snapshot. Without a tray it does everything alone."""

from datetime import datetime
from itertools import pairwise
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QMainWindow, QVBoxLayout

from app.core.commands import ListWallets, LookAtAddress, SetPayoutAddress, SetSchedule
from app.core.gates.gate import GateName
from app.core.settings.settings import Settings
from app.core.snapshot import Snapshot
from app.ui.home.chart_cards import LossCard, SpeedCard
from app.ui.home.earnings_card import EarningsCard
from app.ui.home.reasons_card import ReasonsCard
from app.ui.home.settings_card import SettingsCard
from app.ui.home.status_card import StatusCard
from app.ui.home.troubles_card import TroublesCard
from app.ui.hours.window import ScheduleDialog
from app.ui.limits.connection_form import ConnectionDialog, connection_of
from app.ui.limits.dialog import LimitsDialog
from app.ui.look.card import Card, Columns, ScrolledPage, ScrollPage, label
from app.ui.look.theme import LIGHT, Colours, Space
from app.ui.look.translation import _
from app.ui.notices.banners import banner_cards, show_banners
from app.ui.wallet.identity_dialog import IdentityDialog
from app.ui.wallet.payout_dialog import PayoutDialog

_WIDEST = 1080
_ROOM_FOR_TITLE_BAR = 60
_Dialog = TypeVar("_Dialog", bound=QDialog)


class HomeWindow(QMainWindow):
    """`show_snapshot` shows one, `show_settings` what the person set; wishes leave as signals."""

    command_requested = Signal(object)
    """With a core Command."""
    set_up_requested = Signal()
    dashboard_requested = Signal()
    earnings_requested = Signal()
    activity_requested = Signal()
    logs_requested = Signal()
    quit_requested = Signal()
    closed = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setWindowTitle(_("Train at Home"))
        self._settings = settings
        self._snapshot: Snapshot | None = None
        self._colours = LIGHT
        self._payout_dialog: PayoutDialog | None = None
        self._identity_dialog: IdentityDialog | None = None
        self._limits_dialog: LimitsDialog | None = None
        self._reasons_first = False
        self.status, self.troubles = StatusCard(), TroublesCard()
        self.banners = banner_cards()
        self.loss, self.speed = LossCard(), SpeedCard()
        self.earnings, self.reasons, self.settings_card = EarningsCard(), ReasonsCard(), SettingsCard()
        self.refusal = Card(_("That did not work"))
        self.refusal.set_tone("danger")
        self._refusal_text = label()
        self.refusal.body.addWidget(self._refusal_text)
        self.refusal.hide()
        self._lay_out()
        self._connect()
        self._add_shortcuts()
        self.show_settings(settings)
        room = self.screen().availableGeometry().height() - _ROOM_FOR_TITLE_BAR
        self.resize(920, min(1020, room))

    def _lay_out(self) -> None:
        page = ScrolledPage()
        self._column = column = QVBoxLayout(page)
        column.setContentsMargins(Space.HUGE, Space.HUGE, Space.HUGE, Space.HUGE)
        column.setSpacing(Space.LARGE)
        column.addWidget(self.refusal)
        for banner in self.banners:
            column.addWidget(banner)
        column.addWidget(self.status)
        column.addWidget(self.troubles)
        column.addWidget(Columns(self.loss, self.speed), 1)
        column.addWidget(Columns(self.earnings, self.settings_card))
        column.addWidget(self.reasons)
        page.setMaximumWidth(_WIDEST)
        scroll = ScrollPage(page)
        self.setCentralWidget(scroll)
        scroll.setFocus()  # so that no button looks chosen before Tab was pressed
        self._set_tab_order()

    def _set_tab_order(self) -> None:
        """Top to bottom as one reads, the main buttons first."""
        stops = [
            *(each for banner in self.banners for each in banner.buttons),
            *self.status.keyboard_widgets(),
            self.troubles.retry,
            self.troubles.dismiss,
            self.troubles.logs,
            self.earnings.details,
            self.earnings.add_address,
            self.settings_card.edit_hours,
            self.settings_card.edit_payout,
            self.settings_card.edit_network,
            self.settings_card.edit_connection,
            self.settings_card.edit_identity,
            self.settings_card.edit_limits,
            self.settings_card.theme,
            self.settings_card.autostart,
            self.settings_card.logs,
        ]
        for before, after in pairwise(stops):
            self.setTabOrder(before, after)

    def _connect(self) -> None:
        for banner in self.banners:
            banner.logs_requested.connect(self.logs_requested)
            banner.earnings_requested.connect(self.earnings_requested)
            banner.command_requested.connect(self.command_requested)
        for card in (self.status, self.troubles, self.settings_card):
            card.command_requested.connect(self.command_requested)
        self.status.set_up_requested.connect(self.set_up_requested)
        self.status.dashboard_requested.connect(self.dashboard_requested)
        self.status.activity_requested.connect(self.activity_requested)
        self.settings_card.network_requested.connect(self.set_up_requested)
        self.settings_card.hours_requested.connect(self.edit_hours)
        self.settings_card.payout_requested.connect(self.edit_payout)
        self.settings_card.connection_requested.connect(self.edit_connection)
        self.settings_card.identity_requested.connect(self.edit_identity)
        self.troubles.logs_requested.connect(self.logs_requested)
        self.settings_card.limits_requested.connect(self.edit_limits)
        self.settings_card.logs_requested.connect(self.logs_requested)
        self.earnings.payout_requested.connect(self.edit_payout)
        self.earnings.details_requested.connect(self.earnings_requested)

    def _add_shortcuts(self) -> None:
        for keys, on in ((QKeySequence.StandardKey.Close, self.close), (QKeySequence.StandardKey.Quit, self._on_quit)):
            action = QAction(self)
            action.setShortcuts(keys)
            action.triggered.connect(on)
            self.addAction(action)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        show_banners(self.banners, snapshot)
        for card in (self.status, self.troubles, self.loss, self.speed, self.earnings, self.reasons):
            card.show_snapshot(snapshot)
        self.settings_card.show_snapshot(snapshot)
        if self._payout_dialog is not None:
            self._payout_dialog.show_snapshot(snapshot)
        if self._identity_dialog is not None:
            self._identity_dialog.show_snapshot(snapshot, self._settings.hotkey)
        if self._limits_dialog is not None:
            self._limits_dialog.show_snapshot(snapshot)
        self._place_reasons(bool(snapshot.decision.holding))

    def _place_reasons(self, held: bool) -> None:
        """While a condition holds training, that comes before how well it went."""
        if held != self._reasons_first:
            self._reasons_first = held
            self._column.removeWidget(self.reasons)
            place = self._column.indexOf(self.troubles) + 1 if held else self._column.count()
            self._column.insertWidget(place, self.reasons)

    def show_settings(self, settings: Settings) -> None:
        self._settings = settings
        self.settings_card.set_schedule(settings.schedule)
        self.settings_card.set_connection(settings)
        self.settings_card.set_limits(settings)
        self.settings_card.set_appearance(settings.language, settings.theme)
        if self._identity_dialog is not None:
            self._identity_dialog.show_obeyed()

    def show_refusal(self, title: str, advice: str) -> None:
        """A command was not obeyed; empty texts take the last refusal away."""
        self.refusal.set_title(title)
        self._refusal_text.setText(advice)
        self._refusal_text.setVisible(bool(advice))
        self.refusal.setVisible(bool(title))
        if self._identity_dialog is not None and title:
            self._identity_dialog.show_refusal(title, advice)

    def dress(self, colours: Colours) -> None:
        self._colours = colours
        for card in (self.status, self.loss, self.speed, self.reasons):
            card.dress(colours)

    def edit_hours(self) -> ScheduleDialog:
        """Open the Schedule window; returns at once."""
        wish = self._settings.wish
        dialog = ScheduleDialog(self._settings.schedule, self._now(), wish, self._colours, self)
        dialog.saved.connect(lambda schedule: self.command_requested.emit(SetSchedule(schedule)))
        return _open(dialog)

    def edit_payout(self) -> PayoutDialog:
        """Open the payout dialog; returns at once."""
        dialog = PayoutDialog(self._settings.payout_address, self)
        dialog.saved.connect(lambda address: self.command_requested.emit(SetPayoutAddress(address)))
        dialog.address_seen.connect(lambda address: self.command_requested.emit(LookAtAddress(address)))
        self.command_requested.emit(ListWallets())
        if self._snapshot is not None:
            dialog.show_snapshot(self._snapshot)
        self._payout_dialog = dialog
        dialog.finished.connect(self._on_payout_finished)
        return _open(dialog)

    def edit_identity(self) -> IdentityDialog:
        """Open the dialog on this computer's key; returns at once."""
        dialog = IdentityDialog(self._settings.hotkey, self)
        dialog.command_requested.connect(self.command_requested)
        self.command_requested.emit(ListWallets())
        if self._snapshot is not None:
            dialog.show_snapshot(self._snapshot, self._settings.hotkey)
        self._identity_dialog = dialog
        dialog.finished.connect(self._on_identity_finished)
        return _open(dialog)

    def _on_identity_finished(self) -> None:
        self._identity_dialog = None

    def _on_payout_finished(self) -> None:
        self._payout_dialog = None

    def edit_connection(self) -> ConnectionDialog:
        """Open the dialog on what the engine may take of the connection; returns at once."""
        dialog = ConnectionDialog(connection_of(self._settings), self._month_bytes(), self)
        dialog.saved.connect(self.command_requested)
        return _open(dialog)

    def edit_limits(self) -> LimitsDialog:
        """Open the dialog on what limits training; returns at once."""
        dialog = LimitsDialog(self._settings, self)
        dialog.saved.connect(self.command_requested)
        if self._snapshot is not None:
            dialog.show_snapshot(self._snapshot)
        self._limits_dialog = dialog
        dialog.finished.connect(self._on_limits_finished)
        return _open(dialog)

    def _on_limits_finished(self) -> None:
        self._limits_dialog = None

    def _month_bytes(self) -> int | None:
        readings = self._snapshot.gates if self._snapshot else ()
        measured = next((reading.measured for reading in readings if reading.gate is GateName.DATA_QUOTA), None)
        return None if measured is None else int(measured)

    def _now(self) -> datetime:
        return self._snapshot.at if self._snapshot else datetime.now().astimezone()

    def _on_quit(self) -> None:
        self.quit_requested.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()


def _open(dialog: _Dialog) -> _Dialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
