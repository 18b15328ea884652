"""The banners on top of Home: one card each, there as long as the snapshot says so."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.commands import DismissBanner
from app.core.notices.banners import Banner, CrashRecovered, PayoutHeld, banner_text, banners, key_of
from app.core.notices.words import Told
from app.core.snapshot import Snapshot
from app.ui.look.card import Card, FlowRow, button, label
from app.ui.look.theme import Space
from app.ui.look.translation import _


class Banners(QWidget):
    """Takes no room while there is none."""

    command_requested = Signal(object)
    logs_requested = Signal()
    earnings_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.LARGE)
        self._shown: tuple[tuple[Banner, Told], ...] = ()
        self.cards: list[Card] = []
        self.hide()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        found = tuple((banner, banner_text(banner, snapshot)) for banner in banners(snapshot))
        if found == self._shown:
            return
        self._shown = found
        for card in self.cards:
            self._column.removeWidget(card)
            card.deleteLater()
        self.cards = [self._card(banner, said) for banner, said in found]
        for card in self.cards:
            self._column.addWidget(card)
        self.setVisible(bool(self.cards))

    def _card(self, banner: Banner, said: Told) -> Card:
        card = Card(said.title)
        card.set_tone("plain" if isinstance(banner, CrashRecovered) else "warning")
        card.body.addWidget(label(said.text))
        buttons: list[QWidget] = []
        if isinstance(banner, CrashRecovered):
            logs = button(_("Logs and report"), look="quiet", description=_("Read what happened, or save a report"))
            logs.clicked.connect(self.logs_requested)
            buttons.append(logs)
        if isinstance(banner, PayoutHeld):
            details = button(_("Earnings"), description=_("See what is held, and since when"))
            details.clicked.connect(self.earnings_requested)
            buttons.append(details)
        key = key_of(banner)
        if key is not None:
            dismiss = button(_("Dismiss"), description=_("Take this message away"))
            dismiss.clicked.connect(lambda: self.command_requested.emit(DismissBanner(key)))
            buttons.insert(0, dismiss)
        if buttons:
            card.body.addWidget(FlowRow(buttons))
        return card
