"""The first visit's page about earnings. An address that is set already changes in the usual dialog alone."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.snapshot import Snapshot
from app.ui.first_visit.pages import Page
from app.ui.look.card import button, label
from app.ui.look.theme import Space, TextRole
from app.ui.look.translation import _
from app.ui.wallet.address_card import AddressCard
from app.ui.wallet.payout_field import PayoutField, explanation_text
from app.ui.wallet.payout_guide import PayoutGuide


class PayoutPage(Page):
    """Asks for an address where none is set, else shows it; `change_requested` then asks for the dialog."""

    change_requested = Signal()
    address_seen = Signal(str)
    """A valid public address was entered: time to look it up."""

    def __init__(self, address: str | None) -> None:
        super().__init__(_("Where should earnings go?"), "")
        self.payout = PayoutField()
        self.payout.changed.connect(self.changed)
        self.payout.address_seen.connect(self.address_seen)
        self._set: str | None = None
        self._entry, self._present = self._entry_part(), _PresentAddress()
        self.change = self._present.change
        self.change.clicked.connect(self.change_requested)
        self.body.addWidget(self._entry)
        self.body.addWidget(self._present)
        self.body.addStretch(1)
        self._show_set(address)

    def _entry_part(self) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.MEDIUM)
        column.addWidget(label(explanation_text(), TextRole.MUTED))
        column.addWidget(self.payout)
        column.addWidget(label(_("You can leave this empty."), TextRole.CAPTION))
        self.guide = button(_("How do I get one?"), look="quiet", description=_("Make a wallet outside this app"))
        self.guide.clicked.connect(self._on_guide_clicked)
        column.addWidget(self.guide, 0, Qt.AlignmentFlag.AlignLeading)
        return part

    @property
    def asks(self) -> bool:
        """Whether what was entered here is to be set; an address that is set already is not touched."""
        return self._set is None

    @property
    def address(self) -> str | None:
        """Where earnings will go, as things stand on this page."""
        return self.payout.address if self._set is None else self._set

    @property
    def is_complete(self) -> bool:
        return not self.asks or self.payout.is_acceptable

    def first_field(self) -> QWidget:
        return self.payout.field if self.asks else self

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Learn which addresses are hotkeys and what the chain shows."""
        self.payout.show_snapshot(snapshot)

    def show_set(self, address: str | None) -> None:
        """The address was set or forgotten meanwhile, in the dialog or in another window."""
        if address != self._set:
            self._show_set(address)
            self.changed.emit()

    def _show_set(self, address: str | None) -> None:
        self._set = address
        self.payout.set_address(None)
        self._present.tell(address)
        self._entry.setVisible(address is None)
        self._present.setVisible(address is not None)

    def _on_guide_clicked(self) -> None:
        guide = PayoutGuide(self)
        guide.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        guide.open()


class _PresentAddress(AddressCard):
    """Read only, with the way to change it."""

    def __init__(self) -> None:
        super().__init__(_("Set already"))
        stays = _("It stays as it is, unless you change it and confirm the new one.")
        self.body.addWidget(label(stays, TextRole.MUTED))
        self.change = button(_("Change"), look="quiet", description=_("Change where earnings go"))
        self.change.setAccessibleName(_("Change: {what}").format(what=_("Payout address")))
        self.body.addWidget(self.change, 0, Qt.AlignmentFlag.AlignLeading)
