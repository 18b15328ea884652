"""The Home window: every card rendering one snapshot. Without a tray it does everything alone."""

from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QVBoxLayout

from app.core.settings.settings import Settings
from app.core.snapshot import Snapshot
from app.ui.home.chart_cards import LossCard, SpeedCard
from app.ui.home.earnings_card import EarningsCard
from app.ui.home.reasons_card import ReasonsCard
from app.ui.home.settings_card import SettingsCard
from app.ui.home.status_card import StatusCard
from app.ui.home.troubles_card import TroublesCard
from app.ui.look.card import Card, Columns, ScrolledPage, ScrollPage, label
from app.ui.look.screen import open_at
from app.ui.look.theme import Colours, Space
from app.ui.look.translation import _
from app.ui.notices.banners import banner_cards, show_banners
from app.ui.settings.dialogs import SettingDialogs

_WIDEST = 1080


class HomeWindow(QMainWindow):
    """`show_snapshot` shows one, `show_settings` what the person set; wishes leave as signals."""

    command_requested = Signal(object)
    """With a core Command."""
    set_up_requested = Signal()
    dashboard_requested = Signal()
    earnings_requested = Signal()
    activity_requested = Signal()
    logs_requested = Signal()
    problem_requested = Signal(object)
    """With the Problem whose page is wanted."""
    settings_requested = Signal()
    computer_requested = Signal()
    quit_requested = Signal()
    closed = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setWindowTitle(_("Train at Home"))
        self.dialogs = SettingDialogs(self, self.command_requested.emit, settings)
        self.edit_hours, self.edit_payout = self.dialogs.edit_hours, self.dialogs.edit_payout
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
        open_at(self, 920, 1020)

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
            self.troubles.help,
            self.troubles.logs,
            self.earnings.details,
            self.earnings.add_address,
            self.settings_card.edit_hours,
            self.settings_card.edit_payout,
            self.settings_card.edit_network,
            self.settings_card.all_settings,
            self.settings_card.computer,
            self.settings_card.logs,
        ]
        for before, after in pairwise(stops):
            self.setTabOrder(before, after)

    def _connect(self) -> None:
        for banner in self.banners:
            banner.logs_requested.connect(self.logs_requested)
            banner.earnings_requested.connect(self.earnings_requested)
            banner.identity_requested.connect(self.dialogs.edit_identity)
            banner.command_requested.connect(self.command_requested)
        for card in (self.status, self.troubles):
            card.command_requested.connect(self.command_requested)
        self.status.set_up_requested.connect(self.set_up_requested)
        self.status.dashboard_requested.connect(self.dashboard_requested)
        self.status.activity_requested.connect(self.activity_requested)
        self.settings_card.network_requested.connect(self.set_up_requested)
        self.settings_card.hours_requested.connect(self.edit_hours)
        self.settings_card.payout_requested.connect(self.edit_payout)
        self.settings_card.settings_requested.connect(self.settings_requested)
        self.settings_card.computer_requested.connect(self.computer_requested)
        self.troubles.logs_requested.connect(self.logs_requested)
        self.troubles.problem_requested.connect(self.problem_requested)
        self.settings_card.logs_requested.connect(self.logs_requested)
        self.earnings.payout_requested.connect(self.edit_payout)
        self.earnings.details_requested.connect(self.earnings_requested)

    def _add_shortcuts(self) -> None:
        for standard, elsewhere, on in (
            (QKeySequence.StandardKey.Close, "Ctrl+W", self.close),
            (QKeySequence.StandardKey.Quit, "Ctrl+Q", self._on_quit),
            (QKeySequence.StandardKey.Preferences, "Ctrl+,", self.settings_requested.emit),
        ):
            action = QAction(self)
            # Not every desktop has keys of its own for each of these.
            action.setShortcuts(QKeySequence.keyBindings(standard) or [QKeySequence(elsewhere)])
            action.triggered.connect(on)
            self.addAction(action)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.dialogs.show_snapshot(snapshot)
        show_banners(self.banners, snapshot)
        for card in (self.status, self.troubles, self.loss, self.speed, self.earnings, self.reasons):
            card.show_snapshot(snapshot)
        self.settings_card.show_snapshot(snapshot)
        self._place_reasons(bool(snapshot.decision.holding))

    def _place_reasons(self, held: bool) -> None:
        """While a condition holds training, that comes before how well it went."""
        if held != self._reasons_first:
            self._reasons_first = held
            self._column.removeWidget(self.reasons)
            place = self._column.indexOf(self.troubles) + 1 if held else self._column.count()
            self._column.insertWidget(place, self.reasons)

    def show_settings(self, settings: Settings) -> None:
        self.dialogs.show_settings(settings)
        self.settings_card.set_schedule(settings.schedule)

    def show_refusal(self, title: str, advice: str) -> None:
        """A command was not obeyed; empty texts take the last refusal away."""
        self.refusal.set_title(title)
        self._refusal_text.setText(advice)
        self._refusal_text.setVisible(bool(advice))
        self.refusal.setVisible(bool(title))
        self.dialogs.show_refusal(title, advice)

    def dress(self, colours: Colours) -> None:
        self.dialogs.dress(colours)
        for card in (self.status, self.loss, self.speed, self.reasons):
            card.dress(colours)

    def _on_quit(self) -> None:
        self.quit_requested.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()
