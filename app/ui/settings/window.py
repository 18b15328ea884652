"""The Settings window: everything a person sets, in sections; each line shows what is set and leads to its editor."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLocale, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QCheckBox, QMainWindow, QVBoxLayout, QWidget

from app import VERSION
from app.core.commands import SetAppearance, SetAutostart, SetUpdateChannel, SetUpdates
from app.core.gates.words import autostart_sentence
from app.core.hours.words import schedule_line
from app.core.network.proxy import proxy_sentence
from app.core.ports import AutostartState
from app.core.settings.settings import Settings, Theme, UpdateChannel
from app.core.settings.work_folder import work_folder_sentence
from app.core.snapshot import AutostartView, Snapshot
from app.ui.home.settings_card import address_text, network_text
from app.ui.limits.connection_form import connection_of, connection_text
from app.ui.limits.dialog import limits_text
from app.ui.look.card import Card, FlowRow, ScrolledPage, ScrollPage, ValueRows, button, label
from app.ui.look.fields import DropDown
from app.ui.look.screen import open_at
from app.ui.look.theme import Colours, Space, TextRole
from app.ui.look.translation import _, languages_here
from app.ui.notices.form import NoticesForm
from app.ui.settings.dialogs import SettingDialogs
from app.ui.settings.licences_dialog import LicencesDialog
from app.update.words import channel_sentence, channel_title

_WIDEST: Final = 820
_SYSTEM: Final = "system"


class SettingsWindow(QMainWindow):
    """`show_snapshot` and `show_settings` show what is; wishes leave as signals."""

    command_requested = Signal(object)
    network_requested = Signal()
    computer_requested = Signal()
    logs_requested = Signal()
    removal_requested = Signal()
    closed = Signal()

    def __init__(self, settings: Settings, data_folder: Path, kept_bytes: Callable[[], int] = lambda: 0) -> None:
        """`kept_bytes`: what engines keep on the disk; may block."""
        super().__init__()
        self.setWindowTitle(_("Settings — Train at Home"))
        self._data_folder = data_folder
        self._started_in = settings.language
        self.dialogs = SettingDialogs(self, self.command_requested.emit, settings, kept_bytes)
        self.refusal = Card(_("That did not work"))
        self.refusal.set_tone("danger")
        self._refusal_text = label()
        self.refusal.body.addWidget(self._refusal_text)
        self.refusal.hide()
        self._rows: list[ValueRows] = []
        self.notices = NoticesForm(settings.notices)
        self.notices.command_requested.connect(self.command_requested)
        told = Card(_("Notifications"))
        told.body.addWidget(self.notices)
        self._cards = (self._working(), self._earning(), told, self._app(), self._about(), self._removal())
        self._lay_out()
        close = QAction(self)
        close.setShortcuts(QKeySequence.StandardKey.Close)
        close.triggered.connect(self.close)
        self.addAction(close)
        self.show_settings(settings)
        open_at(self, 720, 900)

    def _working(self) -> Card:
        card, rows = self._card(_("When and how it works"))
        self.hours, self.edit_hours = rows.add(_("Hours"), _("Change the hours in which this computer may work"))
        self.limits, self.edit_limits = rows.add(_("Limits"), _("Change what limits training on this computer"))
        self.connection, self.edit_connection = rows.add(
            _("Connection"), _("Change how much of your internet connection it may use")
        )
        self.proxy, self.edit_proxy = rows.add(_("Proxy"), _("Change how servers on the internet are reached"))
        self.work_folder, self.edit_work_folder = rows.add(
            _("Folder for its work"), _("Choose on which disk parts of models and unfinished work lie")
        )
        self.computer, self.show_computer = rows.add(
            _("This computer"), _("See its devices, and measure how fast it trains"), _("Show")
        )
        self.computer.setText(_("Its devices, and how fast it trains"))
        self.edit_hours.clicked.connect(self.dialogs.edit_hours)
        self.edit_limits.clicked.connect(self.dialogs.edit_limits)
        self.edit_connection.clicked.connect(self.dialogs.edit_connection)
        self.edit_proxy.clicked.connect(self.dialogs.edit_proxy)
        self.edit_work_folder.clicked.connect(self.dialogs.edit_work_folder)
        self.show_computer.clicked.connect(self.computer_requested)
        return card

    def _earning(self) -> Card:
        card, rows = self._card(_("Network and earnings"))
        self.network, self.edit_network = rows.add(_("Network"), _("Change where this computer trains"))
        self.payout, self.edit_payout = rows.add(_("Payout address"), _("Change where earnings go"))
        self.identity, self.edit_identity = rows.add(
            _("This computer's key"), _("See it, save a copy, or use another one")
        )
        self.edit_network.clicked.connect(self.network_requested)
        self.edit_payout.clicked.connect(self.dialogs.edit_payout)
        self.edit_identity.clicked.connect(self.dialogs.edit_identity)
        return card

    def _app(self) -> Card:
        card, rows = self._card(_("The app"))
        rows.setVerticalSpacing(Space.SMALL)
        self.language, self.theme = DropDown(), DropDown()
        for tag in (_SYSTEM, *languages_here()):
            self.language.addItem(_language_name(tag), tag)
        for theme, text in (
            (Theme.SYSTEM, _("Like the system")),
            (Theme.LIGHT, _("Light")),
            (Theme.DARK, _("Dark")),
            (Theme.CONTRAST, _("High contrast")),
        ):
            self.theme.addItem(text, theme)
        rows.add_field(_("Language"), self.language)
        rows.add_field(_("Appearance"), self.theme)
        widest = max(self.language.sizeHint().width(), self.theme.sizeHint().width())
        for box in (self.language, self.theme):
            box.setMinimumWidth(widest)
        self.language_note = label(_("The language changes when the app next starts."), TextRole.CAPTION)
        self.autostart = QCheckBox(_("Start with your session"))
        self.autostart_note = label(role=TextRole.CAPTION)
        self.updates = QCheckBox(_("Update by itself"))
        updates_text = _("It looks for a new version daily, and begins it while nobody is disturbed.")
        self.updates.setAccessibleDescription(updates_text)
        card.body.addWidget(self.language_note)
        card.body.addWidget(self.autostart, 0, Qt.AlignmentFlag.AlignLeading)
        card.body.addWidget(self.autostart_note)
        card.body.addWidget(self.updates, 0, Qt.AlignmentFlag.AlignLeading)
        card.body.addWidget(label(updates_text, TextRole.CAPTION))
        versions = ValueRows()
        self._rows.append(versions)
        self.channel, self.channel_note = DropDown(), label(role=TextRole.CAPTION)
        for channel in UpdateChannel:
            self.channel.addItem(channel_title(channel), channel)
        self.channel.setMinimumWidth(widest)
        versions.add_field(_("Versions"), self.channel)
        card.body.addLayout(versions)
        card.body.addWidget(self.channel_note)
        for hidden in (self.language_note, self.autostart, self.autostart_note):
            hidden.hide()
        self.language.activated.connect(self._on_appearance)
        self.theme.activated.connect(self._on_appearance)
        self.autostart.clicked.connect(lambda on: self.command_requested.emit(SetAutostart(on)))
        self.channel.activated.connect(self._on_channel)
        self.updates.clicked.connect(lambda on: self.command_requested.emit(SetUpdates(on)))
        return card

    def _card(self, title: str) -> tuple[Card, ValueRows]:
        card, rows = Card(title), ValueRows()
        card.body.addLayout(rows)
        self._rows.append(rows)
        return card, rows

    def _about(self) -> Card:
        card = Card(_("About"))
        self.version = label(_("Train at Home {version}").format(version=VERSION))
        self.licences = button(_("Licences"), look="quiet", description=_("Read the licences of the app and its parts"))
        self.folder = button(
            _("Open its folder"), look="quiet", description=_("Show in your file manager what the app keeps")
        )
        self.logs = button(
            _("Logs and report"), look="quiet", description=_("Read the log, or save a report for whoever helps you")
        )
        self.privacy = button(_("Privacy"), look="quiet", description=_("Read what leaves this computer, and to whom"))
        self.privacy.clicked.connect(self.dialogs.read_privacy)
        self.licences.clicked.connect(self.read_licences)
        self.folder.clicked.connect(self._on_folder)
        self.logs.clicked.connect(self.logs_requested)
        card.body.addWidget(self.version)
        card.body.addWidget(label(_("Free software under the Apache licence 2.0."), TextRole.MUTED))
        card.body.addWidget(label(_("What it keeps lies in {folder}").format(folder=self._data_folder), TextRole.MUTED))
        card.body.addWidget(FlowRow([self.privacy, self.licences, self.folder, self.logs]))
        return card

    def _removal(self) -> Card:
        card = Card(_("Remove everything"))
        self.remove = button(
            _("Remove everything…"), description=_("See exactly what goes, choose what stays, then decide")
        )
        self.remove.clicked.connect(self.removal_requested)
        text = _("Takes away all that the app keeps on this computer. You see the list before anything happens.")
        card.body.addWidget(label(text, TextRole.MUTED))
        card.body.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignLeading)
        return card

    def _lay_out(self) -> None:
        page = ScrolledPage()
        column = QVBoxLayout(page)
        column.setContentsMargins(Space.HUGE, Space.HUGE, Space.HUGE, Space.HUGE)
        column.setSpacing(Space.LARGE)
        column.addWidget(label(_("Settings"), TextRole.DISPLAY))
        for card in (self.refusal, *self._cards):
            column.addWidget(card)
        column.addStretch(1)
        ValueRows.line_up(self._rows)
        page.setMaximumWidth(_WIDEST)
        scroll = ScrollPage(page)
        self.setCentralWidget(scroll)
        scroll.setFocus()  # so that no button looks chosen before Tab was pressed
        for before, after in pairwise(self.keyboard_widgets()):
            self.setTabOrder(before, after)

    def keyboard_widgets(self) -> list[QWidget]:
        """Top to bottom as one reads."""
        return [
            *(self.edit_hours, self.edit_limits, self.edit_connection, self.edit_proxy, self.edit_work_folder),
            self.show_computer,
            *(self.edit_network, self.edit_payout, self.edit_identity),
            *self.notices.keyboard_widgets(),
            *(self.language, self.theme, self.autostart, self.updates, self.channel),
            *(self.privacy, self.licences, self.folder, self.logs, self.remove),
        ]

    def show_settings(self, settings: Settings) -> None:
        self.dialogs.show_settings(settings)
        self.hours.setText(schedule_line(settings.schedule))
        self.limits.setText(limits_text(settings))
        self.connection.setText(connection_text(connection_of(settings)))
        self.proxy.setText(proxy_sentence(settings.proxy))
        self.work_folder.setText(work_folder_sentence(settings.work_folder))
        if self.language.findData(settings.language) < 0:
            self.language.addItem(_language_name(settings.language), settings.language)
        self.language.setCurrentIndex(self.language.findData(settings.language))
        self.language_note.setVisible(settings.language != self._started_in)
        self.theme.setCurrentIndex(self.theme.findData(settings.theme))
        self.updates.setChecked(settings.updates_by_themselves)
        self.channel.setCurrentIndex(self.channel.findData(settings.update_channel))
        self.channel_note.setText(channel_sentence(settings.update_channel))
        self.channel.setAccessibleDescription(self.channel_note.text())
        self.notices.show_settings(settings.notices)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.dialogs.show_snapshot(snapshot)
        self.network.setText(network_text(snapshot.network))
        self.payout.setText(address_text(snapshot.account.payout_address))
        hotkey = snapshot.account.hotkey
        self.identity.setText(address_text(hotkey) if hotkey else _("Not open"))
        self._show_autostart(snapshot.autostart)

    def show_refusal(self, title: str, advice: str) -> None:
        """A command was not obeyed; empty texts take the last refusal away."""
        self.refusal.set_title(title)
        self._refusal_text.setText(advice)
        self._refusal_text.setVisible(bool(advice))
        self.refusal.setVisible(bool(title))
        self.dialogs.show_refusal(title, advice)

    def offer_removal(self, offered: bool) -> None:
        self._cards[-1].setVisible(offered)

    def dress(self, colours: Colours) -> None:
        self.dialogs.dress(colours)

    def read_licences(self) -> LicencesDialog:
        """Open them; returns at once."""
        dialog = LicencesDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def _show_autostart(self, found: AutostartView) -> None:
        """What the system says; a click that it refused thus goes back."""
        known = found.state is not AutostartState.UNAVAILABLE
        self.autostart.setVisible(known)
        self.autostart_note.setVisible(known)
        self.autostart.setChecked(found.state is AutostartState.ON)
        sentence = autostart_sentence(found.state, found.way, brings_back=found.brings_back)
        self.autostart_note.setText(sentence)
        self.autostart.setAccessibleDescription(sentence)

    def _on_appearance(self, _index: int) -> None:
        self.command_requested.emit(SetAppearance(str(self.language.currentData()), Theme(self.theme.currentData())))

    def _on_channel(self, _index: int) -> None:
        self.command_requested.emit(SetUpdateChannel(UpdateChannel(self.channel.currentData())))

    def _on_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._data_folder)))

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()


def _language_name(tag: str) -> str:
    """As those who speak it write it."""
    if tag == _SYSTEM:
        return _("Like the system")
    name = "English" if tag == "en" else QLocale(tag).nativeLanguageName()  # Qt says: American English
    return (name[:1].upper() + name[1:]) or tag
