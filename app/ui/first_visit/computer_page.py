"""The first visit's page about this computer: whether it suits, what has to be fetched, and how fast it is."""

from app.core.settings.settings import NetworkChoice
from app.ui.computer.panel import ComputerPanel
from app.ui.computer.work import ComputerWork
from app.ui.first_visit.pages import Page
from app.ui.look.translation import _


class ComputerPage(Page):
    """Nothing on it has to be done: what is fetched here is else asked for when training begins."""

    def __init__(self, work: ComputerWork) -> None:
        super().__init__(_("What this computer can do"), _("You can go on at any time."))
        self._work = work
        self.panel = ComputerPanel(work)
        self.body.addWidget(self.panel)
        self.body.addStretch(1)

    def propose(self, choice: NetworkChoice | None) -> None:
        """What was chosen on the page before, None once the visit is over: there the internet line would lead."""
        self._work.propose(choice)
