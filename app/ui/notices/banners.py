"""The banners on top of Home: a card for each kind, there as long as the snapshot says so."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.core.commands import DismissBanner
from app.core.notices.banners import (
    Banner,
    CrashRecovered,
    KeyMissing,
    PayoutHeld,
    UpdateRequired,
    banner_text,
    banners,
    key_of,
)
from app.core.notices.words import Told
from app.core.snapshot import Snapshot
from app.ui.look.card import Card, FlowRow, button, label
from app.ui.look.theme import TextRole
from app.ui.look.translation import _


class BannerCard(Card):
    """One kind of banner; hidden while there is none."""

    command_requested = Signal(object)
    logs_requested = Signal()
    earnings_requested = Signal()
    identity_requested = Signal()

    def __init__(self, kind: type[Banner]) -> None:
        super().__init__(" ")
        self.kind = kind
        self.set_tone("plain" if kind is CrashRecovered else "warning")
        self.text, self.code = label(), label(role=TextRole.CAPTION)
        self.body.addWidget(self.text)
        self.body.addWidget(self.code)
        self._key: str | None = None
        self.buttons = self._buttons()
        if self.buttons:
            self.body.addWidget(FlowRow(self.buttons))
        self.hide()

    def _buttons(self) -> list[QWidget]:
        if self.kind is PayoutHeld:
            details = button(_("Earnings"), description=_("See what is held, and since when"))
            details.clicked.connect(self.earnings_requested)
            return [details]
        if self.kind is KeyMissing:
            identity = button(_("This computer's key"), description=_("See it, save a copy, or use another one"))
            identity.clicked.connect(self.identity_requested)
            return [identity]
        if self.kind is not CrashRecovered:
            return []
        dismiss = button(_("Dismiss"), description=_("Take this message away"))
        dismiss.clicked.connect(self._on_dismissed)
        logs = button(_("Logs and report"), look="quiet", description=_("Read what happened, or save a report"))
        logs.clicked.connect(self.logs_requested)
        return [dismiss, logs]

    def tell(self, said: Told | None, key: str | None) -> None:
        """Show this, or nothing."""
        self._key = key
        if said is not None:
            self.set_title(said.title)
            self.text.setText(said.text)
            self.code.setText("" if said.problem is None else said.problem.value)
            self.code.setVisible(said.problem is not None)
        self.setVisible(said is not None)

    def _on_dismissed(self) -> None:
        if self._key is not None:
            self.command_requested.emit(DismissBanner(self._key))


def banner_cards() -> tuple[BannerCard, ...]:
    """One of each kind, the most pressing first."""
    return tuple(BannerCard(kind) for kind in (UpdateRequired, KeyMissing, CrashRecovered, PayoutHeld))


def show_banners(cards: tuple[BannerCard, ...], snapshot: Snapshot) -> None:
    """What of them is to be seen now."""
    found: dict[type[Banner], Banner] = {type(banner): banner for banner in banners(snapshot)}
    for card in cards:
        banner = found.get(card.kind)
        card.tell(None if banner is None else banner_text(banner, snapshot), None if banner is None else key_of(banner))
