"""The few settings that are asked for most: hours, payout address, network; and the way to all others."""

from PySide6.QtCore import Signal

from app.core.hours.schedule import Schedule
from app.core.hours.words import schedule_line
from app.core.snapshot import NetworkKind, NetworkView, Snapshot
from app.ui.look.card import Card, FlowRow, ValueRows, button
from app.ui.look.translation import _


class SettingsCard(Card):
    """What is asked for most; the Settings window has all of it."""

    hours_requested = Signal()
    payout_requested = Signal()
    network_requested = Signal()
    settings_requested = Signal()
    computer_requested = Signal()
    logs_requested = Signal()

    def __init__(self) -> None:
        super().__init__(_("Settings"))
        self.rows = ValueRows()
        self.body.addLayout(self.rows)
        self.hours, self.edit_hours = self.rows.add(_("Hours"), _("Change the hours in which this computer may work"))
        self.edit_hours.setShortcut("Ctrl+H")
        self.edit_hours.clicked.connect(self.hours_requested)
        self.payout, self.edit_payout = self.rows.add(_("Payout address"), _("Change where earnings go"))
        self.edit_payout.clicked.connect(self.payout_requested)
        self.network, self.edit_network = self.rows.add(_("Network"), _("Change where this computer trains"))
        self.edit_network.clicked.connect(self.network_requested)
        self.all_settings = button(_("All settings…"), look="quiet", description=_("Open the Settings window"))
        self.all_settings.clicked.connect(self.settings_requested)
        self.computer = button(
            _("This computer…"), look="quiet", description=_("See its devices, and measure how fast it trains")
        )
        self.computer.clicked.connect(self.computer_requested)
        self.logs = button(
            _("Logs and report"), look="quiet", description=_("Read the log, or save a report for whoever helps you")
        )
        self.logs.clicked.connect(self.logs_requested)
        self.body.addStretch(1)
        self.body.addWidget(FlowRow([self.all_settings, self.computer, self.logs]))

    def set_schedule(self, schedule: Schedule) -> None:
        self.hours.setText(schedule_line(schedule))

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.payout.setText(address_text(snapshot.account.payout_address))
        self.network.setText(network_text(snapshot.network))


def address_text(address: str | None) -> str:
    """The ends of an address, which is what people compare."""
    return _("None yet") if address is None else f"{address[:8]}…{address[-8:]}"


def network_text(network: NetworkView) -> str:
    match network.kind:
        case NetworkKind.NONE:
            return _("Not chosen yet")
        case NetworkKind.THIS_COMPUTER:
            return _("On this computer")
        case NetworkKind.NAMED:
            return network.title or network.name
        case NetworkKind.ADDRESS:
            return network.title or network.orchestrator_url or network.name
