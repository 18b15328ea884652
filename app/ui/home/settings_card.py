"""The few things a person sets: hours, payout address, network, connection, light or dark, language."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QPushButton

from app.core.commands import SetAppearance, SetAutostart
from app.core.gates.words import autostart_sentence
from app.core.hours.schedule import Schedule
from app.core.hours.words import schedule_line
from app.core.ports import AutostartState
from app.core.settings.settings import Settings, Theme
from app.core.snapshot import AutostartView, NetworkKind, NetworkView, Snapshot
from app.ui.limits.connection_form import connection_of, connection_text
from app.ui.limits.dialog import limits_text
from app.ui.look.card import Card, FlowRow, button, label
from app.ui.look.language_choice import LanguageChoice
from app.ui.look.theme import Space, TextRole
from app.ui.look.translation import _


class SettingsCard(Card):
    command_requested = Signal(object)
    hours_requested = Signal()
    payout_requested = Signal()
    identity_requested = Signal()
    network_requested = Signal()
    connection_requested = Signal()
    logs_requested = Signal()
    limits_requested = Signal()

    def __init__(self) -> None:
        super().__init__(_("Settings"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.LARGE)
        self._grid.setVerticalSpacing(Space.TIGHT)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        self.hours, self.edit_hours = self._row(0, _("Hours"), _("Change the hours in which this computer may work"))
        self.edit_hours.setShortcut("Ctrl+H")
        self.edit_hours.clicked.connect(self.hours_requested)
        self.payout, self.edit_payout = self._row(1, _("Payout address"), _("Change where earnings go"))
        self.edit_payout.clicked.connect(self.payout_requested)
        self.network, self.edit_network = self._row(2, _("Network"), _("Change where this computer trains"))
        self.edit_network.clicked.connect(self.network_requested)
        self.connection, self.edit_connection = self._row(
            3, _("Connection"), _("Change how much of your internet connection it may use")
        )
        self.edit_connection.clicked.connect(self.connection_requested)
        self.identity, self.edit_identity = self._row(
            4, _("This computer's key"), _("See it, save a copy, or use another one")
        )
        self.edit_identity.clicked.connect(self.identity_requested)
        self.limits, self.edit_limits = self._row(5, _("Limits"), _("Change what limits training on this computer"))
        self.edit_limits.clicked.connect(self.limits_requested)
        self._grid.addWidget(label(_("Appearance"), TextRole.MUTED, wraps=False), 6, 0)
        self.theme = QComboBox()
        self.theme.setAccessibleName(_("Appearance"))
        for theme, text in ((Theme.SYSTEM, _("Like the system")), (Theme.LIGHT, _("Light")), (Theme.DARK, _("Dark"))):
            self.theme.addItem(text, theme)
        self.theme.activated.connect(self._on_appearance_chosen)
        self._grid.addWidget(self.theme, 6, 1, 1, 2, Qt.AlignmentFlag.AlignLeading)
        self._grid.addWidget(label(_("Language"), TextRole.MUTED, wraps=False), 7, 0)
        self.language = LanguageChoice()
        self.language.chosen.connect(self._on_appearance_chosen)
        self._grid.addWidget(self.language, 7, 1, 1, 2)
        self.autostart = QCheckBox(_("Start with your session"))
        self.autostart.clicked.connect(lambda on: self.command_requested.emit(SetAutostart(on)))
        self.autostart.hide()
        self._grid.addWidget(self.autostart, 8, 1, 1, 2)
        self.logs = button(
            _("Logs and report"), look="quiet", description=_("Read the log, or save a report for whoever helps you")
        )
        self.logs.clicked.connect(self.logs_requested)
        self.body.addWidget(FlowRow([self.logs]))
        self.body.addStretch(1)

    def _row(self, row: int, name: str, description: str) -> tuple[QLabel, QPushButton]:
        value = label()
        value.setAccessibleName(name)
        edit = button(_("Change"), look="quiet", description=description)
        edit.setAccessibleName(_("Change: {what}").format(what=name))
        self._grid.addWidget(label(name, TextRole.MUTED, wraps=False), row, 0)
        self._grid.addWidget(value, row, 1)
        self._grid.addWidget(edit, row, 2)
        return value, edit

    def set_schedule(self, schedule: Schedule) -> None:
        self.hours.setText(schedule_line(schedule))

    def set_connection(self, settings: Settings) -> None:
        self.connection.setText(connection_text(connection_of(settings)))

    def set_limits(self, settings: Settings) -> None:
        self.limits.setText(limits_text(settings))

    def set_appearance(self, language: str, theme: Theme) -> None:
        self.language.show_setting(language)
        self.theme.setCurrentIndex(self.theme.findData(theme))

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.payout.setText(address_text(snapshot.account.payout_address))
        self.network.setText(network_text(snapshot.network))
        hotkey = snapshot.account.hotkey
        self.identity.setText(address_text(hotkey) if hotkey else _("Not open"))
        self._show_autostart(snapshot.autostart)

    def _show_autostart(self, found: AutostartView) -> None:
        """What the system says; a click that it refused thus goes back."""
        self.autostart.setVisible(found.state is not AutostartState.UNAVAILABLE)
        self.autostart.setChecked(found.state is AutostartState.ON)
        sentence = autostart_sentence(found.state, found.way, brings_back=found.brings_back)
        self.autostart.setToolTip(sentence)
        self.autostart.setAccessibleDescription(sentence)

    def _on_appearance_chosen(self) -> None:
        self.command_requested.emit(SetAppearance(self.language.setting, Theme(self.theme.currentData())))


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
