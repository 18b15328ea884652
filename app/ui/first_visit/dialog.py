"""The first visit: where to train, when, where earnings go, and a summary. Its answers leave as core commands."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.core.commands import ChooseNetwork, Command, FinishFirstVisit, SetPayoutAddress, SetSchedule, SetWish
from app.core.hours.schedule import hours_at
from app.core.network.invitations import Invitation
from app.core.network.known import KnownNetwork
from app.core.settings.settings import Settings, TryHere
from app.core.wish import OnUntil
from app.ui.computer.work import ComputerWork
from app.ui.first_visit.computer_page import ComputerPage
from app.ui.first_visit.pages import HoursPage, NetworkPage, Page, PayoutPage, SummaryPage
from app.ui.look.card import ScrollPage, button, label
from app.ui.look.theme import Colours, Space, TextRole
from app.ui.look.translation import _


class FirstVisit(QWidget):
    """Pages with Back and Next. Closing it asks for nothing; it can be opened again from the Home window."""

    finished = Signal(object)
    """With a tuple of Commands, in the order in which they should be obeyed."""
    closed = Signal()

    def __init__(
        self,
        settings: Settings,
        networks: Sequence[KnownNetwork],
        now: datetime,
        computer: ComputerWork | None = None,
    ) -> None:
        """Without `computer` nothing is asked or told about this computer's devices."""
        super().__init__()
        self.setObjectName("page")
        self.setWindowTitle(_("Welcome to Train at Home"))
        self._now = now
        self.network = NetworkPage(networks, settings.network)
        self.hours = HoursPage(now)
        if settings.network is not None:
            self.hours.editor.set_schedule(settings.schedule)
        self.payout = PayoutPage(settings.payout_address)
        self.summary = SummaryPage()
        self.computer = None if computer is None else ComputerPage(computer)
        told = () if self.computer is None else (self.computer,)
        self._pages: tuple[Page, ...] = (self.network, *told, self.hours, self.payout, self.summary)
        self.start_now = self.summary.start_now
        self._make_frame()
        for page in self._pages:
            page.changed.connect(self._refresh)
        self._go(self.network)
        self.resize(640, 600)

    def _make_frame(self) -> None:
        self._step = label(role=TextRole.CAPTION)
        self._stack = QStackedWidget()
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
        row.addWidget(self.back)
        row.addWidget(self.next)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.TIGHT, Space.TIGHT, Space.TIGHT, Space.LARGE)
        column.setSpacing(Space.MEDIUM)
        column.addWidget(self._stack, 1)
        column.addLayout(row)

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
        pages = list(self._pages)
        if isinstance(self.network.choice, TryHere):
            pages.remove(self.payout)
        return pages

    def _go(self, page: Page) -> None:
        if page is self.summary:
            self._fill_summary()
        self._stack.setCurrentIndex(self._pages.index(page))
        self._refresh()
        field = page.first_field()
        (self.next if field is page else field).setFocus()

    def _refresh(self) -> None:
        route = self._route()
        place = route.index(self.page)
        last = place == len(route) - 1
        self._step.setText(_("Step {step} of {steps}").format(step=place + 1, steps=len(route)))
        self.back.setVisible(place > 0)
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
        self.finished.emit(self.commands())
        self.close()

    def _fill_summary(self) -> None:
        schedule = self.hours.editor.schedule()
        closed_now = not hours_at(schedule, self._now, self._now.tzinfo).open if self._now.tzinfo else False
        asks_payout = self.payout in self._route()
        self.summary.tell(self.network.choice_text(), schedule, self._now, self.payout.payout.address, asks_payout)
        self.start_now.setVisible(closed_now)

    def commands(self) -> tuple[Command, ...]:
        """What the answers ask of the supervisor; hours first, so that nothing starts outside them."""
        asked: list[Command] = [SetSchedule(self.hours.editor.schedule())]
        if self.payout in self._route():
            asked.append(SetPayoutAddress(self.payout.payout.address))
        if not self.start_now.isHidden() and self.start_now.isChecked():
            asked.append(SetWish(OnUntil(self._now + timedelta(hours=1))))
        choice = self.network.choice
        if choice is not None:
            asked.append(ChooseNetwork(choice))
        return (*asked, FinishFirstVisit())

    def dress(self, colours: Colours) -> None:
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
        self.closed.emit()
