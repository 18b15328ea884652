"""The first visit: where to train, when, where earnings go, and a summary. Its answers leave as core commands."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from app.core.commands import (
    ChooseNetwork,
    Command,
    FinishFirstVisit,
    ListWallets,
    LookAtAddress,
    SetAutostart,
    SetHideAddress,
    SetPayoutAddress,
    SetSchedule,
    SetWish,
)
from app.core.gates.gate import GateName
from app.core.hours.schedule import hours_at
from app.core.network.invitations import Invitation
from app.core.network.known import KnownNetwork
from app.core.settings.settings import OwnAddress, Settings
from app.core.snapshot import Snapshot
from app.core.wish import OnUntil
from app.ui.computer.work import ComputerWork
from app.ui.first_visit.computer_page import ComputerPage
from app.ui.first_visit.pages import HoursPage, Joined, NetworkPage, Page, SummaryPage
from app.ui.first_visit.payout_page import PayoutPage
from app.ui.look.card import ScrollPage, button, label
from app.ui.look.screen import open_at
from app.ui.look.spoken import Role
from app.ui.look.theme import Colours, Space, TextRole
from app.ui.look.translation import _
from app.ui.settings.dialogs import SettingDialogs
from app.ui.settings.privacy_dialog import PrivacyDialog


class FirstVisit(QWidget):
    """Pages with Back and Next. Closing it asks for nothing; it can be opened again from the Home window."""

    spoken_role = Role.Window

    finished = Signal(object)
    """With a tuple of Commands, in the order in which they should be obeyed."""
    command_requested = Signal(object)
    """With what is asked meanwhile: to look at an address, or a change that was confirmed in a dialog of its own."""
    look_requested = Signal()
    """Nothing is to be set up yet: the person wants to see the app with an example in it."""
    closed = Signal()

    def __init__(
        self,
        settings: Settings,
        networks: Sequence[KnownNetwork],
        clock: Callable[[], datetime],
        computer: ComputerWork | None = None,
    ) -> None:
        """Without `computer` nothing is asked or told about this computer's devices."""
        super().__init__()
        self.setObjectName("page")
        self.setWindowTitle(_("Welcome to Train at Home"))
        self._clock = clock
        self._settings = settings
        self.dialogs = SettingDialogs(self, self.command_requested.emit, settings)
        self.network = NetworkPage(networks, settings.network, hide_address=settings.hide_address)
        self.hours = HoursPage(clock())
        if settings.network is not None:
            self.hours.editor.set_schedule(settings.schedule)
        self.payout = PayoutPage(settings.payout_address)
        self.summary = SummaryPage()
        self.computer = None if computer is None else ComputerPage(computer)
        told = () if self.computer is None else (self.computer,)
        self._pages: tuple[Page, ...] = (self.network, *told, self.hours, self.payout, self.summary)
        self.start_now = self.summary.start_now
        self._make_frame()
        self._connect()
        self._go(self.network)
        open_at(self, 640, 600)

    def _make_frame(self) -> None:
        self._step = label(role=TextRole.CAPTION)
        self._stack = QStackedLayout()  # a QStackedWidget is read out as a "layered pane"
        for page in self._pages:
            self._stack.addWidget(ScrollPage(page))
        self.back = button(_("Back"), look="quiet")
        self.back.clicked.connect(self._on_back_clicked)
        self.next = button(_("Next"), look="primary")
        self.next.setDefault(True)
        self.next.clicked.connect(self._on_next_clicked)
        row = QHBoxLayout()
        row.setContentsMargins(Space.HUGE, 0, Space.HUGE, 0)
        row.addWidget(self._step, 1)
        self.look = button(_("Just look"), description=_("See the app with an example in it; nothing starts"))
        self.look.clicked.connect(self.look_requested)
        row.addWidget(self.look)
        row.addWidget(self.back)
        row.addWidget(self.next)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.TIGHT, Space.TIGHT, Space.TIGHT, Space.LARGE)
        column.setSpacing(Space.MEDIUM)
        column.addLayout(self._stack, 1)
        column.addLayout(row)

    def _connect(self) -> None:
        for page in self._pages:
            page.changed.connect(self._refresh)
        self.network.privacy_requested.connect(self.read_privacy)
        self.payout.change_requested.connect(self.dialogs.edit_payout)
        self.payout.address_seen.connect(lambda address: self.command_requested.emit(LookAtAddress(address)))

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self._pages[self._stack.currentIndex()]

    def propose(self, invitation: Invitation) -> None:
        """Fill in what a link invites to, and ask from the first question on."""
        self.network.propose(invitation)
        self._go(self.network)

    def _route(self) -> list[Page]:
        """The pages in their order; a try on this computer pays nothing, so it is not asked where to."""
        return [page for page in self._pages if page is not self.payout or self.network.joins]

    def _go(self, page: Page) -> None:
        if page is self.summary:
            self._fill_summary()
        if page is self.computer:
            self.computer.propose(self.network.choice)
        if page is self.payout and self.payout.asks:
            self.command_requested.emit(ListWallets())
        self._stack.setCurrentIndex(self._pages.index(page))
        self._refresh()
        page.first_field().setFocus()  # where that is the page itself, its title and its text are read

    def _refresh(self) -> None:
        route = self._route()
        place = route.index(self.page)
        last = place == len(route) - 1
        self._step.setText(_("Step {step} of {steps}").format(step=place + 1, steps=len(route)))
        self.back.setVisible(place > 0)
        self.look.setVisible(place == 0 and self._settings.network is None)
        self.next.setText(_("Begin") if last else _("Next"))
        self.next.setAccessibleName(self.next.text())
        self.next.setEnabled(self.page.is_complete)

    def _on_back_clicked(self) -> None:
        route = self._route()
        self._go(route[max(0, route.index(self.page) - 1)])

    def _on_next_clicked(self) -> None:
        route = self._route()
        place = route.index(self.page)
        if place + 1 < len(route):
            self._go(route[place + 1])
            return
        amiss = next((page for page in route if not page.is_complete), None)
        if amiss is not None:  # what was learned since: the address turned out to be a hotkey
            self._go(amiss)
            return
        self.finished.emit(self.commands())
        self.close()

    def _fill_summary(self) -> None:
        schedule, now = self.hours.editor.schedule(), self._clock()
        closed_now = not hours_at(schedule, now, now.tzinfo).open if now.tzinfo else False
        joined = Joined(self.payout.address, self.network.exposure.box.isChecked()) if self.network.joins else None
        self.summary.tell(self.network.choice_text(), schedule, now, joined)
        self.start_now.setVisible(closed_now)

    def commands(self) -> tuple[Command, ...]:
        """What the answers ask of the supervisor; hours first, so that nothing starts outside them."""
        asked: list[Command] = [SetSchedule(self.hours.editor.schedule())]
        if self.network.joins:
            asked.append(SetHideAddress(self.network.exposure.box.isChecked()))
            if self.payout.asks:
                asked.append(SetPayoutAddress(self.payout.address))
        if not self.start_now.isHidden() and self.start_now.isChecked():
            asked.append(SetWish(OnUntil(self._clock() + timedelta(hours=1))))
        if not self.summary.with_session.isHidden() and self.summary.with_session.isChecked():
            asked.append(SetAutostart(True))
        choice = self.network.choice
        if choice is not None:
            asked.append(ChooseNetwork(choice))
        return (*asked, FinishFirstVisit())

    def read_privacy(self) -> PrivacyDialog:
        """Who would learn what with the choice as it is now; returns at once."""
        choice = self.network.choice or OwnAddress("")  # still being typed
        hide = self.network.exposure.box.isChecked()
        settings = msgspec.structs.replace(self._settings, network=choice, hide_address=hide)
        dialog = PrivacyDialog(settings, self, when=_("With what you have chosen here so far."))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.dialogs.show_snapshot(snapshot)
        self.payout.show_snapshot(snapshot)
        self.summary.show_autostart(snapshot.autostart.state)
        charge = next((each.measured for each in snapshot.gates if each.gate is GateName.MAINS), None)
        self.hours.show_battery(charge is not None)

    def show_settings(self, settings: Settings) -> None:
        """They changed meanwhile. What was answered here stays, but for an address that was set elsewhere."""
        self._settings = settings
        self.dialogs.show_settings(settings)
        self.payout.show_set(settings.payout_address)
        if self.page is self.summary:
            self._fill_summary()

    def show_tray(self, visible: bool) -> None:
        """Whether the app can be reached in the tray once its windows are closed."""
        self.summary.tray_note.setVisible(visible)

    def dress(self, colours: Colours) -> None:
        self.dialogs.dress(colours)
        self.network.dress(colours)
        if self.computer is not None:
            self.computer.panel.dress(colours)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the keyboard, and goes on from anywhere else."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        focused = self.focusWidget()
        if isinstance(focused, QPushButton) and not focused.isCheckable() and focused.isVisible():
            focused.click()
        else:
            self.next.click()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if self.computer is not None:
            self.computer.propose(None)
        self.closed.emit()
