"""An address to be read with care: whole, in groups, with its picture."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from app.core.payout.address import grouped
from app.ui.look.card import Card, label
from app.ui.look.theme import Space
from app.ui.look.translation import _
from app.ui.wallet.identicon import Identicon


class AddressCard(Card):
    def __init__(self, title: str) -> None:
        super().__init__(title)
        row = QHBoxLayout()
        row.setSpacing(Space.MEDIUM)
        self.picture = Identicon(56)
        self.address = label()
        self.address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.address, 1)
        self.body.addLayout(row)

    def tell(self, address: str | None) -> None:
        self.picture.show_address(address)
        self.picture.setVisible(address is not None)
        self.address.setText(_("No address") if address is None else grouped(address))
